"""Reads answers from .csv: right and wrong, or chosen options with a key; every fault with its row and column."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

import numpy as np

from certification.analysis.sitting import SatItem, Sitting
from certification.psychometrics.notes import missing_codes

LETTERS = "ABCDEFGHIJ"
MISSING = frozenset({"", "na", "n/a", ".", "-", "nan", "null"})
NAMES = frozenset({"id", "candidate", "person", "student", "name", "考号", "准考证号", "姓名", "学号", "考生"})
WEIGHTS = frozenset({"freq", "frequency", "weight", "count", "n", "人数", "频数"})
GROUPS = frozenset({"group", "sex", "gender", "center", "centre", "性别", "分组", "机构", "考点"})
MOST_CANDIDATES = 200_000
MOST_FAULTS = 20


@dataclass(frozen=True)
class Fault:
    """What is wrong, where: ``row`` counts from 1 with the header, ``column`` is its name."""

    row: int
    column: str
    what: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.what}"


class Unreadable(ValueError):
    """The file cannot be analysed; ``faults`` say why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class _Columns:
    items: tuple[int, ...]
    name: int | None
    weight: int | None
    groups: tuple[int, ...]


def decoded(content: bytes) -> str:
    """Text of a file in UTF-8, with or without a mark, or GB 18030.

    Raises:
        Unreadable: it is neither.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable([Fault(1, "-", "the file is neither UTF-8 nor GB 18030 text")])


def rows_of(text: str) -> list[list[str]]:
    """The cells of a text whose columns are parted by commas, semicolons or tabs; empty rows are left out."""
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    cells = [[cell.strip() for cell in row] for row in csv.reader(StringIO(text), delimiter=mark)]
    return [row for row in cells if any(row)]


def read_key(content: bytes, items: Sequence[str]) -> list[str]:
    """The key of each item: a header of item names with one row below, or rows of a name and its key.

    Raises:
        Unreadable: an item has no key, or the file has another shape.
    """
    rows = rows_of(decoded(content))
    if len(rows) == 2 and len(rows[0]) == len(rows[1]) and (set(items) <= set(rows[0]) or len(rows[0]) > 2):
        known = dict(zip(rows[0], rows[1], strict=True))
    elif rows and all(len(row) >= 2 for row in rows):
        known = {row[0]: row[1] for row in rows}
    else:
        raise Unreadable([Fault(1, "-", "a key file has the items in its header and one row of keys, or rows")])
    if absent := [name for name in items if not known.get(name)]:
        raise Unreadable([Fault(1, name, "the key file has no key for this item") for name in absent[:MOST_FAULTS]])
    return [known[name] for name in items]


def read(content: bytes, key: bytes | None = None) -> Sitting:
    """A sitting from a file of answers, one candidate per row, one item per column, named in the first row.

    Columns named id, name, 考号 ... name the candidate; freq, weight, 人数 say how often the row occurs; group, sex,
    center, 性别 ... are groups for differential item functioning. Without a key cells are 1 or 0, with a key they are
    options as letters (several: AC) or numbers from 1. Empty cells and NA are missing: omitted before the last answer
    of a row, not reached behind it.

    Raises:
        Unreadable: with every fault found, up to twenty.
    """
    rows = rows_of(decoded(content))
    if len(rows) < 2:
        raise Unreadable([Fault(1, "-", "the file needs a header with the items and at least one candidate")])
    columns = _columns(rows[0])
    header, body = rows[0], rows[1:]
    labels = [header[place] for place in columns.items]
    faults = [
        Fault(number, "-", f"has {len(row)} cells, the header has {len(header)}")
        for number, row in enumerate(body, start=2)
        if len(row) != len(header)
    ]
    _raise(faults)
    times = _weights(body, columns, header)
    cells = [[row[place] for place in columns.items] for row in body]
    sitting = _scored(cells, labels) if key is None else _keyed(cells, labels, read_key(key, labels))
    return _with_people(sitting, body, columns, header, times)


def _columns(header: Sequence[str]) -> _Columns:
    folded = [name.casefold() for name in header]
    if repeated := sorted({name for name in header if header.count(name) > 1}):
        raise Unreadable([Fault(1, name, "two columns have this name") for name in repeated])
    special = NAMES | WEIGHTS | GROUPS
    items = tuple(place for place, name in enumerate(folded) if name not in special)
    if not items:
        raise Unreadable([Fault(1, "-", "no column is an item")])
    return _Columns(
        items,
        next((place for place, name in enumerate(folded) if name in NAMES), None),
        next((place for place, name in enumerate(folded) if name in WEIGHTS), None),
        tuple(place for place, name in enumerate(folded) if name in GROUPS),
    )


def _raise(faults: Iterable[Fault]) -> None:
    if found := list(faults)[:MOST_FAULTS]:
        raise Unreadable(found)


def _weights(body: Sequence[Sequence[str]], columns: _Columns, header: Sequence[str]) -> list[int]:
    if columns.weight is None:
        return [1] * len(body)
    place = columns.weight
    _raise(
        Fault(number, header[place], f"{row[place]!r} is no whole number from 0")
        for number, row in enumerate(body, start=2)
        if not row[place].isdecimal()
    )
    times = [int(row[place]) for row in body]
    if sum(times) > MOST_CANDIDATES:
        raise Unreadable([Fault(1, header[place], f"more than {MOST_CANDIDATES} candidates in all")])
    return times


def _scored(cells: Sequence[Sequence[str]], labels: Sequence[str]) -> Sitting:
    """Right and wrong, as 1 and 0."""
    _raise(
        Fault(number, label, f"{cell!r} is neither 0 nor 1; answers as options need a key")
        for number, row in enumerate(cells, start=2)
        for label, cell in zip(labels, row, strict=True)
        if cell not in ("0", "1") and cell.casefold() not in MISSING
    )
    marks = np.array([[cell == "1" for cell in row] for row in cells], dtype=np.float64)
    answered = np.array([[cell in ("0", "1") for cell in row] for row in cells])
    items = tuple(SatItem(label, 1.0) for label in labels)
    return Sitting(items, marks, missing_codes(answered), (None,) * len(items))


def options_of(cell: str) -> tuple[int, ...] | None:
    """Places of the options that a cell names: letters, or one number from 1; None where it names none."""
    text = cell.upper().replace(" ", "").replace(",", "").replace("、", "")
    if text.isdecimal() and 1 <= int(text) <= len(LETTERS):
        return (int(text) - 1,)
    if text and len(set(text)) == len(text) and all(letter in LETTERS for letter in text):
        return tuple(sorted(LETTERS.index(letter) for letter in text))
    return None


def _keyed(cells: Sequence[Sequence[str]], labels: Sequence[str], keys: Sequence[str]) -> Sitting:
    """Chosen options against a key; all of its options and no other earn the mark."""
    right = [options_of(one) for one in keys]
    _raise(
        Fault(1, label, f"the key {text!r} is no option: letters from A, or a number from 1")
        for label, text, found in zip(labels, keys, right, strict=True)
        if found is None
    )
    given = [[() if cell.casefold() in MISSING else options_of(cell) for cell in row] for row in cells]
    _raise(
        Fault(number, label, f"{cell!r} is no option: letters from A, or a number from 1")
        for number, (row, texts) in enumerate(zip(given, cells, strict=True), start=2)
        for label, found, cell in zip(labels, row, texts, strict=True)
        if found is None
    )
    answered = np.array([[bool(found) for found in row] for row in given])
    marks, items, chosen = np.zeros(answered.shape), [], []
    for j, (label, key) in enumerate(zip(labels, right, strict=True)):
        sets = [row[j] or () for row in given]
        size = max(2, 1 + max((max(one) for one in (*sets, key or ()) if one), default=1))
        chosen.append(np.array([[option in one for option in range(size)] for one in sets]))
        marks[:, j] = [one == key for one in sets]
        items.append(SatItem(label, 1.0, tuple(LETTERS[:size]), key or ()))
    return Sitting(tuple(items), marks, missing_codes(answered), tuple(chosen))


def _with_people(
    sitting: Sitting, body: Sequence[Sequence[str]], columns: _Columns, header: Sequence[str], times: Sequence[int]
) -> Sitting:
    """The sitting with rows as often as they occur, with the names and groups of the candidates."""
    place = [row for row, count in enumerate(times) for _ in range(count)]
    return Sitting(
        sitting.items,
        sitting.marks[place],
        sitting.missing[place],
        tuple(None if one is None else one[place] for one in sitting.chosen),
        tuple(body[row][columns.name] for row in place) if columns.name is not None else (),
        groups={header[column]: [body[row][column] for row in place] for column in columns.groups},
    )
