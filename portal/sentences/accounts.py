"""Sentences for the refusals of accounts."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from portal.refusals import LinkSpent, NameTaken, WeakPassword, WrongPassword
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    NameTaken: lambda r: _(
        "An account with the sign-in name %(name)s exists already. Open it in the list instead.", name=r.name
    ),
    WrongPassword: lambda r: _("Name and password do not fit. Check both; capital letters in the password count."),
    LinkSpent: lambda r: _("This link was used before or has expired. Ask for a new one."),
    WeakPassword: lambda r: _(
        "Choose a password of at least %(least)s characters that is not your name.", least=r.least
    ),
}
