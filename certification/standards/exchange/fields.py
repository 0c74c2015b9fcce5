"""What a property of a CASE object may hold, and how a dataclass says so."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from typing import Any

JSONObject = Mapping[str, Any]


class Holds(StrEnum):
    """The kinds of values a property may hold."""

    TEXT = "text"
    IDENTIFIER = "identifier"
    ADDRESS = "address"
    DAY = "day"
    INSTANT = "instant"
    INTEGER = "integer"
    NUMBER = "number"
    ASSOCIATION = "association"
    TEXTS = "texts"
    LINK = "link"
    LINKS = "links"
    NODE = "node"
    OBJECT = "object"
    OBJECTS = "objects"
    PART = "part"
    PARTS = "parts"


class Lack(StrEnum):
    """What happens when a property is absent."""

    FINE = "fine"
    FILLED = "filled"
    REFUSED = "refused"


@dataclass(frozen=True)
class Property:
    """A property of a CASE object: its name in the file, what it holds, and the attribute that carries it.

    ``part`` is the dataclass of what PART and PARTS hold.
    """

    attribute: str
    name: str
    holds: Holds
    lack: Lack
    part: type[Any] | None = None


def asked(name: str, holds: Holds, part: type[Any] | None = None) -> Any:
    """A property without which the object means nothing."""
    return field(metadata={"name": name, "holds": holds, "lack": Lack.REFUSED, "part": part})


def filled(name: str, holds: Holds, default: Any = MISSING) -> Any:
    """A property that the published schema asks for and publishers leave out; reading fills it and says so."""
    return field(default=default, metadata={"name": name, "holds": holds, "lack": Lack.FILLED})


def may(name: str, holds: Holds = Holds.TEXT, default: Any = None, part: type[Any] | None = None) -> Any:
    """A property that may be absent."""
    return field(default=default, metadata={"name": name, "holds": holds, "lack": Lack.FINE, "part": part})


def several(name: str, holds: Holds = Holds.TEXTS, part: type[Any] | None = None) -> Any:
    """A list that may be absent; an empty one is the same as none."""
    return may(name, holds, (), part)


def extensions(holds: Holds = Holds.OBJECT) -> Any:
    """What the publisher adds of their own."""
    metadata = {"name": "extensions", "holds": holds, "lack": Lack.FINE}
    return (
        field(default=(), metadata=metadata)
        if holds is Holds.OBJECTS
        else field(default_factory=dict, metadata=metadata)
    )


KNOWN: dict[type[Any], tuple[Property, ...]] = {}
"""The properties of each dataclass that was asked for."""


def properties(shape: type[Any]) -> tuple[Property, ...]:
    """The properties of a CASE object, in the order in which they are written."""
    if shape not in KNOWN:
        KNOWN[shape] = tuple(
            Property(
                entry.name,
                entry.metadata["name"],
                entry.metadata["holds"],
                entry.metadata["lack"],
                entry.metadata.get("part"),
            )
            for entry in fields(shape)
        )
    return KNOWN[shape]
