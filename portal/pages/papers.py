"""Pages of papers."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("papers", __name__, url_prefix="/papers")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
