"""Imports of items: whole or nothing, checked against the bank, confirmed by whoever handed the file in."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.item_bank import exchange, import_checks, importing, service
from certification.item_bank.exchange.report import Fault
from certification.item_bank.models import Item, ItemImport
from certification.item_bank.rules import ItemStatus
from certification.standards.models import KnowledgePoint, Tier
from certification.standards.rules import Evidence
from tests.certification.test_item_sheet import ROW, as_csv
from tests.make import NOW, Make
from training_base.kernel.actor import SYSTEM, Actor
from training_base.kernel.errors import NotFound


@pytest.fixture
def tier(make: Make) -> Tier:
    """Level 3 with one knowledge point."""
    tier = make.tier()
    make.add(KnowledgePoint(tier_id=tier.id, code="3-2.1-01", area="2.1", title="试标", evidence=Evidence.OWN))
    return tier


@pytest.fixture
def writer(make: Make, tier: Tier) -> Actor:
    """Somebody who writes for a center."""
    return make.actor(make.center())


def rows(count: int) -> list[dict[str, str]]:
    return [ROW | {"编号": f"T-{number}", "题干": f"第{number}题（　）。"} for number in range(count)]


def test_an_import_is_a_draft(session: Session, make: Make, writer: Actor) -> None:
    (center_id,) = writer.center_ids

    answer = importing.import_items(session, exchange.read(as_csv(*rows(3))), center_id=center_id, by=writer, now=NOW)

    items = session.scalars(service.listing(by=writer)).all()
    assert (answer.stored, answer.repeated) == (3, False)
    assert {(item.status, item.written_by, item.center_id) for item in items} == {
        (ItemStatus.DRAFT, writer.id, center_id)
    }


def test_a_second_person_may_vouch_for_an_import(session: Session, make: Make, tier: Tier) -> None:
    second = make.actor()

    importing.import_items(session, exchange.read(as_csv(*rows(2))), approved_by=second, by=SYSTEM, now=NOW)

    items = session.scalars(service.listing(by=SYSTEM)).all()
    assert {(item.status, item.written_by, item.approved_by) for item in items} == {
        (ItemStatus.APPROVED, SYSTEM.id, second.id)
    }
    with pytest.raises(service.OwnItem):
        importing.import_items(session, exchange.read(b""), approved_by=SYSTEM, by=SYSTEM, now=NOW)
    with pytest.raises(service.OwnItem):
        importing.import_items(session, exchange.read(as_csv(ROW)), approved_by=SYSTEM, by=SYSTEM, now=NOW)


def test_the_same_file_again_gives_the_first_answer(session: Session, tier: Tier) -> None:
    report = exchange.read(as_csv(*rows(2)))
    importing.import_items(session, report, by=SYSTEM, now=NOW)

    again = importing.import_items(session, report, by=SYSTEM, now=NOW)

    assert (again.stored, again.repeated) == (2, True)
    assert session.scalar(sa.select(sa.func.count()).select_from(Item)) == 2


def test_three_bad_rows_of_a_thousand_store_nothing(session: Session, tier: Tier) -> None:
    bad = rows(1000)
    bad[9]["答案"] = "F"
    bad[499]["等级"] = "2"
    bad[998]["知识点"] = "3-9.9-99"

    with pytest.raises(importing.ImportRefused) as refused:
        importing.import_items(session, exchange.read(as_csv(*bad)), by=SYSTEM, now=NOW)

    assert [(problem.row, problem.letter, problem.column) for problem in refused.value.problems] == [
        (11, "J", "答案"),
        (501, "B", "等级"),
        (1000, "L", "知识点"),
    ]
    assert session.scalar(sa.select(sa.func.count()).select_from(Item)) == 0


def test_what_the_bank_has_already_is_a_problem(session: Session, tier: Tier) -> None:
    importing.import_items(session, exchange.read(as_csv(*rows(3))), by=SYSTEM, now=NOW)
    again = rows(3)
    again[1]["编号"] = "X-1"
    again[2] |= {"编号": "X-2", "答案": "B"}

    report = import_checks.check(session, exchange.read(as_csv(*again)), center_id=None)

    assert [(problem.row, problem.fault, problem.other) for problem in report.problems] == [
        (2, Fault.CODE_TAKEN, "T-0"),
        (2, Fault.STEM_IN_BANK, "T-0"),
        (3, Fault.STEM_IN_BANK, "T-1"),
        (4, Fault.KEY_CONFLICT_BANK, "T-2"),
    ]


def test_nobody_imports_into_a_foreign_bank(session: Session, make: Make, writer: Actor) -> None:
    with pytest.raises(NotFound):
        importing.import_items(session, exchange.read(as_csv(ROW)), center_id=make.center().id, by=writer, now=NOW)
    with pytest.raises(NotFound):
        importing.hold(session, b"", file_name="x", center_id=None, by=writer, now=NOW)


def held(session: Session, by: Actor, content: bytes) -> ItemImport:
    (center_id,) = by.center_ids
    return importing.hold(session, content, file_name="items.csv", center_id=center_id, by=by, now=NOW)


def test_a_kept_file_is_stored_once_it_is_confirmed(session: Session, writer: Actor) -> None:
    kept = held(session, writer, as_csv(*rows(2)))
    report = importing.report_of(session, kept)
    assert report is not None
    assert report.is_clean

    first = importing.confirm(session, kept.id, by=writer, now=NOW)
    second = importing.confirm(session, kept.id, by=writer, now=NOW)

    assert first is not None
    assert second is not None
    assert (first.stored, second.stored, second.repeated) == (2, 2, True)
    assert (kept.content, kept.stored_at) == (None, NOW)
    assert importing.report_of(session, kept) is None


def test_a_kept_file_with_problems_is_not_stored(session: Session, writer: Actor) -> None:
    kept = held(session, writer, as_csv(ROW | {"答案": "Z"}))

    with pytest.raises(importing.ImportRefused):
        importing.confirm(session, kept.id, by=writer, now=NOW)


def test_a_kept_file_may_be_thrown_away(session: Session, writer: Actor) -> None:
    kept = held(session, writer, as_csv(ROW))

    importing.discard(session, kept.id, by=writer, now=NOW)

    assert session.scalars(importing.imports(by=writer)).all() == [kept]
    for deed in (importing.confirm, importing.discard):
        with pytest.raises(NotFound):
            deed(session, kept.id, by=writer, now=NOW)


def test_a_file_that_was_stored_is_not_thrown_away(session: Session, writer: Actor) -> None:
    kept = held(session, writer, as_csv(ROW))
    importing.confirm(session, kept.id, by=writer, now=NOW)

    with pytest.raises(NotFound):
        importing.discard(session, kept.id, by=writer, now=NOW)


def test_a_kept_file_is_its_owners(session: Session, make: Make, writer: Actor) -> None:
    kept = held(session, writer, as_csv(ROW))

    with pytest.raises(NotFound):
        importing.held_by_id(session, kept.id, by=make.actor(*writer.center_ids))
