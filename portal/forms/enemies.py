"""The form of a pair of enemies."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.forms.base import BaseForm, trim


class EnemyForm(BaseForm):
    """Which other item gives this one away, or is given away by it."""

    code: Any = StringField(
        _("Code of the other item"), filters=[trim], validators=[DataRequired(_("Give a code.")), Length(max=40)]
    )
    reason: Any = TextAreaField(
        _("Why they must not meet"), filters=[trim], validators=[DataRequired(_("Say why.")), Length(max=500)]
    )
