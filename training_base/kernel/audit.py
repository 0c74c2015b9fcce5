"""The audit trail: one row per deed with its own keyed digest; numbering and signing are done apart."""

import hashlib
import hmac
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from training_base.kernel.actor import Actor
from training_base.kernel.keyring import keyring
from training_base.kernel.models import AuditEvent
from training_base.kernel.orm import Base
from training_base.kernel.rules import canonical

SIGNED = (
    "id", "at", "actor_id", "actor_name", "address", "deed",
    "subject_kind", "subject_id", "center_id", "details", "before", "after",
)  # fmt: skip


def state_digest(record: Base) -> str:
    """The SHA-256 of a record's columns, as it stands in the session."""
    columns = sa.inspect(type(record)).column_attrs
    values = {attribute.key: getattr(record, attribute.key) for attribute in columns}
    return canonical_digest(values)


def canonical_digest(values: dict[str, Any]) -> str:
    """The SHA-256 of some values in canonical form, as hexadecimal text."""
    return hashlib.sha256(canonical(values)).hexdigest()


def event_digest(event: AuditEvent, key: bytes) -> str:
    """The HMAC-SHA-256 over all that an event says, except its number, which it gets later."""
    values = {name: getattr(event, name) for name in SIGNED}
    return hmac.digest(key, canonical(values), "sha256").hex()


def record(
    session: Session,
    deed: str,
    subject: Base,
    *,
    by: Actor,
    at: datetime,
    before: str | None = None,
    details: dict[str, Any] | None = None,
    center_id: UUID | None = None,
) -> AuditEvent:
    """Add the event of a deed to the business transaction.

    Args:
        session: the session of the deed; it is flushed, so that the subject has its identifier.
        deed: ``thing.verb``, such as ``certificate.issued``.
        subject: the record that the deed changed; its state after is digested.
        by: who did it, and from where.
        at: when.
        before: what ``state_digest`` gave before the change; None for a new record.
        details: facts a reader needs, free of personal data.
        center_id: whose matter it is; by default the subject's own ``center_id``.
    """
    session.flush()
    event = AuditEvent(
        id=uuid4(),
        at=at,
        actor_id=by.id,
        actor_name=by.name,
        address=by.address,
        deed=deed,
        subject_kind=type(subject).__tablename__,
        subject_id=str(subject.id),
        center_id=center_id if center_id is not None else getattr(subject, "center_id", None),
        details=details or {},
        before=before,
        after=state_digest(subject),
    )
    event.digest = event_digest(event, keyring(session).audit)
    session.add(event)
    return event


def listing(
    *,
    by: Actor,
    deed: str | None = None,
    subject_id: str | None = None,
    actor_name: str | None = None,
) -> sa.Select[AuditEvent]:
    """Events of the actor's centers, newest first, narrowed by the start of the deed, the subject, or the doer."""
    query = sa.select(AuditEvent).where(by.scope(AuditEvent.center_id))
    if deed:
        query = query.where(AuditEvent.deed.startswith(deed, autoescape=True))
    if subject_id:
        query = query.where(AuditEvent.subject_id == subject_id)
    if actor_name:
        query = query.where(AuditEvent.actor_name.contains(actor_name, autoescape=True))
    return query.order_by(AuditEvent.at.desc(), AuditEvent.id)
