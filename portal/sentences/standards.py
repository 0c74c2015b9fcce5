"""Sentences for the refusals of standards: their life, their editing, consultation."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from certification.standards.consultation import DisposedMeanwhile, NotOpen, ReasonMissing, TooManyComments
from certification.standards.descent import AlreadyTied, NoSuchPart
from certification.standards.editing import MayNotStandThere, UnderItself
from certification.standards.history import EditedMeanwhile, NotADraft, NothingToRedo, NothingToUndo
from certification.standards.lifecycle import (
    CommentsOpen,
    ConsultationRunning,
    DatesOutOfOrder,
    Incomplete,
    NotConsulted,
    OwnDraft,
    WrongStep,
)
from certification.standards.versions import CodeTaken, StillADraft
from certification.standards.weighing import LevelTaken, TierNotEmpty
from portal.labels import label
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    NotADraft: lambda r: _(
        "This text is published (%(status)s) and no longer changes. Begin a new edition instead.",
        status=label(r.status),
    ),
    EditedMeanwhile: lambda _r: _(
        "Somebody else has changed this place since. Look at it again, then repeat your change."
    ),
    NothingToUndo: lambda _r: _("You have changed nothing here that could be undone."),
    NothingToRedo: lambda _r: _("There is nothing to do again."),
    MayNotStandThere: lambda _r: _(
        "That may not stand there. Functions hold duties and themes; duties hold criteria, knowledge and "
        "knowledge points."
    ),
    UnderItself: lambda _r: _("Nothing can be moved under itself."),
    NoSuchPart: lambda _r: _("The edition before has no part of that code."),
    AlreadyTied: lambda _r: _("The part is said to come from there already."),
    LevelTaken: lambda r: _("There is a tier of level %(level)s already.", level=r.level),
    TierNotEmpty: lambda _r: _("The tier is not empty. Remove what stands in it and its weights first."),
    WrongStep: lambda r: _(
        "From “%(status)s” the life cycle has no step to “%(wanted)s”, or somebody has taken a step since.",
        status=label(r.status),
        wanted=label(r.wanted),
    ),
    Incomplete: lambda r: ngettext(
        "%(num)s thing is missing that this step needs; see the list.",
        "%(num)s things are missing that this step needs; see the list.",
        r.count,
    ),
    DatesOutOfOrder: lambda _r: _(
        "The days are out of order: an end is not before its beginning, and no step lies in the future or before "
        "an earlier one."
    ),
    ConsultationRunning: lambda r: _(
        "Comments may come in until %(day)s, that day included.", day=r.until_on.isoformat()
    ),
    CommentsOpen: lambda r: ngettext(
        "%(num)s comment has not been disposed of.", "%(num)s comments have not been disposed of.", r.count
    ),
    NotConsulted: lambda _r: _("Neither this edition nor the one it replaces was open to comments."),
    OwnDraft: lambda _r: _("You wrote in this edition. Somebody else puts it into force."),
    CodeTaken: lambda r: _("The code %(code)s belongs to another edition.", code=r.taken),
    StillADraft: lambda _r: _("This is still a private draft: change it itself."),
    NotOpen: lambda _r: _("This standard takes no comments today."),
    TooManyComments: lambda _r: _("This invitation has been used up. Ask for another one."),
    ReasonMissing: lambda _r: _("Give the reason why a comment is accepted in part or declined."),
    DisposedMeanwhile: lambda r: _(
        "%(name)s has disposed of this comment since. Look at it again first.", name=r.disposed_by or "—"
    ),
}
