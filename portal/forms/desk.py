"""The form of a candidate at the desk."""

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.forms.base import BaseForm, trim


class DeskForm(BaseForm):
    """What stands on the admission ticket and on the board."""

    admission_number = StringField(
        _("Admission number"),
        description=_("It stands on your admission ticket."),
        filters=[trim],
        validators=[DataRequired(_("Enter your admission number.")), Length(max=40)],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "autofocus": True},
    )
    access_code = StringField(
        _("Room code"),
        description=_("The invigilator writes it on the board; capital and small letters are the same."),
        filters=[trim],
        validators=[DataRequired(_("Enter the room code.")), Length(max=40)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
