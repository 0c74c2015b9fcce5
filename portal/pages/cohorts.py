"""Pages of cohorts."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("cohorts", __name__, url_prefix="/cohorts")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
