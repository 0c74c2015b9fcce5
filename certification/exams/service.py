"""Questions about exam sessions and registrations, room codes; the deeds of registration are offered here too."""

import hmac
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.exams.models import AdmissionTicket, ExamSession, Registration
from certification.exams.registering import note_outcome as note_outcome
from certification.exams.registering import places_taken as places_taken
from certification.exams.registering import prospects as prospects
from certification.exams.registering import register as register
from certification.exams.registering import register_many as register_many
from certification.exams.registering import withdraw as withdraw
from certification.exams.rules import ExamSessionStatus, RegistrationStatus, room_code
from certification.standards.models import Scheme
from certification.standards.rules import Component
from training_base.cohorts.models import Enrolment
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.keyring import Keyring
from training_base.people.models import Trainer


def by_id(session: Session, exam_session_id: UUID, *, by: Actor) -> ExamSession:
    """An exam session of the actor's centers with its center, room, scheme, paper and staff.

    Raises:
        NotFound: no such session, or outside the actor's scope.
    """
    exam_session = session.scalar(
        sa.select(ExamSession)
        .where(ExamSession.id == exam_session_id, by.scope(ExamSession.center_id))
        .options(
            joinedload(ExamSession.center),
            joinedload(ExamSession.room),
            joinedload(ExamSession.scheme).joinedload(Scheme.tier),
            joinedload(ExamSession.paper),
            selectinload(ExamSession.staff),
        )
    )
    if exam_session is None:
        raise NotFound("exam_session", exam_session_id)
    return exam_session


def listing(
    *,
    by: Actor,
    q: str | None = None,
    status: ExamSessionStatus | None = None,
    component: Component | None = None,
    ends_after: datetime | None = None,
    ends_before: datetime | None = None,
) -> sa.Select[ExamSession]:
    """Exam sessions of the actor's centers, with center, room, scheme and tier.

    Args:
        by: who asks.
        q: part of the code or of the title.
        status: where they stand.
        component: what they examine.
        ends_after: those not over by then.
        ends_before: those over by then.
    """
    query = sa.select(ExamSession).where(by.scope(ExamSession.center_id))
    if q:
        columns = (ExamSession.code, ExamSession.title)
        query = query.where(sa.or_(*(column.icontains(q, autoescape=True) for column in columns)))
    if status:
        query = query.where(ExamSession.status == status)
    if component:
        query = query.where(ExamSession.component == component)
    if ends_after:
        query = query.where(ExamSession.ends_at > ends_after)
    if ends_before:
        query = query.where(ExamSession.ends_at <= ends_before)
    return query.options(
        joinedload(ExamSession.center),
        joinedload(ExamSession.room),
        joinedload(ExamSession.scheme).joinedload(Scheme.tier),
    ).order_by(ExamSession.code)


def registrations_listing(
    exam_session_id: UUID, *, by: Actor, q: str | None = None, with_withdrawn: bool = True
) -> sa.Select[Registration]:
    """Registrations of a session with trainer, documents, ticket, cohort and attempt, by seat."""
    query = (
        sa.select(Registration)
        .join(Registration.trainer)
        .join(Registration.ticket)
        .where(Registration.exam_session_id == exam_session_id, by.scope(Registration.center_id))
    )
    if q:
        found = (Trainer.name.icontains(q, autoescape=True), AdmissionTicket.number.startswith(q))
        query = query.where(sa.or_(*found))
    if not with_withdrawn:
        query = query.where(Registration.status != RegistrationStatus.WITHDRAWN)
    return query.options(
        joinedload(Registration.trainer).selectinload(Trainer.documents),
        joinedload(Registration.ticket),
        joinedload(Registration.attempt),
        joinedload(Registration.enrolment).joinedload(Enrolment.cohort),
    ).order_by(AdmissionTicket.seat, AdmissionTicket.number)


def registration_of(session: Session, exam_session_id: UUID, registration_id: UUID, *, by: Actor) -> Registration:
    """A registration of a session in the actor's centers.

    Raises:
        NotFound: no such registration in the session, or outside the actor's scope.
    """
    registration = session.scalar(
        registrations_listing(exam_session_id, by=by).where(Registration.id == registration_id)
    )
    if registration is None:
        raise NotFound("registration", registration_id)
    return registration


def own_listing(*, by: Actor) -> sa.Select[Registration]:
    """The actor's own registrations with ticket, session, room and level; the latest exam first."""
    return (
        sa.select(Registration)
        .join(Registration.exam_session)
        .where(Registration.trainer_id == by.trainer_id)
        .options(
            joinedload(Registration.ticket),
            joinedload(Registration.trainer),
            joinedload(Registration.exam_session).options(
                joinedload(ExamSession.center),
                joinedload(ExamSession.room),
                joinedload(ExamSession.scheme).joinedload(Scheme.tier),
            ),
        )
        .order_by(ExamSession.starts_at.desc(), Registration.id)
    )


def own(session: Session, registration_id: UUID, *, by: Actor) -> Registration:
    """One of the actor's own registrations.

    Raises:
        NotFound: no such registration, or somebody else's.
    """
    registration = session.scalar(own_listing(by=by).where(Registration.id == registration_id))
    if registration is None:
        raise NotFound("registration", registration_id)
    return registration


def own_ticket(session: Session, registration_id: UUID, *, by: Actor) -> Registration:
    """One of the actor's own registrations whose admission ticket is good.

    Raises:
        NotFound: no such registration, somebody else's, withdrawn, or its session was cancelled.
    """
    registration = own(session, registration_id, by=by)
    cancelled = registration.exam_session.status is ExamSessionStatus.CANCELLED
    if cancelled or registration.status is RegistrationStatus.WITHDRAWN:
        raise NotFound("admission_ticket", registration_id)
    return registration


def access_code(exam_session: ExamSession, keys: Keyring) -> str:
    """The room code of a session: 8 characters worked out from the session and its salt, never stored."""
    message = f"room-code:{exam_session.id}:{exam_session.access_salt}".encode()
    return room_code(hmac.digest(keys.audit, message, "sha256"))
