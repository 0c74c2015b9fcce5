"""Checks papers against every limit, by counting again: knows nothing of how they were made."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from certification.assembly.rules import Limit, Placed, Problem, figure, goals_of, uses_of

Papers = Sequence[Sequence[Placed]]


@dataclass(frozen=True)
class Breach:
    """A limit that does not hold: on which paper (from 0; None for all together), where, and by how much."""

    limit: Limit
    paper: int | None
    where: str
    by: float


def breaches(problem: Problem, papers: Papers) -> list[Breach]:
    """Every limit of the problem that the papers break; [] for a true solution."""
    found = [breach for number, paper in enumerate(papers) for breach in paper_breaches(problem, paper, number)]
    return [*found, *_used_too_often(problem, papers)]


def paper_breaches(problem: Problem, paper: Sequence[Placed], number: int = 0) -> list[Breach]:
    """Every limit of one paper that it breaks."""
    checks = (_cells, _points, _enemies, _sets, _fresh, _goals)
    return [breach for check in checks for breach in check(problem, paper, number)]


def _cells(problem: Problem, paper: Sequence[Placed], number: int) -> Iterator[Breach]:
    cells = problem.specification.cells
    held = Counter(placed.cell for placed in paper)
    for place, cell in enumerate(cells):
        if held[place] != cell.count:
            yield Breach(Limit.CELLS, number, f"{cell.kind} {cell.area}", cell.count - held[place])
    for placed in paper:
        if not placed.item.fits(cells[placed.cell]):
            yield Breach(Limit.CELLS, number, str(placed.item.id), 1)
    for item_id, times in Counter(placed.item.id for placed in paper).items():
        if times > 1:
            yield Breach(Limit.CELLS, number, str(item_id), times - 1)


def _points(problem: Problem, paper: Sequence[Placed], number: int) -> Iterator[Breach]:
    most = problem.specification.per_point
    for point, times in Counter(placed.item.point for placed in paper).items():
        if most is not None and times > most:
            yield Breach(Limit.POINTS, number, point, times - most)


def _enemies(problem: Problem, paper: Sequence[Placed], number: int) -> Iterator[Breach]:
    met = {placed.item.id for placed in paper}
    for pair in problem.enemies:
        if pair <= met:
            yield Breach(Limit.ENEMIES, number, " ".join(sorted(map(str, pair))), 1)


def _sets(problem: Problem, paper: Sequence[Placed], number: int) -> Iterator[Breach]:
    met = {placed.item.id for placed in paper}
    whole: dict[str, set[UUID]] = {}
    for item in problem.pool:
        if item.stimulus:
            whole.setdefault(item.stimulus, set()).add(item.id)
    for stimulus, members in whole.items():
        if members & met and not members <= met:
            yield Breach(Limit.SETS, number, stimulus, len(members - met))


def _fresh(problem: Problem, paper: Sequence[Placed], number: int) -> Iterator[Breach]:
    fresh = sum(placed.item.exposure == 0 for placed in paper)
    if fresh < problem.specification.fresh_least:
        yield Breach(Limit.FRESH, number, "", problem.specification.fresh_least - fresh)


def _goals(problem: Problem, paper: Sequence[Placed], number: int) -> Iterator[Breach]:
    for goal in goals_of(problem):
        total = sum(figure(placed.item, goal) for placed in paper)
        if not goal.low <= total <= goal.high:
            where = "" if goal.ability is None else f"{goal.ability:g}"
            yield Breach(goal.limit, number, where, max(goal.low - total, total - goal.high))


def _used_too_often(problem: Problem, papers: Papers) -> Iterator[Breach]:
    used = Counter(item_id for paper in papers for item_id in {placed.item.id for placed in paper})
    for item in problem.pool:
        if (over := used[item.id] - uses_of(item, problem.specification, problem.papers)) > 0:
            yield Breach(Limit.USES, None, str(item.id), over)
    for item_id in used.keys() - {item.id for item in problem.pool}:
        yield Breach(Limit.USES, None, str(item_id), used[item_id])


def count_shared(papers: Iterable[Sequence[Placed]]) -> int:
    """Items shared, summed over all pairs of papers."""
    sets = [{placed.item.id for placed in paper} for paper in papers]
    return sum(len(one & other) for one, other in combinations(sets, 2))
