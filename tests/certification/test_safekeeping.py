"""Safekeeping: codes that are found again, files that carry them, leaks from declaration to decision, readings."""

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from certification.exams import delivery, papers
from certification.item_bank import exchange, exporting
from certification.item_bank import service as item_bank
from certification.item_bank.exchange.report import Severity
from certification.item_bank.models import Item
from certification.item_bank.rules import ItemStatus
from certification.item_bank.service import ItemFilter
from certification.safekeeping import rules, service, stamping
from certification.safekeeping.rules import LeakStatus, MarkKind
from certification.standards.models import Tier
from tests.make import NOW, Make
from training_base.kernel.actor import SYSTEM, Actor
from training_base.kernel.errors import NotFound

CODE = rules.code_of(UUID(int=0x1234_5678_9ABC_DEF0 << 64))


@given(st.uuids(), st.text(max_size=20), st.text(max_size=20))
def test_a_code_is_found_in_any_text_seen_and_unseen(identifier: UUID, before: str, after: str) -> None:
    code = rules.code_of(identifier)

    assert code in rules.codes_in(f"{before} {code} {after}")
    assert code in rules.codes_in(f"{before}{rules.hidden(code)}{after}")
    assert code in rules.codes_in(code.lower().replace("-", " "))


@given(st.uuids(), st.uuids())
def test_two_exports_that_differ_in_their_first_bits_have_two_codes(one: UUID, other: UUID) -> None:
    assert (rules.code_of(one) == rules.code_of(other)) is (one.int >> 68 == other.int >> 68)


def test_text_without_a_code_has_none() -> None:
    assert rules.codes_in("这是一道题。ZX-12") == []
    assert rules.codes_in_file(b"PK\x03\x04 broken") == []


def test_an_unseen_code_takes_no_room() -> None:
    assert not rules.hidden(CODE).strip("\u200b\u200c\u2060")


def exported(session: Session, make: Make, form: str) -> tuple[bytes, int]:
    """An export of three items."""
    tier = make.tier()
    for _ in range(3):
        make.item(tier)
    items = exporting.take_out(session, ItemFilter(level=tier.level), by=SYSTEM, now=NOW)
    return exchange.write(items, form)[0], len(items)


def test_an_aiken_file_hides_its_code_in_the_first_stem(session: Session, make: Make) -> None:
    content, count = exported(session, make, "aiken")

    marked = stamping.stamp(content, "txt", CODE, "")

    assert rules.codes_in_file(marked) == [CODE]
    assert len(exchange.read(marked, "aiken").items) == count


@pytest.mark.parametrize("form", ["xlsx", "csv", "gift"])
def test_a_marked_file_gives_its_code_back_and_can_still_be_read(session: Session, make: Make, form: str) -> None:
    content, count = exported(session, make, form)

    marked = stamping.stamp(content, form, CODE, f"{CODE} 王老师")

    assert rules.codes_in_file(marked) == [CODE]
    report, before = (exchange.read(file, name=f"leaked.{form}") for file in (marked, content))
    assert [(one.code, one.content) for one in report.items] == [(one.code, one.content) for one in before.items]
    assert len(report.items) == count
    assert [one for one in report.problems if one.severity is not Severity.WARNING] == []


def test_a_workbook_shows_its_mark_to_the_eye_and_in_print(session: Session, make: Make) -> None:
    content, _count = exported(session, make, "xlsx")

    book = load_workbook(BytesIO(stamping.stamp(content, "xlsx", CODE, f"{CODE} 王老师")))

    assert [row[0].value for row in book[stamping.SHEET].iter_rows()][-1] == f"{CODE} 王老师"
    footer = book.worksheets[0].oddFooter
    assert footer is not None
    assert footer.center.text == f"{CODE} 王老师"


def test_packages_and_xml_carry_a_mark_too() -> None:
    package = BytesIO()
    with ZipFile(package, "w") as files:
        files.writestr("imsmanifest.xml", "<manifest/>")

    marked = stamping.stamp(package.getvalue(), "zip", CODE, "")

    assert rules.codes_in_file(marked) == [CODE]
    assert ZipFile(BytesIO(marked)).testzip() is None
    assert stamping.stamp(b"<quiz/>", "xml", CODE, "").endswith(f"<!-- {CODE} -->\n".encode())
    with pytest.raises(KeyError):
        stamping.stamp(b"", "exe", CODE, "")


def test_a_file_is_looked_through_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    package = BytesIO()
    with ZipFile(package, "w") as files:
        files.writestr("a.txt", "x" * 100)
        files.writestr("b.txt", CODE)
    monkeypatch.setattr(rules, "MOST_BYTES", 50)

    assert rules.codes_in_file(package.getvalue()) == []


def a_live_item(make: Make, **facts: Any) -> tuple[Item, Actor, Actor]:
    """An approved item of a center, and two people of it."""
    center = make.center()
    return make.item(make.tier(), center_id=center.id, **facts), make.actor(center), make.actor(center)


def pool_of(session: Session, item: Item) -> list[UUID]:
    return [one.id for one in item_bank.pool(session, item.tier_id, center_id=item.center_id)]


def test_a_leaked_item_leaves_the_pool_at_once_and_is_retired_by_a_second_person(session: Session, make: Make) -> None:
    item, one, other = a_live_item(make)
    assert item.id in pool_of(session, item)

    report = service.declare(session, item.id, reason="群里见到", by=one, now=NOW)

    assert item.id not in pool_of(session, item)
    with pytest.raises(service.SecondPersonNeeded):
        service.decide(session, report.id, leaked=True, decision="属实", by=one, now=NOW)
    service.decide(session, report.id, leaked=True, decision="属实", by=other, now=NOW)
    assert (item.status, report.status) == (ItemStatus.RETIRED, LeakStatus.CONFIRMED)


def test_an_item_that_had_not_leaked_gets_its_place_back(session: Session, make: Make) -> None:
    item, one, other = a_live_item(make)
    report = service.declare(session, item.id, reason="疑似", by=one, now=NOW)

    service.decide(session, report.id, leaked=False, decision="是教材例题", by=other, now=NOW)

    assert item.id in pool_of(session, item)
    with pytest.raises(service.LeakDecided):
        service.decide(session, report.id, leaked=True, decision="x", by=other, now=NOW)


def test_an_item_retired_meanwhile_stays_retired(session: Session, make: Make) -> None:
    item, one, other = a_live_item(make)
    report = service.declare(session, item.id, reason="疑似", by=one, now=NOW)
    item_bank.retire(session, item.id, reason="陈旧", by=other, now=NOW)

    service.decide(session, report.id, leaked=False, decision="否", by=other, now=NOW)

    assert item.status is ItemStatus.RETIRED


def test_a_suspended_item_is_not_revised_and_not_declared_again(session: Session, make: Make) -> None:
    item, one, _other = a_live_item(make)
    facts = item_bank.facts_of(item)
    service.declare(session, item.id, reason="x", by=one, now=NOW)

    with pytest.raises(item_bank.WrongStatus):
        item_bank.revise(session, item.id, facts, by=one, now=NOW)
    with pytest.raises(service.AlreadyDeclared):
        service.declare(session, item.id, reason="x", by=one, now=NOW)
    gone, who, _ = a_live_item(make, status=ItemStatus.RETIRED)
    with pytest.raises(service.GoneAlready):
        service.declare(session, gone.id, reason="x", by=who, now=NOW)


def test_reports_of_another_center_do_not_exist(session: Session, make: Make) -> None:
    item, one, _other = a_live_item(make)
    report = service.declare(session, item.id, reason="x", by=one, now=NOW)
    stranger = make.actor(make.center())

    with pytest.raises(NotFound):
        service.by_id(session, report.id, by=stranger)
    with pytest.raises(NotFound):
        service.decide(session, report.id, leaked=True, decision="x", by=stranger, now=NOW)
    assert service.by_id(session, report.id, by=one) is report


def test_every_paper_and_session_of_a_leaked_item_is_shown(session: Session, make: Make) -> None:
    center = make.center()
    paper = make.paper(center)
    exam_session = make.exam_session(center, paper_id=paper.id, scheme=paper.scheme)
    delivery.start(session, make.registration(exam_session).id, "A", now=NOW)
    make.exam_session(center)

    found = service.whereabouts(session, paper.items[0].item_id, by=make.actor(center))

    assert [one.id for one in found.papers] == [paper.id]
    assert [one.id for one in found.sessions] == [exam_session.id]
    assert found.attempts == 1
    elsewhere = service.whereabouts(session, paper.items[0].item_id, by=make.actor(make.center()))
    assert (list(elsewhere.papers), list(elsewhere.sessions), elsewhere.attempts) == ([], [], 0)


def test_readings_tell_who_saw_an_item_alone_in_an_export_or_on_a_paper(session: Session, make: Make) -> None:
    item, one, other = a_live_item(make)
    center_id = item.center_id
    paper = make.paper(make.center())
    item_bank.open_item(session, item.id, by=one, now=NOW)
    exporting.take_out(session, ItemFilter(), by=other, now=NOW)
    papers.read_content(session, paper.id, by=SYSTEM, now=NOW)
    session.flush()

    mine = session.scalars(service.readings(session, by=make.actor(center_id or uuid4()), item=item)).all()
    printed = session.get_one(Item, paper.items[0].item_id)
    seen = session.scalars(service.readings(session, by=SYSTEM, item=printed)).all()

    assert {event.actor_name for event in mine} == {one.name, other.name}
    assert [event.deed for event in seen] == ["paper.read"]
    assert service.names_of(session, [*mine, *seen]) == {str(item.id): item.code, str(paper.id): paper.code}
    assert session.scalars(service.readings(session, by=SYSTEM, reader=one.name)).one().actor_id == one.id


def test_a_mark_names_person_and_time_within_the_centers(session: Session, make: Make) -> None:
    center = make.center()
    by = make.actor(center)

    made = service.mark(session, MarkKind.ITEMS, "xlsx", 12, center_id=center.id, by=by, now=NOW)

    assert service.traced(session, [made.code], by=by) == [made]
    assert service.traced(session, [made.code], by=make.actor(make.center())) == []
    assert made.code == rules.code_of(made.id)


def test_tiers_are_not_mixed_up_by_the_pool(session: Session, make: Make) -> None:
    tier: Tier = make.tier()
    item = make.item(tier, status=ItemStatus.SUSPENDED)

    assert item.id not in [one.id for one in item_bank.pool(session, tier.id, center_id=None)]
