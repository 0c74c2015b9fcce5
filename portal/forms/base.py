"""The base of every form: CSRF, trimmed text, refusals shown above the fields."""

import re
from typing import Any

from flask_wtf import FlaskForm

from portal.errors import sentence
from training_base.kernel.errors import Refusal

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that are no text; PostgreSQL does not store the first of them. Tabs and line ends are text."""


def trim(value: Any) -> Any:
    """Text without control characters and without blanks around it; empty text is no value."""
    if isinstance(value, str):
        return CONTROL.sub("", value).strip() or None
    return value


class WordedForm(FlaskForm):
    """A form whose errors are plain text."""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Check the fields; what their validators say lazily is put into words here, for templates take only text."""
        fits = bool(super().validate(*args, **kwargs))
        for field in self:
            if isinstance(field.errors, list | tuple):
                field.errors = [error if isinstance(error, list | dict) else str(error) for error in field.errors]
        return fits


class BaseForm(WordedForm):
    """A form that shows what the domain refused, with all that was typed still there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: list[str] = []

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal above the fields."""
        self.refusals.append(sentence(refusal))


class FilterForm(WordedForm):
    """Search fields of a list: sent with GET, so that a link keeps them; no token."""

    class Meta:
        """No token: nothing is changed by it."""

        csrf = False
