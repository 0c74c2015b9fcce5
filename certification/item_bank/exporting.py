"""Takes items out of the bank; whoever takes live exam items out is on record."""

from datetime import datetime

from sqlalchemy.orm import Session

from certification.item_bank import service
from certification.item_bank.content import of_facts
from certification.item_bank.exchange.report import WHOLE_FILE, ImportedItem
from certification.item_bank.rules import ItemFacts, ItemStatus, ItemUse
from certification.item_bank.service import ItemFilter
from training_base.kernel import audit
from training_base.kernel.actor import Actor


def take_out(session: Session, only: ItemFilter, *, by: Actor, now: datetime) -> list[ImportedItem]:
    """Current versions of the items of the actor's banks that fit, by code."""
    items = session.scalars(service.listing(only, by=by)).all()
    for item in items:
        if item.use is ItemUse.EXAM and item.status is ItemStatus.APPROVED:
            details = {"version": item.version, "taken_out": True}
            audit.record(session, "item.read", item, by=by, at=now, details=details)
    return [exported(service.facts_of(item)) for item in items]


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
