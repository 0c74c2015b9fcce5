"""Numbers audit events, grows the hash tree over them, signs its head, and checks all of it again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from training_base.kernel import audit, merkle
from training_base.kernel.keyring import Keyring, keyring
from training_base.kernel.models import AuditEvent, AuditHead
from training_base.kernel.rules import canonical

CHUNK = 2000


def _head_bytes(size: int, root: str, at: datetime) -> bytes:
    return canonical({"size": size, "root": root, "at": at})


def _leaf(event: AuditEvent) -> bytes:
    return merkle.leaf_hash(canonical({"seq": event.seq, "id": event.id, "digest": event.digest}))


def newest_head(session: Session) -> AuditHead | None:
    """The head that covers the most events."""
    return session.scalar(sa.select(AuditHead).order_by(AuditHead.size.desc()).limit(1))


def sequence(session: Session, *, now: datetime, at_most: int = CHUNK) -> int:
    """Number the events that have none yet, in the order of time, and sign the new head.

    One caller at a time gets through: the others wait for the newest head's lock on PostgreSQL and for the
    write lock on SQLite; the unique size of a head is the last guard.

    Returns:
        How many events were numbered; 0 leaves the head as it is.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(4040505)"))
    waiting = session.scalars(
        sa.select(AuditEvent).where(AuditEvent.seq.is_(None)).order_by(AuditEvent.at, AuditEvent.id).limit(at_most)
    ).all()
    if not waiting:
        return 0
    head = newest_head(session)
    size = head.size if head else 0
    frontier = [bytes.fromhex(part) for part in head.frontier] if head else []
    for event in waiting:
        event.seq = size + 1
        frontier = merkle.append(frontier, size, _leaf(event))
        size += 1
    root = merkle.root(frontier).hex()
    signer = Ed25519PrivateKey.from_private_bytes(keyring(session).head)
    session.add(
        AuditHead(
            size=size,
            root=root,
            frontier=[part.hex() for part in frontier],
            at=now,
            signature=signer.sign(_head_bytes(size, root, now)).hex(),
        )
    )
    session.flush()
    return len(waiting)


@dataclass(frozen=True)
class AuditReport:
    """What a check of the trail found; ``faults`` are (number or None, what, where) and empty when all is well."""

    events: int
    unsequenced: int
    heads: int
    root: str | None
    faults: tuple[tuple[int | None, str, str], ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was changed, removed or added."""
        return not self.faults


def _head_fault(head: AuditHead, root: str, keys: Keyring) -> str | None:
    if head.root != root:
        return "head_differs"
    public = Ed25519PrivateKey.from_private_bytes(keys.head).public_key()
    try:
        public.verify(bytes.fromhex(head.signature), _head_bytes(head.size, head.root, head.at))
    except (InvalidSignature, ValueError):
        return "head_signature"
    return None


def _event_faults(event: AuditEvent, expected: int | None, keys: Keyring) -> Iterator[tuple[int | None, str, str]]:
    if event.seq != expected:
        yield event.seq, "missing_before", str(event.id)
    if audit.event_digest(event, keys.audit) != event.digest:
        yield event.seq, "changed", str(event.id)


def verify(session: Session, *, known: tuple[int, str] | None = None) -> AuditReport:
    """Check every event's digest, the unbroken numbers, and every signed head.

    Args:
        session: any session with the keys the trail was written with.
        known: size and root of a head kept outside the database, which the tree must still contain;
            it shows when the newest events and their heads were removed together.
    """
    keys = keyring(session)
    heads = {head.size: head for head in session.scalars(sa.select(AuditHead))}
    faults: list[tuple[int | None, str, str]] = []
    frontier: list[bytes] = []
    size, last, root, is_whole, found_known = 0, 0, merkle.root([]).hex(), True, known is None
    numbered = (
        sa.select(AuditEvent).where(AuditEvent.seq.is_not(None)).order_by(AuditEvent.seq)
        .execution_options(yield_per=CHUNK)
    )  # fmt: skip
    for event in session.scalars(numbered):
        # A gap is told once, where it is; the heads behind it cannot fit any more and would only repeat it.
        is_whole = is_whole and event.seq == last + 1
        faults.extend(_event_faults(event, last + 1, keys))
        frontier = merkle.append(frontier, size, _leaf(event))
        size, last = size + 1, event.seq or 0
        root = merkle.root(frontier).hex()
        head = heads.get(last)
        fault = _head_fault(head, root if is_whole else head.root, keys) if head else None
        if fault:
            faults.append((last, fault, str(event.id)))
        found_known = found_known or (last, root) == known
    if is_whole and not found_known:
        faults.append((known[0] if known else None, "known_head_missing", known[1] if known else ""))
    if last and last not in heads:
        faults.append((last, "head_missing", ""))
    faults.extend((extra, "head_without_events", "") for extra in sorted(heads) if extra > last)
    loose = session.scalars(sa.select(AuditEvent).where(AuditEvent.seq.is_(None))).all()
    for event in loose:
        faults.extend(_event_faults(event, None, keys))
    return AuditReport(size, len(loose), len(heads), root if size else None, tuple(faults))
