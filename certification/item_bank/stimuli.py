"""Deeds and questions about stimuli: what several items share; their items stay together and in order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.item_bank import assets
from certification.item_bank.models import Item, ItemVersion, Stimulus, StimulusVersion
from certification.item_bank.rules import ItemStatus
from certification.standards import service as standards
from certification.standards.models import Tier
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

TITLE_LENGTH = 120
BODY_LENGTH = 20_000


@dataclass(eq=False)
class StimulusCodeTaken(Refusal):
    """Another stimulus has this code."""

    stimulus: str


@dataclass(eq=False)
class StimulusUnknown(Refusal):
    """The bank has no such stimulus at the item's level."""

    stimulus: str


def draft(
    session: Session,
    code: str,
    level: int,
    *,
    title: str,
    body: str,
    center_id: UUID | None,
    by: Actor,
    now: datetime,
) -> Stimulus:
    """Write a new stimulus; its items, not itself, are reviewed.

    Raises:
        NotFound: the bank is not the actor's, or the level is not loaded.
        StimulusCodeTaken: another one has the code.
        AssetMissing: it names a picture or a sound that the bank does not have.
    """
    if not by.may_touch(center_id):
        raise NotFound("training_center", center_id)
    if session.scalar(sa.select(Stimulus.id).where(Stimulus.code == code)) is not None:
        raise StimulusCodeTaken(code)
    tier = standards.tier_by_level(session, level)
    stimulus = Stimulus(code=code, center_id=center_id, tier_id=tier.id, version=1, written_by=by.id, created_at=now)
    stimulus.versions.append(_version(session, stimulus, title, body, by=by, now=now))
    session.add(stimulus)
    audit.record(session, "stimulus.drafted", stimulus, by=by, at=now)
    return stimulus


def _version(
    session: Session, stimulus: Stimulus, title: str, body: str, *, by: Actor, now: datetime
) -> StimulusVersion:
    names = assets.names_of([body])
    found = assets.found(session, names, center_id=stimulus.center_id)
    if missing := names - {asset.name for asset in found}:
        raise assets.AssetMissing(tuple(sorted(missing)))
    return StimulusVersion(
        number=stimulus.version, title=title, body=body, written_by=by.id, created_at=now, assets=found
    )


def revise(session: Session, stimulus_id: UUID, *, title: str, body: str, by: Actor, now: datetime) -> Stimulus:
    """Give a stimulus a new version; its items get one each with it, are drafts again and leave the pool.

    Papers keep the version they were assembled with.

    Raises:
        NotFound: no such stimulus in the actor's banks.
        AssetMissing: it names a picture or a sound that the bank does not have.
    """
    stimulus = by_id(session, stimulus_id, by=by)
    before = audit.state_digest(stimulus)
    stimulus.version += 1
    version = _version(session, stimulus, title, body, by=by, now=now)
    stimulus.versions.append(version)
    audit.record(session, "stimulus.revised", stimulus, by=by, at=now, before=before)
    for item in stimulus.items:
        if item.status is not ItemStatus.RETIRED:
            _follow(session, item, version, by=by, now=now)
    session.expire(stimulus, ["current"])
    return stimulus


def _follow(session: Session, item: Item, version: StimulusVersion, *, by: Actor, now: datetime) -> None:
    """A new version of an item that says the same beside the new version of what it shares."""
    before, old = audit.state_digest(item), item.current
    item.version += 1
    kept = ("kind", "language", "stem", "stem_digest", "options", "key", "parts", "rationale", "reference")
    item.versions.append(
        ItemVersion(
            number=item.version,
            stimulus_version=version,
            written_by=by.id,
            created_at=now,
            assets=list(old.assets),
            **{name: getattr(old, name) for name in kept},
        )
    )
    item.status, item.approved_by = ItemStatus.DRAFT, None
    audit.record(session, "item.revised", item, by=by, at=now, before=before, details={"version": item.version})
    session.expire(item, ["current"])


def by_id(session: Session, stimulus_id: UUID, *, by: Actor) -> Stimulus:
    """A stimulus of the actor's banks with its items.

    Raises:
        NotFound: none.
    """
    query = (
        sa.select(Stimulus)
        .where(Stimulus.id == stimulus_id, by.scope(Stimulus.center_id))
        .options(joinedload(Stimulus.tier), joinedload(Stimulus.center), joinedload(Stimulus.current))
        .options(selectinload(Stimulus.items).joinedload(Item.current))
    )
    stimulus = session.scalar(query)
    if stimulus is None:
        raise NotFound("stimulus", stimulus_id)
    return stimulus


def find(session: Session, code: str, tier_id: UUID, *, center_id: UUID | None) -> Stimulus:
    """The stimulus that an item of a bank may belong to: the bank's own, of the item's level.

    Raises:
        StimulusUnknown: there is none.
    """
    own = Stimulus.center_id.is_(None) if center_id is None else Stimulus.center_id == center_id
    stimulus = session.scalar(sa.select(Stimulus).where(Stimulus.code == code, Stimulus.tier_id == tier_id, own))
    if stimulus is None:
        raise StimulusUnknown(code)
    return stimulus


def listing(*, by: Actor, level: int | None = None, q: str | None = None) -> sa.Select[Stimulus]:
    """Stimuli of the actor's banks by code, with tier, current version and items."""
    query = (
        sa.select(Stimulus)
        .join(Stimulus.tier)
        .where(by.scope(Stimulus.center_id))
        .options(joinedload(Stimulus.tier), joinedload(Stimulus.current), selectinload(Stimulus.items))
    )
    if level:
        query = query.where(Tier.level == level)
    if q:
        named = StimulusVersion.title.icontains(q, autoescape=True)
        query = query.where(sa.or_(Stimulus.code.icontains(q, autoescape=True), Stimulus.versions.any(named)))
    return query.order_by(Stimulus.code)
