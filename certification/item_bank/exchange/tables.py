"""Sheets as rows of cells, from .xlsx, .xls and .csv; a file is data from outside and is not trusted."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from certification.item_bank.exchange.guard import Unreadable, is_encrypted, open_package
from certification.item_bank.exchange.report import Fault, Place

MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_SHEETS = 50
MAX_MERGES = 20_000
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
FORMULA = re.compile(r"[=@+-]\s*[A-Za-z][\w.]*\s*[(|!]")
"""What a spreadsheet would run: a call, a call out of the sheet, another sheet's cell."""
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which a spreadsheet takes the text of a .csv cell for a formula."""


@dataclass(frozen=True)
class Cell:
    """The text of a cell, or what makes it unreadable."""

    text: str = ""
    fault: Fault | None = None


EMPTY = Cell()

Line = tuple[int, list[Cell]]
"""The spreadsheet's row number, from 1, and the cells of a row."""


@dataclass
class Table:
    """A sheet: its name, "" where a file has only one, and its rows that have content."""

    name: str = ""
    lines: list[Line] = field(default_factory=list)


def letter(place: int) -> str:
    """The spreadsheet's name of a column, from 0; a sheet of ours has fewer than 702."""
    return chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)


def of_xlsx(content: bytes) -> list[Table]:
    """The sheets of a workbook; cells merged downwards all say what the first says.

    Raises:
        Unreadable: it is no workbook, or has more rows than ``MAX_ROWS``.
    """
    package = open_package(content)
    if "xl/workbook.xml" not in package.names:
        raise Unreadable(Fault.FORMAT_UNKNOWN)
    tables: list[Table] = []
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        for sheet in book.worksheets[:MAX_SHEETS]:
            table = Table(sheet.title, list(_xlsx_lines(sheet.iter_rows(max_col=MAX_COLUMNS))))
            path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
            if table.lines and path in package.sizes:
                _fill_merged(table, _merges(package.read(path)))
            tables.append(table)
        book.close()
    except Unreadable:
        raise
    # openpyxl says in many ways that a package is broken: whatever it raises is the file's fault.
    except (
        ArithmeticError, AttributeError, LookupError, OSError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile,
    ) as error:  # fmt: skip
        raise Unreadable(Fault.FILE_UNREADABLE) from error
    _check_total(tables)
    return tables


def _check_total(tables: Sequence[Table]) -> None:
    if sum(len(table.lines) for table in tables) > MAX_ROWS + MAX_SHEETS:
        raise Unreadable(Fault.TOO_MANY_ROWS, other=str(MAX_ROWS))


def _xlsx_lines(rows: Iterable[Sequence[object]]) -> Iterator[Line]:
    kept = 0
    for number, row in enumerate(islice(rows, 3 * MAX_ROWS), 1):
        cells = [_xlsx_cell(cell) for cell in row]
        if any(cell != EMPTY for cell in cells):
            kept += 1
            check_count(kept, number)
            yield number, cells


def check_count(kept: int, number: int) -> None:
    """Stop at a sheet that is too long.

    Raises:
        Unreadable: it has more rows than ``MAX_ROWS`` and a heading.
    """
    if kept > MAX_ROWS + 1:
        raise Unreadable(Fault.TOO_MANY_ROWS, Place(line=number), other=str(MAX_ROWS))


def _xlsx_cell(cell: object) -> Cell:
    """A cell as a person sees it; what a spreadsheet made of it by itself is a fault."""
    value: object = getattr(cell, "value", None)
    if value is None:
        return EMPTY
    kind: str = getattr(cell, "data_type", "n")
    if kind == "f":
        return Cell(str(value)[:80], Fault.FORMULA)
    if kind == "e":
        return Cell(str(value), Fault.CELL_ERROR)
    return _cell(value, str(getattr(cell, "number_format", "")))


def _cell(value: object, shown_as: str = "") -> Cell:
    if isinstance(value, date | datetime | time | timedelta):
        return Cell(str(value), Fault.DATE)
    if isinstance(value, float | int) and not isinstance(value, bool):
        return Cell(_number(float(value), shown_as))
    return Cell(str(value).strip())


def _number(value: float, shown_as: str) -> str:
    """A number as it was typed: 3 and not 3.0, 20% and not 0.2."""
    if "%" in shown_as:
        return f"{value * 100:.12g}%"
    return f"{value:.15g}"


def _merges(part: bytes) -> list[tuple[int, int, int, int]]:
    """Merged ranges of a sheet as first and last row, first and last column, rows from 1, columns from 0."""
    found = []
    for match in islice(MERGE.finditer(part, max(part.rfind(b"</sheetData>"), 0)), MAX_MERGES):
        left, top, right, bottom = range_boundaries(match[1].decode("ascii"))
        if left and top and right and bottom:
            found.append((top, bottom, left - 1, right - 1))
    return found


def _fill_merged(table: Table, merges: Iterable[tuple[int, int, int, int]]) -> None:
    """Give every row of a range that was merged downwards the value of its first cell."""
    by_number = dict(table.lines)
    for top, bottom, left, _right in merges:
        first = by_number.get(top)
        if bottom == top or first is None or left >= len(first) or first[left] == EMPTY:
            continue
        for number in range(top + 1, min(bottom, top + MAX_ROWS) + 1):
            cells = by_number.get(number)
            if cells is not None and left < len(cells) and cells[left] == EMPTY:
                cells[left] = first[left]


def of_xls(content: bytes) -> list[Table]:
    """The sheets of a workbook of the years before 2007; formulas come as the values they had.

    Raises:
        Unreadable: it is no workbook, is protected, holds macros, or has more rows than ``MAX_ROWS``.
    """
    if is_encrypted(content):
        raise Unreadable(Fault.FILE_PROTECTED)
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Unreadable(Fault.FILE_MACROS)
    tables: list[Table] = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names[:MAX_SHEETS]:
            sheet = book.get_sheet_by_name(name)
            table = Table(name, list(_xls_lines(sheet.iter_rows())))
            found = sheet.merged_cell_ranges or []
            _fill_merged(table, [(a[0] + 1, b[0] + 1, a[1], b[1]) for a, b in found[:MAX_MERGES]])
            tables.append(table)
    except PasswordError as error:
        raise Unreadable(Fault.FILE_PROTECTED) from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise Unreadable(Fault.FILE_UNREADABLE) from error
    # A reader in Rust panics on some damage; Python gets that as a BaseException of its own.
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable(Fault.FILE_UNREADABLE) from error
    _check_total(tables)
    return tables


def _xls_lines(rows: Iterable[Sequence[object]]) -> Iterator[Line]:
    kept = 0
    for number, row in enumerate(islice(rows, 3 * MAX_ROWS), 1):
        cells = [EMPTY if value in ("", None) else _cell(value) for value in row[:MAX_COLUMNS]]
        if any(cell != EMPTY for cell in cells):
            kept += 1
            check_count(kept, number)
            yield number, cells


def of_csv(text: str) -> list[Table]:
    """The rows of a .csv, whatever its separator.

    Raises:
        Unreadable: a cell is endless, or it has more rows than ``MAX_ROWS``.
    """
    return [Table("", list(_csv_lines(text)))]


def separator(text: str) -> str:
    """The separator of a .csv: the one that most of the first lines agree on."""
    heading = max(text.lstrip().split("\n", 12)[:12], key=len)
    return max(",;\t，", key=heading.count)


def _csv_lines(text: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text))
    start = 1
    kept = 0
    try:
        for row in reader:
            cells = [_csv_cell(part) for part in row[:MAX_COLUMNS]]
            if any(cell != EMPTY for cell in cells):
                kept += 1
                check_count(kept, start)
                yield start, cells
            start += 1
    except csv.Error as error:
        raise Unreadable(Fault.FILE_UNREADABLE, Place(line=start)) from error


def _csv_cell(part: str) -> Cell:
    """A cell without the apostrophe that ``written`` puts before what looks like a formula; a formula is a fault."""
    text = part.strip()
    if not text:
        return EMPTY
    if text.startswith("'") and text.lstrip("'").startswith(RISKY):
        return Cell(text[1:])
    if FORMULA.match(text):
        return Cell(text[:80], Fault.FORMULA)
    return Cell(text)


def guarded(text: str) -> str:
    """The text of a .csv cell that no spreadsheet runs; ``of_csv`` gives the text back."""
    return f"'{text}" if text.lstrip("'").startswith(RISKY) else text
