"""Blueprint and pool to paper: pure and seeded, the same seed gives the same paper."""

import random
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from certification.standards.rules import TheoryPlan
from training_base.kernel.errors import Refusal


@dataclass(frozen=True)
class PoolItem:
    """What assembly knows of an item; ``exposure`` counts the papers it has been printed in.

    Items with the same ``stimulus`` stay together on a paper, in the order of ``place``.
    """

    id: UUID
    kind: str
    area: str
    knowledge_point: str
    difficulty: int
    exposure: int
    stimulus: str | None = None
    place: int = 0


@dataclass(frozen=True)
class ShortCell:
    """A cell of the blueprint that the pool cannot fill: so many wanted, so many to be had."""

    area: str
    kind: str
    wanted: int
    available: int


@dataclass(eq=False)
class InfeasibleBlueprint(Refusal):
    """The pool has too few items for at least one cell of the blueprint."""

    short: tuple[ShortCell, ...]


@dataclass(frozen=True)
class Chosen:
    """A place on the paper: the item and its marks, in hundredths."""

    item: PoolItem
    marks: int


@dataclass(frozen=True)
class _Cell:
    part: int
    kind: str
    area: str
    wanted: int
    marks: int


def matches(wanted: str, area: str) -> bool:
    """Whether an item's area counts for one of the plan: "1" takes every duty 1.x, "0.1" only itself."""
    return area == wanted or area.startswith(f"{wanted}.")


def assemble(plan: TheoryPlan, pool: Iterable[PoolItem], seed: int) -> tuple[Chosen, ...]:
    """Choose the items of a paper, in the order in which they are printed.

    Sections follow the kinds of the plan. Items are spread over as many knowledge points as the pool allows,
    the least exposed come first, and difficulties are mixed as the pool has them.

    Args:
        plan: kinds, areas and marks.
        pool: approved exam items of the tier, each once; their order does not matter.
        seed: the same seed and pool give the same paper.

    Raises:
        InfeasibleBlueprint: at least one cell cannot be filled; all of them are named.
    """
    dice = random.Random(f"selection:{seed}")  # noqa: S311  a draw that can be repeated, not a secret
    items = sorted(pool, key=lambda item: item.id)
    cells = [
        _Cell(section, part.kind, area, wanted, part.marks_each)
        for section, part in enumerate(plan.parts)
        for area, wanted in part.areas.items()
    ]
    lots = _Lots([_preferred(cell, items, dice) for cell in cells])
    short = lots.fill([cell.wanted for cell in cells])
    if short:
        raise InfeasibleBlueprint(
            tuple(
                ShortCell(cell.area, cell.kind, cell.wanted, cell.wanted - short[number])
                for number, cell in enumerate(cells)
                if number in short
            )
        )
    paper: list[Chosen] = []
    for section in range(len(plan.parts)):
        numbers = [number for number, cell in enumerate(cells) if cell.part == section]
        printed = [Chosen(item, cells[number].marks) for number in numbers for item in lots.items_of(number)]
        dice.shuffle(printed)
        paper += printed
    return together(paper)


def together(paper: Sequence[Chosen]) -> tuple[Chosen, ...]:
    """The same places with items of one stimulus side by side and in order, where the first of them stood."""
    groups: dict[str, list[Chosen]] = defaultdict(list)
    for chosen in paper:
        groups[chosen.item.stimulus or str(chosen.item.id)].append(chosen)
    return tuple(
        chosen for group in groups.values() for chosen in sorted(group, key=lambda one: (one.item.place, one.item.id))
    )


def _preferred(cell: _Cell, items: Sequence[PoolItem], dice: random.Random) -> list[PoolItem]:
    """The items that may fill a cell: least exposed first, equal ones by lot, difficulties in turn."""
    fitting = [item for item in items if item.kind == cell.kind and matches(cell.area, item.area)]
    dice.shuffle(fitting)
    turn: Counter[tuple[int, int]] = Counter()
    ranked: list[tuple[int, int, int, PoolItem]] = []
    for place, item in enumerate(fitting):
        like = (item.exposure, item.difficulty)
        ranked.append((item.exposure, turn[like], place, item))
        turn[like] += 1
    return [item for *_, item in sorted(ranked, key=lambda row: row[:3])]


class _Lots:
    """Places of a paper matched to items so that knowledge points repeat as little as possible.

    Matching by augmenting paths: every point may be used once at first, then twice, and so on, until all
    places are filled or no path is left. A place that finds its points full may move others to points that
    they also accept.
    """

    def __init__(self, preferences: list[list[PoolItem]]) -> None:
        self.kinds = [items[0].kind if items else "" for items in preferences]
        self.points: list[list[str]] = [list(dict.fromkeys(i.knowledge_point for i in p)) for p in preferences]
        self.by_point: list[dict[str, list[PoolItem]]] = []
        for items in preferences:
            groups: dict[str, list[PoolItem]] = defaultdict(list)
            for item in items:
                groups[item.knowledge_point].append(item)
            self.by_point.append(groups)
        self.cell_of: list[int] = []
        self.held: dict[int, PoolItem] = {}
        self.holders: dict[str, set[int]] = defaultdict(set)
        self.taken: set[UUID] = set()

    def fill(self, wanted: Sequence[int]) -> dict[int, int]:
        """Fill the places of every cell; gives how many stay empty, per cell that is short."""
        open_places: dict[int, list[int]] = {}
        for cell, count in enumerate(wanted):
            open_places[cell] = list(range(len(self.cell_of), len(self.cell_of) + count))
            self.cell_of += [cell] * count
        totals = Counter(item.knowledge_point for item in self._distinct())
        for most in range(1, max(totals.values(), default=0) + 1):
            for places in open_places.values():
                while places and self._place(places[0], most):
                    places.pop(0)
        return {cell: len(places) for cell, places in open_places.items() if places}

    def items_of(self, cell: int) -> list[PoolItem]:
        """The items that a cell came to hold."""
        return [self.held[place] for place, own in enumerate(self.cell_of) if own == cell]

    def _distinct(self) -> set[PoolItem]:
        return {item for groups in self.by_point for items in groups.values() for item in items}

    def _free(self, place: int, point: str) -> list[PoolItem]:
        return [item for item in self.by_point[self.cell_of[place]][point] if item.id not in self.taken]

    def _place(self, start: int, most: int) -> bool:
        """Give a place an item, moving others along the shortest path; False where there is no path."""
        came: dict[int, tuple[int, str] | None] = {start: None}
        tried: set[tuple[int, str]] = set()
        waiting = deque([start])
        while waiting:
            place = waiting.popleft()
            cell = self.cell_of[place]
            for point in self.points[cell]:
                if (cell, point) in tried or place in self.holders[point]:
                    continue
                tried.add((cell, point))
                free = self._free(place, point)
                if free and len(self.holders[point]) < most:
                    self._move(place, point, came)
                    return True
                for other in sorted(self.holders[point]):
                    same = self.kinds[self.cell_of[other]] == self.kinds[cell]
                    if other not in came and (same or free):
                        came[other] = (place, point)
                        waiting.append(other)
        return False

    def _move(self, place: int, point: str, came: dict[int, tuple[int, str] | None]) -> None:
        """Walk the path back: each place takes the room that the one after it has left."""
        step: tuple[int, str] | None = (place, point)
        while step is not None:
            place, point = step
            before = self.held.pop(place, None)
            if before is not None:
                self.holders[before.knowledge_point].discard(place)
                self.taken.discard(before.id)
            item = self._free(place, point)[0]
            self.held[place] = item
            self.holders[point].add(place)
            self.taken.add(item.id)
            step = came[place]
