"""Gives a standard as a competency framework with all that belongs to it; nothing here asks who may see it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards import objects
from certification.standards.exchange import package as case
from certification.standards.exchange import rows
from certification.standards.exchange.fields import Property, properties
from certification.standards.models import (
    KnowledgePoint,
    NodeLink,
    Standard,
    StandardNode,
    StandardPart,
    Tier,
    TierWeight,
)
from certification.standards.objects import Frame
from certification.standards.rules import NodeKind


def package_of(session: Session, standard: Standard, *, base: str) -> case.Package:
    """A standard with all that belongs to it as a framework."""
    frame = Frame.of(standard, base)
    tree = Tree.of(session, standard, frame)
    links = session.scalars(
        sa.select(NodeLink).where(NodeLink.standard_id == standard.id).order_by(NodeLink.sequence, NodeLink.identifier)
    )
    parts = session.scalars(
        sa.select(StandardPart).where(StandardPart.standard_id == standard.id).order_by(StandardPart.position)
    )
    by_kind: dict[str, list[Any]] = {}
    for part in parts:
        by_kind.setdefault(part.kind, []).append(objects.part_of(part))
    own_types = [objects.item_type(kind, frame) for kind in objects.ITEM_TYPES if kind in tree.kinds]
    return case.Package(
        document=objects.document_of(standard, base),
        items=tuple(tree.items),
        associations=(*tree.placements, *(objects.association_of(link, frame) for link in links)),
        definitions=_definitions(by_kind, own_types, standard.extra.get("definitions", {})),
        rubrics=tuple(by_kind.get("CFRubrics", ())),
        extensions=standard.extra.get("package", {}),
    )


def _definitions(
    by_kind: Mapping[str, list[Any]], own_types: list[case.ItemType], extensions: Mapping[str, Any]
) -> case.Definitions:
    known: list[Property] = [entry for entry in properties(case.Definitions) if entry.part is not None]
    found = {entry.attribute: tuple(by_kind.get(entry.name, ())) for entry in known}
    found["item_types"] = (*own_types, *found["item_types"])
    return case.Definitions(**found, extensions=extensions)


class Tree:
    """The items of a standard with the associations that place them, in the order of the tree."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.items: list[case.Item] = []
        self.placements: list[case.Association] = []
        self.kinds: set[str] = set()
        self.made: dict[UUID, case.Item] = {}

    @classmethod
    def of(cls, session: Session, standard: Standard, frame: Frame) -> "Tree":
        """The tree of a standard."""
        tree = cls(frame)
        nodes = list(session.scalars(_nodes(standard)))
        below: dict[UUID | None, list[StandardNode]] = {}
        for node in nodes:
            below.setdefault(node.parent_id or node.tier_id, []).append(node)
        tiers = list(
            session.scalars(sa.select(Tier).where(Tier.standard_id == standard.id).order_by(Tier.level.desc()))
        )
        weights = _weights(session, tiers, {node.id: node.identifier for node in nodes})
        for place, tier in enumerate(tiers, 1):
            item = objects.tier_item(tier, weights.get(tier.id, ()), frame)
            kept = tier.extra.get(rows.PLACEMENT, {})
            link = _named(kept, tier.identifier)
            tree.add(item, None, tier.id, sequence=kept.get("sequenceNumber", place), placed=(link, kept), kind="tier")
        tree.grow(None, below)
        for tier in tiers:
            tree.grow(tier.id, below)
            tree.add_points(session, tier, [node for node in nodes if node.tier_id == tier.id])
        return tree

    def grow(self, root: UUID | None, below: Mapping[UUID | None, list[StandardNode]]) -> None:
        """Add what stands under a tier or the document, level by level under each parent."""
        waiting = [root]
        while waiting:
            above = waiting.pop()
            siblings = below.get(above, ())
            numbers = sequences(siblings)
            for node, number in zip(siblings, numbers, strict=True):
                kept = node.extra.get(rows.PLACEMENT, {})
                placed = None if node.extra.get(rows.OUTSIDE) and above is None else (node.placement_identifier, kept)
                parent = self.made[above] if above else None
                item = objects.item_of(node, self.frame)
                self.add(item, parent, node.id, sequence=number, placed=placed, kind=node.kind)
            waiting += [node.id for node in reversed(siblings)]

    def add(
        self, item: case.Item, parent: case.Item | None, key: UUID, *, sequence: int | None,
        placed: tuple[UUID, Mapping[str, Any]] | None, kind: str,
    ) -> None:  # fmt: skip
        """Add an item and what places it; ``key`` is the row that its children name as their parent."""
        self.items.append(item)
        self.made[key] = item
        self.kinds.add(kind)
        if placed is not None:
            link, kept = placed
            made = objects.placement(item, link, parent, sequence=sequence, kept=kept, frame=self.frame)
            self.placements.append(made)

    def add_points(self, session: Session, tier: Tier, nodes: Iterable[StandardNode]) -> None:
        """Add the knowledge points of a tier under the duties whose codes are their areas."""
        duties = {node.code: node.id for node in nodes if node.kind is NodeKind.DUTY}
        points = sa.select(KnowledgePoint).where(KnowledgePoint.tier_id == tier.id).order_by(KnowledgePoint.code)
        for place, point in enumerate(session.scalars(points), 1):
            parent = self.made[duties.get(point.area, tier.id)]
            link = rows.fallback_placement(point.identifier)
            item = objects.point_item(point, self.frame)
            kind = NodeKind.KNOWLEDGE_POINT
            self.add(item, parent, point.id, sequence=place, placed=(link, {}), kind=kind)


def _named(kept: Mapping[str, Any], identifier: UUID) -> UUID:
    """The name of what places a tier."""
    return UUID(kept["identifier"]) if "identifier" in kept else rows.fallback_placement(identifier)


def _nodes(standard: Standard) -> sa.Select[StandardNode]:
    return (
        sa.select(StandardNode)
        .where(StandardNode.standard_id == standard.id)
        .order_by(StandardNode.position, StandardNode.identifier)
    )


def _weights(
    session: Session, tiers: Iterable[Tier], functions: Mapping[UUID, UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    ids = [tier.id for tier in tiers]
    query = sa.select(TierWeight).where(TierWeight.tier_id.in_(ids))
    for row in session.scalars(query.order_by(TierWeight.component, TierWeight.position)):
        found.setdefault(row.tier_id, []).append(objects.weight_facts(row, functions))
    return found


def sequences(siblings: Iterable[StandardNode]) -> list[int | None]:
    """The sequence numbers of siblings: what the file said while that is still their order, else 1, 2, 3."""
    nodes = list(siblings)
    if not all(rows.PLACEMENT in node.extra or rows.OUTSIDE in node.extra for node in nodes):
        return list(range(1, len(nodes) + 1))
    said = [node.extra.get(rows.PLACEMENT, {}).get("sequenceNumber") for node in nodes]
    keys = [(number is None, number or 0) for number in said]
    return said if keys == sorted(keys) else list(range(1, len(nodes) + 1))
