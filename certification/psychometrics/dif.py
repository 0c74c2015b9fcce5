"""Differential item functioning: does an item treat two groups of equal ability differently?"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import expit, log_expit
from scipy.stats import chi2, norm

from certification.psychometrics.notes import Counts, Flags, Floats, Note, ratio

LEAST_GROUP = 20
"""Fewer candidates than this in a group, and nothing is said about it."""

A_DELTA, C_DELTA = 1.0, 1.5
FLAT_R2, LARGE_R2 = 0.035, 0.070


class EtsClass(StrEnum):
    """A negligible, B moderate, C large."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True)
class MantelHaenszel:
    """``alpha`` is the common odds ratio, reference to focal; ``delta`` = -2.35 ln alpha, below 0 against the focal.

    ``chi_square`` has one degree of freedom and the continuity correction; ``error`` is the standard error of delta.
    """

    alpha: float | None
    delta: float | None
    error: float | None
    chi_square: float | None
    p: float | None
    ets: EtsClass | None
    note: Note | None


@dataclass(frozen=True)
class LogisticDif:
    """Likelihood ratio tests with one degree of freedom each, and the gains in Nagelkerke's R squared."""

    uniform: float | None
    uniform_p: float | None
    non_uniform: float | None
    non_uniform_p: float | None
    gain: float | None
    ets: EtsClass | None
    note: Note | None


@dataclass(frozen=True)
class DifFigures:
    """What the three methods say of an item; ``std_p`` is STD P-DIF, below 0 against the focal group."""

    n_reference: int
    n_focal: int
    mh: MantelHaenszel
    std_p: float | None
    logistic: LogisticDif


def strata(right: Flags, focal: Flags, criterion: Floats) -> Counts:
    """Two-by-two tables (S, 2, 2): for each value of the criterion, reference and focal, right and wrong."""
    _, place = np.unique(criterion, return_inverse=True)
    size = int(place.max(initial=-1)) + 1
    cell = place * 4 + focal.astype(np.int64) * 2 + (~right).astype(np.int64)
    return np.bincount(cell, minlength=size * 4).reshape(size, 2, 2)


def mantel_haenszel(tables: Counts) -> MantelHaenszel:
    """The Mantel-Haenszel test and odds ratio over strata.

    chi square = (|sum A - sum E(A)| - 1/2)^2 / sum Var(A); the error of ln alpha by Phillips and Holland (1987),
    Biometrics 43. ETS classes: A where delta does not differ from 0 (p >= .05) or |delta| < 1; C where |delta| >= 1.5
    and is above 1 by a one-sided test at .05; B else. Source: Holland and Thayer (1988) in Wainer and Braun, Test
    Validity; Zwick (2012), ETS RR-12-08.

    Args:
        tables: (S, 2, 2) reference and focal, right and wrong.
    """
    t = tables.sum(axis=(1, 2)).astype(np.float64)
    t, use = t[t > 1], tables[t > 1].astype(np.float64)
    a, b, c, d = use[:, 0, 0], use[:, 0, 1], use[:, 1, 0], use[:, 1, 1]
    reference, focal, ones, zeros = a + b, c + d, a + c, b + d
    variance = float((reference * focal * ones * zeros / (t**2 * (t - 1))).sum())
    above, below = float((a * d / t).sum()), float((b * c / t).sum())
    if variance <= 0 or above <= 0 or below <= 0:
        return MantelHaenszel(None, None, None, None, None, None, Note.NO_OVERLAP)
    apart = max(abs(float((a - reference * ones / t).sum())) - 0.5, 0)
    square = apart**2 / variance
    alpha = above / below
    spread = ((a * d + alpha * b * c) * (a + d + alpha * (b + c)) / t**2).sum() / (2 * above**2)
    delta, error = -2.35 * np.log(alpha), 2.35 * np.sqrt(spread)
    p = float(chi2.sf(square, 1))
    return MantelHaenszel(alpha, float(delta), float(error), square, p, ets_class(float(delta), float(error), p), None)


def ets_class(delta: float, error: float, p: float) -> EtsClass:
    """The class of an item by the rules given at ``mantel_haenszel``."""
    if p >= 0.05 or abs(delta) < A_DELTA:
        return EtsClass.A
    significantly_above = (abs(delta) - A_DELTA) / error > norm.ppf(0.95) if error > 0 else True
    return EtsClass.C if abs(delta) >= C_DELTA and significantly_above else EtsClass.B


def std_p_dif(tables: Counts) -> float | None:
    """The standardised difference in the share right, focal minus reference, weighted by the focal group.

    Source: Dorans and Kulick (1986), J. Educational Measurement 23. Strata in which either group is empty are left out.
    """
    size = tables.sum(axis=2)
    use = (size > 0).all(axis=1)
    if not use.any():
        return None
    share = tables[use][:, :, 0] / size[use]
    weight = size[use][:, 1]
    return float(weight @ (share[:, 1] - share[:, 0]) / weight.sum())


def logistic_dif(right: Flags, focal: Flags, criterion: Floats) -> LogisticDif:
    """Logistic regression of the item on the criterion, the group, and both together.

    uniform: group beyond the criterion; non-uniform: their product beyond both. The gain is that of Nagelkerke's R
    squared from the criterion alone to all; classes by Jodoin and Gierl (2001), Applied Measurement in Education 14.
    Source: Swaminathan and Rogers (1990), J. Educational Measurement 27.
    """
    scale = criterion.std()
    if not 0 < right.sum() < len(right) or scale == 0:
        return LogisticDif(None, None, None, None, None, None, Note.CONSTANT)
    z, group, ones = (criterion - criterion.mean()) / scale, focal.astype(np.float64), np.ones(len(right))
    y = right.astype(np.float64)
    levels = [_log_likelihood(np.column_stack(part), y) for part in _nested(ones, z, group)]
    if any(level is None for level in levels):
        return LogisticDif(None, None, None, None, None, None, Note.NOT_CONVERGED)
    empty, first, second, third = (float(level) for level in levels if level is not None)
    uniform, crossed = max(2 * (second - first), 0.0), max(2 * (third - second), 0.0)
    gain = _nagelkerke(empty, third, len(y)) - _nagelkerke(empty, first, len(y))
    both = float(chi2.sf(uniform + crossed, 2))
    worth = EtsClass.A if both >= 0.05 or gain < FLAT_R2 else EtsClass.B if gain < LARGE_R2 else EtsClass.C
    return LogisticDif(uniform, float(chi2.sf(uniform, 1)), crossed, float(chi2.sf(crossed, 1)), gain, worth, None)


def _nested(ones: Floats, z: Floats, group: Floats) -> list[list[Floats]]:
    return [[ones], [ones, z], [ones, z, group], [ones, z, group, z * group]]


def _log_likelihood(x: Floats, y: Floats, passes: int = 40) -> float | None:
    """The greatest log-likelihood of a logistic regression, by Newton; None where the data part completely."""
    beta = np.zeros(x.shape[1])
    for _ in range(passes):
        p = expit(x @ beta)
        weight = np.maximum(p * (1 - p), 1e-10)
        info = x.T @ (x * weight[:, None])
        if np.linalg.cond(info) > 1e12:
            return None
        step = np.linalg.solve(info, x.T @ (y - p))
        beta = beta + np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-8:
            z = x @ beta
            return float(y @ log_expit(z) + (1 - y) @ log_expit(-z))
    return None


def _nagelkerke(empty: float, full: float, n: int) -> float:
    """R squared of Nagelkerke (1991), Biometrika 78."""
    return float((1 - np.exp(2 * (empty - full) / n)) / (1 - np.exp(2 * empty / n)))


def dif(right: Flags, focal: Flags, criterion: Floats) -> DifFigures:
    """All three methods for one item.

    Args:
        right: whether each candidate had the item right (n).
        focal: whether each belongs to the focal group (n).
        criterion: what they are matched on (n); the total with the item in it, as Holland and Thayer ask.
    """
    n_focal = int(focal.sum())
    n_reference = len(focal) - n_focal
    if min(n_focal, n_reference) < LEAST_GROUP:
        note = Note.EMPTY_GROUP if min(n_focal, n_reference) == 0 else Note.TOO_FEW
        return DifFigures(
            n_reference,
            n_focal,
            MantelHaenszel(None, None, None, None, None, None, note),
            None,
            LogisticDif(None, None, None, None, None, None, note),
        )
    tables = strata(right, focal, criterion)
    return DifFigures(
        n_reference, n_focal, mantel_haenszel(tables), std_p_dif(tables), logistic_dif(right, focal, criterion)
    )


def share_flagged(found: list[DifFigures]) -> float | None:
    """The share of items that the Mantel-Haenszel test puts into class C."""
    known = [one.mh.ets for one in found if one.mh.ets is not None]
    return ratio(sum(one is EtsClass.C for one in known), len(known))
