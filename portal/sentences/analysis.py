"""Sentences for the refusals about statistics, standard setting and equating."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from certification.analysis import equatings, panels, service
from portal.labels import NOTES
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.NothingToAnalyse: lambda r: _(
        "There is nothing to analyse yet: no theory paper of this session has been marked."
    ),
    panels.PanelTooSmall: lambda r: _("A panel needs at least %(least)s people.", least=r.least),
    panels.NotCalibrated: lambda r: _(
        "%(count)s items of this paper have no difficulty yet. A Bookmark needs all of them; use Angoff instead.",
        count=r.count,
    ),
    panels.RoundClosed: lambda r: _("The panel is not judging at the moment; nothing was changed."),
    panels.RatingsMissing: lambda r: _(
        "Not everything is judged yet: %(names)s. The round stays open.", names=", ".join(r.names)
    ),
    panels.NoRoundYet: lambda r: _("There is no closed round for this, or no further one is foreseen."),
    panels.SecondPerson: lambda r: _("You opened it or judged in it: somebody else adopts the pass mark."),
    equatings.SamePaper: lambda r: _("Choose two different papers of one level."),
    equatings.NotEquatable: lambda r: _("These answers do not carry the method: %(why)s.", why=NOTES[r.note.value]),
    equatings.NotProposed: lambda r: _("This proposal was adopted or given up before."),
    equatings.OwnProposal: lambda r: _("You worked it out: somebody else adopts it."),
}
