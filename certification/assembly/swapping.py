"""Exchanges single items of a paper so that every limit still holds: towards the goals, or about at random."""

import random
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from certification.assembly.programme import sets_of
from certification.assembly.rules import Placed, PoolItem, Problem, figure, goals_of, scaled, scaled_limits, uses_of


class Pool:
    """A problem as arrays; items are known by their place in the pool."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.items: tuple[PoolItem, ...] = problem.pool
        self.place: dict[UUID, int] = {item.id: place for place, item in enumerate(self.items)}
        cells = problem.specification.cells
        self.of_cell = [
            np.array([place for place, item in enumerate(self.items) if item.fits(cell)], dtype=np.int64)
            for cell in cells
        ]
        names = {name: number for number, name in enumerate(dict.fromkeys(item.point for item in self.items))}
        self.point = np.array([names[item.point] for item in self.items], dtype=np.int64)
        self.fresh = np.array([item.exposure == 0 for item in self.items], dtype=np.int64)
        whole = {member for members in sets_of(self.items).values() if len(members) > 1 for member in members}
        self.tied = np.array([item.id in whole for item in self.items], dtype=bool)
        self.enemies: list[list[int]] = [[] for _ in self.items]
        for pair in problem.enemies:
            if all(item in self.place for item in pair):
                one, other = (self.place[item] for item in sorted(pair))
                self.enemies[one].append(other)
                self.enemies[other].append(one)
        self._take_goals()

    def _take_goals(self) -> None:
        goals, length = goals_of(self.problem), self.problem.specification.length
        values = [[scaled(figure(item, goal)) for goal in goals] for item in self.items]
        self.values = np.array(values, dtype=np.int64).reshape(len(self.items), len(goals))
        limits = np.array([scaled_limits(goal, length) for goal in goals], dtype=np.int64).reshape(len(goals), 2)
        self.low, self.high = limits[:, 0], limits[:, 1]
        self.middle = (self.low + self.high) / 2
        self.width = np.maximum(self.high - self.low, 1) / 2

    def uses(self) -> NDArray[np.int64]:
        """In how many papers of the run each item may stand."""
        specification, papers = self.problem.specification, self.problem.papers
        return np.array([uses_of(item, specification, papers) for item in self.items], dtype=np.int64)


class Sheet:
    """A paper on which places can be exchanged."""

    def __init__(self, pool: Pool, paper: Sequence[Placed]) -> None:
        self.pool = pool
        self.held = [pool.place[placed.item.id] for placed in paper]
        self.cell = [placed.cell for placed in paper]
        self.on = np.zeros(len(pool.items), dtype=bool)
        self.on[self.held] = True
        self.points = np.bincount(pool.point[self.held], minlength=int(pool.point.max(initial=0)) + 1)
        self.hostile = np.zeros(len(pool.items), dtype=np.int64)
        for item in self.held:
            self.hostile[pool.enemies[item]] += 1
        self.sums = pool.values[self.held].sum(axis=0)
        self.fresh = int(pool.fresh[self.held].sum())

    def admissible(self, place: int) -> NDArray[np.int64]:
        """Items that may stand at a place instead of the one there, goals aside."""
        pool, specification = self.pool, self.pool.problem.specification
        leaving = self.held[place]
        if pool.tied[leaving]:
            return np.empty(0, dtype=np.int64)
        coming = pool.of_cell[self.cell[place]]
        hostile = self.hostile[coming]
        if pool.enemies[leaving]:
            hostile = hostile - np.isin(coming, pool.enemies[leaving])
        fits = ~self.on[coming] & ~pool.tied[coming] & (hostile == 0)
        if specification.per_point is not None:
            left = self.points[pool.point[coming]] - (pool.point[coming] == pool.point[leaving])
            fits &= left < specification.per_point
        if specification.fresh_least:
            fits &= self.fresh - pool.fresh[leaving] + pool.fresh[coming] >= specification.fresh_least
        free: NDArray[np.int64] = coming[fits]
        return free

    def exchange(self, place: int, coming: int) -> None:
        """Put an item at a place."""
        pool, leaving = self.pool, self.held[place]
        self.held[place] = coming
        self.on[leaving], self.on[coming] = False, True
        self.points[pool.point[leaving]] -= 1
        self.points[pool.point[coming]] += 1
        self.hostile[pool.enemies[leaving]] -= 1
        self.hostile[pool.enemies[coming]] += 1
        self.sums = self.sums - pool.values[leaving] + pool.values[coming]
        self.fresh += int(pool.fresh[coming] - pool.fresh[leaving])

    def keeps_goals(self, sums: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the rows of sums lie within every goal."""
        within = (sums >= self.pool.low) & (sums <= self.pool.high)
        return np.asarray(within.all(axis=-1), dtype=np.bool_)

    def placed(self) -> tuple[Placed, ...]:
        """The paper as it now stands."""
        return tuple(Placed(self.pool.items[item], cell) for item, cell in zip(self.held, self.cell, strict=True))


def towards_goals(problem: Problem, papers: Sequence[Sequence[Placed]]) -> tuple[tuple[Placed, ...], ...]:
    """The papers after exchanges with unused items, each the one that brings its paper nearest to all goals."""
    pool = Pool(problem)
    left = pool.uses()
    sheets = [Sheet(pool, paper) for paper in papers]
    for sheet in sheets:
        left[sheet.held] -= 1
    for sheet in sheets:
        while not sheet.keeps_goals(sheet.sums).all() and _step(sheet, left):
            pass
    return tuple(sheet.placed() for sheet in sheets)


def _step(sheet: Sheet, left: NDArray[np.int64]) -> bool:
    """The best exchange of one place; False where none is better than to leave it."""
    pool = sheet.pool
    best, choice = float(_distance(sheet, sheet.sums)) - 1e-9, None
    for place, leaving in enumerate(sheet.held):
        coming = sheet.admissible(place)
        coming = coming[left[coming] > 0]
        if not coming.size:
            continue
        distances = _distance(sheet, sheet.sums - pool.values[leaving] + pool.values[coming])
        least = int(distances.argmin())
        if distances[least] < best:
            best, choice = float(distances[least]), (place, int(coming[least]))
    if choice is None:
        return False
    place, coming_in = choice
    left[sheet.held[place]] += 1
    left[coming_in] -= 1
    sheet.exchange(place, coming_in)
    return True


def _distance(sheet: Sheet, sums: NDArray[np.int64]) -> NDArray[np.float64]:
    distance: NDArray[np.float64] = (((sums - sheet.pool.middle) / sheet.pool.width) ** 2).sum(axis=-1)
    return distance


def walk(pool: Pool, paper: Sequence[Placed], seed: str, steps: int | None = None) -> tuple[Placed, ...]:
    """A paper of its own for one candidate: a random walk from a solved paper on which every step keeps every limit.

    At each step a place is drawn and then an item for it from all that keep cells, points, enemies, sets, freshness
    and goals; the walk forgets its start after some rounds over all places.

    Args:
        pool: where the items come from.
        paper: a paper that keeps every limit.
        seed: the same pool, paper and seed give the same paper.
        steps: exchanges tried; by default eight for each place.
    """
    dice = random.Random(f"walk:{seed}")  # noqa: S311  a draw that can be repeated, not a secret
    sheet = Sheet(pool, paper)
    for _ in range(8 * len(paper) if steps is None else steps):
        place = dice.randrange(len(sheet.held))
        coming = sheet.admissible(place)
        sums = sheet.sums - pool.values[sheet.held[place]] + pool.values[coming]
        coming = coming[sheet.keeps_goals(sums)]
        if coming.size:
            sheet.exchange(place, int(coming[dice.randrange(coming.size)]))
    return sheet.placed()
