"""What the statistics cost at full size: a calibration, a classical analysis, an equating."""

import time
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.reading import Reading
from certification.psychometrics import classical, distractors, equating, irt
from certification.psychometrics.notes import Codes

ITEMS = 190


def timed(deed: Callable[[], object]) -> float:
    """Seconds that a deed takes, once."""
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def sitting(n: int, seed: int) -> np.ndarray:
    """Right and wrong answers under a two-parameter model."""
    random = np.random.default_rng(seed)
    a, b = random.lognormal(0, 0.3, ITEMS), random.normal(0, 1, ITEMS)
    found: np.ndarray = random.random((n, ITEMS)) < irt.probabilities(random.normal(size=n), a, -a * b)
    return found


def chunks(n: int, size: int = 20000) -> Iterator[Codes]:
    """Chosen options of many candidates, the first being right; one chunk stands for all."""
    random = np.random.default_rng(3)
    chunk = np.where(sitting(size, 2), 0, random.integers(1, 4, (size, ITEMS))).astype(np.int8)
    for _ in range(n // size):
        yield chunk


def analysed(n: int) -> None:
    """A whole classical analysis with option tables."""
    found = classical.tally(chunks(n), np.zeros(ITEMS, dtype=np.int8), 4)
    classical.figures(classical.moments_of_tally(found), np.ones(ITEMS))
    distractors.tables_of_tally(found)


def equated() -> None:
    """An equipercentile equating of two groups of 2,000 with 200 bootstrap samples."""
    marks = [sitting(2000, seed).sum(axis=1) for seed in (5, 6)]
    new, old = (equating.Sample(one, ITEMS) for one in marks)
    equating.equate(new, old, equating.Method.EQUIPERCENTILE, smooth=6)


def readings() -> list[Reading]:
    """All of them; targets from the issue on the item bank."""
    right = sitting(10000, 1).astype(np.float64)
    return [
        Reading("2PL of 10,000 x 190 with standard errors", timed(lambda: irt.fit(right)), "target under 60", "s"),
        Reading("Rasch of 10,000 x 190", timed(lambda: irt.fit(right, irt.Model.RASCH)), "", "s"),
        Reading("classical analysis of 1,000,000 x 190", timed(lambda: analysed(1_000_000)), "target under 60", "s"),
        Reading("smoothed equipercentile equating, 200 samples", timed(equated), "", "s"),
    ]
