"""Rules about cohorts: hours due per level and places left."""

from enum import StrEnum

HOURS_DUE = {5: 60, 4: 50, 3: 40, 2: 40, 1: 30}
"""Reference training hours per level. Source: national standard 4-04-05-05, 2021, training requirements."""


class EnrolmentStatus(StrEnum):
    """A trainer's place in a cohort."""

    ACTIVE = "active"
    COMPLETED = "completed"
    LEFT = "left"


def minutes_due(level: int) -> int:
    """Training minutes that a level asks for; an hour of training counts 60 minutes here.

    Raises:
        ValueError: the occupation has no such level.
    """
    if level not in HOURS_DUE:
        raise ValueError(f"no level {level}")
    return HOURS_DUE[level] * 60


def minutes_missing(level: int, credited: int) -> int:
    """Minutes still due, never below 0."""
    return max(0, minutes_due(level) - credited)
