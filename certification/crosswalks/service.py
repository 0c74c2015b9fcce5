"""Questions and deeds about crosswalks as documents: draft, hand in, publish, revise."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.crosswalks.models import Crosswalk, CrosswalkRow
from certification.crosswalks.rules import CrosswalkStatus, RowStatus
from certification.standards import visibility
from certification.standards.models import Standard
from certification.standards.rules import StandardStatus
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal


@dataclass(eq=False)
class NotOpen(Refusal):
    """The crosswalk is not a draft: what was handed in or published is not changed."""

    status: CrosswalkStatus


@dataclass(eq=False)
class SameStandard(Refusal):
    """A crosswalk joins two editions, not one with itself."""


@dataclass(eq=False)
class Undecided(Refusal):
    """Proposals wait for somebody's decision."""

    count: int


@dataclass(eq=False)
class NothingRelated(Refusal):
    """No row is accepted: there is nothing to publish."""


@dataclass(eq=False)
class OwnCrosswalk(Refusal):
    """Whoever drafted this version or decided one of its rows does not publish it."""


@dataclass(frozen=True)
class CrosswalkFacts:
    """What a crosswalk says about itself."""

    title_zh: str
    title_en: str
    evidence: str
    review_on: date | None = None


def readable(by: Actor) -> sa.ColumnElement[bool]:
    """The condition that keeps drafts, and crosswalks from or to a private draft, from outsiders."""
    if by.everywhere:
        return sa.true()
    hidden = sa.select(Standard.id).where(Standard.status == StandardStatus.PRIVATE_DRAFT)
    return sa.and_(
        Crosswalk.status.in_((CrosswalkStatus.PUBLISHED, CrosswalkStatus.SUPERSEDED)),
        Crosswalk.origin_id.not_in(hidden),
        Crosswalk.destination_id.not_in(hidden),
    )


def listing(*, by: Actor) -> sa.Select[Crosswalk]:
    """The crosswalks that the reader may know of, the newest first."""
    return (
        sa.select(Crosswalk)
        .options(joinedload(Crosswalk.origin), joinedload(Crosswalk.destination))
        .where(readable(by))
        .order_by(Crosswalk.created_at.desc(), Crosswalk.version.desc(), Crosswalk.id)
    )


def by_id(session: Session, crosswalk_id: UUID, *, by: Actor) -> Crosswalk:
    """A crosswalk by its row or identifier.

    Raises:
        NotFound: there is none, or none that the reader may know of.
    """
    named = sa.or_(Crosswalk.id == crosswalk_id, Crosswalk.identifier == crosswalk_id)
    found = session.scalar(listing(by=by).where(named))
    if found is None:
        raise NotFound("crosswalk", crosswalk_id)
    return found


def counts(session: Session, crosswalk_id: UUID) -> dict[RowStatus, int]:
    """How many rows stand where."""
    query = sa.select(CrosswalkRow.status, sa.func.count().label("number")).where(
        CrosswalkRow.crosswalk_id == crosswalk_id
    )
    found = session.execute(query.group_by(CrosswalkRow.status)).all()
    return dict.fromkeys(RowStatus, 0) | {row.status: row.number for row in found}


def draft(
    session: Session, origin: UUID | str, destination: UUID | str, facts: CrosswalkFacts, *, by: Actor, now: datetime
) -> Crosswalk:
    """Begin a crosswalk between two editions; the actor is its author.

    Raises:
        NotFound: an edition is not there.
        SameStandard: both are the same.
    """
    ends = [visibility.standard(session, key, by=by) for key in (origin, destination)]
    if ends[0].id == ends[1].id:
        raise SameStandard
    crosswalk = Crosswalk(
        **vars(facts),
        origin=ends[0],
        destination=ends[1],
        author_id=by.id,
        author=by.name,
        created_at=now,
    )
    session.add(crosswalk)
    session.flush()
    audit.record(session, "crosswalk.drafted", crosswalk, by=by, at=now)
    return crosswalk


def open_one(session: Session, crosswalk_id: UUID, *, by: Actor) -> Crosswalk:
    """A draft, locked for a change.

    Raises:
        NotFound: there is none that the actor may know of.
        NotOpen: it is no draft.
    """
    return _in(session, crosswalk_id, CrosswalkStatus.DRAFT, by=by)


def _in(session: Session, crosswalk_id: UUID, status: CrosswalkStatus, *, by: Actor) -> Crosswalk:
    crosswalk = by_id(session, crosswalk_id, by=by)
    session.refresh(crosswalk, with_for_update={"of": Crosswalk})
    if crosswalk.status is not status:
        raise NotOpen(crosswalk.status)
    return crosswalk


def edit(session: Session, crosswalk_id: UUID, facts: CrosswalkFacts, *, by: Actor, now: datetime) -> Crosswalk:
    """Change what a draft says about itself.

    Raises:
        NotFound: there is none that the actor may know of.
        NotOpen: it is no draft.
    """
    crosswalk = open_one(session, crosswalk_id, by=by)
    before = audit.state_digest(crosswalk)
    for name, value in vars(facts).items():
        setattr(crosswalk, name, value)
    audit.record(session, "crosswalk.edited", crosswalk, by=by, at=now, before=before)
    return crosswalk


def hand_in(session: Session, crosswalk_id: UUID, *, by: Actor, now: datetime) -> Crosswalk:
    """Close a draft and lay it before a second person.

    Raises:
        NotFound: there is no such crosswalk.
        NotOpen: it is no draft.
        Undecided: proposals wait.
        NothingRelated: no row is accepted.
    """
    crosswalk = open_one(session, crosswalk_id, by=by)
    standing = counts(session, crosswalk.id)
    if waiting := standing[RowStatus.PROPOSED]:
        raise Undecided(waiting)
    if not standing[RowStatus.ACCEPTED]:
        raise NothingRelated
    return _move(session, crosswalk, CrosswalkStatus.REVIEW, "crosswalk.handed_in", by=by, now=now)


def send_back(session: Session, crosswalk_id: UUID, reason: str, *, by: Actor, now: datetime) -> Crosswalk:
    """Open a crosswalk again that was handed in.

    Raises:
        NotFound: there is no such crosswalk.
        NotOpen: it was not handed in.
    """
    crosswalk = _in(session, crosswalk_id, CrosswalkStatus.REVIEW, by=by)
    return _move(session, crosswalk, CrosswalkStatus.DRAFT, "crosswalk.sent_back", reason, by=by, now=now)


def publish(session: Session, crosswalk_id: UUID, *, by: Actor, now: datetime) -> Crosswalk:
    """Make a crosswalk count that was handed in; its earlier version counts no longer.

    Raises:
        NotFound: there is no such crosswalk.
        NotOpen: it was not handed in.
        OwnCrosswalk: the actor drafted it or decided a row of this version.
    """
    crosswalk = _in(session, crosswalk_id, CrosswalkStatus.REVIEW, by=by)
    deciders = sa.select(CrosswalkRow.decided_by_id).where(
        CrosswalkRow.crosswalk_id == crosswalk.id, CrosswalkRow.decided_at >= crosswalk.created_at
    )
    if by.id in {crosswalk.author_id, *session.scalars(deciders)}:
        raise OwnCrosswalk
    for earlier in session.scalars(
        sa.select(Crosswalk).where(Crosswalk.series == crosswalk.series, Crosswalk.status == CrosswalkStatus.PUBLISHED)
    ):
        _move(session, earlier, CrosswalkStatus.SUPERSEDED, "crosswalk.superseded", by=by, now=now)
    crosswalk.published_by_id, crosswalk.published_by, crosswalk.published_at = by.id, by.name, now
    return _move(session, crosswalk, CrosswalkStatus.PUBLISHED, "crosswalk.published", by=by, now=now)


def _move(
    session: Session,
    crosswalk: Crosswalk,
    status: CrosswalkStatus,
    deed: str,
    reason: str | None = None,
    *,
    by: Actor,
    now: datetime,
) -> Crosswalk:
    before = audit.state_digest(crosswalk)
    crosswalk.status = status
    details = {} if reason is None else {"reason": reason}
    audit.record(session, deed, crosswalk, by=by, at=now, before=before, details=details)
    return crosswalk


def revise(session: Session, crosswalk_id: UUID, *, by: Actor, now: datetime) -> Crosswalk:
    """Begin the next version of a published crosswalk, with its decided rows; the actor is its author.

    Raises:
        NotFound: there is no such crosswalk.
        NotOpen: it is not published, or its next version is begun already.
    """
    earlier = _in(session, crosswalk_id, CrosswalkStatus.PUBLISHED, by=by)
    begun = sa.select(Crosswalk).where(Crosswalk.series == earlier.series, Crosswalk.version > earlier.version)
    if (later := session.scalar(begun)) is not None:
        raise NotOpen(later.status)
    facts = CrosswalkFacts(earlier.title_zh, earlier.title_en, earlier.evidence, earlier.review_on)
    crosswalk = draft(session, earlier.origin_id, earlier.destination_id, facts, by=by, now=now)
    crosswalk.series, crosswalk.version = earlier.series, earlier.version + 1
    for row in session.scalars(sa.select(CrosswalkRow).where(CrosswalkRow.crosswalk_id == earlier.id)):
        session.add(_copied(row, crosswalk.id))
    session.flush()
    return crosswalk


COPIED = (
    "pair", "origin_tier_id", "origin_node_id", "destination_tier_id", "destination_node_id", "relation", "status",
    "likeness", "reason", "decided_by_id", "decided_by", "decided_at",
)  # fmt: skip


def _copied(row: CrosswalkRow, crosswalk_id: UUID) -> CrosswalkRow:
    return CrosswalkRow(id=uuid4(), crosswalk_id=crosswalk_id, **{name: getattr(row, name) for name in COPIED})


def published_between(session: Session, standard_ids: Iterable[UUID]) -> list[Crosswalk]:
    """The published crosswalks that begin or end at one of these editions."""
    ids = list(standard_ids)
    return list(
        session.scalars(
            sa.select(Crosswalk)
            .options(joinedload(Crosswalk.origin), joinedload(Crosswalk.destination))
            .where(
                Crosswalk.status == CrosswalkStatus.PUBLISHED,
                sa.or_(Crosswalk.origin_id.in_(ids), Crosswalk.destination_id.in_(ids)),
            )
            .order_by(Crosswalk.published_at)
        )
    )
