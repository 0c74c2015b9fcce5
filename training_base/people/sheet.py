"""Reads the rows of a roster from .xlsx or .csv; a file is data from outside and is not trusted."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from training_base.kernel.errors import Refusal
from training_base.people import rules

MOST_ROWS = 2000
MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes that an .xlsx may unpack to, so that a small file cannot fill the memory."""
LOST = "\x1a"
"""In front of a number whose last digits the spreadsheet has lost."""
EXACT_DIGITS = 15
"""Digits that a spreadsheet keeps of a number; further ones become 0."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名",),
    "document_kind": ("证件类型",),
    "document_number": ("证件号码", "身份证号", "身份证号码"),
    "sex": ("性别",),
    "born_on": ("出生日期",),
    "nationality": ("国籍",),
    "phone": ("手机", "手机号", "联系电话"),
    "email": ("邮箱", "电子邮箱"),
}
"""Columns of a roster and the headings they are known by; the key itself is one too."""
NEEDED = ("name", "document_number")


@dataclass(eq=False)
class RosterUnreadable(Refusal):
    """The file is neither .xlsx nor .csv, or is broken."""


@dataclass(eq=False)
class RosterEmpty(Refusal):
    """Nobody stands below the heading."""


@dataclass(eq=False)
class RosterTooLong(Refusal):
    """More people than one file may hold."""

    most: int = MOST_ROWS


@dataclass(eq=False)
class RosterColumns(Refusal):
    """The heading lacks columns; ``missing`` are the headings to write."""

    missing: tuple[str, ...]


Row = tuple[int, dict[str, str]]
"""The spreadsheet's number of a row, and its cells by column."""


def _text(value: object) -> str:
    """A cell as text; a figure with more digits than a spreadsheet keeps is marked."""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else rules.tidy(str(value))
    return LOST + text if isinstance(value, int) and len(text) > EXACT_DIGITS else text


def _xlsx(content: bytes) -> Iterator[list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
            raise RosterUnreadable
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    for row in book.worksheets[0].iter_rows(max_col=30, max_row=MOST_ROWS * 3, values_only=True):
        yield [_text(value) for value in row]
    book.close()


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    # A spreadsheet that saved a long number as 3.10115E+17 lost its digits as well.
    for row in csv.reader(io.StringIO(text, newline="")):
        cells = [rules.tidy(cell).removeprefix("'") for cell in row]
        yield [LOST + cell if re.fullmatch(r"\d\.\d+E\+\d+", cell) else cell for cell in cells]


def _headings(cells: list[str]) -> dict[int, str]:
    """Place to column.

    Raises:
        RosterColumns: a needed column is missing.
    """
    known = {name: column for column, names in COLUMNS.items() for name in (column, *names)}
    found = {place: known[cell] for place, cell in enumerate(cells) if cell in known}
    missing = tuple(COLUMNS[column][0] for column in NEEDED if column not in found.values())
    if missing:
        raise RosterColumns(missing)
    return found


def read(content: bytes) -> list[Row]:
    """The rows of a roster that have content.

    Args:
        content: an .xlsx, or a .csv in UTF-8 or GB 18030.

    Raises:
        RosterUnreadable: it is neither.
        RosterColumns: the heading lacks a column.
        RosterEmpty, RosterTooLong: there are no people in it, or too many.
    """
    try:
        lines = list(_xlsx(content) if content.startswith(b"PK") else _csv(content))
    # openpyxl says in many ways that a package is broken: whatever it raises is the file's fault.
    except (
        ArithmeticError, AttributeError, LookupError, OSError, SyntaxError, TypeError, ValueError, csv.Error,
        zipfile.BadZipFile,
    ):  # fmt: skip
        raise RosterUnreadable from None
    columns = _headings(lines[0] if lines else [])
    rows = []
    for number, cells in enumerate(lines[1:], 2):
        row = {column: cells[place] for place, column in columns.items() if place < len(cells)}
        if any(row.values()):
            rows.append((number, row))
    if not rows:
        raise RosterEmpty
    if len(rows) > MOST_ROWS:
        raise RosterTooLong
    return rows


def template() -> bytes:
    """An empty roster as .xlsx, its columns set to text, so that no spreadsheet rounds a document number."""
    book = Workbook()
    page = book.active or book.create_sheet()
    page.title = "花名册"
    page.append([names[0] for names in COLUMNS.values()])
    for place in range(1, len(COLUMNS) + 1):
        column = page.column_dimensions[get_column_letter(place)]
        column.width, column.number_format = 22, "@"
    page.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
