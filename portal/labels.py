"""What closed values are called, in the reader's language."""

from enum import Enum

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from portal.label_pairs import PAIRS

LABELS = {(type(value), value): text for value, text in PAIRS}
"""By class and value: members of two closed sets may be equal as text, and yet be called differently."""

LEVELS = {
    5: _("Level 5 / junior worker"),
    4: _("Level 4 / intermediate worker"),
    3: _("Level 3 / senior worker"),
    2: _("Level 2 / technician"),
    1: _("Level 1 / senior technician"),
}

NOTES: dict[str, object] = {
    "constant": _("all candidates answered alike, so there is nothing to correlate"),
    "too_few": _("too few candidates"),
    "empty_group": _("one of the groups is empty"),
    "no_overlap": _("the groups cannot be compared at any level"),
    "at_bound": _("not determined by the data"),
    "not_converged": _("the estimation did not settle"),
}
"""Why a figure is missing."""

RECORDS = {
    "account": _("account"),
    "attempt": _("attempt"),
    "admission_ticket": _("admission ticket"),
    "certificate": _("certificate"),
    "status_change": _("change of a certificate"),
    "cohort": _("cohort"),
    "course": _("course"),
    "cohort_teacher": _("teacher of a cohort"),
    "crosswalk": _("crosswalk"),
    "crosswalk_row": _("row of a crosswalk"),
    "decision": _("decision"),
    "drawn_task": _("drawn task"),
    "enrolment": _("enrolment"),
    "equating": _("equating"),
    "exam_session": _("exam session"),
    "standard_setting": _("standard setting"),
    "filed_scope": _("filed scope"),
    "identity_document": _("identity document"),
    "item": _("item"),
    "item_flag": _("finding about an item"),
    "item_comment": _("comment on an item"),
    "job": _("job"),
    "leak_report": _("report of a leak"),
    "export_mark": _("mark of an export"),
    "paper": _("paper"),
    "paper_blueprint": _("blueprint"),
    "paper_set": _("set of papers"),
    "enemy_pair": _("pair of enemies"),
    "practice_quiz": _("practice quiz"),
    "registration": _("registration"),
    "remarking": _("re-marking"),
    "mark": _("mark"),
    "result": _("result"),
    "room": _("room"),
    "scheme": _("scheme"),
    "scoring_sheet": _("scoring sheet"),
    "share_link": _("share link"),
    "site": _("site"),
    "skill_task": _("skill task"),
    "staff_role": _("staff duty"),
    "standard": _("standard"),
    "standard_comment": _("comment on a draft"),
    "comment_invitation": _("invitation to comment"),
    "standard_edit": _("edit of a draft"),
    "standard_node": _("part of a standard"),
    "node_link": _("tie between parts of standards"),
    "tier": _("tier"),
    "trainer": _("trainer"),
    "training_center": _("training center"),
    "training_record": _("training record"),
}


def label(value: Enum | None) -> str:
    """What a closed value is called; a dash for none."""
    return "—" if value is None else str(LABELS[type(value), value])


def level_name(level: int) -> str:
    """What a level is called; a standard with more levels than the occupation counts them."""
    return str(LEVELS[level]) if level in LEVELS else gettext("Level %(number)s", number=level)


def level_of(value: object) -> int | None:
    """The level that stands in an address; None for what is no level."""
    return next((level for level in LEVELS if str(level) == str(value)), None)


def record_label(table: str) -> str:
    """What a kind of record is called, by its table; its plain name where it has no other."""
    return str(RECORDS.get(table, table))


def choices(kind: type[Enum], *, blank: str | None = None) -> list[tuple[str, str]]:
    """Choices of a select field for a closed set, with an empty one first where ``blank`` names it."""
    pairs = [(str(member.value), label(member)) for member in kind]
    return pairs if blank is None else [("", blank), *pairs]
