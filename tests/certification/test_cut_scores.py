"""Pass marks from panels: worked by hand, and what holds for any panel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from certification.psychometrics import cut_scores
from certification.psychometrics.notes import Note

PANELS = arrays.arrays(np.float64, st.tuples(st.integers(2, 6), st.integers(1, 8)), elements=st.floats(0, 1))


def test_an_angoff_round_worked_by_hand() -> None:
    """Judges 0.5 + 2 * 0.8 = 2.1 and 0.7 + 2 * 0.6 = 1.9: mean 2.0, sd 0.1414, error 0.1."""
    found = cut_scores.angoff(np.array([[0.5, 0.8], [0.7, 0.6]]), np.array([1.0, 2.0]))

    assert found.by_judge == pytest.approx((2.1, 1.9))
    assert (found.value, found.error, found.spread) == pytest.approx((2.0, 0.1, 0.02**0.5))
    assert found.by_item == pytest.approx((0.6, 0.7))
    assert found.item_spread == pytest.approx((0.02**0.5, 0.02**0.5))


@given(PANELS)
def test_the_pass_mark_is_the_sum_of_the_items(ratings: np.ndarray) -> None:
    found = cut_scores.angoff(ratings, np.ones(ratings.shape[1]))

    assert found.value == pytest.approx(sum(one or 0 for one in found.by_item))
    assert 0 <= (found.value or 0) <= ratings.shape[1] + 1e-9


def test_a_judge_who_is_not_done_has_no_mark_but_counts_by_item() -> None:
    found = cut_scores.angoff(np.array([[0.5, 0.5], [np.nan, 0.9]]), np.ones(2))

    assert found.by_judge == (1.0, None)
    assert (found.value, found.error, found.note) == (1.0, None, Note.TOO_FEW)
    assert found.by_item == pytest.approx((0.5, 0.7))


def test_a_round_without_judgements_has_no_pass_mark() -> None:
    found = cut_scores.angoff(np.full((1, 2), np.nan), np.ones(2))

    assert (found.value, found.by_item, found.note) == (None, (None, None), Note.TOO_FEW)


def test_a_bookmark_lies_where_two_thirds_have_the_item() -> None:
    """With a = 1 the ability is b + ln 2; the two items before the bookmark are those with b = -1 and 0."""
    a, b, marks = np.ones(3), np.array([1.0, -1.0, 0.0]), np.array([2.0, 2.0, 2.0])
    found = cut_scores.bookmark([2, 2, 2], a, -b, marks)

    assert found.ability == pytest.approx(np.log(2))
    assert found.value == pytest.approx(2 * sum(1 / (1 + np.exp(one - np.log(2))) for one in b))
    assert (found.spread, found.error) == pytest.approx((0, 0))
    assert cut_scores.bookmark_order(a, -b)[1] == [1, 2, 0]


def test_the_panel_is_at_its_median_and_its_spread_is_in_marks() -> None:
    a, b = np.ones(5), np.linspace(-2, 2, 5)
    found = cut_scores.bookmark([2, 3, 5, None, 9], a, -b, np.ones(5))

    assert found.ability == pytest.approx(np.log(2))
    assert found.by_judge[3:] == (None, None)
    judged = [one for one in found.by_judge if one is not None]
    assert found.error == pytest.approx(1.2533 * np.std(judged, ddof=1) / 3**0.5)


def test_items_that_do_not_rise_are_not_in_the_booklet() -> None:
    assert cut_scores.bookmark_order(np.array([1.0, -0.2, 0.0]), np.zeros(3))[1] == [0]


@pytest.mark.parametrize(("placed", "value"), [([], None), ([None], None), ([1], True)])
def test_a_panel_of_one_has_no_spread(placed: list[int | None], value: bool | None) -> None:
    found = cut_scores.bookmark(placed, np.ones(2), np.zeros(2), np.ones(2))

    assert (found.value is not None) is bool(value)
    assert (found.error, found.note) == (None, Note.TOO_FEW)
