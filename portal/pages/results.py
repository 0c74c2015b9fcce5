"""Pages of results."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("results", __name__, url_prefix="/results")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
