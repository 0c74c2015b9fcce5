"""Forms of results: searches; publishing takes a token only."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField

from portal.forms.base import BaseForm, FilterForm, trim
from portal.labels import LEVELS, level_of


class ResultFilter(FilterForm):
    """Search of results."""

    q = StringField(_("Name"), filters=[trim])
    level = SelectField(_("Level"), coerce=level_of)
    passed = SelectField(_("Verdict"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = [("", gettext("All levels")), *((number, name) for number, name in LEVELS.items())]
        self.passed.choices = [("", gettext("All")), ("yes", gettext("Passed")), ("no", gettext("Not passed yet"))]

    def wanted(self) -> bool | None:
        """Whether only passed, only others, or all are asked for."""
        return {"yes": True, "no": False}.get(self.passed.data)


class PublishForm(BaseForm):
    """The deed of publishing: nothing to fill in."""
