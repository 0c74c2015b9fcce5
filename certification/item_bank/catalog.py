"""Reads sample items of every kind from a data file of ours, with their pictures and stimuli."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from certification.item_bank import assets, service, stimuli
from certification.item_bank.content import Content, require_sound
from certification.item_bank.models import Item
from certification.item_bank.rules import CognitiveLevel, ItemFacts, ItemStatus, ItemUse
from certification.standards import service as standards
from certification.standards.models import KnowledgePoint
from training_base.kernel import audit
from training_base.kernel.actor import Actor


def load_items(session: Session, path: Path, *, approved_by: Actor, by: Actor, now: datetime) -> list[Item]:
    """Put the items of a file into the common bank, approved by a second person.

    The file holds ``assets`` (file beside it in ``media``, description), ``stimuli`` and ``items`` (what they are
    filed under, and ``content`` as ``Content.to_json`` writes it, with pictures by the name of their file).

    Raises:
        OwnItem: whoever wrote them is to approve them.
        ValueError: an item has faults.
    """
    if approved_by.id == by.id:
        raise service.OwnItem(path.name)
    data = json.loads(path.read_text(encoding="utf-8"))
    names = {
        one["file"]: assets.add(
            session,
            (path.parent / "media" / one["file"]).read_bytes(),
            file_name=one["file"],
            description=one["description"],
            center_id=None,
            by=by,
            now=now,
        ).name
        for one in data["assets"]
    }
    for one in data["stimuli"]:
        stimuli.draft(
            session, one["code"], one["level"], title=one["title"], body=one["body"], center_id=None, by=by, now=now
        )
    session.flush()
    return [_load(session, one, names, approved_by=approved_by, by=by, now=now) for one in data["items"]]


def facts_of(one: dict[str, Any], names: dict[str, str]) -> ItemFacts:
    """An item of the file as facts; ``names`` gives a picture's name in the bank by its file."""
    said = one["content"]
    content = Content.from_json({**said, "image": names[said["image"]]} if said.get("image") else said)
    require_sound(content)
    return ItemFacts(
        code=one["code"],
        level=one["level"],
        kind=content.kind,
        stem=content.stem,
        options=content.options,
        key=content.key,
        rationale=content.rationale,
        reference=one["reference"],
        knowledge_point=one["knowledge_point"],
        difficulty=one["difficulty"],
        use=ItemUse(one["use"]),
        parts=content.parts,
        cognitive_level=CognitiveLevel(one["cognitive_level"]),
        suggested_marks=one["suggested_marks"],
        stimulus=one.get("stimulus"),
        stimulus_position=one.get("place"),
    )


def _load(
    session: Session, one: dict[str, Any], names: dict[str, str], *, approved_by: Actor, by: Actor, now: datetime
) -> Item:
    facts = facts_of(one, names)
    tier = standards.tier_by_level(session, facts.level)
    query = standards.knowledge_points(tier.id).where(KnowledgePoint.code == facts.knowledge_point)
    point = session.scalars(query).one()
    item = service.store(session, facts, tier.id, point.id, center_id=None, status=ItemStatus.REVIEW, by=by, now=now)
    audit.record(session, "item.imported", item, by=by, at=now, details={"file": one["code"]})
    before = audit.state_digest(item)
    item.status, item.approved_by, item.approved_at = ItemStatus.APPROVED, approved_by.id, now
    audit.record(session, "item.approved", item, by=approved_by, at=now, before=before)
    return item
