"""Forms of safekeeping: leaks, the list of readings, tracing a leaked file."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import RadioField, SearchField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.forms.base import BaseForm, FilterForm, trim


class LeakForm(BaseForm):
    """Why an item is believed to be known outside."""

    reason: Any = TextAreaField(
        _("What was seen, where and when"), filters=[trim], validators=[DataRequired(_("Say what.")), Length(max=1000)]
    )


class LeakDecision(BaseForm):
    """What a second person finds."""

    leaked = RadioField(
        _("What was found out"),
        choices=[
            ("yes", _("It has leaked: retire the item for good")),
            ("no", _("It has not: give it back its place")),
        ],
        validators=[InputRequired(_("Choose one."))],
    )
    decision: Any = TextAreaField(_("Why"), filters=[trim], validators=[DataRequired(_("Say why.")), Length(max=1000)])


class ReadingFilter(FilterForm):
    """Which readings to list."""

    item = SearchField(_("Item code"), filters=[trim])
    reader = SearchField(_("Person"), filters=[trim])


class TraceForm(BaseForm):
    """A leaked text or file whose export is sought."""

    text: Any = TextAreaField(
        _("Leaked text"), description=_("Paste it as it was found, or type the code that can be seen on it.")
    )
    file = FileField(_("Leaked file"))
