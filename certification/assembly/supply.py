"""Counts before anything is solved: what each cell has, what it needs, and which cells together want too much."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ortools.graph.python import max_flow

from certification.assembly.rules import Cell, PoolItem, Problem, uses_of


@dataclass(frozen=True)
class CellSupply:
    """A cell: how many items there are, how many places they can fill on all papers, and how many places there are."""

    cell: Cell
    items: int
    places: int
    needed: int

    @property
    def missing(self) -> int:
        """Places that stay empty."""
        return max(0, self.needed - self.places)


@dataclass(frozen=True)
class JointShortage:
    """Cells that have enough each, but not together; at least so many more places must be found for them."""

    cells: tuple[Cell, ...]
    missing: int


def supply(problem: Problem) -> tuple[CellSupply, ...]:
    """The supply of every cell by itself, as if the others took nothing."""
    return tuple(_supply_of(cell, problem) for cell in problem.specification.cells)


def _supply_of(cell: Cell, problem: Problem) -> CellSupply:
    specification, papers = problem.specification, problem.papers
    by_point: dict[str, int] = defaultdict(int)
    fitting = [item for item in problem.pool if item.fits(cell)]
    for item in fitting:
        by_point[item.point] += uses_of(item, specification, papers)
    most = None if specification.per_point is None else specification.per_point * papers
    places = sum(uses if most is None else min(uses, most) for uses in by_point.values())
    return CellSupply(cell, len(fitting), places, cell.count * papers)


def joint_shortage(problem: Problem) -> JointShortage | None:
    """The cells that cannot be filled together, by the theorem of greatest flow and least cut; None where they can.

    Enemies, sets and goals are left aside here: what this names is missing whatever becomes of those.
    Source: L. R. Ford, D. R. Fulkerson, Flows in Networks, 1962.
    """
    cells, papers = problem.specification.cells, problem.papers
    flow = max_flow.SimpleMaxFlow()
    source, sink = 0, 1
    nodes: dict[object, int] = {}

    def node(name: object) -> int:
        return nodes.setdefault(name, len(nodes) + 2)

    for number, cell in enumerate(cells):
        flow.add_arc_with_capacity(source, node(number), cell.count * papers)
    for (fits, point), items in _alike(problem).items():
        uses = sum(uses_of(item, problem.specification, papers) for item in items)
        for number in fits:
            once = cells[number].count * papers
            flow.add_arc_with_capacity(node(number), node((fits, point)), min(uses, once))
        flow.add_arc_with_capacity(node((fits, point)), node(point), uses)
    most = problem.specification.per_point
    for point in {item.point for item in problem.pool}:
        every = len(problem.pool) * papers
        flow.add_arc_with_capacity(node(point), sink, every if most is None else most * papers)
    flow.solve(source, sink)
    missing = problem.specification.length * papers - flow.optimal_flow()
    if not missing:
        return None
    cut = set(flow.get_source_side_min_cut())
    return JointShortage(tuple(cell for number, cell in enumerate(cells) if nodes[number] in cut), missing)


def _alike(problem: Problem) -> dict[tuple[tuple[int, ...], str], list[PoolItem]]:
    """Items by the cells that they fit and their point: within a group one is as good as another."""
    groups: dict[tuple[tuple[int, ...], str], list[PoolItem]] = defaultdict(list)
    for item in problem.pool:
        if fits := fitting_cells(item, problem.specification.cells):
            groups[fits, item.point].append(item)
    return groups


def fitting_cells(item: PoolItem, cells: Sequence[Cell]) -> tuple[int, ...]:
    """Numbers of the cells whose places the item may fill."""
    return tuple(number for number, cell in enumerate(cells) if item.fits(cell))
