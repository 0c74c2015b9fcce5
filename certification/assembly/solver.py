"""Solves a problem into parallel papers, or says why it cannot be solved."""

import random
import time
from dataclasses import dataclass, replace
from typing import Any

from ortools.sat.python import cp_model

from certification.assembly import programme as programmes
from certification.assembly.checking import breaches, count_shared
from certification.assembly.programme import Programme, Slack
from certification.assembly.rules import SCALE, Limit, Placed, Problem, Solution
from certification.assembly.supply import CellSupply, JointShortage, joint_shortage, supply
from certification.assembly.swapping import towards_goals
from training_base.kernel.errors import Refusal

SECONDS = 60.0
"""How long a search may take by the clock where nothing else is said."""

EFFORT = 60.0
"""How much work a search may do where nothing else is said, in the solver's own deterministic units."""


@dataclass(eq=False)
class NotEnoughItems(Refusal):
    """The pool is too small, cell by cell or for some cells together."""

    short: tuple[CellSupply, ...]
    joint: JointShortage | None = None


@dataclass(frozen=True)
class Conflict:
    """A limit that would have to give way: where, from what it wants, to what it would have to be."""

    limit: Limit
    where: str
    wanted: float
    reachable: float
    times: int = 1


@dataclass(eq=False)
class LimitsInConflict(Refusal):
    """No papers keep all limits; with the named ones loosened as told, there would be some.

    ``is_least`` tells that no smaller loosening was left to be tried.
    """

    conflicts: tuple[Conflict, ...]
    is_least: bool


@dataclass(eq=False)
class NotFoundInTime(Refusal):
    """The time was over before papers were found or proven impossible; the nearest that was found breaks these."""

    seconds: float
    nearest: tuple[Conflict, ...]


@dataclass(frozen=True)
class Effort:
    """How long to search: by the clock, and in the solver's deterministic units, which end it repeatably."""

    seconds: float = SECONDS
    units: float = EFFORT


def solve(problem: Problem, seed: int, effort: Effort | None = None) -> Solution:
    """Solve a problem into its papers.

    One thread searches, so that the same problem, seed and effort give the same papers, unless the clock cut the
    search short (``Solution.repeatable``). First cells, points, enemies and sets are solved alone; exchanges of single
    items bring those papers near the goals; the whole programme then starts from there.

    Raises:
        NotEnoughItems: a count before the search shows that the pool is too small.
        LimitsInConflict: it is proven that the limits cannot hold together.
        NotFoundInTime: neither papers nor a proof were found.
    """
    effort = effort or Effort()
    begun = time.monotonic()
    require_supply(problem)
    problem = _mixed(problem, seed)
    start = _start(problem, seed, effort)
    whole = programmes.build(problem)
    if start is not None:
        programmes.hint(whole, start)
    solver = _solver(seed, effort)
    status = solver.solve(whole.model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        papers = programmes.read(whole, solver)
        bound = max(0, round(solver.best_objective_bound)) if whole.shared else 0
        return _solution(problem, papers, bound, solver, effort, time.monotonic() - begun)
    conflicts, is_least = _conflicts(problem, seed, effort)
    if status == cp_model.INFEASIBLE:
        raise LimitsInConflict(conflicts, is_least)
    raise NotFoundInTime(time.monotonic() - begun, conflicts)


def require_supply(problem: Problem) -> None:
    """See that the pool can fill the cells, limits other than points and uses aside.

    Raises:
        NotEnoughItems: it cannot.
    """
    short = tuple(cell for cell in supply(problem) if cell.missing)
    if short:
        raise NotEnoughItems(short)
    if joint := joint_shortage(problem):
        raise NotEnoughItems((), joint)


def _mixed(problem: Problem, seed: int) -> Problem:
    """The pool in an order that the seed alone decides; the solver prefers what comes first."""
    pool = sorted(problem.pool, key=lambda item: item.id)
    random.Random(f"pool:{seed}").shuffle(pool)  # noqa: S311  a draw that can be repeated, not a secret
    pool.sort(key=lambda item: item.exposure)
    return replace(problem, pool=tuple(pool))


def _start(problem: Problem, seed: int, effort: Effort) -> tuple[tuple[Placed, ...], ...] | None:
    """Papers that keep all but perhaps the goals; None where none were found."""
    bare = programmes.build(problem, goals=False, sharing=False)
    solver = _solver(seed, effort)
    if solver.solve(bare.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return towards_goals(problem, programmes.read(bare, solver))


def _solver(seed: int, effort: Effort) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    settings: dict[str, Any] = {
        "num_workers": 1,
        "random_seed": seed % (2**31),
        "max_time_in_seconds": effort.seconds,
        "max_deterministic_time": effort.units,
    }
    for name, value in settings.items():
        setattr(solver.parameters, name, value)
    return solver


def _solution(
    problem: Problem,
    papers: tuple[tuple[Placed, ...], ...],
    bound: int,
    solver: cp_model.CpSolver,
    effort: Effort,
    seconds: float,
) -> Solution:
    require_kept(problem, papers)
    shared = count_shared(papers)
    return Solution(papers, shared, min(bound, shared), solver.wall_time < effort.seconds, seconds)


def require_kept(problem: Problem, papers: tuple[tuple[Placed, ...], ...]) -> None:
    """See, by counting again, that papers keep every limit; nothing is printed on the solver's word alone.

    Raises:
        ValueError: they do not.
    """
    if found := breaches(problem, papers):
        raise ValueError(f"papers break their limits: {found[:3]}")


def _conflicts(problem: Problem, seed: int, effort: Effort) -> tuple[tuple[Conflict, ...], bool]:
    """The limits that would have to give way, cheapest first, and whether less would not do."""
    elastic = programmes.build(problem, elastic=True)
    solver = _solver(seed, effort)
    status = solver.solve(elastic.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return (), False
    return _named(elastic, solver), status == cp_model.OPTIMAL


def _named(elastic: Programme, solver: cp_model.CpSolver) -> tuple[Conflict, ...]:
    """One entry per limit and place, with the widest step that any paper needs and on how many papers."""
    named: dict[tuple[Limit, str, bool], Conflict] = {}
    for slack in elastic.slacks:
        if units := solver.value(slack.variable):
            key = slack.limit, slack.where, slack.unit < 0
            earlier = named.get(key)
            missed = [_reachable(slack, units), *([earlier.reachable] if earlier else [])]
            farthest = max(missed, key=lambda value: abs(value - slack.wanted))
            times = 1 + (earlier.times if earlier else 0)
            named[key] = Conflict(slack.limit, slack.where, slack.wanted, farthest, times)
    order = list(Limit)
    return tuple(sorted(named.values(), key=lambda one: (order.index(one.limit), one.where)))


def _reachable(slack: Slack, units: int) -> float:
    if slack.limit in (Limit.INFORMATION, Limit.DIFFICULTY):
        return slack.wanted + units * slack.unit / SCALE
    if slack.limit in (Limit.CELLS, Limit.FRESH):
        return slack.wanted - units
    return slack.wanted + units
