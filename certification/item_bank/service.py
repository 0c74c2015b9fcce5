"""Deeds on items, from draft to retirement, and questions about the bank."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.item_bank.content import of_facts, require_sound
from certification.item_bank.models import Item, ItemVersion
from certification.item_bank.rules import ItemFacts, ItemKind, ItemStatus, ItemUse, key_texts, stem_digest
from certification.standards import service as standards
from certification.standards.models import KnowledgePoint, Tier
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Conflict, NotFound, Refusal


@dataclass(eq=False)
class OwnItem(Refusal):
    """Whoever wrote an item does not approve it."""

    item: str


@dataclass(eq=False)
class WrongStatus(Refusal):
    """The item is not at the place of its life that the deed needs."""

    item: str
    status: ItemStatus


@dataclass(eq=False)
class CodeTaken(Refusal):
    """Another item has this code."""

    item: str


@dataclass(eq=False)
class StemTaken(Refusal):
    """Another item of the level asks the same; ``same_key`` tells whether it also answers the same."""

    other: str
    same_key: bool


@dataclass(eq=False)
class PointUnknown(Refusal):
    """The level has no such knowledge point."""

    point: str
    level: int


@dataclass(eq=False)
class PractisedBefore(Refusal):
    """An item that could be practised is known and can no longer be examined."""

    item: str


@dataclass(eq=False)
class ExaminedBefore(Refusal):
    """An item that may be on a paper cannot be given to practise: its key would be shown."""

    item: str


def draft(session: Session, facts: ItemFacts, *, center_id: UUID | None, by: Actor, now: datetime) -> Item:
    """Write a new item; it is a draft until its writer submits it.

    Args:
        center_id: whose bank it joins; None is the city's common bank.

    Raises:
        NotFound: the center is not the actor's, or the level is not loaded.
        CodeTaken: another item has the code.
        StemTaken: another item of the level asks the same.
        PointUnknown: the level has no such knowledge point.
        ValueError: the key does not fit the kind.
    """
    if not by.may_touch(center_id):
        raise NotFound("training_center", center_id)
    require_sound(of_facts(facts))
    if session.scalar(sa.select(Item.id).where(Item.code == facts.code)) is not None:
        raise CodeTaken(facts.code)
    tier = standards.tier_by_level(session, facts.level)
    require_new_stem(session, tier.id, facts, center_id=center_id)
    point = _point(session, tier, facts.knowledge_point)
    item = store(session, facts, tier.id, point.id, center_id=center_id, status=ItemStatus.DRAFT, by=by, now=now)
    audit.record(session, "item.drafted", item, by=by, at=now)
    return item


def store(
    session: Session,
    facts: ItemFacts,
    tier_id: UUID,
    point_id: UUID,
    *,
    center_id: UUID | None,
    status: ItemStatus,
    by: Actor,
    now: datetime,
) -> Item:
    """Put an item whose facts were checked into the bank, with its first version."""
    item = Item(
        code=facts.code,
        center_id=center_id,
        tier_id=tier_id,
        knowledge_point_id=point_id,
        kind=facts.kind,
        use=facts.use,
        status=status,
        difficulty=facts.difficulty,
        version=1,
        written_by=by.id,
        created_at=now,
    )
    item.versions.append(_version(facts, 1, by=by, now=now))
    session.add(item)
    return item


def _version(facts: ItemFacts, number: int, *, by: Actor, now: datetime) -> ItemVersion:
    return ItemVersion(
        number=number,
        stem=facts.stem,
        stem_digest=stem_digest(facts.stem),
        options=list(facts.options),
        key=list(facts.key),
        rationale=facts.rationale,
        reference=facts.reference,
        written_by=by.id,
        created_at=now,
    )


def _point(session: Session, tier: Tier, code: str) -> KnowledgePoint:
    point = session.scalar(standards.knowledge_points(tier.id).where(KnowledgePoint.code == code))
    if point is None:
        raise PointUnknown(code, tier.level)
    return point


def require_new_stem(
    session: Session, tier_id: UUID, facts: ItemFacts, *, center_id: UUID | None, but: UUID | None = None
) -> None:
    """See that no other item of the level, in the common bank or the center's, asks the same.

    Raises:
        StemTaken: one does.
    """
    query = same_stem(tier_id, center_id=center_id).where(ItemVersion.stem_digest == stem_digest(facts.stem)).limit(1)
    if but is not None:
        query = query.where(Item.id != but)
    found = session.execute(query).first()
    if found is not None:
        code, version = found
        same = key_texts(version.options, version.key) == key_texts(facts.options, facts.key)
        raise StemTaken(code, same_key=same)


def same_stem(tier_id: UUID, *, center_id: UUID | None) -> sa.Select[str, ItemVersion]:
    """Codes and current versions of items in use that a new item of the level must differ from."""
    return (
        sa.select(Item.code, ItemVersion)
        .join(ItemVersion, sa.and_(ItemVersion.item_id == Item.id, ItemVersion.number == Item.version))
        .where(Item.tier_id == tier_id, Item.status != ItemStatus.RETIRED)
        .where(sa.or_(Item.center_id.is_(None), Item.center_id == center_id))
    )


def revise(session: Session, item_id: UUID, facts: ItemFacts, *, by: Actor, now: datetime) -> Item:
    """Give an item a new version; it is a draft again and leaves the pool until it is approved.

    Code and level stay; papers keep the version they were assembled with.

    Raises:
        NotFound: no such item in the actor's centers.
        WrongStatus: it is retired.
        StemTaken, PointUnknown, ValueError: as for a draft.
        PractisedBefore, ExaminedBefore: an approved item is to change its use.
    """
    item = by_id(session, item_id, by=by)
    if item.status is ItemStatus.RETIRED:
        raise WrongStatus(item.code, item.status)
    if facts.use is not item.use and item.approved_at is not None:
        raise (PractisedBefore if item.use is ItemUse.PRACTICE else ExaminedBefore)(item.code)
    require_sound(of_facts(facts))
    require_new_stem(session, item.tier_id, facts, center_id=item.center_id, but=item.id)
    before = audit.state_digest(item)
    item.knowledge_point = _point(session, item.tier, facts.knowledge_point)
    item.kind, item.use, item.difficulty = facts.kind, facts.use, facts.difficulty
    item.version += 1
    item.versions.append(_version(facts, item.version, by=by, now=now))
    item.status, item.approved_by = ItemStatus.DRAFT, None
    audit.record(session, "item.revised", item, by=by, at=now, before=before, details={"version": item.version})
    session.expire(item, ["current"])
    return item


def submit(session: Session, item_id: UUID, *, by: Actor, now: datetime) -> Item:
    """Hand a draft to the reviewers.

    Raises:
        NotFound: no such item in the actor's centers.
        WrongStatus: it is no draft.
    """
    item = _at(session, item_id, ItemStatus.DRAFT, by=by)
    return _move(session, item, ItemStatus.REVIEW, "item.submitted", by=by, now=now)


def approve(session: Session, item_id: UUID, *, version: int | None = None, by: Actor, now: datetime) -> Item:
    """Let an item into the pool; ``version`` is the one that was read, None takes the current one.

    Raises:
        NotFound: no such item in the actor's centers.
        WrongStatus: it is not in review.
        Conflict: another version came in since.
        OwnItem: the actor wrote the item or its current version.
    """
    item = _at(session, item_id, ItemStatus.REVIEW, by=by)
    if version not in (None, item.version):
        raise Conflict("item")
    if by.id in (item.written_by, item.current.written_by):
        raise OwnItem(item.code)
    item.approved_by, item.approved_at = by.id, now
    return _move(session, item, ItemStatus.APPROVED, "item.approved", by=by, now=now)


def send_back(session: Session, item_id: UUID, *, reason: str, by: Actor, now: datetime) -> Item:
    """Give an item back to its writer, saying why.

    Raises:
        NotFound: no such item in the actor's centers.
        WrongStatus: it is not in review.
    """
    item = _at(session, item_id, ItemStatus.REVIEW, by=by)
    details = {"reason": reason}
    return _move(session, item, ItemStatus.DRAFT, "item.sent_back", by=by, now=now, details=details)


def retire(session: Session, item_id: UUID, *, reason: str, by: Actor, now: datetime) -> Item:
    """Take an item out of use for good; papers that hold it keep it.

    Raises:
        NotFound: no such item in the actor's centers.
        WrongStatus: it is retired already.
    """
    item = by_id(session, item_id, by=by)
    if item.status is ItemStatus.RETIRED:
        raise WrongStatus(item.code, item.status)
    details = {"reason": reason}
    return _move(session, item, ItemStatus.RETIRED, "item.retired", by=by, now=now, details=details)


def _at(session: Session, item_id: UUID, status: ItemStatus, *, by: Actor) -> Item:
    item = by_id(session, item_id, by=by)
    if item.status is not status:
        raise WrongStatus(item.code, item.status)
    return item


def _move(
    session: Session,
    item: Item,
    status: ItemStatus,
    deed: str,
    *,
    by: Actor,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> Item:
    before = audit.state_digest(item)
    item.status = status
    audit.record(session, deed, item, by=by, at=now, before=before, details=details)
    return item


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
    return joinedload(Item.knowledge_point), joinedload(Item.tier), joinedload(Item.center), joinedload(Item.current)


def open_item(session: Session, item_id: UUID, *, by: Actor, now: datetime) -> Item:
    """The item to be read by a person; whoever sees a live exam item is on record.

    Raises:
        NotFound: there is none in the actor's centers.
    """
    item = by_id(session, item_id, by=by)
    if item.use is ItemUse.EXAM and item.status is ItemStatus.APPROVED:
        audit.record(session, "item.read", item, by=by, at=now, details={"version": item.version})
    return item


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
        .options(selectinload(Item.current), joinedload(Item.knowledge_point))
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
    )
