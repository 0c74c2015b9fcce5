"""Pages of standards."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("standards", __name__, url_prefix="/standards")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
