"""Pages of invigilation."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("invigilation", __name__, url_prefix="/invigilation")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
