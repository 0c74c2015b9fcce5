"""Reads the objects of a framework from JSON values: mends and notes what can be mended, names faults by path."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from certification.standards.exchange import values
from certification.standards.exchange.fields import Holds, Lack, Property, properties
from certification.standards.exchange.package import ASSOCIATION_TYPES, OURS, Document, Link, NodeLink
from certification.standards.exchange.report import Fault, Note, Problem, Remark

T = TypeVar("T")

MOST_OBJECTS = 60_000
"""Objects in one list of a package."""

SHOWN = 80
DROPPED = {"CFPackageURI", "CFDocumentURI"}
"""Links that CASE has outside of packages only; they say nothing that the package does not say."""

WRITTEN_ANEW = "caseVersion"
"""Says of which CASE a file is; every export says so of itself."""

SPELLINGS = {name.casefold(): name for name in ASSOCIATION_TYPES}
KEPT = "properties"
"""Where, under our extension, properties are kept that CASE does not know."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Reader:
    """A package on its way to values; ``problems`` and ``notes`` fill while it is read.

    ``renamed`` maps identifiers that a strict export had to replace back to what they were.
    """

    def __init__(self, renamed: Mapping[UUID, UUID]) -> None:
        self.problems: list[Problem] = []
        self.notes: list[Note] = []
        self.renamed = renamed
        self.restored = frozenset(renamed.values())
        self.read_so_far: dict[str, object] = {}
        self.broken: set[str] = set()
        self.changed_at = EPOCH

    def fail(self, path: str, fault: Fault, value: object = "", other: object = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(path, fault, shown(value), str(other)))

    def note(self, path: str, remark: Remark, value: object = "") -> None:
        """Note something mended."""
        self.notes.append(Note(path, remark, shown(value)))

    def read(self, shape: type[T], source: object, path: str) -> T | None:
        """The object at a path; None where it has problems."""
        if not isinstance(source, dict):
            self.fail(path, Fault.WRONG_TYPE, source, "object")
            return None
        before = len(self.problems)
        known = properties(shape)
        found: dict[str, Any] = {}
        for entry in known:
            value = source.get(entry.name)
            if value is None or value in ("", []):
                self._lack(entry, source, path, found)
            else:
                found[entry.attribute] = READERS[entry.holds](self, value, _at(path, entry.name), entry)
        self._keep_unknown(source, known, path, found)
        if len(self.problems) > before:
            self.broken.add(str(source.get("identifier")).strip().lower())
            return None
        if shape is Document:
            self.changed_at = found["changed_at"]
        if found.get("identifier") in self.restored and "extensions" in found:
            found["extensions"] = _without_replaced(found["extensions"])
        made = shape(**{name: value for name, value in found.items() if value is not None})
        self.read_so_far[path] = made
        return made

    def _lack(self, entry: Property, source: Mapping[str, Any], path: str, found: dict[str, Any]) -> None:
        """Fill what is absent and can be filled; refuse what cannot."""
        if entry.lack is Lack.FINE:
            return
        here = _at(path, entry.name)
        own = values.identifier(str(source.get("identifier")))
        if entry.lack is Lack.REFUSED or (entry.holds is Holds.ADDRESS and own is None):
            self.fail(here, Fault.MISSING)
            return
        if entry.holds is Holds.INSTANT:
            found[entry.attribute] = self.changed_at
        elif entry.holds is Holds.ADDRESS:
            found[entry.attribute] = f"urn:uuid:{own}"
        if source.get(entry.name) is None or entry.holds is not Holds.TEXT:
            self.note(here, Remark.FILLED)

    def _keep_unknown(
        self, source: Mapping[str, Any], known: tuple[Property, ...], path: str, found: dict[str, Any]
    ) -> None:
        """Keep what CASE does not know under our extension; links that say nothing new are dropped."""
        holds = next((entry.holds for entry in known if entry.name == "extensions"), None)
        kept: dict[str, Any] = {}
        for name in source.keys() - {entry.name for entry in known}:
            here = _at(path, shown(name))
            if source[name] is None or name == WRITTEN_ANEW:
                continue
            if name in DROPPED:
                self.note(here, Remark.LINK_DROPPED)
            elif self._is_sound({name: source[name]}, here):
                kept[name] = source[name]
                self.note(here, Remark.UNKNOWN_KEPT if holds else Remark.UNKNOWN_DROPPED)
        if not kept:
            return
        if holds is Holds.OBJECTS:
            found["extensions"] = (*(found.get("extensions") or ()), {OURS: {KEPT: kept}})
        elif holds is Holds.OBJECT:
            extensions = dict(found.get("extensions") or {})
            ours = extensions.get(OURS)
            extensions[OURS] = {**(ours if isinstance(ours, dict) else {}), KEPT: kept}
            found["extensions"] = extensions

    def _is_sound(self, value: object, path: str) -> bool:
        """Whether a value of any form may be kept."""
        if values.is_too_deep(value):
            self.fail(path, Fault.TOO_DEEP, other=values.MOST_DEPTH)
        elif values.has_unprintable(value):
            self.fail(path, Fault.CONTROL_CHARACTER)
        else:
            return True
        return False

    def text(self, value: object, path: str, _entry: Property | None = None) -> str | None:
        """A text; a number or truth value stands for its writing."""
        if isinstance(value, int | float):
            self.note(path, Remark.SPELLING, value)
            value = json.dumps(value)
        if not isinstance(value, str):
            self.fail(path, Fault.WRONG_TYPE, value, "text")
        elif len(value) > values.MOST_TEXT:
            self.fail(path, Fault.TOO_LONG, value, values.MOST_TEXT)
        elif not values.is_printable(value):
            self.fail(path, Fault.CONTROL_CHARACTER, value)
        else:
            return value
        return None

    def identifier(self, value: object, path: str, _entry: Property | None = None) -> UUID | None:
        """A UUID of any version, with a note where an export would not carry it."""
        found = values.identifier(value) if isinstance(value, str) else None
        if found is None:
            self.fail(path, Fault.NOT_A_UUID, value)
            return None
        found = self.renamed.get(found, found)
        if not values.is_strict(found):
            self.note(path, Remark.UUID_VERSION, found)
        return found

    def address(self, value: object, path: str, _entry: Property | None = None) -> str | None:
        """An absolute address that does nothing by being followed."""
        text = self.text(value, path)
        if text is None:
            return None
        if values.is_dangerous(text):
            self.fail(path, Fault.DANGEROUS_ADDRESS, text)
            return None
        if not values.is_address(text.strip()):
            self.fail(path, Fault.NOT_AN_ADDRESS, text)
            return None
        return text.strip()

    def day(self, value: object, path: str, _entry: Property) -> object:
        """A day."""
        found = values.day(value) if isinstance(value, str) else None
        if found is None:
            self.fail(path, Fault.NOT_A_DAY, value)
        return found

    def instant(self, value: object, path: str, _entry: Property) -> object:
        """An instant."""
        found = values.instant(value) if isinstance(value, str) else None
        if found is None:
            self.fail(path, Fault.NOT_AN_INSTANT, value)
            return None
        if found[1]:
            self.note(path, Remark.ZONE_ASSUMED, value)
        return found[0]

    def integer(self, value: object, path: str, entry: Property) -> object:
        """A whole number that 32 bits hold."""
        found = self.number(value, path, entry)
        if found is None:
            return None
        if int(found) != found or abs(found) >= 2**31:
            self.fail(path, Fault.WRONG_TYPE, value, "integer")
            return None
        return int(found)

    def number(self, value: object, path: str, _entry: Property) -> float | None:
        """A number, also one written as a text."""
        if isinstance(value, str):
            self.note(path, Remark.SPELLING, value)
            try:
                value = json.loads(value, parse_constant=no_constant)
            except (ValueError, RecursionError):
                value = None
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300:
            self.fail(path, Fault.WRONG_TYPE, value, "number")
            return None
        return value

    def association(self, value: object, path: str, _entry: Property) -> str | None:
        """An association type; one of another spelling is mended, an unknown one becomes an extension."""
        text = self.text(value, path)
        if text is None or text in ASSOCIATION_TYPES or values.EXTENSION_TYPE.fullmatch(text):
            return text
        known = SPELLINGS.get("".join(text.split()).replace("_", "").casefold())
        extended = f"ext:{text}"
        if known is not None:
            self.note(path, Remark.SPELLING, text)
            return known
        if values.EXTENSION_TYPE.fullmatch(extended):
            self.note(path, Remark.TYPE_EXTENDED, text)
            return extended
        self.fail(path, Fault.ASSOCIATION_UNKNOWN, text)
        return None

    def texts(self, value: object, path: str, _entry: Property) -> tuple[str, ...]:
        """Several texts; a single one stands for a list of one, as CASE 1.0 files have it."""
        return tuple(found for place, part in self._list(value, path) if (found := self.text(part, place)) is not None)

    def _list(self, value: object, path: str) -> list[tuple[str, object]]:
        """The members of a list that are not null, with their paths."""
        if isinstance(value, str | dict):
            self.note(path, Remark.SPELLING)
            value = [value]
        if not isinstance(value, list):
            self.fail(path, Fault.WRONG_TYPE, value, "list")
            return []
        if len(value) > MOST_OBJECTS:
            self.fail(path, Fault.TOO_MANY, len(value), MOST_OBJECTS)
            return []
        return [(f"{path}[{place}]", part) for place, part in enumerate(value) if part not in (None, "")]

    def link(self, value: object, path: str, _entry: Property) -> Link | None:
        """A reference; in CASE 1.0 files a bare address with the identifier at its end may stand for it."""
        if isinstance(value, list) and len(value) == 1:
            self.note(path, Remark.SPELLING)
            value = value[0]
        if isinstance(value, str) and values.identifier(value.rsplit("/", 1)[-1]):
            self.note(path, Remark.SPELLING, value)
            value = {"title": "", "identifier": value.rsplit("/", 1)[-1], "uri": value}
        return self.read(Link, value, path)

    def links(self, value: object, path: str, entry: Property) -> tuple[Link, ...]:
        """Several references."""
        found = (self.link(part, place, entry) for place, part in self._list(value, path))
        return tuple(link for link in found if link is not None)

    def node(self, value: object, path: str, _entry: Property) -> NodeLink | None:
        """One end of an association; a UUID is written in one way, so that ends can be compared."""
        link = self.read(NodeLink, value, path)
        if link is None:
            return None
        found = values.identifier(link.identifier)
        return replace(link, identifier=str(self.renamed.get(found, found))) if found else link

    def own(self, value: object, path: str, _entry: Property) -> object:
        """What a publisher adds of their own."""
        if not isinstance(value, dict):
            self.fail(path, Fault.WRONG_TYPE, value, "object")
            return None
        return value if self._is_sound(value, path) else None

    def owns(self, value: object, path: str, entry: Property) -> tuple[object, ...]:
        """A list of what a publisher adds."""
        found = (self.own(part, place, entry) for place, part in self._list(value, path))
        return tuple(part for part in found if part)

    def part(self, value: object, path: str, entry: Property) -> object:
        """An object inside."""
        return self.read(cast(type[Any], entry.part), value, path)

    def parts(self, value: object, path: str, entry: Property) -> tuple[object, ...]:
        """A list of objects inside."""
        found = (self.read(cast(type[Any], entry.part), part, place) for place, part in self._list(value, path))
        return tuple(part for part in found if part is not None)


READERS: Mapping[Holds, Callable[[Reader, object, str, Property], object]] = {
    Holds.TEXT: Reader.text,
    Holds.IDENTIFIER: Reader.identifier,
    Holds.ADDRESS: Reader.address,
    Holds.DAY: Reader.day,
    Holds.INSTANT: Reader.instant,
    Holds.INTEGER: Reader.integer,
    Holds.NUMBER: Reader.number,
    Holds.ASSOCIATION: Reader.association,
    Holds.TEXTS: Reader.texts,
    Holds.LINK: Reader.link,
    Holds.LINKS: Reader.links,
    Holds.NODE: Reader.node,
    Holds.OBJECT: Reader.own,
    Holds.OBJECTS: Reader.owns,
    Holds.PART: Reader.part,
    Holds.PARTS: Reader.parts,
}


def shown(value: object) -> str:
    """The beginning of what stands at a place, in one line that every page can show."""
    text = value if isinstance(value, str) else repr(value)
    return values.UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text[:SHOWN])


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _without_replaced(extensions: Any) -> Any:
    """Extensions without the note of an identifier that has been put back; nothing is left of a bare note."""
    if isinstance(extensions, tuple):
        stripped = (_without_replaced(part) for part in extensions)
        return tuple(part for part in stripped if part)
    ours = extensions.get(OURS)
    if not isinstance(ours, dict) or values.REPLACED not in ours:
        return extensions
    left = {name: value for name, value in ours.items() if name != values.REPLACED}
    rest = {name: value for name, value in extensions.items() if name != OURS}
    return rest | ({OURS: left} if left else {})
