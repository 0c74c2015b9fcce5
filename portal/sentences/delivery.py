"""Sentences for the refusals that a candidate meets."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from certification.exams import delivery, saving, submission
from portal.filters import instant
from portal.labels import label
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    delivery.WrongCode: lambda r: _(
        "Admission number and room code do not fit together. Check both on the ticket and on the board; "
        "if they are right, raise your hand."
    ),
    delivery.NotSeated: lambda r: _(
        "You have no seat in this session (%(status)s). Ask the invigilator.", status=label(r.status)
    ),
    delivery.RoomClosed: lambda r: _(
        "This exam session is not open (%(status)s). Ask the invigilator.", status=label(r.status)
    ),
    delivery.TooEarly: lambda r: _("It is too early: this opens at %(at)s.", at=instant(r.starts_at, r.zone)),
    delivery.LateArrival: lambda r: _(
        "The exam began more than %(minutes)s minutes ago. The invigilator can still admit you.",
        minutes=r.minutes,
    ),
    delivery.DeviceTaken: lambda r: _(
        "Your exam is open on another computer. Ask the invigilator to release it; what you saved is kept."
    ),
    delivery.NoPaper: lambda r: _("This session has no paper yet. Ask the invigilator."),
    saving.UnknownPosition: lambda r: _(
        "The paper has no item %(position)s; nothing of this request was saved.", position=r.position
    ),
    saving.WrongShape: lambda r: _(
        "This is no possible answer to item %(position)s; nothing of this request was saved.",
        position=r.position,
    ),
    submission.NotCounted: lambda r: _("This answer cannot count. It is kept beside your exam."),
    submission.TooLate: lambda r: _(
        "The time was over at %(at)s. What was saved until then is handed in; what came later does not count.",
        at=instant(r.deadline, r.zone, seconds=True),
    ),
    submission.AlreadySubmitted: lambda r: _(
        "The exam was handed in at %(at)s; nothing can be changed any more.",
        at=instant(r.submitted_at, r.zone, seconds=True),
    ),
    submission.WrongDevice: lambda r: _("Your exam goes on at another computer; answers from this one do not count."),
}
