"""What each option of an item attracted: shares, means, correlations and trace lines."""

from dataclasses import dataclass

import numpy as np

from certification.psychometrics.classical import Tally
from certification.psychometrics.notes import Counts, Flags, Floats, ratio

GROUPS = 5
"""Trace lines are drawn over so many groups of candidates, from the weakest to the strongest."""


@dataclass(frozen=True)
class OptionFigures:
    """One option (or no answer, as the last of a table).

    ``share`` of all candidates who chose it; ``mean`` of their marks in the rest of the paper; ``r`` its
    point-biserial with the rest; ``trace`` the share in each fifth of the candidates by the rest, None where a
    fifth is empty.
    """

    chosen: int
    share: float | None
    mean: float | None
    r: float | None
    trace: tuple[float | None, ...]
    is_key: bool


def groups_of(everyone: Counts, groups: int = GROUPS) -> Counts:
    """The group, from 0, of each distinct value of a criterion, by the middle of its ranks; equal values stay together.

    Args:
        everyone: how many candidates have each value, in rising order of the values.
        groups: how many groups of nearly the same size are wanted.
    """
    n = int(everyone.sum())
    if n == 0:
        return np.zeros(len(everyone), dtype=np.int64)
    middle = np.cumsum(everyone) - everyone / 2
    found: Counts = np.minimum(middle * groups // n, groups - 1).astype(np.int64)
    return found


def option_table(counts: Counts, rest: Floats, everyone: Counts, key: Flags) -> tuple[OptionFigures, ...]:
    """The figures of every option of one item.

    Args:
        counts: (options, values) how many chose an option, by their marks in the rest of the paper.
        rest: the distinct marks in the rest, rising (values).
        everyone: how many candidates have each of them (values).
        key: whether an option is right (options).

    Source: Haladyna and Rodriguez (2013), Developing and Validating Test Items, chapter 18; trace lines: Wainer (1989),
    J. Educational Measurement 26.
    """
    group = groups_of(everyone)
    return tuple(
        _option(row, rest, everyone, group, is_key=bool(right)) for row, right in zip(counts, key, strict=True)
    )


def _option(row: Counts, rest: Floats, everyone: Counts, group: Counts, *, is_key: bool) -> OptionFigures:
    n = int(everyone.sum())
    mean = float(everyone @ rest) / max(n, 1)
    apart = rest - mean
    spread = float(np.sqrt(float(everyone @ apart**2) / max(n, 1)))
    sizes = np.bincount(group, weights=everyone, minlength=GROUPS)
    by_group = np.bincount(group, weights=row, minlength=GROUPS)
    chosen = int(row.sum())
    share = ratio(chosen, n)
    above = ratio(float(row @ apart), chosen)
    width = spread * np.sqrt((share or 0) * (1 - (share or 0)))
    return OptionFigures(
        chosen,
        share,
        None if above is None else mean + above,
        ratio(float(row @ apart) / max(n, 1), width) if width > 1e-12 else None,
        tuple(ratio(one, size) for one, size in zip(by_group, sizes, strict=True)),
        is_key,
    )


def tables_of_tally(found: Tally) -> tuple[tuple[OptionFigures, ...], ...]:
    """The table of every item of a tally: its options, omitted, not reached."""
    k, width, _ = found.counts.shape
    values, tables = np.arange(k + 1, dtype=np.float64), []
    for j in range(k):
        counts = found.counts[j].copy()
        right = counts[found.key[j]].copy()
        counts[found.key[j], :-1], counts[found.key[j], -1] = right[1:], 0
        tables.append(option_table(counts, values, counts.sum(axis=0), np.arange(width) == found.key[j]))
    return tuple(tables)


def table_of(chosen: Flags, rest: Floats, key: Flags) -> tuple[OptionFigures, ...]:
    """The table of one item of any kind whose answers are sets of options; the last row is no answer.

    Args:
        chosen: whether a candidate (row) chose an option (column).
        rest: marks of each candidate in the rest of the paper.
        key: whether an option is right.
    """
    values, place = np.unique(rest, return_inverse=True)
    full = np.column_stack([chosen, ~chosen.any(axis=1)])
    counts = np.array([np.bincount(place[column], minlength=len(values)) for column in full.T], dtype=np.int64)
    return option_table(counts, values, np.bincount(place, minlength=len(values)), np.append(key, False))
