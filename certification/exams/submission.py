"""Handing an attempt in: by the candidate, by the invigilator, by the server when the time is over."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.exams import rules
from certification.exams.models import Attempt, Registration, Response
from certification.exams.rules import Answer, SubmittedBy
from training_base.kernel import audit
from training_base.kernel.actor import SYSTEM, Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.kernel.keyring import keyring
from training_base.kernel.rules import canonical


class NotCounted(Refusal):
    """An answer came that cannot count; it is kept beside the attempt (``keep_refused``)."""


@dataclass(eq=False)
class TooLate(NotCounted):
    """The time was over at this instant."""

    deadline: datetime
    zone: str


@dataclass(eq=False)
class AlreadySubmitted(NotCounted):
    """The attempt was handed in before."""

    submitted_at: datetime
    zone: str


@dataclass(eq=False)
class WrongDevice(NotCounted):
    """Another device has taken over this attempt."""


def submit(
    session: Session,
    attempt_id: UUID,
    idempotency_key: str,
    *,
    now: datetime,
    registration_id: UUID | None = None,
    address: str = "",
) -> Attempt:
    """Hand an attempt in; asked again with the same key, the first answer is given again.

    Raises:
        NotFound: no such attempt, or somebody else's.
        TooLate: the time was over; the attempt is closed with what was saved (``close_overdue``).
        AlreadySubmitted: handed in before under another key.
    """
    attempt = locked(session, attempt_id, registration_id)
    if attempt.submitted_at is not None and attempt.submit_key == idempotency_key:
        return attempt
    require_open(attempt, now)
    attempt.submit_key = idempotency_key
    by = candidate_actor(attempt.registration, address)
    return hand_in(session, attempt, SubmittedBy.CANDIDATE, by=by, now=now)


def hand_in(session: Session, attempt: Attempt, who: SubmittedBy, *, by: Actor, now: datetime) -> Attempt:
    """Close a locked, unsubmitted attempt with the answers that are saved, and give it its receipt."""
    before = audit.state_digest(attempt)
    session.flush()
    saved = answers(session, attempt.id)
    attempt.submitted_at, attempt.submitted_by = now, who
    attempt.last_saved_at = session.scalar(
        sa.select(sa.func.max(Response.saved_at)).where(Response.attempt_id == attempt.id)
    )
    attempt.receipt = receipt(attempt.id, now, saved, keyring(session).audit)
    audit.record(
        session,
        "attempt.submitted",
        attempt,
        by=by,
        at=now,
        before=before,
        details={"by": who.value, "answers": len(saved), "receipt": attempt.receipt},
    )
    return attempt


def receipt(attempt_id: UUID, submitted_at: datetime, saved: Sequence[Answer], key: bytes) -> str:
    """The keyed digest (HMAC-SHA-256, 32 hexadecimal digits) of what was handed in, and when."""
    values = {
        "attempt": attempt_id,
        "submitted_at": submitted_at,
        "answers": [[answer.position, answer.value, answer.seq] for answer in saved],
    }
    return hmac.digest(key, canonical(values), "sha256").hex()[:32]


def close_overdue(session: Session, attempt_id: UUID, *, now: datetime) -> bool:
    """Submit an attempt whose time is over with what was saved; whether that was so."""
    attempt = locked(session, attempt_id, None)
    if attempt.submitted_at is not None or not is_over(attempt, now):
        return False
    hand_in(session, attempt, SubmittedBy.SERVER, by=SYSTEM, now=now)
    return True


def attempt_of_registration(session: Session, registration_id: UUID, *, now: datetime) -> Attempt | None:
    """The attempt of a registration, if it was started; closed by the server where its time is over."""
    attempt = session.scalar(sa.select(Attempt).where(Attempt.registration_id == registration_id))
    if attempt is not None:
        close_overdue(session, attempt.id, now=now)
    return attempt


def submit_overdue(session: Session, *, now: datetime, at_most: int = 100) -> list[UUID]:
    """Submit attempts whose time is over with what was saved, the oldest first; gives their identifiers."""
    due = session.scalars(
        sa.select(Attempt)
        .where(Attempt.submitted_at.is_(None), Attempt.deadline < now)
        .order_by(Attempt.deadline)
        .limit(at_most)
        .with_for_update(skip_locked=True, of=Attempt)
        .execution_options(populate_existing=True)
    ).all()
    over = [attempt for attempt in due if is_over(attempt, now)]
    for attempt in over:
        hand_in(session, attempt, SubmittedBy.SERVER, by=SYSTEM, now=now)
    return [attempt.id for attempt in over]


def answers(session: Session, attempt_id: UUID) -> list[Answer]:
    """The answers that count now, by position."""
    table = Response.__table__.c
    rows = session.execute(
        sa.select(table.position, table.value, table.seq).where(table.attempt_id == attempt_id).order_by(table.position)
    )
    return [Answer(*row) for row in rows]


def locked(session: Session, attempt_id: UUID, registration_id: UUID | None) -> Attempt:
    """The attempt as it stands now, held to the end of the transaction: a save and a submission take turns.

    Raises:
        NotFound: no such attempt, or not of that registration.
    """
    attempt = session.scalar(
        sa.select(Attempt)
        .where(Attempt.id == attempt_id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    )
    if attempt is None or registration_id not in (None, attempt.registration_id):
        raise NotFound("attempt", attempt_id)
    return attempt


def require_open(attempt: Attempt, now: datetime) -> None:
    """Refuse what comes after the attempt was handed in, or after its time.

    Raises:
        AlreadySubmitted: the candidate or the invigilator handed it in.
        TooLate: the time is over, whether or not the server has closed the attempt yet.
    """
    if attempt.submitted_at is not None and attempt.submitted_by is not SubmittedBy.SERVER:
        raise AlreadySubmitted(attempt.submitted_at, _zone(attempt))
    if attempt.submitted_at is not None or is_over(attempt, now):
        raise TooLate(attempt.deadline, _zone(attempt))


def _zone(attempt: Attempt) -> str:
    return attempt.registration.exam_session.center.zone


def is_over(attempt: Attempt, now: datetime) -> bool:
    """Whether the time of an attempt is over, grace included."""
    return now > rules.accepts_until(attempt.deadline, attempt.grace_seconds)


def candidate_actor(registration: Registration, address: str = "") -> Actor:
    """The candidate of a registration as an actor."""
    return Actor(
        id=registration.trainer_id,
        name=registration.trainer.name,
        center_ids=frozenset({registration.center_id}),
        trainer_id=registration.trainer_id,
        address=address,
    )
