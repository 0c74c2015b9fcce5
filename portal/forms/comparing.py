"""Forms of comparing: which two versions, which rows of them, what they touch."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Optional

from certification.standards.comparison import Effect, Fate
from portal.forms.base import FilterForm, trim
from portal.labels import LEVELS, choices


class VersionsForm(FilterForm):
    """Two versions to set side by side."""

    old = SelectField(_("Earlier version"), validators=[InputRequired(_("Choose a version."))])
    new = SelectField(_("Later version"), validators=[InputRequired(_("Choose a version."))])


class RowsForm(FilterForm):
    """Which rows of a comparison to show."""

    fate = SelectField(_("What became of it"), validators=[Optional()])
    level = SelectField(_("Level"), validators=[Optional()])
    q = StringField(_("Number or words"), filters=[trim])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fate.choices = [
            ("", gettext("All that changed")),
            ("all", gettext("All, the unchanged too")),
            *choices(Fate),
        ]
        self.level.choices = [("", gettext("All levels")), *((str(number), name) for number, name in LEVELS.items())]


class EffectForm(FilterForm):
    """Which effect to list."""

    effect = SelectField(_("Effect on it"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.effect.choices = choices(Effect, blank=gettext("All"))
