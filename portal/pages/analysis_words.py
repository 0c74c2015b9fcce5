"""What the closed values of the statistics are called."""

from flask_babel import lazy_gettext as _

from portal.labels import NOTES as NOTES

SIGNS: dict[str, object] = {
    "negative_key": _("who does well elsewhere gets it wrong more often"),
    "better_distractor": _("another option goes with the rest of the paper better than the key"),
    "strong_choose_other": _("the strongest fifth chooses another option more often than the key"),
}

FEATURES: dict[str, object] = {"sex": _("Sex"), "center": _("Center")}

GROUPS: dict[str, object] = {"female": _("women"), "male": _("men")}

OPTIONS: dict[str, object] = {"true": _("True"), "false": _("False"), "": _("no answer")}


def group_name(value: str) -> str:
    """A group in the reader's language; a center keeps its code."""
    return str(GROUPS.get(value, value))


def option_name(value: str) -> str:
    """An option in the reader's language; letters stay."""
    return str(OPTIONS.get(value, value))
