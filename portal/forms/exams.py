"""Forms of exam sessions and registrations."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    IntegerField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from certification.exams.planning import ExamSessionFacts
from certification.exams.rules import ExamSessionStatus
from certification.standards.rules import Component
from portal.forms.base import BaseForm, FilterForm, trim
from portal.labels import label
from training_base.centers.models import TrainingCenter

EXAMINED = (Component.THEORY, Component.SKILL)


class ExamDay(DateField):
    """A day; what is no day gets our own sentence."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a day of the calendar like 2026-06-15.")) from None


class ClockTime(TimeField):
    """A time of day; what is none gets our own sentence."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a time like 09:30.")) from None


def boxes(caption: Any, **more: Any) -> SelectMultipleField:
    """Several choices as boxes."""
    return SelectMultipleField(caption, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), **more)


class ExamFilter(FilterForm):
    """Which exam sessions to list."""

    q = SearchField(_("Session code or title"), filters=[trim])
    status = SelectField(_("Status"))
    component = SelectField(_("Component"))
    when = SelectField(_("Time"), choices=[("", _("All")), ("upcoming", _("To come and running")), ("past", _("Over"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status.choices = [("", _("All")), *((one.value, label(one)) for one in ExamSessionStatus)]
        self.component.choices = [("", _("All")), *((one.value, label(one)) for one in EXAMINED)]


class CenterChoice(FilterForm):
    """At which center a session is planned, for those who plan at several."""

    center = SelectField(_("Center"))


class StaffForm(BaseForm):
    """Who invigilates and who examines; the choices come from the view."""

    invigilators = boxes(_("Invigilators"), description=_("A theory exam needs at least one."))
    examiners = boxes(
        _("Examiners"),
        description=_("A skill exam needs at least two; nobody who taught a candidate can be among them."),
    )

    def chosen(self) -> dict[str, Any]:
        """Who was chosen, per duty."""
        return {
            "invigilators": tuple(UUID(value) for value in self.invigilators.data or ()),
            "examiners": tuple(UUID(value) for value in self.examiners.data or ()),
        }


def papers_chosen(value: str | None) -> dict[str, Any]:
    """What a choice among papers stands for: one paper, or a set dealt out or drawn from."""
    how, _sign, name = (value or "").rpartition(":")
    if not name:
        return {}
    return {"paper_set_id": UUID(name), "own_papers": how == "own"} if how else {"paper_id": UUID(name)}


class ExamSessionForm(StaffForm):
    """A new exam session of one center; the choices come from the view."""

    title: Any = StringField(
        _("Title"),
        description=_("Candidates read it on their admission ticket."),
        filters=[trim],
        validators=[DataRequired(_("Give the session a title.")), Length(max=120)],
    )
    scheme_id = SelectField(_("Scheme"), validators=[InputRequired(_("Choose a scheme."))])
    component = SelectField(_("Component"), validators=[InputRequired(_("Choose a component."))])
    paper_id = SelectField(
        _("Paper"), description=_("Only a theory exam has one, of the same scheme."), validators=[Optional()]
    )
    room_id = SelectField(_("Room"), validators=[InputRequired(_("Choose a room."))])
    on: Any = ExamDay(
        _("Day"),
        description=_("The minutes of the exam come from the scheme; start and end must leave room for them."),
        validators=[InputRequired(_("Choose a day."))],
    )
    starts: Any = ClockTime(_("Starts at"), validators=[InputRequired(_("Choose a time."))])
    ends: Any = ClockTime(_("Ends at"), validators=[InputRequired(_("Choose a time."))])
    capacity = IntegerField(
        _("Places"),
        description=_("Leave it empty for as many as the room has workstations."),
        validators=[Optional(), NumberRange(min=1, max=999, message=_("A whole number from 1 to 999."))],
        render_kw={"inputmode": "numeric"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.component.choices = [(one.value, label(one)) for one in EXAMINED]

    def facts(self, center: TrainingCenter) -> ExamSessionFacts:
        """What was typed, in the zone of the center."""
        return ExamSessionFacts(
            center_id=center.id,
            room_id=UUID(self.room_id.data),
            scheme_id=UUID(self.scheme_id.data),
            component=Component(self.component.data),
            title=self.title.data,
            starts_at=_at(self.on.data, self.starts.data, center.zone),
            ends_at=_at(self.on.data, self.ends.data, center.zone),
            **papers_chosen(self.paper_id.data),
            capacity=self.capacity.data,
            **self.chosen(),
        )


class CohortChoice(FilterForm):
    """Whose members are to be registered."""

    cohort = SelectField(_("Cohort"), render_kw={"data-autosubmit": True})


class RegisterForm(BaseForm):
    """Which members of a cohort are registered; the choices come from the view."""

    enrolments: Any = SelectMultipleField(_("Members"), validators=[InputRequired(_("Choose at least one person."))])


class RegistrationFilter(FilterForm):
    """Which registrations of a session to list."""

    q = SearchField(_("Name or admission number"), filters=[trim])


class ReasonForm(BaseForm):
    """Why something is called off."""

    reason: Any = TextAreaField(
        _("Reason"),
        description=_("It is kept in the audit trail."),
        filters=[trim],
        validators=[DataRequired(_("Give a reason.")), Length(max=300)],
        render_kw={"rows": 3},
    )


def _at(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(zone))
