"""Sentences for the refusals about marks, sheets and results."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from certification.scoring import publication, service, sheets
from portal.filters import marks
from portal.labels import label
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.NothingToMark: lambda r: _("There is no paper to mark: nothing was handed in."),
    sheets.NotExaminer: lambda r: _(
        "You are not named as examiner of this exam session. Only its examiners rate the work; the manager names them."
    ),
    sheets.NotImpartial: lambda r: _(
        "You taught this candidate, so somebody else has to rate the work. Please take another task."
    ),
    sheets.NothingToRate: lambda r: _(
        "There is nothing to rate yet: the candidate did not sit the exam, or has not handed the work in."
    ),
    sheets.StillRunning: lambda r: _(
        "The exam session is still running. Work is rated when the invigilator has closed the session."
    ),
    sheets.NoPlaceFree: lambda r: _("This task already has the examiners it needs. Please take another one."),
    sheets.SheetFinal: lambda r: _("This sheet was handed in and does not change any more."),
    sheets.AwardOutOfRange: lambda r: _(
        "Row %(row)s: enter marks from 0 to %(marks)s, in steps of 0.1.", row=r.row, marks=marks(r.marks)
    ),
    sheets.RowsMissing: lambda r: _(
        "These rows are not complete: %(rows)s. Each needs marks; where you deduct some, also write what you found.",
        rows=", ".join(r.rows),
    ),
    publication.NotClosed: lambda r: _(
        "Results are published when the exam session is over. This one is: %(status)s.", status=label(r.status)
    ),
    publication.MarksMissing: lambda r: _(
        "%(count)s candidates have no mark yet (%(numbers)s%(more)s). Have them marked first; nothing was published.",
        count=r.count,
        numbers=", ".join(r.numbers),
        more=" …" if r.count > len(r.numbers) else "",
    ),
    publication.ExaminedHere: lambda r: _(
        "You examined in this session. Its results are published by somebody who did not; nothing was published."
    ),
}
