"""A framework as plain rows, and rows as a framework: what has a column of ours, and what is kept beside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from certification.standards.exchange.fields import properties
from certification.standards.exchange.package import CHILD, OURS, Association, Definitions, Item, Package
from certification.standards.exchange.reader import Reader
from certification.standards.exchange.writing import kept_json
from certification.standards.rules import Evidence, NodeKind, fact_identifier

STEP = 1024
"""Between the positions of two siblings, so that a move need not write its neighbours."""

CASE = "case"
PLACEMENT = "placement"
OUTSIDE = "outside"
UNPUBLISHED = "—"
"""What an item says whose text is not published; CASE wants a statement."""

CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


class Role(StrEnum):
    """Which table an item of a package goes to."""

    NODE = "node"
    TIER = "tier"
    POINT = "point"


@dataclass(frozen=True)
class Placed:
    """An item with where it stands: its parent among the items, its rank among the siblings, what hangs it there."""

    item: Item
    parent: Item | None
    position: int
    link: Association | None

    @property
    def ours(self) -> Mapping[str, Any]:
        """What this portal keeps of it beyond CASE."""
        return ours_of(self.item.extensions)

    @property
    def role(self) -> Role:
        """The table it belongs to."""
        return Role(self.ours.get("role", Role.NODE))


def ours_of(extensions: Mapping[str, Any]) -> Mapping[str, Any]:
    """Our part of an object's extensions; empty where it has none."""
    found = extensions.get(OURS)
    return found if isinstance(found, dict) else {}


def in_tree_order(package: Package) -> list[Placed]:
    """The items, parents before children and siblings in their order; those outside the tree come last."""
    items = {str(item.identifier): item for item in package.items}
    links = {link.origin.identifier: link for link in package.associations if link.kind == CHILD}
    below: dict[str | None, list[tuple[bool, int, int, Item]]] = {}
    for place, (own, item) in enumerate(items.items()):
        link = links.get(own)
        parent = link.destination.identifier if link and link.destination.identifier in items else None
        sequence = link.sequence if link else None
        below.setdefault(parent, []).append((sequence is None, sequence or 0, place, item))
    found: list[Placed] = []
    waiting: list[Item | None] = [None]
    while waiting:
        parent_item = waiting.pop()
        siblings = sorted(
            below.get(str(parent_item.identifier) if parent_item else None, []), key=lambda entry: entry[:3]
        )
        for rank, (*_, item) in enumerate(siblings, 1):
            found.append(Placed(item, parent_item, rank * STEP, links.get(str(item.identifier))))
        waiting += [item for *_, item in reversed(siblings)]
    return found


def is_chinese(language: str | None, text: str) -> bool:
    """Whether a text goes to the Chinese column: by its language, else by its characters."""
    return language.lower().startswith("zh") if language else CHINESE.search(text) is not None


def leftover(made: Any, *names: str) -> dict[str, Any]:
    """An object as JSON values without what our columns say."""
    return {name: value for name, value in kept_json(made).items() if name not in names}


def restored(shape: type[Any], source: Mapping[str, Any]) -> Any:
    """An object from what was kept of it and what our columns say; absent values may be None.

    Raises:
        ValueError: the parts do not make such an object.
    """
    reader = Reader({})
    made = reader.read(shape, source, "")
    if made is None:
        raise ValueError(f"{shape.__name__}: {reader.problems}")
    return made


def own_extensions(item: Item) -> dict[str, Any]:
    """What others keep under an item's extensions, and what of ours is no column."""
    kept = dict(item.extensions)
    ours = {name: value for name, value in ours_of(item.extensions).items() if name not in COLUMNS}
    kept.pop(OURS, None)
    return kept | ({OURS: ours} if ours else {})


COLUMNS = {
    "role", "kind", "level", "en", "evidence", "source", "facts", "unpublished", "training_hours", "validity_months",
    "weights", "area",
}  # fmt: skip
"""Names under our extension of an item that go to columns."""


def node_row(placed: Placed) -> dict[str, Any]:
    """The columns of a node that do not depend on other rows."""
    item, ours = placed.item, placed.ours
    zh, en = texts_of(item)
    names = ("identifier", "fullStatement", "humanCodingScheme", "extensions")
    extra: dict[str, Any] = {CASE: leftover(item, *names)}
    if extensions := own_extensions(item):
        extra[CASE]["extensions"] = extensions
    if placed.link is None:
        extra[OUTSIDE] = True
    else:
        extra[PLACEMENT] = leftover(placed.link, "identifier", "associationType")
    if "kind" in ours:
        for name in ("CFItemType", "CFItemTypeURI"):
            extra[CASE].pop(name, None)
    return {
        "identifier": item.identifier,
        "placement_identifier": placed.link.identifier if placed.link else fallback_placement(item.identifier),
        "kind": NodeKind(ours.get("kind", NodeKind.ITEM)),
        "code": item.code,
        "zh": zh,
        "en": en,
        "evidence": Evidence(ours.get("evidence", Evidence.SEEN)),
        "source": ours.get("source"),
        "facts": ours.get("facts", {}),
        "extra": extra,
        "position": placed.position,
    }


def texts_of(item: Item) -> tuple[str | None, str | None]:
    """The Chinese text, and the text in English or whatever other language it has; None is not published."""
    ours = ours_of(item.extensions)
    if ours.get("unpublished"):
        return None, None
    if is_chinese(item.language, item.statement):
        return item.statement, ours.get("en")
    return None, item.statement


def fallback_placement(identifier: UUID) -> UUID:
    """The name of the association that hangs a node under its parent, where no file has named it."""
    return fact_identifier(str(identifier), CHILD)


def part_rows(package: Package) -> list[dict[str, Any]]:
    """Definitions and rubrics as rows: kind, identifier, title, hierarchy code, content."""
    known: dict[str, tuple[Any, ...]] = {
        entry.name: getattr(package.definitions, entry.attribute)
        for entry in properties(Definitions)
        if entry.part is not None
    }
    known["CFRubrics"] = package.rubrics
    return [
        {
            "kind": name,
            "identifier": part.identifier,
            "title": getattr(part, "title", None) or "",
            "hierarchy_code": getattr(part, "hierarchy_code", ""),
            "content": kept_json(part),
            "position": place,
        }
        for name, parts in known.items()
        for place, part in enumerate(parts)
    ]
