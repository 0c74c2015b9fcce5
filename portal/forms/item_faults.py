"""Sentences for what may be wrong with what an item says."""

from typing import Any

from flask_babel import lazy_gettext as _

from certification.item_bank.content import ContentFault as F

FAULTS: dict[F, Any] = {
    F.STEM_MISSING: _("Enter the stem."),
    F.STEM_TOO_LONG: _("The stem is longer than 2000 characters."),
    F.OPTIONS_TOO_FEW: _("There are too few options: two at least, three where several are right."),
    F.OPTIONS_TOO_MANY: _("There are too many options for this kind."),
    F.OPTION_EMPTY: _("An option has no text."),
    F.OPTION_TOO_LONG: _("An option is longer than 500 characters."),
    F.OPTION_TWICE: _("An option stands there twice."),
    F.PROMPTS_TOO_FEW: _("A matching needs two pairs at least."),
    F.PROMPTS_TOO_MANY: _("A matching has twelve pairs at most."),
    F.PROMPT_EMPTY: _("A left side has no text."),
    F.PROMPT_TOO_LONG: _("A left side is longer than 500 characters."),
    F.PROMPT_TWICE: _("A left side stands there twice."),
    F.GAPS_UNMARKED: _("The gaps of the stem and the rows do not agree: write {{1}}, {{2}} and so on, each once."),
    F.GAP_CHOICES: _("Every gap needs two to twelve different choices."),
    F.IMAGE_MISSING: _("Choose the picture on which the place is shown."),
    F.KEY_IMPOSSIBLE: _("The key does not fit the kind: check what is marked as right, its number and its shape."),
    F.NOTE_TOO_LONG: _("A rationale is longer than 2000 characters."),
    F.RATIONALES_COUNT: _("Either every option has its own rationale, or none."),
    F.PART_NOT_ALLOWED: _("The item holds a part that its kind does not have."),
}
