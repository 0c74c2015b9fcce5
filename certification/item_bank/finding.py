"""Questions about the bank: one item, lists of items, the pool for papers."""

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.item_bank.models import Item, ItemVersion, StimulusVersion
from certification.item_bank.rules import ItemFacts, ItemKind, ItemStatus, ItemUse
from certification.standards.models import KnowledgePoint, Tier
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound


def by_id(session: Session, item_id: UUID, *, by: Actor) -> Item:
    """The item with that identifier.

    Raises:
        NotFound: there is none in the actor's centers.
    """
    query = sa.select(Item).where(Item.id == item_id, by.scope(Item.center_id)).options(*_whole())
    item = session.scalar(query)
    if item is None:
        raise NotFound("item", item_id)
    return item


def _whole() -> tuple[Any, ...]:
    return (
        joinedload(Item.knowledge_point),
        joinedload(Item.tier),
        joinedload(Item.center),
        joinedload(Item.stimulus),
        joinedload(Item.current),
    )


@dataclass(frozen=True)
class ItemFilter:
    """What a list of items is narrowed to; None and "" mean all. ``area`` "1" stands for every duty 1.x."""

    level: int | None = None
    area: str | None = None
    kind: ItemKind | None = None
    status: ItemStatus | None = None
    use: ItemUse | None = None
    text: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it narrows nothing."""
        return not any(getattr(self, part.name) for part in fields(self))


def listing(only: ItemFilter | None = None, *, by: Actor) -> sa.Select[Item]:
    """Items of the actor's centers by code, with current version, tier, point and center loaded."""
    only = only or ItemFilter()
    query = sa.select(Item).where(by.scope(Item.center_id)).options(*_whole())
    for column, value in ((Item.kind, only.kind), (Item.status, only.status), (Item.use, only.use)):
        if value:
            query = query.where(column == value)
    if only.level:
        query = query.join(Item.tier).where(Tier.level == only.level)
    if only.area:
        query = query.join(Item.knowledge_point).where(in_area(only.area))
    if only.text:
        query = query.where(_mentions(only.text))
    return query.order_by(Item.code)


def in_area(area: str) -> sa.ColumnElement[bool]:
    """The condition on ``KnowledgePoint`` that it belongs to an area; "1" stands for every duty 1.x."""
    if "." in area:
        return KnowledgePoint.area == area
    return KnowledgePoint.area.startswith(f"{area}.", autoescape=True)


def _mentions(text: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        Item.code.icontains(text, autoescape=True),
        Item.versions.any(
            sa.and_(ItemVersion.number == Item.version, ItemVersion.stem.icontains(text, autoescape=True))
        ),
    )


def awaiting(*, by: Actor) -> sa.Select[Item]:
    """Items in review that the actor may approve: those of other writers."""
    query = listing(ItemFilter(status=ItemStatus.REVIEW), by=by).where(Item.written_by != by.id)
    return query.where(~Item.versions.any(sa.and_(ItemVersion.number == Item.version, ItemVersion.written_by == by.id)))


def pool(session: Session, tier_id: UUID, *, center_id: UUID | None) -> list[Item]:
    """Approved exam items of a tier, for assembling papers: the common bank's and the center's own."""
    query = (
        sa.select(Item)
        .where(Item.tier_id == tier_id, Item.status == ItemStatus.APPROVED, Item.use == ItemUse.EXAM)
        .where(sa.or_(Item.center_id.is_(None), Item.center_id == center_id))
        .options(
            selectinload(Item.current).options(
                selectinload(ItemVersion.assets),
                joinedload(ItemVersion.stimulus_version).selectinload(StimulusVersion.assets),
            ),
            joinedload(Item.knowledge_point),
            joinedload(Item.stimulus),
        )
        .order_by(Item.code)
    )
    return list(session.scalars(query))


def facts_of(item: Item) -> ItemFacts:
    """What the current version of an item says, as values."""
    current = item.current
    return ItemFacts(
        code=item.code,
        level=item.tier.level,
        kind=item.kind,
        stem=current.stem,
        options=tuple(current.options),
        key=tuple(current.key),
        rationale=current.rationale,
        reference=current.reference,
        knowledge_point=item.knowledge_point.code,
        difficulty=item.difficulty,
        use=item.use,
        parts=current.parts,
        cognitive_level=item.cognitive_level,
        suggested_marks=item.suggested_marks,
        language=current.language,
        stimulus=item.stimulus.code if item.stimulus else None,
        stimulus_position=item.stimulus_position,
    )
