"""Rules of scoring: ratings to marks, marks to verdict, what counts when results are published."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from certification.exams.rules import RegistrationStatus
from certification.standards.rules import Component

STEP = 10
"""Examiners award tenths of a mark, in hundredths; the full marks of a row are always possible."""

RATERS = 2
"""Examiners who rate every task; a third one settles a difference."""

FULL = 10000
"""Marks of a component, in hundredths."""

BINS = 10


class SheetStatus(StrEnum):
    """The life of an examiner's sheet."""

    OPEN = "open"
    SUBMITTED = "submitted"


class RatingState(StrEnum):
    """How far the rating of one task has come."""

    WAITING = "waiting"
    NEEDS_THIRD = "needs_third"
    SETTLED = "settled"


class Treatment(StrEnum):
    """What is done about a key that was found wrong after the exam."""

    REPLACE = "replace"
    ACCEPT_ALSO = "accept_also"
    CREDIT_ALL = "credit_all"


@dataclass(frozen=True)
class Keys:
    """What earns the marks of a printed item: any of the accepted keys, or having sat at all."""

    accepted: tuple[Any, ...]
    credit_all: bool = False


@dataclass(frozen=True)
class Published:
    """One attempt at a component whose result was published; ``marks`` in hundredths, 0 where it was not sat.

    ``on`` is the day of publication in the center's zone, ``months`` how long a pass counts (None: without end).
    """

    registration_id: UUID
    component: Component
    marks: int
    on: date
    pass_mark: int
    months: int | None


@dataclass(frozen=True)
class Counting:
    """The attempt at a component that counts; ``until`` is the first day on which its pass no longer does."""

    registration_id: UUID
    marks: int
    on: date
    passed: bool
    until: date | None


@dataclass(frozen=True)
class Settlement:
    """What the ratings of a task have come to; marks in hundredths.

    ``counted`` are the places of the sheets whose mean is the final; it is empty until there is one.
    """

    state: RatingState
    difference: int | None = None
    final: int | None = None
    counted: tuple[int, ...] = ()


@dataclass(frozen=True)
class AreaMarks:
    """What a candidate got of what an area carries in a paper, in hundredths; ``right`` items of ``count``."""

    area: str
    awarded: int
    marks: int
    right: int
    count: int


@dataclass(frozen=True)
class Verdict:
    """Whether a candidate passes, and which components are short."""

    passed: bool
    short: tuple[str, ...]


def judge(marks: Mapping[str, int], pass_marks: Mapping[str, int]) -> Verdict:
    """Pass a candidate who reaches the pass mark of every component.

    Components do not make up for one another; one that was not sat counts as 0.
    Source: national standard 4-04-05-05, 2021, section on examination methods.

    Args:
        marks: component to marks, in hundredths of a mark (6000 is 60 marks).
        pass_marks: component to the least marks that pass, in hundredths.

    Raises:
        ValueError: marks are given for a component without a pass mark.
    """
    if unknown := marks.keys() - pass_marks.keys():
        raise ValueError(f"no pass mark for {sorted(unknown)}")
    short = tuple(part for part, least in pass_marks.items() if marks.get(part, 0) < least)
    return Verdict(passed=not short, short=short)


def is_awardable(awarded: int, marks: int) -> bool:
    """Whether a row of so many marks may be given these; both in hundredths."""
    return 0 <= awarded <= marks and (awarded % STEP == 0 or awarded == marks)


def mean_half_up(one: int, other: int) -> int:
    """The mean of two marks in hundredths, a half hundredth rounded up, in the candidate's favour."""
    return (one + other + 1) // 2


def agree(one: int, other: int, *, marks: int, tolerance: int) -> bool:
    """Whether two ratings lie near enough together.

    Args:
        one: a rating, in hundredths of a mark.
        other: the other rating.
        marks: what the task carries, in hundredths.
        tolerance: the greatest difference, in hundredths of a per cent of the task's marks (2000 is 20 %).
    """
    return abs(one - other) * 10000 <= tolerance * marks


def settle(ratings: Mapping[int, int], *, marks: int, tolerance: int) -> Settlement:
    """Make one mark of the examiners' ratings of a task.

    Two ratings that agree give their mean. Otherwise a third examiner rates, and the final is the mean of the third
    and the nearer of the first two; where both are equally near, the higher one counts, in the candidate's favour.
    Source: our own rule; the handbook of 2025-07-01 names two examiners and leaves the difference to the body.

    Args:
        ratings: place (1, 2, 3) to the total of a submitted sheet, in hundredths.
        marks: what the task carries, in hundredths.
        tolerance: see ``agree``.
    """
    if not {1, 2} <= ratings.keys():
        return Settlement(RatingState.WAITING)
    first, second = ratings[1], ratings[2]
    difference = abs(first - second)
    if agree(first, second, marks=marks, tolerance=tolerance):
        return Settlement(RatingState.SETTLED, difference, mean_half_up(first, second), (1, 2))
    if 3 not in ratings:
        return Settlement(RatingState.NEEDS_THIRD, difference)
    third = ratings[3]
    nearer = min((1, 2), key=lambda place: (abs(ratings[place] - third), -ratings[place]))
    return Settlement(RatingState.SETTLED, difference, mean_half_up(ratings[nearer], third), (nearer, 3))


def has_sat(status: RegistrationStatus, component: Component, *, has_attempt: bool) -> bool:
    """Whether a candidate took the exam, so that there is something to mark.

    Work of a skill exam may be done without the portal: there, being admitted is enough.
    """
    if status in {RegistrationStatus.ABSENT, RegistrationStatus.DISQUALIFIED, RegistrationStatus.WITHDRAWN}:
        return False
    return has_attempt or (component is Component.SKILL and status is RegistrationStatus.ADMITTED)


def by_area(detail: Iterable[Mapping[str, Any]]) -> list[AreaMarks]:
    """The marks of a theory paper per area, in order of the areas.

    Args:
        detail: one mapping per item with ``area``, ``marks``, ``awarded`` (hundredths) and ``correct``.
    """
    areas: dict[str, AreaMarks] = {}
    for item in detail:
        so_far = areas.get(item["area"], AreaMarks(item["area"], 0, 0, 0, 0))
        areas[item["area"]] = AreaMarks(
            item["area"],
            so_far.awarded + item["awarded"],
            so_far.marks + item["marks"],
            so_far.right + bool(item["correct"]),
            so_far.count + 1,
        )
    return [areas[area] for area in sorted(areas)]


def distribution(marks: Iterable[int]) -> tuple[int, ...]:
    """How many candidates lie in each tenth of the scale: 0 to 9.99, 10 to 19.99, ... 90 to 100 marks."""
    bins = [0] * BINS
    for one in marks:
        bins[min(one * BINS // FULL, BINS - 1)] += 1
    return tuple(bins)


def still_counts(valid_until: date | None, on: date) -> bool:
    """Whether a component passed before still counts that day; the last day no longer does."""
    return valid_until is None or on < valid_until


def is_better(marks: int, earlier: int | None) -> bool:
    """Whether new marks take the place of the published ones; the same marks leave the earlier in place."""
    return earlier is None or marks > earlier


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where that month is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def corrected(keys: Keys, treatment: Treatment, key: Any) -> Keys:
    """What earns the marks after one more correction.

    Replacing a key also ends that everybody is credited: it is how an earlier correction is taken back.
    """
    if treatment is Treatment.REPLACE:
        return Keys((key,))
    if treatment is Treatment.CREDIT_ALL:
        return Keys(keys.accepted, credit_all=True)
    return keys if key in keys.accepted else Keys((*keys.accepted, key), keys.credit_all)


def keys_after(printed: Any, corrections: Iterable[tuple[Treatment, Any]]) -> Keys:
    """What earns the marks of an item that was printed with a key, after corrections in the order of their approval."""
    keys = Keys((printed,))
    for treatment, key in corrections:
        keys = corrected(keys, treatment, key)
    return keys


def awarded(keys: Keys, marks: int, earned: Callable[[Any], int]) -> int:
    """The marks of one item, in hundredths: all of them where everybody is credited, else the best of the keys.

    Args:
        keys: what is accepted.
        marks: what the item carries.
        earned: a key to what the answer earns under it.
    """
    return marks if keys.credit_all else max(earned(key) for key in keys.accepted)


def counting(attempts: Sequence[Published]) -> dict[Component, Counting]:
    """Which attempt of each component counts, as publishing them one after the other has it.

    Better marks take the place of earlier ones; a pass that had run out on the day of a later publication no
    longer stands in its way. The order of publication is that of ``attempts``.
    """
    chosen: dict[Component, Counting] = {}
    for one in attempts:
        kept = chosen.get(one.component)
        if kept is not None and not still_counts(kept.until, one.on):
            kept = None
        if is_better(one.marks, kept.marks if kept else None):
            passed = one.marks >= one.pass_mark
            until = months_after(one.on, one.months) if passed and one.months is not None else None
            chosen[one.component] = Counting(one.registration_id, one.marks, one.on, passed, until)
    return chosen


def judged(attempts: Sequence[Published], pass_marks: Mapping[Component, int]) -> Verdict:
    """The verdict on the day of the last publication; a pass that had run out by then is short."""
    last = max(one.on for one in attempts)
    marks = {
        part.value: one.marks
        for part, one in counting(attempts).items()
        if part in pass_marks and still_counts(one.until, last)
    }
    return judge(marks, {part.value: least for part, least in pass_marks.items()})
