"""Parallel papers side by side: a table of figures, information curves as points of a drawing, shared items."""

from dataclasses import dataclass

from certification.assembly import rules
from certification.exams import paper_sets
from certification.exams.models import PaperSet
from certification.exams.paper_sets import Compared

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 240, 40, 24
CURVE = tuple(step / 5 for step in range(-20, 21))
"""Abilities at which the curves are drawn."""

TABLED = (-2.0, -1.0, 0.0, 1.0, 2.0)
"""Abilities in the table where the blueprint names none."""


@dataclass(frozen=True)
class Comparison:
    """What the page of a set shows; ``curves`` are points of an SVG polyline, one line per paper."""

    rows: list[Compared]
    abilities: list[float]
    targets: dict[float | None, tuple[float, float]]
    overlaps: list[list[int]]
    curves: list[str]
    ticks: list[tuple[float, str]]
    top: float
    guessed: bool


def comparison(paper_set: PaperSet) -> Comparison | None:
    """The comparison of a solved set; None before it is solved."""
    if not paper_set.content:
        return None
    asked = paper_sets.solved_problem(paper_set)
    papers = paper_sets.solved_papers(paper_set, asked)
    goals = rules.goals_of(asked)
    abilities = [goal.ability for goal in goals if goal.ability is not None] or list(TABLED)
    drawn = [paper_sets.compare(paper, CURVE).information for paper in papers]
    top = max(max(curve.values()) for curve in drawn)
    length = asked.specification.length
    return Comparison(
        rows=[paper_sets.compare(paper, abilities) for paper in papers],
        abilities=abilities,
        targets={
            goal.ability: (goal.low, goal.high) if goal.ability is not None else (goal.low / length, goal.high / length)
            for goal in goals
        },
        overlaps=rules.overlaps(papers),
        curves=[" ".join(_point(ability, value, top) for ability, value in curve.items()) for curve in drawn],
        ticks=[(_across(ability), f"{ability:g}") for ability in (-4.0, -2.0, 0.0, 2.0, 4.0)],
        top=top,
        guessed=any(not item.calibrated for item in asked.pool),
    )


def _across(ability: float) -> float:
    return round(LEFT + (ability + 4) / 8 * (WIDTH - LEFT - 10), 1)


def _point(ability: float, value: float, top: float) -> str:
    return f"{_across(ability)},{round(HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - 10), 1)}"
