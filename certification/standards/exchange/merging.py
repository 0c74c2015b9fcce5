"""Brings a sheet together with the draft it came from: what a sheet does not show stays as it was."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from certification.standards.exchange import rows, sheets
from certification.standards.exchange.package import CHILD, OURS, Association, Document, Item, Package
from certification.standards.exchange.rows import ours_of
from certification.standards.rules import Evidence

TIER_CODE = "L"


def merged(sheet: Package, before: Package | None, types: Mapping[str, str], *, now: datetime) -> Package:
    """A package from a sheet, completed from the draft of the same identifier.

    Args:
        types: what the item types of our own standards are called, to what they are; rows that are new in a
            standard of ours become nodes, tiers or knowledge points by it.
        now: the time of what is new or changed.
    """
    if before is None:
        return _timed(sheet, now)
    known = {item.identifier: item for item in before.items}
    is_ours = "role" in ours_of(before.document.extensions)
    parents = _parents(sheet)
    by_own = {item.identifier: item for item in sheet.items}
    items = tuple(
        _item(item, known.get(item.identifier), now)
        if item.identifier in known or not is_ours
        else _new_of_ours(item, by_own.get(parents.get(item.identifier, item.identifier)), types, now=now)
        for item in sheet.items
    )
    children = _children(sheet, before, now)
    others = _others(sheet, before, now)
    document = _document(sheet.document, before.document)
    return replace(before, document=document, items=items, associations=(*children, *others))


def _timed(sheet: Package, now: datetime) -> Package:
    return replace(
        sheet,
        document=replace(sheet.document, changed_at=now),
        items=tuple(replace(item, changed_at=now) for item in sheet.items),
        associations=tuple(replace(link, changed_at=now) for link in sheet.associations),
    )


def _document(sheet: Document, before: Document) -> Document:
    """The document with what the sheet shows; a .csv shows its title only."""
    changes = {
        column.attribute: getattr(sheet, column.attribute)
        for column in sheets.DOCUMENT_ROWS
        if column.attribute not in ("identifier", "changed_at")
    }
    shown = {
        name: value
        for name, value in changes.items()
        if value not in (None, (), "") and not _says_the_same(value, getattr(before, name))
    }
    return replace(before, **shown)


def _item(sheet: Item, before: Item | None, now: datetime) -> Item:
    if before is None:
        return replace(sheet, changed_at=now)
    changes: dict[str, Any] = {
        column.attribute: getattr(sheet, column.attribute)
        for column in sheets.ITEM_COLUMNS
        if not _says_the_same(getattr(sheet, column.attribute), getattr(before, column.attribute))
    }
    made = replace(before, **changes, extensions=_extensions(sheet, before))
    return made if made == before else replace(made, changed_at=now)


def _says_the_same(sheet: Any, before: Any) -> bool:
    """Whether a cell shows what was there: long texts are cut, and lists joined."""
    return sheets.shown(sheet)[: sheets.MOST_CELL] == sheets.shown(before)[: sheets.MOST_CELL]


def _extensions(sheet: Item, before: Item) -> dict[str, Any]:
    """The extensions of before with the English text of the sheet; a text that was unknown no longer is."""
    ours = {name: value for name, value in ours_of(before.extensions).items() if name != "en"}
    english = ours_of(sheet.extensions).get("en")
    if not _says_the_same(sheet.statement, before.statement):
        ours.pop("unpublished", None)
    if english:
        ours["en"] = english
    rest = {name: value for name, value in before.extensions.items() if name != OURS}
    return rest | ({OURS: ours} if ours else {})


def _new_of_ours(item: Item, above: Item | None, types: Mapping[str, str], *, now: datetime) -> Item:
    """A new row in a standard of ours as what its type says."""
    kind = types.get(item.item_type or "")
    ours: dict[str, Any] = {**ours_of(item.extensions), "evidence": Evidence.OWN.value}
    number = (item.code or "").upper().removeprefix(TIER_CODE)
    if kind == "tier" and number.isdecimal():
        ours |= {"role": rows.Role.TIER.value, "level": int(number)}
    elif kind == "knowledge_point":
        ours |= {"role": rows.Role.POINT.value, "area": (above.code if above else None) or ""}
    elif kind is not None and kind != "tier":
        ours["kind"] = kind
    return replace(item, changed_at=now, extensions={**item.extensions, OURS: ours})


def _parents(package: Package) -> dict[UUID, UUID]:
    own = {str(item.identifier): item.identifier for item in package.items}
    return {
        own[link.origin.identifier]: own[link.destination.identifier]
        for link in package.associations
        if link.kind == CHILD and link.destination.identifier in own
    }


def _children(sheet: Package, before: Package, now: datetime) -> Iterable[Association]:
    """What hangs the items; where the children of a parent are the same in the same order, all stays as it was."""
    known = {link.origin.identifier: link for link in before.associations if link.kind == CHILD}
    old, new = _families(before), _families(sheet)
    for parent, family in new.items():
        same = [link.origin.identifier for link in old.get(parent, ())] == [link.origin.identifier for link in family]
        for number, link in enumerate(family, 1):
            earlier = known.get(link.origin.identifier)
            if same and earlier is not None:
                yield earlier
            elif earlier is not None:
                yield replace(earlier, destination=link.destination, sequence=number, changed_at=now)
            else:
                yield replace(link, sequence=number, changed_at=now)


def _families(package: Package) -> dict[str, list[Association]]:
    """The associations of the tree by parent, in order."""
    found: dict[str, list[Association]] = {}
    for placed in rows.in_tree_order(package):
        if placed.link is not None:
            found.setdefault(placed.link.destination.identifier, []).append(placed.link)
    return found


def _others(sheet: Package, before: Package, now: datetime) -> Iterable[Association]:
    """Associations beside the tree; a .csv has none, and so takes none away."""
    known = {link.identifier: link for link in before.associations if link.kind != CHILD}
    listed = [link for link in sheet.associations if link.kind != CHILD]
    if not listed and not sheet.document.creator:
        return list(known.values())
    return [_other(link, known.get(link.identifier), now) for link in listed]


def _other(sheet: Association, before: Association | None, now: datetime) -> Association:
    if before is None:
        return replace(sheet, changed_at=now)
    ends = {
        name: replace(
            getattr(before, name),
            title=getattr(sheet, name).title,
            identifier=getattr(sheet, name).identifier,
            uri=getattr(sheet, name).uri if name == "destination" else getattr(before, name).uri,
        )
        for name in ("origin", "destination")
    }
    made = replace(before, kind=sheet.kind, sequence=sheet.sequence, notes=sheet.notes, **ends)
    return made if made == before else replace(made, changed_at=now)
