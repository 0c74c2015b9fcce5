"""Deeds about the rows of a crosswalk: propose by likeness, relate, accept, decline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from certification.crosswalks.models import Crosswalk, CrosswalkRow
from certification.crosswalks.rules import Relation, RowStatus
from certification.crosswalks.service import open_one, readable
from certification.standards.models import StandardNode, Tier
from certification.standards.rules import NodeKind
from certification.wording.rules import nearest
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

AT_LEAST = 0.35
"""The least likeness that is worth a person's look."""

SUGGESTED = 8
"""How many of the most alike nodes are looked at, and offered to whoever relates one by hand."""

COMPARED = (NodeKind.FUNCTION, NodeKind.DUTY, NodeKind.CRITERION, NodeKind.KNOWLEDGE, NodeKind.ITEM)
"""Kinds of nodes whose texts are compared, each with its like; an item of a framework with every kind."""


@dataclass(eq=False)
class AlreadyRelated(Refusal):
    """The pair stands in the crosswalk already."""


@dataclass(eq=False)
class StrangeEnd(Refusal):
    """An end of the row belongs to neither side, or a tier is set against a node."""


@dataclass(eq=False)
class CounterpartDisagrees(Refusal):
    """*None* goes without a counterpart, every other relation with one."""


@dataclass(frozen=True)
class Ends:
    """The two ends of a row by the identifiers of tiers or nodes; no destination: no counterpart."""

    origin: UUID
    destination: UUID | None = None

    @property
    def pair(self) -> str:
        """What names the pair within a crosswalk."""
        return f"{self.origin}>{self.destination or ''}"


def rows(crosswalk_id: UUID, *, status: RowStatus | None = None) -> sa.Select[CrosswalkRow]:
    """The rows of a crosswalk with both ends: tiers first, then proposals by likeness, the surest first."""
    tier, node = aliased(Tier), aliased(StandardNode)
    query = (
        sa.select(CrosswalkRow)
        .outerjoin(tier, CrosswalkRow.origin_tier_id == tier.id)
        .outerjoin(node, CrosswalkRow.origin_node_id == node.id)
        .options(
            joinedload(CrosswalkRow.origin_tier),
            joinedload(CrosswalkRow.destination_tier),
            joinedload(CrosswalkRow.origin_node).joinedload(StandardNode.tier),
            joinedload(CrosswalkRow.destination_node).joinedload(StandardNode.tier),
        )
        .where(CrosswalkRow.crosswalk_id == crosswalk_id)
        .order_by(
            tier.level.asc().nulls_last(), CrosswalkRow.likeness.desc().nulls_first(), node.code, CrosswalkRow.pair
        )
    )
    return query if status is None else query.where(CrosswalkRow.status == status)


def relate(
    session: Session,
    crosswalk_id: UUID,
    ends: Ends,
    relation: Relation,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> CrosswalkRow:
    """Say what a tier or node is to another one; the actor has decided it.

    Raises:
        NotFound: there is no such crosswalk.
        NotOpen: it is no draft.
        StrangeEnd: an end belongs to neither side, or a tier is set against a node.
        CounterpartDisagrees: *none* with a counterpart, or another relation without one.
        AlreadyRelated: the pair, or that it has no counterpart, stands there already.
    """
    crosswalk = open_one(session, crosswalk_id, by=by)
    if (relation is Relation.NONE) != (ends.destination is None):
        raise CounterpartDisagrees
    known = sa.select(CrosswalkRow.id).where(CrosswalkRow.crosswalk_id == crosswalk.id, CrosswalkRow.pair == ends.pair)
    if session.scalar(known) is not None:
        raise AlreadyRelated
    row = CrosswalkRow(crosswalk_id=crosswalk.id, pair=ends.pair, **_found(session, crosswalk, ends))
    session.add(row)
    return _decide(session, row, RowStatus.ACCEPTED, relation, reason, by=by, now=now)


def _found(session: Session, crosswalk: Crosswalk, ends: Ends) -> dict[str, UUID]:
    """The columns of both ends."""
    sides = [("origin", crosswalk.origin_id, ends.origin), ("destination", crosswalk.destination_id, ends.destination)]
    found: dict[str, UUID] = {}
    for side, standard_id, key in sides:
        if key is None:
            continue
        for kind, model in (("tier", Tier), ("node", StandardNode)):
            query = sa.select(model.id).where(model.standard_id == standard_id, model.identifier == key)
            if (record_id := session.scalar(query)) is not None:
                found[f"{side}_{kind}_id"] = record_id
    kinds = {name.split("_")[1] for name in found}
    if len(found) != (1 if ends.destination is None else 2) or len(kinds) != 1:
        raise StrangeEnd
    return found


def _decide(
    session: Session,
    row: CrosswalkRow,
    status: RowStatus,
    relation: Relation | None,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> CrosswalkRow:
    row.status, row.relation, row.reason = status, relation, reason
    row.decided_by_id, row.decided_by, row.decided_at = by.id, by.name, now
    session.flush()
    details = {"crosswalk": str(row.crosswalk_id), "relation": relation, "status": status}
    audit.record(session, "crosswalk.decided", row, by=by, at=now, details=details)
    return row


def row_by_id(session: Session, row_id: UUID, *, by: Actor) -> CrosswalkRow:
    """A row of a crosswalk that the reader may know of.

    Raises:
        NotFound: there is none.
    """
    query = sa.select(CrosswalkRow).join(CrosswalkRow.crosswalk).where(CrosswalkRow.id == row_id, readable(by))
    row = session.scalar(query)
    if row is None:
        raise NotFound("crosswalk_row", row_id)
    return row


def accept(
    session: Session, row_id: UUID, relation: Relation, reason: str, *, by: Actor, now: datetime
) -> CrosswalkRow:
    """Decide what a row says: the first decision about a proposal, or another one about a row.

    Raises:
        NotFound: there is no such row.
        NotOpen: its crosswalk is no draft.
        CounterpartDisagrees: *none* with a counterpart, or another relation without one.
    """
    row = row_by_id(session, row_id, by=by)
    open_one(session, row.crosswalk_id, by=by)
    if (relation is Relation.NONE) != (row.destination is None):
        raise CounterpartDisagrees
    return _decide(session, row, RowStatus.ACCEPTED, relation, reason, by=by, now=now)


def decline(session: Session, row_id: UUID, reason: str, *, by: Actor, now: datetime) -> CrosswalkRow:
    """Say that a row does not hold; it stays, so that it is not proposed again.

    Raises:
        NotFound: there is no such row.
        NotOpen: its crosswalk is no draft.
    """
    row = row_by_id(session, row_id, by=by)
    open_one(session, row.crosswalk_id, by=by)
    return _decide(session, row, RowStatus.DECLINED, None, reason, by=by, now=now)


@dataclass(frozen=True)
class Proposal:
    """Two nodes whose texts are alike, and how much, in thousandths."""

    origin: UUID
    destination: UUID
    pair: str
    likeness: int


def proposals(session: Session, crosswalk_id: UUID, *, by: Actor, at_least: float = AT_LEAST) -> list[Proposal]:
    """For each node of the origin the node of the destination whose text is most like it; nothing is stored.

    Pairs that stand in the crosswalk already, declined ones among them, are left out, and so are nodes for which
    somebody has decided something.

    Raises:
        NotFound: there is no such crosswalk.
    """
    crosswalk = open_one(session, crosswalk_id, by=by)
    known = session.execute(
        sa.select(CrosswalkRow.pair, CrosswalkRow.origin_node_id, CrosswalkRow.status).where(
            CrosswalkRow.crosswalk_id == crosswalk.id
        )
    ).all()
    pairs = {row.pair for row in known}
    settled = {row.origin_node_id for row in known if row.status is RowStatus.ACCEPTED}
    ours, theirs = _texts(session, crosswalk.origin_id), _texts(session, crosswalk.destination_id)
    found = [one for kind in COMPARED for one in _alike(kind, ours, theirs, at_least)]
    return [one for one in found if one.pair not in pairs and one.origin not in settled]


Text = tuple[UUID, UUID, NodeKind, str, int | None]
"""A node by its row and its identifier, its kind, what it says and its level."""

TIED = 0.001
"""Likenesses that differ by less are equal: many levels say the same, and then the same level is meant."""


def _texts(session: Session, standard_id: UUID) -> list[Text]:
    query = (
        sa.select(
            StandardNode.id, StandardNode.identifier, StandardNode.kind, StandardNode.zh, StandardNode.en, Tier.level
        )
        .outerjoin(Tier, StandardNode.tier_id == Tier.id)
        .where(StandardNode.standard_id == standard_id, StandardNode.kind.in_(COMPARED))
    )
    rows = session.execute(query).all()
    return [(row.id, row.identifier, row.kind, row.zh or row.en, row.level) for row in rows if row.zh or row.en]


def _alike(kind: NodeKind, ours: Sequence[Text], theirs: Sequence[Text], at_least: float) -> Iterable[Proposal]:
    queries = [text for text in ours if text[2] is kind]
    corpus = [text for text in theirs if NodeKind.ITEM in {kind, text[2]} or text[2] is kind]
    found = nearest([text[3] for text in queries], [text[3] for text in corpus], at_least=at_least, most=SUGGESTED)
    for text, neighbours in zip(queries, found, strict=True):
        best = [one for one in neighbours if one.score >= neighbours[0].score - TIED]
        for neighbour in sorted(best, key=lambda one: corpus[one.position][4] != text[4])[:1]:
            other = corpus[neighbour.position]
            yield Proposal(text[0], other[0], Ends(text[1], other[1]).pair, round(neighbour.score * 1000))


def propose(session: Session, crosswalk_id: UUID, found: Sequence[Proposal], *, by: Actor, now: datetime) -> int:
    """Put proposals before whoever decides; none of them counts before somebody accepts it.

    Args:
        session: the session of the deed.
        crosswalk_id: a draft.
        found: what ``proposals`` gave, worked out before the unit of work, since comparing takes its time.
        by: who asked for them.
        now: when.

    Returns:
        how many were new.

    Raises:
        NotFound: there is no such crosswalk.
        NotOpen: it is no draft.
    """
    crosswalk = open_one(session, crosswalk_id, by=by)
    known = set(session.scalars(sa.select(CrosswalkRow.pair).where(CrosswalkRow.crosswalk_id == crosswalk.id)))
    rows = [_proposed(crosswalk, one) for one in found if one.pair not in known]
    session.add_all(rows)
    session.flush()
    audit.record(session, "crosswalk.proposed", crosswalk, by=by, at=now, details={"count": len(rows)})
    return len(rows)


def _proposed(crosswalk: Crosswalk, one: Proposal) -> CrosswalkRow:
    return CrosswalkRow(
        id=uuid4(),
        crosswalk_id=crosswalk.id,
        pair=one.pair,
        origin_node_id=one.origin,
        destination_node_id=one.destination,
        status=RowStatus.PROPOSED,
        likeness=one.likeness,
    )


def end_of(session: Session, crosswalk: Crosswalk, key: UUID) -> Tier | StandardNode:
    """The tier or node of the origin with that identifier.

    Raises:
        NotFound: the origin has none.
    """
    tiers = sa.select(Tier).where(Tier.standard_id == crosswalk.origin_id, Tier.identifier == key)
    nodes = sa.select(StandardNode).where(
        StandardNode.standard_id == crosswalk.origin_id, StandardNode.identifier == key
    )
    found = session.scalar(tiers) or session.scalar(nodes)
    if found is None:
        raise NotFound("standard_node", key)
    return found


def candidates(
    session: Session, crosswalk: Crosswalk, end: Tier | StandardNode, *, q: str | None = None
) -> list[tuple[Tier | StandardNode, int | None]]:
    """What of the destination an end of the origin may be set against, with the likeness in thousandths.

    For a tier all tiers, the highest first; for a node those most alike, or those that ``q`` finds.
    """
    if isinstance(end, Tier):
        tiers = sa.select(Tier).where(Tier.standard_id == crosswalk.destination_id).order_by(Tier.level)
        return [(tier, None) for tier in session.scalars(tiers)]
    nodes = sa.select(StandardNode).where(StandardNode.standard_id == crosswalk.destination_id)
    if q:
        wanted = f"%{q}%"
        named = sa.or_(*(column.ilike(wanted) for column in (StandardNode.zh, StandardNode.en, StandardNode.code)))
        return [(node, None) for node in session.scalars(nodes.where(named).order_by(StandardNode.code).limit(25))]
    theirs = _texts(session, crosswalk.destination_id)
    texts = [text[3] for text in theirs]
    [found] = nearest([end.zh or end.en or ""], texts, at_least=0.05, most=SUGGESTED)
    by_id = {theirs[one.position][0]: round(one.score * 1000) for one in found}
    known = {node.id: node for node in session.scalars(nodes.where(StandardNode.id.in_(by_id)))}
    return [(known[key], likeness) for key, likeness in by_id.items()]
