"""Sentences for the refusals of the kernel and of accounts."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from portal.labels import record_label
from training_base.kernel.errors import Conflict, NotFound, Refusal
from training_base.kernel.idempotency import KeyReused

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    NotFound: lambda r: _(
        "There is no such record (%(what)s), or it belongs to another center. "
        "Check the address, or go back to the list.",
        what=record_label(r.what),
    ),
    Conflict: lambda r: _(
        "Somebody else changed this record (%(what)s) at the same moment. "
        "Reload the page, look at it again, and repeat your change.",
        what=record_label(r.what),
    ),
    KeyReused: lambda r: _(
        "This request carries the key of another request. Reload the page and try again; nothing was stored."
    ),
}
