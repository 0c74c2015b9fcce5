"""Writes a framework as a CFPackage that keeps every rule of the published CASE 1.1 schema."""

import json
from collections import Counter
from collections.abc import Callable, Container, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from certification.standards.exchange import values
from certification.standards.exchange.fields import Holds, Property, properties
from certification.standards.exchange.package import OURS, Package
from certification.standards.exchange.report import Loss, Lost, Written

VERSION = "1.1"


class Writer:
    """Values on their way to JSON; ``replaced`` counts identifiers that CASE does not carry.

    ``known`` are the identifiers of a package's objects: an end of an association elsewhere keeps its own.
    What is not ``strict`` keeps every identifier.
    """

    def __init__(self, known: Container[str] = (), *, strict: bool = True) -> None:
        self.replaced: Counter[str] = Counter()
        self.known = known
        self.strict = strict

    def object(self, made: Any) -> dict[str, Any]:
        """An object with its properties in the order of the data model; what is absent is left out."""
        found: dict[str, Any] = {}
        for entry in properties(type(made)):
            value = getattr(made, entry.attribute)
            if value is None or value in ((), {}):
                continue
            found[entry.name] = WRITERS[entry.holds](self, value, entry)
        own = getattr(made, "identifier", None)
        if self.strict and isinstance(own, UUID) and not values.is_strict(own):
            self._remember(found, own, properties(type(made)))
        return found

    def _remember(self, found: dict[str, Any], own: UUID, known: tuple[Property, ...]) -> None:
        """Keep the identifier that was replaced under our extension, where the object has any."""
        holds = next((entry.holds for entry in known if entry.name == "extensions"), None)
        self.replaced["reference" if holds is None else "identifier"] += 1
        if holds is None:
            return
        before = found.get("extensions")
        if holds is Holds.OBJECTS:
            found["extensions"] = [*(before or ()), {OURS: {values.REPLACED: str(own)}}]
        else:
            before = dict(before or {})
            ours = before.get(OURS)
            before[OURS] = {**(ours if isinstance(ours, dict) else {}), values.REPLACED: str(own)}
            found["extensions"] = before

    def identifier(self, value: UUID, _entry: Property) -> str:
        """A UUID of version 4 or 5."""
        return str(value if not self.strict or values.is_strict(value) else values.replacement(value))

    def node(self, value: Any, _entry: Property) -> dict[str, Any]:
        """One end of an association."""
        found = self.object(value)
        own = values.identifier(value.identifier)
        if own is not None and value.identifier in self.known:
            found["identifier"] = self.identifier(own, _entry)
        return found

    def plain(self, value: Any, _entry: Property) -> Any:
        """What JSON writes as it is."""
        return list(value) if isinstance(value, tuple) else value

    def day(self, value: date, _entry: Property) -> str:
        """A day."""
        return value.isoformat()

    def instant(self, value: datetime, _entry: Property) -> str:
        """An instant in UTC."""
        return values.instant_text(value)

    def one(self, value: Any, _entry: Property) -> dict[str, Any]:
        """An object inside."""
        return self.object(value)

    def many(self, value: Any, _entry: Property) -> list[dict[str, Any]]:
        """Objects inside."""
        return [self.object(part) for part in value]


WRITERS: Mapping[Holds, Callable[[Writer, Any, Property], Any]] = {
    **dict.fromkeys(
        (Holds.TEXT, Holds.ADDRESS, Holds.INTEGER, Holds.NUMBER, Holds.ASSOCIATION, Holds.TEXTS, Holds.OBJECT,
         Holds.OBJECTS),
        Writer.plain,
    ),
    Holds.IDENTIFIER: Writer.identifier,
    Holds.DAY: Writer.day,
    Holds.INSTANT: Writer.instant,
    Holds.NODE: Writer.node,
    Holds.LINK: Writer.one,
    Holds.PART: Writer.one,
    Holds.LINKS: Writer.many,
    Holds.PARTS: Writer.many,
}  # fmt: skip


def as_json(package: Package) -> tuple[dict[str, Any], tuple[Lost, ...]]:
    """A package as plain JSON values, and what it does not say."""
    writer = Writer({str(package.document.identifier), *(str(item.identifier) for item in package.items)})
    found = writer.object(package)
    document = found["CFDocument"]
    found["CFDocument"] = (
        {name: document[name] for name in ("identifier", "uri", "frameworkType") if name in document}
        | {"caseVersion": VERSION}
        | document
    )
    if not found.get("CFDefinitions"):
        found.pop("CFDefinitions", None)
    lost = [Lost(Loss.IDENTIFIER_REPLACED, what, count) for what, count in sorted(writer.replaced.items())]
    return found, tuple(lost)


def object_json(made: Any) -> dict[str, Any]:
    """One object of a package as plain JSON values."""
    return Writer().object(made)


def kept_json(made: Any) -> dict[str, Any]:
    """One object as plain JSON values to be kept here, with the identifiers that it has."""
    return Writer(strict=False).object(made)


def write_case(package: Package) -> Written:
    """A package as a file in UTF-8."""
    found, lost = as_json(package)
    return Written(json.dumps(found, ensure_ascii=False, indent=1).encode(), lost)
