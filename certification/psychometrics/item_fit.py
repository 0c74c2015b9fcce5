"""How well items keep to a fitted model: S-X2 over the sum of right answers, infit and outfit."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from certification.psychometrics.irt import Fit, Model, abilities, probabilities, quadrature
from certification.psychometrics.notes import Floats, Note, ratio

LEAST_EXPECTED = 1.0


@dataclass(frozen=True)
class ItemFit:
    """S-X2 with its degrees of freedom and p, and the mean squares; None where they cannot be given."""

    s_x2: float | None
    df: int
    p: float | None
    infit: float | None
    outfit: float | None
    note: Note | None


def sum_likelihood(p: Floats) -> Floats:
    """The distribution of the number right (rows 0 to k) at each node, of items with these P (k, nodes).

    Source: Lord and Wingersky (1984), Applied Psychological Measurement 8.
    """
    k, points = p.shape
    found = np.zeros((k + 1, points))
    found[0] = 1
    for j in range(k):
        found[1 : j + 2] = found[1 : j + 2] * (1 - p[j]) + found[: j + 1] * p[j]
        found[0] *= 1 - p[j]
    return found


def item_fit(right: Floats, found: Fit, *, weight: Floats | None = None) -> tuple[ItemFit, ...]:
    """The fit of each item, from candidates who reached all of them.

    S-X2 compares, for each number of right answers, the share that had the item right with what the model expects;
    cells are joined until each expects one. infit and outfit are taken at the expected a posteriori abilities; in
    tests of few items these are drawn to the mean, so that both lie below 1 there. Source: Orlando and Thissen (2000),
    Applied Psychological Measurement 24; Wright and Masters (1982), Rating Scale Analysis.

    Args:
        right: (n, k) 1 for right, 0 for wrong.
        found: the fitted model of these items.
        weight: how often each row occurs.
    """
    count = np.ones(len(right)) if weight is None else weight
    a, d, known = found.slopes()
    use = np.flatnonzero(known)
    results = [ItemFit(None, 0, None, None, None, Note.CONSTANT)] * right.shape[1]
    if len(use) < 3 or count.sum() < 2:
        return tuple(ItemFit(None, 0, None, None, None, Note.TOO_FEW) for _ in results)
    nodes, log_prior = quadrature()
    p = probabilities(nodes, a[use], d[use]).T
    theta, _ = abilities(right, found)
    at = probabilities(theta, a[use], d[use])
    total = right[:, use].sum(axis=1).astype(np.int64)
    n_total = np.bincount(total, weights=count, minlength=len(use) + 1).astype(np.float64)
    for place, j in enumerate(use):
        mine = np.bincount(total, weights=count * right[:, j], minlength=len(use) + 1).astype(np.float64)
        expected = _expected_share(p, place, np.exp(log_prior))
        value, cells = _s_x2(n_total[1:-1], mine[1:-1], expected[1:-1])
        df = cells - (2 if found.model is Model.TWO_PL else 1)
        variance = at[:, place] * (1 - at[:, place])
        square = (right[:, j] - at[:, place]) ** 2
        results[j] = ItemFit(
            value if df > 0 else None,
            max(df, 0),
            float(chi2.sf(value, df)) if df > 0 else None,
            ratio(float(count @ square), float(count @ variance)),
            float(count @ (square / variance) / count.sum()),
            None if df > 0 else Note.TOO_FEW,
        )
    return tuple(results)


def _expected_share(p: Floats, place: int, prior: Floats) -> Floats:
    """The share expected to have an item right among those with each number of right answers (k + 1)."""
    others = sum_likelihood(np.delete(p, place, axis=0))
    with_right = np.concatenate([[0.0], (others * p[place]) @ prior])
    with_wrong = np.concatenate([(others * (1 - p[place])) @ prior, [0.0]])
    whole = np.maximum(with_right + with_wrong, 1e-300)
    found: Floats = with_right / whole
    return found


def _s_x2(n: Floats, right: Floats, expected: Floats) -> tuple[float, int]:
    """The statistic over cells joined from both ends towards the middle, and how many cells there are."""
    cells = _joined(np.column_stack([n, right, n * expected, n * (1 - expected)]))
    if not cells:
        return 0.0, 0
    size, seen, hoped, failed = np.array(cells).T
    return float(((seen - hoped) ** 2 * size / (hoped * failed)).sum()), len(cells)


def _joined(rows: Floats) -> list[Floats]:
    """Neighbouring cells taken together, from the lowest on, until each expects at least one right and one wrong."""
    cells: list[Floats] = []
    open_cell = np.zeros(rows.shape[1])
    for row in rows:
        open_cell = open_cell + row
        if open_cell[2:].min() >= LEAST_EXPECTED:
            cells.append(open_cell)
            open_cell = np.zeros(rows.shape[1])
    if open_cell.sum() > 0 and cells:
        cells[-1] = cells[-1] + open_cell
    return cells
