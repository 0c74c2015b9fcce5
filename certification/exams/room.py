"""The exam room as a whole: its sessions, every seat live, opening and closing, incidents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.exams import rules
from certification.exams.delivery import NO_DEVICE, RoomClosed
from certification.exams.models import (
    AdmissionTicket,
    Attempt,
    ExamSession,
    Incident,
    Paper,
    PaperItem,
    Registration,
    Response,
)
from certification.exams.rules import ExamSessionStatus, IncidentKind, RegistrationStatus, SubmittedBy
from certification.exams.submission import hand_in, is_over
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.people.models import Trainer


@dataclass(eq=False)
class StillWriting(Refusal):
    """So many candidates have not handed in; end their attempts first."""

    count: int


@dataclass(frozen=True)
class Seat:
    """What is known of one candidate at one moment; ``answered`` counts positions with an answer."""

    registration_id: UUID
    seat: int | None
    number: str | None
    name: str
    status: RegistrationStatus
    extra_minutes: int
    signed_in_at: datetime | None
    started_at: datetime | None
    deadline: datetime | None
    has_device: bool
    answered: int
    last_saved_at: datetime | None
    submitted_at: datetime | None
    submitted_by: SubmittedBy | None
    incidents: int


def sessions(*, by: Actor) -> sa.Select[ExamSession]:
    """Sessions of the actor's centers that are to come or run, the next first, and then those that are over."""
    live = ExamSession.status.in_(rules.RUNNABLE)
    return (
        sa.select(ExamSession)
        .where(by.scope(ExamSession.center_id))
        .options(joinedload(ExamSession.room), joinedload(ExamSession.center))
        .order_by(sa.case((live, 0), else_=1), ExamSession.starts_at.desc(), ExamSession.code)
    )


def overview(session: Session, exam_session_id: UUID, *, by: Actor) -> list[Seat]:
    """Every seat of a session as it stands, in the order of seats; one query.

    Candidates who have withdrawn are left out.

    Raises:
        NotFound: no such session in the actor's centers.
    """
    by_id(session, exam_session_id, by=by)
    query = (
        sa.select(*_seat_columns())
        .join(Trainer, Trainer.id == Registration.trainer_id)
        .outerjoin(AdmissionTicket, AdmissionTicket.registration_id == Registration.id)
        .outerjoin(Attempt, Attempt.registration_id == Registration.id)
        .where(
            Registration.exam_session_id == exam_session_id,
            Registration.status != RegistrationStatus.WITHDRAWN,
        )
        .order_by(AdmissionTicket.seat, Trainer.name, Registration.id)
    )
    rows: Sequence[Any] = session.execute(query).all()
    return [Seat(*row) for row in rows]


def _seat_columns() -> tuple[Any, ...]:
    """What a seat shows, in the order of its fields."""
    # Clearing an answer stores an empty one, which is no longer an answer.
    filled = sa.cast(Response.value, sa.Text).not_in(["[]", '""'])
    of_candidate = sa.select(sa.func.count()).where(Incident.registration_id == Registration.id)
    return (
        Registration.id,
        AdmissionTicket.seat,
        AdmissionTicket.number,
        Trainer.name,
        Registration.status,
        Registration.extra_minutes,
        Registration.signed_in_at,
        Attempt.started_at,
        Attempt.deadline,
        sa.func.coalesce(Attempt.device, NO_DEVICE) != NO_DEVICE,
        sa.func.coalesce(_of_attempt(sa.func.count().filter(filled)), 0),
        _of_attempt(sa.func.max(Response.saved_at)),
        Attempt.submitted_at,
        Attempt.submitted_by,
        of_candidate.correlate(Registration).scalar_subquery(),
    )


def _of_attempt(what: Any) -> Any:
    return sa.select(what).where(Response.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()


def by_id(session: Session, exam_session_id: UUID, *, by: Actor) -> ExamSession:
    """An exam session in the actor's centers, with its room.

    Raises:
        NotFound: no such session there.
    """
    found = session.scalar(
        sa.select(ExamSession)
        .where(ExamSession.id == exam_session_id, by.scope(ExamSession.center_id))
        .options(joinedload(ExamSession.room), joinedload(ExamSession.center))
    )
    if found is None:
        raise NotFound("exam_session", exam_session_id)
    return found


def count_items(session: Session, exam_session: ExamSession) -> int | None:
    """Items of the session's paper, or of each of its parallel papers; None for an exam whose tasks are drawn."""
    if not exam_session.has_paper:
        return None
    first = sa.select(Paper.id).where(Paper.paper_set_id == exam_session.paper_set_id).limit(1).scalar_subquery()
    paper_id = exam_session.paper_id or first
    count = sa.select(sa.func.count()).where(PaperItem.paper_id == paper_id)
    return session.scalar(count)


def incidents(session: Session, exam_session_id: UUID, *, by: Actor, at_most: int = 50) -> list[Incident]:
    """What happened in the room, the newest first."""
    query = (
        sa.select(Incident)
        .where(Incident.exam_session_id == exam_session_id, by.scope(Incident.center_id))
        .options(joinedload(Incident.registration).joinedload(Registration.trainer))
        .order_by(Incident.at.desc(), Incident.id)
        .limit(at_most)
    )
    return list(session.scalars(query))


def open_room(session: Session, exam_session_id: UUID, *, by: Actor, now: datetime) -> ExamSession:
    """Open a session to its candidates; opened before, it stays as it is.

    Raises:
        NotFound: no such session in the actor's centers.
        RoomClosed: it is over or was cancelled.
    """
    exam_session = by_id(session, exam_session_id, by=by)
    if exam_session.status not in rules.RUNNABLE:
        raise RoomClosed(exam_session.status)
    if exam_session.status is not ExamSessionStatus.RUNNING:
        before = audit.state_digest(exam_session)
        exam_session.status = ExamSessionStatus.RUNNING
        audit.record(session, "exam_session.opened", exam_session, by=by, at=now, before=before)
    return exam_session


def close_room(session: Session, exam_session_id: UUID, *, by: Actor, now: datetime) -> ExamSession:
    """Close a session for good: whoever never started was absent; attempts whose time is over are handed in.

    Raises:
        NotFound: no such session in the actor's centers.
        RoomClosed: it was closed before, or cancelled.
        StillWriting: candidates have time left; end their attempts first.
    """
    _lock_seats(session, exam_session_id, by=by)
    exam_session = by_id(session, exam_session_id, by=by)
    if exam_session.status not in rules.RUNNABLE:
        raise RoomClosed(exam_session.status)
    writing = _unsubmitted(session, exam_session_id)
    if in_time := sum(not is_over(attempt, now) for attempt in writing):
        raise StillWriting(in_time)
    for attempt in writing:
        hand_in(session, attempt, SubmittedBy.SERVER, by=by, now=now)
    for registration in _without_attempt(session, exam_session_id):
        set_status(session, registration, RegistrationStatus.ABSENT, "registration.absent", by=by, now=now)
    before = audit.state_digest(exam_session)
    exam_session.status, exam_session.closed_at = ExamSessionStatus.CLOSED, now
    audit.record(session, "exam_session.closed", exam_session, by=by, at=now, before=before)
    return exam_session


def end_all(session: Session, exam_session_id: UUID, *, by: Actor, now: datetime) -> int:
    """Hand in every attempt of a session that still runs; how many those were.

    Raises:
        NotFound: no such session in the actor's centers.
    """
    by_id(session, exam_session_id, by=by)
    writing = _unsubmitted(session, exam_session_id)
    for attempt in writing:
        hand_in(session, attempt, SubmittedBy.INVIGILATOR, by=by, now=now)
    return len(writing)


def note_incident(
    session: Session,
    exam_session_id: UUID,
    *,
    kind: IncidentKind,
    note: str,
    by: Actor,
    now: datetime,
    registration_id: UUID | None = None,
) -> Incident:
    """Put down what happened in the room, or to one candidate of it.

    Raises:
        NotFound: no such session in the actor's centers, or no such candidate in it.
    """
    exam_session = by_id(session, exam_session_id, by=by)
    if registration_id is not None:
        registration = session.get(Registration, registration_id)
        if registration is None or registration.exam_session_id != exam_session_id:
            raise NotFound("registration", registration_id)
    incident = Incident(
        center_id=exam_session.center_id,
        exam_session_id=exam_session_id,
        registration_id=registration_id,
        kind=kind,
        note=note,
        at=now,
        noted_by=by.id,
        noted_by_name=by.name,
    )
    session.add(incident)
    audit.record(session, "incident.noted", incident, by=by, at=now, details={"kind": kind.value})
    return incident


def _lock_seats(session: Session, exam_session_id: UUID, *, by: Actor) -> None:
    """Hold the registrations of a session: whoever begins at this moment has begun, or finds the room closed."""
    session.execute(
        sa.select(Registration.id)
        .where(Registration.exam_session_id == exam_session_id, by.scope(Registration.center_id))
        .order_by(Registration.id)
        .with_for_update()
    )


def _unsubmitted(session: Session, exam_session_id: UUID) -> list[Attempt]:
    """The attempts of a session that are not handed in, held to the end of the transaction."""
    query = (
        sa.select(Attempt)
        .join(Registration, Registration.id == Attempt.registration_id)
        .where(Registration.exam_session_id == exam_session_id, Attempt.submitted_at.is_(None))
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def _without_attempt(session: Session, exam_session_id: UUID) -> list[Registration]:
    query = sa.select(Registration).where(
        Registration.exam_session_id == exam_session_id,
        Registration.status.in_(rules.SEATED),
        ~sa.exists().where(Attempt.registration_id == Registration.id),
    )
    return list(session.scalars(query))


def set_status(
    session: Session,
    registration: Registration,
    status: RegistrationStatus,
    deed: str,
    *,
    by: Actor,
    now: datetime,
) -> Registration:
    """Change a registration's status and audit it as that deed."""
    before = audit.state_digest(registration)
    registration.status = status
    registration.admitted_at = now if status is RegistrationStatus.ADMITTED else None
    audit.record(session, deed, registration, by=by, at=now, before=before)
    return registration
