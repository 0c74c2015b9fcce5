"""Forms of re-marking: the correction, the decision, who was told."""

from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from certification.exams.models import PaperItem
from certification.remarking.rules import Consequence, RemarkingStatus
from certification.scoring.rules import Treatment
from portal.forms.base import BaseForm, FilterForm, trim
from portal.forms.remarking_keys import HINTS, READ, offered
from portal.labels import choices


class CorrectionForm(BaseForm):
    """What is to be done about a wrong key."""

    treatment = RadioField(_("What is to be done"), validators=[InputRequired(_("Choose one."))])
    key = SelectMultipleField(
        _("New key"),
        description=_("In the order of this paper. Leave it empty where everybody gets the marks."),
        coerce=int,
        validators=[Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    key_lines = TextAreaField(_("New key"), validators=[Optional(), Length(max=2000)], render_kw={"rows": 3})
    reason = TextAreaField(
        _("Reason"),
        description=_("What is wrong with the key, and the source that shows it. The second person decides on this."),
        filters=[trim],
        validators=[DataRequired(_("Say why the key is wrong.")), Length(max=2000)],
        render_kw={"rows": 4},
    )

    def offer(self, item: PaperItem) -> "CorrectionForm":
        """Fill the choices in the reader's language; an item whose key cannot be entered is only credited."""
        self.kind = item.kind
        self.key.choices = offered(item)
        self.key_lines.description = HINTS.get(item.kind, "")
        enterable = bool(self.key.choices) or item.kind in READ
        self.treatment.choices = choices(Treatment) if enterable else choices(Treatment)[-1:]
        return self

    def chosen(self) -> tuple[Treatment, list[Any] | None]:
        """The treatment with its key."""
        treatment = Treatment(self.treatment.data)
        if treatment is Treatment.CREDIT_ALL:
            return treatment, None
        typed = READ.get(self.kind)
        return treatment, typed(self.key_lines.data or "") if typed else sorted(self.key.data or [])


class ApproveForm(BaseForm):
    """Approval of what was shown."""

    seen = HiddenField(validators=[DataRequired()])


class DeclineForm(BaseForm):
    """A request turned down."""

    reason = TextAreaField(
        _("Reason"),
        filters=[trim],
        validators=[DataRequired(_("Say why it is declined.")), Length(max=2000)],
        render_kw={"rows": 3},
    )


class TellForm(BaseForm):
    """Candidates who were told."""

    outcomes = SelectMultipleField(coerce=UUID, validate_choice=False, validators=[DataRequired()])


class RemarkingFilter(FilterForm):
    """Search of requests."""

    status = SelectField(_("Status"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status.choices = choices(RemarkingStatus, blank=gettext("All"))

    def wanted(self) -> RemarkingStatus | None:
        """The status asked for; what is unknown narrows nothing."""
        return RemarkingStatus(self.status.data) if self.status.data in set(RemarkingStatus) else None


def consequence_of(value: str | None) -> Consequence | None:
    """The consequence that a list is narrowed to; what is unknown narrows nothing."""
    return Consequence(value) if value in set(Consequence) else None
