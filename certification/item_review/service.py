"""Findings about items: looked for on saving and over a whole bank, set aside by people, and asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from certification.item_bank import lint
from certification.item_bank.content import Content
from certification.item_bank.lint import SERIOUS, Bias, Finding, Flag
from certification.item_bank.models import Item
from certification.item_bank.rules import ItemStatus
from certification.item_review.models import ItemFlag
from certification.standards.models import Tier
from training_base.kernel import audit, queue
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.kernel.models import Job

JOB = "items.review"
"""The kind of job."""

CORPUS = 20000
"""Items of one level among which copies are looked for; a larger bank is looked through by its newest."""


@dataclass(eq=False)
class SeriousFindings(Refusal):
    """The item has findings that must be cleared up, or set aside by somebody, before it is approved."""

    item: str
    count: int


@dataclass(eq=False)
class SetAsideReasonMissing(Refusal):
    """A finding is set aside with a reason in words."""


@dataclass(eq=False)
class OwnFinding(Refusal):
    """Whoever wrote an item does not set its serious findings aside."""


def content_of(item: Item) -> Content:
    """What the current version of an item says."""
    return item.current.content


def check_item(session: Session, item_id: UUID, *, now: datetime) -> list[ItemFlag]:
    """Look for what may be questioned in an item as it stands, and among those it may resemble."""
    session.flush()
    item = session.get_one(Item, item_id, options=[joinedload(Item.current)], populate_existing=True)
    corpus = _corpus(session, item.tier_id, item.center_id)
    places = [place for place, one in enumerate(corpus) if one.id == item_id]
    if not places:
        return _keep(session, item, [], corpus, now=now)
    contents = [content_of(one) for one in corpus]
    flags = lint.flags_of(contents[places[0]], item.current.reference)
    return _keep(session, item, [*flags, *lint.pairs(places, contents)[0]], corpus, now=now)


def check_level(session: Session, tier_id: UUID, center_id: UUID | None, *, now: datetime) -> int:
    """Look through one level of a bank; give how many items were looked at. Retired items lose their findings."""
    corpus = _corpus(session, tier_id, center_id)
    mine = [place for place, one in enumerate(corpus) if one.center_id == center_id]
    contents = [content_of(one) for one in corpus]
    for place, alike in zip(mine, lint.pairs(mine, contents), strict=True):
        item = corpus[place]
        _keep(session, item, [*lint.flags_of(contents[place], item.current.reference), *alike], corpus, now=now)
    retired = sa.select(Item.id).where(Item.tier_id == tier_id, Item.status == ItemStatus.RETIRED)
    session.execute(sa.delete(ItemFlag).where(ItemFlag.item_id.in_(retired)))
    return len(mine)


def _corpus(session: Session, tier_id: UUID, center_id: UUID | None) -> Sequence[Item]:
    """The items in use of a level in the common bank and the center's, the newest first."""
    query = (
        sa.select(Item)
        .where(Item.tier_id == tier_id, Item.status != ItemStatus.RETIRED)
        .where(sa.or_(Item.center_id.is_(None), Item.center_id == center_id))
        .options(selectinload(Item.current))
        .order_by(Item.created_at.desc(), Item.code)
        .limit(CORPUS)
    )
    return session.scalars(query).all()


def _keep(
    session: Session, item: Item, flags: Sequence[Flag], corpus: Sequence[Item], *, now: datetime
) -> list[ItemFlag]:
    """Put the findings in place of the earlier ones; what was set aside about these versions stays set aside."""
    earlier = {
        (flag.version, flag.finding, flag.detail, flag.other_id, flag.other_version): flag
        for flag in session.scalars(sa.select(ItemFlag).where(ItemFlag.item_id == item.id))
    }
    kept: list[ItemFlag] = []
    for flag in flags:
        other = corpus[flag.other] if flag.other is not None else None
        facts = (item.version, flag.finding, flag.detail, other.id if other else None, other.version if other else None)
        known = earlier.pop(facts, None)
        kept.append(known or _flag(session, item, flag, other, now=now))
    for gone in earlier.values():
        session.delete(gone)
    session.flush()
    return kept


def _flag(session: Session, item: Item, flag: Flag, other: Item | None, *, now: datetime) -> ItemFlag:
    kept = ItemFlag(
        item_id=item.id,
        center_id=item.center_id,
        version=item.version,
        finding=flag.finding,
        detail=flag.detail,
        other_id=other.id if other else None,
        other_version=other.version if other else None,
        likeness=None if flag.score is None else round(flag.score * 1000),
        found_at=now,
    )
    session.add(kept)
    return kept


def of_item(session: Session, item_id: UUID) -> list[ItemFlag]:
    """The findings about an item, open ones and serious ones first."""
    order = {finding: place for place, finding in enumerate(Finding)}
    query = sa.select(ItemFlag).where(ItemFlag.item_id == item_id).options(joinedload(ItemFlag.other))
    return sorted(session.scalars(query), key=lambda flag: (flag.set_aside_at is not None, order[flag.finding]))


@dataclass(frozen=True)
class FlagFilter:
    """What a list of findings is narrowed to; None means all."""

    finding: Finding | None = None
    level: int | None = None
    is_open: bool | None = True


def listing(only: FlagFilter, *, by: Actor) -> sa.Select[ItemFlag]:
    """Findings about items of the actor's banks, the gravest first; a pair of items is told once."""
    other = aliased(Item)
    order = {finding: place for place, finding in enumerate(Finding)}
    query = (
        sa.select(ItemFlag)
        .join(ItemFlag.item)
        .join(Item.tier)
        .outerjoin(other, ItemFlag.other_id == other.id)
        .where(by.scope(Item.center_id))
        .where(
            sa.or_(
                ItemFlag.other_id.is_(None), Item.code < other.code, Item.center_id.is_distinct_from(other.center_id)
            )
        )
        .options(joinedload(ItemFlag.item).joinedload(Item.tier), joinedload(ItemFlag.other))
    )
    if only.finding is not None:
        query = query.where(ItemFlag.finding == only.finding)
    if only.level is not None:
        query = query.where(Tier.level == only.level)
    if only.is_open is not None:
        query = query.where(ItemFlag.set_aside_at.is_(None) if only.is_open else ItemFlag.set_aside_at.is_not(None))
    return query.order_by(sa.case(order, value=ItemFlag.finding), Item.code, ItemFlag.id)


def counts(session: Session, *, by: Actor) -> dict[Finding, int]:
    """How many open findings of each kind the actor's banks have; a pair of items counts twice."""
    rows = session.execute(
        sa.select(ItemFlag.finding, sa.func.count())
        .join(ItemFlag.item)
        .where(by.scope(Item.center_id), ItemFlag.set_aside_at.is_(None))
        .group_by(ItemFlag.finding)
    )
    found = {row[0]: row[1] for row in rows}
    return {finding: found[finding] for finding in Finding if finding in found}


def by_id(session: Session, flag_id: UUID, *, by: Actor) -> ItemFlag:
    """A finding about an item of the actor's banks.

    Raises:
        NotFound: none, or another center's.
    """
    query = sa.select(ItemFlag).join(ItemFlag.item).where(ItemFlag.id == flag_id, by.scope(Item.center_id))
    flag = session.scalar(query.options(joinedload(ItemFlag.item).joinedload(Item.current)))
    if flag is None:
        raise NotFound("item_flag", flag_id)
    return flag


def set_aside(session: Session, flag_id: UUID, *, reason: str, by: Actor, now: datetime) -> ItemFlag:
    """Say that a finding is nothing to worry about, and why; done before, it stays as it is.

    Raises:
        NotFound: no such finding in the actor's banks.
        SetAsideReasonMissing: no reason is given.
        OwnFinding: it is a serious one about an item the actor wrote.
    """
    flag = by_id(session, flag_id, by=by)
    if not reason.strip():
        raise SetAsideReasonMissing
    if flag.finding in SERIOUS and by.id in (flag.item.written_by, flag.item.current.written_by):
        raise OwnFinding
    if flag.set_aside_at is None:
        flag.set_aside_at, flag.set_aside_by, flag.set_aside_by_name = now, by.id, by.name
        flag.set_aside_reason = reason.strip()
        details = {"finding": flag.finding.value, "reason": flag.set_aside_reason}
        audit.record(session, "item_finding.set_aside", flag, by=by, at=now, details=details)
    return flag


def take_up(session: Session, flag_id: UUID, *, by: Actor, now: datetime) -> ItemFlag:
    """Open a finding again that was set aside; an open one stays open.

    Raises:
        NotFound: no such finding in the actor's banks.
    """
    flag = by_id(session, flag_id, by=by)
    if flag.set_aside_at is not None:
        flag.set_aside_at = flag.set_aside_by = flag.set_aside_by_name = flag.set_aside_reason = None
        audit.record(session, "item_finding.taken_up", flag, by=by, at=now, details={"finding": flag.finding.value})
    return flag


def require_clear(session: Session, item_id: UUID, *, by: Actor) -> None:
    """See that nothing serious is open about an item before it is approved.

    Raises:
        SeriousFindings: something is.
    """
    query = (
        sa.select(Item.code)
        .join(ItemFlag, ItemFlag.item_id == Item.id)
        .where(Item.id == item_id, by.scope(Item.center_id), ItemFlag.version == Item.version)
        .where(ItemFlag.finding.in_(SERIOUS), ItemFlag.set_aside_at.is_(None))
    )
    codes = session.scalars(query).all()
    if codes:
        raise SeriousFindings(codes[0], len(codes))


def banks(session: Session, *, by: Actor) -> list[tuple[UUID, UUID | None]]:
    """The levels of the banks that the actor may look through: tier and center (None is the common bank)."""
    query = (
        sa.select(Item.tier_id, Item.center_id)
        .join(Item.tier)
        .where(by.scope(Item.center_id), Item.status != ItemStatus.RETIRED)
        .group_by(Item.tier_id, Item.center_id, Tier.level)
        .order_by(Tier.level.desc(), Item.center_id)
    )
    return [(row.tier_id, row.center_id) for row in session.execute(query)]


def ask_for_review(session: Session, *, by: Actor, now: datetime) -> list[Job]:
    """Have the actor's banks looked through, a job per level and bank."""
    return [
        queue.enqueue(
            session,
            JOB,
            {"tier_id": str(tier_id), "center_id": str(center_id) if center_id else None},
            by=by,
            now=now,
            center_id=center_id,
        )
        for tier_id, center_id in banks(session, by=by)
    ]


def biases(session: Session, level: int, *, by: Actor) -> list[Bias]:
    """Patterns of the keys of one level in the actor's banks."""
    query = (
        sa.select(Item)
        .join(Item.tier)
        .where(Tier.level == level, by.scope(Item.center_id), Item.status != ItemStatus.RETIRED)
        .options(selectinload(Item.current))
        .limit(CORPUS)
    )
    return lint.biases(content_of(item) for item in session.scalars(query))
