"""Forms of papers."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SearchField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from portal.forms.base import BaseForm, FilterForm, trim
from portal.labels import LEVELS


class PaperFilter(FilterForm):
    """Which papers to list."""

    q = SearchField(_("Paper code or title"), filters=[trim])
    level = SelectField(
        _("Level"),
        choices=[("", _("All levels")), *((str(level), name) for level, name in LEVELS.items())],
        validators=[Optional()],
    )


class AssembleForm(BaseForm):
    """What to assemble a paper for; centers and schemes come from the view."""

    center_id = SelectField(_("Center"), validators=[InputRequired(_("Choose a center."))])
    scheme_id = SelectField(_("Scheme"), validators=[InputRequired(_("Choose a scheme."))])
    title: Any = StringField(
        _("Title"),
        description=_("What your staff know the paper by; candidates see the title of the exam session."),
        filters=[trim],
        validators=[DataRequired(_("Give the paper a title.")), Length(max=120)],
    )
    seed = IntegerField(
        _("Seed"),
        description=_(
            "Leave it empty for a random selection. The same number on an unchanged bank gives the same paper."
        ),
        validators=[Optional(), NumberRange(min=0, max=2**62, message=_("A whole number from 0 on."))],
        render_kw={"inputmode": "numeric"},
    )
