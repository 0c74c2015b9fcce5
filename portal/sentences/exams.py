"""Sentences for the refusals of exam sessions and registrations."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from certification.exams import paper_choice, planning, registering
from portal.filters import day, instant
from portal.labels import label, level_name
from training_base.kernel.errors import Refusal

PLANNING: dict[type[Refusal], Callable[[Any], str]] = {
    planning.StartsInThePast: lambda r: _(
        "The exam would start at %(at)s, and that is over. Choose a later time.", at=instant(r.starts_at)
    ),
    planning.WindowTooShort: lambda r: _(
        "The exam takes %(minutes)s minutes; the session ends before that. Let it end later.", minutes=r.minutes
    ),
    planning.TooManyPlaces: lambda r: _(
        "%(capacity)s places are not possible: the room holds 1 to %(most)s.", capacity=r.capacity, most=r.most
    ),
    planning.RoomTaken: lambda r: _(
        "The room is taken by session %(code)s from %(start)s to %(end)s. Choose another room or another time.",
        code=r.session_code,
        start=instant(r.starts_at, r.zone),
        end=instant(r.ends_at, r.zone),
    ),
    planning.SchemeNotInForce: lambda r: _(
        "Scheme %(code)s is not in force on %(on)s. Choose another scheme or another day.",
        code=r.scheme_code,
        on=day(r.on),
    ),
    planning.ComponentNotExamined: lambda r: _(
        "Scheme %(code)s does not examine this component (%(component)s).",
        code=r.scheme_code,
        component=label(r.component),
    ),
    paper_choice.TooFewParallel: lambda r: _(
        "Papers of their own need at least two parallel papers to draw from. Choose another set."
    ),
    paper_choice.PaperMissing: lambda r: _("A theory exam needs a paper. Choose one, or assemble one first."),
    paper_choice.PaperOfOtherScheme: lambda r: _(
        "Paper %(code)s does not belong to this exam: a theory exam takes a paper of its own scheme, "
        "other exams take none.",
        code=r.paper_code,
    ),
    planning.TooFewStaff: lambda r: _(
        "Too few people chosen for this duty (%(duty)s): at least %(least)s.", duty=label(r.duty), least=r.least
    ),
    planning.NotOnDuty: lambda r: _(
        "Somebody chosen does not hold this duty (%(duty)s) at the center on %(on)s.", duty=label(r.duty), on=day(r.on)
    ),
    planning.WrongStatus: lambda r: _(
        "This is not possible in the session's present status: %(status)s.", status=label(r.status)
    ),
    planning.AlreadyBegun: lambda r: _(
        "%(count)s candidates have begun to write; the session can no longer be cancelled.", count=r.count
    ),
}

REGISTERING: dict[type[Refusal], Callable[[Any], str]] = {
    registering.RegistrationNotOpen: lambda r: _(
        "The session takes no registrations now (status: %(status)s). "
        "Registration is possible while it is open, until the exam begins.",
        status=label(r.status),
    ),
    registering.SessionFull: lambda r: _("All %(capacity)s places of this session are taken.", capacity=r.capacity),
    registering.OtherCenter: lambda r: _(
        "%(name)s is enrolled at another center and sits the exam there.", name=r.name
    ),
    registering.EnrolmentLeft: lambda r: _("%(name)s has left the cohort.", name=r.name),
    registering.OtherLevel: lambda r: _(
        "Enrolled for %(enrolled)s, but the session examines %(examined)s.",
        enrolled=level_name(r.enrolled),
        examined=level_name(r.examined),
    ),
    registering.AlreadyRegistered: lambda r: _(
        "%(name)s is registered already, in session %(code)s.", name=r.name, code=r.session_code
    ),
    registering.AlreadyPassed: lambda r: (
        _("This component was passed before (%(component)s), and that still counts.", component=label(r.component))
        if r.until is None
        else _(
            "This component was passed before (%(component)s), and that counts until %(until)s.",
            component=label(r.component),
            until=day(r.until),
        )
    ),
    registering.TheoryFirst: lambda r: _(
        "%(name)s must be registered for the theory exam before the skill exam.", name=r.name
    ),
    registering.ExaminerTaught: lambda r: _(
        "Examiner %(examiner)s has taught %(name)s and may not examine this person. "
        "Choose another examiner or another session.",
        examiner=r.examiner,
        name=r.name,
    ),
    registering.NotWithdrawable: lambda r: _(
        "This registration can no longer be withdrawn (status: %(status)s).", status=label(r.status)
    ),
}

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {**PLANNING, **REGISTERING}
