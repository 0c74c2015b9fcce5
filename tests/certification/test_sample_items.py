"""The sample items of the newer kinds: sound, of known points, with keys that hold when they are worked out again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from certification.item_bank import service
from certification.item_bank.catalog import load_items
from certification.item_bank.content import Content, faults
from certification.item_bank.kinds import check_response, earned
from certification.item_bank.media import recognise
from certification.item_bank.models import Item
from certification.item_bank.rules import ItemKind, ItemStatus
from certification.standards import catalog
from tests.make import NOW
from training_base.kernel.actor import SYSTEM

FOLDER = Path(__file__).parents[2] / "certification" / "data" / "items"
DATA = json.loads((FOLDER / "newer-kinds.json").read_text(encoding="utf-8"))
BY_CODE: dict[str, Content] = {one["code"]: Content.from_json(one["content"]) for one in DATA["items"]}

WORKED_OUT: dict[str, Any] = {
    "N5-01": str(190 / 200 * 100),
    "N5-02": str(2**10),
    "N4-01": str((500 - 20) / 500 * 100),
    "N4-02": str(45 / (45 + 5)),
    "N4-03": str(45 / (45 + 15)),
    "N4-10": str(10 / 200 * 100),
    "N4-11": [[10 / 200, 4 / 200, 5 / 100].index(min(10 / 200, 4 / 200, 5 / 100))],
    "N4-12": f"{(1 - (10 + 4 + 5) / (200 + 200 + 100)) * 100:.1f}",
    "N3-01": f"{(0.85 - 0.5) / (1 - 0.5):.2f}",
    "N3-02": str(120 * 7 * 10 * 5),
    "N3-09": f"{50 / (100 + 100 - 50):.2f}",
    "N3-10": str(450 / 600 * 100),
    "N5-08": [int((300 + 260 / 2) / 0.8), int((230 + 110 / 2) / 0.4)],
    "N4-09": [int(440 / 0.8), int(96 / 0.4)],
    "N3-08": [int((360 + 480) / 2 / 0.8), int((160 + 280) / 2 / 0.4)],
}


@pytest.mark.parametrize("code", BY_CODE)
def test_a_sample_item_is_sound(code: str) -> None:
    assert faults(BY_CODE[code]) == ()
    assert BY_CODE[code].rationale


@pytest.mark.parametrize("code", WORKED_OUT)
def test_a_key_holds_when_it_is_worked_out_again(code: str) -> None:
    content = BY_CODE[code]

    assert earned(check_response(WORKED_OUT[code], content), content, 100) == 100


def test_every_newer_kind_has_samples_and_every_picture_is_one() -> None:
    assert set(ItemKind) - {content.kind for content in BY_CODE.values()} == {
        ItemKind.TRUE_FALSE,
        ItemKind.MULTIPLE_CHOICE,
    }
    assert [recognise((FOLDER / "media" / one["file"]).read_bytes()).suffix for one in DATA["assets"]] == ["svg"] * 3


def test_the_samples_are_loaded_approved_with_their_stimulus(session: Session) -> None:
    catalog.load_standard(session, by=SYSTEM, now=NOW)
    catalog.load_knowledge_points(session, by=SYSTEM, now=NOW)
    reviewer = replace(SYSTEM, id=UUID(int=2), name="审定")

    loaded = load_items(session, FOLDER / "newer-kinds.json", approved_by=reviewer, by=SYSTEM, now=NOW)

    assert len(loaded) == 30
    assert {item.status for item in loaded} == {ItemStatus.APPROVED}
    shared = [item for item in loaded if item.stimulus]
    assert [(item.code, item.stimulus_position) for item in shared] == [("N4-10", 1), ("N4-11", 2), ("N4-12", 3)]
    assert {one.code: len(one.current.assets) for one in loaded if one.kind is ItemKind.HOTSPOT} == {
        "N5-08": 1,
        "N4-09": 1,
        "N3-08": 1,
    }
    assert isinstance(loaded[0], Item)


def test_who_wrote_the_samples_does_not_approve_them(session: Session) -> None:
    with pytest.raises(service.OwnItem):
        load_items(session, FOLDER / "newer-kinds.json", approved_by=SYSTEM, by=SYSTEM, now=NOW)
