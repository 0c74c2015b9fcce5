"""Deeds and questions about pictures and sounds: added once, never changed, shown by the items that name them."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.item_bank import media
from certification.item_bank.content import Content
from certification.item_bank.models import (
    Asset,
    AssetContent,
    Item,
    ItemAsset,
    ItemVersion,
    Stimulus,
    StimulusAsset,
    StimulusVersion,
)
from certification.item_bank.rules import AssetKind, ItemStatus, ItemUse
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

NAMED = re.compile(r"\]\(\s*asset:([A-Za-z0-9][A-Za-z0-9._-]{0,79})")
"""How Markdown names an asset."""

DESCRIPTION_LENGTH = 300


@dataclass(eq=False)
class NotMedia(Refusal):
    """The file is no picture or sound that items may show."""

    file_name: str


@dataclass(eq=False)
class AssetMissing(Refusal):
    """An item names pictures or sounds that its bank does not have."""

    names: tuple[str, ...]


@dataclass(eq=False)
class AssetInUse(Refusal):
    """Something shows it, so that it stays."""

    name: str


def add(
    session: Session,
    content: bytes,
    *,
    file_name: str,
    description: str,
    center_id: UUID | None,
    by: Actor,
    now: datetime,
) -> Asset:
    """Keep a picture or a sound; the same bytes for the same bank give the asset that is there.

    Its name is made of the file's name and of its bytes, so that a name always means the same bytes.

    Raises:
        NotFound: the bank is not the actor's.
        NotMedia: it is none, or more than to be looked at or listened to.
    """
    if not by.may_touch(center_id):
        raise NotFound("training_center", center_id)
    try:
        found = media.recognise(content)
    except ValueError as error:
        raise NotMedia(file_name[-80:]) from error
    digest = hashlib.sha256(content).hexdigest()
    earlier = session.scalar(sa.select(Asset).where(Asset.digest == digest, _bank(center_id)))
    if earlier is not None:
        return earlier
    asset = Asset(
        id=uuid4(),
        name=_name(file_name, f"{center_id}:{digest}", found.suffix),
        center_id=center_id,
        kind=found.kind,
        media_type=found.media_type,
        size=len(content),
        digest=digest,
        description=description,
        added_by=by.id,
        added_at=now,
    )
    session.add(asset)
    session.flush()
    session.add(AssetContent(asset_id=asset.id, content=content))
    audit.record(session, "asset.added", asset, by=by, at=now, details={"name": asset.name, "digest": digest})
    return asset


def _bank(center_id: UUID | None) -> sa.ColumnElement[bool]:
    return Asset.center_id.is_(None) if center_id is None else Asset.center_id == center_id


def _name(file_name: str, seed: str, suffix: str) -> str:
    """A name that can stand in Markdown and in an address."""
    stem = file_name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    plain = re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKC", stem).casefold()).strip("-")[:40].strip("-")
    return f"{plain or 'asset'}-{hashlib.sha256(seed.encode()).hexdigest()[:8]}.{suffix}"


def names_in(content: Content) -> set[str]:
    """Names of the assets that an item shows, in any of its texts."""
    texts = [content.stem, content.rationale, *content.options, *content.prompts, *content.option_rationales]
    texts += [choice for gap in content.gaps for choice in gap]
    return names_of(texts) | ({content.image} if content.image else set())


def names_of(texts: Iterable[str]) -> set[str]:
    """Names of the assets that some Markdown shows."""
    return {name for text in texts for name in NAMED.findall(text)}


def found(session: Session, names: Iterable[str], *, center_id: UUID | None) -> list[Asset]:
    """The assets of a bank with these names, by name."""
    names = sorted(names)
    if not names:
        return []
    query = sa.select(Asset).where(Asset.name.in_(names), _bank(center_id)).order_by(Asset.name)
    return list(session.scalars(query))


def link(session: Session, version: ItemVersion, *, center_id: UUID | None) -> tuple[str, ...]:
    """Note which assets a version shows; the names that its bank does not have."""
    names = names_in(version.content)
    version.assets = found(session, names, center_id=center_id)
    return tuple(sorted(names - {asset.name for asset in version.assets}))


def listing(*, by: Actor, kind: AssetKind | None = None, q: str | None = None) -> sa.Select[Asset]:
    """Assets of the actor's banks, the newest first."""
    query = sa.select(Asset).where(by.scope(Asset.center_id))
    if kind:
        query = query.where(Asset.kind == kind)
    if q:
        query = query.where(
            sa.or_(Asset.name.icontains(q, autoescape=True), Asset.description.icontains(q, autoescape=True))
        )
    return query.order_by(Asset.added_at.desc(), Asset.name)


def by_name(session: Session, name: str, *, by: Actor) -> Asset:
    """An asset of the actor's banks.

    Raises:
        NotFound: none.
    """
    asset = session.scalar(sa.select(Asset).where(Asset.name == name, by.scope(Asset.center_id)))
    if asset is None:
        raise NotFound("asset", name)
    return asset


def bytes_of(session: Session, asset: Asset) -> bytes:
    """What is in the file."""
    return session.scalars(sa.select(AssetContent.content).where(AssetContent.asset_id == asset.id)).one()


def is_live(session: Session, asset: Asset) -> bool:
    """Whether an approved exam item shows it, itself or in what it shares: looking at it is then on record."""
    shown = sa.or_(
        ItemVersion.id.in_(sa.select(ItemAsset.item_version_id).where(ItemAsset.asset_id == asset.id)),
        ItemVersion.stimulus_version_id.in_(
            sa.select(StimulusAsset.stimulus_version_id).where(StimulusAsset.asset_id == asset.id)
        ),
    )
    query = (
        sa.select(Item.id)
        .join(ItemVersion, sa.and_(ItemVersion.item_id == Item.id, ItemVersion.number == Item.version))
        .where(Item.use == ItemUse.EXAM, Item.status == ItemStatus.APPROVED, shown)
        .limit(1)
    )
    return session.scalar(query) is not None


def note_reading(session: Session, name: str, *, by: Actor, now: datetime) -> None:
    """Put on record that a person looked at what a live exam item shows.

    Raises:
        NotFound: none in the actor's banks.
    """
    audit.record(session, "asset.read", by_name(session, name, by=by), by=by, at=now, details={"name": name})


def items_with(session: Session, asset: Asset, *, by: Actor) -> list[Item]:
    """Items of the actor's banks any version of which shows the asset, by code."""
    shown = (
        sa.select(ItemVersion.item_id)
        .join(ItemAsset, ItemAsset.item_version_id == ItemVersion.id)
        .where(ItemAsset.asset_id == asset.id)
    )
    query = sa.select(Item).where(Item.id.in_(shown), by.scope(Item.center_id)).order_by(Item.code)
    return list(session.scalars(query))


def stimuli_with(session: Session, asset: Asset, *, by: Actor) -> list[Stimulus]:
    """Stimuli of the actor's banks any version of which shows the asset, by code."""
    shown = (
        sa.select(StimulusVersion.stimulus_id)
        .join(StimulusAsset, StimulusAsset.stimulus_version_id == StimulusVersion.id)
        .where(StimulusAsset.asset_id == asset.id)
    )
    query = sa.select(Stimulus).where(Stimulus.id.in_(shown), by.scope(Stimulus.center_id)).order_by(Stimulus.code)
    return list(session.scalars(query))


def remove(session: Session, name: str, *, by: Actor, now: datetime) -> None:
    """Take out an asset that nothing ever showed.

    Raises:
        NotFound: none in the actor's banks.
        AssetInUse: a version of an item or of a stimulus shows it.
    """
    asset = by_name(session, name, by=by)
    for table in (ItemAsset, StimulusAsset):
        if session.scalar(sa.select(table.id).where(table.asset_id == asset.id).limit(1)) is not None:
            raise AssetInUse(name)
    audit.record(session, "asset.removed", asset, by=by, at=now, details={"name": name})
    session.execute(sa.delete(AssetContent).where(AssetContent.asset_id == asset.id))
    session.delete(asset)
    session.flush()
