"""Sentences for the refusals of blueprints, enemies and sets of papers."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from certification.assembly import service
from certification.exams import paper_sets
from certification.item_bank.rules import ItemKind
from portal.labels import label
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.NoTheory: lambda r: _("Scheme %(scheme)s has no theory exam, and so no papers.", scheme=r.scheme),
    service.CountsDoNotAddUp: lambda r: _(
        "%(kind)s: the scheme asks for %(wanted)s items, the table has %(given)s. Change the numbers per area.",
        kind=label(ItemKind(r.kind)),
        wanted=r.wanted,
        given=r.given,
    ),
    service.OwnEnemy: lambda r: _("Item %(item)s cannot be its own enemy.", item=r.item),
    service.EnemyUnknown: lambda r: _("Your banks have no item %(item)s at this level. Check the code.", item=r.item),
    service.AlreadyEnemies: lambda r: _("Items %(one)s and %(other)s are enemies already.", one=r.one, other=r.other),
    paper_sets.SetNotOpen: lambda r: _(
        "This is not possible with these papers any more; their status is: %(status)s.", status=label(r.status)
    ),
    paper_sets.ItemsGone: lambda r: _(
        "%(count)s items have left the pool since the papers were solved (%(items)s). Assemble anew.",
        count=len(r.items),
        items=_(", ").join(r.items[:5]),
    ),
}
