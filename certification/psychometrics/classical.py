"""Classical test theory: figures of items and of the whole test, from marks or from a tally of chosen options."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from certification.psychometrics.notes import NOT_REACHED, OMITTED, Codes, Counts, Flags, Floats, Note, ratio


@dataclass(frozen=True)
class ItemFigures:
    """One item; a figure is None where it cannot be given, ``note`` says why.

    ``facility`` is the mean share of the marks among those who reached it; ``sd`` is in marks; ``corrected_r``
    correlates the item with the sum of the others; ``discrimination_index`` and ``discriminative_efficiency`` are
    Moodle's, in per cent; ``effective_weight`` is Moodle's too; ``alpha_without`` is alpha of the other items.
    """

    n: int
    omitted: int
    not_reached: int
    facility: float | None
    sd: float | None
    corrected_r: float | None
    discrimination_index: float | None
    discriminative_efficiency: float | None
    effective_weight: float | None
    alpha_without: float | None
    note: Note | None


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha (KR-20 where all items are right or wrong), its standard error, and that of a total."""

    alpha: float | None
    standard_error: float | None
    sem: float | None
    note: Note | None


@dataclass(frozen=True)
class Analysis:
    """A whole test; ``mean`` and ``sd`` are of the totals, in marks."""

    n: int
    mean: float | None
    sd: float | None
    reliability: Reliability
    items: tuple[ItemFigures, ...]


@dataclass(frozen=True)
class Moments:
    """All that the figures need, of n candidates and k items.

    ``sums`` (k) and ``cross`` (k, k) are the sums and cross products of the marks, a missing answer counting 0;
    ``greatest`` (k) is the covariance each item would have with the rest if both were in the same order;
    ``reached`` and ``omitted`` (k) are counts.
    """

    n: int
    sums: Floats
    cross: Floats
    greatest: Floats
    reached: Counts
    omitted: Counts

    @property
    def covariance(self) -> Floats:
        """The covariances of the items, with n - 1; zeros for fewer than two candidates."""
        if self.n < 2:
            return np.zeros_like(self.cross)
        found: Floats = (self.cross - np.outer(self.sums, self.sums) / self.n) / (self.n - 1)
        found[np.abs(found) < 1e-12] = 0
        return found


@dataclass(frozen=True)
class Tally:
    """How often each option was chosen, by total of right answers.

    ``counts`` (k, options + 2, k + 1) has the options first, then omitted, then not reached, and by total 0 to k;
    ``cross`` (k, k) counts who had both items right.
    """

    n: int
    key: Codes
    counts: Counts
    cross: Counts


def tally(chunks: Iterable[Codes], key: Codes, options: int) -> Tally:
    """Count responses chunk by chunk, so that memory is bounded by a chunk and not by the number of candidates.

    Args:
        chunks: arrays (candidates, k) of the chosen option from 0, OMITTED or NOT_REACHED.
        key: the right option of each item (k).
        options: how many options the items have at most.
    """
    k, width = len(key), options + 2
    counts, cross, n = np.zeros((k, width, k + 1), dtype=np.int64), np.zeros((k, k), dtype=np.int64), 0
    for chunk in chunks:
        right = chunk == key
        base = right.sum(axis=1, dtype=np.int64) * width
        codes = np.where(chunk < 0, options - 1 - chunk, chunk).T
        for j in range(k):
            counts[j] += np.bincount(base + codes[j], minlength=width * (k + 1)).reshape(k + 1, width).T
        single = right.astype(np.float32)
        for start in range(0, len(single), 65536):  # sums of 0 and 1 are exact in single precision up to 2**24
            part = single[start : start + 65536]
            cross += (part.T @ part).astype(np.int64)
        n += len(chunk)
    return Tally(n, key, counts, cross)


def moments_of_tally(found: Tally) -> Moments:
    """The moments of right/wrong items from their tally."""
    k = len(found.key)
    by_total = found.counts.sum(axis=1)
    right = found.counts[np.arange(k), found.key]
    rest = by_total - right
    rest[:, :-1] += right[:, 1:]
    values, ones = np.arange(k + 1), right.sum(axis=1)
    above = np.cumsum(rest[:, ::-1], axis=1)[:, ::-1] - rest
    taken = np.clip(ones[:, None] - above, 0, rest)
    best = (taken * values).sum(axis=1)
    mean = (rest * values).sum(axis=1) * ones / max(found.n, 1)
    greatest = (best - mean) / max(found.n - 1, 1)
    omitted, unreached = found.counts[:, -2].sum(axis=1), found.counts[:, -1].sum(axis=1)
    return Moments(
        found.n, ones.astype(np.float64), found.cross.astype(np.float64), greatest, found.n - unreached, omitted
    )


def moments(marks: Floats, missing: Codes | None = None) -> Moments:
    """The moments of any marks.

    Args:
        marks: (candidates, k), with 0 where nothing was answered.
        missing: same shape, OMITTED or NOT_REACHED where nothing was answered, 0 elsewhere.
    """
    n, k = marks.shape
    gaps = np.zeros(marks.shape, dtype=np.int8) if missing is None else missing
    total, greatest = marks.sum(axis=1), np.zeros(k)
    for j in range(k if n > 1 else 0):
        one, rest = np.sort(marks[:, j]), np.sort(total - marks[:, j])
        greatest[j] = (one - one.mean()) @ (rest - rest.mean()) / (n - 1)
    return Moments(
        n,
        marks.sum(axis=0),
        marks.T @ marks,
        greatest,
        (gaps != NOT_REACHED).sum(axis=0),
        (gaps == OMITTED).sum(axis=0),
    )


def reliability(covariance: Floats, n: int) -> Reliability:
    """Cronbach's alpha with its standard error.

    alpha = k/(k-1) (1 - tr V / j'Vj); its asymptotic standard error holds without parallel items.
    Source: Cronbach (1951), Psychometrika 16; Duhachek and Iacobucci (2004), J. Applied Psychology 89, equation 2.

    Args:
        covariance: of the items (k, k), in marks squared.
        n: how many candidates.
    """
    k, whole = len(covariance), float(covariance.sum())
    if n < 2 or k < 2:
        return Reliability(None, None, None, Note.TOO_FEW)
    if whole <= 1e-9 * max(float(np.trace(covariance)), 1e-9):
        return Reliability(None, None, None, Note.CONSTANT)
    trace = float(np.trace(covariance))
    alpha = k / (k - 1) * (1 - trace / whole)
    square = covariance @ covariance
    spread = whole * (float(np.trace(square)) + trace**2) - 2 * trace * float(square.sum())
    error = np.sqrt(max(2 * k**2 / ((k - 1) ** 2 * whole**3) * spread, 0) / n)
    sem = np.sqrt(whole * (1 - alpha)) if alpha <= 1 else None
    return Reliability(alpha, float(error), None if sem is None else float(sem), None)


def figures(found: Moments, maximum: Floats) -> Analysis:
    """The figures of a test and its items.

    discrimination index = 100 r(item, rest); discriminative efficiency = 100 cov(item, rest) / the greatest covariance
    that marks so distributed can have; effective weight = 100 sqrt(cov(item, total)) / the sum of these over the items.
    Source: Moodle, Quiz statistics calculations (docs.moodle.org/dev/Quiz_statistics_calculations); corrected
    point-biserial: Henrysson (1963), Psychometrika 28.

    Args:
        found: the moments, from ``moments`` or ``moments_of_tally``.
        maximum: what each item carries (k), in the unit of the marks.
    """
    covariance = found.covariance
    whole = reliability(covariance, found.n)
    variance, with_total = np.diag(covariance), covariance.sum(axis=1)
    weights = np.sqrt(np.clip(with_total, 0, None))
    shares = 100 * weights / weights.sum() if weights.sum() > 0 else weights
    items = tuple(_item(found, j, float(maximum[j]), covariance, float(shares[j])) for j in range(len(variance)))
    enough = found.n > 0
    return Analysis(
        found.n,
        float(found.sums.sum() / found.n) if enough else None,
        float(np.sqrt(max(covariance.sum(), 0))) if found.n > 1 else None,
        whole,
        items,
    )


def _item(found: Moments, j: int, maximum: float, covariance: Floats, share: float) -> ItemFigures:
    variance, with_total, whole = float(covariance[j, j]), float(covariance[j].sum()), float(covariance.sum())
    with_rest = with_total - variance
    rest_variance = whole - 2 * with_total + variance
    product = np.sqrt(variance * rest_variance) if variance > 0 and rest_variance > 1e-12 else 0.0
    r = ratio(with_rest, product)
    efficiency = ratio(100 * with_rest, found.greatest[j]) if variance > 0 else None
    others = np.delete(np.delete(covariance, j, axis=0), j, axis=1)
    note = Note.TOO_FEW if found.n < 2 else Note.CONSTANT if variance <= 0 else None
    reached = int(found.reached[j])
    return ItemFigures(
        n=reached,
        omitted=int(found.omitted[j]),
        not_reached=found.n - reached,
        facility=ratio(found.sums[j], reached * maximum),
        sd=float(np.sqrt(variance)) if found.n > 1 else None,
        corrected_r=r,
        discrimination_index=None if r is None else 100 * r,
        discriminative_efficiency=efficiency,
        effective_weight=share if with_total > 0 else None,
        alpha_without=reliability(others, found.n).alpha,
        note=note,
    )


def analyse(marks: Floats, maximum: Floats, missing: Codes | None = None) -> Analysis:
    """The figures of a matrix of marks (candidates, k); see ``moments`` and ``figures``."""
    return figures(moments(marks, missing), maximum)


def kr20(right: Flags) -> float | None:
    """Kuder-Richardson formula 20 of right/wrong items (candidates, k); None where the totals do not differ.

    k/(k-1) (1 - sum p q / variance of the totals), with n in both, which makes it equal to alpha.
    Source: Kuder and Richardson (1937), Psychometrika 2.
    """
    n, k = right.shape
    if n < 2 or k < 2:
        return None
    p = right.mean(axis=0)
    part = ratio(float((p * (1 - p)).sum()), float(right.sum(axis=1).var()))
    return None if part is None else k / (k - 1) * (1 - part)
