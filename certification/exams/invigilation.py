"""What the invigilator does for one candidate: admission, devices, extra time, endings."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.exams import rules
from certification.exams.delivery import NO_DEVICE, NotSeated, RoomClosed
from certification.exams.models import Attempt, Registration
from certification.exams.room import close_room, end_all, note_incident, open_room, overview, set_status
from certification.exams.rules import IncidentKind, RegistrationStatus, SubmittedBy
from certification.exams.submission import hand_in, locked
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

__all__ = ["close_room", "end_all", "note_incident", "open_room", "overview"]


@dataclass(eq=False)
class NotStarted(Refusal):
    """The candidate has no attempt yet."""


@dataclass(eq=False)
class NotWriting(Refusal):
    """The attempt was handed in already."""


@dataclass(eq=False)
class HasStarted(Refusal):
    """The candidate has an attempt, and so was not absent."""


def registration_by_id(session: Session, registration_id: UUID, *, by: Actor) -> Registration:
    """A registration in the actor's centers.

    Raises:
        NotFound: no such registration there.
    """
    found = session.scalar(
        sa.select(Registration)
        .where(Registration.id == registration_id, by.scope(Registration.center_id))
        .with_for_update(of=Registration)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("registration", registration_id)
    return found


def admit(session: Session, registration_id: UUID, *, by: Actor, now: datetime) -> Registration:
    """Let a candidate in whose identity was checked, also late or after having been marked absent.

    Raises:
        NotFound: no such registration in the actor's centers.
        NotSeated: disqualified or withdrawn.
        RoomClosed: the session is over.
    """
    registration = registration_by_id(session, registration_id, by=by)
    _require_room(registration)
    if registration.status not in {*rules.SEATED, RegistrationStatus.ABSENT}:
        raise NotSeated(registration.status)
    late = rules.is_late(registration.exam_session.starts_at, now) and registration.attempt is None
    if late:
        _note(session, registration, IncidentKind.LATE, "", by=by, now=now)
    status = RegistrationStatus.ADMITTED
    return set_status(session, registration, status, "registration.admitted", by=by, now=now)


def mark_absent(session: Session, registration_id: UUID, *, by: Actor, now: datetime) -> Registration:
    """Note that a candidate did not come.

    Raises:
        NotFound: no such registration in the actor's centers.
        HasStarted: there is an attempt.
        NotSeated: absent already, disqualified or withdrawn.
        RoomClosed: the session is over.
    """
    registration = registration_by_id(session, registration_id, by=by)
    _require_room(registration)
    if registration.status not in rules.SEATED:
        raise NotSeated(registration.status)
    if registration.attempt is not None:
        raise HasStarted
    status = RegistrationStatus.ABSENT
    return set_status(session, registration, status, "registration.absent", by=by, now=now)


def release_device(session: Session, registration_id: UUID, *, reason: str, by: Actor, now: datetime) -> Attempt:
    """Take the attempt off its device, so that the candidate can go on at another one.

    Raises:
        NotFound: no such registration in the actor's centers.
        NotStarted: there is no attempt.
        NotWriting: it was handed in.
    """
    registration, attempt = _attempt(session, registration_id, by=by)
    if attempt.submitted_at is not None:
        raise NotWriting
    before = audit.state_digest(attempt)
    attempt.device = NO_DEVICE
    _note(session, registration, IncidentKind.DEVICE_CHANGED, reason, by=by, now=now)
    details = {"reason": reason}
    audit.record(session, "attempt.device_released", attempt, by=by, at=now, before=before, details=details)
    return attempt


def extend(
    session: Session, registration_id: UUID, minutes: int, *, reason: str, by: Actor, now: datetime
) -> Registration:
    """Give a candidate so many more minutes; an attempt handed in too early is opened again.

    The minutes begin when the time would have run out, or now where it has.

    Raises:
        NotFound: no such registration in the actor's centers.
        NotSeated: absent, disqualified or withdrawn.
        RoomClosed: the session is over.
        ValueError: fewer than 1 minute.
    """
    registration = registration_by_id(session, registration_id, by=by)
    _require_room(registration)
    if registration.status not in rules.SEATED:
        raise NotSeated(registration.status)
    if minutes < 1:
        raise ValueError("extra time is at least 1 minute")
    before = audit.state_digest(registration)
    reopened = _extend_attempt(session, registration, minutes, now=now)
    _note(session, registration, IncidentKind.EXTRA_TIME, reason, by=by, now=now)
    details = {"minutes": minutes, "in_all": registration.extra_minutes, "reason": reason, "reopened": reopened}
    audit.record(session, "registration.extended", registration, by=by, at=now, before=before, details=details)
    return registration


def end(session: Session, registration_id: UUID, *, reason: str, by: Actor, now: datetime) -> Attempt:
    """Hand an attempt in for a candidate, with what was saved.

    Raises:
        NotFound: no such registration in the actor's centers.
        NotStarted: there is no attempt.
        NotWriting: it was handed in.
    """
    registration, attempt = _attempt(session, registration_id, by=by)
    if attempt.submitted_at is not None:
        raise NotWriting
    _note(session, registration, IncidentKind.OTHER, reason, by=by, now=now)
    return hand_in(session, attempt, SubmittedBy.INVIGILATOR, by=by, now=now)


def _require_room(registration: Registration) -> None:
    if registration.exam_session.status not in rules.RUNNABLE:
        raise RoomClosed(registration.exam_session.status)


def _attempt(session: Session, registration_id: UUID, *, by: Actor) -> tuple[Registration, Attempt]:
    registration = registration_by_id(session, registration_id, by=by)
    if registration.attempt is None:
        raise NotStarted
    return registration, locked(session, registration.attempt.id, registration.id)


def _extend_attempt(session: Session, registration: Registration, minutes: int, *, now: datetime) -> bool:
    """Move the deadline, and open the attempt again where it was handed in; whether it was."""
    exam_session, attempt = registration.exam_session, registration.attempt
    if attempt is None:
        registration.extra_minutes += minutes
        return False
    attempt = locked(session, attempt.id, registration.id)
    started_at, length, ends_at = attempt.started_at, exam_session.minutes, exam_session.ends_at
    plain = rules.deadline(started_at, length, 0, ends_at)
    registration.extra_minutes = rules.extra_minutes_for(plain, attempt.deadline, minutes, now)
    attempt.deadline = rules.deadline(started_at, length, registration.extra_minutes, ends_at)
    was_submitted = attempt.submitted_at is not None
    attempt.submitted_at = attempt.submitted_by = attempt.submit_key = attempt.receipt = None
    return was_submitted


def _note(
    session: Session, registration: Registration, kind: IncidentKind, note: str, *, by: Actor, now: datetime
) -> None:
    room_id, candidate_id = registration.exam_session_id, registration.id
    note_incident(session, room_id, kind=kind, note=note, registration_id=candidate_id, by=by, now=now)
