"""Pages of certificates."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("certificates", __name__, url_prefix="/certificates")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
