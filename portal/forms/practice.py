"""Forms of practice: what to practise, and an answer."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from certification.practice.rules import SIZES
from portal.forms.base import BaseForm


class StartForm(BaseForm):
    """A new quiz: area and size."""

    area = SelectField(_("Knowledge area"))
    count = RadioField(_("Size of the quiz"), default=str(SIZES[1]), validators=[InputRequired()])

    def __init__(self, areas: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area.choices = [("", _("All areas")), *areas]
        self.count.choices = [(str(size), ngettext("%(num)s item", "%(num)s items", size)) for size in SIZES]


class AnswerForm(BaseForm):
    """Positions of the chosen options; the service checks them against the item."""

    value = SelectMultipleField(coerce=int, validate_choice=False)
