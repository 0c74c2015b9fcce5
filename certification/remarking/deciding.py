"""Asking for a re-marking, approving or declining it, and carrying it out candidate by candidate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.certificates import changes
from certification.certificates.models import Certificate, StatusChange
from certification.certificates.rules import ChangeKind, ChangeReason
from certification.exams.models import Attempt, ExamSession, PaperItem, Registration
from certification.remarking import service
from certification.remarking.models import Remarking, RemarkingOutcome
from certification.remarking.rules import Consequence, RemarkingStatus
from certification.scoring import corrections
from certification.scoring.corrections import Shift
from certification.scoring.models import Mark
from certification.scoring.rules import Treatment
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal

OPEN = (RemarkingStatus.ASKED, RemarkingStatus.APPROVED)

CHUNK = 50
"""Candidates who are marked anew in one unit of work."""


@dataclass(eq=False)
class RemarkingReasonMissing(Refusal):
    """A request, and turning it down, needs its reason in words."""


@dataclass(eq=False)
class RemarkingOpen(Refusal):
    """Another request about the same printed item is not finished."""

    asked_by: str


@dataclass(eq=False)
class RemarkingDecided(Refusal):
    """The request was approved or declined before."""

    by: str


@dataclass(eq=False)
class RemarkingNeedsSecondPerson(Refusal):
    """Whoever asked for a re-marking does not approve it."""


@dataclass(eq=False)
class RemarkingNotTheirs(Refusal):
    """Only whoever asked takes a request back, and only whoever may approve it turns it down."""


@dataclass(eq=False)
class SatThisPaper(Refusal):
    """Whoever sat the paper neither asks for its re-marking nor approves it."""


@dataclass(eq=False)
class ForeseenChanged(Refusal):
    """What the re-marking would do is no longer what the reader was shown."""


def ask(
    session: Session,
    item: PaperItem,
    treatment: Treatment,
    key: Any,
    *,
    reason: str,
    by: Actor,
    now: datetime,
    case_id: UUID | None = None,
) -> Remarking:
    """Ask that a printed item be marked anew; nothing changes until somebody else approves.

    Args:
        session: the session of the unit of work.
        item: the printed item, as ``service.item_at`` gives it to the actor.
        treatment: what is to be done.
        key: the new key in the order of this paper; None where everybody is credited.
        reason: why, for whoever decides and for the record.
        by: who asks.
        now: when.
        case_id: the case of an earlier request about the same item in another paper.

    Raises:
        RemarkingReasonMissing: no reason is given.
        SatThisPaper: the actor sat the paper.
        RemarkingOpen: another request about this item is not finished.
        KeyImpossible: the key is none for this item.
        KeyUnchanged: the correction changes nothing.
    """
    if not reason.strip():
        raise RemarkingReasonMissing
    _require_no_stake(session, item.paper_id, by)
    waiting = find_open(session, item.id)
    if waiting is not None:
        raise RemarkingOpen(waiting.asked_by_name)
    key = None if treatment is Treatment.CREDIT_ALL else service.canonical_key(item, key)
    seen = service.preview(session, item, treatment, key)
    remarking = Remarking(
        center_id=item.paper.center_id,
        case_id=case_id or uuid4(),
        paper_id=item.paper_id,
        paper_item_id=item.id,
        treatment=treatment,
        key=key,
        reason=reason.strip(),
        foreseen=seen.numbers.to_json(),
        asked_by=by.id,
        asked_by_name=by.name,
        asked_at=now,
    )
    session.add(remarking)
    details = {"position": item.position, "treatment": treatment.value}
    audit.record(session, "remarking.asked", remarking, by=by, at=now, details=details)
    return remarking


def approve(session: Session, remarking_id: UUID, *, seen: str, by: Actor, now: datetime) -> Remarking:
    """Let a correction hold from now on; ``apply_next`` then marks those anew who were marked before.

    Args:
        session: the session of the unit of work.
        remarking_id: the request.
        seen: the digest of the preview that the actor was shown.
        by: who approves.
        now: when.

    Raises:
        NotFound: no such request in the actor's centers.
        RemarkingDecided: it was approved or declined before.
        RemarkingNeedsSecondPerson: the actor asked for it.
        SatThisPaper: the actor sat the paper.
        ForeseenChanged: what it would do has changed since it was shown.
        KeyUnchanged: a correction approved since has made it superfluous.
    """
    remarking = _open_request(session, remarking_id, by=by)
    if remarking.asked_by == by.id:
        raise RemarkingNeedsSecondPerson
    _require_no_stake(session, remarking.paper_id, by)
    item = remarking.paper_item
    numbers = service.preview(session, item, remarking.treatment, remarking.key).numbers
    if numbers.digest != seen:
        raise ForeseenChanged
    before = audit.state_digest(remarking)
    corrections.add_correction(session, item, remarking.treatment, remarking.key, remarking_id=remarking.id, now=now)
    _decide(remarking, RemarkingStatus.APPROVED, by=by, now=now)
    remarking.foreseen = numbers.to_json()
    audit.record(session, "remarking.approved", remarking, by=by, at=now, before=before, details=remarking.foreseen)
    return remarking


def decline(
    session: Session, remarking_id: UUID, *, reason: str, approves: bool = True, by: Actor, now: datetime
) -> Remarking:
    """Turn a request down, or take one's own back.

    Raises:
        NotFound: no such request in the actor's centers.
        RemarkingDecided: it was approved or declined before.
        RemarkingReasonMissing: no reason is given.
        RemarkingNotTheirs: the actor neither asked nor may approve.
        SatThisPaper: the actor sat the paper and did not ask.
    """
    remarking = _open_request(session, remarking_id, by=by)
    if not reason.strip():
        raise RemarkingReasonMissing
    if remarking.asked_by != by.id:
        if not approves:
            raise RemarkingNotTheirs
        _require_no_stake(session, remarking.paper_id, by)
    before = audit.state_digest(remarking)
    _decide(remarking, RemarkingStatus.DECLINED, by=by, now=now)
    remarking.decline_reason = reason.strip()
    audit.record(session, "remarking.declined", remarking, by=by, at=now, before=before)
    return remarking


def apply_next(session: Session, remarking_id: UUID, after: UUID | None, *, by: Actor, now: datetime) -> UUID | None:
    """Mark the next candidates anew, by registration; once more, nothing changes.

    Args:
        session: the session of the unit of work.
        remarking_id: an approved request.
        after: the last registration that was done.
        by: who approved it.
        now: when.

    Returns:
        the last registration done now, None when there was none left and the re-marking is finished.
    """
    remarking = service.by_id(session, remarking_id, by=by)
    item = remarking.paper_item
    _hold_sessions(session, remarking.paper_id)
    query = sa.select(Mark).join(Attempt, Attempt.registration_id == Mark.registration_id)
    if after is not None:
        query = query.where(Mark.registration_id > after)
    found = session.scalars(
        query.where(Attempt.paper_id == remarking.paper_id)
        .order_by(Mark.registration_id)
        .limit(CHUNK)
        .with_for_update(of=Mark)
    ).all()
    if not found:
        _finish(session, remarking, by=by, now=now)
        return None
    keys = corrections.keys_of(session, item)
    shifts = corrections.apply(session, item, keys, found, by=by, now=now)
    certificates = service.certificates_of(session, shifts)
    for shift in shifts:
        _note(session, remarking, shift, certificates, by=by, now=now)
    session.flush()
    return found[-1].registration_id


def tell(session: Session, remarking_id: UUID, outcome_ids: list[UUID], *, by: Actor, now: datetime) -> int:
    """Note that some candidates were told what became of their marks; told before, it stays as it was.

    Raises:
        NotFound: no such request in the actor's centers.
    """
    remarking = service.by_id(session, remarking_id, by=by)
    chosen = session.scalars(
        sa.select(RemarkingOutcome).where(
            RemarkingOutcome.remarking_id == remarking.id,
            RemarkingOutcome.id.in_(outcome_ids),
            RemarkingOutcome.told_at.is_(None),
        )
    ).all()
    for outcome in chosen:
        outcome.told_at, outcome.told_by_name = now, by.name
    if chosen:
        audit.record(session, "remarking.told", remarking, by=by, at=now, details={"candidates": len(chosen)})
    return len(chosen)


def find_open(session: Session, paper_item_id: UUID) -> Remarking | None:
    """The request about a printed item that is not finished, or None."""
    return session.scalar(
        sa.select(Remarking).where(Remarking.paper_item_id == paper_item_id, Remarking.status.in_(OPEN))
    )


def _open_request(session: Session, remarking_id: UUID, *, by: Actor) -> Remarking:
    query = sa.select(Remarking).where(Remarking.id == remarking_id, by.scope(Remarking.center_id))
    session.execute(query.with_for_update().execution_options(populate_existing=True))
    remarking = service.by_id(session, remarking_id, by=by)
    if remarking.status is not RemarkingStatus.ASKED:
        raise RemarkingDecided(remarking.decided_by_name or "")
    return remarking


def _require_no_stake(session: Session, paper_id: UUID, by: Actor) -> None:
    if service.has_sat(session, paper_id, by.trainer_id):
        raise SatThisPaper


def _decide(remarking: Remarking, status: RemarkingStatus, *, by: Actor, now: datetime) -> None:
    remarking.status, remarking.decided_at = status, now
    remarking.decided_by, remarking.decided_by_name = by.id, by.name


def _hold_sessions(session: Session, paper_id: UUID) -> None:
    """Keep the exam sessions of a paper from being published while their marks change."""
    used = sa.select(Registration.exam_session_id).join(Registration.attempt).where(Attempt.paper_id == paper_id)
    query = sa.select(ExamSession.id).where(ExamSession.id.in_(used)).order_by(ExamSession.id)
    session.execute(query.with_for_update())


def _note(
    session: Session,
    remarking: Remarking,
    shift: Shift,
    certificates: dict[UUID, Certificate],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Keep what became of one candidate; a certificate that lost its ground is put up for withdrawal."""
    consequence = service.consequence_of(shift, certificates)
    certificate = certificates.get(shift.result_id) if shift.result_id else None
    change = None
    if consequence is Consequence.WITHDRAW and certificate is not None:
        change = _ask_withdrawal(session, remarking, certificate, now=now)
    elif shift.result_after and certificate is not None:
        _take_withdrawal_back(session, certificate, by=by, now=now)
    session.add(
        RemarkingOutcome(
            remarking_id=remarking.id,
            center_id=remarking.center_id,
            registration_id=shift.registration_id,
            marks_before=shift.marks_before,
            marks_after=shift.marks_after,
            passed_before=shift.passed_before,
            passed_after=shift.passed_after,
            result_id=shift.result_id,
            result_before=shift.result_before,
            result_after=shift.result_after,
            consequence=consequence,
            certificate_id=certificate.id if certificate else None,
            change_id=change.id if change else None,
            at=now,
        )
    )


def _ask_withdrawal(
    session: Session, remarking: Remarking, certificate: Certificate, *, now: datetime
) -> StatusChange | None:
    """Ask for the withdrawal in the name of whoever asked for the re-marking: somebody else decides on it."""
    asker = Actor(id=remarking.asked_by, name=remarking.asked_by_name, center_ids=frozenset({certificate.center_id}))
    if changes.find_waiting(session, certificate.id) is not None:
        return None
    kind, ground = ChangeKind.WITHDRAW, ChangeReason.ISSUED_IN_ERROR
    return changes.ask_change(session, certificate.number, kind, ground, remarking.reason, by=asker, now=now)


def _take_withdrawal_back(session: Session, certificate: Certificate, *, by: Actor, now: datetime) -> None:
    """Decline the withdrawal that an earlier re-marking asked for, now that the result is passed again."""
    waiting = changes.find_waiting(session, certificate.id)
    if waiting is None:
        return
    ours = session.scalar(sa.select(RemarkingOutcome.id).where(RemarkingOutcome.change_id == waiting.id).limit(1))
    if ours is not None:
        changes.decline_change(session, waiting.id, by=by, now=now)


def _finish(session: Session, remarking: Remarking, *, by: Actor, now: datetime) -> None:
    """Close an approved request when everybody is done; the deed is recorded once."""
    if remarking.status is RemarkingStatus.APPROVED:
        before = audit.state_digest(remarking)
        remarking.status, remarking.applied_at = RemarkingStatus.APPLIED, now
        session.flush()
        led = {one.value: count for one, count in service.counts(session, remarking.id).items()}
        audit.record(session, "remarking.applied", remarking, by=by, at=now, before=before, details=led)
