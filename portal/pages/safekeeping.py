"""Pages of safekeeping: who read what, leaks, and where a leaked file came from."""

import csv
from datetime import UTC, datetime
from io import StringIO
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.item_bank import service as item_bank
from certification.item_bank.models import Item
from certification.safekeeping import rules, service
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db, unit_of_work
from portal.forms.safekeeping import LeakDecision, LeakForm, ReadingFilter, TraceForm
from portal.pages.tables import page_of
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal
from training_base.kernel.models import AuditEvent

pages = Blueprint("safekeeping", __name__, url_prefix="/safekeeping")

MOST_ROWS = 50_000
"""Rows of the readings in a file; who needs more narrows the search."""


def sought(form: ReadingFilter, by: Actor) -> sa.Select[AuditEvent] | None:
    """The readings that a search is after; None where it names an item that there is none of."""
    item = None
    if form.item.data:
        item = db.session.scalar(sa.select(Item).where(Item.code == form.item.data))
        if item is None:
            return None
    return service.readings(db.session(), by=by, item=item, reader=form.reader.data)


@pages.get("/readings")
@needs(Permission.AUDIT_READ)
def readings() -> ResponseReturnValue:
    """Who was shown live items, and when."""
    form, by = ReadingFilter(request.args), actor()
    query = sought(form, by)
    page = None if query is None else page_of(query, per_page=50)
    names = service.names_of(db.session(), page.items) if page else {}
    return render_template("safekeeping/readings.html", page=page, names=names, form=form)


@pages.get("/readings.csv")
@needs(Permission.AUDIT_READ)
def readings_file() -> ResponseReturnValue:
    """The readings of a search as a file."""
    session, query = db.session(), sought(ReadingFilter(request.args), actor())
    events = [] if query is None else session.scalars(query.limit(MOST_ROWS)).all()
    names, out = service.names_of(session, events), StringIO()
    writer = csv.writer(out)
    writer.writerow(["at", "person", "address", "deed", "what", "details"])
    for event in events:
        what = names.get(event.subject_id, event.subject_id)
        writer.writerow([event.at.isoformat(), _safe(event.actor_name), event.address, event.deed, what, event.details])
    headers = {"Content-Disposition": "attachment; filename=readings.csv"}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv; charset=utf-8", headers=headers)


def _safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


@pages.get("/leaks")
@needs(Permission.ITEM_READ)
def leaks() -> ResponseReturnValue:
    """Reports of leaks."""
    return render_template("safekeeping/leaks.html", page=page_of(service.listing(by=actor())))


@pages.route("/items/<uuid:item_id>/leak", methods=["GET", "POST"])
@needs(Permission.ITEM_WRITE)
def declare(item_id: UUID) -> ResponseReturnValue:
    """Declare an item leaked, after a look at where it was printed."""
    form, by, now = LeakForm(), actor(), datetime.now(UTC)
    item_bank.by_id(db.session(), item_id, by=by)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                report_id = service.declare(session, item_id, reason=form.reason.data, by=by, now=now).id
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The item is out of every pool. A second person decides what becomes of it."), "success")
            return redirect(url_for(".leak", report_id=report_id))
    session = db.session()
    found = service.whereabouts(session, item_id, by=by)
    item = item_bank.by_id(session, item_id, by=by)
    return render_template("safekeeping/declare.html", item=item, found=found, form=form)


@pages.get("/leaks/<uuid:report_id>")
@needs(Permission.ITEM_READ)
def leak(report_id: UUID) -> ResponseReturnValue:
    """One report: every paper and session the item was in, and the decision."""
    return shown(report_id, LeakDecision(formdata=None))


def shown(report_id: UUID, form: LeakDecision) -> ResponseReturnValue:
    """The page of a report with the form of the decision."""
    session, by = db.session(), actor(Permission.ITEM_READ)
    report = service.by_id(session, report_id, by=by)
    found = service.whereabouts(session, report.item_id, by=by)
    return render_template(
        "safekeeping/leak.html",
        report=report,
        item=report.item,
        found=found,
        form=form,
        mine=report.declared_by == by.id,
    )


@pages.post("/leaks/<uuid:report_id>/decide")
@needs(Permission.ITEM_APPROVE)
def decide(report_id: UUID) -> ResponseReturnValue:
    """Confirm or reject a leak."""
    form, by, now = LeakDecision(), actor(), datetime.now(UTC)
    service.by_id(db.session(), report_id, by=by)
    if form.validate_on_submit():
        leaked, decision = form.leaked.data == "yes", form.decision.data
        try:
            with unit_of_work() as session:
                service.decide(session, report_id, leaked=leaked, decision=decision, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The decision is kept."), "success")
            return redirect(url_for(".leak", report_id=report_id))
    return shown(report_id, form)


@pages.route("/trace", methods=["GET", "POST"])
@needs(Permission.AUDIT_READ)
def trace() -> ResponseReturnValue:
    """Where a leaked text or file came from, by the mark in it."""
    form, by = TraceForm(), actor()
    codes: list[str] | None = None
    if form.validate_on_submit():
        upload = form.file.data.read() if form.file.data else b""
        codes = list(dict.fromkeys([*rules.codes_in(form.text.data or ""), *rules.codes_in_file(upload)]))
    marks = service.traced(db.session(), codes or [], by=by)
    return render_template("safekeeping/trace.html", form=form, codes=codes, marks=marks)
