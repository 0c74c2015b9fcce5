"""Fills in what a file leaves open, from what the person who brings it in has said; codes are made from the file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from certification.item_bank.exchange.report import ImportedItem, ImportReport
from certification.item_bank.rules import ItemUse

DIFFICULTY = 3
"""Of items whose file names none: the middle, until somebody says otherwise."""


@dataclass(frozen=True)
class Wishes:
    """How a file is to be read and what its items are filed under where they do not say so themselves.

    ``format`` and ``encoding`` are names of the exchange or ``auto``. With a ``knowledge_point`` items without one go
    there, and so for ``level`` and ``use``.
    """

    format: str = "auto"
    encoding: str = "auto"
    level: int | None = None
    knowledge_point: str | None = None
    use: ItemUse | None = None

    def to_json(self) -> dict[str, Any]:
        """The wishes as JSON values."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Wishes":
        """The wishes that ``to_json`` wrote; what is none of them is passed over."""
        known = {name: value[name] for name in cls.__dataclass_fields__ if name in value}
        return cls(**{**known, "use": ItemUse(known["use"]) if "use" in known else None})


def filled(report: ImportReport, wishes: Wishes) -> ImportReport:
    """The report with the open fields of its items filled in; what the file says itself stays.

    A code that is made up is the same whenever the same file is read.
    """
    taken = {item.code for item in report.items if item.code}
    items = []
    for number, item in enumerate(report.items, 1):
        code = item.code or made_code(report.digest, number)
        items.append(_filled(item, wishes, code if item.code or code not in taken else f"{code}-X"))
    return replace(report, items=tuple(items))


def made_code(digest: str, number: int) -> str:
    """The code of an item without one: from the file and the item's place among its items."""
    return f"I-{digest[:8].upper()}-{number:05}"


def _filled(item: ImportedItem, wishes: Wishes, code: str) -> ImportedItem:
    point = item.knowledge_point or wishes.knowledge_point
    return replace(
        item,
        code=code,
        level=item.level or wishes.level,
        knowledge_point=point.upper() if point else None,
        use=item.use or wishes.use or ItemUse.EXAM,
        difficulty=item.difficulty or DIFFICULTY,
    )
