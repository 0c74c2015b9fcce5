"""Forms of the invigilator."""

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from certification.exams.rules import IncidentKind
from portal.forms.base import BaseForm, trim
from portal.labels import label

NOTED = (IncidentKind.MISCONDUCT, IncidentKind.TECHNICAL, IncidentKind.FOCUS_LOST, IncidentKind.OTHER)
"""What an invigilator puts down by hand; the other kinds come with their deeds."""


class ReasonForm(BaseForm):
    """Why something is done to a candidate's exam."""

    reason = TextAreaField(
        _("Reason"),
        description=_("It is kept on record."),
        filters=[trim],
        validators=[DataRequired(_("Give the reason.")), Length(max=500)],
        render_kw={"rows": 2},
    )


class ExtendForm(ReasonForm):
    """How much longer a candidate may write, and why."""

    minutes = IntegerField(
        _("Extra minutes"),
        validators=[
            InputRequired(_("Enter the minutes.")),
            NumberRange(min=1, max=240, message=_("Between 1 and 240 minutes.")),
        ],
        render_kw={"inputmode": "numeric", "min": 1, "max": 240},
    )


class IncidentForm(BaseForm):
    """What happened in the room, or to one candidate."""

    kind = SelectField(_("Kind of incident"), validators=[DataRequired(_("Choose one."))], choices=[])
    registration_id = SelectField(_("Concerns"), validators=[Optional()], choices=[])
    note = TextAreaField(
        _("What happened"),
        filters=[trim],
        validators=[DataRequired(_("Say what happened.")), Length(max=1000)],
        render_kw={"rows": 3},
    )

    def offer(self, candidates: list[tuple[str, str]]) -> None:
        """Offer the kinds, and the candidates of the room."""
        self.kind.choices = [("", str(_("Choose"))), *((kind.value, label(kind)) for kind in NOTED)]
        self.registration_id.choices = [("", _("The whole room")), *candidates]
