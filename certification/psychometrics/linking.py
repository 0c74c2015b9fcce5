"""Linking the scales of two calibrations, and IRT true-mark equating.

A theta + B carries the new scale to the old one: b becomes A b + B, a becomes a / A.
Source: Kolen and Brennan (2014), Test Equating, Scaling, and Linking, chapter 6.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import brentq, minimize

from certification.psychometrics.irt import probabilities, quadrature
from certification.psychometrics.notes import Floats, Note

ENDS = 40.0
"""Abilities beyond which a paper tells nothing."""


class Linking(StrEnum):
    """How A and B are found from items in both calibrations."""

    MEAN_SIGMA = "mean_sigma"
    MEAN_MEAN = "mean_mean"
    STOCKING_LORD = "stocking_lord"


@dataclass(frozen=True)
class Scale:
    """``slope`` A and ``intercept`` B; None where the common items do not determine them."""

    slope: float | None
    intercept: float | None
    note: Note | None


@dataclass(frozen=True)
class Curve:
    """The items of a paper on one scale: slopes, intercepts, and the marks they carry."""

    a: Floats
    d: Floats
    marks: Floats

    def expected(self, theta: float) -> float:
        """The true mark of an ability."""
        return float((probabilities(np.array([theta]), self.a, self.d) @ self.marks)[0])


def link(new_a: Floats, new_b: Floats, old_a: Floats, old_b: Floats, how: Linking) -> Scale:
    """The scale that carries the new calibration of common items to the old one.

    mean/sigma: A = sd(b old) / sd(b new); mean/mean: A = mean(a new) / mean(a old); B = mean(b old) - A mean(b new).
    Stocking-Lord: A and B that bring the characteristic curves of all common items together nearest, over a standard
    normal population. Source: Marco (1977); Loyd and Hoover (1980); Stocking and Lord (1983), Applied Psychological
    Measurement 7.

    Args:
        new_a: slopes of the common items in the new calibration.
        new_b: their difficulties.
        old_a: slopes of the same items, in the same order, in the old one.
        old_b: their difficulties.
        how: the method.
    """
    if len(new_a) < 2:
        return Scale(None, None, Note.TOO_FEW)
    if np.ptp(new_b) == 0 or np.ptp(old_b) == 0 or min(new_a.mean(), old_a.mean()) <= 0:
        return Scale(None, None, Note.CONSTANT)
    slope = float(new_a.mean() / old_a.mean() if how is Linking.MEAN_MEAN else old_b.std() / new_b.std())
    intercept = float(old_b.mean() - slope * new_b.mean())
    if how is not Linking.STOCKING_LORD:
        return Scale(slope, intercept, None)
    nodes, log_weight = quadrature()
    weight, target = np.exp(log_weight), probabilities(nodes, old_a, -old_a * old_b).sum(axis=1)

    def apart(point: Floats) -> float:
        a, b = new_a / point[0], point[0] * new_b + point[1]
        curve = probabilities(nodes, a, -a * b).sum(axis=1)
        return float(weight @ (curve - target) ** 2)

    found = minimize(apart, np.array([slope, intercept]), method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-14})
    return Scale(float(found.x[0]), float(found.x[1]), None)


def true_mark_equating(new: Curve, old: Curve, at: Floats) -> Floats:
    """What marks on the new paper are worth on the old one: the true mark there of the ability that has it here.

    Both calibrations must be on one scale and all slopes above 0. 0 and the top are carried to 0 and the top; there is
    no guessing in the model, so that every mark between has an ability.

    Args:
        new: the new paper.
        old: the old one.
        at: marks on the new paper, from 0 to its top.
    """
    low, high = new.expected(-ENDS), new.expected(ENDS)
    found = np.empty(len(at))
    for place, mark in enumerate(at):
        if mark <= low:
            found[place] = 0.0
        elif mark >= high:
            found[place] = float(old.marks.sum())
        else:
            theta = brentq(lambda one, want=mark: new.expected(one) - want, -ENDS, ENDS, xtol=1e-10)
            found[place] = old.expected(float(theta))
    return found
