"""Forms of trainers: the profile, documents, the past, unmasking, accounts."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.forms.base import BaseForm, FilterForm, trim
from portal.labels import LEVELS, choices
from training_base.people.models import Trainer
from training_base.people.rules import (
    ContactFacts,
    CoreTask,
    DocumentFacts,
    DocumentKind,
    Domain,
    EarlierCertificateFacts,
    EducationFacts,
    EducationLevel,
    EmploymentFacts,
    Sex,
    TitleFacts,
    TitleRank,
    TrainerFacts,
)

DAY = _("Write a day of the calendar like 1996-03-07.")


def text(label: Any, *, required: Any = None, most: int = 120, **more: Any) -> Any:
    """A line of text."""
    first = DataRequired(required) if required else Optional()
    return StringField(label, filters=[trim], validators=[first, Length(max=most)], **more)


class DayField(DateField):
    """A day; what is no day gets our own sentence."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(DAY) from None


def day(label: Any, *, required: Any = None, **more: Any) -> Any:
    """A day of the calendar."""
    return DayField(label, validators=[InputRequired(required) if required else Optional()], **more)


def rating(label: Any) -> IntegerField:
    """A rating of one core task."""
    between = NumberRange(0, 100, _("Rate from 0 to 100, or leave it empty."))
    return IntegerField(
        label, validators=[Optional(), between], render_kw={"min": 0, "max": 100, "inputmode": "numeric"}
    )


def one_of(label: Any, **more: Any) -> SelectField:
    """One choice of several."""
    return SelectField(label, validators=[InputRequired(_("Choose one."))], **more)


def boxes(label: Any, **more: Any) -> SelectMultipleField:
    """Several choices as boxes."""
    return SelectMultipleField(
        label,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **more,
    )


class TrainerFilter(FilterForm):
    """Search of trainers."""

    q = text(_("Name, telephone or whole document number"))


class DocumentForm(BaseForm):
    """An identity document."""

    kind = one_of(_("Kind of document"))
    number = text(
        _("Document number"),
        required=_("Enter the number as it is printed on the document."),
        most=40,
        description=_("As printed. Spaces, small letters and full-width digits are put right. It is kept encrypted."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "class": "code"},
    )
    valid_until = day(_("Valid until"), description=_("Leave it empty where the document has no end."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = choices(DocumentKind)

    def document(self) -> DocumentFacts:
        """What was typed, as facts."""
        return DocumentFacts(DocumentKind(self.kind.data), self.number.data, self.valid_until.data)


class ProfileForm(BaseForm):
    """What a profile says about a person."""

    name = text(
        _("Name"),
        required=_("Enter the name as it is printed on the document."),
        most=60,
        description=_("As printed on the identity document."),
    )
    name_latin = text(_("Name in Latin letters"), most=80)
    sex = RadioField(_("Sex"), validators=[InputRequired(_("Choose the sex that the document states."))])
    born_on = day(_("Date of birth"), required=_("Enter the date of birth."))
    nationality: Any = StringField(
        _("Nationality"),
        filters=[trim],
        default="CN",
        description=_("Code of two letters, such as CN."),
        validators=[
            DataRequired(_("Enter the code of the nationality.")),
            Regexp(r"[A-Za-z]{2}$", message=_("A code has two letters, such as CN or FR.")),
        ],
    )
    phone = TelField(_("Telephone"), filters=[trim], validators=[Optional(), Length(max=30)])
    email = EmailField(_("E-mail"), filters=[trim], validators=[Optional(), Length(max=120)])
    domains = boxes(_("Fields of work"))
    annotation = rating(_("Data annotation"))
    optimisation = rating(_("Model optimisation"))
    testing = rating(_("Human-AI collaborative testing"))
    apprenticeship_completed = BooleanField(_("Has completed an apprenticeship in the occupation"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sex.choices = choices(Sex)
        self.domains.choices = choices(Domain)

    @property
    def ratings(self) -> list[IntegerField]:
        """The fields of the skill profile."""
        return [self[task.value] for task in CoreTask]

    def facts(self) -> TrainerFacts:
        """What was typed, as facts."""
        return TrainerFacts(
            name=self.name.data,
            name_latin=self.name_latin.data,
            sex=Sex(self.sex.data),
            born_on=self.born_on.data,
            nationality=self.nationality.data,
            phone=self.phone.data,
            email=self.email.data,
            domains=tuple(Domain(value) for value in self.domains.data or []),
            skill_profile={task: self[task.value].data for task in CoreTask if self[task.value].data is not None},
            apprenticeship_completed=self.apprenticeship_completed.data,
        )


class NewTrainerForm(ProfileForm, DocumentForm):
    """A person and the document that was shown."""

    center_id = one_of(_("Training center"))


class EditTrainerForm(ProfileForm):
    """A profile as it shall be; the revision tells whether somebody was faster."""

    revision: Any = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    @classmethod
    def of(cls, trainer: Trainer) -> "EditTrainerForm":
        """The form filled with what is on file, or with what was sent."""
        return cls(obj=trainer, **trainer.skill_profile)


class OwnProfileForm(BaseForm):
    """What trainers change themselves."""

    phone = TelField(_("Telephone"), filters=[trim], validators=[Optional(), Length(max=30)])
    email = EmailField(_("E-mail"), filters=[trim], validators=[Optional(), Length(max=120)])
    domains = boxes(_("Fields of work"))
    revision: Any = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.domains.choices = choices(Domain)

    def facts(self) -> ContactFacts:
        """What was typed, as facts."""
        domains = tuple(Domain(value) for value in self.domains.data or [])
        return ContactFacts(self.phone.data, self.email.data, domains)


class RevealForm(BaseForm):
    """Why somebody needs to see a whole number."""

    reason: Any = TextAreaField(
        _("Reason"),
        filters=[trim],
        description=_("It is kept in the audit trail with your name."),
        validators=[DataRequired(_("Say what you need the number for.")), Length(max=300)],
        render_kw={"rows": 2},
    )


class AccountForTrainerForm(BaseForm):
    """The address a trainer signs in with."""

    sign_in_name: Any = EmailField(
        _("Sign-in name (e-mail address)"),
        filters=[trim],
        validators=[
            DataRequired(_("Enter the e-mail address the person signs in with.")),
            Length(max=120),
            Regexp(
                r"[!-?A-~]+@[^@\s]+\.[^@\s.]+$",
                message=_("This is not an e-mail address. Write it like name@example.cn."),
            ),
        ],
    )


class EducationForm(BaseForm):
    """A course of schooling."""

    level = one_of(_("Kind of schooling"))
    school = text(_("School"), required=_("Enter the school."))
    subject = text(_("Subject of study"), required=_("Enter the subject."))
    is_related = BooleanField(_("The subject is that of the occupation or related to it"))
    in_final_year = BooleanField(_("In the final year now"))
    ended_on = day(_("Finished school on"), description=_("May be left empty in the final year."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = choices(EducationLevel)

    def facts(self) -> EducationFacts:
        """What was typed, as facts."""
        return EducationFacts(
            EducationLevel(self.level.data),
            self.school.data,
            self.subject.data,
            self.is_related.data,
            self.in_final_year.data,
            self.ended_on.data,
        )


class EmploymentForm(BaseForm):
    """Time at work."""

    employer = text(_("Employer"), required=_("Enter the employer."))
    job = text(_("Job held"), required=_("Enter the job."))
    is_in_occupation = BooleanField(
        _("Work as AI trainer, or in a related occupation"),
        description=_("Only this time counts for the years of work that a level asks for."),
    )
    started_on = day(_("Worked from"), required=_("Enter the first day."))
    ended_on = day(_("Worked until"), description=_("Leave it empty while the work lasts."))

    def facts(self) -> EmploymentFacts:
        """What was typed, as facts."""
        return EmploymentFacts(
            self.employer.data,
            self.job.data,
            self.is_in_occupation.data,
            self.started_on.data,
            self.ended_on.data,
        )


class EndForm(BaseForm):
    """When time at work ended."""

    ended_on = day(_("Worked until"), required=_("Enter the last day."))


class TitleForm(BaseForm):
    """A professional title."""

    name = text(_("Name of the title"), required=_("Enter the title."))
    rank = one_of(_("Rank of the title"))
    matches_subject = BooleanField(_("The title is of the occupation's subject or a related one"))
    awarded_on = day(_("Awarded on"), required=_("Enter the day it was awarded."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rank.choices = choices(TitleRank)

    def facts(self) -> TitleFacts:
        """What was typed, as facts."""
        return TitleFacts(self.name.data, TitleRank(self.rank.data), self.matches_subject.data, self.awarded_on.data)


class EarlierCertificateForm(BaseForm):
    """A certificate earned elsewhere."""

    occupation_code = text(
        _("Occupation code"),
        required=_("Enter the code of the occupation."),
        most=20,
        default="4-04-05-05",
        description=_("4-04-05-05 is the AI trainer."),
    )
    level = one_of(_("Level"), coerce=int)
    number = text(_("Certificate number"), required=_("Enter the number of the certificate."), most=40)
    issuer = text(_("Issued by"), required=_("Enter who issued it."))
    issued_on = day(_("Issued on"), required=_("Enter the day of issue."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = [(level, str(name)) for level, name in LEVELS.items()]

    def facts(self) -> EarlierCertificateFacts:
        """What was typed, as facts."""
        return EarlierCertificateFacts(
            self.occupation_code.data,
            self.level.data,
            self.number.data,
            self.issuer.data,
            self.issued_on.data,
        )


class RosterForm(BaseForm):
    """A file with many people."""

    center_id = one_of(_("Training center"))
    file = FileField(
        _("File"),
        description=_(
            "Excel (.xlsx) or CSV, at most 2,000 people. Use the template: its cells keep long numbers whole."
        ),
        validators=[FileRequired(_("Choose the file."))],
        render_kw={"accept": ".xlsx,.csv"},
    )
    dry_run = BooleanField(_("Only check, put nobody on file"), default=True)
