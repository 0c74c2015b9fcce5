"""Deeds and questions about places in cohorts: enrolling, leaving, who taught whom, hours missing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from training_base.centers import service as centers
from training_base.centers.rules import day_at
from training_base.cohorts.hours import record_day as record_day
from training_base.cohorts.hours import record_hours as record_hours
from training_base.cohorts.models import Cohort, CohortTeacher, Course, Enrolment
from training_base.cohorts.rules import (
    CohortPhase,
    EnrolmentStatus,
    minutes_missing,
    phase,
    places_left,
    status_with,
)
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.people import service as people
from training_base.people.models import Trainer, TrainerKeeper


@dataclass(eq=False)
class CohortFull(Refusal):
    """All places are taken."""

    capacity: int


@dataclass(eq=False)
class CohortEnded(Refusal):
    """The cohort is over."""

    ends_on: date


@dataclass(eq=False)
class AlreadyEnrolled(Refusal):
    """The trainer has a place in this cohort."""

    name: str


@dataclass(eq=False)
class TrainerNotOnFile(Refusal):
    """The cohort's center does not keep the trainer on file."""

    name: str


@dataclass(eq=False)
class AlreadyLeft(Refusal):
    """The trainer has left the cohort."""

    name: str


@dataclass(eq=False)
class HoursMissing(Refusal):
    """The level asks for more training than was credited."""

    missing_minutes: int


def by_id(session: Session, cohort_id: UUID, *, by: Actor) -> Cohort:
    """A cohort of the actor's centers with its course, center and teachers.

    Raises:
        NotFound: no such cohort, or outside the actor's scope.
    """
    cohort = session.scalar(
        sa.select(Cohort)
        .where(Cohort.id == cohort_id, by.scope(Cohort.center_id))
        .options(joinedload(Cohort.course), joinedload(Cohort.center), selectinload(Cohort.teachers))
    )
    if cohort is None:
        raise NotFound("cohort", cohort_id)
    return cohort


def listing(
    *,
    by: Actor,
    q: str | None = None,
    center_id: UUID | None = None,
    level: int | None = None,
    phase: CohortPhase | None = None,
    on: date | None = None,
) -> sa.Select[Cohort]:
    """Cohorts of the actor's centers, the latest start first.

    Args:
        by: who asks.
        q: part of a name or of the code.
        center_id: of one center.
        level: 1 to 5.
        phase: where they stand ...
        on: ... on this day; without it the phase is ignored.
    """
    query = sa.select(Cohort).join(Cohort.course).where(by.scope(Cohort.center_id))
    if q:
        names = (Cohort.name, Cohort.code, Course.title)
        query = query.where(sa.or_(*(column.icontains(q, autoescape=True) for column in names)))
    if center_id:
        query = query.where(Cohort.center_id == center_id)
    if level:
        query = query.where(Course.level == level)
    if phase and on:
        conditions = {
            CohortPhase.PLANNED: Cohort.starts_on > on,
            CohortPhase.RUNNING: sa.and_(Cohort.starts_on <= on, Cohort.ends_on >= on),
            CohortPhase.ENDED: Cohort.ends_on < on,
        }
        query = query.where(conditions[phase])
    return query.options(joinedload(Cohort.course), joinedload(Cohort.center)).order_by(
        Cohort.starts_on.desc(), Cohort.code, Cohort.id
    )


def taken(session: Session, cohort_ids: Collection[UUID]) -> dict[UUID, int]:
    """Places taken per cohort; who left takes none."""
    counts = dict.fromkeys(cohort_ids, 0)
    query = (
        sa.select(Enrolment.cohort_id, sa.func.count())
        .where(Enrolment.cohort_id.in_(counts), Enrolment.status != EnrolmentStatus.LEFT)
        .group_by(Enrolment.cohort_id)
    )
    counts.update((cohort_id, number) for cohort_id, number in session.execute(query))
    return counts


def counts(session: Session, cohort_id: UUID) -> dict[EnrolmentStatus, int]:
    """Members of a cohort by status; every status is there."""
    query = (
        sa.select(Enrolment.status, sa.func.count()).where(Enrolment.cohort_id == cohort_id).group_by(Enrolment.status)
    )
    found = {status: number for status, number in session.execute(query)}  # noqa: C416  rows are no pairs to mypy
    return {status: found.get(status, 0) for status in EnrolmentStatus}


def enrolments_listing(
    cohort_id: UUID,
    *,
    by: Actor,
    q: str | None = None,
    status: EnrolmentStatus | None = None,
) -> sa.Select[Enrolment]:
    """Places in a cohort with their trainers, by name."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.trainer)
        .where(Enrolment.cohort_id == cohort_id, by.scope(Enrolment.center_id))
    )
    if q:
        query = query.where(Trainer.name.icontains(q, autoescape=True))
    if status:
        query = query.where(Enrolment.status == status)
    return query.options(joinedload(Enrolment.trainer)).order_by(Trainer.name, Enrolment.id)


def enrolment_by_id(session: Session, enrolment_id: UUID, *, by: Actor) -> Enrolment:
    """A place in a cohort of the actor's centers, with its trainer, cohort, course and records.

    Raises:
        NotFound: no such enrolment, or outside the actor's scope.
    """
    enrolment = session.scalar(
        sa.select(Enrolment)
        .where(Enrolment.id == enrolment_id, by.scope(Enrolment.center_id))
        .options(
            joinedload(Enrolment.trainer),
            joinedload(Enrolment.cohort).joinedload(Cohort.course),
            selectinload(Enrolment.records),
        )
    )
    if enrolment is None:
        raise NotFound("enrolment", enrolment_id)
    return enrolment


def enrolments_of(session: Session, trainer_id: UUID) -> list[Enrolment]:
    """All places a trainer has or had, the latest first; for the trainer's own page and upper floors."""
    query = (
        sa.select(Enrolment)
        .where(Enrolment.trainer_id == trainer_id)
        .options(
            joinedload(Enrolment.cohort).joinedload(Cohort.course),
            joinedload(Enrolment.cohort, Cohort.center),
        )
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id)
    )
    return list(session.scalars(query))


def enrol(
    session: Session,
    cohort_id: UUID,
    trainer_id: UUID,
    *,
    eligible_by: str | None,
    by: Actor,
    now: datetime,
    details: dict[str, object] | None = None,
) -> Enrolment:
    """Give a trainer a place in a cohort; who had left comes back to the hours credited before.

    Args:
        session: the session of the deed.
        cohort_id: which cohort.
        trainer_id: who.
        eligible_by: the rule by which the trainer may go for the level; the upper floor has judged it.
        by: who enrols.
        now: when.
        details: what the audit event shall say besides, free of personal data.

    Raises:
        NotFound: no such cohort or trainer within the actor's scope.
        CohortEnded: its last day is over.
        OutsideFiledScope: the center is not on record for the level today.
        CenterNotActive: the center is suspended or closed.
        TrainerNotOnFile: the center does not keep the trainer.
        AlreadyEnrolled: the trainer has a place.
        CohortFull: no place is left.
    """
    cohort = _locked_cohort(session, cohort_id, by)
    trainer = _trainer_on_file(session, cohort.center_id, trainer_id, by)
    today = day_at(now, cohort.center.zone)
    if phase(cohort.starts_on, cohort.ends_on, today) is CohortPhase.ENDED:
        raise CohortEnded(cohort.ends_on)
    centers.require_scope(session, cohort.center_id, cohort.course.level, on=today)
    earlier = session.scalar(
        sa.select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.trainer_id == trainer.id)
    )
    if earlier is not None and earlier.status is not EnrolmentStatus.LEFT:
        raise AlreadyEnrolled(trainer.name)
    if not places_left(cohort.capacity, taken(session, [cohort.id])[cohort.id]):
        raise CohortFull(cohort.capacity)
    enrolment = earlier or Enrolment(
        center_id=cohort.center_id,
        cohort_id=cohort.id,
        trainer_id=trainer.id,
        occupation_code=cohort.course.occupation_code,
        level=cohort.course.level,
        credited_minutes=0,
        enrolled_at=now,
    )
    before = audit.state_digest(earlier) if earlier is not None else None
    enrolment.eligible_by = eligible_by
    enrolment.status = status_with(enrolment.level, enrolment.credited_minutes)
    session.add(enrolment)
    session.flush()
    facts = {"rule": eligible_by, **(details or {})}
    audit.record(session, "enrolment.created", enrolment, by=by, at=now, before=before, details=facts)
    return enrolment


def leave(session: Session, enrolment_id: UUID, *, reason: str, by: Actor, now: datetime) -> Enrolment:
    """Free a trainer's place; the hours stay on record.

    Raises:
        NotFound: no such enrolment in the actor's centers.
        AlreadyLeft: the trainer has left before.
    """
    enrolment = session.scalar(
        sa.select(Enrolment)
        .where(Enrolment.id == enrolment_id, by.scope(Enrolment.center_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if enrolment is None:
        raise NotFound("enrolment", enrolment_id)
    if enrolment.status is EnrolmentStatus.LEFT:
        raise AlreadyLeft(enrolment.trainer.name)
    before = audit.state_digest(enrolment)
    enrolment.status = EnrolmentStatus.LEFT
    details = {"reason": reason}
    audit.record(session, "enrolment.left", enrolment, by=by, at=now, before=before, details=details)
    return enrolment


def require_hours(enrolment: Enrolment) -> None:
    """Insist that the training the level asks for is credited.

    Raises:
        HoursMissing: so many minutes are missing.
    """
    missing = minutes_missing(enrolment.level, enrolment.credited_minutes)
    if missing:
        raise HoursMissing(missing)


def has_taught(session: Session, trainer_id: UUID, actor_id: UUID) -> bool:
    """Whether somebody teaches or taught a cohort in which the trainer has or had a place."""
    query = (
        sa.select(CohortTeacher.id)
        .join(Enrolment, Enrolment.cohort_id == CohortTeacher.cohort_id)
        .where(Enrolment.trainer_id == trainer_id, CohortTeacher.actor_id == actor_id)
    )
    return session.scalar(query.limit(1)) is not None


def _locked_cohort(session: Session, cohort_id: UUID, by: Actor) -> Cohort:
    """The cohort, locked: two who want the last place come one after the other."""
    cohort = session.scalar(
        sa.select(Cohort)
        .where(Cohort.id == cohort_id, by.scope(Cohort.center_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if cohort is None:
        raise NotFound("cohort", cohort_id)
    return cohort


def _trainer_on_file(session: Session, center_id: UUID, trainer_id: UUID, by: Actor) -> Trainer:
    trainer = people.by_id(session, trainer_id, by=by)
    here = sa.select(TrainerKeeper.id).where(
        TrainerKeeper.center_id == center_id, TrainerKeeper.trainer_id == trainer.id
    )
    if session.scalar(here) is None:
        raise TrainerNotOnFile(trainer.name)
    return trainer
