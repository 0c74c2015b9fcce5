"""Differential item functioning and alarms, against published tables and by construction."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.psychometrics import alarms, dif, distractors
from certification.psychometrics.alarms import KeySign
from certification.psychometrics.dif import EtsClass
from certification.psychometrics.notes import Note
from tests.certification.published import BERKELEY


def answers(n: int, shift: float, seed: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """An item of the same difficulty for all but for ``shift`` against the focal group, with ability and group."""
    random = np.random.default_rng(seed)
    ability, focal = random.normal(size=n), random.random(n) < 0.5
    right = random.random(n) < 1 / (1 + np.exp(-(1.2 * ability - shift * focal)))
    return right, focal, np.round(ability * 4)


def test_the_berkeley_admissions_have_the_printed_mantel_haenszel_test() -> None:
    """R, mantelhaen.test(UCBAdmissions): X-squared 1.4269, p 0.2323, odds ratio 0.9046968 (0.7719074, 1.0603298)."""
    found = dif.mantel_haenszel(BERKELEY)

    assert found.chi_square == pytest.approx(1.4269, abs=5e-5)
    assert found.p == pytest.approx(0.2323, abs=5e-5)
    assert found.alpha == pytest.approx(0.9046968, abs=5e-8)
    width = 2 * 1.959964 * (found.error or 0) / 2.35
    assert width == pytest.approx(math.log(1.0603298 / 0.7719074), rel=1e-6)
    assert found.delta == pytest.approx(-2.35 * math.log(0.9046968), abs=1e-6)
    assert found.ets is EtsClass.A


def test_standardisation_weighs_by_the_focal_group() -> None:
    """Worked by hand: (30 (0.4 - 0.6) + 10 (0.8 - 0.9)) / 40 = -0.175."""
    tables = np.array([[[60, 40], [12, 18]], [[90, 10], [8, 2]], [[5, 5], [0, 0]]])

    assert dif.std_p_dif(tables) == pytest.approx(-0.175)


def test_strata_count_who_had_it_right_in_each_group() -> None:
    right, focal = np.array([True, False, True, False]), np.array([False, False, True, True])

    assert dif.strata(right, focal, np.array([1.0, 2.0, 1.0, 2.0])).tolist() == [
        [[1, 0], [1, 0]],
        [[0, 1], [0, 1]],
    ]


@pytest.mark.parametrize(
    ("delta", "error", "p", "expected"),
    [
        (0.9, 0.1, 0.001, EtsClass.A),
        (-2.0, 1.2, 0.2, EtsClass.A),
        (-1.4, 0.1, 0.001, EtsClass.B),
        (1.6, 0.6, 0.01, EtsClass.B),
        (-1.6, 0.2, 0.001, EtsClass.C),
        (-1.6, 0.0, 0.0, EtsClass.C),
    ],
)
def test_classes_follow_the_rules_of_ets(delta: float, error: float, p: float, expected: EtsClass) -> None:
    assert dif.ets_class(delta, error, p) is expected


def test_an_item_that_is_harder_for_a_group_is_found_by_all_methods() -> None:
    found = dif.dif(*answers(3000, shift=1.2))

    assert found.mh.ets is EtsClass.C
    assert (found.mh.delta or 0) < -1.5
    assert (found.std_p or 0) < -0.1
    assert (found.logistic.uniform_p or 1) < 1e-6
    assert found.logistic.ets in {EtsClass.B, EtsClass.C, EtsClass.A}
    assert dif.share_flagged([found, dif.dif(*answers(3000, shift=0))]) == 0.5


def test_an_item_that_is_fair_is_left_alone() -> None:
    found = dif.dif(*answers(3000, shift=0))

    assert found.mh.ets is EtsClass.A
    assert found.logistic.ets is EtsClass.A
    assert (found.logistic.gain or 0) < 0.01


def test_a_slope_that_differs_is_non_uniform() -> None:
    random = np.random.default_rng(8)
    ability, focal = random.normal(size=4000), np.arange(4000) % 2 == 0
    right = random.random(4000) < 1 / (1 + np.exp(-np.where(focal, 0.2, 2.5) * ability))

    found = dif.logistic_dif(right, focal, ability)
    assert (found.non_uniform_p or 1) < 1e-9
    assert found.ets is EtsClass.C


def test_the_logistic_test_with_one_group_indicator_is_the_g_test() -> None:
    """Two levels of the criterion, saturated third model: its deviance against the second is checked by brute force."""
    right = np.array([True] * 30 + [False] * 20 + [True] * 10 + [False] * 40 + [True] * 45 + [False] * 15)
    focal = np.array([False] * 50 + [True] * 50 + [False, True] * 30)
    criterion = np.array([0.0] * 100 + [1.0] * 60)

    found = dif.logistic_dif(right, focal, criterion)
    saturated = 0.0
    for level in (0.0, 1.0):
        for group in (False, True):
            mine = right[(criterion == level) & (focal == group)]
            saturated += sum(math.log(p) for p in (mine.mean(),)) * mine.sum()
            saturated += math.log(1 - mine.mean()) * (~mine).sum()
    only = sum(
        math.log(part.mean()) * part.sum() + math.log(1 - part.mean()) * (~part).sum()
        for part in (right[criterion == 0], right[criterion == 1])
    )
    assert (found.uniform or 0) + (found.non_uniform or 0) == pytest.approx(2 * (saturated - only), rel=1e-6)


@pytest.mark.parametrize(("focal", "note"), [(0, Note.EMPTY_GROUP), (5, Note.TOO_FEW)])
def test_small_groups_are_not_spoken_of(focal: int, note: Note) -> None:
    group = np.arange(100) < focal
    found = dif.dif(np.arange(100) % 2 == 0, group, np.arange(100.0))

    assert (found.mh.note, found.logistic.note, found.std_p) == (note, note, None)
    assert dif.share_flagged([found]) is None


def test_groups_that_never_meet_cannot_be_compared() -> None:
    tables = np.array([[[10, 5], [0, 0]], [[0, 0], [3, 4]]])

    assert dif.mantel_haenszel(tables).note is Note.NO_OVERLAP
    assert dif.std_p_dif(tables) is None


def test_answers_that_part_completely_have_no_regression() -> None:
    criterion = np.arange(60.0)

    parted = dif.logistic_dif(criterion > 30, np.arange(60) % 2 == 0, criterion)
    assert parted.note is Note.NOT_CONVERGED
    assert dif.logistic_dif(criterion > -1, np.arange(60) % 2 == 0, criterion).note is Note.CONSTANT
    assert dif.logistic_dif(criterion % 2 == 0, criterion < 0, criterion).note is Note.NOT_CONVERGED


def test_a_regression_that_does_not_settle_in_time_is_none() -> None:
    y = (np.arange(40) % 3 == 0).astype(float)

    assert dif._log_likelihood(np.column_stack([np.ones(40), np.arange(40.0)]), y, passes=1) is None


def table(key: int) -> tuple[distractors.OptionFigures, ...]:
    """An item whose option 1 the strong choose."""
    rest = np.arange(100.0)
    chosen = np.column_stack([rest % 3 == 0, rest > 50, np.zeros(100, dtype=bool)])
    chosen[:, 1] &= ~chosen[:, 0]
    return distractors.table_of(chosen, rest, np.arange(3) == key)


def test_a_wrong_key_is_alarmed_with_the_option_that_behaves_like_one() -> None:
    found = alarms.key_alarm(table(key=0), -0.2, 100)

    assert found == alarms.KeyAlarm(tuple(KeySign), 1)


def test_an_option_that_the_strong_choose_is_named_even_where_it_does_not_correlate() -> None:
    rest = np.repeat(np.arange(5.0), 20)
    other = np.tile(np.arange(20) < 11, 5)

    found = alarms.key_alarm(
        distractors.table_of(np.column_stack([~other, other]), rest, np.array([True, False])), 0, 100
    )
    assert found == alarms.KeyAlarm((KeySign.STRONG_CHOOSE_OTHER,), 1)


def test_a_right_key_gives_no_alarm() -> None:
    assert alarms.key_alarm(table(key=1), 0.6, 100) is None
    assert alarms.key_alarm(table(key=0), -0.2, alarms.FEW - 1) is None


def test_a_falling_item_without_other_options_names_none() -> None:
    alone = distractors.table_of(np.arange(40)[:, None] < 20, np.arange(40.0), np.array([True]))

    assert alarms.key_alarm(alone, -0.5, 40) == alarms.KeyAlarm((KeySign.NEGATIVE_KEY,), None)


@given(st.floats(-2, 2))
def test_drift_is_what_one_item_does_against_the_others(ability: float) -> None:
    before = np.linspace(-2, 2, 20)
    now = before + ability + np.linspace(-0.1, 0.1, 20)
    now[7] += 1.5

    found = alarms.drift(now, before)
    assert found.changed[7]
    assert sum(found.changed) <= 3


def test_drift_leaves_out_what_is_not_known() -> None:
    facility = alarms.log_odds([0.5, None, 0.9, 0.0, 1.0, 0.3, 0.7])
    found = alarms.drift(facility, np.array([0.1, 0.2, 2.0, -4.4, 4.7, -0.9, 0.8]))

    assert (found.z[1], found.changed[1]) == (None, False)
    assert found.note is None
    assert alarms.drift(facility[:4], facility[:4]).note is Note.TOO_FEW
    assert alarms.drift(np.arange(9.0), np.arange(9.0)).note is Note.CONSTANT
