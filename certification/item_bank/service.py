"""Deeds on items, from draft to retirement, and questions about the bank."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.item_bank import assets, stimuli
from certification.item_bank.content import answers_alike, of_facts, require_sound
from certification.item_bank.finding import ItemFilter as ItemFilter
from certification.item_bank.finding import awaiting as awaiting
from certification.item_bank.finding import by_id as by_id
from certification.item_bank.finding import facts_of as facts_of
from certification.item_bank.finding import in_area as in_area
from certification.item_bank.finding import listing as listing
from certification.item_bank.finding import pool as pool
from certification.item_bank.models import Item, ItemVersion
from certification.item_bank.rules import ItemFacts, ItemStatus, ItemUse, stem_digest
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
        StimulusUnknown: the bank has no such stimulus at the level.
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
    session.add(item)
    _say(session, item, facts, by=by, now=now)
    return item


def _say(session: Session, item: Item, facts: ItemFacts, *, by: Actor, now: datetime) -> None:
    """Give the item what the facts say beside its code and level, and a version that says it."""
    item.kind, item.use, item.difficulty = facts.kind, facts.use, facts.difficulty
    item.cognitive_level, item.suggested_marks = facts.cognitive_level, facts.suggested_marks
    item.stimulus, item.stimulus_position = None, None
    version = _version(facts, item.version, by=by, now=now)
    if facts.stimulus:
        item.stimulus = stimuli.find(session, facts.stimulus, item.tier_id, center_id=item.center_id)
        item.stimulus_position = facts.stimulus_position
        version.stimulus_version = item.stimulus.current
    with session.no_autoflush:
        assets.link(session, version, center_id=item.center_id)
        item.versions.append(version)


def _version(facts: ItemFacts, number: int, *, by: Actor, now: datetime) -> ItemVersion:
    return ItemVersion(
        number=number,
        kind=facts.kind,
        language=facts.language,
        parts=dict(facts.parts),
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
        same = answers_alike(version.content, of_facts(facts))
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
        WrongStatus: it is retired, or suspended because it may be known outside.
        StemTaken, PointUnknown, StimulusUnknown, ValueError: as for a draft.
        PractisedBefore, ExaminedBefore: an approved item is to change its use.
    """
    item = by_id(session, item_id, by=by)
    if item.status in {ItemStatus.RETIRED, ItemStatus.SUSPENDED}:
        raise WrongStatus(item.code, item.status)
    if facts.use is not item.use and item.approved_at is not None:
        raise (PractisedBefore if item.use is ItemUse.PRACTICE else ExaminedBefore)(item.code)
    require_sound(of_facts(facts))
    require_new_stem(session, item.tier_id, facts, center_id=item.center_id, but=item.id)
    before = audit.state_digest(item)
    item.knowledge_point = _point(session, item.tier, facts.knowledge_point)
    item.version += 1
    _say(session, item, facts, by=by, now=now)
    item.status, item.approved_by = ItemStatus.DRAFT, None
    audit.record(session, "item.revised", item, by=by, at=now, before=before, details={"version": item.version})
    session.expire(item, ["current"])
    return item


def submit(session: Session, item_id: UUID, *, by: Actor, now: datetime) -> Item:
    """Hand a draft to the reviewers.

    Raises:
        NotFound: no such item in the actor's centers.
        WrongStatus: it is no draft.
        AssetMissing: it shows what its bank does not have.
    """
    item = _at(session, item_id, ItemStatus.DRAFT, by=by)
    _require_assets(session, item)
    return _move(session, item, ItemStatus.REVIEW, "item.submitted", by=by, now=now)


def approve(session: Session, item_id: UUID, *, version: int | None = None, by: Actor, now: datetime) -> Item:
    """Let an item into the pool; ``version`` is the one that was read, None takes the current one.

    Raises:
        NotFound: no such item in the actor's centers.
        WrongStatus: it is not in review.
        Conflict: another version came in since.
        OwnItem: the actor wrote the item or its current version.
        AssetMissing: it shows what its bank does not have.
    """
    item = _at(session, item_id, ItemStatus.REVIEW, by=by)
    if version not in (None, item.version):
        raise Conflict("item")
    if by.id in (item.written_by, item.current.written_by):
        raise OwnItem(item.code)
    _require_assets(session, item)
    item.approved_by, item.approved_at = by.id, now
    return _move(session, item, ItemStatus.APPROVED, "item.approved", by=by, now=now)


def _require_assets(session: Session, item: Item) -> None:
    if missing := assets.link(session, item.current, center_id=item.center_id):
        raise assets.AssetMissing(missing)


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


def open_item(session: Session, item_id: UUID, *, by: Actor, now: datetime) -> Item:
    """The item to be read by a person; whoever sees a live exam item is on record.

    Raises:
        NotFound: there is none in the actor's centers.
    """
    item = by_id(session, item_id, by=by)
    if item.use is ItemUse.EXAM and item.status is ItemStatus.APPROVED:
        audit.record(session, "item.read", item, by=by, at=now, details={"version": item.version})
    return item
