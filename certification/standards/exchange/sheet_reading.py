"""Reads a framework from a workbook or .csv; what the sheet does not show is kept where the draft is here already."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from certification.standards.exchange import cells, rows, sheets, values
from certification.standards.exchange.cells import Row, Sheet, Unreadable
from certification.standards.exchange.fields import Holds, properties
from certification.standards.exchange.package import CHILD, OURS, Association, Document, Item, Package
from certification.standards.exchange.reader import Reader
from certification.standards.exchange.report import Fault, Problem, Reading
from certification.standards.exchange.sheets import DOCUMENT, ENGLISH, IDENTIFIER, ITEMS, LEVEL, LINKS, OUTSIDE
from certification.standards.rules import fact_identifier

SHAPE = re.compile(r"[1-9]\d{0,5}(\.[1-9]\d{0,5})*")
LINK_PLACES = {
    "associationType": "关联类型", "originNodeURI": "起点标识符", "destinationNodeURI": "终点标识符",
    "sequenceNumber": "顺序", "notes": "备注",
}  # fmt: skip
"""Where a property of an association stands."""

NEVER = "1970-01-01T00:00:00Z"
"""The time of what a sheet brings anew; storing it puts the time of the draft in its place."""


@dataclass(frozen=True)
class Line:
    """A row of 条目 as read: its smart level, its identifier, its properties as JSON values, its English text."""

    row: int
    level: tuple[int, ...]
    outside: bool
    source: dict[str, Any]
    english: str


def read_sheets(content: bytes, name: str) -> Reading:
    """A workbook of three sheets, or a .csv of the items, as a framework that knows only what a sheet shows."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        cells.check_file(content, name)
        found = cells.read_book(content) if content.startswith(cells.ZIP) else _from_lines(content)
    except Unreadable as error:
        return Reading(None, (error.problem,), (), digest, partial=True)
    missing = [Problem("", Fault.SHEET_MISSING, sheet) for sheet in (DOCUMENT, ITEMS) if sheet not in found]
    if missing:
        return Reading(None, tuple(missing), (), digest, partial=True)
    package = _Package(found)
    problems = [problem for sheet in found.values() for problem in sheet.problems]
    made = package.made() if not problems else None
    problems = [problem for sheet in found.values() for problem in sheet.problems]
    return Reading(None if problems else made, tuple(dict.fromkeys(problems)), (), digest, partial=True)


def _from_lines(content: bytes) -> dict[str, Sheet]:
    """A .csv as sheets: the framework stands in each row."""
    items = cells.read_lines(content, ITEMS)
    first = items.rows[0].cells if items.rows else {}
    document = Sheet(DOCUMENT, letters={"内容": "B", "属性": "A"})
    facts = {IDENTIFIER: first.get(sheets.FRAME_ID, ""), "标题": first.get(sheets.FRAME_TITLE, "")}
    document.rows = [Row(0, {"属性": name, "内容": text}) for name, text in facts.items()]
    return {DOCUMENT: document, ITEMS: items}


class _Package:
    """The sheets on their way to a package; problems are noted at the sheets."""

    def __init__(self, found: Mapping[str, Sheet]) -> None:
        self.document_sheet, self.item_sheet = found[DOCUMENT], found[ITEMS]
        self.link_sheet = found.get(LINKS, Sheet(LINKS))
        self._need(self.document_sheet, ("属性", "内容"))
        self._need(self.item_sheet, sheets.ITEM_HEADINGS)
        if self.link_sheet.letters:
            self._need(self.link_sheet, sheets.LINK_HEADINGS)

    @staticmethod
    def _need(sheet: Sheet, headings: Iterable[str]) -> None:
        for heading in headings:
            if heading not in sheet.letters:
                sheet.problems.append(Problem(f"{sheet.name}!1", Fault.COLUMN_MISSING, heading))

    def made(self) -> Package | None:
        """The package, or None where a cell is wrong."""
        document = self.document()
        if document is None:
            return None
        lines = self.lines()
        self.check_levels(lines)
        items, links = self.items(lines, document)
        return Package(document=document, items=tuple(items), associations=(*links, *self.links()))

    def document(self) -> Document | None:
        """The sheet 文档."""
        known = {row.cells.get("属性", ""): row for row in self.document_sheet.rows}
        source: dict[str, Any] = {"lastChangeDateTime": NEVER}
        places: dict[str, int] = {}
        names = {entry.attribute: entry for entry in properties(Document)}
        for column in sheets.DOCUMENT_ROWS:
            row = known.get(column.heading)
            text = row.cells.get("内容", "") if row else ""
            entry = names[column.attribute]
            places[entry.name] = row.number if row else 0
            if text:
                source[entry.name] = text.split(sheets.JOINT) if entry.holds is Holds.TEXTS else text
        made: Document | None = self.read(
            Document, source, lambda name: self.document_sheet.place(places.get(name, 0), "内容")
        )
        return made

    def read(self, shape: type[Any], source: Mapping[str, Any], where: Any) -> Any:
        """An object from JSON values; problems go to the sheet with the cell that ``where`` gives for a property."""
        reader = Reader({})
        made = reader.read(shape, dict(source), "")
        sheet = self.document_sheet if shape is Document else self.item_sheet if shape is Item else self.link_sheet
        for problem in reader.problems:
            name = re.split(r"[.\[]", problem.path)[0]
            sheet.problems.append(replace(problem, path=where(name)))
        return made

    def lines(self) -> list[Line]:
        """The rows of 条目, each with its smart level."""
        found = []
        for row in self.item_sheet.rows:
            text = row.cells[LEVEL].strip().rstrip(".")
            number = text.removeprefix(OUTSIDE)
            if not SHAPE.fullmatch(number):
                self.item_sheet.fail(row.number, LEVEL, Fault.LEVEL_SHAPE, text)
                continue
            level = tuple(map(int, number.split(".")))
            found.append(Line(row.number, level, text != number, _item_source(row), row.cells[ENGLISH]))
        return found

    def check_levels(self, lines: Iterable[Line]) -> None:
        """Each smart level once, and none without the one above it."""
        first: dict[tuple[int, ...], int] = {}
        for line in lines:
            if first.setdefault(line.level, line.row) != line.row:
                self.item_sheet.fail(line.row, LEVEL, Fault.LEVEL_REPEATED, _text(line.level), str(first[line.level]))
        for line in lines:
            if len(line.level) > 1 and line.level[:-1] not in first:
                self.item_sheet.fail(
                    line.row, LEVEL, Fault.LEVEL_WITHOUT_PARENT, _text(line.level), _text(line.level[:-1])
                )

    def items(self, lines: Iterable[Line], document: Document) -> tuple[list[Item], list[Association]]:
        """The items with what hangs them under their parents, parents first."""
        by_level: dict[tuple[int, ...], Item] = {}
        made: list[Item] = []
        links: list[Association] = []
        used: dict[UUID, int] = {}
        for line in sorted(lines, key=lambda line: (line.level, line.row)):
            above = by_level.get(line.level[:-1])
            source = self._named(line, above, document, used)
            item = self.read(Item, source, lambda name, row=line.row: self._place(row, name))
            if item is None:
                continue
            if used.setdefault(item.identifier, line.row) != line.row:
                where = self.item_sheet.place(used[item.identifier], IDENTIFIER)
                self.item_sheet.fail(line.row, IDENTIFIER, Fault.IDENTIFIER_REPEATED, str(item.identifier), where)
            made.append(item)
            by_level[line.level] = item
            if above is not None or not line.outside:
                links.append(placed(item, above, document, line.level[-1]))
        return made, links

    def _named(self, line: Line, above: Item | None, document: Document, used: Mapping[UUID, int]) -> dict[str, Any]:
        """The source of an item; a new row gets an identifier that follows from its place and words."""
        source = {"lastChangeDateTime": NEVER, **line.source}
        if line.english:
            source["extensions"] = {OURS: {"en": line.english}}
        if "identifier" not in source:
            parent = above.identifier if above else document.identifier
            words = json.dumps([str(parent), source.get("humanCodingScheme"), source.get("fullStatement")])
            own = uuid5(document.identifier, words)
            while own in used:
                own = uuid5(own, words)
            source["identifier"] = str(own)
        return source

    def _place(self, row: int, name: str) -> str:
        names = {entry.name: entry.attribute for entry in properties(Item)}
        headings = {column.attribute: column.heading for column in sheets.ITEM_COLUMNS} | {"identifier": IDENTIFIER}
        return self.item_sheet.place(row, headings.get(names.get(name, ""), "内容"))

    def links(self) -> list[Association]:
        """The sheet 关联."""
        found = []
        for row in self.link_sheet.rows:
            source, text = _link_source(row), row.cells.get("关联类型", "")
            if source["associationType"] == CHILD:
                self.link_sheet.fail(row.number, "关联类型", Fault.VALUE_UNKNOWN, text, "replacedBy, exactMatchOf …")
                continue
            link = self.read(
                Association,
                source,
                lambda name, row=row: self.link_sheet.place(row.number, LINK_PLACES.get(name, IDENTIFIER)),
            )
            if link is not None:
                found.append(link)
        return found


def _text(level: tuple[int, ...]) -> str:
    return ".".join(map(str, level))


def _item_source(row: Row) -> dict[str, Any]:
    names = {entry.attribute: entry for entry in properties(Item)}
    source: dict[str, Any] = {}
    for column in sheets.ITEM_COLUMNS:
        text, entry = row.cells.get(column.heading, ""), names[column.attribute]
        if text:
            source[entry.name] = text.split(sheets.JOINT) if entry.holds is Holds.TEXTS else text
    own = row.cells.get(IDENTIFIER, "").strip()
    return source | ({"identifier": own} if own else {})


def _link_source(row: Row) -> dict[str, Any]:
    text = row.cells
    ends = {
        "originNodeURI": {
            "title": text["起点标题"], "identifier": text["起点标识符"], "uri": _address(text["起点标识符"]),
        },
        "destinationNodeURI": {
            "title": text["终点标题"], "identifier": text["终点标识符"],
            "uri": text["终点网址"] or _address(text["终点标识符"]),
        },
    }  # fmt: skip
    own = text[IDENTIFIER].strip() or str(uuid5(fact_identifier("link"), json.dumps(list(text.values()))))
    return {
        "identifier": own, "associationType": text["关联类型"], "sequenceNumber": text["顺序"] or None,
        "lastChangeDateTime": NEVER, "notes": text["备注"] or None, **ends,
    }  # fmt: skip


def _address(identifier: str) -> str:
    """An address for an end that the sheet names by its identifier only."""
    own = values.identifier(identifier)
    return f"urn:uuid:{own}" if own else f"urn:x:{re.sub(r'[^a-zA-Z0-9.-]', '-', identifier) or '-'}"


def placed(item: Item, above: Item | None, document: Document, sequence: int) -> Association:
    """What hangs an item of a sheet under its parent."""
    parent = str(above.identifier) if above else str(document.identifier)
    source = {
        "identifier": str(rows.fallback_placement(item.identifier)),
        "associationType": CHILD,
        "sequenceNumber": sequence,
        "lastChangeDateTime": NEVER,
        "originNodeURI": {
            "title": item.code or item.statement[:80],
            "identifier": str(item.identifier),
            "uri": item.uri,
        },
        "destinationNodeURI": {
            "title": (above.code or above.statement[:80]) if above else document.title,
            "identifier": parent,
            "uri": above.uri if above else document.uri,
        },
    }
    made: Association = rows.restored(Association, source)
    return made
