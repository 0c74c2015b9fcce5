"""Sentences for the refusals about courses, cohorts, places and hours."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from training_base.cohorts import hours, planning, service
from training_base.kernel.errors import Refusal


def in_hours(minutes: int) -> str:
    """Minutes as hours: 90 is 1.5."""
    return f"{minutes / 60:.1f}".removesuffix(".0")


SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.CohortFull: lambda r: ngettext(
        "The only place of this cohort is taken.",
        "All %(num)s places of this cohort are taken. Choose another cohort, or let the manager add places.",
        r.capacity,
    ),
    service.CohortEnded: lambda r: _(
        "This cohort ended on %(day)s; nobody can be enrolled any more.", day=r.ends_on.isoformat()
    ),
    service.AlreadyEnrolled: lambda r: _("%(name)s already has a place in this cohort.", name=r.name),
    service.TrainerNotOnFile: lambda r: _(
        "The center of this cohort does not keep %(name)s on file. Add the person to the center first.", name=r.name
    ),
    service.AlreadyLeft: lambda r: _("%(name)s has left this cohort before.", name=r.name),
    service.HoursMissing: lambda r: _(
        "%(hours)s hours of training are still missing for this level.", hours=in_hours(r.missing_minutes)
    ),
    hours.NotEnrolled: lambda r: _(
        "%(name)s has left this cohort; no hours can be credited. Nothing was stored.", name=r.name
    ),
    hours.OutsideTerm: lambda r: _(
        "%(day)s is not a day of this cohort: it runs from %(start)s to %(end)s.",
        day=r.held_on.isoformat(),
        start=r.starts_on.isoformat(),
        end=r.ends_on.isoformat(),
    ),
    hours.InTheFuture: lambda r: _(
        "%(day)s has not come yet. Record hours after they were held.", day=r.held_on.isoformat()
    ),
    hours.MinutesOutOfRange: lambda r: _(
        "A day holds more than 0 and at most %(most)s hours of training.", most=in_hours(r.most)
    ),
    hours.DayFull: lambda r: _(
        "%(name)s has %(recorded)s hours on %(day)s already; with these the day would hold more than %(most)s. "
        "Nothing was stored.",
        name=r.name,
        recorded=in_hours(r.recorded_minutes),
        day=r.held_on.isoformat(),
        most=in_hours(r.most),
    ),
    hours.NobodyChosen: lambda r: _("Choose at least one member of the cohort."),
    hours.AlreadyVoided: lambda r: _("The hours of %(day)s were voided before.", day=r.held_on.isoformat()),
    planning.NoSuchLevel: lambda r: _("There is no level %(level)s in this occupation.", level=r.level),
    planning.TooFewHours: lambda r: _(
        "The course plans %(planned)s hours; the level asks for at least %(due)s.",
        planned=in_hours(r.planned_minutes),
        due=in_hours(r.due_minutes),
    ),
    planning.CohortCodeTaken: lambda r: _(
        "The center already has a cohort with the code %(code)s.", code=r.cohort_code
    ),
    planning.CohortTermReversed: lambda r: _(
        "The last day (%(end)s) comes before the first (%(start)s).",
        end=r.ends_on.isoformat(),
        start=r.starts_on.isoformat(),
    ),
    planning.TermTooShort: lambda r: _(
        "%(days)s days cannot hold the %(hours)s hours of the course: a day holds at most 8.",
        days=r.days,
        hours=in_hours(r.planned_minutes),
    ),
    planning.BelowTaken: lambda r: _(
        "%(capacity)s places are too few: %(taken)s are taken, and a cohort has at least one.",
        capacity=r.capacity,
        taken=r.taken,
    ),
    planning.RecordsOutsideTerm: lambda r: _(
        "Hours are on record for %(day)s, which the new term leaves out. Void them first, or keep the day.",
        day=r.held_on.isoformat(),
    ),
    planning.NotATeacher: lambda r: _("Only somebody with the duty of a teacher at this center can teach its cohorts."),
    planning.AlreadyTeaches: lambda r: _("%(name)s is a teacher of this cohort already.", name=r.name),
    planning.HasTaught: lambda r: _(
        "Hours are on record, so %(name)s stays named as teacher: whoever taught does not decide on certificates.",
        name=r.name,
    ),
}
