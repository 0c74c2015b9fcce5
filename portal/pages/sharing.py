"""Pages of sharing."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("sharing", __name__, url_prefix="/share")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
