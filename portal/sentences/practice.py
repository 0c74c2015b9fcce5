"""Sentences for the refusals of practice."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from certification.practice import service
from certification.practice.rules import QuizMode
from training_base.kernel.errors import Refusal


def _nothing(refusal: service.NothingToPractise) -> str:
    if refusal.mode is QuizMode.WRONG:
        return str(_("There is nothing to review: no wrong answer is open for this choice."))
    return str(_("There are no practice items for this choice yet. Choose another area or level."))


SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.NothingToPractise: _nothing,
    service.NoAnswer: lambda r: _("Choose an answer to item %(position)s first.", position=r.position),
    service.QuizFinished: lambda r: _("This quiz is over. Start a new one to go on practising."),
}
