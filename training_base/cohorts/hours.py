"""Deeds about hours of training: credited for one person or a whole cohort's day, voided with a reason."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from training_base.centers.rules import day_at
from training_base.cohorts.models import Cohort, Enrolment, TrainingRecord
from training_base.cohorts.rules import DAY_MINUTES, EnrolmentStatus, status_with
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal


@dataclass(eq=False)
class NotEnrolled(Refusal):
    """The trainer has left the cohort: no hours are credited any more."""

    name: str


@dataclass(eq=False)
class OutsideTerm(Refusal):
    """The day is not one of the cohort's."""

    held_on: date
    starts_on: date
    ends_on: date


@dataclass(eq=False)
class InTheFuture(Refusal):
    """The day has not come yet."""

    held_on: date


@dataclass(eq=False)
class MinutesOutOfRange(Refusal):
    """Fewer than one minute, or more than a day may hold."""

    minutes: int
    most: int


@dataclass(eq=False)
class DayFull(Refusal):
    """With what is on record already, the day would hold too much."""

    name: str
    held_on: date
    recorded_minutes: int
    most: int


@dataclass(eq=False)
class NobodyChosen(Refusal):
    """Hours for nobody."""


@dataclass(eq=False)
class AlreadyVoided(Refusal):
    """The record was voided before."""

    held_on: date


@dataclass(frozen=True)
class HoursFacts:
    """Training of one day: minutes of 60 to the hour, and what it was about."""

    held_on: date
    minutes: int
    topic: str


def record_hours(
    session: Session,
    enrolment_id: UUID,
    *,
    held_on: date,
    minutes: int,
    topic: str,
    by: Actor,
    now: datetime,
) -> TrainingRecord:
    """Credit a trainer with minutes of training; the enrolment is complete once all that is due is credited.

    Raises:
        NotFound: no such enrolment in the actor's centers.
        NotEnrolled: the trainer has left.
        OutsideTerm: the cohort does not run that day.
        InTheFuture: the day has not come where the center is.
        MinutesOutOfRange: not 1 to 480.
        DayFull: the day would hold more than 480.
    """
    condition = Enrolment.id == enrolment_id
    enrolments = _locked(session, condition, by)
    if not enrolments:
        raise NotFound("enrolment", enrolment_id)
    facts = HoursFacts(held_on, minutes, topic)
    return _credit(session, enrolments, facts, by=by, now=now)[0]


def record_day(
    session: Session,
    cohort_id: UUID,
    facts: HoursFacts,
    *,
    enrolment_ids: frozenset[UUID],
    by: Actor,
    now: datetime,
) -> list[TrainingRecord]:
    """Credit several members of a cohort with the same training; all of them or none.

    Raises:
        NobodyChosen: no enrolment is named.
        NotFound: an enrolment is not one of this cohort, or outside the actor's scope.
        NotEnrolled: one of them has left.
        OutsideTerm: the cohort does not run that day.
        InTheFuture: the day has not come where the center is.
        MinutesOutOfRange: not 1 to 480.
        DayFull: somebody's day would hold more than 480.
    """
    if not enrolment_ids:
        raise NobodyChosen
    enrolments = _locked(session, sa.and_(Enrolment.cohort_id == cohort_id, Enrolment.id.in_(enrolment_ids)), by)
    if len(enrolments) < len(enrolment_ids):
        raise NotFound("enrolment")
    return _credit(session, enrolments, facts, by=by, now=now)


def void(session: Session, record_id: UUID, *, reason: str, by: Actor, now: datetime) -> TrainingRecord:
    """Take credited minutes back; the record stays, with the reason.

    Raises:
        NotFound: no such record in the actor's centers.
        AlreadyVoided: it was voided before.
    """
    found = session.scalar(
        sa.select(TrainingRecord).where(TrainingRecord.id == record_id, by.scope(TrainingRecord.center_id))
    )
    if found is None:
        raise NotFound("training_record", record_id)
    enrolment = _locked(session, Enrolment.id == found.enrolment_id, by)[0]
    session.refresh(found)
    if found.voided_at is not None:
        raise AlreadyVoided(found.held_on)
    before = audit.state_digest(found)
    found.voided_at, found.void_reason = now, reason
    _add(enrolment, -found.minutes)
    audit.record(session, "hours.voided", found, by=by, at=now, before=before, details={"reason": reason})
    return found


def records_listing(enrolment_id: UUID, *, by: Actor) -> sa.Select[TrainingRecord]:
    """Hours of an enrolment in the actor's centers, the latest day first, voided ones among them."""
    return (
        sa.select(TrainingRecord)
        .where(TrainingRecord.enrolment_id == enrolment_id, by.scope(TrainingRecord.center_id))
        .order_by(TrainingRecord.held_on.desc(), TrainingRecord.recorded_at.desc(), TrainingRecord.id)
    )


def _locked(session: Session, condition: sa.ColumnElement[bool], by: Actor) -> list[Enrolment]:
    """Enrolments, locked in one order so that two deeds on the same people never wait for each other."""
    query = (
        sa.select(Enrolment)
        .where(condition, by.scope(Enrolment.center_id))
        .order_by(Enrolment.id)
        .options(joinedload(Enrolment.trainer), joinedload(Enrolment.cohort).joinedload(Cohort.center))
        .with_for_update(of=Enrolment)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def _credit(
    session: Session, enrolments: list[Enrolment], facts: HoursFacts, *, by: Actor, now: datetime
) -> list[TrainingRecord]:
    _check_day(enrolments[0].cohort, facts, now)
    recorded = _recorded(session, [enrolment.id for enrolment in enrolments], facts.held_on)
    records = []
    for enrolment in enrolments:
        if enrolment.status is EnrolmentStatus.LEFT:
            raise NotEnrolled(enrolment.trainer.name)
        already = recorded.get(enrolment.id, 0)
        if already + facts.minutes > DAY_MINUTES:
            raise DayFull(enrolment.trainer.name, facts.held_on, already, DAY_MINUTES)
        record = TrainingRecord(
            center_id=enrolment.center_id,
            enrolment_id=enrolment.id,
            recorded_by=by.id,
            recorded_at=now,
            **vars(facts),
        )
        session.add(record)
        _add(enrolment, facts.minutes)
        records.append(record)
    session.flush()
    for record in records:
        audit.record(session, "hours.recorded", record, by=by, at=now, details={"minutes": record.minutes})
    return records


def _check_day(cohort: Cohort, facts: HoursFacts, now: datetime) -> None:
    if not 0 < facts.minutes <= DAY_MINUTES:
        raise MinutesOutOfRange(facts.minutes, DAY_MINUTES)
    if not cohort.starts_on <= facts.held_on <= cohort.ends_on:
        raise OutsideTerm(facts.held_on, cohort.starts_on, cohort.ends_on)
    if facts.held_on > day_at(now, cohort.center.zone):
        raise InTheFuture(facts.held_on)


def _recorded(session: Session, enrolment_ids: list[UUID], day: date) -> dict[UUID, int]:
    """Minutes on record for that day, per enrolment; voided ones do not count."""
    query = (
        sa.select(TrainingRecord.enrolment_id, sa.func.sum(TrainingRecord.minutes))
        .where(
            TrainingRecord.enrolment_id.in_(enrolment_ids),
            TrainingRecord.held_on == day,
            TrainingRecord.voided_at.is_(None),
        )
        .group_by(TrainingRecord.enrolment_id)
    )
    return {enrolment_id: int(minutes) for enrolment_id, minutes in session.execute(query)}


def _add(enrolment: Enrolment, minutes: int) -> None:
    """Keep the sum and the status in step with the records; the row is locked."""
    enrolment.credited_minutes += minutes
    if enrolment.status is not EnrolmentStatus.LEFT:
        enrolment.status = status_with(enrolment.level, enrolment.credited_minutes)
