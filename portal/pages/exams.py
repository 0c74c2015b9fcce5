"""Pages of exams."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("exams", __name__, url_prefix="/exams")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
