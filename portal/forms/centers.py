"""Forms of centers: the body, its scope, staff, sites and rooms."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField, SelectField, StringField, TelField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from certification.standards.rules import OCCUPATION
from portal.forms.base import BaseForm, FilterForm, trim
from portal.forms.people import day
from portal.labels import LEVELS, choices
from training_base.centers.models import Site
from training_base.centers.premises import RoomFacts, SiteFacts
from training_base.centers.rules import DISTRICTS, FUNCTIONAL_AREAS, CenterKind, CenterStatus, StaffDuty
from training_base.centers.service import CenterFacts, ScopeFacts

JOBS = {"数据标注员": _("Data annotator"), "人工智能算法测试员": _("AI algorithm tester")}
"""The jobs of the occupation in the national standard of 2021."""


def text(label: Any, *, required: Any, most: int = 120, **more: Any) -> Any:
    """A line of text that is more than blanks."""
    return StringField(label, filters=[trim], validators=[DataRequired(required), Length(max=most)], **more)


def number(label: Any, *, most: int, between: Any) -> Any:
    """A whole number from 1 on."""
    return IntegerField(
        label,
        validators=[InputRequired(_("Enter a number.")), NumberRange(1, most, between)],
        render_kw={"min": 1, "max": most, "inputmode": "numeric"},
    )


def names(table: Mapping[str, Any], *, chinese: bool, blank: Any = None) -> list[tuple[str, Any]]:
    """Choices of a closed set of places, in the reader's language."""
    pairs: list[tuple[str, Any]] = [(zh, zh if chinese else en) for zh, en in table.items()]
    return pairs if blank is None else [("", blank), *pairs]


def levels(*, blank: Any = None) -> list[tuple[str, Any]]:
    """Choices of the levels, the lowest first."""
    pairs: list[tuple[str, Any]] = [(str(level), name) for level, name in LEVELS.items()]
    return pairs if blank is None else [("", blank), *pairs]


class CenterForm(BaseForm):
    """What may change about a body."""

    name_zh = text(_("Name in Chinese"), required=_("Enter the name as it is filed."))
    name_en = text(_("Name in English"), required=_("Enter the English name."))
    district = SelectField(_("District"), validators=[InputRequired(_("Choose the district."))])
    functional_area = SelectField(
        _("Functional area"),
        description=_("Zhangjiang or Lin-gang, for instance: areas that lie in a district."),
        validators=[Optional()],
    )
    phone = TelField(_("Telephone"), filters=[trim], validators=[Optional(), Length(max=40)])
    revision = HiddenField()

    def offer(self, *, chinese: bool) -> "CenterForm":
        """Fill the choices in the reader's language."""
        self.district.choices = names(DISTRICTS, chinese=chinese)
        self.functional_area.choices = names(FUNCTIONAL_AREAS, chinese=chinese, blank=_("none"))
        return self

    def facts(self) -> CenterFacts:
        """The facts as they were typed."""
        return CenterFacts(
            name_zh=self.name_zh.data,
            name_en=self.name_en.data,
            district=self.district.data,
            functional_area=self.functional_area.data or None,
            phone=self.phone.data,
        )


class NewCenterForm(CenterForm):
    """A body that is put on record."""

    kind = SelectField(_("Kind of body"), choices=partial(choices, CenterKind), validators=[InputRequired()])
    code = StringField(
        _("Body code"),
        filters=[trim],
        description=_("13 characters: S (third party) or Y (employer) and 12 digits. It never changes."),
        validators=[DataRequired(_("Enter the code of the filing notice.")), Length(max=13)],
        render_kw={"autocapitalize": "characters", "spellcheck": "false"},
    )


class ScopeForm(BaseForm):
    """A level that a body files."""

    level = SelectField(_("Level"), choices=levels, validators=[InputRequired()])
    job = SelectField(
        _("Job of the occupation"), choices=lambda: [("", _("all jobs")), *JOBS.items()], validators=[Optional()]
    )
    from_on = day(_("First day"), required=_("Enter the day on which it begins."))
    until_on = day(_("Until"), description=_("The first day on which it no longer counts; empty is open."))

    def facts(self) -> ScopeFacts:
        """The facts as they were typed."""
        return ScopeFacts(
            OCCUPATION, int(self.level.data), self.from_on.data, self.until_on.data, self.job.data or None
        )


class EndForm(BaseForm):
    """The end of a scope or a duty."""

    until_on = day(
        _("Ends on"),
        required=_("Enter the day."),
        description=_("The first day on which it no longer counts."),
    )


class StatusForm(BaseForm):
    """Whether a body may work."""

    status = SelectField(_("Status"), choices=partial(choices, CenterStatus), validators=[InputRequired()])


class StaffForm(BaseForm):
    """A duty for somebody with an account."""

    account_id = SelectField(_("Account"), validators=[InputRequired(_("Choose the person."))])
    duty = SelectField(_("Duty at the center"), choices=partial(choices, StaffDuty), validators=[InputRequired()])
    from_on = day(_("First day"), required=_("Enter the day on which it begins."))
    until_on = day(_("Until"), description=_("The first day on which it is no longer held; empty is open."))


class SiteForm(BaseForm):
    """One address."""

    name = text(_("Name of the site"), required=_("Enter a name, such as: main site."))
    address = text(_("Address"), required=_("Enter the street and number."), most=200)
    district = SelectField(_("District"), validators=[InputRequired(_("Choose the district."))])

    @classmethod
    def of(cls, site: Site | None, *, chinese: bool) -> "SiteForm":
        """The form with what is on record."""
        form = cls(obj=site)
        form.district.choices = names(DISTRICTS, chinese=chinese)
        return form

    def facts(self) -> SiteFacts:
        """The facts as they were typed."""
        return SiteFacts(self.name.data, self.address.data, self.district.data)


class RoomForm(BaseForm):
    """One room."""

    name = text(_("Name of the room"), required=_("Enter the name on the door."), most=60)
    workstations = number(_("Workstations"), most=2000, between=_("From 1 to 2000."))

    def facts(self) -> RoomFacts:
        """The facts as they were typed."""
        return RoomFacts(self.name.data, self.workstations.data)


class CenterFilter(FilterForm):
    """Search of centers."""

    q = StringField(_("Name or code"), filters=[trim])
    district = SelectField(_("District"), validators=[Optional()])
    status = SelectField(_("Status"), validators=[Optional()])
    level = SelectField(_("Filed for"), validators=[Optional()])

    @classmethod
    def of(cls, arguments: Any, *, chinese: bool) -> "CenterFilter":
        """The filter with what stands in the address."""
        form = cls(arguments)
        form.district.choices = names(DISTRICTS, chinese=chinese, blank=_("all"))
        form.status.choices = [("", _("all")), *choices(CenterStatus)]
        form.level.choices = levels(blank=_("all"))
        return form


class StaffFilter(FilterForm):
    """Search of staff."""

    duty = SelectField(_("Duty at the center"), validators=[Optional()])
    when = SelectField(_("Held when"), choices=lambda: [("now", _("held today")), ("ever", _("ever"))], default="now")

    @classmethod
    def of(cls, arguments: Any) -> "StaffFilter":
        """The filter with what stands in the address."""
        form = cls(arguments)
        form.duty.choices = [("", _("all")), *choices(StaffDuty)]
        return form
