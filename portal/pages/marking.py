"""Marking: the work list of examiners, their sheets, theory marks of a session."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from certification.exams import service as exams
from certification.exams.models import ExamSession
from certification.exams.rules import SessionDuty
from certification.scoring import rules, service, sheets, worklist
from certification.scoring.models import ScoringSheet
from certification.standards.rules import Component
from portal.access import Permission, needs
from portal.auth.current import actor, may
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.forms.marking import SheetForm
from portal.pages import areas
from portal.pages.tables import page_of
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

pages = Blueprint("marking", __name__, url_prefix="/marking")

SHOWN: dict[str, tuple[Component, bool]] = {
    "mine": (Component.SKILL, True),
    "skill": (Component.SKILL, False),
    "theory": (Component.THEORY, False),
}
"""What the tabs of the work list show: a component, and whether only sessions the reader is named in."""


@pages.get("/")
@needs(Permission.MARK_READ)
def index() -> ResponseReturnValue:
    shown = request.args.get("show", "")
    if shown not in SHOWN:
        shown = "mine" if may(Permission.MARK_AWARD) else "skill"
    component, only_named = SHOWN[shown]
    page = page_of(worklist.sessions(by=actor(), component=component, only_named=only_named))
    progress = worklist.progress(db.session(), [one.id for one in page])
    return render_template("marking/index.html", page=page, progress=progress, shown=shown)


@pages.get("/sessions/<uuid:exam_session_id>")
@needs(Permission.MARK_READ)
def session_of(exam_session_id: UUID) -> ResponseReturnValue:
    """The tasks or papers of one exam session."""
    by = actor()
    exam_session = exams.by_id(db.session(), exam_session_id, by=by)
    if exam_session.component is Component.THEORY:
        return _theory(exam_session, by)
    only_to_do = request.args.get("show") == "to-do"
    page = page_of(worklist.tasks(exam_session, by=by, only_to_do=only_to_do), per_page=60)
    return render_template(
        "marking/skill.html",
        exam_session=exam_session,
        page=page,
        lines=worklist.lines(db.session(), page.items, exam_session, by=by),
        progress=worklist.progress(db.session(), [exam_session_id])[exam_session_id],
        only_to_do=only_to_do,
        is_examiner=_examines(exam_session, by),
    )


def _examines(exam_session: ExamSession, by: Actor) -> bool:
    return any(one.actor_id == by.id and one.duty is SessionDuty.EXAMINER for one in exam_session.staff)


def _theory(exam_session: ExamSession, by: Actor) -> ResponseReturnValue:
    session = db.session()
    page = page_of(exams.registrations_listing(exam_session.id, by=by, with_withdrawn=False))
    marks = service.marks_of(session, [one.id for one in page])
    return render_template(
        "marking/theory.html",
        exam_session=exam_session,
        page=page,
        marks=marks,
        areas=rules.by_area(item for mark in marks.values() for item in mark.detail),
        titles=areas.names(session, exam_session.scheme.tier_id),
        progress=worklist.progress(session, [exam_session.id])[exam_session.id],
        pass_mark=exam_session.scheme.plan.pass_marks.get(Component.THEORY),
    )


@pages.post("/sessions/<uuid:exam_session_id>/mark")
@needs(Permission.MARK_AWARD)
def mark(exam_session_id: UUID) -> ResponseReturnValue:
    """Mark now what the worker would mark within seconds."""
    by, now = actor(), datetime.now(UTC)
    exams.by_id(db.session(), exam_session_id, by=by)
    with unit_of_work() as session:
        done = len(service.mark_submitted(session, now=now, exam_session_id=exam_session_id, by=by))
    flash(ngettext("%(num)s paper marked.", "%(num)s papers marked.", done), "success" if done else "info")
    return redirect(url_for(".session_of", exam_session_id=exam_session_id))


@pages.get("/tasks/<uuid:drawn_task_id>")
@needs(Permission.MARK_READ)
def task(drawn_task_id: UUID) -> ResponseReturnValue:
    """A drawn task: its ratings side by side once they are settled, before that only how far it is."""
    by, session = actor(), db.session()
    drawn = sheets.drawn_task_by_id(session, drawn_task_id, by=by)
    exam_session = drawn.registration.exam_session
    found = sheets.sheets_of(session, drawn)
    return render_template(
        "marking/task.html",
        drawn=drawn,
        exam_session=exam_session,
        line=worklist.lines(session, [drawn], exam_session, by=by)[0],
        sheets=found,
        work=sheets.work_of(session, drawn),
    )


@pages.post("/tasks/<uuid:drawn_task_id>/open")
@needs(Permission.MARK_AWARD)
def open_sheet(drawn_task_id: UUID) -> ResponseReturnValue:
    by, now = actor(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            sheet_id = sheets.open_sheet(session, drawn_task_id, by=by, now=now).id
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
        return redirect(url_for(".task", drawn_task_id=drawn_task_id))
    return redirect(url_for(".sheet", sheet_id=sheet_id))


@pages.route("/sheets/<uuid:sheet_id>", methods=["GET", "POST"])
@needs(Permission.MARK_AWARD)
def sheet(sheet_id: UUID) -> ResponseReturnValue:
    """An examiner's own sheet: to be filled, or as it was handed in."""
    by = actor()
    form = SheetForm.of(sheets.own_sheet(db.session(), sheet_id, by=by))
    if form.validate_on_submit():
        try:
            exam_session_id = _keep(sheet_id, form, by=by)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            if exam_session_id is None:
                return redirect(url_for(".sheet", sheet_id=sheet_id))
            return redirect(url_for(".session_of", exam_session_id=exam_session_id, show="to-do"))
    return _sheet_page(sheets.own_sheet(db.session(), sheet_id, by=by), form, by)


def _keep(sheet_id: UUID, form: SheetForm, *, by: Actor) -> UUID | None:
    """Save the draft, then hand it in if that was asked: a refusal of the second leaves the first in place."""
    now = datetime.now(UTC)
    with unit_of_work() as session:
        sheets.save_sheet(session, sheet_id, form.entries(), remark=form.remark.data, by=by, now=now)
    if request.form.get("deed") != "submit":
        flash(_("The draft is saved."), "success")
        return None
    with unit_of_work() as session:
        done = sheets.submit_sheet(session, sheet_id, by=by, now=now)
        exam_session_id = done.drawn_task.registration.exam_session_id
    flash(_("The sheet is handed in."), "success")
    return exam_session_id


def _sheet_page(own: ScoringSheet, form: SheetForm, by: Actor) -> ResponseReturnValue:
    drawn = sheets.drawn_task_by_id(db.session(), own.drawn_task_id, by=by)
    return render_template(
        "marking/sheet.html",
        sheet=own,
        form=form,
        pairs=list(zip(own.rows, form.rows, strict=False)),
        drawn=drawn,
        exam_session=drawn.registration.exam_session,
        work=sheets.work_of(db.session(), drawn),
    )
