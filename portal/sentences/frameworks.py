"""Sentences for the problems, remarks and losses of competency frameworks in files."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from certification.standards import importing
from certification.standards.exchange.report import Fault, Loss, Lost, Problem, Remark
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    importing.FrameworkRefused: lambda r: ngettext(
        "The file has %(num)s problem; nothing was stored.",
        "The file has %(num)s problems; nothing was stored.",
        len(r.problems),
    ),
}

PROBLEMS: dict[Fault, Callable[[Problem], str]] = {
    Fault.FILE_TOO_LARGE: lambda p: _("The file is larger than %(limit)s MB. Split it.", limit=p.other),
    Fault.FILE_UNREADABLE: lambda _p: _("The file cannot be read: it is damaged or of another kind."),
    Fault.FILE_BOMB: lambda _p: _("The file unpacks to far more than it may. It was not opened."),
    Fault.FILE_MACROS: lambda _p: _("The workbook carries macros. Save it as .xlsx without them."),
    Fault.FILE_OLD_EXCEL: lambda _p: _("This is an .xls of old Excel. Save it as .xlsx."),
    Fault.FILE_EMPTY: lambda _p: _("There is nothing in the file."),
    Fault.NOT_A_PACKAGE: lambda _p: _("This is no CASE package: it has no CFDocument."),
    Fault.TOO_DEEP: lambda p: _("Objects nest more than %(limit)s deep.", limit=p.other),
    Fault.TOO_MANY: lambda p: _("There are more than %(limit)s entries here.", limit=p.other),
    Fault.TOO_LONG: lambda p: _("The text is longer than %(limit)s characters.", limit=p.other),
    Fault.NAME_REPEATED: lambda _p: _("The name stands twice in one object."),
    Fault.MISSING: lambda _p: _("This has to be filled in."),
    Fault.WRONG_TYPE: lambda p: _("A value of another kind stands here; expected: %(kind)s.", kind=p.other),
    Fault.NOT_A_UUID: lambda _p: _("This is no UUID."),
    Fault.NOT_A_DAY: lambda _p: _("This is no day; write it as 2026-03-01."),
    Fault.NOT_AN_INSTANT: lambda _p: _("This is no point in time; write it as 2026-03-01T08:30:00Z."),
    Fault.DANGEROUS_ADDRESS: lambda _p: _("Such an address can do harm when it is followed, and is refused."),
    Fault.NOT_AN_ADDRESS: lambda _p: _("This is no complete address, such as https://example.org/1."),
    Fault.CONTROL_CHARACTER: lambda _p: _("The text has characters that cannot be shown or stored."),
    Fault.ASSOCIATION_UNKNOWN: lambda _p: _("CASE has no such kind of association; one of your own begins with ext:."),
    Fault.IDENTIFIER_REPEATED: lambda p: _("The identifier stands at %(other)s as well.", other=p.other),
    Fault.CYCLE: lambda p: _("These items stand beneath one another in a ring: %(ring)s.", ring=p.other),
    Fault.DANGLING_CHILD: lambda _p: _("The item placed here is not in the file."),
    Fault.DANGLING_PARENT: lambda _p: _("The parent is not in the file."),
    Fault.TWO_PARENTS: lambda p: _("The item has two parents: %(other)s.", other=p.other),
    Fault.CHILD_REPEATED: lambda _p: _("The item is placed twice under the same parent."),
    Fault.SHEET_MISSING: lambda p: _("The sheet “%(name)s” is missing.", name=p.value),
    Fault.COLUMN_MISSING: lambda p: _("The column “%(name)s” is missing.", name=p.value),
    Fault.COLUMN_REPEATED: lambda p: _("The column “%(name)s” stands twice.", name=p.value),
    Fault.FORMULA: lambda _p: _("The cell holds a formula. Paste its value instead."),
    Fault.CELL_ERROR: lambda _p: _("The cell holds an error of the spreadsheet."),
    Fault.LEVEL_SHAPE: lambda _p: _("A smart level is made of numbers and dots, such as 1.2.3."),
    Fault.LEVEL_REPEATED: lambda p: _("The smart level stands in row %(row)s as well.", row=p.other),
    Fault.LEVEL_WITHOUT_PARENT: lambda p: _("No row has the smart level %(level)s above this one.", level=p.other),
    Fault.NOT_A_NUMBER: lambda _p: _("This is no whole number."),
    Fault.VALUE_UNKNOWN: lambda p: _("This value is not known; known are: %(known)s.", known=p.other),
    Fault.IDENTIFIER_TAKEN: lambda _p: _(
        "Another standard has an object of this identifier. A new version needs new ones."
    ),
    Fault.CODE_TAKEN: lambda _p: _("Another standard has this code."),
    Fault.FACTS_BROKEN: lambda _p: _("What this portal had noted here was changed and can no longer be read."),
    Fault.PUBLISHED: lambda p: _("The version %(code)s is published and never changes. Draft a new one.", code=p.value),
}  # fmt: skip

REMARKS: dict[Remark, Callable[[], str]] = {
    Remark.FILLED: lambda: _("was missing and is filled in"),
    Remark.UUID_VERSION: lambda: _("an identifier that an export replaces: CASE carries UUIDs of version 4 and 5"),
    Remark.UNKNOWN_KEPT: lambda: _("not part of CASE; kept under the extensions"),
    Remark.UNKNOWN_DROPPED: lambda: _("not part of CASE; left out"),
    Remark.LINK_DROPPED: lambda: _("a link that says nothing new; left out"),
    Remark.ZONE_ASSUMED: lambda: _("a time without a zone; taken as UTC"),
    Remark.SPELLING: lambda: _("written in another way; mended"),
    Remark.TYPE_EXTENDED: lambda: _("a kind of association of its own; kept with ext: before it"),
    Remark.OUTSIDE_TREE: lambda: _("stands outside the tree; shown at the top"),
    Remark.DEFINITION_OUTSIDE: lambda: _("refers to a definition that the file does not bring along"),
}

LOSSES: dict[Loss, Callable[[], str]] = {
    Loss.IDENTIFIER_REPLACED: lambda: _("identifiers replaced by UUIDs of version 5"),
    Loss.RUBRICS: lambda: _("rubrics left out"),
    Loss.DEFINITIONS: lambda: _("definitions left out"),
    Loss.EXTENSIONS: lambda: _("extensions left out"),
    Loss.PROPERTY: lambda: _("properties left out"),
}


def problem(found: Problem) -> str:
    """What a problem says, in the reader's language."""
    return PROBLEMS[found.fault](found)


def remark(found: Remark) -> str:
    """What a remark says, in the reader's language."""
    return REMARKS[found]()


def loss(found: Lost) -> str:
    """What a loss says, in the reader's language."""
    return f"{found.count} × {LOSSES[found.loss]()} ({found.what})"
