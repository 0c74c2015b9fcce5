"""Signs that a paper was known or answers were shared: never proof, always a reason to look."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, spearmanr

from certification.psychometrics.distractors import groups_of
from certification.psychometrics.notes import Codes, Floats, Note

FALSE_ALARMS = 0.01
"""Pairs are named so that at most about so large a share of the named ones are chance."""

CHANCE_GROUPS = 5


@dataclass(frozen=True)
class PairSign:
    """Two candidates (places in the matrix) with how many answers they share, how many chance gives them, and p.

    ``adjusted`` is p after Benjamini and Yekutieli, which holds however the pairs hang together.
    """

    one: int
    other: int
    same: int
    expected: float
    p: float
    adjusted: float
    named: bool


@dataclass(frozen=True)
class PaceSign:
    """A candidate whose marks are high for the time taken; ``z`` robust, above 0 is more marks in less time."""

    candidate: int
    z: float


@dataclass(frozen=True)
class Pace:
    """How marks go with time (Spearman) and who stands out."""

    correlation: float | None
    signs: tuple[PaceSign, ...]
    note: Note | None


def option_chances(chosen: Codes, total: Floats, options: int) -> Floats:
    """How likely each candidate chooses each option: the shares among candidates of like totals, smoothed.

    Args:
        chosen: (n, k) the option from 0, below 0 for none.
        total: marks of each candidate (n).
        options: how many options there are at most.

    Returns:
        (n, k, options + 1), the last being no answer. Half a choice is added to each cell: nothing is impossible.
    """
    values, place = np.unique(total, return_inverse=True)
    group = groups_of(np.bincount(place, minlength=len(values)), CHANCE_GROUPS)[place]
    code = np.where(chosen < 0, options, chosen).astype(np.int64)
    n, k = code.shape
    found = np.zeros((n, k, options + 1))
    for g in range(CHANCE_GROUPS):
        mine = group == g
        for j in range(k):
            seen = np.bincount(code[mine, j], minlength=options + 1) + 0.5
            found[mine, j] = seen / seen.sum()
    return found


def matches_tail(p: Floats, least: int) -> float:
    """P(at least so many matches) where item j matches with probability p[j]: the generalised binomial, exactly.

    Source: van der Linden and Sotaridona (2006), J. Educational and Behavioral Statistics 31, the GBT.
    """
    found = np.zeros(len(p) + 1)
    found[0] = 1
    for j, one in enumerate(p):
        found[1 : j + 2] = found[1 : j + 2] * (1 - one) + found[: j + 1] * one
        found[0] *= 1 - one
    return float(min(found[least:].sum(), 1.0))


def pair_signs(
    chosen: Codes, total: Floats, options: int, pairs: Sequence[tuple[int, int]], least: int = 30
) -> tuple[PairSign, ...]:
    """The candidates of some pairs, such as neighbours, that share more answers than chance and ability explain.

    For each pair the chance of the same answer at item j is the sum over the options of both candidates' chances; the
    number of shared answers has a generalised binomial distribution. Omissions of both are no shared answer. The p are
    adjusted over all pairs. Source: GBT as at ``matches_tail``; Benjamini and Yekutieli (2001), Annals of Stat. 29.

    Args:
        chosen: (n, k) the option from 0, below 0 for none.
        total: marks of each candidate.
        options: how many options there are at most.
        pairs: places of the candidates to compare.
        least: with fewer candidates nothing is said, an empty tuple.
    """
    if len(chosen) < least or not pairs:
        return ()
    chance = option_chances(chosen, total, options)[:, :, :options]
    found = []
    for one, other in pairs:
        p = (chance[one] * chance[other]).sum(axis=1)
        same = int(((chosen[one] == chosen[other]) & (chosen[one] >= 0)).sum())
        found.append((one, other, same, float(p.sum()), matches_tail(p, same)))
    adjusted = adjust([row[4] for row in found])
    signs = [PairSign(*row, adjusted=q, named=q <= FALSE_ALARMS) for row, q in zip(found, adjusted, strict=True)]
    return tuple(sorted(signs, key=lambda sign: sign.p))


def adjust(p: Sequence[float]) -> list[float]:
    """p of many tests at once, adjusted after Benjamini and Yekutieli (2001); in the order given."""
    m = len(p)
    order = np.argsort(p)
    harmonic = sum(1 / rank for rank in range(1, m + 1))
    raised = np.array(p)[order] * m * harmonic / np.arange(1, m + 1)
    smooth = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1)
    found = np.empty(m)
    found[order] = smooth
    return [float(one) for one in found]


def pace(total: Floats, seconds: Floats, least: int = 20) -> Pace:
    """Who has high marks in little time, against the line that the others follow.

    Both are turned into normal scores of their ranks; a candidate's z is (marks - time) over the robust spread of that
    difference; named from the limit that one in a hundred groups would exceed by chance.

    Args:
        total: marks of each candidate.
        seconds: time each took.
        least: with fewer candidates nothing is said.
    """
    n = len(total)
    if n < least:
        return Pace(None, (), Note.TOO_FEW)
    if np.ptp(total) == 0 or np.ptp(seconds) == 0:
        return Pace(None, (), Note.CONSTANT)
    apart = _normal_scores(total) - _normal_scores(seconds)
    middle = np.median(apart)
    width = 1.4826 * np.median(np.abs(apart - middle))
    limit = norm.ppf(1 - FALSE_ALARMS / n)
    z = (apart - middle) / width if width > 0 else np.zeros(n)
    signs = tuple(PaceSign(int(place), float(z[place])) for place in np.argsort(-z) if z[place] > limit)
    return Pace(float(spearmanr(total, seconds).statistic), signs, None)


def _normal_scores(values: Floats) -> Floats:
    """Normal scores of ranks; equal values share their middle rank."""
    _values, place, count = np.unique(values, return_inverse=True, return_counts=True)
    middle = (np.cumsum(count) - count / 2)[place]
    found: Floats = norm.ppf(middle / len(values))
    return found
