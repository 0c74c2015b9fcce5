"""Files of frameworks by their formats: what a file is, is told by its content."""

from collections.abc import Callable, Mapping

from certification.standards.exchange.package import Package
from certification.standards.exchange.reading import read_case
from certification.standards.exchange.report import Reading, Written
from certification.standards.exchange.sheet_reading import read_sheets
from certification.standards.exchange.sheets import SHEET_WRITERS
from certification.standards.exchange.writing import write_case

WRITERS: Mapping[str, Callable[[Package], Written]] = {"case": write_case, **SHEET_WRITERS}
FORMATS = tuple(WRITERS)


def read(content: bytes, name: str) -> Reading:
    """A file of any format as a framework.

    Args:
        name: the file's name, which tells nothing but macros.
    """
    bare = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return read_case(content) if bare in (b"{", b"[", b"") else read_sheets(content, name)


def write(package: Package, form: str) -> Written:
    """A framework as a file of that format."""
    return WRITERS[form](package)
