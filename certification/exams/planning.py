"""Deeds about exam sessions before they begin: plan, open for registration, cancel, staff, room code."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from certification.exams.models import ExamSession, Registration, SessionStaff
from certification.exams.paper_choice import PaperChoice, check_paper
from certification.exams.registering import locked, require_no_teacher
from certification.exams.rules import (
    LEAST_STAFF,
    MOVES,
    ExamSessionStatus,
    RegistrationStatus,
    SessionDuty,
    session_code,
)
from certification.standards import service as standards
from certification.standards.models import Scheme
from certification.standards.rules import Component
from training_base.centers import service as centers
from training_base.centers.models import Room, StaffRole, TrainingCenter
from training_base.centers.rules import StaffDuty, day_at
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

STAFF_DUTY = {SessionDuty.INVIGILATOR: StaffDuty.INVIGILATOR, SessionDuty.EXAMINER: StaffDuty.EXAMINER}


@dataclass(eq=False)
class StartsInThePast(Refusal):
    """An exam session cannot be planned for a time that is over."""

    starts_at: datetime


@dataclass(eq=False)
class WindowTooShort(Refusal):
    """The window ends before the minutes of the exam are over."""

    minutes: int


@dataclass(eq=False)
class TooManyPlaces(Refusal):
    """More places than the room has workstations, or than a session can number."""

    capacity: int
    most: int


@dataclass(eq=False)
class RoomTaken(Refusal):
    """Another exam session has the room at that time."""

    session_code: str
    starts_at: datetime
    ends_at: datetime
    zone: str


@dataclass(eq=False)
class SchemeNotInForce(Refusal):
    """No exam may be held under the scheme on that day."""

    scheme_code: str
    on: date


@dataclass(eq=False)
class ComponentNotExamined(Refusal):
    """The scheme does not examine this component."""

    scheme_code: str
    component: Component


@dataclass(eq=False)
class TooFewStaff(Refusal):
    """The session needs more people with a duty."""

    duty: SessionDuty
    least: int


@dataclass(eq=False)
class NotOnDuty(Refusal):
    """Somebody chosen does not hold the duty at the center on the day of the exam."""

    duty: SessionDuty
    on: date


@dataclass(eq=False)
class WrongStatus(Refusal):
    """The session stands where this is not possible."""

    status: ExamSessionStatus


@dataclass(eq=False)
class AlreadyBegun(Refusal):
    """Candidates have begun to write."""

    count: int


@dataclass(frozen=True)
class ExamSessionFacts:
    """What a session is planned with; how long it lasts is the scheme's affair.

    ``starts_at`` and ``ends_at`` bound the window, aware; ``capacity`` None takes the room's workstations.
    A theory exam has a paper, or a set of frozen parallel papers, with ``own_papers`` for each candidate another.
    """

    center_id: UUID
    room_id: UUID
    scheme_id: UUID
    component: Component
    title: str
    starts_at: datetime
    ends_at: datetime
    paper_id: UUID | None = None
    paper_set_id: UUID | None = None
    own_papers: bool = False
    capacity: int | None = None
    invigilators: tuple[UUID, ...] = ()
    examiners: tuple[UUID, ...] = ()
    grace_seconds: int = 10


def create(session: Session, facts: ExamSessionFacts, *, by: Actor, now: datetime) -> ExamSession:
    """Plan an exam session.

    Raises:
        NotFound: no such center, room, scheme or paper, or outside the actor's centers.
        StartsInThePast: it would begin before now.
        CenterNotActive, OutsideFiledScope: the center may not examine the level on that day.
        SchemeNotInForce, ComponentNotExamined: the scheme does not allow it.
        WindowTooShort: the window is shorter than the exam.
        TooManyPlaces: the room is too small.
        RoomTaken: another session has the room at that time.
        PaperMissing, PaperOfOtherScheme: theory needs a paper of the scheme, nothing else has one.
        TooFewStaff, NotOnDuty: theory needs an invigilator, practical work two examiners, with the duty that day.
    """
    room = _locked_room(session, facts, by)
    center = session.get_one(TrainingCenter, facts.center_id)
    if facts.starts_at <= now:
        raise StartsInThePast(facts.starts_at)
    day = day_at(facts.starts_at, center.zone)
    scheme = standards.scheme_by_id(session, facts.scheme_id)
    centers.require_scope(session, center.id, scheme.tier.level, on=day)
    minutes = _minutes(scheme, facts, day)
    capacity = facts.capacity if facts.capacity is not None else room.workstations
    most = min(room.workstations, 999)
    if not 1 <= capacity <= most:
        raise TooManyPlaces(capacity, most)
    _check_room(session, room, facts, center.zone)
    choice = PaperChoice(facts.paper_id, facts.paper_set_id, facts.own_papers)
    check_paper(session, choice, center.id, scheme.id, facts.component, by=by)
    exam_session = ExamSession(
        code=_next_code(session, day),
        center_id=center.id,
        room_id=room.id,
        scheme_id=scheme.id,
        component=facts.component,
        title=facts.title,
        paper_id=facts.paper_id,
        paper_set_id=facts.paper_set_id,
        own_papers=facts.own_papers,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        minutes=minutes,
        grace_seconds=facts.grace_seconds,
        capacity=capacity,
        access_salt=secrets.token_hex(16),
        created_at=now,
        staff=_staff(session, center.id, facts.component, facts.invigilators, facts.examiners, day),
    )
    session.add(exam_session)
    session.flush()
    details = {"code": exam_session.code, "component": facts.component.value, "staff": _names(exam_session)}
    audit.record(session, "exam_session.created", exam_session, by=by, at=now, details=details)
    return exam_session


def open_registration(session: Session, exam_session_id: UUID, *, by: Actor, now: datetime) -> ExamSession:
    """Let trainers be registered.

    Raises:
        NotFound: no such session in the actor's centers.
        WrongStatus: it is not planned.
        StartsInThePast: its time is over.
    """
    exam_session = locked(session, exam_session_id, by=by)
    if exam_session.starts_at <= now:
        raise StartsInThePast(exam_session.starts_at)
    return _move(session, exam_session, ExamSessionStatus.OPEN, "exam_session.registration_opened", by=by, now=now)


def cancel(session: Session, exam_session_id: UUID, *, reason: str, by: Actor, now: datetime) -> ExamSession:
    """Call an exam session off before anybody has sat in it.

    Raises:
        NotFound: no such session in the actor's centers.
        WrongStatus: it is neither planned nor open.
        AlreadyBegun: somebody has begun.
    """
    exam_session = locked(session, exam_session_id, by=by)
    begun = [one for one in _registered(session, exam_session) if one.attempt is not None]
    if begun:
        raise AlreadyBegun(len(begun))
    return _move(
        session, exam_session, ExamSessionStatus.CANCELLED, "exam_session.cancelled", by=by, now=now, reason=reason
    )


def assign_staff(
    session: Session,
    exam_session_id: UUID,
    *,
    invigilators: Iterable[UUID],
    examiners: Iterable[UUID],
    by: Actor,
    now: datetime,
) -> ExamSession:
    """Choose anew who invigilates and who examines, before the session begins.

    Raises:
        NotFound: no such session in the actor's centers.
        WrongStatus: it has begun, or was cancelled.
        TooFewStaff, NotOnDuty: as in ``create``.
        ExaminerTaught: an examiner has taught a registered candidate.
    """
    exam_session = locked(session, exam_session_id, by=by)
    if exam_session.status not in {ExamSessionStatus.PLANNED, ExamSessionStatus.OPEN}:
        raise WrongStatus(exam_session.status)
    day = day_at(exam_session.starts_at, exam_session.center.zone)
    staff = _staff(session, exam_session.center_id, exam_session.component, tuple(invigilators), tuple(examiners), day)
    require_no_teacher(session, staff, [one.trainer for one in _registered(session, exam_session)])
    before, names = audit.state_digest(exam_session), _names(exam_session)
    for member in list(exam_session.staff):
        session.delete(member)
    session.flush()
    session.expire(exam_session, ["staff"])
    exam_session.staff.extend(staff)
    session.flush()
    details = {"before": names, "after": _names(exam_session)}
    audit.record(session, "exam_session.staffed", exam_session, by=by, at=now, before=before, details=details)
    return exam_session


def rotate_code(session: Session, exam_session_id: UUID, *, by: Actor, now: datetime) -> ExamSession:
    """Make the room code known so far worthless, and another one valid.

    Raises:
        NotFound: no such session in the actor's centers.
        WrongStatus: the session is over.
    """
    exam_session = locked(session, exam_session_id, by=by)
    if not MOVES[exam_session.status] - {ExamSessionStatus.PUBLISHED}:
        raise WrongStatus(exam_session.status)
    before = audit.state_digest(exam_session)
    exam_session.access_salt = secrets.token_hex(16)
    audit.record(session, "exam_session.code_rotated", exam_session, by=by, at=now, before=before)
    return exam_session


def _move(
    session: Session,
    exam_session: ExamSession,
    status: ExamSessionStatus,
    deed: str,
    *,
    by: Actor,
    now: datetime,
    **details: str,
) -> ExamSession:
    if status not in MOVES[exam_session.status]:
        raise WrongStatus(exam_session.status)
    before = audit.state_digest(exam_session)
    exam_session.status = status
    audit.record(session, deed, exam_session, by=by, at=now, before=before, details=dict(details))
    return exam_session


def _registered(session: Session, exam_session: ExamSession) -> list[Registration]:
    query = (
        sa.select(Registration)
        .where(Registration.exam_session_id == exam_session.id, Registration.status != RegistrationStatus.WITHDRAWN)
        .options(selectinload(Registration.attempt), selectinload(Registration.trainer))
        .order_by(Registration.registered_at, Registration.id)
    )
    return list(session.scalars(query))


def _locked_room(session: Session, facts: ExamSessionFacts, by: Actor) -> Room:
    """The room, locked: two sessions for one room are planned one after the other."""
    room = session.scalar(
        sa.select(Room)
        .where(Room.id == facts.room_id, Room.center_id == facts.center_id, by.scope(Room.center_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if room is None:
        raise NotFound("room", facts.room_id)
    return room


def _minutes(scheme: Scheme, facts: ExamSessionFacts, day: date) -> int:
    if not scheme.is_in_force_on(day):
        raise SchemeNotInForce(scheme.code, day)
    plan = {Component.THEORY: scheme.plan.theory, Component.SKILL: scheme.plan.skill}.get(facts.component)
    if plan is None:
        raise ComponentNotExamined(scheme.code, facts.component)
    if facts.ends_at - facts.starts_at < timedelta(minutes=plan.minutes):
        raise WindowTooShort(plan.minutes)
    return plan.minutes


def _check_room(session: Session, room: Room, facts: ExamSessionFacts, zone: str) -> None:
    other = session.scalar(
        sa.select(ExamSession)
        .where(
            ExamSession.room_id == room.id,
            ExamSession.status != ExamSessionStatus.CANCELLED,
            ExamSession.starts_at < facts.ends_at,
            ExamSession.ends_at > facts.starts_at,
        )
        .order_by(ExamSession.starts_at)
        .limit(1)
    )
    if other is not None:
        raise RoomTaken(other.code, other.starts_at, other.ends_at, zone)


def _staff(
    session: Session,
    center_id: UUID,
    component: Component,
    invigilators: tuple[UUID, ...],
    examiners: tuple[UUID, ...],
    day: date,
) -> list[SessionStaff]:
    staff = []
    for duty, wanted in ((SessionDuty.INVIGILATOR, invigilators), (SessionDuty.EXAMINER, examiners)):
        least = LEAST_STAFF[component][duty]
        if len(set(wanted)) < least:
            raise TooFewStaff(duty, least)
        on_duty = centers.staff_listing(center_id=center_id, duty=STAFF_DUTY[duty], on=day)
        names = {role.actor_id: role.name for role in session.scalars(on_duty.where(StaffRole.actor_id.in_(wanted)))}
        if names.keys() != set(wanted):
            raise NotOnDuty(duty, day)
        staff += [
            SessionStaff(center_id=center_id, actor_id=actor_id, name=name, duty=duty)
            for actor_id, name in names.items()
        ]
    return staff


def _names(exam_session: ExamSession) -> dict[str, list[str]]:
    return {
        duty.value: sorted(member.name for member in exam_session.staff if member.duty is duty) for duty in SessionDuty
    }


def _next_code(session: Session, day: date) -> str:
    """The next code of the day in the whole city; of two at the same moment, the later one is a ``Conflict``."""
    prefix = session_code(day, 0)[:-3]
    codes = session.scalars(sa.select(ExamSession.code).where(ExamSession.code.startswith(prefix)))
    return session_code(day, max((int(code.removeprefix(prefix)) for code in codes), default=0) + 1)
