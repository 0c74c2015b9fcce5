"""Item response theory: Rasch and two-parameter logistic models by marginal maximum likelihood; abilities; information.

P(right | theta) = 1 / (1 + exp(-(a theta + d))), theta standard normal, b = -d / a; no constant 1.7.
Source: Bock and Aitkin (1981), Psychometrika 46; Birnbaum (1968) in Lord and Novick.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logsumexp

from certification.psychometrics.notes import Flags, Floats, Note, finite

POINTS, REACH = 41, 6.0
A_BOUND, D_BOUND = 6.0, 12.0
"""Estimates are kept inside; one that lies on its bound is not determined by the data."""


class Model(StrEnum):
    """One slope for all items, or one for each."""

    RASCH = "rasch"
    TWO_PL = "2pl"


@dataclass(frozen=True)
class ItemParameters:
    """Slope a, difficulty b and intercept d with their standard errors; where there are none, ``note`` says why."""

    a: float | None
    b: float | None
    d: float | None
    a_error: float | None
    b_error: float | None
    d_error: float | None
    note: Note | None


@dataclass(frozen=True)
class Fit:
    """A fitted model: the items in their order, the log-likelihood, how often the data were passed through."""

    model: Model
    items: tuple[ItemParameters, ...]
    log_likelihood: float | None
    passes: int
    note: Note | None

    def slopes(self) -> tuple[Floats, Floats, Flags]:
        """Slopes, intercepts and which items have them, as arrays (k); the others are 0."""
        known = np.array([one.a is not None for one in self.items], dtype=bool)
        return (
            np.array([one.a or 0.0 for one in self.items]),
            np.array([one.d or 0.0 for one in self.items]),
            known,
        )


@dataclass(frozen=True)
class _Data:
    """Right answers and what was reached, as floats (n, k), with the weight of each row (n)."""

    right: Floats
    reached: Floats
    weight: Floats
    nodes: Floats
    log_prior: Floats

    @cached_property
    def complete(self) -> bool:
        """Whether everybody reached everything, which saves half of the work."""
        return bool(self.reached.all())

    def posterior(self, a: Floats, d: Floats) -> tuple[Floats, Floats]:
        """The posterior of the nodes (n, q) and the log-likelihood of each row (n)."""
        z = np.outer(a, self.nodes) + d[:, None]
        none_right = log_expit(-z)
        joint = self.right @ z
        joint += (none_right.sum(axis=0) if self.complete else self.reached @ none_right) + self.log_prior
        each = logsumexp(joint, axis=1)
        return np.exp(joint - each[:, None]), each


def quadrature(points: int = POINTS) -> tuple[Floats, Floats]:
    """Equally spaced nodes from -6 to 6 and the logarithms of their standard normal weights, which sum to 1."""
    nodes = np.linspace(-REACH, REACH, points)
    log_weight = -(nodes**2) / 2
    return nodes, log_weight - logsumexp(log_weight)


def fit(
    right: Floats, model: Model = Model.TWO_PL, *, reached: Flags | None = None, weight: Floats | None = None
) -> Fit:
    """Fit a model by marginal maximum likelihood: EM steps, then a quasi-Newton search with the analytic gradient.

    An item that all who reached it had right, or wrong, has no parameters. What was not reached is left out of the
    likelihood; what was omitted counts as wrong.

    Args:
        right: (n, k) 1 for right, 0 for wrong.
        model: Rasch (one common slope) or 2PL.
        reached: same shape; by default all.
        weight: how often each row occurs (n), for data in frequency form.
    """
    n, k = right.shape
    seen = np.ones((n, k)) if reached is None else reached.astype(np.float64)
    count = np.ones(n) if weight is None else weight.astype(np.float64)
    total, of = count @ (right * seen), count @ seen
    varied = (total > 0) & (total < of)
    if count.sum() < 2 or varied.sum() < 2:
        missing = Note.TOO_FEW if count.sum() < 2 or k < 2 else Note.CONSTANT
        return Fit(model, (ItemParameters(None, None, None, None, None, None, missing),) * k, None, 0, missing)
    nodes, log_prior = quadrature()
    rows, reach, times = _distinct(right[:, varied] * seen[:, varied], seen[:, varied], count)
    data = _Data(rows, reach, times, nodes, log_prior)
    share = np.clip(total[varied] / of[varied], 0.001, 0.999)
    a, d = np.ones(varied.sum()), np.log(share / (1 - share)) * 1.1
    a, d, steps = _em(data, a, d, model)
    a, d, value, calls, settled = _search(data, a, d, model)
    errors = _errors(data, a, d, model)
    items = _placed(varied, a, d, errors)
    return Fit(model, items, finite(value), steps + calls, None if settled else Note.NOT_CONVERGED)


def _distinct(right: Floats, reached: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Equal rows are taken together where there are few items, which makes short tests of many candidates cheap."""
    if right.shape[1] > 12:
        return right, reached, weight
    both, place = np.unique(np.hstack([right, reached]), axis=0, return_inverse=True)
    k = right.shape[1]
    return both[:, :k], both[:, k:], np.bincount(place.ravel(), weights=weight).astype(np.float64)


def _expected(data: _Data, a: Floats, d: Floats) -> tuple[Floats, Floats, float]:
    """Expected right answers and trials of each item at each node (k, q), and the log-likelihood."""
    posterior, each = data.posterior(a, d)
    posterior *= data.weight[:, None]
    trials = np.tile(posterior.sum(axis=0), (len(a), 1)) if data.complete else data.reached.T @ posterior
    return data.right.T @ posterior, trials, float(data.weight @ each)


def _em(data: _Data, a: Floats, d: Floats, model: Model, steps: int = 25) -> tuple[Floats, Floats, int]:
    """A few EM steps, each with one Newton step per item: they bring any start near the maximum."""
    for step in range(steps):
        right, trials, _ = _expected(data, a, d)
        p = expit(np.outer(a, data.nodes) + d[:, None])
        miss, info = right - trials * p, trials * p * (1 - p)
        grad_d, grad_a = miss.sum(axis=1), miss @ data.nodes
        dd, da, aa = info.sum(axis=1), info @ data.nodes, info @ data.nodes**2
        if model is Model.RASCH:
            move_a = np.full(len(a), float(grad_a.sum() / aa.sum()))
            move_d = grad_d / dd
        else:
            det = np.maximum(dd * aa - da**2, 1e-9)
            move_a, move_d = (dd * grad_a - da * grad_d) / det, (aa * grad_d - da * grad_a) / det
        a = np.clip(a + np.clip(move_a, -0.5, 0.5), -A_BOUND, A_BOUND)
        d = np.clip(d + np.clip(move_d, -1, 1), -D_BOUND, D_BOUND)
        if max(np.abs(move_a).max(), np.abs(move_d).max()) < 1e-3:
            return a, d, step + 1
    return a, d, steps


def _search(data: _Data, a: Floats, d: Floats, model: Model) -> tuple[Floats, Floats, float, int, bool]:
    """Climb to the maximum of the marginal likelihood; the gradient is exact by Fisher's identity."""
    k, n, common = len(d), float(data.weight.sum()), model is Model.RASCH

    def loss(point: Floats) -> tuple[float, Floats]:
        slope, level = (np.full(k, point[0]), point[1:]) if common else (point[:k], point[k:])
        right, trials, value = _expected(data, slope, level)
        miss = right - trials * expit(np.outer(slope, data.nodes) + level[:, None])
        by_slope = miss @ data.nodes
        first = by_slope.sum(keepdims=True) if common else by_slope
        return -value / n, -np.concatenate([first, miss.sum(axis=1)]) / n

    start = np.concatenate([a[:1] if common else a, d])
    width = 1 if common else k
    bounds = [(-A_BOUND, A_BOUND)] * width + [(-D_BOUND, D_BOUND)] * k
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 500, "ftol": 1e-14, "gtol": 2e-7, "maxcor": 20},
    )  # fmt: skip
    slope = np.full(k, found.x[0]) if common else found.x[:k]
    settled = bool(np.abs(_inside(found.jac, found.x, width)).max(initial=0) < 1e-4)
    return slope, found.x[width:], -float(found.fun) * n, int(found.nfev), settled


def _inside(gradient: Floats, point: Floats, width: int) -> Floats:
    """The gradient of what does not lie on its bound."""
    limit = np.where(np.arange(len(point)) < width, A_BOUND, D_BOUND)
    return gradient[np.abs(point) < limit]


def information_matrix(data: _Data, a: Floats, d: Floats) -> Floats:
    """Observed information of (a1..ak, d1..dk), exact, by Louis (1982), J. Royal Statistical Society B 44."""
    posterior, _ = data.posterior(a, d)
    p = expit(np.outer(a, data.nodes) + d[:, None])
    k = len(a)
    score_d = data.right - data.reached * (posterior @ p.T)
    score_a = data.right * (posterior @ data.nodes)[:, None] - data.reached * (posterior @ (p * data.nodes).T)
    scores = np.hstack([score_a, score_d])
    info = scores.T @ (scores * data.weight[:, None])
    weighted = posterior * data.weight[:, None]
    for q, theta in enumerate(data.nodes):
        miss = data.right - data.reached * p[:, q]
        cross = miss.T @ (miss * weighted[:, q : q + 1])
        cross[np.diag_indices(k)] -= (data.reached.T @ weighted[:, q]) * p[:, q] * (1 - p[:, q])
        info[:k, :k] -= theta**2 * cross
        info[:k, k:] -= theta * cross
        info[k:, :k] -= theta * cross
        info[k:, k:] -= cross
    return info


def _errors(data: _Data, a: Floats, d: Floats, model: Model) -> Floats:
    """Covariance of (a1..ak, d1..dk); not a number where the information cannot be inverted."""
    k = len(a)
    info = information_matrix(data, a, d)
    fold = np.eye(2 * k)
    if model is Model.RASCH:
        fold = np.vstack([np.eye(k + 1)[:1].repeat(k, axis=0), np.eye(k + 1)[1:]])
    free = np.abs(np.concatenate([a, d])) < np.repeat([A_BOUND, D_BOUND], k)
    free = free if model is Model.TWO_PL else np.append(True, free[k:])
    small = (fold.T @ info @ fold)[np.ix_(free, free)]
    covariance = np.full((fold.shape[1], fold.shape[1]), np.nan)
    if np.linalg.cond(small) < 1e8:
        covariance[np.ix_(free, free)] = np.linalg.inv(small)
    place = np.argmax(fold, axis=1)
    found: Floats = covariance[np.ix_(place, place)]
    return found


def _placed(varied: Flags, a: Floats, d: Floats, errors: Floats) -> tuple[ItemParameters, ...]:
    """The parameters of every item, those left out included."""
    k, place = len(a), np.cumsum(varied) - 1
    return tuple(
        _item(float(a[j]), float(d[j]), errors[np.ix_([j, k + j], [j, k + j])])
        if known
        else ItemParameters(None, None, None, None, None, None, Note.CONSTANT)
        for known, j in zip(varied, place, strict=True)
    )


def _item(a: float, d: float, errors: Floats) -> ItemParameters:
    """One item; the error of b = -d/a by the delta method."""
    at_bound = abs(a) >= A_BOUND or abs(d) >= D_BOUND
    variance = [finite(one) if one > 0 else None for one in np.diag(errors)]
    a_error, d_error = (None if one is None else float(np.sqrt(one)) for one in variance)
    flat = abs(a) < 1e-3
    slope = np.zeros(2) if flat else np.array([d / a**2, -1 / a])
    b_variance = finite(float(slope @ errors @ slope))
    b_error = float(np.sqrt(b_variance)) if b_variance is not None and b_variance > 0 else None
    return ItemParameters(
        a, None if flat else -d / a, d, a_error, b_error, d_error, Note.AT_BOUND if at_bound else None
    )


def abilities(right: Floats, found: Fit, *, reached: Flags | None = None) -> tuple[Floats, Floats]:
    """Expected a posteriori abilities and their posterior standard deviations (n, n), in units of the population's sd.

    Somebody who reached nothing has the prior's: 0 and 1.
    Source: Bock and Mislevy (1982), Applied Psychological Measurement 6.
    """
    a, d, known = found.slopes()
    seen = (np.ones_like(right) if reached is None else reached.astype(np.float64)) * known
    nodes, log_prior = quadrature()
    posterior, _ = _Data(right * seen, seen, np.ones(len(right)), nodes, log_prior).posterior(a, d)
    mean = posterior @ nodes
    return mean, np.sqrt(np.maximum(posterior @ nodes**2 - mean**2, 0))


def probabilities(theta: Floats, a: Floats, d: Floats) -> Floats:
    """P(right) of each ability (rows) and item (columns)."""
    found: Floats = expit(np.outer(theta, a) + d)
    return found


def information(theta: Floats, a: Floats, d: Floats) -> Floats:
    """Fisher information a^2 P (1 - P) of each ability (rows) and item (columns); the test's is the sum of a row.

    Source: Birnbaum (1968), chapter 20 of Lord and Novick, Statistical Theories of Mental Test Scores.
    """
    p = probabilities(theta, a, d)
    found: Floats = a**2 * p * (1 - p)
    return found
