"""What a paper must contain and what there is to make it of, as values; what an item measures."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from certification.standards.rules import TheoryPlan

SCALE = 100_000
"""Difficulty and information are whole hundred-thousandths in the integer programme."""

GUESSED_DIFFICULTY: Mapping[int, float] = {1: -2.0, 2: -1.0, 3: 0.0, 4: 1.0, 5: 2.0}
"""Writer's difficulty 1 to 5 in logits, until a calibration says better: equal steps, 3 is the mean of abilities."""

GUESSED_DISCRIMINATION = 1.0
"""Discrimination of an item that nobody has answered yet: that of the Rasch model."""


class Limit(StrEnum):
    """The families of limits, in the order in which they would be given up."""

    INFORMATION = "information"
    DIFFICULTY = "difficulty"
    FRESH = "fresh"
    USES = "uses"
    POINTS = "points"
    SETS = "sets"
    ENEMIES = "enemies"
    CELLS = "cells"


class Setback(StrEnum):
    """Why an approved item is left out of the pool."""

    EXPOSED = "exposed"
    RESTING = "resting"


@dataclass(frozen=True)
class PoolItem:
    """What assembly knows of an item.

    ``discrimination`` and ``difficulty`` are those of the two-parameter logistic model (logits); ``exposure`` counts
    the papers it has been printed in; ``used_on`` is the last day on which it was; ``stimulus`` names the shared
    text or picture that it belongs to, ``place`` its order there.
    """

    id: UUID
    kind: str
    area: str
    point: str
    difficulty: float = 0.0
    discrimination: float = GUESSED_DISCRIMINATION
    calibrated: bool = False
    exposure: int = 0
    used_on: date | None = None
    stimulus: str | None = None
    place: int = 0

    def fits(self, cell: "Cell") -> bool:
        """Whether the item may fill a place of the cell; area "1" takes every duty 1.x, "0.1" only itself."""
        return self.kind == cell.kind and (self.area == cell.area or self.area.startswith(f"{cell.area}."))

    def information(self, ability: float) -> float:
        """Fisher information of the two-parameter logistic model at an ability: a² P (1 - P).

        Source: F. M. Lord, Applications of Item Response Theory to Practical Testing Problems, 1980, section 5.4.
        """
        chance = 1 / (1 + math.exp(-self.discrimination * (ability - self.difficulty)))
        return self.discrimination**2 * chance * (1 - chance)


@dataclass(frozen=True)
class Cell:
    """So many items of one kind and one area on each paper; ``part`` is the section, ``marks`` are hundredths each."""

    part: int
    kind: str
    area: str
    count: int
    marks: int


@dataclass(frozen=True)
class InformationGoal:
    """Information that a paper gives at an ability, None for what the pool gives on average; ``within`` is a share."""

    ability: float
    target: float | None = None
    within: float = 0.05


@dataclass(frozen=True)
class Specification:
    """A blueprint as values.

    Attributes:
        cells: what a paper is made of, in the order of its sections.
        per_point: at most so many items of one knowledge point on a paper; None does not limit them.
        difficulty: mean difficulty of a paper in logits; None is what the pool gives on average.
        difficulty_within: how far a paper may be from it; None does not limit it.
        information: goals at abilities.
        exposure_cap: an item printed in so many papers is left out.
        rest_days: an item rests for so many days after it was used.
        fresh_least: at least so many items of a paper were never printed before.
        uses_most: in how many papers of one run an item may stand; 1 lets no two papers share items.
    """

    cells: tuple[Cell, ...]
    per_point: int | None = 1
    difficulty: float | None = None
    difficulty_within: float | None = 0.1
    information: tuple[InformationGoal, ...] = ()
    exposure_cap: int | None = None
    rest_days: int | None = None
    fresh_least: int = 0
    uses_most: int = 1

    @property
    def length(self) -> int:
        """Items of a paper."""
        return sum(cell.count for cell in self.cells)


@dataclass(frozen=True)
class Problem:
    """A specification to be solved: so many papers from a pool in which enemies never meet on a paper."""

    specification: Specification
    pool: tuple[PoolItem, ...]
    papers: int = 1
    enemies: frozenset[frozenset[UUID]] = frozenset()


@dataclass(frozen=True)
class Goal:
    """A limit on the sum of a figure over a paper: not below ``low``, not above ``high``."""

    limit: Limit
    ability: float | None
    target: float
    low: float
    high: float


@dataclass(frozen=True)
class Placed:
    """An item on a paper and the number of the cell whose place it fills."""

    item: PoolItem
    cell: int


@dataclass(frozen=True)
class Solution:
    """Papers that keep every limit.

    ``shared`` sums, over all pairs of papers, the items they share; ``bound`` is the least that any solution could
    have, so that both are equal where it is proven best. ``repeatable`` tells that no clock cut the search short:
    the same problem and seed give the same papers.
    """

    papers: tuple[tuple[Placed, ...], ...]
    shared: int
    bound: int
    repeatable: bool
    seconds: float

    @property
    def is_best(self) -> bool:
        """Whether no solution shares fewer items."""
        return self.shared <= self.bound


@dataclass
class Sifted:
    """A pool without the items that may not be printed, and who was left out why."""

    pool: tuple[PoolItem, ...]
    left_out: dict[UUID, Setback] = field(default_factory=dict)


def specification_of(plan: TheoryPlan) -> Specification:
    """The specification that a scheme's plan implies where it has no blueprint of its own."""
    return Specification(
        tuple(
            Cell(number, part.kind, area, count, part.marks_each)
            for number, part in enumerate(plan.parts)
            for area, count in part.areas.items()
        ),
        per_point=None,
        difficulty_within=None,
    )


def sift(pool: Iterable[PoolItem], specification: Specification, today: date) -> Sifted:
    """Leave out what was printed too often or too lately; a set of one stimulus goes as a whole."""
    pool = tuple(pool)
    out = {item.id: why for item in pool if (why := _setback(item, specification, today))}
    known = {item.stimulus: out[item.id] for item in pool if item.stimulus and item.id in out}
    out |= {item.id: known[item.stimulus] for item in pool if item.stimulus in known and item.id not in out}
    return Sifted(tuple(item for item in pool if item.id not in out), out)


def _setback(item: PoolItem, specification: Specification, today: date) -> Setback | None:
    if specification.exposure_cap is not None and item.exposure >= specification.exposure_cap:
        return Setback.EXPOSED
    rest = specification.rest_days
    if rest and item.used_on is not None and today < item.used_on + timedelta(days=rest):
        return Setback.RESTING
    return None


def uses_of(item: PoolItem, specification: Specification, papers: int) -> int:
    """In how many papers of a run the item may stand."""
    cap = specification.exposure_cap
    return min(specification.uses_most, papers, papers if cap is None else max(0, cap - item.exposure))


def figure(item: PoolItem, goal: Goal) -> float:
    """What the item adds to the sum that a goal limits."""
    return item.difficulty if goal.ability is None else item.information(goal.ability)


def goals_of(problem: Problem) -> tuple[Goal, ...]:
    """The goals of a paper as limits on sums; what is left open is what the pool gives on average, cell by cell."""
    specification, goals = problem.specification, []
    if specification.difficulty_within is not None and specification.length:
        mean, length = specification.difficulty, specification.length
        total = _usual(problem, None) if mean is None else mean * length
        spread = specification.difficulty_within * length
        goals.append(Goal(Limit.DIFFICULTY, None, total, total - spread, total + spread))
    for wish in specification.information:
        total = _usual(problem, wish.ability) if wish.target is None else wish.target
        spread = abs(total) * wish.within
        goals.append(Goal(Limit.INFORMATION, wish.ability, total, total - spread, total + spread))
    return tuple(goals)


def _usual(problem: Problem, ability: float | None) -> float:
    """The sum that a paper drawn by lot would have on average."""
    total = 0.0
    for cell in problem.specification.cells:
        values = [
            item.difficulty if ability is None else item.information(ability)
            for item in problem.pool
            if item.fits(cell)
        ]
        total += cell.count * sum(values) / len(values) if values else 0.0
    return total


def scaled(value: float) -> int:
    """A figure as the integer programme counts it."""
    return round(value * SCALE)


def scaled_limits(goal: Goal, length: int) -> tuple[int, int]:
    """Low and high as the integer programme counts them, so far inwards that rounding each item cannot break them."""
    margin = (length + 1) // 2
    return math.ceil(goal.low * SCALE) + margin, math.floor(goal.high * SCALE) - margin


def overlaps(papers: Iterable[Iterable[Placed]]) -> list[list[int]]:
    """How many items each pair of papers shares; the diagonal holds the length of a paper."""
    sets = [{placed.item.id for placed in paper} for paper in papers]
    return [[len(one & other) for other in sets] for one in sets]


def to_json(specification: Specification) -> dict[str, Any]:
    """A specification as plain values that ``read_specification`` reads back."""
    return asdict(specification)


def read_specification(content: Mapping[str, Any]) -> Specification:
    """A specification from plain values.

    Raises:
        TypeError: a field is missing or unknown.
    """
    parts = dict(content)
    cells = tuple(Cell(**cell) for cell in parts.pop("cells"))
    information = tuple(InformationGoal(**goal) for goal in parts.pop("information"))
    return Specification(cells, information=information, **parts)


def uneven_parts(plan: TheoryPlan, specification: Specification) -> list[tuple[str, int, int]]:
    """Kinds whose numbers per area do not make what the plan asks: kind, wanted, given."""
    uneven = []
    for number, part in enumerate(plan.parts):
        given = sum(cell.count for cell in specification.cells if cell.part == number)
        if given != part.count:
            uneven.append((part.kind, part.count, given))
    return uneven


def guessed(difficulty: int) -> float:
    """Logits that stand for a writer's difficulty 1 to 5 until the item is calibrated."""
    return GUESSED_DIFFICULTY[difficulty]


def resolved(problem: Problem) -> Specification:
    """The specification with every goal as a figure, so that a smaller pool does not move them."""
    specification = problem.specification
    goals = {goal.ability: goal.target for goal in goals_of(problem)}
    information = tuple(replace(goal, target=goals[goal.ability]) for goal in specification.information)
    mean = goals[None] / specification.length if None in goals else specification.difficulty
    return replace(specification, difficulty=mean, information=information)
