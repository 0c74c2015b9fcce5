"""Why a figure is missing, and the array types that the statistics share."""

from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[np.int8]

OMITTED, NOT_REACHED = -1, -2
"""Codes of a response that is none: passed over before the last answer, or behind it."""


class Note(StrEnum):
    """Why a figure could not be given, or must be read with care."""

    CONSTANT = "constant"
    TOO_FEW = "too_few"
    EMPTY_GROUP = "empty_group"
    NO_OVERLAP = "no_overlap"
    AT_BOUND = "at_bound"
    NOT_CONVERGED = "not_converged"


def finite(value: float | np.floating) -> float | None:
    """A plain float, or None where the value is no finite number."""
    return float(value) if np.isfinite(value) else None


def ratio(above: float | np.floating, below: float | np.floating) -> float | None:
    """The quotient, or None where the divisor is not above 0."""
    return float(above) / float(below) if below > 0 else None


def missing_codes(answered: Flags) -> Codes:
    """Tell omitted from not reached: blanks after the last answer of a candidate were not reached.

    Source: Lord (1980), Applications of Item Response Theory, chapter 15.8; the convention of most testing programs.

    Args:
        answered: whether a candidate (row) answered an item (column, in the order of the paper).

    Returns:
        Same shape; 0 answered, OMITTED or NOT_REACHED.
    """
    later = np.cumsum(answered[:, ::-1], axis=1)[:, ::-1] > 0
    return np.where(answered, 0, np.where(later, OMITTED, NOT_REACHED)).astype(np.int8)
