"""The audit trail: list, one event, the newest signed head."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db
from portal.forms.auth import AuditFilter
from portal.pages.tables import page_of
from training_base.kernel import audit, sequencing
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent

pages = Blueprint("audit", __name__, url_prefix="/audit")


@pages.get("/")
@needs(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    """Events of the reader's centers, newest first."""
    form = AuditFilter(request.args)
    query = audit.listing(by=actor(), deed=form.deed.data, actor_name=form.actor.data, subject_id=form.subject.data)
    head = sequencing.newest_head(db.session())
    return render_template("audit/index.html", page=page_of(query, per_page=50), form=form, head=head)


@pages.get("/<uuid:event_id>")
@needs(Permission.AUDIT_READ)
def show(event_id: UUID) -> ResponseReturnValue:
    """One event in full."""
    event = db.session.scalar(audit.listing(by=actor()).where(AuditEvent.id == event_id))
    if event is None:
        raise NotFound("audit_event", event_id)
    return render_template("audit/show.html", event=event)
