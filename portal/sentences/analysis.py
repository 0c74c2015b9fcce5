"""Sentences for the refusals about statistics, standard setting and equating."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from certification.analysis import service
from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.NothingToAnalyse: lambda r: _(
        "There is nothing to analyse yet: no theory paper of this session has been marked."
    ),
}
