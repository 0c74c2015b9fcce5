"""One figure of a benchmark, and how a rate is taken."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """One figure with its unit, and in the note its target or its ratio to another figure of the same run."""

    name: str
    value: float
    note: str = ""
    unit: str = "/s"


def rate(deed: Callable[[], object], seconds: float = 1.5) -> float:
    """How often a deed is done in a second, after one warm-up."""
    deed()
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        deed()
        count += 1
    return count / (time.perf_counter() - start)
