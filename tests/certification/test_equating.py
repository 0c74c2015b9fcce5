"""Equating and linking: a published small example, laws that hold for any data, and known transformations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.psychometrics import equating, linking
from certification.psychometrics.equating import Method, Sample
from certification.psychometrics.linking import Curve, Linking
from certification.psychometrics.notes import Note

KB_X = np.array([0, 0, 1, 1, 1, 2, 2, 3, 3, 4])
KB_Y = np.array([0, 1, 1, 2, 2, 3, 3, 3, 4, 4])
"""Kolen and Brennan (2004), pages 41-42: ten candidates on each of two papers of four items."""


def group(ability: float, seed: int, n: int = 800, harder: float = 0.0) -> Sample:
    """A group with an anchor of 10 items inside a paper of 30."""
    random = np.random.default_rng(seed)
    chance = 1 / (1 + np.exp(-random.normal(ability, 1, (n, 1)) + random.normal(0, 0.6, 30)))
    chance[:, 10:] /= 1 + harder
    right = random.random((n, 30)) < chance
    return Sample(right.sum(axis=1), 30, right[:, :10].sum(axis=1), 10)


def test_the_small_example_is_carried_by_percentile_ranks() -> None:
    """By equations 2.14 and 2.18 on paper: ranks 10, 35, 60, 80, 95 give 0.5, 1.75, 2.8333, 3.5, 4.25."""
    found = equating.equate(Sample(KB_X, 4), Sample(KB_Y, 4), Method.EQUIPERCENTILE)

    ranks = equating.percentile_ranks(np.bincount(KB_X).astype(float), np.arange(5.0))
    assert ranks == pytest.approx([10, 35, 60, 80, 95])
    assert found.values == pytest.approx([0.5, 1.75, 2 + 5 / 6, 3.5, 4.25])
    assert (found.slope, found.note) == (None, Note.TOO_FEW)


def test_mean_and_linear_equating_match_mean_and_spread() -> None:
    new, old = Sample(KB_X, 4), Sample(KB_Y, 4)
    mean, linear = equating.equate(new, old, Method.MEAN), equating.equate(new, old, Method.LINEAR)

    assert mean.values == pytest.approx(np.arange(5) + 0.6)
    assert np.array(linear.values)[KB_X].mean() == pytest.approx(KB_Y.mean())
    assert np.array(linear.values)[KB_X].std() == pytest.approx(KB_Y.std())


@pytest.mark.parametrize("method", Method)
def test_a_paper_equated_to_itself_stays_as_it_is(method: Method) -> None:
    same = group(0, seed=1)
    found = equating.equate(same, same, method, resamples=5)

    inside = slice(int(same.total.min()), int(same.total.max()) + 1)
    assert np.array(found.values)[inside] == pytest.approx(np.arange(31.0)[inside], abs=1e-9)


@pytest.mark.parametrize("method", sorted(equating.ANCHORED))
def test_anchors_tell_a_weaker_group_from_a_harder_paper(method: Method) -> None:
    new, old = group(-0.5, seed=1, n=4000, harder=0.25), group(0.3, seed=1, n=4000)
    naive = equating.equate(new, old, Method.MEAN, resamples=2).values[15]
    truth = equating.equate(
        group(-0.5, seed=1, n=4000, harder=0.25), group(-0.5, seed=1, n=4000), Method.EQUIPERCENTILE, resamples=2
    ).values[15]

    found = equating.equate(new, old, method, resamples=2).values[15]
    assert abs(found - truth) < abs(naive - truth) / 2


@pytest.mark.parametrize("method", [Method.TUCKER, Method.LEVINE])
def test_the_anchored_lines_are_those_of_the_synthetic_population(method: Method) -> None:
    """Kolen and Brennan, equations 4.1-4.5 with w1 = 1, written out apart from the code under test."""
    new, old = group(-0.2, seed=3), group(0.2, seed=4)
    v1, v2 = (np.asarray(one.anchor) for one in (new, old))
    cov = np.mean((old.total - old.total.mean()) * (v2 - v2.mean()))
    gamma = cov / v2.var() if method is Method.TUCKER else old.total.var() / cov
    mean = old.total.mean() + gamma * (v1.mean() - v2.mean())
    spread = old.total.var() + gamma**2 * (v1.var() - v2.var())

    found = equating.equate(new, old, method, resamples=2)
    assert np.array(found.values)[new.total].mean() == pytest.approx(mean)
    assert np.array(found.values)[new.total].var() == pytest.approx(spread)


def test_the_error_of_linear_equating_is_near_its_formula() -> None:
    """Kolen and Brennan, equation 7.14 under normality: var(Y) (1/nx + 1/ny) (2 + z^2) / 2 ... at the mean z = 0."""
    random = np.random.default_rng(9)
    x, y = (np.clip(np.round(random.normal(50, 8, 900)), 0, 100).astype(int) for _ in range(2))
    found = equating.equate(Sample(x, 100), Sample(y, 100), Method.LINEAR, resamples=400)

    assert found.errors[50] == pytest.approx(y.std() * (2 / 900) ** 0.5, rel=0.15)
    assert found.errors[70] > found.errors[50]


@settings(max_examples=40)
@given(st.lists(st.integers(0, 30), min_size=6, max_size=20).filter(lambda c: sum(v > 0 for v in c) > 4))
def test_smoothing_keeps_the_first_moments(counts: list[int]) -> None:
    raw = np.array(counts)
    found = equating.smoothed(raw.astype(float), 3)

    at = np.arange(len(raw)) / len(raw)
    for power in range(4):
        assert found @ at**power == pytest.approx(raw @ at**power, rel=1e-6, abs=1e-9)


def test_smoothing_leaves_a_single_mark_alone() -> None:
    assert equating.smoothed(np.array([0.0, 5.0, 0.0])).tolist() == [0, 5, 0]
    wild = np.zeros(40)
    wild[[0, 37]] = 1
    assert equating.smoothed(wild, 1, passes=1).sum() == pytest.approx(2)


@given(st.lists(st.integers(1, 20), min_size=3, max_size=15), st.floats(1, 99))
def test_ranks_and_their_inverse_undo_each_other(counts: list[int], rank: float) -> None:
    weights = np.array(counts, dtype=float)
    mark = equating.inverse_ranks(weights, np.array([rank]))

    assert equating.percentile_ranks(weights, mark)[0] == pytest.approx(rank)


def test_smoothed_equating_rises() -> None:
    found = equating.equate(group(0, 1, n=200), group(0, 2, n=200), Method.EQUIPERCENTILE, smooth=4, resamples=20)

    assert (np.diff(found.values) > 0).all()
    assert found.note is None
    assert max(found.errors) > 0


@pytest.mark.parametrize(
    ("new", "old", "method", "note"),
    [
        (Sample(KB_X[:1], 4), Sample(KB_Y, 4), Method.MEAN, Note.TOO_FEW),
        (Sample(KB_X * 0, 4), Sample(KB_Y, 4), Method.LINEAR, Note.CONSTANT),
        (Sample(KB_X, 4), Sample(KB_Y, 4), Method.TUCKER, Note.NO_OVERLAP),
        (Sample(KB_X, 4, KB_X, 4), Sample(KB_Y, 4, 4 - KB_Y, 4), Method.LEVINE, Note.NO_OVERLAP),
    ],
)
def test_groups_that_cannot_be_equated_say_why(new: Sample, old: Sample, method: Method, note: Note) -> None:
    assert equating.equate(new, old, method) == equating.Equated(method, (), (), None, None, note)


def test_samples_that_do_not_vary_are_left_out_of_the_bootstrap() -> None:
    found = equating.equate(Sample(np.array([1, 2]), 3), Sample(np.array([1, 2]), 3), Method.MEAN, resamples=1, seed=0)

    assert found.errors == (0, 0, 0, 0)


def test_marks_between_steps_lie_on_straight_lines_and_inside_the_scale() -> None:
    values = (0.5, 1.75, 2.8, 3.5, 4.25)

    assert equating.converted(150, values, 100, 400) == pytest.approx((1.75 + 2.8) / 2 * 100)
    assert equating.converted(400, values, 100, 400) == 400


@pytest.mark.parametrize("how", Linking)
def test_a_known_change_of_scale_is_found(how: Linking) -> None:
    a, b = np.array([0.7, 1.1, 1.6, 0.9]), np.array([-1.2, 0.3, 0.8, 1.5])
    found = linking.link(a * 1.3, (b - 0.4) / 1.3, a, b, how)

    assert (found.slope, found.intercept) == pytest.approx((1.3, 0.4), abs=1e-4)


def test_scales_that_are_not_determined_say_why() -> None:
    one, level = np.array([1.0]), np.array([1.0, 1.0])

    assert linking.link(one, one, one, one, Linking.MEAN_MEAN).note is Note.TOO_FEW
    assert linking.link(level, level, level, level, Linking.MEAN_SIGMA).note is Note.CONSTANT


def test_true_marks_of_a_paper_are_worth_themselves() -> None:
    paper = Curve(np.array([1.0, 0.8, 1.4]), np.array([0.2, -0.5, 1.0]), np.array([1.0, 2.0, 1.5]))

    assert linking.true_mark_equating(paper, paper, np.array([0, 1, 2.5, 4.5])) == pytest.approx([0, 1, 2.5, 4.5])


def test_marks_on_a_harder_paper_are_worth_more() -> None:
    a, d, marks = np.ones(20), np.linspace(-1, 1, 20), np.ones(20)
    found = linking.true_mark_equating(Curve(a, d - 0.5, marks), Curve(a, d, marks), np.arange(21.0))

    assert (found[1:20] > np.arange(1, 20)).all()
    assert (found[0], found[20]) == (0, 20)
