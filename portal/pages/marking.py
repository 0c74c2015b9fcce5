"""Pages of marking."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("marking", __name__, url_prefix="/marking")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
