"""Pages of centers."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("centers", __name__, url_prefix="/centers")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
