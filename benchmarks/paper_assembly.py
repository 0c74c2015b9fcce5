"""Ten parallel papers of 100 items from a bank of 2,000 by integer programme; papers for single candidates."""

import math
import random
import time
from uuid import UUID

from benchmarks.reading import Reading
from certification.assembly import solver, swapping
from certification.assembly.checking import breaches
from certification.assembly.rules import Cell, InformationGoal, PoolItem, Problem, Specification

AREAS = ("0.1", "0.2", "1.1", "2.1", "3.1", "4.1", "4.2")
COUNTS = {
    "true_false": (6, 5, 4, 5, 5, 4, 5),
    "single_choice": (6, 5, 4, 5, 5, 4, 5),
    "multiple_choice": (5, 4, 4, 5, 4, 5, 5),
}


def problem() -> Problem:
    """A bank of 2,000 two-parameter items of 7 areas and 3 kinds, 667 points, 100 pairs of enemies."""
    dice = random.Random(4)
    kinds = list(COUNTS)
    pool = tuple(
        PoolItem(
            UUID(int=number),
            kinds[number // len(AREAS) % len(kinds)],
            AREAS[number % len(AREAS)],
            f"point-{number // 3}",
            difficulty=dice.gauss(0, 1),
            discrimination=math.exp(dice.gauss(0, 0.3)),
            calibrated=True,
        )
        for number in range(2000)
    )
    enemies: set[frozenset[UUID]] = set()
    while len(enemies) < 100:
        enemies.add(frozenset(item.id for item in dice.sample(pool, 2)))
    cells = tuple(
        Cell(part, kind, area, count, 100)
        for part, (kind, counts) in enumerate(COUNTS.items())
        for area, count in zip(AREAS, counts, strict=True)
    )
    information = tuple(InformationGoal(ability, within=0.01) for ability in (-1.0, 0.0, 1.0))
    specification = Specification(cells, per_point=1, difficulty_within=0.02, information=information)
    return Problem(specification, pool, papers=10, enemies=frozenset(enemies))


def readings() -> list[Reading]:
    """Seconds for three seeds, checked by counting again, and papers for candidates a second."""
    asked, taken = problem(), []
    for seed in (1, 2, 3):
        begun = time.perf_counter()
        solution = solver.solve(asked, seed)
        seconds = time.perf_counter() - begun
        found = len(breaches(asked, solution.papers))
        note = f"target under 30 s; {solution.shared} shared, {found} limits broken"
        taken.append(Reading(f"ten papers of 100 from 2,000, seed {seed}", seconds, note, "s"))
    pool = swapping.Pool(asked)
    begun = time.perf_counter()
    own = [swapping.walk(pool, solution.papers[number % 10], f"{number}") for number in range(20)]
    pace = len(own) / (time.perf_counter() - begun)
    broken = sum(len(breaches(asked, [paper])) for paper in own)
    taken.append(Reading("a candidate's own paper from the solved ten", pace, f"{broken} limits broken"))
    return taken
