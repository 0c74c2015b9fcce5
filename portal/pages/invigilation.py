"""The invigilator's console: every seat live, and what can be done for the room and for one candidate."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from certification.exams import invigilation, room
from certification.exams.room import Seat
from certification.exams.rules import IncidentKind
from certification.exams.service import access_code
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.forms.base import BaseForm
from portal.forms.invigilation import ExtendForm, IncidentForm, ReasonForm
from portal.pages.keeping import kept
from portal.pages.tables import page_of
from training_base.kernel.errors import NotFound, Refusal
from training_base.kernel.keyring import keyring

pages = Blueprint("invigilation", __name__, url_prefix="/invigilation")


@pages.get("/")
@needs(Permission.EXAM_INVIGILATE)
def index() -> ResponseReturnValue:
    page = page_of(room.sessions(by=actor()))
    return render_template("invigilation/index.html", page=page)


@pages.get("/<uuid:exam_session_id>")
@needs(Permission.EXAM_INVIGILATE)
def show(exam_session_id: UUID) -> ResponseReturnValue:
    return _console(exam_session_id, IncidentForm(formdata=None))


@pages.get("/<uuid:exam_session_id>/seats")
@needs(Permission.EXAM_INVIGILATE)
def seats(exam_session_id: UUID) -> ResponseReturnValue:
    """The part of the console that is fetched again and again."""
    return render_template("invigilation/_seats.html", **_live(exam_session_id))


@pages.post("/<uuid:exam_session_id>/open")
@needs(Permission.EXAM_INVIGILATE)
def open_room(exam_session_id: UUID) -> ResponseReturnValue:
    by, now = actor(), datetime.now(UTC)
    return _flashed(
        lambda session: invigilation.open_room(session, exam_session_id, by=by, now=now),
        _("The room is open."),
        exam_session_id,
    )


@pages.post("/<uuid:exam_session_id>/close")
@needs(Permission.EXAM_INVIGILATE)
def close_room(exam_session_id: UUID) -> ResponseReturnValue:
    by, now = actor(), datetime.now(UTC)
    return _flashed(
        lambda session: invigilation.close_room(session, exam_session_id, by=by, now=now),
        _("The session is closed."),
        exam_session_id,
    )


@pages.post("/<uuid:exam_session_id>/end-all")
@needs(Permission.EXAM_INVIGILATE)
def end_all(exam_session_id: UUID) -> ResponseReturnValue:
    """Hand in every exam that still runs."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        count = invigilation.end_all(session, exam_session_id, by=by, now=now)
    flash(ngettext("%(num)s exam is handed in.", "%(num)s exams are handed in.", count), "success")
    return redirect(url_for(".show", exam_session_id=exam_session_id))


@pages.post("/<uuid:exam_session_id>/incidents")
@needs(Permission.EXAM_INVIGILATE)
def note(exam_session_id: UUID) -> ResponseReturnValue:
    """Put an incident down."""
    by, now, form = actor(), datetime.now(UTC), IncidentForm()
    form.offer(_candidates(invigilation.overview(db.session(), exam_session_id, by=by)))
    if form.validate_on_submit():
        concerns = UUID(form.registration_id.data) if form.registration_id.data else None
        facts: dict[str, Any] = {
            "kind": IncidentKind(form.kind.data),
            "note": form.note.data,
            "registration_id": concerns,
        }
        if kept(form, lambda s: invigilation.note_incident(s, exam_session_id, **facts, by=by, now=now)):
            flash(_("The incident is noted."), "success")
            return redirect(url_for(".show", exam_session_id=exam_session_id))
    return _console(exam_session_id, form)


@pages.get("/<uuid:exam_session_id>/candidates/<uuid:registration_id>")
@needs(Permission.EXAM_INVIGILATE)
def candidate(exam_session_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    return _candidate(exam_session_id, registration_id)


@pages.post("/<uuid:exam_session_id>/candidates/<uuid:registration_id>/admit")
@needs(Permission.EXAM_INVIGILATE)
def admit(exam_session_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    by, now = actor(), datetime.now(UTC)
    return _flashed(
        lambda session: invigilation.admit(session, registration_id, by=by, now=now),
        _("The candidate is admitted."),
        exam_session_id,
    )


@pages.post("/<uuid:exam_session_id>/candidates/<uuid:registration_id>/absent")
@needs(Permission.EXAM_INVIGILATE)
def absent(exam_session_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    by, now = actor(), datetime.now(UTC)
    return _flashed(
        lambda session: invigilation.mark_absent(session, registration_id, by=by, now=now),
        _("The candidate is marked absent."),
        exam_session_id,
    )


@pages.post("/<uuid:exam_session_id>/candidates/<uuid:registration_id>/release")
@needs(Permission.EXAM_INVIGILATE)
def release(exam_session_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    """Release the computer of a candidate."""
    by, now, form = actor(), datetime.now(UTC), ReasonForm(prefix="release")
    if form.validate_on_submit():
        reason = form.reason.data or ""
        if kept(
            form,
            lambda s: invigilation.release_device(s, registration_id, reason=reason, by=by, now=now),
        ):
            flash(_("The computer is released; the candidate can sign in at another one."), "success")
            return redirect(url_for(".show", exam_session_id=exam_session_id))
    return _candidate(exam_session_id, registration_id, release=form)


@pages.post("/<uuid:exam_session_id>/candidates/<uuid:registration_id>/end")
@needs(Permission.EXAM_INVIGILATE)
def end(exam_session_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    """Hand the exam of a candidate in."""
    by, now, form = actor(), datetime.now(UTC), ReasonForm(prefix="end")
    if form.validate_on_submit():
        reason = form.reason.data or ""
        if kept(form, lambda s: invigilation.end(s, registration_id, reason=reason, by=by, now=now)):
            flash(_("The exam of this candidate is handed in."), "success")
            return redirect(url_for(".show", exam_session_id=exam_session_id))
    return _candidate(exam_session_id, registration_id, end=form)


@pages.post("/<uuid:exam_session_id>/candidates/<uuid:registration_id>/extend")
@needs(Permission.EXAM_INVIGILATE)
def extend(exam_session_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    """Give a candidate extra minutes."""
    by, now, form = actor(), datetime.now(UTC), ExtendForm(prefix="extend")
    if form.validate_on_submit():
        minutes, reason = form.minutes.data or 0, form.reason.data or ""
        if kept(form, lambda s: invigilation.extend(s, registration_id, minutes, reason=reason, by=by, now=now)):
            flash(_("The extra time is given."), "success")
            return redirect(url_for(".show", exam_session_id=exam_session_id))
    return _candidate(exam_session_id, registration_id, extend=form)


def _flashed(deed: Callable[[Session], object], said: str, exam_session_id: UUID) -> ResponseReturnValue:
    """Do it and say so, or say why not; back to the console."""
    try:
        with unit_of_work() as session:
            deed(session)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "danger")
    else:
        flash(said, "success")
    return redirect(url_for(".show", exam_session_id=exam_session_id))


def _live(exam_session_id: UUID) -> dict[str, Any]:
    session, by = db.session(), actor()
    exam_session = room.by_id(session, exam_session_id, by=by)
    shown = invigilation.overview(session, exam_session_id, by=by)
    asked = room.count_items(session, exam_session)
    return {"exam_session": exam_session, "seats": shown, "asked": asked, "now": datetime.now(UTC)}


def _console(exam_session_id: UUID, form: IncidentForm) -> str:
    live, by = _live(exam_session_id), actor()
    form.offer(_candidates(live["seats"]))
    code = access_code(live["exam_session"], keyring(db.session()))
    noted = room.incidents(db.session(), exam_session_id, by=by)
    return render_template("invigilation/show.html", form=form, code=code, incidents=noted, **live)


def _candidates(shown: list[Seat]) -> list[tuple[str, str]]:
    return [(str(seat.registration_id), f"{seat.seat or '—'} · {seat.name}") for seat in shown]


def _candidate(exam_session_id: UUID, registration_id: UUID, **forms: BaseForm) -> str:
    live = _live(exam_session_id)
    seat = next((each for each in live["seats"] if each.registration_id == registration_id), None)
    if seat is None:
        abort(404)
    blank: dict[str, BaseForm] = {
        "extend": ExtendForm(formdata=None, prefix="extend"),
        "release": ReasonForm(formdata=None, prefix="release"),
        "end": ReasonForm(formdata=None, prefix="end"),
    }
    return render_template("invigilation/candidate.html", seat=seat, forms={**blank, **forms}, **live)
