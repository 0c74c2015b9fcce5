"""Sheets of items: every bad cell is named by row and column, and a hostile file is refused."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from certification.item_bank import exchange
from certification.item_bank.content import Content
from certification.item_bank.exchange import guard, tables
from certification.item_bank.exchange.headings import plain
from certification.item_bank.exchange.report import Fault, ImportedItem, ImportReport, Place
from certification.item_bank.rules import ItemKind, ItemUse, key_texts, stem_digest

DATA = Path(exchange.__file__).parents[2] / "data" / "items"

ROW = {
    "编号": "T-001",
    "等级": "3",
    "题型": "单选题",
    "题干": "标注规范的作用是（　）。",
    "选项A": "统一口径",
    "选项B": "增加工时",
    "选项C": "减少数据",
    "选项D": "更换工具",
    "选项E": "",
    "答案": "A",
    "解析": "规范使各人口径一致。",
    "知识点": "3-2.1-01",
    "难度": "2",
    "依据": "国家职业技能标准",
    "用途": "考试",
}
COLUMNS = tuple(ROW)
JUDGE = ROW | dict.fromkeys(["选项A", "选项B", "选项C", "选项D"], "") | {"题型": "判断题", "答案": "正确"}
SEVERAL = ROW | {"题型": "多选题", "选项E": "便于审核", "答案": "AE"}


def as_csv(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(*rows: Sequence[object]) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults(report: ImportReport) -> list[tuple[int, str, Fault]]:
    return [(problem.row, problem.column, problem.fault) for problem in report.errors]


def read_row(**change: str) -> ImportReport:
    return exchange.read(as_csv(ROW | change))


def test_a_sound_row_becomes_an_item() -> None:
    report = read_row()

    (item,) = report.items
    assert report.is_clean
    assert (item.row, item.kind, item.key) == (2, ItemKind.SINGLE_CHOICE, (0,))
    assert (item.options, item.use) == (("统一口径", "增加工时", "减少数据", "更换工具"), ItemUse.EXAM)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda path: path.stem)
def test_the_bank_that_ships_reads_without_a_problem(path: Path) -> None:
    report = exchange.read(path)

    assert report.problems == ()
    assert len(report.items) == report.rows > 50


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encodings_that_spreadsheets_write_are_told_apart(encoding: str) -> None:
    report = exchange.read(as_csv(ROW, encoding=encoding))

    assert report.items[0].stem == ROW["题干"]


@pytest.mark.parametrize(
    ("word", "key"),
    [("正确", 1), ("√", 1), ("对", 1), ("Ｔ", 1), ("true", 1), ("错误", 0), ("×", 0), ("错", 0), ("f", 0)],
)
def test_judgements_may_be_written_in_many_ways(word: str, key: int) -> None:
    report = exchange.read(as_csv(JUDGE | {"答案": word}))

    assert report.items[0].key == (key,)


@pytest.mark.parametrize("word", ["ＡＥ", "A,E", "a、e", "E A", "A；E"])
def test_letters_may_be_wide_small_or_separated(word: str) -> None:
    report = exchange.read(as_csv(SEVERAL | {"答案": word}))

    assert report.items[0].key == (0, 4)


@pytest.mark.parametrize("word", ["3", "３", "三级", "L3", "3级", "三级/高级工"])
def test_a_level_may_be_written_in_many_ways(word: str) -> None:
    assert read_row(等级=word).items[0].level == 3


def test_a_judgement_may_spell_out_its_two_answers() -> None:
    report = exchange.read(as_csv(JUDGE | {"选项A": "正确", "选项B": "错误"}))

    assert report.items[0].options == ()


@pytest.mark.parametrize(
    ("change", "column", "fault"),
    [
        ({"编号": "第一题"}, "编号", Fault.CODE_SHAPE),
        ({"等级": "9"}, "等级", Fault.LEVEL_UNKNOWN),
        ({"题型": "谜语"}, "题型", Fault.KIND_UNKNOWN),
        ({"题型": "简答题"}, "题型", Fault.KIND_UNSUPPORTED),
        ({"题干": ""}, "题干", Fault.MISSING),
        ({"题干": "长" * 2001}, "题干", Fault.TOO_LONG),
        ({"题干": "响铃\a"}, "题干", Fault.CONTROL_CHARACTER),
        ({"选项B": ""}, "选项B", Fault.OPTION_GAP),
        ({"选项C": "统一口径"}, "选项C", Fault.OPTION_REPEATED),
        ({"选项B": "", "选项C": "", "选项D": ""}, "选项B", Fault.OPTIONS_TOO_FEW),
        ({"答案": "AB"}, "答案", Fault.ANSWER_ONE_ONLY),
        ({"答案": "E"}, "答案", Fault.ANSWER_NO_OPTION),
        ({"答案": "甲"}, "答案", Fault.ANSWER_UNREADABLE),
        ({"答案": "AA"}, "答案", Fault.ANSWER_UNREADABLE),
        ({"答案": ""}, "答案", Fault.MISSING),
        ({"难度": "6"}, "难度", Fault.DIFFICULTY_RANGE),
        ({"难度": "0"}, "难度", Fault.DIFFICULTY_RANGE),
        ({"用途": "两用"}, "用途", Fault.USE_UNKNOWN),
        ({"题型": "多选题"}, "答案", Fault.ANSWER_TWO_OR_MORE),
        ({"题型": "判断题"}, "选项A", Fault.OPTIONS_NOT_ALLOWED),
    ],
)
def test_a_bad_cell_is_named(change: dict[str, str], column: str, fault: Fault) -> None:
    report = read_row(**change)

    assert (2, column, fault) in faults(report)
    assert report.items == ()


def test_a_judgement_that_is_neither_is_named() -> None:
    report = exchange.read(as_csv(JUDGE | {"答案": "或许"}))

    assert faults(report) == [(2, "答案", Fault.ANSWER_UNREADABLE)]


def test_three_bad_rows_of_a_thousand_give_three_problems() -> None:
    rows = [ROW | {"编号": f"T-{number}", "题干": f"第{number}题（　）。"} for number in range(1000)]
    rows[9]["答案"] = "F"
    rows[499]["等级"] = "7"
    rows[998]["选项B"] = ""

    report = exchange.read(as_csv(*rows))

    assert faults(report) == [
        (11, "答案", Fault.ANSWER_NO_OPTION),
        (501, "等级", Fault.LEVEL_UNKNOWN),
        (1000, "选项B", Fault.OPTION_GAP),
    ]
    assert [problem.letter for problem in report.problems] == ["J", "B", "F"]


def test_a_code_or_stem_may_stand_once_in_a_file() -> None:
    other = ROW | {"编号": "T-002", "题干": "标注规范的作用是（）"}

    report = exchange.read(as_csv(ROW, ROW | {"题干": "别的题"}, other))

    assert faults(report) == [(3, "编号", Fault.CODE_REPEATED), (4, "题干", Fault.STEM_REPEATED)]
    assert [problem.other for problem in report.problems] == ["2", "2"]


def test_one_stem_with_two_keys_is_a_conflict() -> None:
    report = exchange.read(as_csv(ROW, ROW | {"编号": "T-002", "答案": "B"}))

    assert faults(report) == [(3, "答案", Fault.KEY_CONFLICT)]


def test_the_same_stem_may_stand_at_another_level() -> None:
    report = exchange.read(as_csv(ROW, ROW | {"编号": "T-002", "等级": "4"}))

    assert report.is_clean


def test_a_missing_column_is_named() -> None:
    report = exchange.read(as_csv({name: value for name, value in ROW.items() if name != "答案"}))

    assert faults(report) == [(1, "答案", Fault.COLUMN_MISSING)]


def test_headings_may_be_wide_and_named_otherwise_but_stand_once() -> None:
    renamed = {"正确答案" if name == "答案" else name: value for name, value in ROW.items()} | {"备注": "x"}
    content = as_csv(renamed).decode().replace("选项A", "选项 Ａ").encode()

    assert exchange.read(content).is_clean
    assert faults(exchange.read(as_csv(renamed | {"答案": "B"}))) == [(1, "答案", Fault.COLUMN_REPEATED)]


def test_a_column_beyond_the_twenty_sixth_has_two_letters() -> None:
    extra = {f"备注{number}": "" for number in range(20)}

    report = exchange.read(as_csv(extra | ROW | {"用途": "?"}))

    assert report.errors[0].letter == "AI"


def test_a_short_row_reads_as_empty_cells() -> None:
    content = as_csv(ROW) + "T-2,3,单选题\n".encode()

    assert (3, "题干", Fault.MISSING) in faults(exchange.read(content))


@pytest.mark.parametrize("content", [b"", b"\n\n", ",".join(COLUMNS).encode()])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert [problem.fault for problem in exchange.read(content).problems] == [Fault.FILE_EMPTY]


def test_a_workbook_reads_as_it_looks() -> None:
    page = exchange.read(
        as_xlsx(list(COLUMNS), [*list(ROW.values())[:5], 0.25, 20, 3.0, None, *list(ROW.values())[9:]])
    )

    assert page.items[0].options == ("统一口径", "0.25", "20", "3")


def test_a_percentage_reads_as_it_looks() -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.append(list(COLUMNS))
    page.append([*list(ROW.values())[:5], 0.2, *list(ROW.values())[6:]])
    page["F2"].number_format = "0%"
    page["H2"].value = True
    out = io.BytesIO()
    book.save(out)

    assert exchange.read(out.getvalue()).items[0].options[1:] == ("20%", "减少数据", "True")


@pytest.mark.parametrize(
    ("value", "fault"),
    [("=1+1", Fault.FORMULA), (date(2026, 3, 4), Fault.DATE), ("#REF!", Fault.CELL_ERROR)],
)
def test_what_a_spreadsheet_makes_of_a_cell_is_refused(value: object, fault: Fault) -> None:
    report = exchange.read(as_xlsx(list(COLUMNS), [*list(ROW.values())[:5], value, *list(ROW.values())[6:]]))

    assert faults(report) == [(2, "选项B", fault)]


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "fault"),
    [
        (b"x" * (guard.MAX_BYTES + 1), "", Fault.FILE_TOO_LARGE),
        (b"PK\x03\x04 broken", "", Fault.PACKAGE_BROKEN),
        (b"\xd0\xcf\x11\xe0 old", "items.xls", Fault.FILE_UNREADABLE),
        (as_csv(ROW), "items.xlsm", Fault.FILE_MACROS),
        (packed(xl__workbook_dot_xml=b"", xl__vbaProject_dot_bin=b"x"), "", Fault.FILE_MACROS),
        (packed(xl__workbook_dot_xml=b"\0" * 9_000_000), "", Fault.FILE_BOMB),
        (packed(**{f"part{number}": b"" for number in range(25_001)}), "", Fault.FILE_BOMB),
        (packed(word__document_dot_xml=b"x"), "", Fault.FORMAT_UNKNOWN),
        (packed(xl__workbook_dot_xml=b"<not"), "", Fault.FILE_UNREADABLE),
        (b"a\0b", "items.csv", Fault.FILE_UNREADABLE),
        (b"\xff\xff\xff", "items.csv", Fault.ENCODING_AMBIGUOUS),
    ],
)
def test_a_file_that_is_no_sheet_of_items_is_refused(content: bytes, name: str, fault: Fault) -> None:
    report = exchange.read(content, name=name)

    assert [problem.fault for problem in report.problems] == [fault]


def test_a_cell_of_endless_length_ends_the_reading() -> None:
    content = as_csv(ROW) + b'"' + b"x" * 200_000 + b'"\n'

    assert [problem.fault for problem in exchange.read(content).problems] == [Fault.FILE_UNREADABLE]


def test_a_sheet_has_its_most_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    rows = [ROW | {"编号": f"T-{number}"} for number in range(3)]

    for content in (as_csv(*rows), as_xlsx(list(COLUMNS), *[list(row.values()) for row in rows])):
        problem = exchange.read(content).problems[0]
        assert (problem.fault, problem.row) == (Fault.TOO_MANY_ROWS, 4)


def test_an_empty_row_between_is_passed_over() -> None:
    rows: list[Sequence[object]] = [COLUMNS, [None], list(ROW.values())]

    assert exchange.read(as_xlsx(*rows)).items[0].row == 3


def test_the_empty_form_is_a_readable_sheet() -> None:
    report = exchange.read(exchange.write([], "xlsx")[0])

    assert [problem.fault for problem in report.problems] == [Fault.FILE_EMPTY]


def item_of(content: Content, **facts: Any) -> ImportedItem:
    base: dict[str, Any] = {
        "code": "A-1", "level": 5, "difficulty": 2, "knowledge_point": "5-1.1-01", "reference": "依据",
        "use": ItemUse.EXAM,
    }  # fmt: skip
    return ImportedItem(Place(), content, **{**base, **facts})


def judgement(stem: str, key: int) -> Content:
    return Content(ItemKind.TRUE_FALSE, stem, key=(key,), rationale="解析")


TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=20)


@given(stem=TEXT, options=st.lists(TEXT, min_size=4, max_size=5, unique_by=plain), note=TEXT)
def test_what_is_written_reads_back(stem: str, options: list[str], note: str) -> None:
    several = Content(ItemKind.MULTIPLE_CHOICE, stem, tuple(options), key=(0, 3), rationale=note)
    items = [
        item_of(several, code="A-1", level=4, reference=note, knowledge_point="4-1.1-01"),
        item_of(judgement(stem, 0), code="A-2", level=5, reference="=依据", use=ItemUse.PRACTICE),
        item_of(judgement(stem, 1), code="A-3", level=3),
    ]

    for form in ("xlsx", "csv"):
        content, losses = exchange.write(items, form)
        assert list(exchange.read(content).items) == [
            replace(i, place=r.place) for i, r in zip(items, exchange.read(content).items, strict=True)
        ]
        assert losses.is_lossless


def test_nothing_written_can_run_as_a_formula() -> None:
    item = item_of(replace(judgement("=cmd()", 1), rationale="+1"), reference="@x")

    cells = exchange.write([item], "csv")[0].decode("utf-8-sig").splitlines()[1].split(",")

    assert cells[3].startswith("'=")
    assert not any(cell.startswith(tables.RISKY) for cell in cells)


@given(stem=st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=20))
def test_a_stem_is_the_same_whatever_its_width_and_spaces(stem: str) -> None:
    assert stem_digest(f" {stem} 。") == stem_digest(stem)
    assert stem_digest("ＡI 训练（　）") == stem_digest("ai训练()")


def test_keys_are_compared_by_what_they_say() -> None:
    assert key_texts(["甲", "乙"], [1]) == key_texts(["乙", "甲"], [0])
    assert key_texts([], [1]) != key_texts([], [0])
