"""Sentences for the refusals of the item bank, and for every problem of an import."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from certification.item_bank import importing, service
from certification.item_bank.exchange.report import Fault, Problem
from portal.labels import label
from training_base.kernel.errors import Refusal


def _stem_taken(refusal: service.StemTaken) -> str:
    if refusal.same_key:
        text = _(
            "Item %(other)s of this level asks the same. Change the stem, or revise that item.", other=refusal.other
        )
    else:
        text = _(
            "Item %(other)s of this level has the same stem with another key. One of them is wrong: compare them.",
            other=refusal.other,
        )
    return str(text)


SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.OwnItem: lambda r: _("You wrote item %(item)s: somebody else has to approve it.", item=r.item),
    service.WrongStatus: lambda r: _(
        "Item %(item)s is at the status “%(status)s”; this step is not possible there. Reload the page.",
        item=r.item,
        status=label(r.status),
    ),
    service.CodeTaken: lambda r: _("Another item has the code %(item)s. Choose a new one.", item=r.item),
    service.StemTaken: _stem_taken,
    service.PointUnknown: lambda r: _(
        "Level %(level)s has no knowledge point %(point)s. Check its code.", level=r.level, point=r.point
    ),
    service.PractisedBefore: lambda r: _(
        "Item %(item)s was free to practise and is known. It can no longer be used in examinations; write a new one.",
        item=r.item,
    ),
    service.ExaminedBefore: lambda r: _(
        "Item %(item)s may be on a paper: given to practise, its key would be shown. Write a new item instead.",
        item=r.item,
    ),
    importing.ImportRefused: lambda r: ngettext(
        "The file has %(num)s problem; nothing was stored. Correct it and upload the file again.",
        "The file has %(num)s problems; nothing was stored. Correct them and upload the file again.",
        len(r.problems),
    ),
}

PROBLEMS: dict[Fault, Callable[[Problem], str]] = {
    Fault.FILE_TOO_LARGE: lambda p: _("The file is larger than %(most)s MB. Split it.", most=p.other),
    Fault.FILE_UNREADABLE: lambda p: _("The file cannot be read as .xlsx or .csv. Save it anew from your spreadsheet."),
    Fault.FILE_BOMB: lambda p: _("The file unpacks to far more than its size and is not opened."),
    Fault.FILE_MACROS: lambda p: _("The file holds macros and is not opened. Save it as .xlsx without macros."),
    Fault.FILE_OLD_EXCEL: lambda p: _(
        "This is an old .xls file, or it is protected by a password. Save it as .xlsx without a password."
    ),
    Fault.FILE_EMPTY: lambda p: _("The file holds no items."),
    Fault.TOO_MANY_ROWS: lambda p: _("More than %(most)s rows. Split the file.", most=p.other),
    Fault.COLUMN_MISSING: lambda p: _("The column “%(column)s” is missing.", column=p.column),
    Fault.COLUMN_REPEATED: lambda p: _("The column “%(column)s” stands twice.", column=p.column),
    Fault.MISSING: lambda p: _("Nothing stands here."),
    Fault.TOO_LONG: lambda p: _("Longer than %(most)s characters.", most=p.other),
    Fault.FORMULA: lambda p: _("A formula stands here. Replace it by its value."),
    Fault.DATE: lambda p: _("The spreadsheet made a date of this. Format the cell as text and type it again."),
    Fault.CELL_ERROR: lambda p: _("The spreadsheet shows an error here."),
    Fault.CONTROL_CHARACTER: lambda p: _("An invisible control character stands here. Type the text anew."),
    Fault.CODE_SHAPE: lambda p: _("A code has letters, digits, dots and dashes only, at most 40."),
    Fault.CODE_REPEATED: lambda p: _("The same code stands in row %(row)s.", row=p.other),
    Fault.CODE_TAKEN: lambda p: _("The bank has an item with this code."),
    Fault.LEVEL_UNKNOWN: lambda p: _("Not a level that the loaded standard has. Write 5, 4, 3, 2 or 1."),
    Fault.KIND_UNKNOWN: lambda p: _("Not a kind of item. Write 判断题, 单选题 or 多选题."),
    Fault.USE_UNKNOWN: lambda p: _("Write 考试 or 练习."),
    Fault.DIFFICULTY_RANGE: lambda p: _("The difficulty is a whole number from 1 to 5."),
    Fault.OPTION_GAP: lambda p: _("An option is left out; later ones are filled in."),
    Fault.OPTION_REPEATED: lambda p: _("The same text as option %(letter)s.", letter=p.other),
    Fault.OPTIONS_NOT_ALLOWED: lambda p: _("A true/false item has no options."),
    Fault.OPTIONS_TOO_FEW: lambda p: _("This kind needs at least %(least)s options.", least=p.other),
    Fault.ANSWER_UNREADABLE: lambda p: _(
        "The answer cannot be read. Write letters such as A or ACD; 正确 or 错误 for a true/false item."
    ),
    Fault.ANSWER_ONE_ONLY: lambda p: _("A single choice has exactly one answer."),
    Fault.ANSWER_TWO_OR_MORE: lambda p: _("A multiple choice has at least two answers."),
    Fault.ANSWER_NO_OPTION: lambda p: _("The answer names option %(letter)s, which is empty.", letter=p.other),
    Fault.STEM_REPEATED: lambda p: _("The same stem and answer stand in row %(row)s.", row=p.other),
    Fault.STEM_IN_BANK: lambda p: _("The bank has this stem and answer: item %(item)s.", item=p.other),
    Fault.KEY_CONFLICT: lambda p: _(
        "Row %(row)s has the same stem with another answer. One of them is wrong.", row=p.other
    ),
    Fault.KEY_CONFLICT_BANK: lambda p: _(
        "Item %(item)s of the bank has the same stem with another answer. One of them is wrong.", item=p.other
    ),
    Fault.POINT_UNKNOWN: lambda p: _("Level %(level)s has no such knowledge point.", level=p.other),
}
"""What is wrong with a cell, a row or a file, and what to do; place and value are shown beside it."""


def problem(found: Problem) -> str:
    """What a problem of an import says, in the reader's language."""
    return PROBLEMS[found.fault](found)
