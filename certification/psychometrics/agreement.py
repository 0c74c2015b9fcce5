"""How far raters agree: intraclass correlations and kappa."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from certification.psychometrics.notes import Counts, Floats, Note, ratio


@dataclass(frozen=True)
class Icc:
    """One of the six forms, named as by Shrout and Fleiss, with its F and its 95 % interval."""

    form: str
    value: float
    f: float
    df1: int
    df2: int
    p: float
    low: float
    high: float


@dataclass(frozen=True)
class Agreement:
    """The six forms, or none and why."""

    forms: tuple[Icc, ...]
    note: Note | None


@dataclass(frozen=True)
class _Squares:
    n: int
    k: int
    between: float
    within: float
    judges: float
    error: float


def icc(ratings: Floats, level: float = 0.95) -> Agreement:
    """Intraclass correlations of ratings without gaps (targets in rows, judges in columns).

    (1,1) each target has its own judges; (2,1) judges are a sample of many; (3,1) these judges are the only ones;
    (.,k) the same of the mean of the judges. Source: Shrout and Fleiss (1979), Psychological Bulletin 86, tables 2-4.
    """
    n, k = ratings.shape
    if n < 2 or k < 2:
        return Agreement((), Note.TOO_FEW)
    grand = ratings.mean()
    between = k * float(((ratings.mean(axis=1) - grand) ** 2).sum()) / (n - 1)
    judges = n * float(((ratings.mean(axis=0) - grand) ** 2).sum()) / (k - 1)
    whole = float(((ratings - grand) ** 2).sum())
    within = (whole - between * (n - 1)) / (n * (k - 1))
    error = (whole - between * (n - 1) - judges * (k - 1)) / ((n - 1) * (k - 1))
    if between <= 1e-12 or error <= 1e-12:
        return Agreement((), Note.CONSTANT)
    squares = _Squares(n, k, between, within, judges, error)
    tail = 1 - (1 - level) / 2
    return Agreement((*_one_way(squares, tail), *_random(squares, tail), *_fixed(squares, tail)), None)


def _one_way(s: _Squares, tail: float) -> tuple[Icc, Icc]:
    df1, df2 = s.n - 1, s.n * (s.k - 1)
    f = s.between / s.within
    low, high = f / f_distribution.ppf(tail, df1, df2), f * f_distribution.ppf(tail, df2, df1)
    single = [(x - 1) / (x + s.k - 1) for x in (f, low, high)]
    mean = [1 - 1 / x for x in (f, low, high)]
    return _pair(("1,1", "1,k"), single, mean, f, (df1, df2))


def _fixed(s: _Squares, tail: float) -> tuple[Icc, Icc]:
    df1, df2 = s.n - 1, (s.n - 1) * (s.k - 1)
    f = s.between / s.error
    low, high = f / f_distribution.ppf(tail, df1, df2), f * f_distribution.ppf(tail, df2, df1)
    single = [(x - 1) / (x + s.k - 1) for x in (f, low, high)]
    mean = [1 - 1 / x for x in (f, low, high)]
    return _pair(("3,1", "3,k"), single, mean, f, (df1, df2))


def _random(s: _Squares, tail: float) -> tuple[Icc, Icc]:
    n, k = s.n, s.k
    value = (s.between - s.error) / (s.between + (k - 1) * s.error + k * (s.judges - s.error) / n)
    a, b = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
    v = (a * s.judges + b * s.error) ** 2 / ((a * s.judges) ** 2 / (k - 1) + (b * s.error) ** 2 / ((n - 1) * (k - 1)))
    f_low, f_high = f_distribution.ppf(tail, n - 1, v), f_distribution.ppf(tail, v, n - 1)
    spread = k * s.judges + (k * n - k - n) * s.error
    low = n * (s.between - f_low * s.error) / (f_low * spread + n * s.between)
    high = n * (f_high * s.between - s.error) / (spread + n * f_high * s.between)
    mean = (s.between - s.error) / (s.between + (s.judges - s.error) / n)
    f, df1, df2 = s.between / s.error, n - 1, (n - 1) * (k - 1)
    raised = [x * k / (1 + x * (k - 1)) for x in (low, high)]
    return _pair(("2,1", "2,k"), [value, low, high], [mean, *raised], f, (df1, df2))


def _pair(
    names: tuple[str, str], single: Sequence[float], mean: Sequence[float], f: float, df: tuple[int, int]
) -> tuple[Icc, Icc]:
    p = float(f_distribution.sf(f, *df))
    one, all_of = (
        Icc(name, float(part[0]), f, *df, p, float(part[1]), float(part[2]))
        for name, part in zip(names, (single, mean), strict=True)
    )
    return one, all_of


def kappa(table: Counts | Floats, power: int | None = None) -> float | None:
    """Cohen's kappa of two raters from their table (categories of one in rows, of the other in columns).

    Args:
        table: how often each pair of categories was given.
        power: None for agreement or not; 1 and 2 for weights |i-j| and (i-j)^2 of ordered categories.

    Source: Cohen (1960), Educational and Psychological Measurement 20; Cohen (1968), Psychological Bulletin 70.
    """
    n, size = float(table.sum()), len(table)
    if n == 0:
        return None
    share = table / n
    places = np.arange(size)
    apart = np.abs(places[:, None] - places)
    cost = (apart > 0).astype(np.float64) if power is None else apart.astype(np.float64) ** power
    chance = np.outer(share.sum(axis=1), share.sum(axis=0))
    part = ratio(float((cost * share).sum()), float((cost * chance).sum()))
    return None if part is None else 1 - part


def fleiss_kappa(counts: Counts) -> float | None:
    """Fleiss' kappa: how many of the raters put each subject (row) into each category (column), equally many for all.

    Source: Fleiss (1971), Psychological Bulletin 76.
    """
    n = counts.shape[0]
    raters = int(counts[0].sum()) if n else 0
    if n == 0 or raters < 2:
        return None
    seen = float(((counts**2).sum(axis=1) - raters).sum()) / (n * raters * (raters - 1))
    share = counts.sum(axis=0) / (n * raters)
    chance = float((share**2).sum())
    return ratio(seen - chance, 1 - chance)
