"""Writes items as sheets in a layout of our own that carries every kind whole, as .xlsx and .csv."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from certification.item_bank.content import Content
from certification.item_bank.exchange import keys
from certification.item_bank.exchange.headings import LETTERS, TITLES
from certification.item_bank.exchange.report import Asset, Feature, ImportedItem, Loss, LossReport
from certification.item_bank.exchange.rows import LIST_LENGTH
from certification.item_bank.exchange.tables import guarded
from certification.item_bank.exchange.words import KIND_TITLES, USE_TITLES
from certification.item_bank.rules import ItemKind

ALWAYS = ("code", "level", "kind", "stem", *(f"option:{name}" for name in "ABCDE"), "key", "rationale")
"""Fields whose columns stand in every sheet, in order; those after them too, up to the use."""
COLUMNS = (*ALWAYS, "knowledge_point", "difficulty", "reference", "use")
FURTHER = (
    "chapter", "marks", "tags", "language", "title", "prompts", "gaps", "image", "case_sensitive", "partial",
)  # fmt: skip
"""Fields whose columns stand where an item needs them."""
SHEET = "试题"
WIDTHS = {"stem": 48, "rationale": 40, "key": 16, "reference": 24, "prompts": 24, "gaps": 24}


def heading(name: str) -> str:
    """The heading of a field."""
    part, _, letter = name.partition(":")
    return {"option": f"选项{letter}", "note": f"选项{letter}解析"}.get(part) or TITLES[name]


def marks(value: int | None) -> str:
    """Hundredths as a person writes them: 150 is 1.5."""
    return "" if value is None else f"{value / 100:.2f}".rstrip("0").rstrip(".")


def _lettered(positions: Sequence[int]) -> str:
    return "".join(LETTERS[at] for at in positions)


def _pairs(content: Content) -> str:
    return "; ".join(f"{number}-{LETTERS[at]}" for number, at in enumerate(content.key, 1))


def _shapes(content: Content) -> str:
    return "\n".join(" ".join([shape["shape"], *map(str, shape["coords"])]) for shape in content.key)


def _numbers(content: Content) -> str:
    return "\n".join(value if tolerance == "0" else f"{value}±{tolerance}" for value, tolerance in content.key)


def _gap_texts(content: Content) -> str:
    return "\n".join(keys.written(accepted, "|") for accepted in content.key)


KEYS: dict[ItemKind, Callable[[Content], str]] = {
    ItemKind.TRUE_FALSE: lambda content: "正确" if content.key == (1,) else "错误",
    ItemKind.SINGLE_CHOICE: lambda content: _lettered(content.key),
    ItemKind.MULTIPLE_CHOICE: lambda content: _lettered(content.key),
    ItemKind.ORDERING: lambda content: _lettered(content.key),
    ItemKind.SHORT_TEXT: lambda content: keys.written(content.key),
    ItemKind.NUMERIC: _numbers,
    ItemKind.MATCHING: _pairs,
    ItemKind.GAP_SELECT: _pairs,
    ItemKind.GAP_TEXT: _gap_texts,
    ItemKind.HOTSPOT: _shapes,
}
"""How the key of each kind is written."""


def cells_of(item: ImportedItem) -> dict[str, str]:
    """An item as the texts of its cells; a field without one is left out."""
    content = item.content
    cells = {
        "code": item.code or "",
        "level": str(item.level or ""),
        "kind": KIND_TITLES[content.kind],
        "stem": content.stem,
        **{f"option:{name}": text for name, text in zip(LETTERS, keys.relettered(content.options), strict=False)},
        "key": KEYS[content.kind](content),
        "rationale": content.rationale,
        "knowledge_point": item.knowledge_point or "",
        "difficulty": str(item.difficulty or ""),
        "reference": item.reference or "",
        "use": USE_TITLES[item.use] if item.use else "",
        "chapter": item.chapter or "",
        "marks": marks(item.marks),
        "tags": "；".join(item.tags),
        "language": item.language or "",
        "title": item.title or "",
        "prompts": keys.written(f"{number}. {text}" for number, text in enumerate(content.prompts, 1)),
        "gaps": "\n".join(f"{number}: {keys.written(gap, '|')}" for number, gap in enumerate(content.gaps, 1)),
        "image": content.image or "",
        "case_sensitive": "是" if content.case_sensitive else "",
        "partial": "是" if content.partial else "",
        **{f"note:{name}": text for name, text in zip(LETTERS, content.option_rationales, strict=False)},
    }
    return {name: text.replace("\r\n", "\n").replace("\r", "\n") for name, text in cells.items() if text}


def columns_of(rows: Sequence[dict[str, str]]) -> list[str]:
    """The columns that the rows need, in their order."""
    used = {name for row in rows for name in row}
    options = [f"option:{name}" for name in LETTERS[5:] if f"option:{name}" in used]
    at = COLUMNS.index("key")
    notes = [f"note:{name}" for name in LETTERS if f"note:{name}" in used]
    return [*COLUMNS[:at], *options, *COLUMNS[at:], *(name for name in FURTHER if name in used), *notes]


def _rows(items: Sequence[ImportedItem], assets: Sequence[Asset]) -> tuple[list[dict[str, str]], LossReport]:
    """The rows that a sheet can hold whole, and what is lost."""
    kept: list[dict[str, str]] = []
    losses: list[Loss] = []
    for number, item in enumerate(items, 1):
        cells = cells_of(item)
        code = item.code or ""
        if any(len(text) > LIST_LENGTH for text in cells.values()):
            losses.append(Loss(number, code, Feature.KIND, item.kind.value, whole=True))
            continue
        if any(ILLEGAL_CHARACTERS_RE.search(text) for text in cells.values()):
            cells = {name: ILLEGAL_CHARACTERS_RE.sub("", text) for name, text in cells.items()}
            losses.append(Loss(number, code, Feature.MARKUP))
        if any(re.search(r"[;；,，、|\n]", tag) for tag in item.tags):
            losses.append(Loss(number, code, Feature.TAGS, "；".join(item.tags)))
        if media := media_of(item.content):
            losses.append(Loss(number, code, Feature.MEDIA, media))
        kept.append(cells)
    return kept, LossReport(tuple(losses))


def media_of(content: Content) -> str:
    """The names of pictures and sounds that an item needs and a text cannot hold."""
    texts = (content.stem, *content.options, *content.prompts, content.rationale, *content.option_rationales)
    names = [name for text in texts for name in re.findall(r"\(asset:([^)\s]+)", text)]
    return ", ".join(dict.fromkeys([*names, *([content.image] if content.image else [])]))


def write_csv(items: Sequence[ImportedItem], assets: Sequence[Asset] = ()) -> tuple[bytes, LossReport]:
    """Items as .csv in UTF-8 with its mark, so that Excel reads the Chinese; nothing in it can run as a formula."""
    rows, losses = _rows(items, assets)
    columns = columns_of(rows)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([heading(name) for name in columns])
    writer.writerows([[guarded(row.get(name, "")) for name in columns] for row in rows])
    return out.getvalue().encode("utf-8-sig"), losses


def write_xlsx(items: Sequence[ImportedItem], assets: Sequence[Asset] = ()) -> tuple[bytes, LossReport]:
    """Items as .xlsx, every cell as text."""
    rows, losses = _rows(items, assets)
    columns = columns_of(rows)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "B2"
    for number, name in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(name, 14)
    bold = [_cell(sheet, heading(name)) for name in columns]
    for cell in bold:
        cell.font = Font(bold=True)
    sheet.append(bold)
    for row in rows:
        sheet.append([_cell(sheet, row.get(name, "")) for name in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), losses


def _cell(sheet: Any, text: str) -> Any:
    """A cell that no spreadsheet takes for a number, a date or a formula."""
    if not text:
        return None
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.number_format = "@"
    if "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
