"""Pages of items."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("items", __name__, url_prefix="/items")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
