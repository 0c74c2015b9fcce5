"""Forms of decisions, changes of certificates, verification and share links."""

from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from certification.certificates.rules import (
    SHARE_DAYS,
    CertificateStatus,
    ChangeReason,
    DecisionOutcome,
)
from certification.certificates.sharing import LABEL_LENGTH
from portal.forms.base import BaseForm, FilterForm, trim
from portal.labels import choices, level_name


class CertificateFilter(FilterForm):
    """Search of certificates."""

    q = StringField(_("Number or name"), filters=[trim], validators=[Optional()])
    status = SelectField(_("Status"), validators=[Optional()])
    level = SelectField(_("Level"), validators=[Optional()])

    def offer(self) -> "CertificateFilter":
        """Fill the choices in the reader's language."""
        self.status.choices = choices(CertificateStatus, blank=str(_("All")))
        self.level.choices = [("", str(_("All"))), *((str(level), level_name(level)) for level in range(1, 6))]
        return self


class DecideForm(BaseForm):
    """A decision on a passed result."""

    outcome = RadioField(_("Decision"), validators=[InputRequired(_("Choose one."))])
    reason = TextAreaField(
        _("Reason"),
        description=_("Needed when the result is not certified. It goes into the record and the audit trail."),
        filters=[trim],
        validators=[Optional(), Length(max=1000)],
        render_kw={"rows": 3},
    )

    def offer(self) -> "DecideForm":
        """Fill the choices in the reader's language."""
        self.outcome.choices = choices(DecisionOutcome)
        return self


class ManyForm(BaseForm):
    """Results chosen in the list of those to decide."""

    results = SelectMultipleField(coerce=UUID, validate_choice=False, validators=[DataRequired()])


class ChangeForm(BaseForm):
    """A change of status that somebody asks for."""

    kind = RadioField(_("Change"), validators=[InputRequired(_("Choose one."))])
    reason = SelectField(_("Ground"), validators=[InputRequired(_("Choose one."))])
    explanation = TextAreaField(
        _("What happened"),
        description=_("The second person decides on what stands here. No document numbers, please."),
        filters=[trim],
        validators=[DataRequired(_("Explain what happened.")), Length(max=2000)],
        render_kw={"rows": 4},
    )

    def offer(self, kinds: list[tuple[str, str]]) -> "ChangeForm":
        """Fill the choices in the reader's language."""
        self.kind.choices = kinds
        self.reason.choices = choices(ChangeReason, blank=str(_("Choose")))
        return self


class VerifyForm(BaseForm):
    """What an employer reads off a certificate."""

    number = StringField(
        _("Certificate number"),
        description=_("22 characters; spaces and dashes do not matter."),
        filters=[trim],
        validators=[DataRequired(_("Enter the number that stands on the certificate.")), Length(max=60)],
        render_kw={"class": "code", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )
    name = StringField(
        _("Holder's name"),
        filters=[trim],
        validators=[DataRequired(_("Enter the holder's name as it stands on the certificate.")), Length(max=120)],
        render_kw={"autocomplete": "off"},
    )


class ShareForm(BaseForm):
    """A link to the holder's levels."""

    label = StringField(
        _("Whom is it for?"),
        description=_("A note for yourself, for example the name of the company."),
        filters=[trim],
        validators=[DataRequired(_("Say whom it is for.")), Length(max=LABEL_LENGTH)],
    )
    days = RadioField(_("Open for"), default="30", validators=[InputRequired(_("Choose one."))])

    def offer(self) -> "ShareForm":
        """Fill the choices in the reader's language."""
        self.days.choices = [(str(days), str(_("%(days)s days", days=days))) for days in SHARE_DAYS]
        return self
