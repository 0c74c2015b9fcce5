"""The audit trail: what a row says, how it is numbered, and what a check of it finds."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.make import NOW, Make
from training_base.kernel import audit, merkle, sequencing
from training_base.kernel.keyring import Keyring, keyring
from training_base.kernel.models import AuditEvent, AuditHead
from training_base.kernel.rules import canonical


def events(session: Session, make: Make, count: int = 3) -> list[AuditEvent]:
    center = make.center()
    by = make.actor(center)
    return [
        audit.record(session, "center.updated", center, by=by, at=NOW + timedelta(seconds=n), center_id=center.id)
        for n in range(count)
    ]


def found(session: Session, known: tuple[int, str] | None = None) -> set[str]:
    session.expire_all()
    return {fault for _, fault, _ in sequencing.verify(session, known=known).faults}


def test_a_sound_trail_is_sound(session: Session, make: Make) -> None:
    events(session, make)
    sequencing.sequence(session, now=NOW)
    events(session, make, 2)

    report = sequencing.verify(session)

    assert report.sound
    assert (report.events, report.unsequenced, report.heads) == (3, 2, 1)


def test_an_empty_trail_is_sound_and_has_no_head(session: Session) -> None:
    assert sequencing.sequence(session, now=NOW) == 0
    assert sequencing.verify(session).root is None


def test_heads_grow_by_what_was_added(session: Session, make: Make) -> None:
    events(session, make, 5)

    assert [sequencing.sequence(session, now=NOW, at_most=2) for _ in range(4)] == [2, 2, 1, 0]
    assert sequencing.verify(session).sound


@pytest.mark.parametrize("column", ["deed", "actor_name", "details", "after"])
def test_a_changed_row_is_found(session: Session, make: Make, column: str) -> None:
    events(session, make)
    sequencing.sequence(session, now=NOW)
    value = {"forged": True} if column == "details" else "forged"
    session.execute(sa.update(AuditEvent).where(AuditEvent.seq == 2).values({column: value}))

    assert "changed" in found(session)


def test_a_row_changed_before_it_was_numbered_is_found(session: Session, make: Make) -> None:
    events(session, make)
    session.flush()
    session.execute(sa.update(AuditEvent).values(deed="forged"))

    assert found(session) == {"changed"}


def test_a_removed_row_is_found(session: Session, make: Make) -> None:
    events(session, make)
    sequencing.sequence(session, now=NOW)
    session.execute(sa.delete(AuditEvent).where(AuditEvent.seq == 2))

    assert [(at, fault) for at, fault, _ in sequencing.verify(session).faults] == [(3, "missing_before")]


def test_a_tail_cut_under_its_head_is_found(session: Session, make: Make) -> None:
    events(session, make)
    sequencing.sequence(session, now=NOW)
    session.execute(sa.delete(AuditEvent).where(AuditEvent.seq == 3))

    assert found(session) == {"head_missing", "head_without_events"}


def test_a_cut_tail_is_found_by_the_head_kept_elsewhere(session: Session, make: Make) -> None:
    events(session, make)
    sequencing.sequence(session, now=NOW, at_most=2)
    sequencing.sequence(session, now=NOW)
    head = sequencing.newest_head(session)
    assert head is not None
    known = (head.size, head.root)
    session.execute(sa.delete(AuditEvent).where(AuditEvent.seq == 3))
    session.execute(sa.delete(AuditHead).where(AuditHead.size == 3))

    assert found(session) == set()
    assert found(session, known) == {"known_head_missing"}


def test_a_forged_head_is_found(session: Session, make: Make) -> None:
    events(session, make)
    sequencing.sequence(session, now=NOW)
    session.execute(sa.update(AuditHead).values(signature="00" * 64))

    assert found(session) == {"head_signature"}


def test_a_head_over_other_events_is_found(session: Session, make: Make) -> None:
    events(session, make)
    sequencing.sequence(session, now=NOW)
    session.execute(sa.update(AuditHead).values(root="00" * 32))

    assert found(session) == {"head_differs"}


def test_a_signature_that_is_no_hexadecimal_is_found(session: Session, make: Make) -> None:
    events(session, make)
    sequencing.sequence(session, now=NOW)
    session.execute(sa.update(AuditHead).values(signature="no"))

    assert found(session) == {"head_signature"}


def test_readers_see_the_events_of_their_centers(session: Session, make: Make) -> None:
    events(session, make)
    events(session, make)
    center = make.center()
    own = audit.record(session, "center.updated", center, by=make.actor(center), at=NOW, center_id=center.id)

    assert session.scalars(audit.listing(by=make.actor(center))).all() == [own]


def test_the_list_is_narrowed_by_deed_record_and_doer(session: Session, make: Make) -> None:
    first = events(session, make)[0]
    everywhere = make.actor(everywhere=True)

    def count(**only: str) -> int:
        return len(session.scalars(audit.listing(by=everywhere, **only)).all())

    assert count(deed="center.") == 3
    assert count(deed="trainer.") == 0
    assert count(subject_id=first.subject_id) == 3
    assert count(actor_name=first.actor_name) == 3


def test_an_instant_reads_the_same_in_every_zone() -> None:
    shanghai = timezone(timedelta(hours=8))

    assert canonical({"at": NOW}) == canonical({"at": NOW.astimezone(shanghai)})


def test_canonical_form_knows_days_bytes_and_identifiers() -> None:
    assert canonical({"b": b"x", "a": NOW.date(), "u": uuid4()}).startswith(b'{"a":"2026-06-15","b":"2d71')


def test_what_has_no_canonical_form_is_our_fault() -> None:
    with pytest.raises(TypeError):
        canonical({"x": object()})


def test_a_session_without_keys_is_our_fault(session: Session) -> None:
    session.info.pop("keyring")

    with pytest.raises(RuntimeError):
        keyring(session)


def test_keys_are_never_printed() -> None:
    ring = Keyring(identity=b"secret", digest=b"secret", audit=b"secret", head=b"secret")

    assert "secret" not in repr(ring)


def naive_root(leaves: list[bytes]) -> bytes:
    """The head as RFC 9162, section 2.1.1, defines it."""
    if not leaves:
        return merkle.root([])
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return merkle.node_hash(naive_root(leaves[:half]), naive_root(leaves[half:]))


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_frontier_gives_the_head_of_the_definition(entries: list[bytes]) -> None:
    frontier: list[bytes] = []
    for size, entry in enumerate(entries):
        frontier = merkle.append(frontier, size, merkle.leaf_hash(entry))

    assert merkle.root(frontier) == naive_root([merkle.leaf_hash(entry) for entry in entries])


def test_the_head_of_no_leaves_is_the_hash_of_nothing() -> None:
    """RFC 9162, section 2.1.1: the hash of an empty list is the hash of an empty string."""
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_frontier_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        merkle.append([], 3, b"x")


def test_an_instant_needs_its_zone(session: Session, make: Make) -> None:
    with pytest.raises((ValueError, sa.exc.StatementError), match="zone"):
        make.center(created_at=datetime(2026, 1, 1))  # noqa: DTZ001  that is the point


def test_an_instant_comes_back_in_utc(session: Session, make: Make) -> None:
    center = make.center(created_at=NOW.astimezone(timezone(timedelta(hours=8))))
    session.expire_all()

    assert center.created_at == NOW
    assert center.created_at.tzinfo is UTC or center.created_at.utcoffset() == timedelta(0)
