"""Sentences for the refusals of crosswalks."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from certification.crosswalks import deciding, service
from portal.labels import label
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.NotOpen: lambda r: _(
        "This cannot be done while the crosswalk stands at: %(status)s. What was handed in or published is not "
        "changed; begin a new version instead.",
        status=label(r.status),
    ),
    service.SameStandard: lambda r: _("Choose two different standards: a crosswalk joins one with another."),
    service.Undecided: lambda r: ngettext(
        "%(num)s proposal waits for a decision. Accept or decline it first.",
        "%(num)s proposals wait for a decision. Accept or decline them first.",
        r.count,
    ),
    service.NothingRelated: lambda r: _("No row is accepted yet, so there is nothing to hand in."),
    service.OwnCrosswalk: lambda r: _(
        "You drafted this version or decided one of its rows. Somebody else must publish it."
    ),
    deciding.AlreadyRelated: lambda r: _("This pair stands in the crosswalk already. Change that row instead."),
    deciding.StrangeEnd: lambda r: _("Choose one tier or one node of each side; a tier is not set against a node."),
    deciding.CounterpartDisagrees: lambda r: _("Choose the relation *none* exactly where there is no counterpart."),
}
