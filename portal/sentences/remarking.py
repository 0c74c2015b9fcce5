"""Sentences for the refusals about re-marking."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from certification.remarking import deciding, service
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    deciding.RemarkingReasonMissing: lambda r: _("Give a reason: it goes into the record and the audit trail."),
    service.KeyImpossible: lambda r: _(
        "This is no possible key for the item: it has too few or too many parts, or names what the item does not "
        "offer. Enter it as described beside the field."
    ),
    service.KeyUnchanged: lambda r: _(
        "This key earns the marks already, so nothing would change. Choose another key, or another treatment."
    ),
    deciding.RemarkingOpen: lambda r: _(
        "%(name)s has asked for a re-marking of this item that is not finished. "
        "Wait until it is decided and carried out.",
        name=r.asked_by,
    ),
    deciding.RemarkingDecided: lambda r: _("%(name)s has decided on this request already.", name=r.by),
    deciding.RemarkingNeedsSecondPerson: lambda r: _(
        "You asked for this re-marking, so somebody else has to approve it."
    ),
    deciding.RemarkingNotTheirs: lambda r: _("Somebody who approves re-markings decides on it."),
    deciding.SatThisPaper: lambda r: _("You sat this paper yourself, so its re-marking is decided by others."),
    deciding.ForeseenChanged: lambda r: _(
        "Since this page was shown, marks or results have changed. Look at the numbers again before you approve; "
        "nothing was done."
    ),
}
