"""Re-marking: a wrong key is reported, foreseen, approved by a second person, and carried on to certificates."""

import csv
from datetime import UTC, datetime
from functools import partial
from io import StringIO
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.exams.models import PaperItem
from certification.remarking import deciding, service
from certification.remarking.models import Remarking, RemarkingOutcome
from certification.remarking.rules import RemarkingStatus
from certification.scoring import corrections
from portal.access import Permission, needs
from portal.auth.current import actor, may
from portal.database import db, unit_of_work
from portal.filters import instant, marks
from portal.forms import remarking_keys
from portal.forms.remarking import ApproveForm, CorrectionForm, DeclineForm, RemarkingFilter, TellForm, consequence_of
from portal.labels import label
from portal.pages.tables import page_of
from portal.shown import shown as shown_item
from training_base.kernel import queue
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal

pages = Blueprint("remarking", __name__, url_prefix="/remarking")

SHOWN = 50
"""Candidates listed in a preview; the file holds them all."""


@pages.get("/")
@needs(Permission.REMARKING_READ)
def index() -> ResponseReturnValue:
    """Requests of the reader's centers."""
    form = RemarkingFilter(request.args)
    page = page_of(service.listing(by=actor(), status=form.wanted()))
    return render_template("remarking/index.html", page=page, form=form)


@pages.route("/papers/<uuid:paper_id>/<int(max=1000000):position>", methods=["GET", "POST"])
@needs(Permission.REMARKING_ASK)
def ask(paper_id: UUID, position: int) -> ResponseReturnValue:
    """Report a wrong key: first what it would change, then the request."""
    session, by, now = db.session(), actor(), datetime.now(UTC)
    with unit_of_work() as work:
        service.read_item(work, service.item_at(work, paper_id, position, by=by), by=by, now=now)
    item = service.item_at(session, paper_id, position, by=by)
    form, seen = CorrectionForm().offer(item), None
    if form.validate_on_submit():
        try:
            if "ask" in request.form:
                return redirect(url_for(".show", remarking_id=asked(paper_id, position, form, by, now)))
            seen = service.preview(session, item, *form.chosen())
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("remarking/ask.html", form=form, **item_facts(item, by), **preview_facts(seen))


def asked(paper_id: UUID, position: int, form: CorrectionForm, by: Actor, now: datetime) -> UUID:
    """Store the request; its identifier."""
    treatment, key = form.chosen()
    with unit_of_work() as session:
        item = service.item_at(session, paper_id, position, by=by)
        return deciding.ask(session, item, treatment, key, reason=str(form.reason.data), by=by, now=now).id


def item_facts(item: PaperItem, by: Actor) -> dict[str, Any]:
    """A printed item, what earns its marks today, and where else it stands."""
    session = db.session()
    keys = corrections.keys_of(session, item)
    return {
        "item": item,
        "shown_item": shown_item(item.content, partial(_media, item.paper_id), with_key=False),
        "keys": [remarking_keys.shown(item, key) for key in keys.accepted],
        "credited": keys.credit_all,
        "printed_key": remarking_keys.shown(item, item.key),
        "earlier": service.of_item(session, item.id),
        "twins": service.twins(session, item, by=by),
        "key_text": remarking_keys.shown,
    }


def _media(paper_id: UUID, name: str) -> str:
    return url_for("media.paper", paper_id=paper_id, name=name)


def preview_facts(seen: service.Preview | None) -> dict[str, Any]:
    """What a preview shows: the numbers, and the first candidates by what becomes of them."""
    if seen is None:
        return {"seen": None, "people": {}, "shown": ()}
    order = (
        {one: place for place, one in enumerate(type(next(iter(seen.consequences.values()))))} if seen.shifts else {}
    )
    shifts = sorted(seen.shifts, key=lambda one: order[seen.consequences[one.registration_id]])
    return {"seen": seen, "people": service.people_of(db.session(), shifts[:SHOWN]), "shown": shifts[:SHOWN]}


@pages.get("/<uuid:remarking_id>")
@needs(Permission.REMARKING_READ)
def show(remarking_id: UUID) -> ResponseReturnValue:
    """One request: what it would do, or what it did."""
    return shown(remarking_id, DeclineForm())


def shown(remarking_id: UUID, form: DeclineForm) -> ResponseReturnValue:
    """The page of a request, with what was typed."""
    session, by, now = db.session(), actor(Permission.REMARKING_READ), datetime.now(UTC)
    with unit_of_work() as work:
        service.read_item(work, service.by_id(work, remarking_id, by=by).paper_item, by=by, now=now)
    remarking = service.by_id(session, remarking_id, by=by)
    only, seen = consequence_of(request.args.get("consequence")), foreseen(remarking)
    return render_template(
        "remarking/show.html",
        remarking=remarking,
        form=form,
        approve_form=ApproveForm(formdata=None, seen=seen.numbers.digest if seen else ""),
        tell_form=TellForm(),
        by=by,
        only=only,
        counts=service.counts(session, remarking_id),
        page=page_of(service.outcomes(remarking_id, consequence=only)),
        **item_facts(remarking.paper_item, by),
        **preview_facts(seen),
    )


def foreseen(remarking: Remarking) -> service.Preview | None:
    """What a request would do today; None once it is decided, or when a later correction has overtaken it."""
    if remarking.status is not RemarkingStatus.ASKED:
        return None
    try:
        return service.preview(db.session(), remarking.paper_item, remarking.treatment, remarking.key)
    except service.KeyUnchanged:
        return None


@pages.post("/<uuid:remarking_id>/approve")
@needs(Permission.REMARKING_APPROVE)
def approve(remarking_id: UUID) -> ResponseReturnValue:
    """Let a correction hold, and mark anew as a job."""
    by, now, seen = actor(), datetime.now(UTC), str(ApproveForm().seen.data or "")
    try:
        with unit_of_work() as session:
            remarking = deciding.approve(session, remarking_id, seen=seen, by=by, now=now)
            payload = {"remarking_id": str(remarking.id)}
            job = queue.enqueue(
                session,
                "remarking.apply",
                payload,
                by=by,
                now=now,
                center_id=remarking.center_id,
                key=f"remarking:{remarking.id}",
            )
            remarking.job_id = job.id
    except Refusal as refusal:
        form = DeclineForm(formdata=None)
        form.refuse(refusal)
        return shown(remarking_id, form)
    flash(_("Approved. The papers are being marked anew."), "success")
    return redirect(url_for(".show", remarking_id=remarking_id))


@pages.post("/<uuid:remarking_id>/decline")
@needs(Permission.REMARKING_READ)
def decline(remarking_id: UUID) -> ResponseReturnValue:
    """Turn a request down, or take one's own back."""
    form, by, now = DeclineForm(), actor(), datetime.now(UTC)
    if not form.validate_on_submit():
        return shown(remarking_id, form)
    try:
        with unit_of_work() as session:
            approves, reason = may(Permission.REMARKING_APPROVE), str(form.reason.data)
            deciding.decline(session, remarking_id, reason=reason, approves=approves, by=by, now=now)
    except Refusal as refusal:
        form.refuse(refusal)
        return shown(remarking_id, form)
    flash(_("The request is declined; nothing is marked anew."), "success")
    return redirect(url_for(".show", remarking_id=remarking_id))


@pages.post("/<uuid:remarking_id>/told")
@needs(Permission.REMARKING_ASK)
def tell(remarking_id: UUID) -> ResponseReturnValue:
    """Note who was told."""
    form, by, now = TellForm(), actor(), datetime.now(UTC)
    chosen = list(form.outcomes.data or ()) if form.validate_on_submit() else []
    with unit_of_work() as session:
        count = deciding.tell(session, remarking_id, chosen, by=by, now=now)
    if count:
        flash(_("Noted as told: %(count)s.", count=count), "success")
    else:
        flash(_("Choose the candidates first."), "warning")
    return redirect(url_for(".show", remarking_id=remarking_id))


@pages.get("/<uuid:remarking_id>/outcomes.csv")
@needs(Permission.REMARKING_READ)
def export(remarking_id: UUID) -> ResponseReturnValue:
    """Everybody whose marks changed, for a spreadsheet."""
    session = db.session()
    remarking = service.by_id(session, remarking_id, by=actor())
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow([_("Admission number"), _("Name"), _("Marks before"), _("Marks now"), _("What follows"), _("Told")])
    writer.writerows(row_of(one) for one in session.scalars(service.outcomes(remarking.id)))
    name = f'attachment; filename="remarking-{remarking.paper.code}-{remarking.paper_item.position}.csv"'
    return current_app.response_class(
        "\ufeff" + file.getvalue(), mimetype="text/csv", headers={"Content-Disposition": name}
    )


def row_of(outcome: RemarkingOutcome) -> list[str]:
    """One candidate of the file; a name never begins a formula."""
    registration = outcome.registration
    name = registration.trainer.name
    return [
        registration.ticket.number if registration.ticket else "",
        f"'{name}" if name[:1] in "=+-@" else name,
        marks(outcome.marks_before),
        marks(outcome.marks_after),
        label(outcome.consequence),
        instant(outcome.told_at) if outcome.told_at else "",
    ]
