"""Reading a tree part by part: the children of one place, how many stand beneath each, the way down to a node."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards.models import KnowledgePoint, Standard, StandardNode, Tier, TierWeight
from certification.standards.ordering import same
from certification.standards.rules import Evidence, NodeKind

AT_ONCE = 200
"""How many children are read at once."""


@dataclass(frozen=True)
class Twig:
    """A node as a row of a tree: how many stand beneath it, and those of them that are shown."""

    node: StandardNode
    below: int
    children: "Twigs | None" = None


@dataclass(frozen=True)
class Twigs:
    """Rows under one place; ``more`` is where the next ones begin."""

    rows: tuple[Twig, ...]
    more: int | None = None


def children(
    session: Session,
    standard: Standard,
    tier_id: UUID | None,
    parent_id: UUID | None,
    *,
    start: int = 0,
    opened: Sequence[UUID] = (),
) -> Twigs:
    """The rows under a place of a standard.

    Args:
        start: how many to skip.
        opened: nodes whose children are wanted as well, such as the way down to a node.
    """
    query = (
        sa.select(StandardNode)
        .where(StandardNode.standard_id == standard.id)
        .where(same(StandardNode.tier_id, tier_id), same(StandardNode.parent_id, parent_id))
        .order_by(StandardNode.position, StandardNode.id)
        .offset(start)
        .limit(AT_ONCE + 1)
    )
    nodes = list(session.scalars(query))
    more = start + AT_ONCE if len(nodes) > AT_ONCE else None
    nodes = nodes[:AT_ONCE]
    below = _counts(session, [node.id for node in nodes])
    rows = []
    for node in nodes:
        inner = children(session, standard, tier_id, node.id, opened=opened) if node.id in opened else None
        rows.append(Twig(node, below.get(node.id, 0), inner))
    return Twigs(tuple(rows), more)


def _counts(session: Session, ids: list[UUID]) -> dict[UUID, int]:
    query = sa.select(StandardNode.parent_id, sa.func.count()).where(StandardNode.parent_id.in_(ids))
    rows = session.execute(query.group_by(StandardNode.parent_id))
    return {row[0]: row[1] for row in rows if row[0] is not None}


def way_to(session: Session, node: StandardNode) -> list[StandardNode]:
    """The nodes above a node, the topmost first."""
    found: list[StandardNode] = []
    above = node.parent_id
    while above is not None:
        parent = session.get_one(StandardNode, above)
        found.append(parent)
        above = parent.parent_id
    return found[::-1]


def count_nodes(session: Session, standard_id: UUID) -> int:
    """How many nodes a standard has."""
    query = sa.select(sa.func.count()).select_from(StandardNode).where(StandardNode.standard_id == standard_id)
    return session.scalar(query) or 0


def editions(session: Session, series: str, readable: sa.ColumnElement[bool]) -> list[Standard]:
    """The editions of a series that the reader may know of, the newest first."""
    query = sa.select(Standard).where(Standard.series == series, readable)
    return list(session.scalars(query.order_by(Standard.created_at.desc().nulls_last(), Standard.code)))


@dataclass(frozen=True)
class Known:
    """How the facts of one kind in one tier are known: how many of each evidence class."""

    tier: Tier | None
    kind: NodeKind | str
    counts: Counter[Evidence]

    @property
    def total(self) -> int:
        """All facts of the kind."""
        return self.counts.total()


WEIGHTS, POINTS = "weights", "points"


def how_known(session: Session, standard: Standard) -> list[Known]:
    """For each tier and each kind of fact, how the facts are known; weights and knowledge points among them."""
    tiers = {tier.id: tier for tier in standard.tiers}
    found: dict[tuple[UUID | None, NodeKind | str], Counter[Evidence]] = {}
    count = sa.func.count()
    nodes = sa.select(StandardNode.tier_id, StandardNode.kind, StandardNode.evidence, count)
    nodes = nodes.where(StandardNode.standard_id == standard.id)
    columns = (StandardNode.tier_id, StandardNode.kind, StandardNode.evidence)
    for tier_id, kind, evidence, number in session.execute(nodes.group_by(*columns)):
        found.setdefault((tier_id, kind), Counter())[evidence] += number
    for name, model in ((WEIGHTS, TierWeight), (POINTS, KnowledgePoint)):
        rows = sa.select(model.tier_id, model.evidence, count).where(model.tier_id.in_(tiers))
        for tier_id, evidence, number in session.execute(rows.group_by(model.tier_id, model.evidence)):
            found.setdefault((tier_id, name), Counter())[evidence] += number
    order = {tier_id: place for place, tier_id in enumerate(tiers)}
    keys = sorted(found, key=lambda key: (order.get(key[0], -1) if key[0] else -1, str(key[1])))
    return [Known(tiers.get(tier_id) if tier_id else None, kind, found[tier_id, kind]) for tier_id, kind in keys]


def unknown_nodes(standard_id: UUID, *, tier_id: UUID | None = None) -> sa.Select[StandardNode]:
    """The nodes whose words nobody has published, or that are only inferred, in order of tiers and codes."""
    open_ones = StandardNode.evidence.in_((Evidence.UNKNOWN, Evidence.INFERRED))
    query = sa.select(StandardNode).where(
        StandardNode.standard_id == standard_id,
        sa.or_(open_ones, sa.and_(StandardNode.zh.is_(None), StandardNode.en.is_(None))),
    )
    if tier_id is not None:
        query = query.where(StandardNode.tier_id == tier_id)
    return query.order_by(StandardNode.tier_id, StandardNode.code, StandardNode.position)


def unknown_weights(standard_id: UUID, *, tier_id: UUID | None = None) -> sa.Select[TierWeight]:
    """The weights that nobody has published, in order of tiers and components."""
    query = sa.select(TierWeight).join(TierWeight.tier).where(Tier.standard_id == standard_id)
    if tier_id is not None:
        query = query.where(TierWeight.tier_id == tier_id)
    query = query.where(TierWeight.percent.is_(None))
    return query.order_by(Tier.level.desc(), TierWeight.component.desc(), TierWeight.position)
