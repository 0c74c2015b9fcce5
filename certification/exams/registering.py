"""Deeds about places in exam sessions: register one or many, withdraw, note the outcome."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.eligibility import service as eligibility
from certification.exams.models import AdmissionTicket, ExamSession, Registration, SessionStaff
from certification.exams.rules import (
    ExamSessionStatus,
    RegistrationStatus,
    SessionDuty,
    admission_number,
    free_seat,
)
from certification.standards.models import Scheme, Tier
from certification.standards.rules import Component
from training_base.centers.rules import day_at
from training_base.cohorts import service as cohorts
from training_base.cohorts.models import Enrolment
from training_base.cohorts.rules import EnrolmentStatus
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.people.models import Trainer

UNUSED = frozenset({RegistrationStatus.ABSENT, RegistrationStatus.DISQUALIFIED})
"""Registrations that brought no result: the component is still to be sat."""


@dataclass(eq=False)
class RegistrationNotOpen(Refusal):
    """The session does not take registrations: not yet, no longer, or it has begun."""

    status: ExamSessionStatus


@dataclass(eq=False)
class SessionFull(Refusal):
    """All places of the session are taken."""

    capacity: int


@dataclass(eq=False)
class OtherCenter(Refusal):
    """The trainer is enrolled at another center than the one that examines."""

    name: str


@dataclass(eq=False)
class EnrolmentLeft(Refusal):
    """The trainer has left the cohort."""

    name: str


@dataclass(eq=False)
class OtherLevel(Refusal):
    """The trainer is enrolled for another level than the session examines."""

    enrolled: int
    examined: int


@dataclass(eq=False)
class AlreadyRegistered(Refusal):
    """The trainer has a place in this session, or in another one of the component whose result is to come."""

    name: str
    session_code: str


@dataclass(eq=False)
class AlreadyPassed(Refusal):
    """The component was passed before, and that still counts."""

    component: Component
    until: date | None


@dataclass(eq=False)
class TheoryFirst(Refusal):
    """Nobody is registered for the skill exam before the theory exam."""

    name: str


@dataclass(eq=False)
class ExaminerTaught(Refusal):
    """An examiner of the session has taught the trainer."""

    examiner: str
    name: str


@dataclass(eq=False)
class NotWithdrawable(Refusal):
    """The registration is no longer one that can be withdrawn."""

    status: RegistrationStatus


@dataclass(frozen=True)
class Answered:
    """What became of one trainer in a registration of many: a registration, or why there is none."""

    enrolment: Enrolment
    registration: Registration | None
    refusal: Refusal | None


def locked(session: Session, exam_session_id: UUID, *, by: Actor) -> ExamSession:
    """The exam session, locked: two who change it or want its last place come one after the other.

    Raises:
        NotFound: no such session, or outside the actor's scope.
    """
    exam_session = session.scalar(
        sa.select(ExamSession)
        .where(ExamSession.id == exam_session_id, by.scope(ExamSession.center_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if exam_session is None:
        raise NotFound("exam_session", exam_session_id)
    return exam_session


def places_taken(session: Session, exam_session_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Registrations per session; withdrawn ones do not count."""
    counts = dict.fromkeys(exam_session_ids, 0)
    query = (
        sa.select(Registration.exam_session_id, sa.func.count())
        .where(Registration.exam_session_id.in_(counts), Registration.status != RegistrationStatus.WITHDRAWN)
        .group_by(Registration.exam_session_id)
    )
    counts.update((exam_session_id, number) for exam_session_id, number in session.execute(query))
    return counts


def register(session: Session, exam_session_id: UUID, enrolment_id: UUID, *, by: Actor, now: datetime) -> Registration:
    """Give a trainer a place in an exam session, with admission number and seat.

    Who had withdrawn from the session comes back under the same admission number, to a new seat.

    Raises:
        NotFound: no such session or enrolment in the actor's centers.
        RegistrationNotOpen: the session does not take registrations now.
        OtherCenter: the enrolment is with another center.
        EnrolmentLeft: the trainer has left the cohort.
        OtherLevel: the enrolment is for another level or occupation.
        HoursMissing: training hours are missing.
        AlreadyRegistered: here, or in another session of the component whose result is still to come.
        AlreadyPassed: the component was passed and that still counts.
        TheoryFirst: a skill exam without a registration for the theory exam.
        NotEligible, RulesNotPublished: the trainer does not meet the rules for the level today.
        ExaminerTaught: an examiner of the session taught the trainer.
        SessionFull: no place is left.
    """
    exam_session = locked(session, exam_session_id, by=by)
    enrolment = cohorts.enrolment_by_id(session, enrolment_id, by=by)
    _lock_trainers(session, [enrolment_id])
    _check(session, exam_session, enrolment, now)
    registration, before = _take_place(session, exam_session, enrolment, now)
    details = {"session": exam_session.code, "component": exam_session.component.value}
    audit.record(session, "registration.created", registration, by=by, at=now, before=before, details=details)
    return registration


def register_many(
    session: Session, exam_session_id: UUID, enrolment_ids: Iterable[UUID], *, by: Actor, now: datetime
) -> list[Answered]:
    """Register several trainers; a refusal of one does not stop the others.

    Returns:
        One answer per enrolment, in the order given.

    Raises:
        NotFound: no such session, or an enrolment outside the actor's centers.
    """
    wanted = list(enrolment_ids)
    locked(session, exam_session_id, by=by)
    _lock_trainers(session, wanted)
    answers = []
    for enrolment_id in wanted:
        enrolment = cohorts.enrolment_by_id(session, enrolment_id, by=by)
        try:
            registration = register(session, exam_session_id, enrolment_id, by=by, now=now)
        except Refusal as refusal:
            answers.append(Answered(enrolment, None, refusal))
        else:
            answers.append(Answered(enrolment, registration, None))
    return answers


def prospects(
    session: Session, exam_session: ExamSession, enrolments: Iterable[Enrolment], *, now: datetime
) -> list[Answered]:
    """What registering each of them would meet now, without doing it; all may not fit, though each would."""
    answers = []
    for enrolment in enrolments:
        refusal = None
        try:
            _check(session, exam_session, enrolment, now)
        except Refusal as met:
            refusal = met
        answers.append(Answered(enrolment, None, refusal))
    return answers


def withdraw(session: Session, registration_id: UUID, *, reason: str, by: Actor, now: datetime) -> Registration:
    """Free a place before the exam begins; the registration and its number stay on record.

    Raises:
        NotFound: no such registration in the actor's centers.
        RegistrationNotOpen: the session has begun, or does not take registrations.
        NotWithdrawable: the place was given up or used before.
    """
    registration = session.scalar(
        sa.select(Registration)
        .where(Registration.id == registration_id, by.scope(Registration.center_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if registration is None:
        raise NotFound("registration", registration_id)
    exam_session = registration.exam_session
    if exam_session.status is not ExamSessionStatus.OPEN or now >= exam_session.starts_at:
        raise RegistrationNotOpen(exam_session.status)
    if registration.status is not RegistrationStatus.REGISTERED:
        raise NotWithdrawable(registration.status)
    before = audit.state_digest(registration)
    registration.status, registration.status_reason = RegistrationStatus.WITHDRAWN, reason
    details = {"reason": reason}
    audit.record(session, "registration.withdrawn", registration, by=by, at=now, before=before, details=details)
    return registration


def note_outcome(session: Session, registration: Registration, *, passed: bool, until: date | None) -> None:
    """Keep with a registration whether it was passed, when its results are published.

    Args:
        session: the session of the publication, whose audit event covers this.
        registration: whose.
        passed: whether the component was passed.
        until: the first day on which that no longer counts; None where the scheme sets no end.
    """
    registration.passed, registration.passed_until = passed, until if passed else None
    session.flush()


def require_no_teacher(session: Session, staff: Iterable[SessionStaff], trainers: Iterable[Trainer]) -> None:
    """Insist that no examiner has taught a candidate.

    Raises:
        ExaminerTaught: one has.
    """
    examiners = [member for member in staff if member.duty is SessionDuty.EXAMINER]
    for trainer in trainers:
        for examiner in examiners:
            if cohorts.has_taught(session, trainer.id, examiner.actor_id):
                raise ExaminerTaught(examiner.name, trainer.name)


def _lock_trainers(session: Session, enrolment_ids: Iterable[UUID]) -> None:
    """Hold the trainers, always in the same order: a place in another session is given before or after this one."""
    enrolled = sa.exists().where(Enrolment.trainer_id == Trainer.id, Enrolment.id.in_(list(enrolment_ids)))
    session.execute(sa.select(Trainer.id).where(enrolled).order_by(Trainer.id).with_for_update(key_share=True))


def _check(session: Session, exam_session: ExamSession, enrolment: Enrolment, now: datetime) -> None:
    """All that registration asks, in the order in which a person would want to hear it."""
    if exam_session.status is not ExamSessionStatus.OPEN or now >= exam_session.starts_at:
        raise RegistrationNotOpen(exam_session.status)
    today = day_at(now, exam_session.center.zone)
    _check_enrolment(exam_session, enrolment)
    _check_earlier(session, exam_session, enrolment, today)
    eligibility.require(session, enrolment.trainer_id, enrolment.level, on=today)
    require_no_teacher(session, exam_session.staff, [enrolment.trainer])
    if places_taken(session, [exam_session.id])[exam_session.id] >= exam_session.capacity:
        raise SessionFull(exam_session.capacity)


def _check_enrolment(exam_session: ExamSession, enrolment: Enrolment) -> None:
    tier = exam_session.scheme.tier
    if enrolment.center_id != exam_session.center_id:
        raise OtherCenter(enrolment.trainer.name)
    if enrolment.status is EnrolmentStatus.LEFT:
        raise EnrolmentLeft(enrolment.trainer.name)
    if (enrolment.occupation_code, enrolment.level) != (tier.standard.occupation_code, tier.level):
        raise OtherLevel(enrolment.level, tier.level)
    cohorts.require_hours(enrolment)


def _check_earlier(session: Session, exam_session: ExamSession, enrolment: Enrolment, today: date) -> None:
    """What the trainer's other registrations for the level say about this one."""
    others = session.scalars(
        sa.select(Registration)
        .join(Registration.exam_session)
        .join(ExamSession.scheme)
        .join(Scheme.tier)
        .where(
            Registration.trainer_id == enrolment.trainer_id,
            Registration.status != RegistrationStatus.WITHDRAWN,
            ExamSession.status != ExamSessionStatus.CANCELLED,
            Tier.level == enrolment.level,
        )
        .options(joinedload(Registration.exam_session))
        .order_by(ExamSession.code)
    ).all()
    same = [other for other in others if other.exam_session.component is exam_session.component]
    for other in same:
        waits = other.status not in UNUSED and other.exam_session.status is not ExamSessionStatus.PUBLISHED
        if other.exam_session_id == exam_session.id or waits:
            raise AlreadyRegistered(enrolment.trainer.name, other.exam_session.code)
        if other.passed and (other.passed_until is None or today < other.passed_until):
            raise AlreadyPassed(exam_session.component, other.passed_until)
    sat = {other.exam_session.component for other in others if other.status not in UNUSED}
    if exam_session.component is Component.SKILL and Component.THEORY not in sat:
        raise TheoryFirst(enrolment.trainer.name)


def _take_place(
    session: Session, exam_session: ExamSession, enrolment: Enrolment, now: datetime
) -> tuple[Registration, str | None]:
    """The registration with its ticket, and the digest of what it was before if it was withdrawn."""
    tickets = session.execute(
        sa.select(AdmissionTicket.seat, Registration.status)
        .join(AdmissionTicket.registration)
        .where(Registration.exam_session_id == exam_session.id)
    ).all()
    taken = [seat for seat, status in tickets if status is not RegistrationStatus.WITHDRAWN]
    seat = free_seat(exam_session.capacity, taken, f"{exam_session.id}:{enrolment.trainer_id}")
    earlier = session.scalar(
        sa.select(Registration)
        .where(Registration.exam_session_id == exam_session.id, Registration.trainer_id == enrolment.trainer_id)
        .options(joinedload(Registration.ticket))
    )
    if earlier is not None and earlier.ticket is not None:
        before = audit.state_digest(earlier)
        earlier.enrolment_id, earlier.registered_at = enrolment.id, now
        earlier.status, earlier.status_reason = RegistrationStatus.REGISTERED, None
        earlier.ticket.seat, earlier.ticket.issued_at = seat, now
        return earlier, before
    registration = Registration(
        center_id=exam_session.center_id,
        exam_session_id=exam_session.id,
        enrolment_id=enrolment.id,
        trainer_id=enrolment.trainer_id,
        registered_at=now,
        ticket=AdmissionTicket(
            center_id=exam_session.center_id,
            number=admission_number(exam_session.code, len(tickets) + 1),
            seat=seat,
            issued_at=now,
        ),
    )
    session.add(registration)
    session.flush()
    return registration, None
