"""Deeds on what a profile tells of the past: schooling, work, titles, certificates earned elsewhere."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.people import rules, service
from training_base.people.models import (
    EarlierCertificate,
    Education,
    Employment,
    ProfessionalTitle,
    Trainer,
)
from training_base.people.rules import (
    EarlierCertificateFacts,
    EducationFacts,
    EmploymentFacts,
    TitleFacts,
)

Entry = Education | Employment | ProfessionalTitle | EarlierCertificate
E = TypeVar("E", bound=Entry)
F = TypeVar("F", EducationFacts, EmploymentFacts, TitleFacts, EarlierCertificateFacts)

LEVELS = range(1, 6)


@dataclass(eq=False)
class TextMissing(Refusal):
    """A text that the entry needs is empty; ``field`` is its name."""

    field: str


@dataclass(eq=False)
class DayAhead(Refusal):
    """What is on file lies in the past, but this day is still to come."""

    day: date


@dataclass(eq=False)
class DayBeforeBirth(Refusal):
    """This day lies before the person was born."""

    day: date


@dataclass(eq=False)
class EndMissing(Refusal):
    """Schooling without an end is only taken from somebody in the final year."""


@dataclass(eq=False)
class PeriodReversed(Refusal):
    """The end lies before the beginning."""

    started_on: date
    ended_on: date


@dataclass(eq=False)
class EmploymentOverlaps(Refusal):
    """The time is on file already: with the same employer, or as other time in the occupation."""

    employer: str
    started_on: date
    ended_on: date | None


@dataclass(eq=False)
class LevelUnknown(Refusal):
    """Levels run from 5 to 1."""

    level: int


@dataclass(eq=False)
class CertificateOnFile(Refusal):
    """The profile lists a certificate of this number already."""

    number: str


def _texts(facts: F) -> dict[str, object]:
    """The facts as columns, texts tidied.

    Raises:
        TextMissing: one of them is empty.
    """
    values = asdict(facts)
    for field, value in values.items():
        if type(value) is str:
            values[field] = rules.tidy(value)
            if not values[field]:
                raise TextMissing(field)
    return values


def _past(day: date, *, trainer: Trainer, today: date) -> None:
    if day > today:
        raise DayAhead(day)
    if day < trainer.born_on:
        raise DayBeforeBirth(day)


def _add(session: Session, trainer: Trainer, entry: E, *, by: Actor, now: datetime) -> E:
    entry.trainer_id = trainer.id
    session.add(entry)
    deed = f"{entry.__tablename__}.added"
    audit.record(session, deed, entry, by=by, at=now, center_id=service.center_of(trainer, by))
    session.expire(trainer)
    return entry


def add_education(session: Session, trainer_id: UUID, facts: EducationFacts, *, by: Actor, now: datetime) -> Education:
    """Put a course of schooling on file.

    Raises:
        NotFound: no such trainer in the actor's centers.
        TextMissing, EndMissing, DayAhead, DayBeforeBirth: a fact cannot be.
    """
    trainer = service.by_id(session, trainer_id, by=by)
    values = _texts(facts)
    if not facts.in_final_year:
        if facts.ended_on is None:
            raise EndMissing
        _past(facts.ended_on, trainer=trainer, today=now.date())
    return _add(session, trainer, Education(**values), by=by, now=now)


def add_employment(
    session: Session, trainer_id: UUID, facts: EmploymentFacts, *, by: Actor, now: datetime
) -> Employment:
    """Put time at work on file; two jobs at once are possible, but time in the occupation counts once.

    Raises:
        NotFound: no such trainer in the actor's centers.
        TextMissing, PeriodReversed, DayAhead, DayBeforeBirth: a fact cannot be.
        EmploymentOverlaps: the same employer, or other time in the occupation, is on file for these days.
    """
    trainer = service.by_id(session, trainer_id, by=by)
    values = _texts(facts)
    for day in (facts.started_on, facts.ended_on):
        if day is not None:
            _past(day, trainer=trainer, today=now.date())
    if facts.ended_on is not None and facts.ended_on < facts.started_on:
        raise PeriodReversed(facts.started_on, facts.ended_on)
    period = (facts.started_on, facts.ended_on)
    for other in trainer.employments:
        counts_twice = facts.is_in_occupation and other.is_in_occupation
        same = rules.same_name(facts.employer, other.employer)
        if (counts_twice or same) and rules.overlap(period, (other.started_on, other.ended_on)):
            raise EmploymentOverlaps(other.employer, other.started_on, other.ended_on)
    return _add(session, trainer, Employment(**values), by=by, now=now)


def end_employment(session: Session, employment_id: UUID, *, ended_on: date, by: Actor, now: datetime) -> Employment:
    """State when time at work ended.

    Raises:
        NotFound: no such entry in the actor's centers.
        DayAhead, PeriodReversed: the day cannot be.
    """
    employment = _entry(session, Employment, employment_id, by=by)
    trainer = service.by_id(session, employment.trainer_id, by=by)
    if ended_on < employment.started_on:
        raise PeriodReversed(employment.started_on, ended_on)
    _past(ended_on, trainer=trainer, today=now.date())
    before = audit.state_digest(employment)
    employment.ended_on = ended_on
    center_id = service.center_of(trainer, by)
    audit.record(session, "employment.ended", employment, by=by, at=now, before=before, center_id=center_id)
    return employment


def add_title(session: Session, trainer_id: UUID, facts: TitleFacts, *, by: Actor, now: datetime) -> ProfessionalTitle:
    """Put a professional title on file.

    Raises:
        NotFound: no such trainer in the actor's centers.
        TextMissing, DayAhead, DayBeforeBirth: a fact cannot be.
    """
    trainer = service.by_id(session, trainer_id, by=by)
    values = _texts(facts)
    _past(facts.awarded_on, trainer=trainer, today=now.date())
    return _add(session, trainer, ProfessionalTitle(**values), by=by, now=now)


def add_earlier_certificate(
    session: Session, trainer_id: UUID, facts: EarlierCertificateFacts, *, by: Actor, now: datetime
) -> EarlierCertificate:
    """Record a certificate earned elsewhere, from the paper.

    Raises:
        NotFound: no such trainer in the actor's centers.
        TextMissing, LevelUnknown, DayAhead, DayBeforeBirth: a fact cannot be.
        CertificateOnFile: the number is on file already.
    """
    trainer = service.by_id(session, trainer_id, by=by)
    values = _texts(facts)
    if facts.level not in LEVELS:
        raise LevelUnknown(facts.level)
    _past(facts.issued_on, trainer=trainer, today=now.date())
    if any(rules.same_name(facts.number, other.number) for other in trainer.earlier_certificates):
        raise CertificateOnFile(facts.number)
    return _add(session, trainer, EarlierCertificate(**values), by=by, now=now)


def _entry(session: Session, kind: type[E], entry_id: UUID, *, by: Actor) -> E:
    entry = session.scalar(sa.select(kind).where(kind.id == entry_id))
    if entry is None:
        raise NotFound(kind.__tablename__, entry_id)
    service.by_id(session, entry.trainer_id, by=by)
    return entry


def remove(session: Session, kind: type[E], entry_id: UUID, *, by: Actor, now: datetime) -> Trainer:
    """Take an entry off the file; its trainer is given back.

    Raises:
        NotFound: no such entry, or its trainer is none of the actor's centers.
    """
    entry = _entry(session, kind, entry_id, by=by)
    trainer = service.by_id(session, entry.trainer_id, by=by)
    audit.record(
        session,
        f"{kind.__tablename__}.removed",
        entry,
        by=by,
        at=now,
        before=audit.state_digest(entry),
        center_id=service.center_of(trainer, by),
    )
    session.delete(entry)
    session.flush()
    session.expire(trainer)
    return trainer
