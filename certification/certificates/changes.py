"""Changes of a certificate's status: one person asks, another one approves or declines."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.certificates.models import Certificate, StatusChange
from certification.certificates.numbering import normal_number
from certification.certificates.rules import (
    REASONS,
    TRANSITIONS,
    CertificateStatus,
    ChangeKind,
    ChangeReason,
    ChangeStatus,
)
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

DEEDS = {
    ChangeKind.WITHDRAW: "certificate.withdrawn",
    ChangeKind.SUSPEND: "certificate.suspended",
    ChangeKind.REINSTATE: "certificate.reinstated",
}


@dataclass(eq=False)
class ChangeImpossible(Refusal):
    """The certificate's status does not allow this change."""

    kind: ChangeKind
    status: CertificateStatus


@dataclass(eq=False)
class ChangeWaiting(Refusal):
    """Another change of the same certificate waits for its decision."""

    kind: ChangeKind
    asked_by: str


@dataclass(eq=False)
class ReasonDoesNotFit(Refusal):
    """The ground is none for this kind of change."""

    kind: ChangeKind
    reason: ChangeReason


@dataclass(eq=False)
class ExplanationMissing(Refusal):
    """A change needs its explanation in words."""


@dataclass(eq=False)
class NeedsSecondPerson(Refusal):
    """Whoever asked for a change does not approve it."""


@dataclass(eq=False)
class OwnCertificate(Refusal):
    """Nobody decides on a change of their own certificate."""


@dataclass(eq=False)
class ChangeDecided(Refusal):
    """The change was approved or declined before."""

    status: ChangeStatus
    by: str


def ask_change(
    session: Session,
    number: str,
    kind: ChangeKind,
    reason: ChangeReason,
    explanation: str,
    *,
    by: Actor,
    now: datetime,
) -> StatusChange:
    """Ask that a certificate be withdrawn, suspended or reinstated; nothing changes until it is approved.

    Raises:
        NotFound: no such certificate in the actor's centers.
        ChangeImpossible: its status does not allow the change.
        ChangeWaiting: another change of it waits for its decision.
        ReasonDoesNotFit: the ground is none for this change.
        ExplanationMissing: the explanation is empty.
    """
    certificate = _locked(session, Certificate.number == normal_number(number), number, by=by)
    if (certificate.status, kind) not in TRANSITIONS:
        raise ChangeImpossible(kind, certificate.status)
    waiting = find_waiting(session, certificate.id)
    if waiting is not None:
        raise ChangeWaiting(waiting.kind, waiting.asked_by_name)
    if reason not in REASONS[kind]:
        raise ReasonDoesNotFit(kind, reason)
    if not explanation.strip():
        raise ExplanationMissing
    change = StatusChange(
        certificate_id=certificate.id,
        center_id=certificate.center_id,
        kind=kind,
        reason=reason,
        explanation=explanation.strip(),
        asked_by=by.id,
        asked_by_name=by.name,
        asked_at=now,
    )
    session.add(change)
    details = {"number": certificate.number, "kind": kind.value, "reason": reason.value}
    audit.record(session, "certificate_change.asked", change, by=by, at=now, details=details)
    return change


def approve_change(session: Session, change_id: UUID, *, by: Actor, now: datetime) -> Certificate:
    """Let a change take effect; a withdrawal is final.

    Raises:
        NotFound: no such change in the actor's centers.
        ChangeDecided: it was approved or declined before.
        NeedsSecondPerson: the actor asked for it.
        OwnCertificate: the actor holds the certificate.
        ChangeImpossible: the certificate's status has changed since.
    """
    change, certificate = _open_change(session, change_id, by=by)
    if change.asked_by == by.id:
        raise NeedsSecondPerson
    _require_other_holder(certificate, by)
    after = TRANSITIONS.get((certificate.status, change.kind))
    if after is None:
        raise ChangeImpossible(change.kind, certificate.status)
    before = audit.state_digest(certificate)
    certificate.status, certificate.status_at = after, now
    certificate.status_reason = None if after is CertificateStatus.VALID else change.reason
    _close(session, change, ChangeStatus.APPROVED, by=by, now=now)
    details = {"number": certificate.number, "reason": change.reason.value, "change": str(change.id)}
    audit.record(session, DEEDS[change.kind], certificate, by=by, at=now, before=before, details=details)
    return certificate


def decline_change(session: Session, change_id: UUID, *, by: Actor, now: datetime) -> StatusChange:
    """Turn a change down, or take one's own back; the certificate stays as it is.

    Raises:
        NotFound: no such change in the actor's centers.
        ChangeDecided: it was approved or declined before.
        OwnCertificate: the actor holds the certificate, and somebody else asked.
    """
    change, certificate = _open_change(session, change_id, by=by)
    if change.asked_by != by.id:
        _require_other_holder(certificate, by)
    _close(session, change, ChangeStatus.DECLINED, by=by, now=now)
    return change


def find_waiting(session: Session, certificate_id: UUID) -> StatusChange | None:
    """The change of a certificate that waits for its decision, or None."""
    waiting = StatusChange.status == ChangeStatus.ASKED
    return session.scalar(sa.select(StatusChange).where(StatusChange.certificate_id == certificate_id, waiting))


def listing(*, by: Actor, status: ChangeStatus | None = None) -> sa.Select[StatusChange]:
    """Changes asked for in the actor's centers, the newest first."""
    query = sa.select(StatusChange).where(by.scope(StatusChange.center_id))
    if status is not None:
        query = query.where(StatusChange.status == status)
    loaded = joinedload(StatusChange.certificate).joinedload(Certificate.tier)
    return query.options(loaded).order_by(StatusChange.asked_at.desc(), StatusChange.id)


def _locked(session: Session, condition: sa.ColumnElement[bool], key: object, *, by: Actor) -> Certificate:
    """The certificate, locked so that two changes of it wait for each other."""
    query = sa.select(Certificate).where(condition, by.scope(Certificate.center_id)).with_for_update()
    certificate = session.scalar(query.execution_options(populate_existing=True))
    if certificate is None:
        raise NotFound("certificate", key)
    return certificate


def _open_change(session: Session, change_id: UUID, *, by: Actor) -> tuple[StatusChange, Certificate]:
    query = sa.select(StatusChange).where(StatusChange.id == change_id, by.scope(StatusChange.center_id))
    change = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if change is None:
        raise NotFound("status_change", change_id)
    if change.status is not ChangeStatus.ASKED:
        raise ChangeDecided(change.status, change.decided_by_name or "")
    return change, _locked(session, Certificate.id == change.certificate_id, change_id, by=by)


def _require_other_holder(certificate: Certificate, by: Actor) -> None:
    if by.trainer_id == certificate.trainer_id:
        raise OwnCertificate


def _close(session: Session, change: StatusChange, status: ChangeStatus, *, by: Actor, now: datetime) -> None:
    before = audit.state_digest(change)
    change.status, change.decided_at = status, now
    change.decided_by, change.decided_by_name = by.id, by.name
    audit.record(session, f"certificate_change.{status.value}", change, by=by, at=now, before=before)
