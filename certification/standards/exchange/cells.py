"""Cells of a workbook or .csv from outside, with their places; hostile files are refused before they are unpacked."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from certification.standards.exchange import values
from certification.standards.exchange.report import Fault, Problem
from certification.standards.exchange.sheets import RISKY

MOST_BYTES = 32 * 1024 * 1024
MOST_UNPACKED = 256 * 1024 * 1024
MOST_RATIO = 200
MOST_PARTS = 500
MOST_ROWS = 60_000
MOST_COLUMNS = 40

OLE = b"\xd0\xcf\x11\xe0"
ZIP = b"PK"
MACROS = ("vbaproject.bin", "vbadata.xml")
MACRO_NAMES = (".xlsm", ".xltm", ".xlsb", ".xlam")


class Unreadable(ValueError):
    """A file that is not read at all; the one problem says why."""

    def __init__(self, fault: Fault, other: str = "") -> None:
        super().__init__(fault.value)
        self.problem = Problem("", fault, "", other)


@dataclass(frozen=True)
class Row:
    """A row with content: its number as the spreadsheet counts, and its texts by heading."""

    number: int
    cells: Mapping[str, str]


@dataclass
class Sheet:
    """A sheet as read; ``letters`` gives the spreadsheet's column of each heading."""

    name: str
    rows: list[Row] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, row: int, heading: str) -> str:
        """Where a cell is, as ``条目!B7``."""
        return f"{self.name}!{self.letters.get(heading, '')}{row}"

    def fail(self, row: int, heading: str, fault: Fault, value: str = "", other: str = "") -> None:
        """Note a problem of a cell."""
        self.problems.append(Problem(self.place(row, heading), fault, value[:80], other))


def check_file(content: bytes, name: str) -> None:
    """Look at a file before it is opened.

    Raises:
        Unreadable: it is too large, of old Excel, with macros, or packed to burst.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(Fault.FILE_TOO_LARGE, str(MOST_BYTES // 1024 // 1024))
    if name.casefold().endswith(MACRO_NAMES):
        raise Unreadable(Fault.FILE_MACROS)
    if content.startswith(OLE):
        raise Unreadable(Fault.FILE_OLD_EXCEL)
    if content.startswith(ZIP):
        _check_package(content)


def _check_package(content: bytes) -> None:
    """The unpacker gives no more than a part declares, so the declared sizes bound what comes out."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable(Fault.FILE_UNREADABLE) from error
    size = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or size > MOST_UNPACKED or size > MOST_RATIO * max(len(content), 1024):
        raise Unreadable(Fault.FILE_BOMB)
    names = [part.filename.casefold() for part in parts]
    if any(name.endswith(MACROS) for name in names):
        raise Unreadable(Fault.FILE_MACROS)
    if "xl/workbook.xml" not in names:
        raise Unreadable(Fault.FILE_UNREADABLE)


def read_book(content: bytes) -> dict[str, Sheet]:
    """The sheets of a workbook by their names.

    Raises:
        Unreadable: it is no workbook, or one sheet is too long.
    """
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        found = {
            sheet.title: _sheet(sheet.title, sheet.iter_rows(max_col=MOST_COLUMNS))
            for sheet in islice(book.worksheets, 10)
        }
        book.close()
    except Unreadable:
        raise
    # openpyxl says in many ways that a package is broken: whatever it raises is the file's fault.
    except (
        ArithmeticError, AttributeError, LookupError, OSError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile,
    ) as error:  # fmt: skip
        raise Unreadable(Fault.FILE_UNREADABLE) from error
    return found


def _sheet(name: str, lines: Iterable[Sequence[object]]) -> Sheet:
    sheet = Sheet(name)
    texts = ((number, [_cell(cell) for cell in line]) for number, line in enumerate(lines, 1))
    _fill(sheet, texts)
    return sheet


def _fill(sheet: Sheet, lines: Iterable[tuple[int, list[tuple[str, Fault | None]]]]) -> None:
    """Take the first line with content as headings, the others as rows."""
    headings: dict[int, str] = {}
    for number, line in lines:
        if not any(text or fault for text, fault in line):
            continue
        if not headings:
            headings = _headings(sheet, number, [text for text, _ in line])
            continue
        if len(sheet.rows) >= MOST_ROWS:
            raise Unreadable(Fault.TOO_MANY, str(MOST_ROWS))
        named = {heading: line[place] for place, heading in headings.items() if place < len(line)}
        for heading, (text, fault) in named.items():
            if wrong := fault or _fault(text):
                sheet.fail(number, heading, wrong, text, str(values.MOST_TEXT))
        sheet.rows.append(Row(number, {heading: named.get(heading, ("", None))[0] for heading in headings.values()}))


def _fault(text: str) -> Fault | None:
    if not values.is_printable(text):
        return Fault.CONTROL_CHARACTER
    return Fault.TOO_LONG if len(text) > values.MOST_TEXT else None


def _headings(sheet: Sheet, number: int, line: Sequence[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, text in enumerate(line):
        heading, letter = "".join(text.split()), get_column_letter(place + 1)
        if heading in sheet.letters:
            sheet.problems.append(Problem(f"{sheet.name}!{letter}{number}", Fault.COLUMN_REPEATED, heading))
        elif heading:
            sheet.letters[heading], found[place] = letter, heading
    return found


def _cell(cell: object) -> tuple[str, Fault | None]:
    """A cell as a person sees it; a formula is a fault, whatever it would give."""
    value: object = getattr(cell, "value", None)
    kind: str = getattr(cell, "data_type", "n")
    if value is None:
        return "", None
    if kind in ("f", "e"):
        return str(value)[:80], Fault.FORMULA if kind == "f" else Fault.CELL_ERROR
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(), None
    if isinstance(value, date):
        return value.isoformat(), None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value), None


def read_lines(content: bytes, name: str) -> Sheet:
    """A .csv in UTF-8, UTF-16 with its mark, or GB 18030 as a sheet of that name.

    Raises:
        Unreadable: it is in no such encoding, is broken, or too long.
    """
    sheet = Sheet(name)
    text = _decode(content)
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        _fill(sheet, ((number, [(_bare(cell), None) for cell in line]) for number, line in enumerate(lines, 1)))
    except csv.Error as error:
        raise Unreadable(Fault.FILE_UNREADABLE) from error
    return sheet


def _bare(cell: str) -> str:
    """Take off the apostrophe that guards a text which looks like a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(RISKY) else cell


def _decode(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(Fault.FILE_UNREADABLE)
