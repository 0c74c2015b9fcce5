"""The statistics of a session as a workbook."""

from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from portal.pages.analysis_words import NOTES, SIGNS, group_name, option_name


def workbook(found: dict[str, Any]) -> bytes:
    """Four sheets: the paper, its items, their options, differences between groups."""
    book = Workbook()
    first = book.active
    if isinstance(first, Worksheet):
        fill(first, _("Paper"), [], paper_rows(found))
    models = list(found["models"])
    fill(
        book.create_sheet(),
        _("Figures of the items"),
        item_head(models),
        [item_row(item, models) for item in found["items"]],
    )
    head = [_("Item"), _("Option"), _("Key"), _("Chosen"), _("Share"), _("Mean of the rest"), _("Correlation")]
    fill(
        book.create_sheet(),
        _("Options"),
        [*head, *(_("Fifth %(number)s", number=number) for number in range(1, 6))],
        [option_row(item, one) for item in found["items"] for one in item["options"]],
    )
    fill(
        book.create_sheet(),
        _("Groups"),
        [_("Item"), _("Reference group"), _("Focal group"), "n", "n", "MH χ²", "p", "Δ MH", "ETS", "STD P-DIF", "ΔR²"],
        [dif_row(item, one) for item in found["items"] for one in item["dif"]],
    )
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def fill(sheet: Worksheet, title: str, head: list[str], rows: list[list[Any]]) -> None:
    """A sheet with its heading in bold; the heading stays in sight."""
    sheet.title = title
    if head:
        sheet.append(head)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append(row)


def paper_rows(found: dict[str, Any]) -> list[list[Any]]:
    """The paper as a whole."""
    whole = found["reliability"]
    return [
        [_("Candidates"), found["n"]],
        [_("Items"), found["k"]],
        [_("Mean"), hundredth(found["mean"])],
        [_("Standard deviation"), hundredth(found["sd"])],
        [_("Cronbach's alpha"), whole["alpha"]],
        [_("Standard error of alpha"), whole["standard_error"]],
        [_("Standard error of measurement"), hundredth(whole["sem"])],
        [_("Method"), found["method"]],
    ]


def hundredth(value: float | None) -> float | None:
    """Hundredths of a mark as marks."""
    return None if value is None else value / 100


def item_head(models: list[str]) -> list[str]:
    """Headings of the items."""
    fitted = [f"{model} {name}" for model in models for name in ("a", "se(a)", "b", "se(b)", "S-X²", "df", "p")]
    return [
        _("Item"), "n", _("Omitted"), _("Not reached"), _("Facility"), _("Correlation with the rest"),
        _("Discrimination index"), _("Discriminative efficiency"), _("Alpha without it"), *fitted,
        _("Look at the key"), _("Note"),
    ]  # fmt: skip


def item_row(item: dict[str, Any], models: list[str]) -> list[Any]:
    """One item."""
    fitted: list[Any] = []
    for model in models:
        one = item[model]
        fit = one["fit"]
        fitted += [one["a"], one["a_error"], one["b"], one["b_error"], fit["s_x2"], fit["df"], fit["p"]]
    signs = item["alarm"]["signs"] if item["alarm"] else []
    return [
        item["label"], item["n"], item["omitted"], item["not_reached"], item["facility"], item["corrected_r"],
        item["discrimination_index"], item["discriminative_efficiency"], item["alpha_without"], *fitted,
        "; ".join(str(SIGNS[sign]) for sign in signs), str(NOTES[item["note"]]) if item["note"] else "",
    ]  # fmt: skip


def option_row(item: dict[str, Any], one: dict[str, Any]) -> list[Any]:
    """One option of an item."""
    mean = hundredth(one["mean"])
    key = _("yes") if one["is_key"] else ""
    return [item["label"], option_name(one["name"]), key, one["chosen"], one["share"], mean, one["r"], *one["trace"]]


def dif_row(item: dict[str, Any], one: dict[str, Any]) -> list[Any]:
    """One comparison of two groups in an item."""
    mh = one["mh"]
    return [
        item["label"], group_name(one["reference"]), group_name(one["focal"]), one["n_reference"], one["n_focal"],
        mh["chi_square"], mh["p"], mh["delta"], mh["ets"], one["std_p"], one["logistic"]["gain"],
    ]  # fmt: skip
