"""Agreement of raters against the table of Shrout and Fleiss and against hand-worked kappas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.psychometrics import agreement
from certification.psychometrics.notes import Note
from tests.certification.published import SHROUT_FLEISS

PRINTED = {
    "1,1": (0.17, -0.133, 0.72),
    "2,1": (0.29, 0.019, 0.76),
    "3,1": (0.71, 0.342, 0.95),
    "1,k": (0.44, -0.884, 0.91),
    "2,k": (0.62, 0.071, 0.93),
    "3,k": (0.91, 0.676, 0.99),
}
"""psych, ICC() on the data of Shrout and Fleiss (1979), whose table 4 gives .17 .29 .71 .44 .62 .91."""


def test_the_six_forms_are_those_of_shrout_and_fleiss() -> None:
    found = {one.form: one for one in agreement.icc(SHROUT_FLEISS).forms}

    for form, (value, low, high) in PRINTED.items():
        assert found[form].value == pytest.approx(value, abs=5e-3)
        assert found[form].low == pytest.approx(low, abs=6e-4)
        assert found[form].high == pytest.approx(high, abs=6e-3)
    assert (found["1,1"].df1, found["1,1"].df2, found["3,1"].df2) == (5, 18, 15)
    assert found["1,1"].p == pytest.approx(0.16477, abs=5e-6)


@pytest.mark.parametrize(
    ("ratings", "note"),
    [(np.ones((1, 3)), Note.TOO_FEW), (np.ones((4, 1)), Note.TOO_FEW), (np.ones((4, 3)), Note.CONSTANT)],
)
def test_ratings_without_spread_have_no_correlation(ratings: np.ndarray, note: Note) -> None:
    assert agreement.icc(ratings) == agreement.Agreement((), note)


def test_cohens_kappa_worked_by_hand() -> None:
    """Observed 0.7, by chance 0.5: 0.4. Weighted by |i-j| two categories give the same."""
    table = np.array([[20, 5], [10, 15]])

    assert agreement.kappa(table) == pytest.approx(0.4)
    assert agreement.kappa(table, 1) == pytest.approx(0.4)


def test_fleiss_kappa_worked_by_hand() -> None:
    """Three raters, four subjects: mean agreement (1 + 1/3 + 1 + 1/3) / 4 = 2/3, chance 1/2, so 1/3."""
    counts = np.array([[3, 0], [2, 1], [0, 3], [1, 2]])

    assert agreement.fleiss_kappa(counts) == pytest.approx(1 / 3)


@given(st.lists(st.integers(0, 20), min_size=9, max_size=9))
def test_quadratic_kappa_is_the_intraclass_correlation_by_moments(cells: list[int]) -> None:
    """Fleiss and Cohen (1973): 1 - E(i-j)^2 / (var i + var j + (mean i - mean j)^2)."""
    table = np.array(cells).reshape(3, 3)
    found = agreement.kappa(table, 2)

    pairs = np.repeat(np.array([[i, j] for i in range(3) for j in range(3)]), cells, axis=0)
    spread = pairs.var(axis=0).sum() + np.diff(pairs.mean(axis=0))[0] ** 2 if len(pairs) else 0
    if spread > 1e-12:
        assert found == pytest.approx(1 - float(((pairs[:, 0] - pairs[:, 1]) ** 2).mean()) / spread)
    else:
        assert found is None


@pytest.mark.parametrize("counts", [np.zeros((0, 2), dtype=int), np.array([[1, 0]]), np.array([[3, 0], [3, 0]])])
def test_raters_who_cannot_differ_have_no_kappa(counts: np.ndarray) -> None:
    assert agreement.fleiss_kappa(counts) is None
