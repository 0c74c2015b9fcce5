"""The headings that exam offices write, in Chinese and English, and where they stand in a sheet."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from certification.item_bank.exchange.report import Fault, Findings, Place
from certification.item_bank.exchange.tables import Cell, Table, letter
from certification.item_bank.exchange.words import WORDS

LETTERS = "ABCDEFGHIJKL"
"""Letters of options; the bank knows no item with more."""
HEADING_ROWS = 30
"""Rows from the top in which headings are looked for; titles and notes stand above them."""

TITLES = {name: words[0] for name, words in WORDS.items()}
"""The heading of a field in a sheet of ours."""

FIELDS = {word: name for name, words in WORDS.items() for word in words}

OPTION = re.compile(
    r"(?:备?选?(?:择)?项|备选答案|候选项|option|choice|answer|答案)?[(（]?([a-l]|[1-9]|1[0-2])[)）]?(?:选?项)?"
)
NOTE = re.compile(
    r"(?:选?项?([a-l])(?:的|选?项)?解析|解析([a-l])|(?:rationale|feedback|explanation)(?:of)?(?:option)?([a-l]))"
)


def plain(text: str) -> str:
    """Half-width, upper case, without spaces around: how names and letters are compared."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def _word(text: str) -> str:
    """A heading as the vocabulary writes it: half-width, small, without spaces, stars and colons."""
    return re.sub(
        r"[\s*:_]+|\(必填\)|\(选填\)|\(required\)|\(optional\)", "", unicodedata.normalize("NFKC", text).casefold()
    )


def field_of(text: str) -> str | None:
    """The field a heading names: one of ``WORDS``, ``option:A``, ``note:A``, or None."""
    word = _word(text)
    if word in FIELDS:
        return FIELDS[word]
    if note := NOTE.fullmatch(word):
        return f"note:{next(group for group in note.groups() if group).upper()}"
    if option := OPTION.fullmatch(word):
        name = option[1]
        return f"option:{name.upper() if name.isalpha() else LETTERS[int(name) - 1]}"
    return None


@dataclass
class Headings:
    """Where each field stands in a sheet: its column from 0, and the heading as it is written."""

    row: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    numbered: bool = False
    """Whether options are headed 1, 2, 3, so that a key may say so too."""

    @property
    def options(self) -> list[str]:
        """The letters of the option columns, in order."""
        return [name for name in LETTERS if f"option:{name}" in self.columns]

    def place(self, part: str, row: int, name: str) -> Place:
        """Where a field of a row stands."""
        column = self.columns.get(name)
        return Place(part, row, "" if column is None else letter(column), self.written.get(name, TITLES.get(name, "")))


def find(table: Table) -> tuple[Headings, int] | None:
    """The headings of a sheet and how many of its lines they and what is above them take; None where there are none.

    A row is one of headings when it names a stem and at least one field more.
    """
    for index, (number, cells) in enumerate(table.lines):
        if number > HEADING_ROWS:
            break
        names = [field_of(cell.text) if cell.text else None for cell in cells]
        if "stem" in names and len({name for name in names if name}) > 1:
            below = table.lines[index + 1][1] if index + 1 < len(table.lines) else []
            parts = _second_row(names, below)
            return _headings(number, [*cells], parts or names), index + (2 if parts else 1)
    return None


def _second_row(names: Sequence[str | None], below: Sequence[Cell]) -> list[str | None] | None:
    """The fields where a heading "选项" spans several columns whose letters stand in the row below; else None."""
    if "options" not in names or len(below) < len(names):
        return None
    start = names.index("options")
    letters = [plain(cell.text) for cell in below[start : start + len(LETTERS)]]
    count = next((at for at, found in enumerate(letters) if found != LETTERS[at]), len(letters))
    if count < 2 or any(names[start + 1 : start + count]):
        return None
    full: list[str | None] = [*names, *[None] * (start + count - len(names))]
    full[start : start + count] = [f"option:{name}" for name in LETTERS[:count]]
    return full


def _headings(row: int, cells: Sequence[Cell], names: Sequence[str | None]) -> Headings:
    found = Headings(row)
    for column, name in enumerate(names):
        text = cells[column].text if column < len(cells) else ""
        if name is not None and name not in found.columns:
            found.columns[name] = column
            found.written[name] = text or name.partition(":")[2]
            found.numbered |= name.startswith("option:") and any(char.isdecimal() for char in text)
    return found


def check(table: Table, found: Headings, findings: Findings) -> None:
    """Note headings that stand twice, that are missing or that nothing is known of."""
    cells = next(cells for number, cells in table.lines if number == found.row)
    taken = set(found.columns.values())
    for column, cell in enumerate(cells):
        if column in taken or not cell.text:
            continue
        place = Place(table.name, found.row, letter(column), cell.text)
        if field_of(cell.text) is not None:
            findings.fail(place, Fault.COLUMN_REPEATED, cell.text)
        else:
            findings.warn(place, Fault.COLUMN_UNUSED, cell.text)
    for place in _missing(table, found):
        findings.fail(place, Fault.COLUMN_MISSING, place.column)


def _missing(table: Table, found: Headings) -> Iterator[Place]:
    """The one thing no sheet can do without, beside the stem: what is right."""
    if not {"key", "correct"} & found.columns.keys():
        yield Place(table.name, found.row, "", TITLES["key"])
