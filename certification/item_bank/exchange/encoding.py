"""Tells the encoding of a text file: by proof where there is one, by evidence with a warning, else it asks."""

import codecs
import re

from certification.item_bank.exchange.guard import Unreadable
from certification.item_bank.exchange.report import WHOLE_FILE, Fault, Findings

ENCODINGS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "gb18030": "gb18030", "windows-1252": "cp1252", "big5": "big5"}
"""Encodings that may be named, and Python's name of each."""

HIGH = re.compile(rb"[\x80-\xff]+")
SAMPLE = 256 * 1024
"""Bytes that are looked at for evidence."""
ENOUGH = 0.9
"""Share of the evidence that must point one way."""


def decode(content: bytes, findings: Findings, *, named: str = "auto") -> str:
    """The text of a file, without its mark, line ends as they are; ``findings.encoding`` says what it was.

    UTF-8 and UTF-16 prove themselves. GB18030 and windows-1252 are told by what the bytes look like, with a warning;
    where both or neither fit, nothing is guessed.

    Args:
        named: an encoding of ``ENCODINGS``, or ``auto``.

    Raises:
        Unreadable: it is no text, not in the named encoding, or the encoding cannot be told.
    """
    if named == "auto":
        named = _proven(content) or _likely(content, findings)
    findings.encoding = named
    try:
        text = content.decode(ENCODINGS[named])
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable(Fault.ENCODING_WRONG, other=named) from error
    if "\0" in text:
        raise Unreadable(Fault.FILE_UNREADABLE)
    return text


def _proven(content: bytes) -> str | None:
    """The encoding that only a text in it can have."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _likely(content: bytes, findings: Findings) -> str:
    """GB18030 or windows-1252, whichever alone fits the bytes; noted as a warning."""
    fits = [name for name, looks_like in (("gb18030", _chinese), ("windows-1252", _western)) if looks_like(content)]
    if len(fits) != 1:
        raise Unreadable(Fault.ENCODING_AMBIGUOUS, value=_first_strange(content))
    findings.warn(WHOLE_FILE, Fault.ENCODING_DETECTED, _first_strange(content, fits[0]), fits[0])
    return fits[0]


def _first_strange(content: bytes, encoding: str = "latin-1") -> str:
    """The first line with a byte beyond ASCII, to be looked at."""
    found = HIGH.search(content)
    start = content.rfind(b"\n", 0, found.start()) + 1 if found else 0
    return content[start : start + 120].split(b"\n", 1)[0].decode(ENCODINGS.get(encoding, encoding), "replace").strip()


def _chinese(content: bytes) -> bool:
    """Whether nearly all characters beyond ASCII are the common ones of GB 2312 (signs and level-1 characters)."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    strange = [char for char in text[:SAMPLE] if char > "\x7f"]
    common = sum(1 for char in strange if _is_common(char))
    return common >= ENOUGH * len(strange)


def _is_common(char: str) -> bool:
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xA1 <= lead <= 0xA3 or 0xB0 <= lead <= 0xD7


def _western(content: bytes) -> bool:
    """Whether the bytes beyond ASCII nearly all stand alone among letters, as accents and quotation marks do."""
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    runs = [len(run) for run in HIGH.findall(content[:SAMPLE])]
    return runs.count(1) >= ENOUGH * len(runs)
