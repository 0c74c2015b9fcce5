"""Puts the code of an export into files: for the eye where the format has room, and where no eye looks."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook

from certification.safekeeping.rules import hidden

SHEET = "说明"
"""The sheet that carries the mark; readers of sheets pass it over, so that an export can come back."""


def _workbook(content: bytes, code: str, line: str) -> bytes:
    book = load_workbook(BytesIO(content))
    for sheet in book.worksheets:
        footer: Any = sheet.oddFooter
        footer.center.text = line
    told = book[SHEET] if SHEET in book.sheetnames else book.create_sheet(SHEET)
    told.append([line])
    book.properties.identifier, book.properties.keywords = code, code
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _package(content: bytes, code: str, _line: str) -> bytes:
    out = BytesIO(content)
    with ZipFile(out, "a") as package:
        package.comment = code.encode("ascii")
    return out.getvalue()


def _xml(content: bytes, code: str, _line: str) -> bytes:
    return content.rstrip() + f"\n<!-- {code} -->\n".encode("ascii")


def _gift(content: bytes, code: str, line: str) -> bytes:
    return content.rstrip() + f"\n\n// {line}\n".encode()


def _csv(content: bytes, code: str, _line: str) -> bytes:
    """A sheet of plain text has no room beside its rows: one more column without cells has the code as its heading."""
    first, end, rest = content.partition(b"\n")
    line_end = b"\r" if first.endswith(b"\r") else b""
    return first.removesuffix(line_end) + f",{code}".encode("ascii") + line_end + end + rest


def _aiken(content: bytes, code: str, _line: str) -> bytes:
    """Questions and answers and nothing else: the first stem ends with the code unseen."""
    first, end, rest = content.partition(b"\n")
    line_end = b"\r" if first.endswith(b"\r") else b""
    return first.removesuffix(line_end) + hidden(code).encode() + line_end + end + rest


STAMPS: dict[str, Callable[[bytes, str, str], bytes]] = {
    "xlsx": _workbook,
    "csv": _csv,
    "gift": _gift,
    "txt": _aiken,
    "xml": _xml,
    "zip": _package,
}
"""How each form of file carries a mark, by the ending of its name."""


def stamp(content: bytes, ending: str, code: str, line: str) -> bytes:
    """The file with its mark.

    Args:
        content: the file.
        ending: of its name, without the dot.
        code: of the export.
        line: for the eye: code, person, day.

    Raises:
        KeyError: no way is known to mark such a file; it must not leave.
    """
    return STAMPS[ending](content, code, line)
