"""Equating: what marks on one paper are worth on another, from groups taken at random or with an anchor.

Marks are whole steps 0..K of each paper. Source throughout: Kolen and Brennan (2014), Test Equating, Scaling, and
Linking, chapters 2 to 5.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from certification.psychometrics.notes import Counts, Floats, Note

LEAST_SAMPLE = 30
RESAMPLES = 200


class Method(StrEnum):
    """The ways to equate."""

    MEAN = "mean"
    LINEAR = "linear"
    EQUIPERCENTILE = "equipercentile"
    TUCKER = "tucker"
    LEVINE = "levine"
    CHAINED_LINEAR = "chained_linear"
    CHAINED_EQUIPERCENTILE = "chained_equipercentile"


ANCHORED = frozenset({Method.TUCKER, Method.LEVINE, Method.CHAINED_LINEAR, Method.CHAINED_EQUIPERCENTILE})


@dataclass(frozen=True)
class Sample:
    """One group: the steps of marks on its paper, how many steps there are above 0, and marks on the anchor.

    ``total`` (n) and ``anchor`` (n, or None); ``top`` and ``anchor_top`` are the greatest possible.
    """

    total: Counts
    top: int
    anchor: Counts | None = None
    anchor_top: int = 0

    def drawn(self, random: np.random.Generator) -> "Sample":
        """As many candidates drawn with replacement."""
        place = random.integers(0, len(self.total), len(self.total))
        return Sample(self.total[place], self.top, None if self.anchor is None else self.anchor[place], self.anchor_top)


@dataclass(frozen=True)
class Equated:
    """For each step 0..K of the new paper its equivalent on the old one, with the standard error of equating.

    ``slope`` and ``intercept`` are those of a straight line, None for a curve.
    """

    method: Method
    values: tuple[float, ...]
    errors: tuple[float, ...]
    slope: float | None
    intercept: float | None
    note: Note | None


def percentile_ranks(counts: Floats, at: Floats) -> Floats:
    """P(x) = 100 (F(x* - 1) + (x - x* + .5) f(x*)) with x* the nearest step: each step is spread over its interval.

    Source: Kolen and Brennan, equation 2.14.
    """
    share = counts / counts.sum()
    below = np.concatenate([[0.0], np.cumsum(share)])
    step = np.clip(np.floor(at + 0.5).astype(np.int64), 0, len(share) - 1)
    found: Floats = 100 * np.clip(below[step] + (at - step + 0.5) * share[step], 0, 1)
    return found


def inverse_ranks(counts: Floats, ranks: Floats) -> Floats:
    """The mark with a given percentile rank; Kolen and Brennan, equation 2.18. Ranks 0 and 100 give the ends."""
    share = counts / counts.sum()
    above = np.cumsum(share)
    below = above - share
    want = ranks / 100
    step = np.minimum(np.searchsorted(above, want + 1e-12, side="left"), len(share) - 1)
    width = np.where(share[step] > 0, share[step], 1.0)
    found = step - 0.5 + np.where(share[step] > 0, (want - below[step]) / width, 0.0)
    return np.clip(found, -0.5, len(share) - 0.5)


def smoothed(counts: Floats, moments: int = 6, passes: int = 100) -> Floats:
    """A log-linear smoothing that keeps the first moments of a distribution of marks, by Newton.

    Source: Holland and Thayer (2000), J. Educational and Behavioral Statistics 25.

    Args:
        counts: how many candidates have each mark 0..K.
        moments: how many moments are kept; never more than the distinct marks allow.
        passes: Newton steps at most.
    """
    steps, n = len(counts), float(counts.sum())
    degree = min(moments, int((counts > 0).sum()) - 1)
    if degree < 1:
        return counts.astype(np.float64)
    basis, _ = np.linalg.qr(np.vander(np.linspace(-1, 1, steps), degree + 1, increasing=True))
    design = basis[:, 1:] * np.sqrt(steps)
    start = np.linalg.lstsq(design, np.log(counts + 0.5) - np.log(counts + 0.5).mean(), rcond=None)[0]
    beta = start
    share = _softmax(design @ beta)
    for _ in range(passes):
        share = _softmax(design @ beta)
        middle = share @ design
        info = n * (design.T * share) @ design - n * np.outer(middle, middle)
        step = np.linalg.lstsq(info, design.T @ counts - n * middle, rcond=None)[0]
        beta = beta + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    return n * share


def _softmax(values: Floats) -> Floats:
    raised = np.exp(values - values.max())
    found: Floats = raised / raised.sum()
    return found


def _counts(marks: Counts, top: int, smooth: int) -> Floats:
    found = np.bincount(marks, minlength=top + 1).astype(np.float64)
    return smoothed(found, smooth) if smooth else found


def _equipercentile(x: Counts, x_top: int, y: Counts, y_top: int, at: Floats, smooth: int) -> Floats:
    return inverse_ranks(_counts(y, y_top, smooth), percentile_ranks(_counts(x, x_top, smooth), at))


def _line(new: Sample, old: Sample, method: Method) -> tuple[float, float]:
    """Slope and intercept of a linear method; a spread of 0 is kept from dividing by the caller."""
    if method is Method.MEAN:
        return 1.0, float(old.total.mean() - new.total.mean())
    if method is Method.LINEAR:
        slope = float(old.total.std() / new.total.std())
        return slope, float(old.total.mean() - slope * new.total.mean())
    return _anchored_line(new, old, method)


def _anchored_line(new: Sample, old: Sample, method: Method) -> tuple[float, float]:
    """Tucker, Levine (observed marks, anchor inside the paper) and chained linear, for the new group (weight 1).

    gamma is cov(X,V)/var(V) for Tucker and var(X)/cov(X,V) for Levine with an internal anchor.
    Source: Kolen and Brennan, equations 4.17-4.20, 4.21-4.22, 4.38 and 4.53; Levine (1955).
    """
    v1, v2 = np.asarray(new.anchor, dtype=np.float64), np.asarray(old.anchor, dtype=np.float64)
    x, y = new.total.astype(np.float64), old.total.astype(np.float64)
    if method is Method.CHAINED_LINEAR:
        first, second = v1.std() / x.std(), y.std() / v2.std()
        slope = float(first * second)
        return slope, float(y.mean() + second * (v1.mean() - v2.mean()) - slope * x.mean())
    cov2 = float(np.cov(y, v2, ddof=0)[0, 1])
    gamma = cov2 / v2.var() if method is Method.TUCKER else y.var() / cov2
    mean_y = y.mean() + gamma * (v1.mean() - v2.mean())
    variance_y = y.var() + gamma**2 * (v1.var() - v2.var())
    slope = float(np.sqrt(max(variance_y, 0.0)) / x.std())
    return slope, float(mean_y - slope * x.mean())


def _values(new: Sample, old: Sample, method: Method, smooth: int) -> Floats:
    at = np.arange(new.top + 1, dtype=np.float64)
    if method is Method.EQUIPERCENTILE:
        return _equipercentile(new.total, new.top, old.total, old.top, at, smooth)
    if method is Method.CHAINED_EQUIPERCENTILE and new.anchor is not None and old.anchor is not None:
        middle = _equipercentile(new.total, new.top, new.anchor, new.anchor_top, at, smooth)
        return _equipercentile(old.anchor, old.anchor_top, old.total, old.top, middle, smooth)
    slope, intercept = _line(new, old, method)
    return slope * at + intercept


def equate(
    new: Sample, old: Sample, method: Method, *, smooth: int = 0, resamples: int = RESAMPLES, seed: int = 1
) -> Equated:
    """What each mark on the new paper is worth on the old one.

    Mean, linear and equipercentile take both groups as drawn at random from one population; the others correct for
    different groups by an anchor inside both papers, with the new group as the population. The standard error of
    equating is the spread over bootstrap samples of both groups.

    Args:
        new: the group that sat the new paper.
        old: the group that sat the old one.
        method: how.
        smooth: moments kept by log-linear smoothing of the equipercentile methods; 0 for none.
        resamples: bootstrap samples.
        seed: of the bootstrap.
    """
    note = _obstacle(new, old, method)
    if note is not None:
        return Equated(method, (), (), None, None, note)
    values = _values(new, old, method, smooth)
    curve = method in (Method.EQUIPERCENTILE, Method.CHAINED_EQUIPERCENTILE)
    slope, intercept = (None, None) if curve else _line(new, old, method)
    errors = bootstrap(lambda one, other: _values(one, other, method, smooth), new, old, resamples, seed)
    return Equated(
        method, tuple(map(float, values)), tuple(map(float, errors)), slope, intercept,
        Note.TOO_FEW if min(len(new.total), len(old.total)) < LEAST_SAMPLE else None,
    )  # fmt: skip


def _obstacle(new: Sample, old: Sample, method: Method) -> Note | None:
    """Why these groups cannot be equated, or None."""
    if min(len(new.total), len(old.total)) < 2:
        return Note.TOO_FEW
    columns = [new.total, old.total]
    if method in ANCHORED:
        if new.anchor is None or old.anchor is None:
            return Note.NO_OVERLAP
        columns += [new.anchor, old.anchor]
        if method is Method.LEVINE and np.cov(old.total, old.anchor)[0, 1] <= 0:
            return Note.NO_OVERLAP
    if method is not Method.MEAN and any(np.ptp(column) == 0 for column in columns):
        return Note.CONSTANT
    return None


def bootstrap(
    values: Callable[[Sample, Sample], Floats], new: Sample, old: Sample, resamples: int, seed: int
) -> Floats:
    """The standard deviation of each value over samples drawn with replacement; those that do not vary are left out.

    Source: Kolen and Brennan, chapter 7.2.
    """
    random = np.random.default_rng(seed)
    found = []
    for _ in range(resamples):
        one, other = new.drawn(random), old.drawn(random)
        if all(np.ptp(part) > 0 for part in (one.total, other.total, *_anchors(one, other))):
            found.append(values(one, other))
    if len(found) < 2:
        return np.zeros(new.top + 1)
    spread: Floats = np.std(found, axis=0, ddof=1)
    return spread


def _anchors(one: Sample, other: Sample) -> list[Counts]:
    return [part.anchor for part in (one, other) if part.anchor is not None]


def converted(mark: float, values: tuple[float, ...], step: float, top: float) -> float:
    """A mark of the new paper on the scale of the old one, between steps by straight lines, kept from 0 to the top.

    Args:
        mark: in the unit of the papers' marks.
        values: from ``Equated``, in steps.
        step: marks in a step.
        top: the greatest mark of the old paper.
    """
    at = np.interp(mark / step, np.arange(len(values)), values)
    return float(np.clip(at * step, 0, top))
