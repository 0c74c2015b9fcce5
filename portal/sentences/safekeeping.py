"""Sentences for the refusals of safekeeping."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from certification.safekeeping import service
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.AlreadyDeclared: lambda r: _(
        "Item %(item)s is declared leaked already; the report waits for a second person.", item=r.item
    ),
    service.GoneAlready: lambda r: _("Item %(item)s is retired: it is in no pool.", item=r.item),
    service.LeakDecided: lambda r: _("The report on item %(item)s was decided before.", item=r.item),
    service.SecondPersonNeeded: lambda r: _(
        "You declared the leak of item %(item)s: somebody else decides on it.", item=r.item
    ),
}
