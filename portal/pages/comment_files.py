"""The table of comments and their disposal as a document and a workbook, in Chinese as the form is used.

Columns as in the table that goes with a Chinese standard sent for examination: number, clause, comment, who, disposal.
"""

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from certification.standards.models import Standard, StandardComment
from certification.standards.rules import Disposal

HEADINGS = ("序号", "标准章条编号", "章条内容", "意见内容", "修改建议", "提出单位或个人", "处理意见", "理由", "答复")
WIDTHS = (1.2, 2.2, 4.0, 5.5, 4.0, 3.0, 1.8, 3.5, 2.5)
DISPOSALS = {Disposal.ACCEPTED: "采纳", Disposal.IN_PART: "部分采纳", Disposal.DECLINED: "不采纳", None: "未处理"}
TITLE = "征求意见汇总处理表"
FONT = "宋体"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet takes for a formula."""


def cells(comment: StandardComment) -> tuple[str, ...]:
    """A comment as a row."""
    node = comment.node
    return (
        str(comment.number),
        (node.code or "—") if node else "全文",
        (node.zh or node.en or "（未公布）") if node else "",
        comment.text,
        comment.proposed or "",
        " ".join(part for part in (comment.author_organisation, comment.author_name) if part),
        DISPOSALS[comment.disposal],
        comment.disposal_reason or "",
        "\n".join(f"{reply.author_name}：{reply.text}" for reply in comment.replies),
    )


def facts(standard: Standard, comments: Sequence[StandardComment]) -> list[str]:
    """The lines above the table."""
    counts = Counter(comment.disposal for comment in comments)
    parts = "，".join(f"{word} {counts[disposal]} 条" for disposal, word in DISPOSALS.items())
    days = f"{standard.consultation_from_on} 至 {standard.consultation_until_on}"
    return [
        f"标准名称：{standard.title_zh}（{standard.version}）",
        f"征求意见时间：{days if standard.consultation_from_on else '未征求意见'}",
        f"共收到意见 {len(comments)} 条：{parts}。",
    ]


def summary_docx(standard: Standard, comments: Sequence[StandardComment]) -> bytes:
    """The table as a landscape A4 document whose heading row stands on every page."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(9)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    heading = document.add_paragraph()
    run = heading.add_run(TITLE)
    run.bold, run.font.size = True, Pt(16)
    for line in facts(standard, comments):
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=len(HEADINGS), style="Table Grid")
    table.autofit = False
    for row in [HEADINGS, *(cells(comment) for comment in comments)]:
        line = table.rows[0] if row is HEADINGS else table.add_row()
        for cell, text, width in zip(line.cells, row, WIDTHS, strict=True):
            cell.text, cell.width = text, Cm(width)
    repeat = table.rows[0]._tr.get_or_add_trPr()
    repeat.append(repeat.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def summary_xlsx(standard: Standard, comments: Sequence[StandardComment]) -> bytes:
    """The table as a workbook with one sheet; no cell is a formula."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = TITLE
    for line in (TITLE, *facts(standard, comments)):
        sheet.append([line])
    sheet.append(list(HEADINGS))
    top = sheet.max_row
    for comment in comments:
        first, *rest = cells(comment)
        sheet.append([int(first), *(safe(text) for text in rest)])
    for place, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width * 5
        sheet.cell(top, place).font = Font(bold=True)
    for row in sheet.iter_rows(min_row=top):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.freeze_panes = f"A{top + 1}"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
