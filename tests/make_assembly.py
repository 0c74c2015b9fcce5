"""Small problems of assembly, every choice of papers by brute force, and blueprints with a bank."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from typing import Any
from uuid import UUID

from certification.assembly import service as blueprints
from certification.assembly.checking import breaches
from certification.assembly.models import PaperBlueprint
from certification.assembly.rules import Cell, Placed, PoolItem, Problem, Specification, specification_of
from certification.exams import paper_sets
from certification.exams.models import PaperSet
from tests.make import NOW, Make
from training_base.centers.models import TrainingCenter


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


def a_blueprint(make: Make, center: TrainingCenter | None = None, *, each: int = 6, **facts: Any) -> PaperBlueprint:
    """A blueprint of the short scheme without goals, with so many items per kind and area in the common bank."""
    scheme, center = make.scheme(), center or make.center()
    make.bank(scheme.tier, each=each)
    plan = scheme.plan.theory
    assert plan is not None
    specification = replace(specification_of(plan), **facts)
    by = make.actor(center)
    return blueprints.draft(
        make.session, scheme.id, center.id, title="平行卷蓝图", specification=specification, by=by, now=NOW
    )


def a_solved_set(
    make: Make, blueprint: PaperBlueprint | None = None, *, count: int = 2, frozen: bool = False
) -> PaperSet:
    """A set of parallel papers of a blueprint, solved, and frozen where that is asked for."""
    blueprint = blueprint or a_blueprint(make)
    session, by = make.session, make.actor(blueprint.center_id)
    begun = paper_sets.begin(session, blueprint.id, count=count, seed=5, seconds=30, by=by, now=NOW)
    asked = paper_sets.problem_of(session, begun.id, now=NOW)
    paper_sets.keep(session, begun.id, asked, paper_sets.solve(asked, 5, 30), by=by, now=NOW)
    if frozen:
        paper_sets.freeze(session, begun.id, by=by, now=NOW)
    return begun
