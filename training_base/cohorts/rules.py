"""Rules about cohorts: hours due per level, minutes of a day, places left, when an enrolment is complete."""

from datetime import date
from enum import StrEnum

HOURS_DUE = {5: 60, 4: 50, 3: 40, 2: 40, 1: 30}
"""Reference training hours per level. Source: national standard 4-04-05-05, 2021, training requirements."""

DAY_MINUTES = 480
"""The most training that is credited for one day: eight hours. Own rule, against slips and padding."""


class EnrolmentStatus(StrEnum):
    """A trainer's place in a cohort."""

    ACTIVE = "active"
    COMPLETED = "completed"
    LEFT = "left"


class CohortPhase(StrEnum):
    """Where a cohort stands on a day."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"


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


def status_with(level: int, credited: int) -> EnrolmentStatus:
    """The status of somebody who has not left, with so many credited minutes."""
    return EnrolmentStatus.ACTIVE if minutes_missing(level, credited) else EnrolmentStatus.COMPLETED


def places_left(capacity: int, taken: int) -> int:
    """Free places, never below 0."""
    return max(0, capacity - taken)


def phase(starts_on: date, ends_on: date, day: date) -> CohortPhase:
    """Where a cohort stands on a day; the last day still counts."""
    if day < starts_on:
        return CohortPhase.PLANNED
    return CohortPhase.RUNNING if day <= ends_on else CohortPhase.ENDED
