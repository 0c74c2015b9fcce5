"""Frameworks as workbooks and .csv: edited and brought back without breaking an identifier."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl import Workbook, load_workbook
from sqlalchemy.orm import Session

from certification.standards import catalog, exporting, importing
from certification.standards.exchange import cells, files
from certification.standards.exchange.merging import merged
from certification.standards.exchange.package import Package
from certification.standards.exchange.report import Fault, Loss, Reading
from certification.standards.importing import sorted_package
from certification.standards.models import KnowledgePoint, Standard, StandardNode
from certification.standards.rules import Evidence, NodeKind, StandardStatus
from tests.make import NOW
from tests.make_frameworks import case_file, packages, uid
from training_base.kernel.actor import SYSTEM

BASE = "https://portal.example"
Book = Any


def package_of(source: object) -> Package:
    import json

    found = files.read(json.dumps(source).encode(), "").package
    assert found is not None
    return found


def edited(content: bytes, change: Callable[[Book], None]) -> bytes:
    """A workbook after somebody worked on it."""
    book = load_workbook(io.BytesIO(content))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_xlsx(change: Callable[[Book], None], source: object = None) -> Reading:
    package = package_of(source or case_file(4, depth=2))
    return files.read(edited(files.write(package, "xlsx").content, change), "x.xlsx")


@settings(max_examples=15, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(packages())
def test_a_sheet_that_nobody_edits_changes_nothing(package: Package) -> None:
    for form in ("xlsx", "csv") if package.items else ("xlsx",):
        reading = files.read(files.write(package, form).content, f"x.{form}")

        assert reading.problems == ()
        assert reading.package is not None
        assert sorted_package(merged(reading.package, package, {}, now=NOW)) == sorted_package(package)


def test_an_edited_workbook_keeps_identifiers_and_what_it_does_not_show() -> None:
    source = case_file(4, depth=2, licenseURI={"title": "l", "identifier": uid("l"), "uri": "https://e.example/l"})
    source["CFItems"][0]["extensions"] = {"x": 1}
    before = package_of(source)

    def work(book: Book) -> None:
        sheet = book["条目"]
        sheet["C2"] = "改过的内容"
        sheet.append(["1.2", "新", "新增的一条"])
        sheet["A4"], sheet["A5"] = "3", "3.1"

    reading = read_xlsx(work, source)

    assert reading.package is not None
    after = merged(reading.package, before, {}, now=NOW)
    items = {item.statement: item for item in after.items}
    changed = items["改过的内容"]
    assert (changed.identifier, changed.extensions, changed.changed_at) == (UUID(uid("f", 0)), {"x": 1}, NOW)
    assert after.document == before.document
    assert items["新增的一条"].identifier not in {item.identifier for item in before.items}
    assert len(after.items) == 5
    assert {link.identifier for link in before.associations} < {link.identifier for link in after.associations}


def test_a_new_row_gets_the_same_identifier_each_time() -> None:
    def work(book: Book) -> None:
        book["条目"].append(["9", None, "新增"])
        book["条目"].append(["10", None, "新增"])

    first, again = read_xlsx(work).package, read_xlsx(work).package

    assert first is not None
    assert first == again
    assert len({item.identifier for item in first.items}) == 6


def put(sheet: str, cell: str, value: object) -> Callable[[Book], None]:
    def work(book: Book) -> None:
        book[sheet][cell] = value

    return work


@pytest.mark.parametrize(
    ("work", "path", "fault"),
    [
        (put("条目", "A3", "1.x"), "条目!A3", Fault.LEVEL_SHAPE),
        (put("条目", "A3", None), "条目!A3", Fault.LEVEL_SHAPE),
        (put("条目", "A3", "1"), "条目!A3", Fault.LEVEL_REPEATED),
        (put("条目", "A3", "7.1"), "条目!A3", Fault.LEVEL_WITHOUT_PARENT),
        (put("条目", "C3", None), "条目!C3", Fault.MISSING),
        (put("条目", "C3", "=1+1"), "条目!C3", Fault.FORMULA),
        (put("条目", "C3", "#N/A"), "条目!C3", Fault.CELL_ERROR),
        (put("条目", "M3", "昨天"), "条目!M3", Fault.NOT_A_DAY),
        (put("条目", "P3", "nonsense"), "条目!P3", Fault.NOT_A_UUID),
        (put("条目", "P3", uid("f", 0)), "条目!P3", Fault.IDENTIFIER_REPEATED),
        (put("条目", "B1", None), "条目!1", Fault.COLUMN_MISSING),
        (put("条目", "R1", "内容"), "条目!R1", Fault.COLUMN_REPEATED),
        (put("文档", "B2", "nonsense"), "文档!B2", Fault.NOT_A_UUID),
        (put("文档", "B3", None), "文档!B3", Fault.MISSING),
        (put("文档", "B12", "javascript:x"), "文档!B12", Fault.DANGEROUS_ADDRESS),
        (put("文档", "A1", "x"), "文档!1", Fault.COLUMN_MISSING),
        (lambda book: book.remove(book["文档"]), "", Fault.SHEET_MISSING),
        (lambda book: book["关联"].append(["", uid("f", 0), "isChildOf"]), "关联!C2", Fault.VALUE_UNKNOWN),
        (lambda book: book["关联"].append(["", uid("f", 0), "无", "", "job 7", "", "x"]), "关联!C2",
         Fault.ASSOCIATION_UNKNOWN),
    ],
)  # fmt: skip
def test_every_wrong_cell_is_named(work: Callable[[Book], None], path: str, fault: Fault) -> None:
    reading = read_xlsx(work)

    assert (path, fault) in [(problem.path, problem.fault) for problem in reading.problems]
    assert reading.package is None


def test_dates_and_numbers_of_a_spreadsheet_are_taken_as_they_look() -> None:
    def work(book: Book) -> None:
        book["条目"]["A2"], book["条目"]["B2"], book["条目"]["M2"] = 1, 7.0, NOW.replace(tzinfo=None, hour=0)
        book["条目"]["N2"] = NOW.date()

    package = read_xlsx(work).package

    assert package is not None
    assert (package.items[0].code, package.items[0].from_on, package.items[0].until_on) == ("7", NOW.date(), NOW.date())


def test_a_csv_guards_what_looks_like_a_formula_and_takes_the_guard_off() -> None:
    source = case_file(1)
    source["CFItems"][0]["fullStatement"] = "=HYPERLINK(1)"
    content = files.write(package_of(source), "csv").content

    assert "'=HYPERLINK(1)" in content.decode("utf-8-sig")
    found = files.read(content.decode("utf-8-sig").encode("gb18030"), "x.csv").package
    assert found is not None
    assert (found.items[0].statement, found.document.title) == ("=HYPERLINK(1)", "示例能力框架")


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"0" * (8 * 1024 * 1024))
    return out.getvalue()


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "fault"),
    [
        (bomb(), "x.xlsx", Fault.FILE_BOMB),
        (zipped("xl/workbook.xml", "xl/vbaProject.bin"), "x.xlsx", Fault.FILE_MACROS),
        (zipped("a"), "x.xlsx", Fault.FILE_UNREADABLE),
        (zipped("xl/workbook.xml"), "x.xlsx", Fault.FILE_UNREADABLE),
        (b"PK\x03\x04", "x.xlsx", Fault.FILE_UNREADABLE),
        (cells.OLE, "x.xls", Fault.FILE_OLD_EXCEL),
        (b"a,b", "x.xlsm", Fault.FILE_MACROS),
        (b"\xff\xfea", "x.csv", Fault.FILE_UNREADABLE),
        (b"\x81\x20\xff", "x.csv", Fault.FILE_UNREADABLE),
        (b'a\n"' + b"x" * 200_000 + b'"', "x.csv", Fault.FILE_UNREADABLE),
        (b"a" * (cells.MOST_BYTES + 1), "x.csv", Fault.FILE_TOO_LARGE),
        (b"a\n" + b"1\n" * 60_001, "x.csv", Fault.TOO_MANY),
    ],
)
def test_hostile_files_are_refused(content: bytes, name: str, fault: Fault) -> None:
    assert [problem.fault for problem in files.read(content, name).problems] == [fault]


def test_a_sheet_too_long_is_refused() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("条目")
    for _ in range(60_002):
        sheet.append(["x"])
    out = io.BytesIO()
    book.save(out)

    assert [problem.fault for problem in files.read(out.getvalue(), "x.xlsx").problems] == [Fault.TOO_MANY]


def test_what_a_sheet_does_not_say_is_counted() -> None:
    source = case_file(1, extensions={"x": 1})
    source["CFRubrics"] = [
        {"identifier": uid("r"), "uri": "https://e.example/r", "lastChangeDateTime": "2026-01-01T00:00:00Z"}
    ]

    lost = files.write(package_of(source), "xlsx").lost

    assert {(one.loss, one.count) for one in lost} == {(Loss.RUBRICS, 1), (Loss.EXTENSIONS, 1)}


def test_our_own_draft_is_edited_as_a_workbook(session: Session) -> None:
    standard = catalog.load_standard(session, by=SYSTEM, now=NOW)
    catalog.load_knowledge_points(session, by=SYSTEM, now=NOW)
    standard.status = StandardStatus.PRIVATE_DRAFT
    session.flush()
    before = exporting.package_of(session, standard, base=BASE)
    content = files.write(before, "xlsx").content
    level = {item.code: item.level for item in _levels(content)}

    def work(book: Book) -> None:
        sheet = book["条目"]
        sheet.append([f"{level['1.1']}.99", "1.1.99", "能够核对标注结果", "", "", "技能要求", "zh"])
        sheet.append([f"{level['1.1']}.98", "1.1-98", "标注核对", "", "", "鉴定点", "zh"])
        sheet.append(["9", "L7", "七级", "", "", "等级", "zh"])

    reading = files.read(edited(content, work), "x.xlsx")
    answer = importing.import_framework(session, reading, base=BASE, by=SYSTEM, now=NOW)

    assert (answer.standard_id, answer.new, answer.removed) == (standard.id, 3, 0)
    node = session.query(StandardNode).filter_by(code="1.1.99").one()
    point = session.query(KnowledgePoint).filter_by(code="1.1-98").one()
    assert (node.kind, node.evidence, point.area) == (NodeKind.CRITERION, Evidence.OWN, "1.1")


class _Level:
    def __init__(self, level: str, code: str) -> None:
        self.level, self.code = level, code


def _levels(content: bytes) -> list[_Level]:
    rows = load_workbook(io.BytesIO(content))["条目"].iter_rows(min_row=2, max_col=2, values_only=True)
    return [_Level(str(level), str(code)) for level, code in rows]


def test_a_sheet_of_a_framework_that_is_not_here_makes_a_new_draft(session: Session) -> None:
    content = files.write(package_of(case_file(3)), "xlsx").content

    answer = importing.import_framework(session, files.read(content, ""), base=BASE, by=SYSTEM, now=NOW)

    found = exporting.package_of(session, session.get_one(Standard, answer.standard_id), base=BASE)
    assert {item.identifier for item in found.items} == {UUID(uid("f", place)) for place in range(3)}
    assert {item.changed_at for item in found.items} == {NOW}


def test_associations_are_edited_in_their_sheet() -> None:
    source = case_file(2)
    source["CFAssociations"].append({
        **source["CFAssociations"][1], "identifier": uid("peer"), "associationType": "isPeerOf", "notes": "a",
    })  # fmt: skip
    before = package_of(source)

    def work(book: Book) -> None:
        sheet = book["关联"]
        sheet["H2"] = "b"
        sheet.append(["", uid("f", 1), "isRelatedTo", "岗位", "job 7", "", 1, ""])

    reading = read_xlsx(work, source)

    assert reading.package is not None
    after = merged(reading.package, before, {}, now=NOW)
    changed, new = after.associations[-2:]
    assert (changed.identifier, changed.notes, changed.changed_at) == (UUID(uid("peer")), "b", NOW)
    assert (new.kind, new.destination.uri, new.sequence) == ("isRelatedTo", "urn:x:job-7", 1)
    assert replace(changed, notes="a", changed_at=before.document.changed_at) == before.associations[-1]
