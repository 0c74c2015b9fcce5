"""Sentences for the refusals of item review, and what each finding means for whoever reads it."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from certification.item_bank.lint import Finding, Pattern
from certification.item_review import commenting, service
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.SeriousFindings: lambda r: _(
        "%(item)s has %(count)s serious findings that nobody has cleared up: copies, or other answers to the same "
        "question. Have the item revised, or set them aside with a reason.",
        item=r.item,
        count=r.count,
    ),
    service.SetAsideReasonMissing: lambda r: _("Say why the finding may stay as it is."),
    service.OwnFinding: lambda r: _("You wrote this item, so somebody else sets its serious findings aside."),
    commenting.CommentEmpty: lambda r: _("Write what you want to say."),
}

MEANING: dict[Finding, Any] = {
    Finding.KEY_CONFLICT: lazy_gettext(
        "Another item asks the same and calls another answer right. One of them is wrong."
    ),
    Finding.DUPLICATE: lazy_gettext("Another item asks the same with the same answer. Retire one of them."),
    Finding.NEAR_KEY_CONFLICT: lazy_gettext(
        "Another item is nearly the same, offers the same choices and calls another one right. Compare them."
    ),
    Finding.NEAR_DUPLICATE: lazy_gettext(
        "Another item is nearly the same. Keep them off one paper as enemies, or retire one."
    ),
    Finding.RATIONALE_MISSING: lazy_gettext("Nobody can tell why the key is right. Add a rationale."),
    Finding.REFERENCE_MISSING: lazy_gettext("No source is named. Add the standard, textbook or law the key rests on."),
    Finding.OPTION_RATIONALES_MISSING: lazy_gettext(
        "Say for each option why it is right or wrong: wrong keys show then."
    ),
    Finding.ALL_OF_THE_ABOVE: lazy_gettext("Whoever knows two right options has the answer. Use a multiple choice."),
    Finding.NONE_OF_THE_ABOVE: lazy_gettext("It tests what is wrong rather than what is right. Offer a real option."),
    Finding.NEGATIVE_STEM: lazy_gettext("A negative is overlooked under pressure. Ask positively, or set it in bold."),
    Finding.LONGEST_IS_KEY: lazy_gettext("The key is much longer than the other options and gives itself away."),
    Finding.ABSOLUTE_DISTRACTOR: lazy_gettext("Words like always and never give a wrong option away."),
}
"""Why a finding matters and what to do about it."""

PATTERNS: dict[Pattern, Any] = {
    Pattern.KEY_POSITION: lazy_gettext("Position of the key among %(subject)s options"),
    Pattern.LONGEST_KEY: lazy_gettext("Key alone is the longest option"),
    Pattern.TRUE_SHARE: lazy_gettext("Statements that are true"),
}
"""What a pattern of keys is about."""
