"""Pages of desk."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("desk", __name__, url_prefix="/desk")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
