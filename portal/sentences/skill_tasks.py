"""Sentences for the refusals about practical tasks."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from certification.skill_tasks.catalog import MarksDoNotFit, RowsDoNotSum
from certification.skill_tasks.service import NoTasksForUnit
from portal.filters import marks
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    NoTasksForUnit: lambda r: _(
        "There is no skill task for unit %(unit)s that carries the marks of the scheme. Load one, then draw again.",
        unit=r.unit,
    ),
    RowsDoNotSum: lambda r: _(
        "The rows of task %(task)s make %(total)s marks, but it carries %(marks)s. Correct them; nothing was loaded.",
        task=r.task,
        total=marks(r.total),
        marks=marks(r.marks),
    ),
    MarksDoNotFit: lambda r: _(
        "Task %(task)s carries %(marks)s marks, not those of unit %(unit)s. Correct the file; nothing was loaded.",
        task=r.task,
        marks=marks(r.marks),
        unit=r.unit,
    ),
}
