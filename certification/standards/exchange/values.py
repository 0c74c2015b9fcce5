"""Single values of a file, looked at with suspicion: texts, identifiers, addresses, days, instants."""

import re
from datetime import UTC, date, datetime
from uuid import NAMESPACE_OID, UUID, uuid5

MOST_TEXT = 100_000
MOST_DEPTH = 40
"""Nested objects and lists under ``extensions``."""

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
UUID_SHAPE = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):(.+)", re.DOTALL)
DANGEROUS = {
    "javascript", "vbscript", "livescript", "mocha", "data", "file", "blob", "filesystem", "about", "view-source",
    "jar", "ms-appx", "resource", "chrome", "smb",
}  # fmt: skip
"""Schemes that run, read or show something on the machine of whoever follows the link."""

EXTENSION_TYPE = re.compile(r"ext:[a-zA-Z0-9.\-_]+")
STRICT_VERSIONS = (4, 5)
REPLACED = "identifier"
"""Where, under our extension, an export keeps the identifier that it had to replace."""


def is_printable(text: str) -> bool:
    """Whether every database and every page takes the text."""
    return UNPRINTABLE.search(text) is None


def identifier(text: str) -> UUID | None:
    """A UUID of any version in its usual writing, else None."""
    bare = text.strip().removeprefix("urn:uuid:")
    return UUID(bare) if UUID_SHAPE.fullmatch(bare) else None


def is_strict(value: UUID) -> bool:
    """Whether an export may carry it: a UUID of version 4 or 5."""
    return value.version in STRICT_VERSIONS


def replacement(value: UUID) -> UUID:
    """The identifier of version 5 that stands in an export for one that may not; always the same."""
    return uuid5(NAMESPACE_OID, str(value))


def is_dangerous(address: str) -> bool:
    """Whether an address runs or reads something; blanks and control characters inside do not hide it."""
    bare = re.sub(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]", "", address)
    found = SCHEME.fullmatch(bare)
    return found is not None and found[1].lower() in DANGEROUS


def is_address(address: str) -> bool:
    """Whether it is an absolute address without blanks and brackets that no address has."""
    return SCHEME.fullmatch(address) is not None and re.search(r"[\s<>\"{}|\\^`]", address) is None


def day(text: str) -> date | None:
    """A day; of an instant its day."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        found = instant(text)
        return found[0].date() if found else None


def instant(text: str) -> tuple[datetime, bool] | None:
    """An instant in UTC, and whether its zone had to be assumed to be UTC."""
    try:
        found = datetime.fromisoformat(text.strip())
        return (found.replace(tzinfo=UTC), True) if found.tzinfo is None else (found.astimezone(UTC), False)
    except (ValueError, OverflowError):
        return None


def instant_text(value: datetime) -> str:
    """An instant as CASE writes it: UTC with a Z."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def is_too_deep(value: object, left: int = MOST_DEPTH) -> bool:
    """Whether objects and lists nest deeper than anything sensible does."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return left == 0 or any(is_too_deep(part, left - 1) for part in inner)


def has_unprintable(value: object) -> bool:
    """Whether a text or a name anywhere inside is one that a database refuses."""
    if isinstance(value, str):
        return not is_printable(value)
    if isinstance(value, dict):
        return any(not is_printable(name) or has_unprintable(part) for name, part in value.items())
    return isinstance(value, list) and any(has_unprintable(part) for part in value)
