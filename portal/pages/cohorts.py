"""Cohorts: courses and cohorts of the reader's centers, their teachers, members and hours."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.access import Permission, needs
from portal.auth.current import actor, centers_of
from portal.database import db
from portal.filters import local
from portal.forms import cohorts as forms
from portal.forms.base import BaseForm
from portal.labels import level_name, level_of
from portal.pages import enrolling
from portal.pages.enrolling import today_of
from portal.pages.keeping import kept
from portal.pages.tables import ordered, page_of, sort_url
from training_base.centers import service as centers
from training_base.centers.models import StaffRole
from training_base.centers.rules import StaffDuty
from training_base.cohorts import hours, planning, service
from training_base.cohorts.models import Cohort, Course, Enrolment, TrainingRecord
from training_base.cohorts.rules import CohortPhase, EnrolmentStatus, minutes_due, phase
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.people.models import Trainer

pages = Blueprint("cohorts", __name__, url_prefix="/cohorts")
pages.register_blueprint(enrolling.pages)

COLUMNS = {"name": Cohort.name, "level": Course.level, "starts": Cohort.starts_on, "ends": Cohort.ends_on}
MEMBERS = {"name": Trainer.name, "hours": Enrolment.credited_minutes, "status": Enrolment.status}


def to_cohort(cohort_id: UUID) -> ResponseReturnValue:
    """Back to the cohort."""
    return redirect(url_for("cohorts.show", cohort_id=cohort_id))


def rights(cohort: Cohort) -> dict[str, bool]:
    """What the reader may change about a cohort."""
    asked = {"edit": Permission.COHORT_WRITE, "hours": Permission.HOURS_RECORD, "people": Permission.TRAINER_READ}
    return {name: actor(permission).may_touch(cohort.center_id) for name, permission in asked.items()}


def form_page(form: Any, title: str, cohort: Cohort | None, **more: Any) -> str:
    """The page of a form about a cohort."""
    return render_template("cohorts/form.html", form=form, title=title, cohort=cohort, **{"lead": None, **more})


def center_choices(by: Actor) -> list[tuple[str, Any]]:
    """The actor's centers, for a select field."""
    return [(str(center.id), local(center, "name")) for center in centers_of(by)]


@pages.get("/")
@needs(Permission.COHORT_READ)
def index() -> ResponseReturnValue:
    """Cohorts of the reader's centers."""
    form, by, today = forms.CohortFilter(request.args), actor(), datetime.now(UTC).date()
    own = center_choices(by)
    known = {key for key, _name in own}
    form.center.choices = [("", _("all")), *own]
    query = service.listing(
        by=by,
        q=form.q.data,
        center_id=UUID(form.center.data) if form.center.data in known else None,
        level=level_of(form.level.data),
        phase=CohortPhase(form.phase.data) if form.phase.data in set(CohortPhase) else None,
        on=today,
    )
    query, sort = ordered(query, COLUMNS, "-starts")
    page = page_of(query)
    taken = service.taken(db.session(), [cohort.id for cohort in page])
    shown = {"form": form, "sort": sort, "sort_url": sort_url(), "today": today, "phase": phase, "taken": taken}
    return render_template("cohorts/index.html", page=page, several=len(known) > 1, **shown)


@pages.get("/courses")
@needs(Permission.COHORT_READ)
def courses() -> ResponseReturnValue:
    """Courses of the reader's centers."""
    page = page_of(planning.courses_listing(by=actor()))
    return render_template("cohorts/courses.html", page=page, minutes_due=minutes_due)


@pages.route("/courses/new", methods=["GET", "POST"])
@needs(Permission.COHORT_WRITE)
def new_course() -> ResponseReturnValue:
    """Put a course on a center's program."""
    form, by, now = forms.CourseForm(), actor(), datetime.now(UTC)
    form.center_id.choices = center_choices(by)
    if form.validate_on_submit():
        center_id, facts = UUID(form.center_id.data), form.facts()
        if kept(form, lambda s: planning.create_course(s, center_id, facts, by=by, now=now)):
            flash(_("The course is on the program. Next: open a cohort for it."), "success")
            return redirect(url_for(".courses"))
    return form_page(form, _("New course"), None)


@pages.route("/new", methods=["GET", "POST"])
@needs(Permission.COHORT_WRITE)
def new() -> ResponseReturnValue:
    """Open a cohort."""
    by, now = actor(), datetime.now(UTC)
    form = forms.NewCohortForm(course_id=request.args.get("course"))
    found = db.session.scalars(planning.courses_listing(by=by))
    form.course_id.choices = [
        (str(course.id), f"{course.title} · {level_name(course.level)} · {local(course.center, 'name')}")
        for course in found
    ]
    if form.validate_on_submit():
        course_id, facts = UUID(form.course_id.data), form.facts()
        cohort_id = kept(form, lambda s: planning.create(s, course_id, facts, by=by, now=now).id)
        if cohort_id is not None:
            flash(_("The cohort is open. Next: name its teachers and enrol trainees."), "success")
            return to_cohort(cohort_id)
    return render_template("cohorts/new.html", form=form)


@pages.get("/<uuid:cohort_id>")
@needs(Permission.COHORT_READ)
def show(cohort_id: UUID) -> ResponseReturnValue:
    """One cohort: places, teachers, members and their hours."""
    by = actor()
    cohort, form = service.by_id(db.session(), cohort_id, by=by), forms.MemberFilter(request.args)
    status = EnrolmentStatus(form.status.data) if form.status.data in set(EnrolmentStatus) else None
    query = service.enrolments_listing(cohort.id, by=by, q=form.q.data, status=status)
    query, sort = ordered(query, MEMBERS, "name")
    return render_template(
        "cohorts/show.html",
        cohort=cohort,
        page=page_of(query),
        form=form,
        sort=sort,
        sort_url=sort_url(),
        counts=service.counts(db.session(), cohort.id),
        due=minutes_due(cohort.course.level),
        phase=phase(cohort.starts_on, cohort.ends_on, today_of(cohort)),
        rights=rights(cohort),
    )


@pages.route("/<uuid:cohort_id>/edit", methods=["GET", "POST"])
@needs(Permission.COHORT_WRITE)
def edit(cohort_id: UUID) -> ResponseReturnValue:
    """Change a cohort's name, term or places."""
    by, now = actor(), datetime.now(UTC)
    cohort = service.by_id(db.session(), cohort_id, by=by)
    form = forms.CohortForm(obj=cohort)
    if form.validate_on_submit():
        facts = form.facts()
        if kept(form, lambda s: planning.update(s, cohort_id, facts, by=by, now=now)):
            flash(_("The cohort is saved."), "success")
            return to_cohort(cohort_id)
    return form_page(form, _("Edit the cohort"), cohort)


@pages.route("/<uuid:cohort_id>/teachers", methods=["GET", "POST"])
@needs(Permission.COHORT_WRITE)
def teachers(cohort_id: UUID) -> ResponseReturnValue:
    """Name teachers of the center as teachers of the cohort."""
    by, now = actor(), datetime.now(UTC)
    cohort = service.by_id(db.session(), cohort_id, by=by)
    query = centers.staff_listing(center_id=cohort.center_id, duty=StaffDuty.TEACHER, on=today_of(cohort))
    named = {teacher.actor_id for teacher in cohort.teachers}
    form = forms.TeacherForm()
    free = db.session.scalars(query.where(StaffRole.actor_id.not_in(named)))
    form.actor_id.choices = [(str(role.actor_id), role.name) for role in free]
    if form.validate_on_submit():
        actor_id = UUID(form.actor_id.data)
        if kept(form, lambda s: planning.add_teacher(s, cohort_id, actor_id, by=by, now=now)):
            flash(_("The teacher is named, and will not decide on certificates of this cohort."), "success")
            return to_cohort(cohort_id)
    return render_template("cohorts/teachers.html", form=form, cohort=cohort)


@pages.post("/<uuid:cohort_id>/teachers/<uuid:teacher_id>/remove")
@needs(Permission.COHORT_WRITE)
def remove_teacher(cohort_id: UUID, teacher_id: UUID) -> ResponseReturnValue:
    """Take back that somebody teaches the cohort."""
    form, by, now = BaseForm(), actor(), datetime.now(UTC)
    service.by_id(db.session(), cohort_id, by=by)

    def remove(session: Any) -> bool:
        planning.remove_teacher(session, teacher_id, by=by, now=now)
        return True

    if kept(form, remove):
        flash(_("The teacher is no longer named."), "success")
    for sentence in form.refusals:
        flash(sentence, "danger")
    return to_cohort(cohort_id)


@pages.route("/<uuid:cohort_id>/hours", methods=["GET", "POST"])
@needs(Permission.HOURS_RECORD)
def record(cohort_id: UUID) -> ResponseReturnValue:
    """Credit members with the training of a day."""
    by, now = actor(), datetime.now(UTC)
    cohort = service.by_id(db.session(), cohort_id, by=by)
    members = db.session.scalars(
        service.enrolments_listing(cohort.id, by=by).where(Enrolment.status != EnrolmentStatus.LEFT)
    ).all()
    form = forms.HoursForm(held_on=min(today_of(cohort), cohort.ends_on))
    form.members.choices = [(str(one.id), one.trainer.name) for one in members]
    if not form.is_submitted():
        form.members.data = [str(one.id) for one in members]
    if form.validate_on_submit():
        facts, chosen = form.facts(), frozenset(map(UUID, form.members.data or []))
        rows = kept(form, lambda s: service.record_day(s, cohort_id, facts, enrolment_ids=chosen, by=by, now=now))
        if rows:
            flash(
                ngettext("Hours credited to %(num)s member.", "Hours credited to %(num)s members.", len(rows)),
                "success",
            )
            return to_cohort(cohort_id)
    return render_template("cohorts/hours.html", form=form, cohort=cohort)


@pages.get("/enrolments/<uuid:enrolment_id>")
@needs(Permission.COHORT_READ)
def enrolment(enrolment_id: UUID) -> ResponseReturnValue:
    """One member: how far the training is, day by day."""
    by = actor()
    found = service.enrolment_by_id(db.session(), enrolment_id, by=by)
    return render_template(
        "cohorts/enrolment.html",
        enrolment=found,
        cohort=found.cohort,
        page=page_of(hours.records_listing(found.id, by=by)),
        due=minutes_due(found.level),
        rights=rights(found.cohort),
    )


@pages.route("/enrolments/<uuid:enrolment_id>/leave", methods=["GET", "POST"])
@needs(Permission.COHORT_WRITE)
def leave(enrolment_id: UUID) -> ResponseReturnValue:
    """Free a member's place."""
    form, by, now = forms.ReasonForm(), actor(), datetime.now(UTC)
    found = service.enrolment_by_id(db.session(), enrolment_id, by=by)
    cohort = found.cohort
    if form.validate_on_submit():
        reason = str(form.reason.data)
        if kept(form, lambda s: service.leave(s, enrolment_id, reason=reason, by=by, now=now)):
            flash(_("The place is free again; the hours stay on record."), "success")
            return to_cohort(cohort.id)
    return form_page(form, _("Leave the cohort"), cohort, lead=found.trainer.name)


@pages.route("/records/<uuid:record_id>/void", methods=["GET", "POST"])
@needs(Permission.HOURS_RECORD)
def void(record_id: UUID) -> ResponseReturnValue:
    """Take credited hours back."""
    form, by, now = forms.ReasonForm(), actor(), datetime.now(UTC)
    row = db.session.get(TrainingRecord, record_id)
    if row is None or not by.may_touch(row.center_id):
        raise NotFound("training_record", record_id)
    found = row.enrolment
    title = _("Void the hours of %(day)s", day=row.held_on.isoformat())
    if form.validate_on_submit():
        reason = str(form.reason.data)
        if kept(form, lambda s: hours.void(s, record_id, reason=reason, by=by, now=now)):
            flash(_("The hours are voided; the record stays, with the reason."), "success")
            return redirect(url_for(".enrolment", enrolment_id=found.id))
    return form_page(form, title, found.cohort, lead=found.trainer.name)
