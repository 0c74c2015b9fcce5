"""Forms of courses, cohorts, places and hours."""

from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DecimalField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from certification.standards.rules import OCCUPATION
from portal.forms.base import BaseForm, FilterForm, trim
from portal.forms.centers import levels, number, text
from portal.forms.people import day
from portal.labels import choices
from training_base.cohorts.hours import HoursFacts
from training_base.cohorts.planning import CohortFacts, CourseFacts
from training_base.cohorts.rules import CohortPhase, EnrolmentStatus


def hours_field(label: Any, *, most: int, **more: Any) -> Any:
    """Hours with halves and quarters; the domain counts minutes."""
    return DecimalField(
        label,
        validators=[
            InputRequired(_("Enter the hours, such as 3.5.")),
            NumberRange(Decimal("0.1"), most, _("From 0.1 to %(max)s hours.")),
        ],
        render_kw={"inputmode": "decimal"},
        **more,
    )


def minutes(hours: Decimal) -> int:
    """Hours as whole minutes."""
    return int((hours * 60).quantize(Decimal(1), ROUND_HALF_UP))


class CourseForm(BaseForm):
    """A course of a center."""

    center_id = SelectField(_("Center"), validators=[InputRequired(_("Choose the center."))])
    title = text(_("Title"), required=_("Enter the title of the course."))
    level = SelectField(_("Level"), choices=levels, validators=[InputRequired()])
    hours = hours_field(
        _("Hours planned"),
        most=500,
        description=_("At least what the level asks for: 60, 50, 40, 40 and 30 hours for levels 5 to 1."),
    )

    def facts(self) -> CourseFacts:
        """The facts as they were typed."""
        return CourseFacts(self.title.data, OCCUPATION, int(self.level.data), minutes(self.hours.data))


class CohortForm(BaseForm):
    """A cohort of a course."""

    code = text(_("Code of the cohort"), required=_("Enter a short code, such as 2026-3A."), most=40)
    name = text(_("Name of the cohort"), required=_("Enter the name of the cohort."))
    starts_on = day(_("First day"), required=_("Enter the day on which it begins."))
    ends_on = day(_("Last day"), required=_("Enter the day on which it ends."))
    capacity = number(_("Places in the cohort"), most=1000, between=_("From 1 to 1000."))

    def facts(self) -> CohortFacts:
        """The facts as they were typed."""
        return CohortFacts(self.code.data, self.name.data, self.starts_on.data, self.ends_on.data, self.capacity.data)


class NewCohortForm(CohortForm):
    """A cohort that opens."""

    course_id = SelectField(_("Course"), validators=[InputRequired(_("Choose the course."))])


class TeacherForm(BaseForm):
    """A teacher for a cohort."""

    actor_id = SelectField(_("Teacher"), validators=[InputRequired(_("Choose the teacher."))])


class EnrolForm(BaseForm):
    """What was seen on paper before a trainer is enrolled."""

    confirmed = SelectMultipleField(
        _("What you have seen on paper"),
        description=_("Your name is kept with each confirmation."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class HoursForm(BaseForm):
    """Training of one day, for members of a cohort."""

    held_on = day(_("Day"), required=_("Enter the day."))
    hours = hours_field(_("Hours"), most=8, description=_("An hour counts 60 minutes; at most 8 a day."))
    topic = text(_("Topic"), required=_("Say what the training was about."), most=200)
    members = SelectMultipleField(
        _("Who took part"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_("Choose at least one member of the cohort."))],
    )

    def facts(self) -> HoursFacts:
        """The facts as they were typed."""
        return HoursFacts(self.held_on.data, minutes(self.hours.data), self.topic.data)


class ReasonForm(BaseForm):
    """Why hours are voided or a place is freed."""

    reason = TextAreaField(
        _("Reason"),
        filters=[trim],
        description=_("It is kept with the record. Leave out personal details."),
        validators=[DataRequired(_("Enter the reason for this.")), Length(max=300)],
        render_kw={"rows": 3},
    )


class CohortFilter(FilterForm):
    """Search of cohorts."""

    q = StringField(_("Name, code or course"), filters=[trim])
    center = SelectField(_("Center"), validators=[Optional()])
    level = SelectField(_("Level"), choices=lambda: levels(blank=_("all")), validators=[Optional()])
    phase = SelectField(_("Phase"), choices=partial(choices, CohortPhase, blank=_("all")), validators=[Optional()])


class MemberFilter(FilterForm):
    """Search among the members of a cohort."""

    q = StringField(_("Name"), filters=[trim])
    status = SelectField(
        _("Status"), choices=partial(choices, EnrolmentStatus, blank=_("all")), validators=[Optional()]
    )


class FindTrainerForm(FilterForm):
    """Search of somebody to enrol."""

    q = StringField(_("Name, telephone or whole document number"), filters=[trim])
