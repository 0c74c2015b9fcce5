"""One row of a sheet by its headings: texts and closed values, and a problem at the cell where one is wrong."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from certification.item_bank.exchange.headings import Headings, plain
from certification.item_bank.exchange.report import Fault, Findings, Place
from certification.item_bank.exchange.tables import EMPTY, Cell
from certification.item_bank.exchange.words import DIFFICULTY_NAMES, JUDGEMENTS, KIND_NAMES, LEVELS, OPEN_KINDS
from certification.item_bank.rules import CODE, DIFFICULTIES, ItemKind

V = TypeVar("V")

MARKS = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?\s*(?:分|POINTS?|MARKS?)?")


CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters that no keyboard types."""


@dataclass
class Row:
    """A row on its way to an item; the findings fill while its cells are read."""

    part: str
    number: int
    cells: Sequence[Cell]
    headings: Headings
    findings: Findings
    failed: bool = False

    def cell(self, name: str) -> Cell:
        """The cell of a field."""
        column = self.headings.columns.get(name)
        return self.cells[column] if column is not None and column < len(self.cells) else EMPTY

    def has(self, name: str) -> bool:
        """Whether anything stands in the cell of a field."""
        return self.cell(name) != EMPTY

    def place(self, name: str = "") -> Place:
        """Where the cell of a field stands, or the row."""
        return self.headings.place(self.part, self.number, name) if name else Place(self.part, self.number)

    def fail(self, name: str, fault: Fault, other: str = "") -> None:
        """Note what is wrong with the cell of a field."""
        self.failed = True
        self.findings.fail(self.place(name), fault, self.cell(name).text, other)

    def warn(self, name: str, fault: Fault, other: str = "") -> None:
        """Note what has to be known of the cell of a field."""
        self.findings.warn(self.place(name), fault, self.cell(name).text, other)

    def text(self, name: str, limit: int, *, required: bool = False) -> str:
        """The text of a cell, with its problem noted where it is empty, too long or unreadable."""
        cell = self.cell(name)
        if cell is EMPTY and not required:
            return ""
        text = cell.text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if cell.fault:
            self.fail(name, cell.fault)
        elif not text and required:
            self.fail(name, Fault.MISSING)
        elif len(text) > limit:
            self.fail(name, Fault.TOO_LONG, str(limit))
        elif CONTROL.search(text):
            self.fail(name, Fault.CONTROL_CHARACTER)
        return text

    def read(self, name: str, fault: Fault, parse: Callable[[str], V | None]) -> V | None:
        """A cell by its meaning; None where it is empty or, with the problem noted, has none."""
        text = self.text(name, 80)
        if not text or self.cell(name).fault:
            return None
        value = parse(plain(text))
        if value is None:
            self.fail(name, fault)
        return value

    def flag(self, name: str) -> bool:
        """Whether a cell says yes; an empty one says no."""
        return bool(self.read(name, Fault.ANSWER_UNREADABLE, JUDGEMENTS.get))


def difficulty_of(text: str) -> int | None:
    """From 1, easy, to 5, hard: as a number or a word."""
    if text.isdecimal() and len(text) == 1:
        return int(text) if int(text) in DIFFICULTIES else None
    return DIFFICULTY_NAMES.get(text)


def level_of(text: str) -> int | None:
    """A level of the occupation: 三级/高级工, L3, 3."""
    return LEVELS.get(text.split("/", 1)[0].strip())


def code_of(text: str) -> str | None:
    """A code of an item, where it is one."""
    return text if CODE.fullmatch(text) else None


def marks_of(text: str) -> int | None:
    """Marks in hundredths: ``1.5 分`` is 150."""
    found = MARKS.fullmatch(text)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None


def kinds_of(text: str) -> tuple[ItemKind, ...] | None:
    """The kinds a name may mean; () for a kind that is none of the bank's; None for a word that is no kind."""
    name = re.sub(r"[\s-]+", " ", plain(text)).strip(" :.")
    bare = name.removesuffix("题").strip()
    if bare in KIND_NAMES:
        return KIND_NAMES[bare]
    return () if any(word in bare for word in OPEN_KINDS) else None
