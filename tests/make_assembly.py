"""Small problems of assembly: items, cells, and every choice of papers by brute force."""

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any
from uuid import UUID

from certification.assembly.checking import breaches
from certification.assembly.rules import Cell, Placed, PoolItem, Problem, Specification


def an_item(number: int, **facts: Any) -> PoolItem:
    """A single choice on its own point of duty 1.1."""
    base = {"kind": "single_choice", "area": "1.1", "point": f"KP{number}"}
    return PoolItem(**{"id": UUID(int=number), **base, **facts})


def a_cell(count: int, area: str = "1", kind: str = "single_choice", **facts: Any) -> Cell:
    """A cell of single choices of area 1."""
    return Cell(**{"part": 0, "kind": kind, "area": area, "count": count, "marks": 100, **facts})


def a_problem(pool: list[PoolItem], *cells: Cell, papers: int = 1, enemies: Any = (), **facts: Any) -> Problem:
    """A problem without goals unless some are given; enemies are pairs of numbers."""
    facts = {"difficulty_within": None, **facts}
    pairs = frozenset(frozenset(UUID(int=number) for number in pair) for pair in enemies)
    return Problem(Specification(cells, **facts), tuple(pool), papers, pairs)


def every_paper(problem: Problem) -> Iterator[tuple[Placed, ...]]:
    """All papers that fill the cells, limits aside."""
    choices = [
        [tuple(Placed(item, number) for item in chosen) for chosen in combinations(fitting, cell.count)]
        for number, cell in enumerate(problem.specification.cells)
        for fitting in [[item for item in problem.pool if item.fits(cell)]]
    ]
    for parts in product(*choices):
        yield tuple(placed for part in parts for placed in part)


def every_solution(problem: Problem) -> Iterator[tuple[tuple[Placed, ...], ...]]:
    """All sets of papers that keep every limit."""
    single = Problem(problem.specification, problem.pool, 1, problem.enemies)
    good = [paper for paper in every_paper(problem) if not breaches(single, [paper])]
    for papers in product(good, repeat=problem.papers):
        if not breaches(problem, papers):
            yield papers
