"""Pages of practice."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("practice", __name__, url_prefix="/practice")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
