"""The impact report as a workbook in the reader's language."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from certification.impact.rules import Touched
from certification.impact.service import Impact
from certification.standards.comparison import Effect
from portal.filters import local
from portal.labels import label, level_name


def headings() -> list[str]:
    """The columns of every sheet but the first."""
    return [_("Number"), _("Title"), _("Level"), _("Center"), _("Items in the pool"), _("Effect on it")]


def book_of(
    impact: Impact, rows: Mapping[Touched, Iterable[Any]], counts: Mapping[Touched, Mapping[Effect, int]]
) -> bytes:
    """A workbook with a summary and a sheet per kind; text is text, so that nothing is taken for a formula."""
    book = Workbook(write_only=True)
    first = book.create_sheet(_("Summary"))

    def line(sheet: Any, values: Iterable[Any]) -> None:
        cells = [WriteOnlyCell(sheet, value=value) for value in values]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
        sheet.append(cells)

    line(first, [_("Earlier version"), local(impact.old, "title"), impact.old.version])
    line(first, [_("Later version"), local(impact.new, "title"), impact.new.version])
    line(first, [_("What it touches"), *(label(effect) for effect in Effect)])
    for kind, found in counts.items():
        line(first, [label(kind), *(found[effect] for effect in Effect)])
    for kind, found_rows in rows.items():
        sheet = book.create_sheet(label(kind))
        line(sheet, headings())
        for row in found_rows:
            line(sheet, cells_of(row))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def cells_of(row: Any) -> list[Any]:
    """A row of a listing as cells."""
    return [
        row.code,
        local(row, "title") or "",
        level_name(row.level),
        local(row, "center") or "",
        row.number,
        label(Effect(row.effect)),
    ]
