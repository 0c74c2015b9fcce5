"""The integer programme of a problem: one variable per item, paper and cell; limits may be made elastic."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from uuid import UUID

from ortools.sat.python import cp_model

from certification.assembly.rules import (
    Goal,
    Limit,
    Placed,
    PoolItem,
    Problem,
    figure,
    goals_of,
    scaled,
    scaled_limits,
    uses_of,
)
from certification.assembly.supply import fitting_cells

Expression = cp_model.LinearExpr | int

WEIGHTS: dict[Limit, int] = {limit: 10**place for place, limit in enumerate(Limit)}
"""What a unit beyond a limit costs in an elastic programme: the later in the order, the dearer."""

GOAL_STEPS = 20
"""A goal that is missed by its own width counts as so many units."""


def total_of(terms: Sequence[Expression]) -> cp_model.LinearExpr:
    """The sum of terms."""
    total = cp_model.LinearExpr.sum(terms)
    return total if isinstance(total, cp_model.LinearExpr) else cp_model.LinearExpr.constant(total)


@dataclass(frozen=True)
class Slack:
    """How far a limit was stretched: ``variable`` counts in ``unit`` of the limit's own figure."""

    limit: Limit
    paper: int | None
    where: str
    variable: cp_model.IntVar
    unit: float = 1.0
    wanted: float = 0.0


@dataclass
class Programme:
    """A model with its variables: ``chosen[paper][item]`` lists (cell, variable) of every cell that the item fits."""

    problem: Problem
    elastic: bool
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    items: list[PoolItem] = field(default_factory=list)
    chosen: list[list[list[tuple[int, cp_model.IntVar]]]] = field(default_factory=list)
    slacks: list[Slack] = field(default_factory=list)
    shared: list[tuple[int, cp_model.IntVar]] = field(default_factory=list)
    multiple: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)

    def taken(self, paper: int, item: int) -> Expression:
        """1 where the paper holds the item."""
        return total_of([variable for _, variable in self.chosen[paper][item]])

    def sum_over(self, paper: int, items: Iterable[int]) -> Expression:
        """How many of the items the paper holds."""
        return total_of([variable for item in items for _, variable in self.chosen[paper][item]])

    def stretch(
        self, limit: Limit, paper: int | None, where: str, most: int, *, unit: float = 1.0, wanted: float = 0.0
    ) -> Expression:
        """Something to add to a limit: a variable that costs where the programme is elastic, else nothing."""
        if not self.elastic:
            return 0
        variable = self.model.new_int_var(0, max(0, most), "")
        self.slacks.append(Slack(limit, paper, where, variable, unit, wanted))
        return variable


def build(problem: Problem, *, goals: bool = True, sharing: bool = True, elastic: bool = False) -> Programme:
    """The programme of a problem.

    Args:
        problem: what is to be solved.
        goals: False leaves the goals on difficulty and information out.
        sharing: False does not care how many items papers share.
        elastic: every limit but the uses of a rested item may be broken at a cost; the least cost is sought.
    """
    programme = Programme(problem, elastic)
    cells = problem.specification.cells
    fitting = [(item, fits) for item in problem.pool if (fits := fitting_cells(item, cells))]
    programme.items = [item for item, _ in fitting]
    for _ in range(problem.papers):
        programme.chosen.append(
            [[(cell, programme.model.new_bool_var("")) for cell in fits] for _item, fits in fitting]
        )
    for paper in range(problem.papers):
        _fill_cells(programme, paper)
        _once_per_point(programme, paper)
        _keep_enemies_apart(programme, paper)
        _keep_sets_together(programme, paper)
        _keep_fresh(programme, paper)
        if goals:
            _meet_goals(programme, paper, goals_of(problem))
    _limit_uses(programme, sharing=sharing and not elastic)
    costs = [WEIGHTS[slack.limit] * slack.variable for slack in programme.slacks]
    costs += [cost * variable for cost, variable in programme.shared]
    if costs:
        programme.model.minimize(total_of(costs))
    return programme


def _fill_cells(programme: Programme, paper: int) -> None:
    held: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    for choices in programme.chosen[paper]:
        for place, variable in choices:
            held[place].append(variable)
        if len(choices) > 1:
            programme.model.add_at_most_one(variable for _, variable in choices)
    for number, cell in enumerate(programme.problem.specification.cells):
        short = programme.stretch(Limit.CELLS, paper, f"{cell.kind} {cell.area}", cell.count, wanted=cell.count)
        programme.model.add(total_of(held[number]) + short == cell.count)


def _once_per_point(programme: Programme, paper: int) -> None:
    most = programme.problem.specification.per_point
    by_point: dict[str, list[int]] = defaultdict(list)
    for number, item in enumerate(programme.items):
        by_point[item.point].append(number)
    for point, numbers in by_point.items():
        if most is not None and len(numbers) > most:
            over = programme.stretch(Limit.POINTS, paper, point, len(numbers), wanted=most)
            programme.model.add(programme.sum_over(paper, numbers) <= most + over)


def _keep_enemies_apart(programme: Programme, paper: int) -> None:
    numbers = {item.id: number for number, item in enumerate(programme.items)}
    for pair in sorted(programme.problem.enemies, key=sorted):
        if all(item in numbers for item in pair):
            where = " ".join(str(item) for item in sorted(pair))
            met = programme.stretch(Limit.ENEMIES, paper, where, 1, wanted=1)
            programme.model.add(programme.sum_over(paper, (numbers[item] for item in pair)) <= 1 + met)


def _keep_sets_together(programme: Programme, paper: int) -> None:
    for stimulus, members in sets_of(programme.problem.pool).items():
        numbers = [number for number, item in enumerate(programme.items) if item.stimulus == stimulus]
        if len(numbers) < len(members):
            _leave_out(programme, paper, stimulus, numbers)
            continue
        for one, other in pairwise(numbers):
            torn = programme.stretch(Limit.SETS, paper, stimulus, 1)
            gap = programme.taken(paper, one) - programme.taken(paper, other)
            programme.model.add(gap <= torn)
            programme.model.add(-gap <= torn)


def _leave_out(programme: Programme, paper: int, stimulus: str, numbers: Sequence[int]) -> None:
    """A set of which some item fits no cell cannot be printed whole."""
    torn = programme.stretch(Limit.SETS, paper, stimulus, len(numbers))
    programme.model.add(programme.sum_over(paper, numbers) <= torn)


def sets_of(pool: Iterable[PoolItem]) -> dict[str, list[UUID]]:
    """Items that share a stimulus, by its name."""
    found: dict[str, list[UUID]] = defaultdict(list)
    for item in pool:
        if item.stimulus:
            found[item.stimulus].append(item.id)
    return found


def _keep_fresh(programme: Programme, paper: int) -> None:
    least = programme.problem.specification.fresh_least
    if least:
        fresh = [number for number, item in enumerate(programme.items) if item.exposure == 0]
        short = programme.stretch(Limit.FRESH, paper, "", least, wanted=least)
        programme.model.add(programme.sum_over(paper, fresh) + short >= least)


def _meet_goals(programme: Programme, paper: int, goals: Sequence[Goal]) -> None:
    length = programme.problem.specification.length
    for goal in goals:
        low, high = scaled_limits(goal, length)
        unit = max(1, (high - low) // (2 * GOAL_STEPS))
        variables, figures = [], []
        for item, choices in zip(programme.items, programme.chosen[paper], strict=True):
            variables += [variable for _, variable in choices]
            figures += [scaled(figure(item, goal))] * len(choices)
        total = cp_model.LinearExpr.weighted_sum(variables, figures)
        most = (sum(map(abs, figures)) + abs(low) + abs(high)) // unit + 1
        where = "" if goal.ability is None else f"{goal.ability:g}"
        short = programme.stretch(goal.limit, paper, where, most, unit=-unit, wanted=goal.low)
        over = programme.stretch(goal.limit, paper, where, most, unit=unit, wanted=goal.high)
        programme.model.add(total + unit * short >= low)
        programme.model.add(total - unit * over <= high)


def _limit_uses(programme: Programme, *, sharing: bool) -> None:
    """An item stands in so many papers at most; each further paper costs the pairs that come to share it."""
    problem = programme.problem
    for number, item in enumerate(programme.items):
        uses = uses_of(item, problem.specification, problem.papers)
        total = total_of([variable for paper in programme.chosen for _, variable in paper[number]])
        over = programme.stretch(Limit.USES, None, str(item.id), problem.papers, wanted=uses)
        programme.model.add(total <= uses + over)
        if uses > 1 and sharing:
            for times in range(2, uses + 1):
                programme.multiple[number, times] = programme.model.new_bool_var("")
                programme.shared.append((times - 1, programme.multiple[number, times]))
            again = total_of([programme.multiple[number, times] for times in range(2, uses + 1)])
            programme.model.add(total <= 1 + again)


def hint(programme: Programme, papers: Sequence[Sequence[Placed]]) -> None:
    """Tell the solver where to look first."""
    for paper, placed in enumerate(papers):
        cells = {one.item.id: one.cell for one in placed}
        for item, choices in zip(programme.items, programme.chosen[paper], strict=True):
            for cell, variable in choices:
                programme.model.add_hint(variable, cells.get(item.id) == cell)
    used = [sum(item.id in {one.item.id for one in placed} for placed in papers) for item in programme.items]
    for (number, times), variable in programme.multiple.items():
        programme.model.add_hint(variable, used[number] >= times)


def read(programme: Programme, solver: cp_model.CpSolver) -> tuple[tuple[Placed, ...], ...]:
    """The papers that the solver found, in the order of the pool."""
    return tuple(
        tuple(
            Placed(item, cell)
            for item, choices in zip(programme.items, paper, strict=True)
            for cell, variable in choices
            if solver.boolean_value(variable)
        )
        for paper in programme.chosen
    )
