"""Pages of tasks."""

from flask import Blueprint

from portal.access import Permission, needs

pages = Blueprint("tasks", __name__, url_prefix="/tasks")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def index() -> str:
    """Nothing yet."""
    return ""
