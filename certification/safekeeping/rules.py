"""Closed sets of safekeeping; the code of an export, seen and unseen, and how it is found again."""

import re
from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO
from uuid import UUID
from zipfile import BadZipFile, ZipFile

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for a digit."""

LENGTH = 12
VISIBLE = re.compile(r"ZX[- ]?([0-9A-HJKMNP-TV-Z]{4})[- ]?([0-9A-HJKMNP-TV-Z]{4})[- ]?([0-9A-HJKMNP-TV-Z]{4})", re.I)
ZERO, ONE, EDGE = "\u200b", "\u200c", "\u2060"
HIDDEN = re.compile(f"{EDGE}([{ZERO}{ONE}]{{{LENGTH * 5}}}){EDGE}")

MOST_BYTES = 50_000_000
"""A leaked file is looked through up to this size, what is packed in it included."""


class LeakStatus(StrEnum):
    """The life of a report that an item is known outside."""

    DECLARED = "declared"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class MarkKind(StrEnum):
    """What left the portal under a mark."""

    ITEMS = "items"
    PAPER = "paper"


def code_of(identifier: UUID) -> str:
    """The code of an export, ``ZX-XXXX-XXXX-XXXX``, from the first 60 bits of a random identifier."""
    bits = identifier.int >> (128 - 5 * LENGTH)
    digits = "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return _written(digits)


def _written(digits: str) -> str:
    return "-".join(("ZX", digits[:4], digits[4:8], digits[8:]))


def hidden(code: str) -> str:
    """The code as characters that take no room: they survive copying into a chat or a document."""
    digits = code.replace("-", "")[2:]
    bits = "".join(f"{ALPHABET.index(digit):05b}" for digit in digits)
    return EDGE + bits.replace("0", ZERO).replace("1", ONE) + EDGE


def codes_in(text: str) -> list[str]:
    """Codes of exports in a text, seen and unseen, each once."""
    found = [_written("".join(match.groups()).upper()) for match in VISIBLE.finditer(text)]
    for match in HIDDEN.finditer(text):
        bits = match[1].replace(ZERO, "0").replace(ONE, "1")
        digits = "".join(ALPHABET[int(bits[place : place + 5], 2)] for place in range(0, len(bits), 5))
        found.append(_written(digits))
    return list(dict.fromkeys(found))


def codes_in_file(content: bytes) -> list[str]:
    """Codes of exports in a file; one that is packed, like a workbook, is looked into."""
    return list(dict.fromkeys(code for text in _texts(content) for code in codes_in(text)))


def _texts(content: bytes) -> Iterator[str]:
    yield content[:MOST_BYTES].decode("utf-8", "ignore")
    left = MOST_BYTES
    try:
        with ZipFile(BytesIO(content)) as packed:
            for member in packed.infolist():
                with packed.open(member) as stream:
                    piece = stream.read(left)
                left -= len(piece)
                yield piece.decode("utf-8", "ignore")
                if left <= 0:
                    return
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return
