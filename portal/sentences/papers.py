"""Sentences for the refusals of papers."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from certification.exams.assembly import InfeasibleBlueprint
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    InfeasibleBlueprint: lambda r: _(
        "The item bank has too few approved items for %(count)s cells of the blueprint. "
        "Nothing was stored; the table says what is missing.",
        count=len(r.short),
    ),
}
