"""Item response theory against printed estimates of LSAT sections 6 and 7, and against brute force."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from certification.psychometrics import irt, item_fit
from certification.psychometrics.irt import Model
from certification.psychometrics.notes import Note
from tests.certification.published import LSAT6, LSAT7, PATTERNS, lsat


def column(found: irt.Fit, name: str) -> list[float]:
    return [getattr(item, name) for item in found.items]


def test_the_rasch_model_of_lsat6_has_the_printed_estimates() -> None:
    """Rizopoulos (2006), J. Statistical Software 17(5), summary(rasch(LSAT)): to all printed digits."""
    found = irt.fit(PATTERNS, Model.RASCH, weight=LSAT6)

    assert found.log_likelihood == pytest.approx(-2466.938, abs=5e-4)
    assert column(found, "b") == pytest.approx([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], abs=6e-5)
    assert column(found, "b_error") == pytest.approx([0.3266, 0.1422, 0.0977, 0.1691, 0.2510], abs=6e-5)
    assert column(found, "a") == pytest.approx([0.7551] * 5, abs=6e-5)
    assert column(found, "a_error") == pytest.approx([0.0694] * 5, abs=6e-5)


def test_the_two_parameter_model_of_lsat6_has_the_printed_estimates() -> None:
    """ltm, summary(ltm(LSAT ~ z1)), printed with max(|grad|) 0.024: its last digits are not settled, ours are."""
    found = irt.fit(PATTERNS, weight=LSAT6)

    assert found.log_likelihood == pytest.approx(-2466.653, abs=5e-4)
    assert column(found, "b") == pytest.approx([-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], abs=3e-3)
    assert column(found, "a") == pytest.approx([0.8254, 0.7229, 0.8905, 0.6886, 0.6575], abs=7e-4)
    assert column(found, "b_error") == pytest.approx([0.8669, 0.3073, 0.0997, 0.4341, 0.8700], abs=2e-3)
    assert column(found, "a_error") == pytest.approx([0.2581, 0.1867, 0.2326, 0.1852, 0.2100], abs=3e-4)


def test_the_two_parameter_model_of_lsat7_has_the_printed_estimates() -> None:
    """mirt, tests/testthat/test-01-mirtOne.R: slopes, intercepts and 95 % limits (Richardson) of LSAT7."""
    found = irt.fit(PATTERNS, weight=LSAT7)

    assert column(found, "a") == pytest.approx([0.988, 1.081, 1.706, 0.7651, 0.7358], abs=2e-3)
    assert column(found, "d") == pytest.approx([1.8561, 0.808, 1.8043, 0.486, 1.8545], abs=2e-3)
    low = [item.a - 1.96 * item.a_error for item in found.items if item.a and item.a_error]
    assert low == pytest.approx([0.6406, 0.7501, 1.0779, 0.5022, 0.4395], abs=2e-3)


def test_one_slope_for_lsat7_has_the_printed_estimates() -> None:
    """mirt, the same file, all slopes equal: 1.011; intercepts 1.868, 0.791, 1.461, 0.521, 1.993."""
    found = irt.fit(lsat(LSAT7), Model.RASCH)

    assert column(found, "a") == pytest.approx([1.011] * 5, abs=6e-4)
    assert column(found, "d") == pytest.approx([1.868, 0.791, 1.461, 0.521, 1.993], abs=6e-4)


def test_abilities_of_lsat7_are_the_printed_ones() -> None:
    """mirt, the same file, fscores by pattern, the first six patterns."""
    mean, spread = irt.abilities(PATTERNS, irt.fit(PATTERNS, weight=LSAT7))

    assert mean[:6] == pytest.approx([-1.8665957, -1.5266920, -1.5134024, -1.1852276, -1.0946830, -0.7666992], abs=4e-3)
    assert ((spread > 0.6) & (spread < 0.85)).all()


def test_the_fit_of_lsat7_items_is_the_printed_one() -> None:
    """mirt, the same file, S-X2 of the five items with two degrees of freedom each."""
    found = item_fit.item_fit(PATTERNS, irt.fit(PATTERNS, weight=LSAT7), weight=LSAT7)

    assert [one.s_x2 for one in found] == pytest.approx([4.749440, 14.451071, 1.270381, 5.237400, 0.941125], abs=1e-2)
    assert [one.df for one in found] == [2] * 5
    assert all(one.infit and one.outfit for one in found)


def test_standard_errors_are_those_of_the_curvature_of_the_likelihood() -> None:
    found = irt.fit(PATTERNS, weight=LSAT6)
    a, d, _ = found.slopes()
    nodes, log_prior = irt.quadrature()

    def value(point: np.ndarray) -> float:
        p = expit(np.outer(point[:5], nodes) + point[5:, None])
        each = [np.prod(np.where(row[:, None] == 1, p, 1 - p), axis=0) @ np.exp(log_prior) for row in PATTERNS]
        return float(LSAT6 @ np.log(each))

    step, point = 1e-3 * np.eye(10), np.concatenate([a, d])
    curve = [
        [
            (value(point + r + s) - value(point + r - s) - value(point - r + s) + value(point - r - s)) / 4e-6
            for s in step
        ]
        for r in step
    ]
    errors = np.sqrt(np.diag(np.linalg.inv(-np.array(curve))))
    assert column(found, "a_error") + column(found, "d_error") == pytest.approx(errors, rel=2e-3)


def test_what_was_not_reached_says_nothing_of_an_item() -> None:
    people = lsat(LSAT7)
    reached = np.ones(people.shape, dtype=bool)
    reached[::2, 4] = False
    people[::2, 4] = 0

    found = irt.fit(people, reached=reached)
    again = irt.fit(np.where(reached, people, 1), reached=reached)
    assert column(found, "a") == pytest.approx(column(again, "a"))
    assert (found.items[4].d_error or 0) > (irt.fit(lsat(LSAT7)).items[4].d_error or 0)


def test_somebody_who_reached_nothing_has_the_abilities_of_the_population() -> None:
    found = irt.fit(PATTERNS, weight=LSAT7)
    mean, spread = irt.abilities(np.zeros((1, 5)), found, reached=np.zeros((1, 5), dtype=bool))

    assert (mean[0], spread[0]) == pytest.approx((0, 1), abs=1e-4)


def test_an_item_that_all_had_right_has_no_parameters() -> None:
    people = np.column_stack([lsat(LSAT7), np.ones(1000)])
    found = irt.fit(people)

    assert found.items[5] == irt.ItemParameters(None, None, None, None, None, None, Note.CONSTANT)
    assert column(found, "a")[:5] == pytest.approx(column(irt.fit(lsat(LSAT7)), "a"), abs=1e-3)
    assert item_fit.item_fit(people, found)[5].note is Note.CONSTANT


@pytest.mark.parametrize(("rows", "note"), [(1, Note.TOO_FEW), (5, Note.CONSTANT)])
def test_data_that_carry_no_model_give_none(rows: int, note: Note) -> None:
    found = irt.fit(np.ones((rows, 4)))

    assert (found.note, found.items[0].a, found.log_likelihood) == (note, None, None)
    assert item_fit.item_fit(np.ones((rows, 4)), found)[0].note is Note.TOO_FEW


def test_a_slope_without_limit_stays_on_its_bound() -> None:
    """Two items that always agree, among few people: the likelihood rises with the slope for ever."""
    random = np.random.default_rng(5)
    one = (random.random(40) < 0.5).astype(float)
    people = np.column_stack([one, one, random.random((40, 3)) < 0.5]).astype(float)

    found = irt.fit(people)
    assert found.items[0].note is Note.AT_BOUND
    assert found.items[0].a_error is None


def test_long_tests_are_recovered() -> None:
    random = np.random.default_rng(7)
    a, b, theta = random.lognormal(0, 0.3, 30), random.normal(0, 1, 30), random.normal(size=3000)
    people = (random.random((3000, 30)) < irt.probabilities(theta, a, -a * b)).astype(float)

    found = irt.fit(people)
    assert np.abs(np.array(column(found, "b")) - b).mean() < 0.1
    assert np.corrcoef(irt.abilities(people, found)[0], theta)[0, 1] > 0.9
    reached = np.ones(people.shape, dtype=bool)
    reached[:100, -1] = False
    assert irt.fit(people, Model.RASCH, reached=reached).note is None


def test_two_items_do_not_determine_two_slopes() -> None:
    found = irt.fit(PATTERNS[:, :2], weight=LSAT7)

    assert [item.a_error for item in found.items] == [None, None]


@pytest.mark.parametrize("n", [6, 60, 400])
def test_fit_joins_cells_that_few_people_are_in(n: int) -> None:
    random = np.random.default_rng(11)
    ability = random.normal(size=(n, 1))
    people = (random.random((n, 9)) < expit(ability - np.linspace(-1, 1, 9))).astype(float)

    for one in item_fit.item_fit(people, irt.fit(people, Model.RASCH)):
        assert (one.s_x2 is None) == (one.note is not None)
        assert one.df <= 8


@settings(max_examples=30)
@given(st.lists(st.floats(0.02, 0.98), min_size=1, max_size=6))
def test_the_distribution_of_the_number_right_is_that_of_all_patterns(p: list[float]) -> None:
    found = item_fit.sum_likelihood(np.array(p)[:, None])[:, 0]

    brute = np.zeros(len(p) + 1)
    for pattern in itertools.product([0, 1], repeat=len(p)):
        brute[sum(pattern)] += np.prod([x if hit else 1 - x for x, hit in zip(p, pattern, strict=True)])
    assert found == pytest.approx(brute)


@given(st.floats(0.2, 3), st.floats(-2, 2))
def test_information_is_greatest_where_half_are_right(a: float, b: float) -> None:
    theta = np.linspace(-4, 4, 801)
    curve = irt.information(theta, np.array([a]), np.array([-a * b]))[:, 0]

    assert theta[curve.argmax()] == pytest.approx(b, abs=0.011)
    assert curve.max() == pytest.approx(a**2 / 4, rel=1e-3)
