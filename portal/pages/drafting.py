"""Pages of those who write standards: every document with its place in the life cycle."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from certification.standards import service
from certification.standards.models import Standard
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.pages.tables import ordered, page_of, sort_url

pages = Blueprint("drafting", __name__, url_prefix="/standards/drafts")

COLUMNS = {
    "title": Standard.title_zh,
    "series": Standard.series,
    "status": Standard.status,
    "changed": Standard.changed_at,
}


@pages.get("/")
@needs(Permission.STANDARD_WRITE)
def index() -> ResponseReturnValue:
    """All documents, private drafts among them."""
    query, sort = ordered(service.listing(by=actor()), COLUMNS, "-changed")
    return render_template("drafting/index.html", page=page_of(query), sort=sort, sort_url=sort_url())
