"""Signs of shared answers and of known papers: found where they were planted, not where they were not."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.psychometrics import leakage
from certification.psychometrics.notes import Note


def sitting(n: int = 120, k: int = 60, seed: int = 2) -> np.ndarray:
    """Answers to items with four options, the first being right, of people of differing ability."""
    random = np.random.default_rng(seed)
    right = random.random((n, k)) < 1 / (1 + np.exp(-random.normal(size=(n, 1)) - random.normal(size=k)))
    return np.where(right, 0, random.integers(1, 4, (n, k))).astype(np.int8)


def totals(chosen: np.ndarray) -> np.ndarray:
    found: np.ndarray = (chosen == 0).sum(axis=1).astype(float)
    return found


NEIGHBOURS = [(n, n + 1) for n in range(119)]


def test_a_copied_sheet_is_named_and_nobody_else() -> None:
    chosen = sitting()
    chosen[41, :50] = chosen[40, :50]

    found = leakage.pair_signs(chosen, totals(chosen), 4, NEIGHBOURS)
    assert [(sign.one, sign.other) for sign in found if sign.named] == [(40, 41)]
    assert found[0].same >= 50 > found[0].expected


@pytest.mark.parametrize("seed", range(5))
def test_people_who_work_alone_are_not_named(seed: int) -> None:
    chosen = sitting(seed=100 + seed)

    assert not any(sign.named for sign in leakage.pair_signs(chosen, totals(chosen), 4, NEIGHBOURS))


def test_leaving_out_the_same_items_is_no_shared_answer() -> None:
    chosen = sitting()
    chosen[10:12] = -1

    assert next(s for s in leakage.pair_signs(chosen, totals(chosen), 4, [(10, 11)])).same == 0


def test_few_candidates_are_not_compared() -> None:
    chosen = sitting(n=29)

    assert leakage.pair_signs(chosen, totals(chosen), 4, [(0, 1)]) == ()
    assert leakage.pair_signs(sitting(), totals(sitting()), 4, []) == ()


@settings(max_examples=30)
@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=7), st.integers(0, 7))
def test_the_tail_of_matches_is_that_of_all_outcomes(p: list[float], least: int) -> None:
    brute = sum(
        float(np.prod([x if hit else 1 - x for x, hit in zip(p, pattern, strict=True)]))
        for pattern in itertools.product([0, 1], repeat=len(p))
        if sum(pattern) >= least
    )

    assert leakage.matches_tail(np.array(p), least) == pytest.approx(brute, abs=1e-12)


def test_many_tests_are_adjusted_after_benjamini_and_yekutieli() -> None:
    """By hand: 1 + 1/2 + 1/3 = 11/6; 0.01 * 3 * 11/6 = 0.055, 0.02 * 3/2 * 11/6 = 0.055; 0.9 is at most 1."""
    assert leakage.adjust([0.9, 0.01, 0.02]) == pytest.approx([1, 0.055, 0.055])


def test_much_in_little_time_stands_out() -> None:
    random = np.random.default_rng(6)
    seconds = random.normal(3000, 300, 100)
    marks = 60 + (seconds - 3000) / 60 + random.normal(0, 1.5, 100)
    marks[17], seconds[17] = 99, 400

    found = leakage.pace(marks, seconds)
    assert [sign.candidate for sign in found.signs] == [17]
    assert (found.correlation or 0) > 0.7


@pytest.mark.parametrize(
    ("marks", "seconds", "note"),
    [
        (np.arange(5.0), np.arange(5.0), Note.TOO_FEW),
        (np.ones(30), np.arange(30.0), Note.CONSTANT),
        (np.arange(30.0), np.ones(30), Note.CONSTANT),
    ],
)
def test_pace_says_nothing_without_spread(marks: np.ndarray, seconds: np.ndarray, note: Note) -> None:
    assert leakage.pace(marks, seconds) == leakage.Pace(None, (), note)


def test_marks_that_follow_the_time_exactly_name_nobody() -> None:
    assert leakage.pace(np.arange(40.0), np.arange(40.0)).signs == ()
