"""The form of eligibility: the day to judge."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms.validators import Optional, ValidationError

from portal.forms.base import FilterForm
from portal.forms.people import DayField

FIRST, LAST = date(2020, 1, 1), date(2099, 12, 31)
"""The occupation was announced in 2020; nobody plans beyond the century."""


class DayForm(FilterForm):
    """The day on which eligibility is judged; today where none is given."""

    on = DayField(_("Judged on"), validators=[Optional()], description=_("A day ahead shows what time alone brings."))

    def validate_on(self, field: DayField) -> None:
        """Keep to days that can be judged."""
        if field.data is not None and not FIRST <= field.data <= LAST:
            raise ValidationError(_("Choose a day from 2020 to 2099."))
