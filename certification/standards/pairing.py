"""Reads two editions as plain parts and the ties between them, for the comparison."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards.comparison import Comparison, Part, compare
from certification.standards.models import KnowledgePoint, NodeLink, Standard, StandardNode, Tier, TierWeight
from certification.standards.rules import LinkKind, NodeKind

TIER = "tier"
"""The kind of the parts that stand for tiers; nodes have their own kinds."""

LONGEST_SERIES = 50
"""Editions that are followed back; a ring of editions would otherwise never end."""


def compared(session: Session, old: Standard, new: Standard) -> Comparison:
    """Two editions side by side, told by the links from node to node.

    Editions between them are followed: what was replaced in each of them is still tied. Tiers of one series that no
    link names are tied by their level, which is what a tier is.
    """
    before, after = parts(session, old.id), parts(session, new.id)
    ties = _ties(session, old, new, {part.key for part in before}, {part.key for part in after})
    return compare(before, after, [*ties, *(_by_level(before, after, ties) if old.series == new.series else ())])


def parts(session: Session, standard_id: UUID) -> list[Part]:
    """The tiers and nodes of an edition, the lowest tier first, parents before children, in the order of the text."""
    tiers = session.scalars(sa.select(Tier).where(Tier.standard_id == standard_id).order_by(Tier.level.desc())).all()
    figures, basics = _figures(session, standard_id)
    below = _children(session, standard_id)
    found: list[Part] = []
    for tier in tiers:
        hours = {"training_hours": tier.training_hours}
        found.append(
            Part(
                tier.identifier,
                TIER,
                level=tier.level,
                code=str(tier.level),
                zh=tier.title_zh,
                en=tier.title_en,
                figures=hours | basics.get(tier.id, {}),
            )
        )
        found.extend(_walk(below, figures, (tier.id, None), tier.identifier, tier.level))
    found.extend(_walk(below, figures, (None, None), None, None))
    return [*found, *_points(session, standard_id, found)]


def _points(session: Session, standard_id: UUID, parts: Iterable[Part]) -> list[Part]:
    """The knowledge points of the item bank that no node stands for, under the duty of their area.

    A later edition has them as nodes, tied to these: without them all would look new.
    """
    homes = {(part.level, part.code): part.key for part in parts if part.kind == NodeKind.DUTY}
    stand = {(part.level, part.code) for part in parts if part.kind == NodeKind.KNOWLEDGE_POINT}
    query = (
        sa.select(KnowledgePoint.identifier, KnowledgePoint.code, KnowledgePoint.area, KnowledgePoint.title, Tier.level)
        .join(KnowledgePoint.tier)
        .where(Tier.standard_id == standard_id)
        .order_by(Tier.level.desc(), KnowledgePoint.code)
    )
    return [
        Part(
            point.identifier,
            NodeKind.KNOWLEDGE_POINT.value,
            homes[point.level, point.area],
            point.level,
            point.code,
            point.title,
        )
        for point in session.execute(query)
        if (point.level, point.area) in homes and (point.level, point.code) not in stand
    ]


Place = tuple[UUID | None, UUID | None]
"""A tier and the node above; None for no tier and for the topmost nodes."""
Children = dict[Place, list[Any]]
Figures = dict[UUID, dict[str, int | None]]


def _children(session: Session, standard_id: UUID) -> Children:
    query = (
        sa.select(
            StandardNode.id,
            StandardNode.identifier,
            StandardNode.kind,
            StandardNode.code,
            StandardNode.zh,
            StandardNode.en,
            StandardNode.tier_id,
            StandardNode.parent_id,
        )
        .where(StandardNode.standard_id == standard_id)
        .order_by(StandardNode.position, StandardNode.code)
    )
    below: Children = defaultdict(list)
    for row in session.execute(query):
        below[None if row.parent_id else row.tier_id, row.parent_id].append(row)
    return below


def _walk(below: Children, figures: Figures, place: Place, parent: UUID | None, level: int | None) -> Iterator[Part]:
    stack: list[tuple[Any, UUID | None]] = [(row, parent) for row in reversed(below.get(place, []))]
    while stack:
        row, above = stack.pop()
        key: UUID = row.identifier
        yield Part(key, str(row.kind), above, level, row.code, row.zh, row.en, figures.get(row.id, {}))
        stack.extend((child, key) for child in reversed(below.get((None, row.id), [])))


def _figures(session: Session, standard_id: UUID) -> tuple[Figures, Figures]:
    """Weights by node, and by tier those that no node has; figures that are only inferred are not compared."""
    query = sa.select(TierWeight).join(Tier, TierWeight.tier_id == Tier.id).where(Tier.standard_id == standard_id)
    by_node: Figures = defaultdict(dict)
    by_tier: Figures = defaultdict(dict)
    for weight in session.scalars(query):
        if weight.node_id is None:
            by_tier[weight.tier_id][f"{weight.component.value}: {weight.zh}"] = weight.percent
        else:
            by_node[weight.node_id][weight.component.value] = weight.percent
    return by_node, by_tier


def _between(session: Session, old: Standard, new: Standard) -> list[UUID]:
    """Both editions and those between them, whichever follows the other; only the two where neither does."""
    for later, earlier in ((new, old), (old, new)):
        chain, at = [later.id], later.replaces_id
        while at is not None and at != earlier.id and len(chain) < LONGEST_SERIES:
            chain.append(at)
            at = session.scalar(sa.select(Standard.replaces_id).where(Standard.id == at))
        if at == earlier.id:
            return [*chain, earlier.id]
    return [new.id, old.id]


def _ties(
    session: Session, old: Standard, new: Standard, before: set[UUID], after: set[UUID]
) -> list[tuple[UUID, UUID]]:
    onward: dict[UUID, set[UUID]] = defaultdict(set)
    query = sa.select(NodeLink.origin_identifier, NodeLink.destination_identifier).where(
        NodeLink.standard_id.in_(_between(session, old, new)),
        NodeLink.kind.in_((LinkKind.REPLACED_BY, LinkKind.EXACT_MATCH_OF)),
    )
    for origin, destination in session.execute(query):
        if origin is None or destination is None:
            continue
        onward[origin].add(destination)
        onward[destination].add(origin)
    return [(key, reached) for key in before if key in onward for reached in _reached(onward, key) & after]


def _reached(onward: dict[UUID, set[UUID]], start: UUID) -> set[UUID]:
    found: set[UUID] = set()
    edge = {start}
    while edge:
        found |= edge
        edge = {further for key in edge for further in onward.get(key, ())} - found
    return found - {start}


def _by_level(
    before: Iterable[Part], after: Iterable[Part], ties: Iterable[tuple[UUID, UUID]]
) -> list[tuple[UUID, UUID]]:
    tied = {key for tie in ties for key in tie}
    free = {part.level: part.key for part in after if part.kind == TIER and part.key not in tied}
    return [
        (part.key, free[part.level])
        for part in before
        if part.kind == TIER and part.key not in tied and part.level in free
    ]
