"""Reads and writes items as .xlsx and .csv; a file is data from outside and is not trusted."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from certification.item_bank.exchange.cells import COLUMNS, EMPTY, LETTERS, OPTION_COLUMNS, Cell
from certification.item_bank.exchange.report import Fault, Problem
from certification.item_bank.rules import ItemFacts, ItemKind, ItemUse

MAX_BYTES = 8 * 1024 * 1024
MAX_UNPACKED = 64 * 1024 * 1024
MAX_RATIO = 200
MAX_PARTS = 500
MAX_ROWS = 20_000
MAX_COLUMNS = 40
MAX_CELL = 100_000

OLE = b"\xd0\xcf\x11\xe0"
ZIP = b"PK"
MACROS = ("vbaproject.bin", "vbadata.xml")
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


class Unreadable(ValueError):
    """A file that cannot be read as a sheet at all."""

    def __init__(self, fault: Fault, row: int = 0, other: str = "") -> None:
        super().__init__(fault.value)
        self.problem = Problem(row, "", "", fault, "", other)


def lines(content: bytes, name: str, form: str) -> Iterator[Line]:
    """The rows of a sheet that have content, heading included.

    Args:
        content: the file.
        name: its name, or "" where there is none.
        form: ``xlsx``, ``csv``, or ``auto`` to tell by the content.

    Raises:
        Unreadable: the file is too large, not a sheet, packed to burst, or carries macros.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable(Fault.FILE_TOO_LARGE, other=str(MAX_BYTES // 1024 // 1024))
    if name.casefold().endswith((".xlsm", ".xltm", ".xlsb")):
        raise Unreadable(Fault.FILE_MACROS)
    if content.startswith(OLE):
        raise Unreadable(Fault.FILE_OLD_EXCEL)
    if form == "xlsx" or (form == "auto" and content.startswith(ZIP)):
        return _xlsx_lines(content)
    return _csv_lines(content)


def _check_package(content: bytes) -> None:
    """Look at what the package says of its parts, before anything is unpacked.

    The unpacker gives no more than a part declares, so the declared sizes bound what comes out.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable(Fault.FILE_UNREADABLE) from error
    size = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or size > MAX_UNPACKED or size > MAX_RATIO * max(len(content), 1024):
        raise Unreadable(Fault.FILE_BOMB)
    names = [part.filename.casefold() for part in parts]
    if any(name.endswith(MACROS) for name in names):
        raise Unreadable(Fault.FILE_MACROS)
    if "xl/workbook.xml" not in names:
        raise Unreadable(Fault.FILE_UNREADABLE)


def _xlsx_lines(content: bytes) -> Iterator[Line]:
    _check_package(content)
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
        raise Unreadable(Fault.TOO_MANY_ROWS, number, str(MAX_ROWS))


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


def _decode(content: bytes) -> str:
    """The text of a .csv: UTF-8, UTF-16 with its mark, else GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(Fault.FILE_UNREADABLE)


def _csv_lines(content: bytes) -> Iterator[Line]:
    text = _decode(content)
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
        raise Unreadable(Fault.FILE_UNREADABLE, number + 1) from error


def _unguarded(text: str) -> str:
    """Take off the apostrophe that ``write_csv`` puts before a text that looks like a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(RISKY) else text


def answer(facts: ItemFacts) -> str:
    """The key as a sheet writes it: 正确, 错误, or letters."""
    if facts.kind is ItemKind.TRUE_FALSE:
        return "正确" if facts.key == (1,) else "错误"
    return "".join(LETTERS[position] for position in facts.key)


def row_of(facts: ItemFacts) -> list[str]:
    """An item as the cells of a row, in the order of the columns."""
    options = [*facts.options, *[""] * (len(OPTION_COLUMNS) - len(facts.options))]
    return [
        facts.code,
        str(facts.level),
        KIND_TITLES[facts.kind],
        facts.stem,
        *options,
        answer(facts),
        facts.rationale,
        facts.knowledge_point,
        str(facts.difficulty),
        facts.reference,
        USE_TITLES[facts.use],
    ]


def write_csv(items: Iterable[ItemFacts]) -> bytes:
    """Items as .csv in UTF-8 with its mark, so that Excel reads the Chinese; nothing in it can run as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for facts in items:
        writer.writerow([f"'{text}" if text.startswith(RISKY) else text for text in row_of(facts)])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(items: Iterable[ItemFacts]) -> bytes:
    """Items as .xlsx, every cell as text; without items it is the empty form."""
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
    for facts in items:
        cells = []
        for text in row_of(facts):
            cell = WriteOnlyCell(sheet, value=text or None)
            if text:
                cell.data_type = "s"
                cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
