"""Reads sheets of items as exam offices write them: wide or long, one sheet or one for each kind."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from certification.item_bank.exchange import headings, keys, rows, tables
from certification.item_bank.exchange.cells import (
    Row,
    code_of,
    difficulty_of,
    kinds_of,
    level_of,
    marks_of,
)
from certification.item_bank.exchange.encoding import decode
from certification.item_bank.exchange.frame import Source
from certification.item_bank.exchange.guard import OLE, ZIP, refuse_macros
from certification.item_bank.exchange.headings import TITLES, Headings, field_of, plain
from certification.item_bank.exchange.report import Fault, Feature, Findings, ImportedItem, Place
from certification.item_bank.exchange.rows import Draft, Kinds
from certification.item_bank.exchange.tables import EMPTY, Cell, Table
from certification.item_bank.exchange.words import USE_NAMES
from certification.item_bank.rules import NOTE_LENGTH, OPTION_LENGTH

LEGENDS = ("说明", "填写说明", "填表说明", "图例", "下拉", "LEGEND", "README", "HELP", "INSTRUCTIONS", "LISTS")
"""Sheets that explain the others and are passed over without a word."""
SECTION = re.compile(
    r"^(?:第?[一二三四五六七八九十\d]+(?:部分|大题)?[、.．:：\s]|part\s)?\s*"
    r"(.{2,12}?题|[a-z/ -]{6,24})(?:[\s(（:：].*)?$",
    re.IGNORECASE | re.DOTALL,
)
"""A line above items that names their kind: 一、单项选择题（每题 1 分）."""
KEPT = ("code", "level", "stem", "key", "knowledge_point", "difficulty", "rationale")
"""Fields whose places an item keeps, for problems that the bank finds."""


def like_xlsx(source: Source) -> int:
    """A package that holds a workbook, or a file named as one."""
    if source.content.startswith(ZIP):
        return 3 if b"xl/workbook.xml" in source.content else int(source.suffix.startswith(".xl"))
    return int(source.suffix in (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb"))


def like_xls(source: Source) -> int:
    """The container of the years before 2007."""
    return 3 if source.content.startswith(OLE) else 0


def like_csv(source: Source) -> int:
    """Headings of items in the first lines, or the name."""
    if source.content.startswith((ZIP, OLE)):
        return 0
    for encoding in ("", "gb18030"):
        text = source.content[:8192].decode(encoding, "replace") if encoding else source.head
        lines = text.splitlines()[: headings.HEADING_ROWS]
        for line in lines:
            names = {field_of(part.strip('" ')) for part in re.split("[,;\t，]", line)}
            if "stem" in names and names & {"key", "correct", "options", "kind"}:
                return 2
    return int(source.suffix in (".csv", ".tsv"))


def read_xlsx(source: Source, findings: Findings) -> None:
    """The items of a workbook's sheets."""
    refuse_macros(source.name)
    old = source.content.startswith(OLE)
    _read(tables.of_xls(source.content) if old else tables.of_xlsx(source.content), findings)


def read_csv(source: Source, findings: Findings) -> None:
    """The items of a .csv."""
    refuse_macros(source.name)
    _read(tables.of_csv(decode(source.content, findings, named=source.encoding)), findings)


def _read(found: Sequence[Table], findings: Findings) -> None:
    filled = [table for table in found if table.lines and plain(table.name) not in LEGENDS and not _is_sample(table)]
    readable = [(table, at) for table in filled if (at := headings.find(table)) is not None]
    for table in filled:
        if len(filled) == 1:
            table.name = ""
    for table in filled if readable else filled[:1]:
        if not any(table is other for other, _ in readable):
            note = findings.warn if readable else findings.fail
            note(Place(table.name, table.lines[0][0], "", TITLES["stem"]), _headless(readable), table.name)
    for table, (names, taken) in readable:
        headings.check(table, names, findings)
        if {"key", "correct"} & names.columns.keys():
            _read_table(table, names, taken, findings)


def _is_sample(table: Table) -> bool:
    """Whether it is the sheet of examples of our form, left as it was."""
    lines = table.lines[1:]
    return table.name == "示例" and bool(lines) and all(cells[0].text.startswith("EXAMPLE-") for _, cells in lines)


def _headless(readable: Sequence[object]) -> Fault:
    return Fault.SHEET_SKIPPED if readable else Fault.COLUMN_MISSING


def _read_table(table: Table, names: Headings, taken: int, findings: Findings) -> None:
    reader = _long if _is_long(table, names, taken) else _wide
    lines = [Row(table.name, number, cells, names, findings) for number, cells in table.lines[taken:]]
    for draft in reader([row for row in lines if not _is_heading(row)], _named_kinds(table.name)):
        findings.rows += 1
        item = _item(draft)
        if item is not None:
            findings.items.append(item)


def _is_heading(row: Row) -> bool:
    """Whether the headings are printed again, as at the top of a page."""
    return all(row.cell(name).text == row.headings.written[name] for name in row.headings.columns)


def _named_kinds(name: str) -> Kinds | None:
    """The kinds that the name of a sheet stands for."""
    return kinds_of(re.sub(r"[\d()（）\s_-]+", "", name)) or None


def _section(row: Row) -> Kinds | None:
    """The kinds that a line with nothing but a title announces; () where they are none of the bank's."""
    filled = [cell.text for cell in row.cells if cell != EMPTY]
    found = SECTION.match(filled[0]) if len(set(filled)) == 1 else None
    return kinds_of(found[1]) if found else None


def _wide(lines: Sequence[Row], hint: Kinds | None) -> Iterator[Draft]:
    """A row for each item."""
    for row in lines:
        section = _section(row)
        if section is not None:
            hint = section
        else:
            yield rows.draft_of(row, hint)


def _is_long(table: Table, names: Headings, taken: int) -> bool:
    """Whether each option has a row of its own."""
    if "options" not in names.columns or names.options:
        return False
    if {"label", "correct"} & names.columns.keys():
        return True
    stem, option = names.columns["stem"], names.columns["options"]
    return any(_at(cells, stem) == EMPTY and _at(cells, option) != EMPTY for _number, cells in table.lines[taken:])


def _at(cells: Sequence[Cell], column: int) -> Cell:
    return cells[column] if column < len(cells) else EMPTY


def _long(lines: Sequence[Row], hint: Kinds | None) -> Iterator[Draft]:
    """Rows of one item follow one another; the first has its stem, the others may repeat it."""
    group: list[Row] = []
    for row in lines:
        section = _section(row) if not row.has("options") else None
        if group and (section is not None or _begins(row, group)):
            yield _grouped(group, hint)
            group = []
        if section is not None:
            hint = section
        else:
            group.append(row)
    if group:
        yield _grouped(group, hint)


def _begins(row: Row, group: Sequence[Row]) -> bool:
    """Whether a row begins another item: another stem, code or number, or its options begin anew."""
    first = group[0]
    for name in ("stem", "code", "number"):
        if row.has(name) and row.cell(name).text != first.cell(name).text:
            return True
    label = plain(row.cell("label").text).strip("().、")
    again = bool(label) and label in {plain(other.cell("label").text).strip("().、") for other in group}
    return again or (not row.has("options") and row.has("stem"))


def _grouped(group: Sequence[Row], hint: Kinds | None) -> Draft:
    first = group[0]
    held = [row for row in group if row.has("options") or row.has("label")]
    options = keys.unlettered([row.text("options", OPTION_LENGTH, required=True) for row in held])
    first.failed |= any(row.failed for row in held)
    if len({plain(option) for option in options}) < len(options):
        first.fail("options", Fault.OPTION_REPEATED)
    right: tuple[int, ...] | None = None
    if "correct" in first.headings.columns and held:
        flags = [row.flag("correct") for row in held]
        right = tuple(at for at, flag in enumerate(flags) if flag)
        first.failed |= any(row.failed for row in held)
        if first.has("key") and keys.positions(first.cell("key").text, options) != right:
            first.fail("key", Fault.ANSWER_CONFLICT)
    return Draft(first, options, right, hint)


def _item(draft: Draft) -> ImportedItem | None:
    row = draft.row
    facts = _facts(row)
    content = rows.content_of(draft)
    if content is None or row.failed:
        return None
    places = {name: row.place(name) for name in KEPT if name in row.headings.columns}
    return ImportedItem(row.place(), content, places=places, **facts)


def _facts(row: Row) -> dict[str, Any]:
    """What a row says of an item beside its content."""
    point = row.text("knowledge_point", 80)
    if row.has("facility"):
        row.warn("facility", Fault.PART_DROPPED, Feature.DIFFICULTY.value)
    return {
        "code": row.read("code", Fault.CODE_SHAPE, code_of),
        "level": row.read("level", Fault.LEVEL_UNKNOWN, level_of),
        "marks": row.read("marks", Fault.MARKS_UNREADABLE, marks_of),
        "difficulty": row.read("difficulty", Fault.DIFFICULTY_RANGE, difficulty_of),
        "knowledge_point": plain(point) or None,
        "chapter": row.text("chapter", 200) or None,
        "reference": row.text("reference", NOTE_LENGTH) or None,
        "use": row.read("use", Fault.USE_UNKNOWN, USE_NAMES.get),
        "tags": tuple(part.strip() for part in re.split(r"[;；,，、|\n]", row.text("tags", 500)) if part.strip()),
        "language": row.text("language", 35) or None,
        "title": row.text("title", 200) or None,
    }
