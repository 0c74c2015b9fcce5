"""Pages of verify."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("verify", __name__, url_prefix="/verify")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
