"""Figures of classical test theory against published ones and against their own definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from certification.psychometrics import classical, distractors
from certification.psychometrics.notes import NOT_REACHED, OMITTED, Note, missing_codes
from tests.certification.published import LSAT6, LSAT7, MOODLE, MOODLE_FIGURES, MOODLE_MAXIMUM, lsat

RIGHT_WRONG = arrays.arrays(np.int8, st.tuples(st.integers(2, 30), st.integers(2, 6)), elements=st.integers(-2, 3))


@pytest.mark.parametrize("name", MOODLE_FIGURES)
def test_items_have_the_figures_that_moodle_gives(name: str) -> None:
    found = classical.analyse(MOODLE, MOODLE_MAXIMUM)

    scale = 100 if name == "facility" else 1
    assert [scale * getattr(item, name) for item in found.items] == pytest.approx(MOODLE_FIGURES[name], abs=1e-6)


def test_alpha_of_lsat6_and_lsat7_is_the_published_one() -> None:
    """ltm manual, cronbach.alpha(LSAT): 0.295; mirt manual, itemstats(LSAT7): 0.453."""
    six, seven = (classical.analyse(lsat(weight), np.ones(5)).reliability.alpha for weight in (LSAT6, LSAT7))

    assert (round(six or 0, 3), round(seven or 0, 3)) == (0.295, 0.453)


def test_the_error_of_alpha_is_near_the_spread_of_its_bootstrap() -> None:
    people, random = lsat(LSAT7), np.random.default_rng(3)
    drawn = [
        classical.analyse(people[random.integers(0, 1000, 1000)], np.ones(5)).reliability.alpha for _ in range(200)
    ]

    found = classical.analyse(people, np.ones(5)).reliability
    assert found.standard_error == pytest.approx(np.std([one or 0 for one in drawn]), rel=0.15)
    assert found.sem == pytest.approx(people.sum(axis=1).std(ddof=1) * (1 - (found.alpha or 0)) ** 0.5)


def test_alpha_of_right_or_wrong_items_is_kr20() -> None:
    people = lsat(LSAT7)

    assert classical.kr20(people == 1) == pytest.approx(classical.analyse(people, np.ones(5)).reliability.alpha)


@given(RIGHT_WRONG)
def test_a_tally_gives_the_same_figures_as_the_marks(chosen: np.ndarray) -> None:
    key = np.zeros(chosen.shape[1], dtype=np.int8)
    marks = (chosen == key).astype(np.float64)

    slow = classical.analyse(marks, np.ones(len(key)), np.minimum(chosen, 0))
    fast = classical.figures(
        classical.moments_of_tally(classical.tally([chosen[:1], chosen[1:]], key, 4)), np.ones(len(key))
    )
    for one, other in zip(slow.items, fast.items, strict=True):
        assert vars(one) == pytest.approx(vars(other), abs=1e-9)


@given(RIGHT_WRONG)
def test_a_tally_gives_the_same_option_tables_as_the_answers(chosen: np.ndarray) -> None:
    key = np.ones(chosen.shape[1], dtype=np.int8)
    right = chosen == key
    fast = distractors.tables_of_tally(classical.tally([chosen], key, 4))

    for j, table in enumerate(fast):
        one_hot = chosen[:, [j]] == np.arange(4)
        slow = distractors.table_of(one_hot, right.sum(axis=1) - right[:, j].astype(float), np.arange(4) == 1)
        for mine, other in zip(table[:4], slow[:4], strict=True):
            assert mine.chosen == other.chosen
            assert (mine.mean, mine.r) == pytest.approx((other.mean, other.r), abs=1e-9)
            assert mine.trace == pytest.approx(other.trace)


def test_correlations_are_those_of_numpy() -> None:
    marks = lsat(LSAT6)
    found = classical.analyse(marks, np.ones(5))

    rest = marks.sum(axis=1)[:, None] - marks
    assert [item.corrected_r for item in found.items] == pytest.approx(
        [np.corrcoef(marks[:, j], rest[:, j])[0, 1] for j in range(5)]
    )
    table = distractors.table_of(np.column_stack([marks[:, 0] == 0, marks[:, 0] == 1]), rest[:, 0], np.array([0, 1]))
    assert table[1].r == pytest.approx(np.corrcoef(marks[:, 0], rest[:, 0])[0, 1])
    assert table[1].is_key


def test_trace_lines_rise_for_the_key_of_a_good_item() -> None:
    rest = np.arange(100.0)
    right = rest >= 40

    key = distractors.table_of(np.column_stack([right, ~right]), rest, np.array([True, False]))[0]
    assert key.trace == (0.0, 0.0, 1.0, 1.0, 1.0)


def test_blanks_behind_the_last_answer_were_not_reached() -> None:
    answered = np.array([[True, False, True, False, False], [False] * 5])

    assert missing_codes(answered).tolist() == [[0, OMITTED, 0, NOT_REACHED, NOT_REACHED], [NOT_REACHED] * 5]


def test_facility_is_of_those_who_reached_the_item() -> None:
    missing = np.array([[0, 0], [0, OMITTED], [0, NOT_REACHED]], dtype=np.int8)
    found = classical.analyse(np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0]]), np.ones(2), missing)

    assert (found.items[1].n, found.items[1].omitted, found.items[1].not_reached) == (2, 1, 1)
    assert found.items[1].facility == pytest.approx(0.5)


def test_a_constant_item_has_no_correlation_and_says_why() -> None:
    found = classical.analyse(np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]]), np.ones(3))

    assert (found.items[0].note, found.items[0].corrected_r) == (Note.CONSTANT, None)
    assert found.items[0].discriminative_efficiency is None


@pytest.mark.parametrize("n", [0, 1])
def test_one_candidate_or_none_gives_no_spread(n: int) -> None:
    found = classical.analyse(np.ones((n, 3)), np.ones(3))

    assert found.reliability == classical.Reliability(None, None, None, Note.TOO_FEW)
    assert (found.sd, found.items[0].note) == (None, Note.TOO_FEW)
    assert (found.mean is None) == (n == 0)
    assert distractors.table_of(np.ones((n, 2), dtype=bool), np.zeros(n), np.array([True, False]))[0].r is None


def test_equal_totals_have_no_alpha() -> None:
    same = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])

    assert classical.analyse(same, np.ones(2)).reliability.note is Note.CONSTANT
    assert classical.kr20(same == 1) is None
    assert classical.kr20(same[:1] == 1) is None
