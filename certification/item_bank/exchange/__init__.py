"""Items from and to files; pure: nothing here knows the database."""

import hashlib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from certification.item_bank.exchange.cells import COLUMNS, EMPTY, OPTION_COLUMNS, Row, plain, read_item
from certification.item_bank.exchange.report import Fault, ImportedItem, ImportReport, Problem
from certification.item_bank.exchange.sheet import MAX_BYTES, Line, Unreadable, lines
from certification.item_bank.rules import key_texts, stem_digest

SYNONYMS = {
    "题目": "题干", "正确答案": "答案", "标准答案": "答案", "参考答案": "答案", "答案解析": "解析",
    "鉴定点": "知识点", "难易度": "难度", "参考依据": "依据", "出处": "依据", "级别": "等级",
}  # fmt: skip


def read(source: Path | bytes, form: str = "auto", *, name: str = "") -> ImportReport:
    """A file as items and problems; the file is read whole, nothing is stored.

    Args:
        source: a path, or the content of an uploaded file.
        form: ``xlsx``, ``csv`` or ``auto``.
        name: the file's name where ``source`` is its content.
    """
    if isinstance(source, Path):
        name = source.name
        with source.open("rb") as file:
            source = file.read(MAX_BYTES + 1)
    digest = hashlib.sha256(source).hexdigest()
    try:
        return _report(lines(source, name, form), digest)
    except Unreadable as error:
        return ImportReport((), (error.problem,), digest, 0, {})


def _report(found: Iterator[Line], digest: str) -> ImportReport:
    first = next(found, None)
    if first is None:
        return ImportReport((), (Problem(0, "", "", Fault.FILE_EMPTY),), digest, 0, {})
    problems, places = _headings(first)
    letters = {name: _letter(place) for name, place in places.items()}
    items: list[ImportedItem] = []
    count = 0
    for number, cells in found if not problems else ():
        count += 1
        values = {name: cells[place] if place < len(cells) else EMPTY for name, place in places.items()}
        row = Row(number, values, letters)
        facts = read_item(row)
        problems += row.problems
        if facts is not None:
            items.append(ImportedItem(number, facts))
    if not count and not problems:
        problems.append(Problem(0, "", "", Fault.FILE_EMPTY))
    problems += _clashes(items, letters)
    return ImportReport(tuple(items), tuple(sorted(problems)), digest, count, letters)


def _letter(place: int) -> str:
    """The spreadsheet's name of a column, from 0; a sheet of ours has at most 40."""
    return chr(65 + place) if place < 26 else "A" + chr(65 + place - 26)


def _headings(line: Line) -> tuple[list[Problem], dict[str, int]]:
    """Where each column stands; columns that are not ours are passed over."""
    row, cells = line
    problems: list[Problem] = []
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = "".join(unicodedata.normalize("NFKC", cell.text).split())
        name = SYNONYMS.get(name, f"选项{name[2:].upper()}" if name.startswith("选项") else name)
        if name in places:
            problems.append(Problem(row, _letter(place), name, Fault.COLUMN_REPEATED, name))
        elif name in COLUMNS:
            places[name] = place
    needed = (name for name in COLUMNS if name not in OPTION_COLUMNS and name not in places)
    problems += [Problem(row, "", name, Fault.COLUMN_MISSING, name) for name in needed]
    return problems, places


def _clashes(items: list[ImportedItem], letters: dict[str, str]) -> Iterator[Problem]:
    """Items of the file that share a code or, at one level, a stem."""
    codes: dict[str, int] = {}
    stems: dict[tuple[int, str], ImportedItem] = {}
    for item in items:
        facts = item.facts
        first = codes.setdefault(plain(facts.code), item.row)
        if first != item.row:
            yield Problem(item.row, letters["编号"], "编号", Fault.CODE_REPEATED, facts.code, str(first))
        other = stems.setdefault((facts.level, stem_digest(facts.stem)), item)
        if other is item:
            continue
        same = key_texts(facts.options, facts.key) == key_texts(other.facts.options, other.facts.key)
        column, fault = ("题干", Fault.STEM_REPEATED) if same else ("答案", Fault.KEY_CONFLICT)
        yield Problem(item.row, letters[column], column, fault, facts.stem[:80], str(other.row))
