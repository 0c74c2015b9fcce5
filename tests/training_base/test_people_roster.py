"""Rosters: whole or not at all, every bad cell by row and column."""

import io
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import Workbook, load_workbook
from sqlalchemy.orm import Session

from tests.make import NOW, Make, resident_id
from training_base.centers.models import TrainingCenter
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.people import documents, identity, profile, roster, sheet
from training_base.people.models import Trainer
from training_base.people.rules import DocumentKind, Sex

BORN = date(1990, 3, 7)
HEADING = ["姓名", "证件类型", "证件号码", "性别", "出生日期", "国籍", "手机", "邮箱"]


def number(serial: int) -> str:
    return resident_id(BORN, Sex.MALE, serial)


def xlsx(*rows: list[Any], heading: list[str] = HEADING) -> bytes:
    book, file = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (heading, *rows):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def csv(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


@pytest.fixture
def center(make: Make) -> TrainingCenter:
    return make.center()


@pytest.fixture
def clerk(make: Make, center: TrainingCenter) -> Actor:
    return make.actor(center)


def faults(session: Session, by: Actor, content: bytes) -> list[tuple[int, str, type[Exception]]]:
    report = roster.check(session, content, by=by, now=NOW)
    return [(fault.row, fault.column, type(fault.refusal)) for fault in report.faults]


def test_everyone_of_a_roster_is_put_on_file(session: Session, center: TrainingCenter, clerk: Actor) -> None:
    content = xlsx(
        ["王小明", "", number(1), "男", BORN, "", 13800138000.0, "wang@example.cn"],
        [None] * 8,
        ["Marie", "护照", "12AB34567", "女", "1991/5/2", "FR"],
    )

    people = roster.put_on_file(session, content, center_id=center.id, by=clerk, now=NOW)

    assert [(one.name, one.sex, one.born_on, one.phone) for one in people] == [
        ("王小明", Sex.MALE, BORN, "13800138000"),
        ("Marie", Sex.FEMALE, date(1991, 5, 2), None),
    ]
    assert people[1].documents[0].kind is DocumentKind.PASSPORT


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_name_and_a_number_are_enough(session: Session, center: TrainingCenter, clerk: Actor, encoding: str) -> None:
    content = csv(f"姓名,身份证号\n王小明,'{number(1)}\n", encoding)

    (person,) = roster.put_on_file(session, content, center_id=center.id, by=clerk, now=NOW)

    assert (person.name, person.sex, person.born_on) == ("王小明", Sex.MALE, BORN)


def test_three_bad_rows_of_a_thousand_are_named_and_nobody_is_put_on_file(
    session: Session, center: TrainingCenter, clerk: Actor
) -> None:
    rows = [
        [f"学员{place}", "", resident_id(date(1980, 1, 1 + place % 28), Sex.MALE, place % 400)] for place in range(1000)
    ]
    rows[10][2] = rows[10][2][:-1]
    rows[500][0] = ""
    rows[998][2] = rows[398][2] = resident_id(BORN, Sex.FEMALE, 3)

    with pytest.raises(roster.RosterFaulty) as caught:
        roster.put_on_file(session, xlsx(*rows), center_id=center.id, by=clerk, now=NOW)

    report = caught.value.report
    assert report.rows == 1000
    assert {(12, "document_number"), (502, "name"), (1000, "document_number")} <= {
        (fault.row, fault.column) for fault in report.faults
    }
    assert not session.scalars(sa.select(Trainer)).all()


@pytest.mark.parametrize(
    ("row", "column", "refusal"),
    [
        (["", "", number(1)], "name", roster.CellEmpty),
        (["王", "", ""], "document_number", roster.CellEmpty),
        (["王", "", 310115199003070000], "document_number", roster.CellRounded),
        (["王", "驾驶证", number(1)], "document_kind", roster.CellChoice),
        (["王", "", number(1), "先生"], "sex", roster.CellChoice),
        (["王", "", number(1), "男", "三月七日"], "born_on", roster.CellDay),
        (["王", "", number(1), "男", "1990-02-30"], "born_on", roster.CellDay),
        (["王", "", number(1), "男", "", "法国"], "nationality", roster.CellChoice),
        (["王", "", number(1), "", "", "中国", "电话"], "phone", profile.PhoneShape),
        (["王", "", number(1), "", "", "", "", "邮箱"], "email", profile.EmailShape),
        (["王", "", number(1), "女"], "sex", documents.SexDiffers),
        (["王", "", number(1), "", "19900308"], "born_on", documents.BirthDateDiffers),
        (["王", "", number(1)[:-1]], "document_number", documents.NumberLength),
        (["王", "护照", "E1234567X", "男", "1990年3月7日"], "document_number", documents.NumberShape),
        (["王", "护照", "E12345678", "", "1990-03-07"], "sex", roster.CellEmpty),
        (["王", "护照", "E12345678", "男", ""], "born_on", roster.CellEmpty),
        (["王", "", resident_id(date(2020, 1, 1), Sex.MALE)], "born_on", profile.BirthImplausible),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(
    session: Session, clerk: Actor, row: list[Any], column: str, refusal: type[Exception]
) -> None:
    content = xlsx(["李", "", number(2)], row)

    assert faults(session, clerk, content) == [(3, column, refusal)]


def test_the_same_document_twice_in_a_roster_is_named(session: Session, clerk: Actor) -> None:
    content = csv(f"姓名,证件号码\n王,{number(1)}\n李,{number(1)}\n")

    assert faults(session, clerk, content) == [(3, "document_number", roster.RepeatedInRoster)]


def test_who_is_on_file_already_is_named(session: Session, make: Make, center: TrainingCenter, clerk: Actor) -> None:
    content = csv(f"姓名,证件号码\n王,{number(1)}\n")
    roster.put_on_file(session, content, center_id=center.id, by=clerk, now=NOW)

    assert faults(session, clerk, content) == [(2, "document_number", identity.DuplicateTrainer)]
    assert faults(session, make.actor(), content) == [(2, "document_number", identity.AlreadyOnFile)]


def test_a_number_in_scientific_notation_has_lost_its_digits(session: Session, clerk: Actor) -> None:
    content = csv("姓名,证件号码\n王,3.10115E+17\n")

    assert faults(session, clerk, content) == [(2, "document_number", roster.CellRounded)]


def test_nobody_is_put_on_file_at_a_center_of_others(session: Session, make: Make, clerk: Actor) -> None:
    content = csv(f"姓名,证件号码\n王,{number(1)}\n")

    with pytest.raises(NotFound):
        roster.put_on_file(session, content, center_id=make.center().id, by=clerk, now=NOW)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"PK\x03\x04 broken", sheet.RosterUnreadable),
        (b"\xff\xff\xff", sheet.RosterUnreadable),
        (b"", sheet.RosterColumns),
        (csv("名字,号码\n王,1\n"), sheet.RosterColumns),
        (csv("姓名,证件号码\n,\n"), sheet.RosterEmpty),
        (csv("姓名,证件号码\n" + "王,1\n" * (sheet.MOST_ROWS + 1)), sheet.RosterTooLong),
    ],
)
def test_what_is_no_roster_is_refused_as_a_whole(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        sheet.read(content)


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_UNPACKED", 100)

    with pytest.raises(sheet.RosterUnreadable):
        sheet.read(xlsx(["王", "", number(1)]))


def test_the_template_has_every_column_as_text() -> None:
    book = load_workbook(io.BytesIO(sheet.template()))

    assert book.active is not None
    assert [cell.value for cell in book.active[1]] == HEADING
    assert {book.active.column_dimensions[letter].number_format for letter in "ABCDEFGH"} == {"@"}
