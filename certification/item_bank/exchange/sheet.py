"""Reads and writes items as .xlsx and .csv; a file is data from outside and is not trusted."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from certification.item_bank.content import Content
from certification.item_bank.exchange.cells import COLUMNS, EMPTY, LETTERS, OPTION_COLUMNS, Cell, Row, read_item
from certification.item_bank.exchange.encoding import decode
from certification.item_bank.exchange.frame import Source
from certification.item_bank.exchange.guard import OLE, ZIP, Unreadable, open_package, refuse_macros
from certification.item_bank.exchange.report import (
    Asset,
    Fault,
    Feature,
    Findings,
    ImportedItem,
    Loss,
    LossReport,
    Place,
    Problem,
)
from certification.item_bank.rules import CHOICE_KINDS, ItemKind, ItemUse

SYNONYMS = {
    "题目": "题干", "正确答案": "答案", "标准答案": "答案", "参考答案": "答案", "答案解析": "解析",
    "鉴定点": "知识点", "难易度": "难度", "参考依据": "依据", "出处": "依据", "级别": "等级",
}  # fmt: skip

MAX_ROWS = 20_000
MAX_COLUMNS = 40
MAX_CELL = 100_000

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which a spreadsheet takes the text of a .csv cell for a formula."""

KIND_TITLES = {
    ItemKind.TRUE_FALSE: "判断题",
    ItemKind.SINGLE_CHOICE: "单选题",
    ItemKind.MULTIPLE_CHOICE: "多选题",
}
USE_TITLES = {ItemUse.EXAM: "考试", ItemUse.PRACTICE: "练习"}

Line = tuple[int, list[Cell]]
"""The spreadsheet's row number and the cells of a row."""


def like_xlsx(source: Source) -> int:
    """A package, or named as a workbook."""
    return 2 if source.content.startswith((ZIP, OLE)) else int(source.suffix in (".xlsx", ".xlsm", ".xls"))


def like_csv(source: Source) -> int:
    """Anything that is no package."""
    return int(not source.content.startswith((ZIP, OLE)))


def read_xlsx(source: Source, findings: Findings) -> None:
    """The items of a workbook's first sheet."""
    refuse_macros(source.name)
    if source.content.startswith(OLE):
        raise Unreadable(Fault.FILE_PROTECTED)
    _read(_xlsx_lines(source.content), findings)


def read_csv(source: Source, findings: Findings) -> None:
    """The items of a .csv."""
    refuse_macros(source.name)
    _read(_csv_lines(decode(source.content, findings, named=source.encoding)), findings)


def _read(found: Iterator[Line], findings: Findings) -> None:
    first = next(found, None)
    if first is None:
        return
    problems, places = _headings(first)
    findings.problems += problems
    letters = {name: _letter(place) for name, place in places.items()}
    for number, cells in found if not problems else ():
        findings.rows += 1
        values = {name: cells[place] if place < len(cells) else EMPTY for name, place in places.items()}
        row = Row(number, values, letters)
        item = read_item(row)
        findings.problems += row.problems
        if item is not None:
            findings.items.append(item)


def _letter(place: int) -> str:
    """The spreadsheet's name of a column, from 0; a sheet of ours has at most 40."""
    return chr(65 + place) if place < 26 else "A" + chr(65 + place - 26)


def _headings(line: Line) -> tuple[list[Problem], dict[str, int]]:
    """Where each column stands; columns that are not ours are passed over."""
    row, cells = line
    problems: list[Problem] = []
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = "".join(unicodedata.normalize("NFKC", cell.text).split())
        name = SYNONYMS.get(name, f"选项{name[2:].upper()}" if name.startswith("选项") else name)
        if name in places:
            problems.append(Problem(Place("", row, _letter(place), name), Fault.COLUMN_REPEATED, name))
        elif name in COLUMNS:
            places[name] = place
    needed = (name for name in COLUMNS if name not in OPTION_COLUMNS and name not in places)
    problems += [Problem(Place("", row, "", name), Fault.COLUMN_MISSING, name) for name in needed]
    return problems, places


def _xlsx_lines(content: bytes) -> Iterator[Line]:
    if "xl/workbook.xml" not in open_package(content).names:
        raise Unreadable(Fault.FILE_UNREADABLE)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        found = list(_sheet_lines(book.worksheets[0].iter_rows(max_col=MAX_COLUMNS)))
        book.close()
    except Unreadable:
        raise
    # openpyxl says in many ways that a package is broken: whatever it raises is the file's fault.
    except (
        ArithmeticError, AttributeError, LookupError, OSError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile,
    ) as error:  # fmt: skip
        raise Unreadable(Fault.FILE_UNREADABLE) from error
    return iter(found)


def _sheet_lines(rows: Iterable[Sequence[object]]) -> Iterator[Line]:
    kept = 0
    for number, row in enumerate(islice(rows, 3 * MAX_ROWS), 1):
        cells = [_xlsx_cell(cell) for cell in row]
        if any(cell != EMPTY for cell in cells):
            kept += 1
            _check_count(kept, number)
            yield number, cells


def _check_count(kept: int, number: int) -> None:
    if kept > MAX_ROWS + 1:
        raise Unreadable(Fault.TOO_MANY_ROWS, Place(line=number), other=str(MAX_ROWS))


def _xlsx_cell(cell: object) -> Cell:
    """A cell as a person sees it; what a spreadsheet made of it by itself is a fault."""
    value: object = getattr(cell, "value", None)
    kind: str = getattr(cell, "data_type", "n")
    if value is None:
        return EMPTY
    if kind == "f":
        return Cell(str(value)[:80], Fault.FORMULA)
    if kind == "e":
        return Cell(str(value), Fault.CELL_ERROR)
    if isinstance(value, date | datetime | time | timedelta):
        return Cell(str(value), Fault.DATE)
    if isinstance(value, float | int) and not isinstance(value, bool):
        return Cell(_number(float(value), str(getattr(cell, "number_format", ""))))
    return Cell(str(value).strip())


def _number(value: float, shown_as: str) -> str:
    """A number as it was typed: 3 and not 3.0, 20% and not 0.2."""
    if "%" in shown_as:
        return f"{value * 100:.12g}%"
    return f"{value:.15g}"


def _csv_lines(text: str) -> Iterator[Line]:
    heading = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t，", key=heading.count)
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            cells = [Cell(_unguarded(part.strip())) for part in row[:MAX_COLUMNS]]
            if any(cell != EMPTY for cell in cells):
                _check_count(number, number)
                yield number, cells
    except csv.Error as error:
        raise Unreadable(Fault.FILE_UNREADABLE, Place(line=number + 1)) from error


def _unguarded(text: str) -> str:
    """Take off the apostrophe that ``write_csv`` puts before a text that looks like a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(RISKY) else text


def answer(content: Content) -> str:
    """The key as a sheet writes it: 正确, 错误, or letters."""
    if content.kind is ItemKind.TRUE_FALSE:
        return "正确" if content.key == (1,) else "错误"
    return "".join(LETTERS[position] for position in content.key)


def row_of(item: ImportedItem) -> list[str]:
    """An item as the cells of a row, in the order of the columns."""
    content = item.content
    options = [*content.options, *[""] * (len(OPTION_COLUMNS) - len(content.options))]
    return [
        item.code or "",
        str(item.level or ""),
        KIND_TITLES[content.kind],
        content.stem,
        *options,
        answer(content),
        content.rationale,
        item.knowledge_point or "",
        str(item.difficulty or ""),
        item.reference or "",
        USE_TITLES[item.use] if item.use else "",
    ]


def _carried(items: Iterable[ImportedItem]) -> tuple[list[ImportedItem], LossReport]:
    """The items that a sheet holds, and those it cannot."""
    kept, losses = [], []
    for number, item in enumerate(items, 1):
        if item.kind in CHOICE_KINDS:
            kept.append(item)
        else:
            losses.append(Loss(number, item.code or "", Feature.KIND, item.kind.value, whole=True))
    return kept, LossReport(tuple(losses))


def write_csv(items: Sequence[ImportedItem], assets: Sequence[Asset] = ()) -> tuple[bytes, LossReport]:
    """Items as .csv in UTF-8 with its mark, so that Excel reads the Chinese; nothing in it can run as a formula."""
    kept, losses = _carried(items)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for item in kept:
        writer.writerow([f"'{text}" if text.startswith(RISKY) else text for text in row_of(item)])
    return out.getvalue().encode("utf-8-sig"), losses


def write_xlsx(items: Sequence[ImportedItem], assets: Sequence[Asset] = ()) -> tuple[bytes, LossReport]:
    """Items as .xlsx, every cell as text; without items it is the empty form."""
    kept, losses = _carried(items)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("试题")
    sheet.freeze_panes = "B2"
    for number, name in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = 40 if name in ("题干", "解析") else 14
    heading = []
    for name in COLUMNS:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True)
        heading.append(cell)
    sheet.append(heading)
    for item in kept:
        sheet.append([_text_cell(sheet, text) for text in row_of(item)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), losses


def _text_cell(sheet: Any, text: str) -> Any:
    """A cell that no spreadsheet takes for a number, a date or a formula."""
    cell = WriteOnlyCell(sheet, value=text or None)
    if text:
        cell.data_type = "s"
        cell.number_format = "@"
    return cell
