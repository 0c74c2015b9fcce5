"""Exam sessions: the list, planning, staff, registrations, tickets and sheets; one's own exams."""

import io
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from certification.exams import paper_sets, papers, planning, service
from certification.exams.models import ExamSession, Paper, PaperSet
from certification.exams.rules import ExamSessionStatus, PaperSetStatus, SessionDuty
from certification.standards import service as standards
from certification.standards.rules import Component
from portal.access import Permission, needs
from portal.auth.current import actor, centers_of
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.filters import local
from portal.forms import exams as forms
from portal.labels import level_name
from portal.pages.tables import ordered, page_of, sort_url
from training_base.centers import service as centers
from training_base.centers.models import TrainingCenter
from training_base.cohorts import service as cohorts
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.kernel.keyring import keyring

pages = Blueprint("exams", __name__, url_prefix="/exams")

COLUMNS = {
    "code": ExamSession.code,
    "title": ExamSession.title,
    "starts": ExamSession.starts_at,
    "status": ExamSession.status,
}
ADMISSION_NUMBER = re.compile(r"[0-9]{12,14}")


def to_session(exam_session_id: UUID) -> ResponseReturnValue:
    """Back to the session."""
    return redirect(url_for("exams.show", exam_session_id=exam_session_id))


def chosen(value: str | None, kind: Any) -> Any:
    """A member of a closed set by what stands in the address; None where it names none."""
    return kind(value) if value in set(kind) else None


@pages.get("/")
@needs(Permission.EXAM_READ)
def index() -> ResponseReturnValue:
    """Exam sessions of the reader's centers."""
    form, now = forms.ExamFilter(request.args), datetime.now(UTC)
    query = service.listing(
        by=actor(),
        q=form.q.data,
        status=chosen(form.status.data, ExamSessionStatus),
        component=chosen(form.component.data, Component),
        ends_after=now if form.when.data == "upcoming" else None,
        ends_before=now if form.when.data == "past" else None,
    )
    query, sort = ordered(query, COLUMNS, "-starts")
    page = page_of(query)
    taken = service.places_taken(db.session(), [row.id for row in page.items])
    return render_template("exams/index.html", page=page, form=form, taken=taken, sort=sort, sort_url=sort_url())


def center_to_plan_at(by: Actor) -> TrainingCenter | None:
    """The center chosen in the address, or the only one; None where it is still to be chosen."""
    found = centers_of(by)
    wanted = request.args.get("center")
    return next((one for one in found if str(one.id) == wanted), found[0] if len(found) == 1 else None)


def offer_staff(form: forms.StaffForm, center_id: UUID) -> None:
    """Offer who holds the duties at the center today."""
    today = datetime.now(UTC).date()
    for duty, field in ((SessionDuty.INVIGILATOR, form.invigilators), (SessionDuty.EXAMINER, form.examiners)):
        rows = db.session.scalars(centers.staff_listing(center_id=center_id, duty=planning.STAFF_DUTY[duty], on=today))
        field.choices = [(str(actor_id), name) for actor_id, name in {row.actor_id: row.name for row in rows}.items()]


def paper_name(paper: Paper) -> str:
    """A paper by code, title and level."""
    return f"{paper.code} · {paper.title} · {level_name(paper.scheme.tier.level)}"


def set_choices(center: TrainingCenter, by: Actor) -> list[tuple[str, str]]:
    """Sets of frozen parallel papers of a center: dealt out by seat, or as the source of candidates' own papers."""
    query = paper_sets.listing(by=by).where(PaperSet.center_id == center.id, PaperSet.status == PaperSetStatus.FROZEN)
    choices = []
    for one in db.session.scalars(query.limit(100)):
        title, count = one.blueprint_version.blueprint.title, one.count
        choices.append((f"set:{one.id}", _("%(title)s: %(count)s parallel papers by seat", title=title, count=count)))
        if count > 1:
            choices.append((f"own:{one.id}", _("%(title)s: a paper of their own for each candidate", title=title)))
    return choices


def planning_form(center: TrainingCenter, by: Actor) -> forms.ExamSessionForm:
    """The form of a new session with all there is to choose from at the center."""
    form, session, today = forms.ExamSessionForm(), db.session(), datetime.now(UTC).date()
    schemes = [one for level in range(5, 0, -1) for one in standards.schemes_in_force(session, level, on=today)]
    rooms = [room for site in centers.by_id(session, center.id, by=by).sites for room in site.rooms]
    found = session.scalars(papers.listing(by=by).where(Paper.center_id == center.id).limit(100))
    form.scheme_id.choices = [(str(one.id), f"{level_name(one.tier.level)} · {local(one, 'title')}") for one in schemes]
    form.room_id.choices = [
        (str(room.id), _("%(room)s (%(seats)s places)", room=room.name, seats=room.workstations)) for room in rooms
    ]
    form.paper_id.choices = [
        ("", _("none")),
        *((str(one.id), paper_name(one)) for one in found if one.paper_set_id is None),
        *set_choices(center, by),
    ]
    offer_staff(form, center.id)
    return form


@pages.route("/new", methods=["GET", "POST"])
@needs(Permission.EXAM_WRITE)
def new() -> ResponseReturnValue:
    """Plan a session."""
    by, now = actor(), datetime.now(UTC)
    center = center_to_plan_at(by)
    if center is None:
        choice = forms.CenterChoice(request.args)
        choice.center.choices = [(str(one.id), str(local(one, "name"))) for one in centers_of(by)]
        return render_template("exams/choose_center.html", form=choice)
    form = planning_form(center, by)
    if form.validate_on_submit():
        facts = form.facts(center)
        try:
            with unit_of_work() as session:
                exam_session_id = planning.create(session, facts, by=by, now=now).id
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The session is planned. Open it when trainers may be registered."), "success")
            return to_session(exam_session_id)
    return render_template("exams/new.html", form=form, center=center)


@pages.get("/<uuid:exam_session_id>")
@needs(Permission.EXAM_READ)
def show(exam_session_id: UUID) -> ResponseReturnValue:
    """One session: facts, staff, registrations, what may be done now."""
    session, by, form = db.session(), actor(), forms.RegistrationFilter(request.args)
    exam_session = service.by_id(session, exam_session_id, by=by)
    writes = actor(Permission.EXAM_WRITE).may_touch(exam_session.center_id)
    return render_template(
        "exams/show.html",
        exam_session=exam_session,
        page=page_of(service.registrations_listing(exam_session_id, by=by, q=form.q.data)),
        form=form,
        taken=service.places_taken(session, [exam_session_id])[exam_session_id],
        writes=writes,
        room_code=service.access_code(exam_session, keyring(session)) if writes else None,
        now=datetime.now(UTC),
    )


@pages.post("/<uuid:exam_session_id>/open")
@needs(Permission.EXAM_WRITE)
def open_registration(exam_session_id: UUID) -> ResponseReturnValue:
    """Let trainers be registered."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        planning.open_registration(session, exam_session_id, by=by, now=now)
    flash(_("The session takes registrations now."), "success")
    return to_session(exam_session_id)


@pages.post("/<uuid:exam_session_id>/code")
@needs(Permission.EXAM_WRITE)
def rotate_code(exam_session_id: UUID) -> ResponseReturnValue:
    """Make another room code."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        planning.rotate_code(session, exam_session_id, by=by, now=now)
    flash(_("There is a new room code; the one before no longer works."), "success")
    return to_session(exam_session_id)


@pages.route("/<uuid:exam_session_id>/cancel", methods=["GET", "POST"])
@needs(Permission.EXAM_WRITE)
def cancel(exam_session_id: UUID) -> ResponseReturnValue:
    """Call a session off."""
    form, by, now = forms.ReasonForm(), actor(), datetime.now(UTC)
    exam_session = service.by_id(db.session(), exam_session_id, by=by)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                planning.cancel(session, exam_session_id, reason=form.reason.data, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The session is cancelled. Tell the registered trainers."), "success")
            return to_session(exam_session_id)
    return render_template("exams/cancel.html", form=form, exam_session=exam_session)


@pages.route("/<uuid:exam_session_id>/staff", methods=["GET", "POST"])
@needs(Permission.EXAM_WRITE)
def staff(exam_session_id: UUID) -> ResponseReturnValue:
    """Choose staff anew."""
    by, now = actor(), datetime.now(UTC)
    exam_session = service.by_id(db.session(), exam_session_id, by=by)
    present = {duty: [str(one.actor_id) for one in exam_session.staff if one.duty is duty] for duty in SessionDuty}
    form = forms.StaffForm(invigilators=present[SessionDuty.INVIGILATOR], examiners=present[SessionDuty.EXAMINER])
    offer_staff(form, exam_session.center_id)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                planning.assign_staff(session, exam_session_id, **form.chosen(), by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The staff of the session are changed."), "success")
            return to_session(exam_session_id)
    return render_template("exams/staff.html", form=form, exam_session=exam_session)


@pages.get("/<uuid:exam_session_id>/register")
@needs(Permission.EXAM_WRITE)
def register(exam_session_id: UUID) -> ResponseReturnValue:
    """Members of a cohort, each with what registering them would meet."""
    session, by, now = db.session(), actor(), datetime.now(UTC)
    exam_session = service.by_id(session, exam_session_id, by=by)
    query = cohorts.listing(by=by, center_id=exam_session.center_id, level=exam_session.scheme.tier.level)
    found = session.scalars(query.limit(100)).all()
    choice = forms.CohortChoice(request.args)
    choice.cohort.choices = [(str(one.id), f"{one.code} · {one.name}") for one in found]
    cohort = next((one for one in found if str(one.id) == choice.cohort.data), found[0] if found else None)
    page = page_of(cohorts.enrolments_listing(cohort.id, by=by), per_page=50) if cohort else None
    choice.cohort.data = str(cohort.id) if cohort else None
    return render_template(
        "exams/register.html",
        exam_session=exam_session,
        choice=choice,
        cohort=cohort,
        page=page,
        prospects=service.prospects(session, exam_session, page.items, now=now) if page else [],
        form=forms.RegisterForm(),
        sentence=sentence,
    )


@pages.post("/<uuid:exam_session_id>/register")
@needs(Permission.EXAM_WRITE)
def register_chosen(exam_session_id: UUID) -> ResponseReturnValue:
    """Register those who were chosen, and report on each."""
    by, now, form = actor(), datetime.now(UTC), forms.RegisterForm()
    service.by_id(db.session(), exam_session_id, by=by)
    form.enrolments.choices = [(value, value) for value in request.form.getlist("enrolments")]
    if not form.validate_on_submit():
        flash(_("Choose at least one person."), "warning")
        return redirect(url_for(".register", exam_session_id=exam_session_id, cohort=request.args.get("cohort")))
    try:
        wanted = [UUID(value) for value in form.enrolments.data]
    except ValueError:
        raise NotFound("enrolment") from None
    with unit_of_work() as session:
        answers = service.register_many(session, exam_session_id, wanted, by=by, now=now)
        report = [
            (one.enrolment.trainer.name, one.registration and one.registration.ticket, one.refusal) for one in answers
        ]
        exam_session = service.by_id(session, exam_session_id, by=by)
    return render_template("exams/registered.html", exam_session=exam_session, report=report, sentence=sentence)


@pages.route("/<uuid:exam_session_id>/registrations/<uuid:registration_id>/withdraw", methods=["GET", "POST"])
@needs(Permission.EXAM_WRITE)
def withdraw(exam_session_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    """Free a place."""
    form, by, now = forms.ReasonForm(), actor(), datetime.now(UTC)
    exam_session = service.by_id(db.session(), exam_session_id, by=by)
    registration = service.registration_of(db.session(), exam_session_id, registration_id, by=by)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.withdraw(session, registration_id, reason=form.reason.data, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The registration is withdrawn; the place is free again."), "success")
            return to_session(exam_session_id)
    return render_template("exams/withdraw.html", form=form, exam_session=exam_session, registration=registration)


@pages.get("/<uuid:exam_session_id>/tickets")
@needs(Permission.EXAM_READ)
def tickets(exam_session_id: UUID) -> ResponseReturnValue:
    """The admission tickets of a session to print, in Chinese whatever the reader's language: candidates carry them."""
    by = actor()
    exam_session = service.by_id(db.session(), exam_session_id, by=by)
    page = page_of(service.registrations_listing(exam_session_id, by=by, with_withdrawn=False), per_page=50)
    with force_locale("zh"):
        return render_template("exams/tickets.html", exam_session=exam_session, registrations=page.items, page=page)


@pages.get("/<uuid:exam_session_id>/sign-sheet")
@needs(Permission.EXAM_READ)
def sign_sheet(exam_session_id: UUID) -> ResponseReturnValue:
    """The sheet that candidates sign in the room."""
    by = actor()
    exam_session = service.by_id(db.session(), exam_session_id, by=by)
    page = page_of(service.registrations_listing(exam_session_id, by=by, with_withdrawn=False), per_page=100)
    with force_locale("zh"):
        return render_template("exams/sign_sheet.html", exam_session=exam_session, page=page)


@pages.get("/tickets/<number>.svg")
@needs(Permission.SIGNED_IN)
def ticket_code(number: str) -> ResponseReturnValue:
    """An admission number as QR code; it is drawn from the address alone and tells nothing about a person."""
    if not ADMISSION_NUMBER.fullmatch(number):
        abort(404)
    image = io.BytesIO()
    segno.make(number, error="m", micro=False).save(image, kind="svg", scale=4, border=2, xmldecl=False)
    return Response(image.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=86400"})


@pages.get("/mine")
@needs(Permission.PROFILE_OWN)
def mine() -> ResponseReturnValue:
    """One's own exams: what is to come, tickets, results."""
    page = page_of(service.own_listing(by=actor()))
    return render_template("exams/mine.html", page=page, now=datetime.now(UTC))


@pages.get("/mine/<uuid:registration_id>/ticket")
@needs(Permission.PROFILE_OWN)
def my_ticket(registration_id: UUID) -> ResponseReturnValue:
    """One's own admission ticket to print."""
    registration = service.own_ticket(db.session(), registration_id, by=actor())
    with force_locale("zh"):
        return render_template(
            "exams/tickets.html",
            exam_session=registration.exam_session,
            registrations=[registration],
            page=None,
        )
