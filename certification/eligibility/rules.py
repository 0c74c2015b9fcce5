"""Rules about eligibility: facts about a person and a rule give what is met, what is missing and from when."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from certification.standards.rules import covers
from training_base.people.rules import EducationLevel, TitleRank, tidy


class ConditionKind(StrEnum):
    """What a condition of a rule asks for."""

    AGE = "age"
    YEARS_IN_OCCUPATION = "years_in_occupation"
    IN_OCCUPATION = "in_occupation"
    OCCUPATION_INTENT = "occupation_intent"
    CERTIFICATE = "certificate"
    EDUCATION = "education"
    SCHOOL_APPRAISAL = "school_appraisal"
    PROFESSIONAL_TITLE = "professional_title"
    APPRENTICESHIP = "apprenticeship"


CONFIRMED_BY_HAND = frozenset({ConditionKind.OCCUPATION_INTENT, ConditionKind.SCHOOL_APPRAISAL})
"""Conditions that no record proves: somebody at the center saw the paper and says so."""

PARAMETERS: dict[ConditionKind, frozenset[str]] = {
    ConditionKind.AGE: frozenset({"least_years"}),
    ConditionKind.YEARS_IN_OCCUPATION: frozenset({"least_years"}),
    ConditionKind.IN_OCCUPATION: frozenset(),
    ConditionKind.OCCUPATION_INTENT: frozenset(),
    ConditionKind.CERTIFICATE: frozenset({"level", "least_years"}),
    ConditionKind.EDUCATION: frozenset({"levels", "related", "final_year_counts"}),
    ConditionKind.SCHOOL_APPRAISAL: frozenset(),
    ConditionKind.PROFESSIONAL_TITLE: frozenset({"least_rank", "matching_subject"}),
    ConditionKind.APPRENTICESHIP: frozenset(),
}
"""The parameters of each kind of condition in ``certification/data/eligibility/*.json``."""


class RelatedKind(StrEnum):
    """What a list of related things lists."""

    OCCUPATION = "occupation"
    SUBJECT = "subject"


class Standing(StrEnum):
    """How somebody stands to a condition."""

    MET = "met"
    MISSING = "missing"
    NOT_CONFIRMED = "not_confirmed"


@dataclass(frozen=True)
class Period:
    """Time at work in the occupation; the last day still counts, None is until now."""

    started_on: date
    ended_on: date | None = None


@dataclass(frozen=True)
class HeldCertificate:
    """A certificate of the occupation that its holder may rely on."""

    level: int
    issued_on: date


@dataclass(frozen=True)
class Schooling:
    """A course of schooling; it counts from the day it ended, or before that in its final year."""

    level: EducationLevel
    is_related: bool
    in_final_year: bool
    ended_on: date | None


@dataclass(frozen=True)
class Title:
    """A professional title."""

    rank: TitleRank
    matches_subject: bool
    awarded_on: date


@dataclass(frozen=True)
class Facts:
    """What is known about a person on a day; ``confirmed`` are the conditions that somebody saw the paper for."""

    on: date
    born_on: date
    work: tuple[Period, ...] = ()
    certificates: tuple[HeldCertificate, ...] = ()
    schooling: tuple[Schooling, ...] = ()
    titles: tuple[Title, ...] = ()
    apprenticeship_completed: bool = False
    confirmed: frozenset[ConditionKind] = frozenset()


@dataclass(frozen=True)
class ConditionAnswer:
    """How a person stands to one condition.

    ``asked`` are its parameters, ``have`` the whole years there are (age and work only), ``from_on`` the day from
    which time alone meets it, None where it is met or time alone does not help.
    """

    kind: ConditionKind
    standing: Standing
    asked: Mapping[str, Any]
    have: int | None = None
    from_on: date | None = None


@dataclass(frozen=True)
class RuleAnswer:
    """How a person stands to one rule: all of its conditions must be met.

    ``from_on`` is the day from which time alone meets the whole rule; None where it is met or needs something else.
    """

    rule_id: str
    conditions: tuple[ConditionAnswer, ...]
    from_on: date | None = None

    @property
    def met(self) -> bool:
        """Whether the person qualifies by this rule."""
        return all(condition.standing is Standing.MET for condition in self.conditions)

    @property
    def awaits_only_confirmation(self) -> bool:
        """Whether nothing but a confirmation by hand is missing."""
        return not self.met and all(c.standing is not Standing.MISSING for c in self.conditions)


@dataclass(frozen=True)
class EligibilityAnswer:
    """What the rules in force say about a person, a level and a day.

    ``met`` is the first rule that is met; ``published`` is False where the text of the rules is not known.
    """

    level: int
    on: date
    met: str | None
    tried: tuple[RuleAnswer, ...]
    published: bool
    title_zh: str = ""
    title_en: str = ""
    code: str = ""

    @property
    def from_on(self) -> date | None:
        """The first day from which time alone makes the person eligible; None where they are or it does not."""
        days = [rule.from_on for rule in self.tried if rule.from_on is not None]
        return min(days) if days and self.met is None else None

    @property
    def to_confirm(self) -> tuple[ConditionKind, ...]:
        """What somebody could confirm so that a rule is met."""
        waiting = [rule for rule in self.tried if rule.awaits_only_confirmation]
        kinds = {c.kind for r in waiting for c in r.conditions if c.standing is Standing.NOT_CONFIRMED}
        return tuple(kind for kind in ConditionKind if kind in kinds)


def add_years(day: date, years: int) -> date:
    """The same day of a later year; what starts on 29 February is full on 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def full_years(start: date, end: date) -> int:
    """Whole years from one day to another, never below 0."""
    years = end.year - start.year
    return max(0, years if add_years(start, years) <= end else years - 1)


def spans(work: Iterable[Period]) -> list[tuple[date, date]]:
    """Periods put together where they touch or overlap, in order; the second day of a pair no longer counts."""
    merged: list[tuple[date, date]] = []
    for period in sorted(work, key=lambda period: period.started_on):
        end = date.max if period.ended_on is None else period.ended_on + timedelta(days=1)
        if merged and period.started_on <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((period.started_on, end))
    return merged


Judge = Callable[[Mapping[str, Any], Facts], ConditionAnswer]


def _by_day(
    kind: ConditionKind, asked: Mapping[str, Any], facts: Facts, days: Iterable[date], have: int | None = None
) -> ConditionAnswer:
    """Met once the earliest of these days has come."""
    day = min(days, default=None)
    if day is not None and day <= facts.on:
        return ConditionAnswer(kind, Standing.MET, asked, have)
    return ConditionAnswer(kind, Standing.MISSING, asked, have, day)


def _plainly(kind: ConditionKind, asked: Mapping[str, Any], *, is_met: bool) -> ConditionAnswer:
    return ConditionAnswer(kind, Standing.MET if is_met else Standing.MISSING, asked)


def _age(asked: Mapping[str, Any], facts: Facts) -> ConditionAnswer:
    day = add_years(facts.born_on, asked["least_years"])
    return _by_day(ConditionKind.AGE, asked, facts, [day], full_years(facts.born_on, facts.on))


def _years_in_occupation(asked: Mapping[str, Any], facts: Facts) -> ConditionAnswer:
    """Periods are put end to end from the first day at work, so that interrupted years count in full.

    The day on which time alone helps is known only while the person is at work in the occupation.
    """
    kind = ConditionKind.YEARS_IN_OCCUPATION
    begun = [(start, end) for start, end in spans(facts.work) if start <= facts.on]
    if not begun:
        return ConditionAnswer(kind, Standing.MISSING, asked, 0)
    first, (_, last_end) = begun[0][0], begun[-1]
    worked = sum(((min(end, facts.on) - start) for start, end in begun), timedelta())
    remaining = add_years(first, asked["least_years"]) - first - worked
    have = full_years(first, first + worked)
    if remaining <= timedelta():
        return ConditionAnswer(kind, Standing.MET, asked, have)
    helps = last_end - facts.on >= remaining
    return ConditionAnswer(kind, Standing.MISSING, asked, have, facts.on + remaining if helps else None)


def _in_occupation(asked: Mapping[str, Any], facts: Facts) -> ConditionAnswer:
    at_work = any(start <= facts.on < end for start, end in spans(facts.work))
    return _plainly(ConditionKind.IN_OCCUPATION, asked, is_met=at_work)


def _certificate(asked: Mapping[str, Any], facts: Facts) -> ConditionAnswer:
    held = [one for one in facts.certificates if covers(one.level, asked["level"])]
    days = [add_years(one.issued_on, asked["least_years"]) for one in held]
    return _by_day(ConditionKind.CERTIFICATE, asked, facts, days)


def _education(asked: Mapping[str, Any], facts: Facts) -> ConditionAnswer:
    fitting = [
        one
        for one in facts.schooling
        if one.level.value in asked["levels"] and (one.is_related or not asked["related"])
    ]
    days = [one.ended_on for one in fitting if one.ended_on is not None]
    if asked["final_year_counts"] and any(one.in_final_year for one in fitting):
        days.append(facts.on)
    return _by_day(ConditionKind.EDUCATION, asked, facts, days)


def _professional_title(asked: Mapping[str, Any], facts: Facts) -> ConditionAnswer:
    ranks = list(TitleRank)
    high_enough = ranks[ranks.index(TitleRank(asked["least_rank"])) :]
    days = [
        title.awarded_on
        for title in facts.titles
        if title.rank in high_enough and (title.matches_subject or not asked["matching_subject"])
    ]
    return _by_day(ConditionKind.PROFESSIONAL_TITLE, asked, facts, days)


def _apprenticeship(asked: Mapping[str, Any], facts: Facts) -> ConditionAnswer:
    return _plainly(ConditionKind.APPRENTICESHIP, asked, is_met=facts.apprenticeship_completed)


def _by_hand(kind: ConditionKind) -> Judge:
    def judge(asked: Mapping[str, Any], facts: Facts) -> ConditionAnswer:
        is_confirmed = kind in facts.confirmed
        return ConditionAnswer(kind, Standing.MET if is_confirmed else Standing.NOT_CONFIRMED, asked)

    return judge


JUDGES: dict[ConditionKind, Judge] = {
    ConditionKind.AGE: _age,
    ConditionKind.YEARS_IN_OCCUPATION: _years_in_occupation,
    ConditionKind.IN_OCCUPATION: _in_occupation,
    ConditionKind.CERTIFICATE: _certificate,
    ConditionKind.EDUCATION: _education,
    ConditionKind.PROFESSIONAL_TITLE: _professional_title,
    ConditionKind.APPRENTICESHIP: _apprenticeship,
    **{kind: _by_hand(kind) for kind in CONFIRMED_BY_HAND},
}


def check_rules(rules: Iterable[Mapping[str, Any]]) -> None:
    """Insist that rules read from a file have the shape that can be judged.

    Raises:
        ValueError: a condition is of no known kind, lacks a parameter, has one too many, or a rule has none.
    """
    for rule in rules:
        if not rule["all_of"]:
            raise ValueError(f"{rule['id']}: no condition")
        for condition in rule["all_of"]:
            wanted = PARAMETERS[ConditionKind(condition["kind"])] | {"kind"}
            if condition.keys() != wanted:
                raise ValueError(f"{rule['id']}: {condition['kind']} needs {sorted(wanted)}")


def judge_rule(rule: Mapping[str, Any], facts: Facts) -> RuleAnswer:
    """How a person stands to each condition of a rule.

    Args:
        rule: ``{"id": ..., "all_of": [{"kind": ..., parameters}]}``.
        facts: what is known about the person.
    """
    conditions = _stand(rule, facts)
    day = _cured_on(conditions)
    if day is not None and _unmet(_stand(rule, replace(facts, on=day))):
        day = None  # work that is going on today will have ended by then
    return RuleAnswer(rule["id"], conditions, day)


def _stand(rule: Mapping[str, Any], facts: Facts) -> tuple[ConditionAnswer, ...]:
    return tuple(
        JUDGES[ConditionKind(condition["kind"])](
            {name: value for name, value in condition.items() if name != "kind"}, facts
        )
        for condition in rule["all_of"]
    )


def _unmet(conditions: Iterable[ConditionAnswer]) -> list[ConditionAnswer]:
    return [condition for condition in conditions if condition.standing is not Standing.MET]


def _cured_on(conditions: Iterable[ConditionAnswer]) -> date | None:
    """The day on which the last of the unmet conditions is met by time, None where one needs something else."""
    days = [condition.from_on for condition in _unmet(conditions)]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def judge(
    rules: Sequence[Mapping[str, Any]] | None,
    facts: Facts,
    *,
    level: int,
    title_zh: str = "",
    title_en: str = "",
    code: str = "",
) -> EligibilityAnswer:
    """What a set of rules says about a person: any one of them is enough; None means that they are not published.

    Source: national standard 4-04-05-05, 2021, section on application requirements.
    """
    tried = tuple(judge_rule(rule, facts) for rule in rules or ())
    met = next((rule.rule_id for rule in tried if rule.met), None)
    return EligibilityAnswer(level, facts.on, met, tried, rules is not None, title_zh, title_en, code)


@dataclass(frozen=True)
class Assessment:
    """What every set of rules that is in force says; only ``deciding``, the newest one, admits anybody."""

    deciding: EligibilityAnswer
    others: tuple[EligibilityAnswer, ...] = ()

    @property
    def answers(self) -> tuple[EligibilityAnswer, ...]:
        """All of them, the deciding one first."""
        return (self.deciding, *self.others)


def listed(name: str, entries: Iterable[Mapping[str, Any]] | None) -> bool | None:
    """Whether a list names it in Chinese or English; None where the list is not known, since then nobody can say."""
    if entries is None:
        return None
    wanted = tidy(name).casefold()
    return any(wanted == tidy(entry[language] or "").casefold() for entry in entries for language in ("zh", "en"))
