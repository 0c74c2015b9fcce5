"""The layout of a framework as a workbook of three sheets, and how it is written; .csv has the items alone."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from certification.standards.exchange import values
from certification.standards.exchange.package import CHILD, Association, Document, Item, Package
from certification.standards.exchange.report import Loss, Lost, Written
from certification.standards.exchange.rows import in_tree_order, ours_of

DOCUMENT, ITEMS, LINKS = "文档", "条目", "关联"
"""The names of the three sheets."""

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which a spreadsheet takes the text of a .csv cell for a formula."""

JOINT = "\n"
"""Between the entries of a list in one cell."""

LEVEL, IDENTIFIER, ENGLISH = "层级", "标识符", "英文内容"
OUTSIDE = "*"
"""Before the smart level of an item that stands outside the tree."""
MOST_CELL = 32_000
"""Characters of a cell; a spreadsheet takes 32,767. A longer text is cut, and comes back whole over its draft."""

FRAME_ID, FRAME_TITLE = "框架标识符", "框架标题"


@dataclass(frozen=True)
class Column:
    """A column of ours: its heading, the attribute it shows, its width."""

    heading: str
    attribute: str
    width: int = 14


DOCUMENT_ROWS = (
    Column(IDENTIFIER, "identifier"), Column("标题", "title"), Column("制定者", "creator"),
    Column("发布者", "publisher"), Column("版本", "version"), Column("语言", "language"),
    Column("状态", "adoption_status"), Column("开始日期", "from_on"), Column("结束日期", "until_on"),
    Column("学科", "subject"), Column("官方来源", "official_source"), Column("说明", "description"),
    Column("备注", "notes"), Column("框架类型", "framework_type"), Column("更新时间", "changed_at"),
)  # fmt: skip
"""The rows of the sheet 文档: one property each."""

ITEM_COLUMNS = (
    Column("编号", "code"), Column("内容", "statement", 60), Column("简称", "short_statement", 24),
    Column("别名", "alternative_label", 24), Column("类型", "item_type"), Column("语言", "language", 8),
    Column("适用等级", "education_level"), Column("关键词", "keywords", 20), Column("学科", "subject"),
    Column("列举号", "list_enumeration"), Column("备注", "notes", 30), Column("开始日期", "from_on"),
    Column("结束日期", "until_on"),
)  # fmt: skip
"""The columns of the sheet 条目 between the smart level and the identifier."""

ITEM_HEADINGS = (LEVEL, *(column.heading for column in ITEM_COLUMNS), ENGLISH, IDENTIFIER)

LINK_HEADINGS = (
    "起点标题", "起点标识符", "关联类型", "终点标题", "终点标识符", "终点网址", "顺序", "备注", IDENTIFIER,
)  # fmt: skip


def smart_levels(package: Package) -> Iterable[tuple[str, Item]]:
    """The items in the order of the tree, each with 1, 1.1, 1.1.1; an asterisk marks what stands outside the tree."""
    levels: dict[object, str] = {}
    children: dict[object, list[tuple[str, Item]]] = {}
    for placed in in_tree_order(package):
        above = placed.parent.identifier if placed.parent else None
        siblings = children.setdefault(above, [])
        level = f"{levels[above]}.{len(siblings) + 1}" if above else str(len(siblings) + 1)
        levels[placed.item.identifier] = level
        siblings.append((level if placed.link else f"{OUTSIDE}{level}", placed.item))
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        level, item = waiting.pop()
        yield level, item
        waiting += reversed(children.get(item.identifier, []))


def shown(value: Any) -> str:
    """A value as a cell writes it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return JOINT.join(value)
    return values.instant_text(value) if hasattr(value, "tzinfo") else str(value)


def document_rows(document: Document) -> list[list[str]]:
    """The sheet 文档."""
    return [[column.heading, shown(getattr(document, column.attribute))] for column in DOCUMENT_ROWS]


def item_rows(package: Package) -> list[list[str]]:
    """The sheet 条目."""
    return [
        [
            level,
            *(shown(getattr(item, column.attribute)) for column in ITEM_COLUMNS),
            str(ours_of(item.extensions).get("en", "")),
            str(item.identifier),
        ]
        for level, item in smart_levels(package)
    ]


def link_rows(package: Package) -> list[list[str]]:
    """The sheet 关联: the associations that are not the tree."""
    return [_link_row(link) for link in package.associations if link.kind != CHILD]


def _link_row(link: Association) -> list[str]:
    return [
        link.origin.title, link.origin.identifier, link.kind, link.destination.title, link.destination.identifier,
        link.destination.uri, shown(link.sequence), link.notes or "", str(link.identifier),
    ]  # fmt: skip


def losses(package: Package) -> tuple[Lost, ...]:
    """What a sheet does not say. Brought back over the same draft, it is kept there."""
    definitions = package.definitions
    lists = (
        definitions.concepts, definitions.subjects, definitions.licenses, definitions.item_types, definitions.groupings,
    )  # fmt: skip
    objects: Sequence[Any] = (package.document, *package.items, *package.associations)
    counted = (
        (Loss.RUBRICS, "CFRubrics", len(package.rubrics)),
        (Loss.DEFINITIONS, "CFDefinitions", sum(map(len, lists))),
        (Loss.EXTENSIONS, "extensions", sum(1 for part in objects if part.extensions)),
        (Loss.PROPERTY, "licenseURI", sum(1 for part in objects[: 1 + len(package.items)] if part.license)),
        (Loss.PROPERTY, "subjectURI", sum(1 for part in objects[: 1 + len(package.items)] if part.subject_links)),
        (Loss.PROPERTY, "conceptKeywordsURI", sum(1 for item in package.items if item.keywords_link)),
        (Loss.PROPERTY, "CFAssociationGroupingURI", sum(1 for link in package.associations if link.grouping)),
    )
    return tuple(Lost(loss, what, count) for loss, what, count in counted if count)


def write_xlsx(package: Package) -> Written:
    """A framework as a workbook: every cell is text, nothing in it can run as a formula."""
    book = Workbook(write_only=True)
    _sheet(book, DOCUMENT, ("属性", "内容"), document_rows(package.document), {"内容": 80, "属性": 16})
    widths = {column.heading: column.width for column in ITEM_COLUMNS} | {ENGLISH: 40, IDENTIFIER: 38}
    _sheet(book, ITEMS, ITEM_HEADINGS, item_rows(package), widths)
    _sheet(book, LINKS, LINK_HEADINGS, link_rows(package), dict.fromkeys(LINK_HEADINGS, 24))
    out = io.BytesIO()
    book.save(out)
    return Written(out.getvalue(), losses(package))


def _sheet(
    book: Workbook, title: str, headings: Sequence[str], lines: Iterable[Sequence[str]], widths: Mapping[str, int]
) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, name in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(place)].width = widths.get(name, 14)
    heading = []
    for name in headings:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True)
        heading.append(cell)
    sheet.append(heading)
    for line in lines:
        sheet.append([_cell(sheet, text) for text in line])


def _cell(sheet: Any, text: str) -> Any:
    """A cell of text; what a workbook cannot hold was refused when the framework was read."""
    if not text:
        return None
    cell = WriteOnlyCell(sheet, value=text[:MOST_CELL])
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def write_csv(package: Package) -> Written:
    """The items as .csv in UTF-8 with its mark; each row names its framework, so that it can come back alone."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*ITEM_HEADINGS, FRAME_ID, FRAME_TITLE])
    frame = [str(package.document.identifier), package.document.title]
    for line in item_rows(package):
        writer.writerow([f"'{text}" if text.startswith(RISKY) else text for text in (*line, *frame)])
    links = sum(1 for link in package.associations if link.kind != CHILD)
    lost = losses(package) + ((Lost(Loss.PROPERTY, "CFAssociations", links),) if links else ())
    return Written(out.getvalue().encode("utf-8-sig"), lost)


SHEET_WRITERS: Mapping[str, Callable[[Package], Written]] = {"xlsx": write_xlsx, "csv": write_csv}
