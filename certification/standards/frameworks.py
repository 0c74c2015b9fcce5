"""Finds what outsiders may read of frameworks by identifiers of CASE; a private draft and all in it is not found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards import exporting, objects
from certification.standards.exchange import package as case
from certification.standards.exchange import rows
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
from certification.standards.visibility import readable
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import NotFound

OUTSIDER = replace(SYSTEM, everywhere=False)
"""Whoever reads by the interface of CASE: it knows no sign-in."""


@dataclass(frozen=True)
class Answer:
    """An object with the standard it belongs to; ``more`` are its children, or the associations of an item."""

    found: Any
    standard: Standard
    more: tuple[Any, ...] = ()


def documents() -> sa.Select[Standard]:
    """Every framework that outsiders may read."""
    return sa.select(Standard).where(readable(OUTSIDER))


def standard(session: Session, identifier: UUID) -> Standard:
    """A framework by its identifier.

    Raises:
        NotFound: there is none that outsiders may read.
    """
    found = session.scalar(documents().where(Standard.identifier == identifier))
    if found is None:
        raise NotFound("standard", identifier)
    return found


@dataclass(frozen=True)
class Place:
    """An item of a standard and where it hangs: its row, its parent's row, the association between them."""

    row: StandardNode | Tier | KnowledgePoint
    standard: Standard
    parent: StandardNode | Tier | None
    link: UUID
    sequence: int | None


def item(session: Session, identifier: UUID, *, base: str) -> Answer:
    """An item by its identifier.

    Raises:
        NotFound: there is none that outsiders may read.
    """
    row, owner = _row(session, identifier)
    return Answer(_item(session, row, Frame.of(owner, base)), owner)


def _row(session: Session, identifier: UUID) -> tuple[StandardNode | Tier | KnowledgePoint, Standard]:
    node = session.scalar(
        sa.select(StandardNode).join(StandardNode.standard).where(StandardNode.identifier == identifier, _readable())
    )
    if node is not None:
        return node, node.standard
    tier = session.scalar(sa.select(Tier).join(Tier.standard).where(Tier.identifier == identifier, _readable()))
    if tier is not None:
        return tier, tier.standard
    query = sa.select(KnowledgePoint).join(KnowledgePoint.tier).join(Tier.standard)
    point = session.scalar(query.where(KnowledgePoint.identifier == identifier, _readable()))
    if point is None:
        raise NotFound("item", identifier)
    return point, point.tier.standard


def _readable() -> sa.ColumnElement[bool]:
    return readable(OUTSIDER)


def _item(session: Session, row: StandardNode | Tier | KnowledgePoint, frame: Frame) -> case.Item:
    if isinstance(row, StandardNode):
        return objects.item_of(row, frame)
    if isinstance(row, KnowledgePoint):
        return objects.point_item(row, frame)
    weights = session.scalars(
        sa.select(TierWeight).where(TierWeight.tier_id == row.id).order_by(TierWeight.component, TierWeight.position)
    ).all()
    wanted = [weight.node_id for weight in weights if weight.node_id]
    query = sa.select(StandardNode.id, StandardNode.identifier).where(StandardNode.id.in_(wanted))
    functions = dict(session.execute(query).all())
    return objects.tier_item(row, [objects.weight_facts(weight, functions) for weight in weights], frame)


def _above(session: Session, row: StandardNode | Tier | KnowledgePoint) -> StandardNode | Tier | None:
    """The parent of a row; None where it hangs under the document."""
    if isinstance(row, Tier):
        return None
    if isinstance(row, StandardNode):
        return session.get(StandardNode, row.parent_id) if row.parent_id else row.tier
    duty = sa.select(StandardNode).where(
        StandardNode.tier_id == row.tier_id, StandardNode.code == row.area, StandardNode.kind == NodeKind.DUTY
    )
    return session.scalar(duty) or row.tier


def _link_of(row: StandardNode | Tier | KnowledgePoint) -> UUID:
    """The name of the association that hangs a row under its parent."""
    if isinstance(row, StandardNode):
        return row.placement_identifier
    named = row.extra.get(rows.PLACEMENT, {}).get("identifier") if isinstance(row, Tier) else None
    return UUID(named) if named else rows.fallback_placement(row.identifier)


def _sequence(session: Session, row: StandardNode | Tier | KnowledgePoint) -> int | None:
    """The place of a row among its siblings, as the whole package tells it."""
    if isinstance(row, KnowledgePoint):
        before = sa.select(sa.func.count(KnowledgePoint.id))
        before = before.where(KnowledgePoint.tier_id == row.tier_id, KnowledgePoint.code <= row.code)
        return session.scalar(before)
    if isinstance(row, Tier):
        said = row.extra.get(rows.PLACEMENT, {}).get("sequenceNumber")
        before = sa.select(sa.func.count(Tier.id)).where(Tier.standard_id == row.standard_id, Tier.level >= row.level)
        return said or session.scalar(before)
    siblings = session.scalars(
        sa.select(StandardNode)
        .where(
            StandardNode.standard_id == row.standard_id,
            StandardNode.tier_id == row.tier_id if row.tier_id else StandardNode.tier_id.is_(None),
            StandardNode.parent_id == row.parent_id if row.parent_id else StandardNode.parent_id.is_(None),
        )
        .order_by(StandardNode.position, StandardNode.identifier)
    ).all()
    return dict(zip((node.id for node in siblings), exporting.sequences(siblings), strict=True))[row.id]


def _placement(session: Session, row: StandardNode | Tier | KnowledgePoint, frame: Frame) -> case.Association | None:
    """The association that hangs a row under its parent; None for what stands outside the tree."""
    above = _above(session, row)
    kept = {} if isinstance(row, KnowledgePoint) else row.extra.get(rows.PLACEMENT, {})
    if isinstance(row, StandardNode) and above is None and row.extra.get(rows.OUTSIDE):
        return None
    parent = _item(session, above, frame) if above is not None else None
    own = _item(session, row, frame)
    number = _sequence(session, row)
    return objects.placement(own, _link_of(row), parent, sequence=number, kept=kept, frame=frame)


def association(session: Session, identifier: UUID, *, base: str) -> Answer:
    """An association by its identifier, of the tree or beside it.

    Raises:
        NotFound: there is none that outsiders may read.
    """
    link = session.scalar(
        sa.select(NodeLink).join(NodeLink.standard).where(NodeLink.identifier == identifier, _readable())
    )
    if link is not None:
        return Answer(objects.association_of(link, Frame.of(link.standard, base)), link.standard)
    row, owner = _placed(session, identifier)
    found = _placement(session, row, Frame.of(owner, base))
    if found is None:
        raise NotFound("association", identifier)
    return Answer(found, owner)


def _placed(session: Session, link: UUID) -> tuple[StandardNode | Tier | KnowledgePoint, Standard]:
    """The row that an association of the tree places.

    Tiers and knowledge points keep no name of their own for it: it follows from their identifier, so each is tried.
    """
    query = sa.select(StandardNode).join(StandardNode.standard)
    node = session.scalar(query.where(StandardNode.placement_identifier == link, _readable()))
    if node is not None:
        return node, node.standard
    for tier in session.scalars(sa.select(Tier).join(Tier.standard).where(_readable())):
        if _link_of(tier) == link:
            return tier, tier.standard
    points = sa.select(KnowledgePoint.identifier).join(KnowledgePoint.tier).join(Tier.standard).where(_readable())
    for own in session.scalars(points):
        if rows.fallback_placement(own) == link:
            return _row(session, own)
    raise NotFound("association", link)


def item_associations(session: Session, identifier: UUID, *, base: str) -> Answer:
    """An item with every association that begins or ends there.

    Raises:
        NotFound: there is no such item that outsiders may read.
    """
    row, owner = _row(session, identifier)
    frame = Frame.of(owner, base)
    links = session.scalars(
        sa.select(NodeLink)
        .join(NodeLink.standard)
        .where(
            sa.or_(NodeLink.origin_identifier == identifier, NodeLink.destination_identifier == identifier),
            _readable(),
        )
        .order_by(NodeLink.sequence, NodeLink.identifier)
    )
    around = [_placement(session, near, frame) for near in (row, *_below(session, row))]
    beside = [objects.association_of(link, Frame.of(link.standard, base)) for link in links]
    found = tuple(link for link in (*around, *beside) if link is not None)
    return Answer(_item(session, row, frame), owner, found)


def _below(
    session: Session, row: StandardNode | Tier | KnowledgePoint
) -> Iterator[StandardNode | Tier | KnowledgePoint]:
    """The children of a row."""
    if isinstance(row, KnowledgePoint):
        return
    if isinstance(row, Tier):
        under = sa.and_(StandardNode.tier_id == row.id, StandardNode.parent_id.is_(None))
        tier_id: UUID | None = row.id
    else:
        under, tier_id = StandardNode.parent_id == row.id, row.tier_id
    yield from session.scalars(sa.select(StandardNode).where(under).order_by(StandardNode.position))
    points = sa.select(KnowledgePoint).where(KnowledgePoint.tier_id == tier_id).order_by(KnowledgePoint.code)
    if isinstance(row, StandardNode):
        points = (
            points.where(KnowledgePoint.area == row.code) if row.kind is NodeKind.DUTY else points.where(sa.false())
        )
    for point in session.scalars(points):
        if isinstance(row, StandardNode) or _above(session, point) is row:
            yield point


def part(session: Session, kind: str, identifier: UUID, *, base: str) -> Answer:
    """A definition or rubric by its identifier, with those below it by their hierarchy codes.

    Args:
        kind: the property that lists it, such as ``CFSubjects``.

    Raises:
        NotFound: there is none that outsiders may read.
    """
    query = sa.select(StandardPart).join(StandardPart.standard).where(StandardPart.kind == kind, _readable())
    found = session.scalar(query.where(StandardPart.identifier == identifier).order_by(Standard.code).limit(1))
    if found is None and kind == "CFItemTypes":
        return _own_type(session, identifier, base)
    if found is None:
        raise NotFound("definition", identifier)
    children: tuple[Any, ...] = ()
    if found.hierarchy_code:
        below = query.where(
            StandardPart.standard_id == found.standard_id,
            StandardPart.hierarchy_code.startswith(f"{found.hierarchy_code}.", autoescape=True),
        )
        children = tuple(map(objects.part_of, session.scalars(below.order_by(StandardPart.hierarchy_code))))
    return Answer(objects.part_of(found), found.standard, children)


def _own_type(session: Session, identifier: UUID, base: str) -> Answer:
    """An item type of ours, as a standard of ours brings it along."""
    kind = next((name for name in objects.ITEM_TYPES if objects.type_identifier(name) == identifier), None)
    owner = session.scalar(documents().join(Standard.tiers).order_by(Standard.code).limit(1)) if kind else None
    if kind is None or owner is None:
        raise NotFound("definition", identifier)
    return Answer(objects.item_type(kind, Frame.of(owner, base)), owner)


LOOK_UPS: dict[str, Callable[..., Answer]] = {
    "CFItems": item,
    "CFItemAssociations": item_associations,
    "CFAssociations": association,
}
"""What finds an object by the name of its list."""
