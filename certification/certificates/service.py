"""Deciding on results, issuing certificates, changing their status, and the questions about them."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.certificates import numbering
from certification.certificates.changes import approve_change as approve_change
from certification.certificates.changes import ask_change as ask_change
from certification.certificates.changes import decline_change as decline_change
from certification.certificates.models import Certificate, Decision
from certification.certificates.rules import (
    CertificateStatus,
    ConflictKind,
    DecisionOutcome,
    add_months,
)
from certification.scoring import service as scoring
from certification.scoring.models import Result
from certification.standards.models import Tier
from certification.standards.rules import Component
from training_base.centers import service as centers
from training_base.centers.models import TrainingCenter
from training_base.cohorts import service as cohorts
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.people.models import Trainer

LINK_KEY_BYTES = 16


@dataclass(eq=False)
class NotPassed(Refusal):
    """The candidate has not passed every component."""

    short: tuple[str, ...] = ()


@dataclass(eq=False)
class NotImpartial(Refusal):
    """Whoever taught or examined the candidate, or is the candidate, does not decide."""

    kind: ConflictKind


@dataclass(eq=False)
class AlreadyDecided(Refusal):
    """The result was decided on before."""

    by: str


@dataclass(eq=False)
class ReasonMissing(Refusal):
    """A refusal to certify needs its reason in words."""


@dataclass(eq=False)
class NotDecided(Refusal):
    """Nobody has decided that this result is to be certified."""


@dataclass(eq=False)
class CertificationRefused(Refusal):
    """It was decided that this result is not certified."""


@dataclass(eq=False)
class AlreadyIssued(Refusal):
    """The result has its certificate."""

    number: str


def result_by_id(session: Session, result_id: UUID, *, by: Actor) -> Result:
    """A result in the actor's centers, with what a decision needs to see.

    Raises:
        NotFound: no such result in the actor's centers.
    """
    query = (
        sa.select(Result)
        .where(Result.id == result_id, by.scope(Result.center_id))
        .options(joinedload(Result.trainer), joinedload(Result.tier), selectinload(Result.components))
    )
    result = session.scalar(query)
    if result is None:
        raise NotFound("result", result_id)
    return result


def conflict_of(session: Session, result: Result, *, by: Actor) -> ConflictKind | None:
    """Why the actor may not decide on a result, or None.

    Source: ISO/IEC 17024, impartiality of the certification decision.
    """
    if by.trainer_id == result.trainer_id:
        return ConflictKind.OWN
    if cohorts.has_taught(session, result.trainer_id, by.id):
        return ConflictKind.TAUGHT
    if scoring.has_examined(session, result.trainer_id, by.id):
        return ConflictKind.EXAMINED
    return None


def decide(
    session: Session,
    result_id: UUID,
    outcome: DecisionOutcome,
    *,
    reason: str | None = None,
    by: Actor,
    now: datetime,
) -> Decision:
    """Decide whether a passed result is certified; once, and by somebody impartial.

    Raises:
        NotFound: no such result in the actor's centers.
        NotPassed: a component is short.
        AlreadyDecided: somebody decided before.
        NotImpartial: the actor taught or examined the candidate, or is the candidate.
        ReasonMissing: a refusal came without a reason.
        OutsideFiledScope: the center is not filed for the level today.
    """
    result = result_by_id(session, result_id, by=by)
    if not result.passed:
        raise NotPassed(tuple(result.short))
    earlier = find_decision(session, result_id)
    if earlier is not None:
        raise AlreadyDecided(earlier.decided_by_name)
    if conflict := conflict_of(session, result, by=by):
        raise NotImpartial(conflict)
    reason = (reason or "").strip() or None
    if outcome is DecisionOutcome.REFUSE and reason is None:
        raise ReasonMissing
    center = session.get_one(TrainingCenter, result.center_id)
    if outcome is DecisionOutcome.CERTIFY:
        today = now.astimezone(ZoneInfo(center.zone)).date()
        centers.require_scope(session, center.id, result.tier.level, on=today)
    decision = Decision(
        result_id=result.id,
        center_id=result.center_id,
        outcome=outcome,
        reason=reason,
        decided_by=by.id,
        decided_by_name=by.name,
        decided_at=now,
    )
    session.add(decision)
    audit.record(session, "certificate.decided", decision, by=by, at=now, details={"outcome": outcome.value})
    return decision


def issue(session: Session, result_id: UUID, *, by: Actor, now: datetime) -> Certificate:
    """Turn a result that is to be certified into a certificate that runs from today in the center's zone.

    Raises:
        NotFound: no such result in the actor's centers.
        NotDecided: nobody has decided on the result.
        CertificationRefused: it was decided not to certify it.
        AlreadyIssued: the result has its certificate.
        NotPassed: a re-check has taken the pass back since the decision.
        SerialsExhausted: no number is left under the center's prefix.
    """
    held = sa.select(Result).where(Result.id == result_id).with_for_update()
    session.execute(held.execution_options(populate_existing=True))
    result = result_by_id(session, result_id, by=by)
    require_certified(session, result)
    center = session.get_one(TrainingCenter, result.center_id)
    today, months = now.astimezone(ZoneInfo(center.zone)).date(), result.tier.validity_months
    marks = {part.component: part.marks for part in result.components}
    documents = result.trainer.documents
    prefix = numbering.prefix_of(center.code, today.year, result.tier.level)
    certificate = Certificate(
        number=numbering.allocate(session, prefix, result.id),
        link_key=secrets.token_urlsafe(LINK_KEY_BYTES),
        result_id=result.id,
        center_id=center.id,
        trainer_id=result.trainer_id,
        tier_id=result.tier_id,
        holder_name=result.trainer.name,
        document_masked=documents[-1].number_masked if documents else None,
        theory_marks=marks.get(Component.THEORY),
        skill_marks=marks.get(Component.SKILL),
        issued_on=today,
        issued_at=now,
        expires_on=None if months is None else add_months(today, months),
    )
    session.add(certificate)
    audit.record(session, "certificate.issued", certificate, by=by, at=now, details={"number": certificate.number})
    session.flush()
    numbering.reserve(session, certificate.number, result.id)
    return certificate


def require_certified(session: Session, result: Result) -> None:
    """Hold that a result may get its certificate now.

    Raises:
        NotDecided: nobody has decided on the result.
        CertificationRefused: it was decided not to certify it.
        AlreadyIssued: the result has its certificate.
        NotPassed: a re-check has taken the pass back since the decision.
    """
    decision = find_decision(session, result.id)
    if decision is None:
        raise NotDecided
    if decision.outcome is DecisionOutcome.REFUSE:
        raise CertificationRefused
    earlier = session.scalar(sa.select(Certificate.number).where(Certificate.result_id == result.id))
    if earlier is not None:
        raise AlreadyIssued(earlier)
    if not result.passed:
        raise NotPassed(tuple(result.short))


def find_decision(session: Session, result_id: UUID) -> Decision | None:
    """The decision on a result, or None."""
    return session.scalar(sa.select(Decision).where(Decision.result_id == result_id))


def find_of_result(session: Session, result_id: UUID) -> Certificate | None:
    """The certificate of a result, or None."""
    return session.scalar(sa.select(Certificate).where(Certificate.result_id == result_id))


def by_number(session: Session, number: str, *, by: Actor) -> Certificate:
    """A certificate in the actor's centers, or the actor's own.

    Raises:
        NotFound: no such certificate among them.
    """
    own = Certificate.trainer_id == by.trainer_id if by.trainer_id is not None else sa.false()
    query = (
        sa.select(Certificate)
        .where(Certificate.number == numbering.normal_number(number), by.scope(Certificate.center_id) | own)
        .options(joinedload(Certificate.center), joinedload(Certificate.tier).joinedload(Tier.standard))
    )
    certificate = session.scalar(query)
    if certificate is None:
        raise NotFound("certificate", number)
    return certificate


def of_trainer(session: Session, trainer_id: UUID) -> list[Certificate]:
    """The certificates of a trainer, the highest level first, then the newest, with center and standard loaded."""
    query = (
        sa.select(Certificate)
        .join(Certificate.tier)
        .where(Certificate.trainer_id == trainer_id)
        .options(joinedload(Certificate.center), joinedload(Certificate.tier).joinedload(Tier.standard))
        .order_by(Tier.level, Certificate.issued_on.desc(), Certificate.number)
    )
    return list(session.scalars(query))


def listing(
    *,
    by: Actor,
    q: str | None = None,
    status: CertificateStatus | None = None,
    level: int | None = None,
) -> sa.Select[Certificate]:
    """Certificates of the actor's centers, narrowed by the start of the number or a part of the name, status, level."""
    query = (
        sa.select(Certificate)
        .join(Certificate.tier)
        .where(by.scope(Certificate.center_id))
        .options(joinedload(Certificate.center), joinedload(Certificate.tier))
    )
    if q and q.strip():
        starts = Certificate.number.startswith(numbering.normal_number(q), autoescape=True)
        query = query.where(starts | Certificate.holder_name.contains(q.strip(), autoescape=True))
    if status is not None:
        query = query.where(Certificate.status == status)
    if level is not None:
        query = query.where(Tier.level == level)
    return query


def awaiting_decision(*, by: Actor) -> sa.Select[Result]:
    """Passed results of the actor's centers that nobody has decided on."""
    decided = sa.exists().where(Decision.result_id == Result.id)
    return (
        sa.select(Result)
        .join(Result.trainer)
        .join(Result.tier)
        .where(Result.passed, ~decided, by.scope(Result.center_id))
        .options(joinedload(Result.trainer), joinedload(Result.tier), selectinload(Result.components))
        .order_by(Result.updated_at, Trainer.name, Result.id)
    )


def by_center(session: Session, result_ids: Collection[UUID], *, by: Actor) -> dict[UUID, list[UUID]]:
    """Those of some results that wait for a decision, per center and in their order; the actor's own is left out.

    A job acts in one center and knows nothing of its owner's own profile.
    """
    query = awaiting_decision(by=by).where(Result.id.in_(result_ids))
    if by.trainer_id is not None:
        query = query.where(Result.trainer_id != by.trainer_id)
    found: dict[UUID, list[UUID]] = {}
    for result in session.scalars(query):
        found.setdefault(result.center_id, []).append(result.id)
    return found


def awaiting_issue(*, by: Actor) -> sa.Select[Decision]:
    """Decisions to certify, in the actor's centers, whose certificate is not issued yet."""
    issued = sa.exists().where(Certificate.result_id == Decision.result_id)
    wanted = Decision.outcome == DecisionOutcome.CERTIFY
    loaded = joinedload(Decision.result)
    return (
        sa.select(Decision)
        .where(wanted, ~issued, by.scope(Decision.center_id))
        .options(loaded.joinedload(Result.trainer), loaded.joinedload(Result.tier))
        .order_by(Decision.decided_at, Decision.id)
    )
