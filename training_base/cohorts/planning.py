"""Deeds about what a center teaches: courses, the cohorts that run them, who teaches those."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from training_base.centers import service as centers
from training_base.centers.models import StaffRole
from training_base.centers.rules import StaffDuty, day_at
from training_base.cohorts.models import Cohort, CohortTeacher, Course, Enrolment, TrainingRecord
from training_base.cohorts.rules import DAY_MINUTES, HOURS_DUE, minutes_due
from training_base.cohorts.service import by_id, taken
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal


@dataclass(eq=False)
class NoSuchLevel(Refusal):
    """The occupation cannot be examined at this level."""

    level: int


@dataclass(eq=False)
class TooFewHours(Refusal):
    """The course plans less than the level asks for."""

    planned_minutes: int
    due_minutes: int


@dataclass(eq=False)
class CohortCodeTaken(Refusal):
    """The center has a cohort with this code."""

    cohort_code: str


@dataclass(eq=False)
class CohortTermReversed(Refusal):
    """The cohort would end before it starts."""

    starts_on: date
    ends_on: date


@dataclass(eq=False)
class TermTooShort(Refusal):
    """The days of the cohort cannot hold the hours of its course."""

    days: int
    planned_minutes: int


@dataclass(eq=False)
class BelowTaken(Refusal):
    """Fewer places than are taken, or none at all."""

    capacity: int
    taken: int


@dataclass(eq=False)
class RecordsOutsideTerm(Refusal):
    """Hours are on record for days that the new term leaves out."""

    held_on: date


@dataclass(eq=False)
class NotATeacher(Refusal):
    """The person does not hold the duty of a teacher at the center."""


@dataclass(eq=False)
class AlreadyTeaches(Refusal):
    """The person is a teacher of this cohort."""

    name: str


@dataclass(eq=False)
class HasTaught(Refusal):
    """Hours are on record: who taught stays named, so that nobody who taught decides on a certificate."""

    name: str


@dataclass(frozen=True)
class CourseFacts:
    """What a center teaches: a level (1 to 5) and the minutes planned for it."""

    title: str
    occupation_code: str
    level: int
    planned_minutes: int


@dataclass(frozen=True)
class CohortFacts:
    """A run of a course, from its first day to its last one."""

    code: str
    name: str
    starts_on: date
    ends_on: date
    capacity: int


def courses_listing(*, by: Actor, center_id: UUID | None = None) -> sa.Select[Course]:
    """Courses of the actor's centers, the lowest level first."""
    query = sa.select(Course).where(by.scope(Course.center_id))
    if center_id is not None:
        query = query.where(Course.center_id == center_id)
    return query.options(joinedload(Course.center)).order_by(Course.level.desc(), Course.title, Course.id)


def course_by_id(session: Session, course_id: UUID, *, by: Actor) -> Course:
    """A course of the actor's centers.

    Raises:
        NotFound: no such course, or outside the actor's scope.
    """
    course = session.scalar(sa.select(Course).where(Course.id == course_id, by.scope(Course.center_id)))
    if course is None:
        raise NotFound("course", course_id)
    return course


def create_course(session: Session, center_id: UUID, facts: CourseFacts, *, by: Actor, now: datetime) -> Course:
    """Put a course on a center's program.

    Raises:
        NotFound: no such center in the actor's scope.
        NoSuchLevel: not 1 to 5.
        TooFewHours: the plan is below what the level asks for.
        OutsideFiledScope: the center is not on record for the level today.
        CenterNotActive: the center is suspended or closed.
    """
    center = centers.by_id(session, center_id, by=by)
    if facts.level not in HOURS_DUE:
        raise NoSuchLevel(facts.level)
    due = minutes_due(facts.level)
    if facts.planned_minutes < due:
        raise TooFewHours(facts.planned_minutes, due)
    centers.require_scope(session, center.id, facts.level, on=day_at(now, center.zone))
    course = Course(center_id=center.id, **vars(facts))
    session.add(course)
    session.flush()
    audit.record(session, "course.created", course, by=by, at=now, details={"level": facts.level})
    return course


def create(session: Session, course_id: UUID, facts: CohortFacts, *, by: Actor, now: datetime) -> Cohort:
    """Open a cohort of a course.

    Raises:
        NotFound: no such course in the actor's centers.
        CohortTermReversed: it would end before it starts.
        TermTooShort: its days cannot hold the hours of the course.
        BelowTaken: it has no place.
        CohortCodeTaken: the center has a cohort with this code.
        OutsideFiledScope: the center is not on record for the level on the first day.
        CenterNotActive: the center is suspended or closed.
    """
    course = course_by_id(session, course_id, by=by)
    _check_plan(session, course, facts, None)
    centers.require_scope(session, course.center_id, course.level, on=facts.starts_on)
    cohort = Cohort(center_id=course.center_id, course_id=course.id, **vars(facts))
    session.add(cohort)
    session.flush()
    audit.record(session, "cohort.created", cohort, by=by, at=now)
    return cohort


def update(session: Session, cohort_id: UUID, facts: CohortFacts, *, by: Actor, now: datetime) -> Cohort:
    """Change a cohort's name, term or places.

    Raises:
        NotFound: no such cohort in the actor's centers.
        CohortTermReversed: it would end before it starts.
        TermTooShort: its days cannot hold the hours of the course.
        RecordsOutsideTerm: hours are on record for a day outside the new term.
        BelowTaken: fewer places than are taken.
        CohortCodeTaken: the center has another cohort with this code.
        OutsideFiledScope: the center is not on record for the level on the new first day.
        CenterNotActive: the center is suspended or closed.
    """
    session.execute(sa.select(Cohort.id).where(Cohort.id == cohort_id).with_for_update())
    cohort = by_id(session, cohort_id, by=by)
    _check_plan(session, cohort.course, facts, cohort.id)
    occupied = taken(session, [cohort.id])[cohort.id]
    if facts.capacity < occupied:
        raise BelowTaken(facts.capacity, occupied)
    outside = session.scalar(
        sa.select(TrainingRecord.held_on)
        .join(TrainingRecord.enrolment)
        .where(
            Enrolment.cohort_id == cohort.id,
            TrainingRecord.voided_at.is_(None),
            sa.not_(TrainingRecord.held_on.between(facts.starts_on, facts.ends_on)),
        )
        .limit(1)
    )
    if outside is not None:
        raise RecordsOutsideTerm(outside)
    if facts.starts_on != cohort.starts_on:
        centers.require_scope(session, cohort.center_id, cohort.course.level, on=facts.starts_on)
    before = audit.state_digest(cohort)
    for name, value in vars(facts).items():
        setattr(cohort, name, value)
    audit.record(session, "cohort.updated", cohort, by=by, at=now, before=before)
    return cohort


def add_teacher(session: Session, cohort_id: UUID, actor_id: UUID, *, by: Actor, now: datetime) -> CohortTeacher:
    """Name a teacher of the center as teacher of a cohort; from then on they stand aside from its members.

    Raises:
        NotFound: no such cohort in the actor's centers.
        NotATeacher: the person is no teacher of the center today.
        AlreadyTeaches: the person is named already.
    """
    cohort = by_id(session, cohort_id, by=by)
    today = day_at(now, cohort.center.zone)
    query = centers.staff_listing(center_id=cohort.center_id, duty=StaffDuty.TEACHER, on=today)
    role = session.scalar(query.where(StaffRole.actor_id == actor_id).limit(1))
    if role is None:
        raise NotATeacher
    if any(teacher.actor_id == actor_id for teacher in cohort.teachers):
        raise AlreadyTeaches(role.name)
    teacher = CohortTeacher(center_id=cohort.center_id, actor_id=actor_id, name=role.name)
    cohort.teachers.append(teacher)
    session.flush()
    audit.record(session, "teacher.named", teacher, by=by, at=now)
    return teacher


def remove_teacher(session: Session, teacher_id: UUID, *, by: Actor, now: datetime) -> None:
    """Take back that somebody teaches a cohort, as long as no hours are on record.

    Raises:
        NotFound: no such teacher in the actor's centers.
        HasTaught: hours are on record, voided or not.
    """
    teacher = session.scalar(
        sa.select(CohortTeacher).where(CohortTeacher.id == teacher_id, by.scope(CohortTeacher.center_id))
    )
    if teacher is None:
        raise NotFound("cohort_teacher", teacher_id)
    recorded = session.scalar(
        sa.select(TrainingRecord.id)
        .join(TrainingRecord.enrolment)
        .where(Enrolment.cohort_id == teacher.cohort_id)
        .limit(1)
    )
    if recorded is not None:
        raise HasTaught(teacher.name)
    audit.record(session, "teacher.removed", teacher, by=by, at=now, before=audit.state_digest(teacher))
    session.delete(teacher)
    session.flush()


def _check_plan(session: Session, course: Course, facts: CohortFacts, cohort_id: UUID | None) -> None:
    if facts.ends_on < facts.starts_on:
        raise CohortTermReversed(facts.starts_on, facts.ends_on)
    days = (facts.ends_on - facts.starts_on).days + 1
    if days * DAY_MINUTES < course.planned_minutes:
        raise TermTooShort(days, course.planned_minutes)
    if facts.capacity < 1:
        raise BelowTaken(facts.capacity, 0)
    same = sa.select(Cohort.id).where(Cohort.center_id == course.center_id, Cohort.code == facts.code)
    other = session.scalar(same)
    if other is not None and other != cohort_id:
        raise CohortCodeTaken(facts.code)
