"""Takes items out of the bank; whoever takes live exam items out is on record."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.item_bank import assets, models, service
from certification.item_bank.content import of_facts
from certification.item_bank.exchange.report import WHOLE_FILE, Asset, ImportedItem
from certification.item_bank.rules import ItemFacts, ItemStatus, ItemUse
from certification.item_bank.service import ItemFilter
from training_base.kernel import audit
from training_base.kernel.actor import Actor

CHUNK = 400
"""Values in one IN list."""


def take_out(session: Session, only: ItemFilter, *, by: Actor, now: datetime) -> list[ImportedItem]:
    """Current versions of the items of the actor's banks that fit, by code."""
    items = session.scalars(service.listing(only, by=by)).all()
    for item in items:
        if item.use is ItemUse.EXAM and item.status is ItemStatus.APPROVED:
            details = {"version": item.version, "taken_out": True}
            audit.record(session, "item.read", item, by=by, at=now, details=details)
    return [exported(service.facts_of(item)) for item in items]


def found(session: Session, only: ItemFilter, *, by: Actor) -> list[ImportedItem]:
    """The same items, to say what a format would leave out of them; nobody is shown what they say."""
    return [exported(service.facts_of(item)) for item in session.scalars(service.listing(only, by=by))]


def media_of(session: Session, items: list[ImportedItem], *, by: Actor) -> list[Asset]:
    """The pictures and sounds that items show, as files know them."""
    names = sorted({name for item in items for name in assets.names_in(item.content)})
    files: list[Asset] = []
    for start in range(0, len(names), CHUNK):
        query = sa.select(models.Asset).where(
            models.Asset.name.in_(names[start : start + CHUNK]), by.scope(models.Asset.center_id)
        )
        files += [
            Asset(asset.name, asset.media_type, assets.bytes_of(session, asset)) for asset in session.scalars(query)
        ]
    return files


def exported(facts: ItemFacts) -> ImportedItem:
    """An item of the bank as files know it."""
    return ImportedItem(
        WHOLE_FILE,
        of_facts(facts),
        code=facts.code,
        level=facts.level,
        difficulty=facts.difficulty,
        knowledge_point=facts.knowledge_point,
        reference=facts.reference,
        use=facts.use,
        marks=facts.suggested_marks,
        language=facts.language,
    )
