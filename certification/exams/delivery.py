"""What a candidate does in the exam room: sign in, start or resume; saving and submitting stand beside it."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.exams import rules
from certification.exams.drawing import draw_for
from certification.exams.models import (
    AdmissionTicket,
    Attempt,
    DrawnTask,
    ExamSession,
    PaperItem,
    Registration,
)
from certification.exams.rules import ExamSessionStatus, RegistrationStatus
from certification.exams.saving import keep_refused, save
from certification.exams.service import access_code
from certification.exams.sitting import paper_id_of
from certification.exams.submission import (
    TooLate,
    answers,
    attempt_of_registration,
    candidate_actor,
    close_overdue,
    locked,
    require_open,
    submit,
    submit_overdue,
)
from certification.item_bank.content import Content
from certification.skill_tasks.models import SkillTask
from certification.standards.rules import Component
from training_base.kernel import audit
from training_base.kernel.actor import SYSTEM, Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.kernel.keyring import keyring

__all__ = ["answers", "attempt_of_registration", "close_overdue", "keep_refused", "save", "submit", "submit_overdue"]

SEAT_FACTS = (
    joinedload(Registration.exam_session).joinedload(ExamSession.center),
    joinedload(Registration.exam_session).joinedload(ExamSession.room),
    joinedload(Registration.trainer),
    joinedload(Registration.attempt),
    joinedload(Registration.ticket),
)

NO_DEVICE = ""
"""Stands in ``Attempt.device`` after the invigilator released it: the next device takes over."""


@dataclass(eq=False)
class WrongCode(Refusal):
    """No seat has this admission number with this room code; which of the two is wrong is not said."""


@dataclass(eq=False)
class NotSeated(Refusal):
    """The registration does not entitle to a seat: absent, disqualified or withdrawn."""

    status: RegistrationStatus


@dataclass(eq=False)
class RoomClosed(Refusal):
    """The exam session is over or was cancelled."""

    status: ExamSessionStatus


@dataclass(eq=False)
class TooEarly(Refusal):
    """The room opens, or the exam starts, later."""

    starts_at: datetime
    zone: str


@dataclass(eq=False)
class LateArrival(Refusal):
    """The candidate came more than so many minutes late and was not admitted by the invigilator."""

    minutes: int


@dataclass(eq=False)
class DeviceTaken(Refusal):
    """Another device writes this attempt; the invigilator can release it."""


@dataclass(eq=False)
class NoPaper(Refusal):
    """The session has no paper yet."""


@dataclass(frozen=True)
class Question:
    """What stands at one position; marks in hundredths.

    A task has no kind, no options and no content. ``content`` holds the key: who shows it leaves that out.
    """

    position: int
    kind: str | None
    stem: str
    options: tuple[str, ...]
    marks: int
    title: str | None = None
    content: Content | None = None
    stimulus: Mapping[str, Any] | None = None


def sign_in(session: Session, admission_number: str, code: str, device: str, *, now: datetime) -> Registration:
    """Let a candidate in with the number and the room code of the admission ticket.

    The codes are compared in constant time, also where there is no such number.

    Raises:
        WrongCode: the number and the code do not belong together.
        NotSeated: the registration was withdrawn, or the candidate was marked absent or disqualified.
        RoomClosed: the session is over.
        TooEarly: more than 30 minutes before the start.
        DeviceTaken: another device writes this attempt.
    """
    found = session.scalar(
        sa.select(Registration)
        .join(AdmissionTicket, AdmissionTicket.registration_id == Registration.id)
        .where(AdmissionTicket.number == admission_number.strip().upper())
        .options(*SEAT_FACTS)
    )
    expected = access_code(found.exam_session, keyring(session)) if found else "-"
    given = "".join(code.split()).upper()
    if not hmac.compare_digest(expected.encode(), given.encode()) or found is None:
        raise WrongCode
    _require_seat(found)
    if now < found.exam_session.starts_at - rules.SIGN_IN_EARLY:
        raise TooEarly(found.exam_session.starts_at - rules.SIGN_IN_EARLY, found.exam_session.center.zone)
    attempt = found.attempt
    if attempt and attempt.submitted_at is None and attempt.device not in (NO_DEVICE, device):
        raise DeviceTaken
    found.signed_in_at = now
    session.flush()
    return found


def start(session: Session, registration_id: UUID, device: str, *, now: datetime, address: str = "") -> Attempt:
    """Start the attempt of a registration, or go on with it: same paper, same order, the time that is left.

    Raises:
        NotFound: no such registration.
        NotSeated, RoomClosed, NoPaper: this session is not, or no longer, for this candidate.
        TooEarly: the exam has not started.
        LateArrival: more than 15 minutes late and not admitted by the invigilator.
        TooLate: the time is over; the attempt, if any, is to be closed with ``close_overdue``.
        AlreadySubmitted: the attempt was handed in.
        DeviceTaken: another device writes this attempt.
    """
    registration = session.scalar(
        sa.select(Registration)
        .where(Registration.id == registration_id)
        .with_for_update(of=Registration)
        .execution_options(populate_existing=True)
    )
    if registration is None:
        raise NotFound("registration", registration_id)
    by = candidate_actor(registration, address)
    if registration.attempt is not None:
        return _resume(session, registration, registration.attempt.id, device, by=by, now=now)
    exam_session = registration.exam_session
    _require_start(registration, now)
    _set_running(session, exam_session, now)
    if exam_session.component is Component.SKILL:
        draw_for(session, registration, now=now)
    attempt = Attempt(
        registration=registration,
        center_id=registration.center_id,
        paper_id=paper_id_of(session, registration, now=now),
        device=device,
        started_at=now,
        deadline=rules.deadline(now, exam_session.minutes, registration.extra_minutes, exam_session.ends_at),
        grace_seconds=exam_session.grace_seconds,
    )
    session.add(attempt)
    audit.record(session, "attempt.started", attempt, by=by, at=now, details={"late": _is_late(registration, now)})
    return attempt


def questions(session: Session, attempt: Attempt) -> list[Question]:
    """What the candidate is asked, in the order of the paper or of the draw."""
    if attempt.paper_id is not None:
        items = session.scalars(
            sa.select(PaperItem).where(PaperItem.paper_id == attempt.paper_id).order_by(PaperItem.position)
        )
        return [
            Question(
                i.position, i.kind.value, i.stem, tuple(i.options), i.marks, content=i.content, stimulus=i.stimulus
            )
            for i in items
        ]
    drawn = session.execute(
        sa.select(DrawnTask.position, SkillTask)
        .join(SkillTask, SkillTask.id == DrawnTask.skill_task_id)
        .where(DrawnTask.registration_id == attempt.registration_id)
        .order_by(DrawnTask.position)
    )
    return [Question(position, None, task.statement, (), task.marks, task.title) for position, task in drawn]


def attempt_of(session: Session, attempt_id: UUID, *, registration_id: UUID, now: datetime) -> Attempt:
    """The attempt of a signed-in candidate; closed by the server where its time is over.

    Raises:
        NotFound: no such attempt, or somebody else's.
    """
    attempt = attempt_of_registration(session, registration_id, now=now)
    if attempt is None or attempt.id != attempt_id:
        raise NotFound("attempt", attempt_id)
    return attempt


def seat_of(session: Session, registration_id: UUID) -> Registration:
    """The registration of a signed-in candidate with session, room, center and ticket.

    Raises:
        NotFound: no such registration.
    """
    found = session.scalar(sa.select(Registration).where(Registration.id == registration_id).options(*SEAT_FACTS))
    if found is None:
        raise NotFound("registration", registration_id)
    return found


def _require_seat(registration: Registration) -> None:
    if registration.status not in rules.SEATED:
        raise NotSeated(registration.status)
    if registration.exam_session.status not in rules.RUNNABLE:
        raise RoomClosed(registration.exam_session.status)


def _require_start(registration: Registration, now: datetime) -> None:
    exam_session = registration.exam_session
    _require_seat(registration)
    zone = exam_session.center.zone
    if now < exam_session.starts_at:
        raise TooEarly(exam_session.starts_at, zone)
    closes_at = exam_session.ends_at + timedelta(minutes=registration.extra_minutes)
    if now >= closes_at:
        raise TooLate(closes_at, zone)
    if _is_late(registration, now) and registration.status is not RegistrationStatus.ADMITTED:
        raise LateArrival(int(rules.LATE_AFTER / timedelta(minutes=1)))
    if exam_session.component is Component.THEORY and not exam_session.has_paper:
        raise NoPaper


def _is_late(registration: Registration, now: datetime) -> bool:
    return rules.is_late(registration.exam_session.starts_at, now)


def _set_running(session: Session, exam_session: ExamSession, now: datetime) -> None:
    """The clock opens the room where the invigilator has not; of many who start first, one changes the row.

    Raises:
        RoomClosed: the session was cancelled or closed at this moment.
    """
    if exam_session.status is ExamSessionStatus.RUNNING:
        return
    session.refresh(exam_session, with_for_update=True)
    if exam_session.status not in rules.RUNNABLE:
        raise RoomClosed(exam_session.status)
    if exam_session.status is ExamSessionStatus.OPEN:
        before = audit.state_digest(exam_session)
        exam_session.status = ExamSessionStatus.RUNNING
        audit.record(session, "exam_session.opened", exam_session, by=SYSTEM, at=now, before=before)


def _resume(
    session: Session, registration: Registration, attempt_id: UUID, device: str, *, by: Actor, now: datetime
) -> Attempt:
    if registration.status not in rules.SEATED:
        raise NotSeated(registration.status)
    attempt = locked(session, attempt_id, registration.id)
    require_open(attempt, now)
    if attempt.device not in (NO_DEVICE, device):
        raise DeviceTaken
    if attempt.device == NO_DEVICE:
        before = audit.state_digest(attempt)
        attempt.device = device
        audit.record(session, "attempt.device_taken", attempt, by=by, at=now, before=before)
    return attempt
