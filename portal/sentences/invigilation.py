"""Sentences for the refusals that an invigilator meets."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from certification.exams import invigilation, room
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    invigilation.NotStarted: lambda r: _("This candidate has not started yet."),
    invigilation.NotWriting: lambda r: _(
        "This exam was handed in already. Give extra time if it should be opened again."
    ),
    invigilation.HasStarted: lambda r: _("This candidate has started, and so was not absent."),
    room.StillWriting: lambda r: ngettext(
        "%(num)s candidate is still writing. End the exam first, or wait for the deadline.",
        "%(num)s candidates are still writing. End their exams first, or wait for the deadline.",
        r.count,
    ),
}
