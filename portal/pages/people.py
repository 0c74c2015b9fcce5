"""Pages of people."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("people", __name__, url_prefix="/people")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
