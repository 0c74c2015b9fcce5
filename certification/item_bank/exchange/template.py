"""The empty form of a sheet of items: headings, drop-downs for what has closed values, examples, and a legend."""

import io
import json
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from certification.item_bank.content import Content
from certification.item_bank.exchange.report import WHOLE_FILE, ImportedItem
from certification.item_bank.exchange.sheet_write import COLUMNS, SHEET, WIDTHS, cells_of, heading
from certification.item_bank.exchange.words import KIND_TITLES, USE_TITLES
from certification.item_bank.rules import ItemUse

EXAMPLES_SHEET = "示例"
LEGEND_SHEET = "填写说明"
ROWS = 2000
"""Rows of the form that have drop-downs."""
FORM = (
    *COLUMNS[: COLUMNS.index("key")], "option:F", *COLUMNS[COLUMNS.index("key") :],
    "chapter", "marks", "tags", "prompts", "gaps", "image", "case_sensitive", "partial",
)  # fmt: skip
CHOICES = {
    "level": ("5", "4", "3", "2", "1"),
    "kind": tuple(KIND_TITLES.values()),
    "difficulty": ("1", "2", "3", "4", "5"),
    "use": tuple(USE_TITLES.values()),
    "case_sensitive": ("是", "否"),
    "partial": ("是", "否"),
}
NEEDED = ("stem", "kind", "key")

DATA = Path(__file__).parents[2] / "data" / "exchange" / "template.json"
"""The legend, and one original item of every kind that needs no picture."""


def write_template() -> bytes:
    """The form as .xlsx: an empty sheet with drop-downs, a sheet of examples, and a legend."""
    book = Workbook()
    form = book.worksheets[0]
    form.title = SHEET
    _head(form)
    for at, name in enumerate(FORM, 1):
        if name in CHOICES:
            column = get_column_letter(at)
            listed = DataValidation(type="list", formula1=f'"{",".join(CHOICES[name])}"', allow_blank=True)
            listed.showErrorMessage = True
            form.add_data_validation(listed)
            listed.add(f"{column}2:{column}{ROWS + 1}")
    told = json.loads(DATA.read_text(encoding="utf-8"))
    _examples(book.create_sheet(EXAMPLES_SHEET), told["examples"])
    _legend(book.create_sheet(LEGEND_SHEET), told["legend"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Worksheet) -> None:
    sheet.freeze_panes = "B2"
    for at, name in enumerate(FORM, 1):
        cell = sheet.cell(1, at, heading(name))
        cell.font = Font(bold=True)
        if name in NEEDED:
            cell.fill = PatternFill("solid", fgColor="FFE9D8")
        column = get_column_letter(at)
        sheet.column_dimensions[column].width = WIDTHS.get(name, 14)
        sheet.column_dimensions[column].number_format = "@"


def _examples(sheet: Worksheet, contents: list[dict[str, Any]]) -> None:
    _head(sheet)
    for row, content in enumerate(contents, 2):
        cells = cells_of(example(Content.from_json(content), row - 1))
        for at, name in enumerate(FORM, 1):
            if name in cells:
                cell = sheet.cell(row, at, cells[name])
                cell.number_format = "@"
                cell.alignment = Alignment(wrap_text=True, vertical="top")


def example(content: Content, number: int) -> ImportedItem:
    """An example as an item of level 3."""
    return ImportedItem(
        WHOLE_FILE,
        content,
        code=f"EXAMPLE-{number:02}",
        level=3,
        difficulty=2,
        knowledge_point="3-2.1-01",
        reference="国家职业技能标准（2021年版）",
        use=ItemUse.PRACTICE,
    )


def _legend(sheet: Worksheet, fields: list[dict[str, str]]) -> None:
    for row, told in enumerate(fields, 1):
        said = (heading(told["field"]) if row > 1 else told["field"], told["zh"], told["en"])
        for at, text in enumerate(said, 1):
            cell = sheet.cell(row, at, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=row == 1)
    for column, width in (("A", 14), ("B", 70), ("C", 60)):
        sheet.column_dimensions[column].width = width
