"""What an item is filed under, as pairs of plain texts, for formats that have tags or metadata but no such fields."""

from collections.abc import Iterable, Mapping
from typing import Any

from certification.item_bank.exchange.elements import Scope
from certification.item_bank.exchange.report import Fault, ImportedItem
from certification.item_bank.rules import ItemUse

MARK = "zhixun:"
"""Begins every tag that is a pair, so that the tags of other programs are never taken for one."""

TEXTS = ("knowledge_point", "chapter", "reference", "language", "title", "code")
NUMBERS = ("level", "marks", "difficulty")
FLAGS = {"yes": True, "no": False}


def pairs_of(item: ImportedItem, *, without: Iterable[str] = ()) -> dict[str, str]:
    """The fields an item has, by name, but for those the format has a place for."""
    values = {name: getattr(item, name) for name in (*TEXTS, *NUMBERS, "use")}
    values["partial"] = "yes" if item.content.partial else None
    return {name: str(value) for name, value in values.items() if value is not None and name not in without}


def fields_of(pairs: Mapping[str, str], scope: Scope) -> dict[str, Any]:
    """The fields of an item, by name; a value that is none of its field's is noted and left out."""
    found: dict[str, Any] = {name: pairs[name] for name in TEXTS if pairs.get(name)}
    for name in NUMBERS:
        if name in pairs and pairs[name].isdecimal() and len(pairs[name]) < 9:
            found[name] = int(pairs[name])
        elif name in pairs:
            scope.findings.warn(scope.place(), Fault.SYNTAX, pairs[name], name)
    if "use" in pairs:
        try:
            found["use"] = ItemUse(pairs["use"])
        except ValueError:
            scope.findings.warn(scope.place(), Fault.USE_UNKNOWN, pairs["use"])
    return found


def as_tags(pairs: Mapping[str, str]) -> list[str]:
    """The pairs as tags."""
    return [f"{MARK}{name}={value}" for name, value in pairs.items()]


def from_tags(tags: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The pairs among tags, and the other tags."""
    pairs: dict[str, str] = {}
    others: list[str] = []
    for tag in tags:
        name, sign, value = tag.removeprefix(MARK).partition("=")
        if tag.startswith(MARK) and sign:
            pairs[name] = value
        else:
            others.append(tag)
    return pairs, tuple(others)
