"""Builders of items of any kind, of stimuli, and of pictures that are some."""

import struct
import wave
import zlib
from io import BytesIO
from typing import Any
from uuid import uuid4

from certification.exams.models import PaperItem
from certification.item_bank import assets, service
from certification.item_bank.content import Content
from certification.item_bank.models import Asset, Item, Stimulus, StimulusVersion
from certification.item_bank.rules import ItemFacts, ItemStatus, ItemUse
from certification.standards.models import KnowledgePoint, Tier
from certification.standards.rules import Evidence
from tests.make import NOW, Make

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#abc"/></svg>'


def png(width: int = 1, height: int = 1) -> bytes:
    """A black picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def wav() -> bytes:
    """A tenth of a second of silence."""
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 800)
    return file.getvalue()


def asset(make: Make, content: bytes | None = None, **facts: Any) -> Asset:
    """A picture of the common bank."""
    base = {"file_name": "figure.png", "description": "图", "center_id": None, "by": make.actor(everywhere=True)}
    return assets.add(make.session, content or png(), **{**base, "now": NOW, **facts})


def item_of(make: Make, tier: Tier, content: Content, **more: Any) -> Item:
    """An approved exam item that says this, at a knowledge point of its own."""
    number = next(make.serial)
    area = more.pop("area", "1.1")
    point = make.add(
        KnowledgePoint(tier_id=tier.id, code=f"{area}-{number}", area=area, title=f"点{number}", evidence=Evidence.OWN)
    )
    status, center_id = more.pop("status", ItemStatus.APPROVED), more.pop("center_id", None)
    facts = ItemFacts(
        **{
            "code": f"K-{number}",
            "level": tier.level,
            "kind": content.kind,
            "stem": content.stem,
            "options": content.options,
            "key": content.key,
            "rationale": "解析",
            "reference": "依据",
            "knowledge_point": point.code,
            "difficulty": 2,
            "use": ItemUse.EXAM,
            "parts": content.parts,
            **more,
        }
    )
    item = service.store(
        make.session, facts, tier.id, point.id, center_id=center_id, status=status, by=make.actor(), now=NOW
    )
    make.session.flush()
    make.session.expire(item)
    return item


def stimulus(make: Make, tier: Tier, body: str = "一段共用材料", **facts: Any) -> Stimulus:
    """A passage of the common bank."""
    number = next(make.serial)
    base = {"code": f"ST-{number}", "tier_id": tier.id, "version": 1, "written_by": uuid4(), "created_at": NOW}
    made = make.add(Stimulus(**{**base, **facts}))
    make.add(
        StimulusVersion(
            stimulus_id=made.id, number=1, title="材料", body=body, written_by=made.written_by, created_at=NOW
        )
    )
    make.session.expire(made)
    return made


def printed(make: Make, paper_id: Any, position: int, item: Item, marks: int = 200, **facts: Any) -> PaperItem:
    """An item at a place of a paper, as it stands in the bank."""
    content = item.current.content.to_json()
    return make.add(
        PaperItem(
            paper_id=paper_id,
            position=position,
            item_id=item.id,
            item_version_id=item.current.id,
            kind=item.kind,
            area="1.1",
            stem=content["stem"],
            options=content["options"],
            key=content["key"],
            parts=item.current.parts,
            assets={asset.name: asset.digest for asset in item.current.assets},
            marks=marks,
            **facts,
        )
    )
