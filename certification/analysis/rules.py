"""Closed sets and pure rules of standard setting and equating."""

from collections.abc import Iterable
from enum import StrEnum
from math import ceil, gcd

LEAST_PANEL = 2
"""A spread needs two; handbooks ask for five to fifteen."""

WISE_PANEL = 5

MOST_ROUNDS = 3

STEP = 50
"""Recommended pass marks are rounded up to half marks, in hundredths."""

MOST_STEPS = 400
"""Papers with finer marks are equated in steps of a mark."""


class SettingMethod(StrEnum):
    """How a panel finds a pass mark."""

    ANGOFF = "angoff"
    BOOKMARK = "bookmark"


class SettingStatus(StrEnum):
    """Where a standard setting stands: the panel rates; it sees the round; adopted by a second person; given up."""

    RATING = "rating"
    FEEDBACK = "feedback"
    ADOPTED = "adopted"
    DROPPED = "dropped"


class EquatingStatus(StrEnum):
    """Where an equating stands."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    DROPPED = "dropped"


def pass_mark(value: float, step: int = STEP) -> int:
    """A panel's mean as a pass mark in hundredths, rounded up to a step: nobody passes below what the panel found."""
    return ceil(round(value, 6) / step) * step


def common_step(marks: Iterable[int], total: int) -> int:
    """The greatest step that all marks are whole numbers of, in hundredths; a mark where that is too fine."""
    step = gcd(*marks) or 1
    return step if total // step <= MOST_STEPS else 100
