"""Keys as people read and type them where a frozen paper is corrected, for every kind of item."""

import re
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from certification.exams.models import PaperItem
from certification.item_bank.rules import ItemKind

LETTERS = "ABCDEFGHIJKLMNOP"
CHOICES = {ItemKind.TRUE_FALSE, ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE}
NUMBERED = {ItemKind.MATCHING, ItemKind.ORDERING, ItemKind.GAP_SELECT}

HINTS: dict[ItemKind, Any] = {
    ItemKind.SHORT_TEXT: lazy_gettext("One accepted answer per line."),
    ItemKind.NUMERIC: lazy_gettext("One accepted value per line, with its tolerance where there is one: 3.14 ± 0.01"),
    ItemKind.MATCHING: lazy_gettext("For each entry on the left the number of its partner, in order: 2 1 3"),
    ItemKind.ORDERING: lazy_gettext("The numbers of the parts in the right order: 3 1 2"),
    ItemKind.GAP_SELECT: lazy_gettext("For each gap the number of its choice, in order: 1 2"),
    ItemKind.GAP_TEXT: lazy_gettext(
        "One line per gap; accepted answers are separated by a vertical bar: colour | color"
    ),
}
"""How a key is typed; a kind that is neither here nor a choice is only credited to everybody."""


def offered(item: PaperItem) -> list[tuple[int, str]]:
    """What the key of a choice may be made of; nothing for other kinds."""
    if item.kind is ItemKind.TRUE_FALSE:
        return [(1, _("true")), (0, _("false"))]
    if item.kind in CHOICES:
        return [(place, f"{LETTERS[place]}. {option}") for place, option in enumerate(item.options)]
    return []


def _numbers(text: str) -> list[Any]:
    return [int(part) - 1 for part in re.findall(r"\d{1,3}", text)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _value(line: str) -> list[str]:
    value, _sign, tolerance = re.sub(r"\+/-|\+-", "±", line).partition("±")
    return [value.strip(), tolerance.strip() or "0"]


READ: dict[ItemKind, Callable[[str], list[Any]]] = {
    ItemKind.SHORT_TEXT: lambda text: list(_lines(text)),
    ItemKind.NUMERIC: lambda text: [_value(line) for line in _lines(text)],
    ItemKind.MATCHING: _numbers,
    ItemKind.ORDERING: _numbers,
    ItemKind.GAP_SELECT: _numbers,
    ItemKind.GAP_TEXT: lambda text: [[part.strip() for part in line.split("|")] for line in _lines(text)],
}
"""Typed text to a key; whether it is a possible one, the domain says."""


def shown(item: PaperItem, key: Any) -> str:
    """A key as people read it."""
    if item.kind is ItemKind.TRUE_FALSE:
        return str(_("true") if key == [1] else _("false"))
    if item.kind in CHOICES:
        return "".join(LETTERS[place] for place in key)
    if item.kind in NUMBERED:
        return " ".join(str(place + 1) for place in key)
    if item.kind is ItemKind.GAP_TEXT:
        return "; ".join(" | ".join(gap) for gap in key)
    if item.kind is ItemKind.NUMERIC:
        return "; ".join(value if tolerance == "0" else f"{value} ± {tolerance}" for value, tolerance in key)
    if item.kind is ItemKind.SHORT_TEXT:
        return "; ".join(key)
    return str(_("%(count)s places on the picture", count=len(key)))
