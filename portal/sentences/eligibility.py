"""Sentences about eligibility: the refusals, and what each condition asks for."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from certification.eligibility import service
from certification.eligibility.rules import ConditionAnswer, ConditionKind, EligibilityAnswer
from portal.labels import label, level_name
from training_base.kernel.errors import Refusal
from training_base.people.rules import EducationLevel, TitleRank


def _certificate(asked: Mapping[str, Any]) -> str:
    level, years = level_name(asked["level"]), asked["least_years"]
    if not years:
        return _("a certificate of %(level)s or higher", level=level)
    return ngettext(
        "a certificate of %(level)s or higher for at least %(num)s year",
        "a certificate of %(level)s or higher for at least %(num)s years",
        years,
        level=level,
    )


def _education(asked: Mapping[str, Any]) -> str:
    schools = _(", ").join(label(EducationLevel(value)) for value in asked["levels"])
    if asked["final_year_counts"]:
        return _("schooling in this or a related subject, finished or in the final year: %(schools)s", schools=schools)
    return _("finished schooling in this or a related subject: %(schools)s", schools=schools)


CONDITIONS: dict[ConditionKind, Callable[[Mapping[str, Any]], str]] = {
    ConditionKind.AGE: lambda asked: _("at least %(years)s years old", years=asked["least_years"]),
    ConditionKind.YEARS_IN_OCCUPATION: lambda asked: ngettext(
        "at least %(num)s year of work in the occupation",
        "at least %(num)s years of work in the occupation",
        asked["least_years"],
    ),
    ConditionKind.IN_OCCUPATION: lambda asked: _("works in the occupation now"),
    ConditionKind.OCCUPATION_INTENT: lambda asked: _("means to work in the occupation"),
    ConditionKind.CERTIFICATE: _certificate,
    ConditionKind.EDUCATION: _education,
    ConditionKind.SCHOOL_APPRAISAL: lambda asked: _("passed the appraisal of the school"),
    ConditionKind.PROFESSIONAL_TITLE: lambda asked: _(
        "a professional title in the subject, at least: %(rank)s", rank=label(TitleRank(asked["least_rank"]))
    ),
    ConditionKind.APPRENTICESHIP: lambda asked: _("has finished an apprenticeship in the occupation"),
}
"""What a condition asks for."""

CONFIRMATIONS: dict[ConditionKind, Callable[[], str]] = {
    ConditionKind.OCCUPATION_INTENT: lambda: _(
        "I have seen the signed statement that the person means to work in the occupation."
    ),
    ConditionKind.SCHOOL_APPRAISAL: lambda: _(
        "I have seen the school's confirmation that the person passed its appraisal."
    ),
}
"""What somebody says who confirms a condition."""


def condition(answer: ConditionAnswer) -> str:
    """What a condition asks for, in the reader's language."""
    return CONDITIONS[answer.kind](answer.asked)


def have(answer: ConditionAnswer) -> str:
    """What there is towards a condition, or from when time alone meets it; empty where nothing is to be said."""
    parts = []
    if answer.have is not None:
        parts.append(ngettext("%(num)s full year on file", "%(num)s full years on file", answer.have))
    if answer.from_on is not None:
        parts.append(_("met from %(day)s", day=answer.from_on.isoformat()))
    return _("; ").join(parts)


def _not_eligible(refusal: service.NotEligible) -> str:
    answer: EligibilityAnswer = refusal.answer
    level, day = level_name(answer.level), answer.on.isoformat()
    if answer.from_on is None:
        return _(
            "None of the requirements of %(level)s is met on %(day)s. See below what is missing; "
            "records can be added to the profile.",
            level=level,
            day=day,
        )
    return _(
        "None of the requirements of %(level)s is met on %(day)s. By time alone, one is met from %(from_day)s.",
        level=level,
        day=day,
        from_day=answer.from_on.isoformat(),
    )


SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.NotEligible: _not_eligible,
    service.RulesNotPublished: lambda r: _(
        "The requirements for %(level)s in force on %(day)s are not published, so nobody can be judged by them.",
        level=level_name(r.level),
        day=r.on.isoformat(),
    ),
}
