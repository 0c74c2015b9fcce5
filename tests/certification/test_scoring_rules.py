"""Rules of scoring: two examiners or three make one mark; marks make a verdict."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.exams.rules import RegistrationStatus
from certification.scoring.rules import (
    AreaMarks,
    RatingState,
    agree,
    by_area,
    distribution,
    has_sat,
    is_awardable,
    is_better,
    judge,
    mean_half_up,
    months_after,
    settle,
    still_counts,
)
from certification.standards.rules import Component

MARKS = 2500
rating = st.integers(min_value=0, max_value=MARKS)
tolerances = st.integers(min_value=0, max_value=10000)
PASS_MARKS = {"theory": 6000, "skill": 6000}


def final(tolerance: int = 2000, **ratings: int) -> int | None:
    """The final of ratings ``p1``, ``p2``, ``p3`` of a task of 25 marks."""
    return settle({int(name[1]): total for name, total in ratings.items()}, marks=MARKS, tolerance=tolerance).final


@given(rating, rating, rating, tolerances)
def test_a_final_lies_between_the_lowest_and_the_highest_rating(one: int, two: int, three: int, tolerance: int) -> None:
    found = settle({1: one, 2: two, 3: three}, marks=MARKS, tolerance=tolerance)

    assert found.final is not None
    assert min(one, two, three) <= found.final <= max(one, two, three)


@given(rating, rating, rating, tolerances)
def test_it_does_not_matter_which_of_two_examiners_came_first(one: int, two: int, three: int, tolerance: int) -> None:
    assert final(tolerance, p1=one, p2=two, p3=three) == final(tolerance, p1=two, p2=one, p3=three)


@given(rating, tolerances)
def test_examiners_who_agree_give_just_that(one: int, tolerance: int) -> None:
    assert final(tolerance, p1=one, p2=one) == one


@given(rating, rating, tolerances)
def test_only_ratings_that_do_not_agree_need_a_third(one: int, two: int, tolerance: int) -> None:
    found = settle({1: one, 2: two}, marks=MARKS, tolerance=tolerance)

    wanted = RatingState.SETTLED if agree(one, two, marks=MARKS, tolerance=tolerance) else RatingState.NEEDS_THIRD
    assert found.state is wanted
    assert found.difference == abs(one - two)


def test_one_rating_is_not_enough() -> None:
    assert settle({2: 2000}, marks=MARKS, tolerance=2000).state is RatingState.WAITING


def test_a_difference_of_just_the_tolerance_is_allowed() -> None:
    assert final(p1=2000, p2=1500) == 1750
    assert final(p1=2010, p2=1500) is None


def test_a_half_hundredth_goes_to_the_candidate() -> None:
    assert mean_half_up(1, 2) == 2
    assert mean_half_up(2, 2) == 2


def test_the_third_counts_with_the_nearer_of_the_first_two() -> None:
    found = settle({1: 2000, 2: 1000, 3: 1200}, marks=MARKS, tolerance=2000)

    assert (found.final, found.counted) == (1100, (2, 3))


def test_where_both_are_equally_near_the_higher_one_counts() -> None:
    assert final(p1=2000, p2=1000, p3=1500) == 1750
    assert final(p1=1000, p2=2000, p3=1500) == 1750


@pytest.mark.parametrize(
    ("awarded", "fits"), [(0, True), (150, True), (140, True), (145, False), (160, False), (-10, False)]
)
def test_a_row_is_given_tenths_of_a_mark_up_to_what_it_carries(awarded: int, fits: bool) -> None:
    assert is_awardable(awarded, 150) is fits


def test_the_full_marks_of_a_row_are_always_possible() -> None:
    assert is_awardable(125, 125)


@pytest.mark.parametrize(
    ("theory", "skill", "short"),
    [(6000, 6000, ()), (5999, 10000, ("theory",)), (10000, 5999, ("skill",)), (0, 0, ("theory", "skill"))],
)
def test_every_component_must_reach_its_pass_mark(theory: int, skill: int, short: tuple[str, ...]) -> None:
    verdict = judge({"theory": theory, "skill": skill}, PASS_MARKS)

    assert (verdict.passed, verdict.short) == (not short, short)


def test_a_component_that_was_not_sat_is_short() -> None:
    assert judge({"theory": 9000}, PASS_MARKS).short == ("skill",)


def test_marks_without_a_pass_mark_are_a_fault() -> None:
    with pytest.raises(ValueError, match="review"):
        judge({"review": 6000}, PASS_MARKS)


@pytest.mark.parametrize(
    ("status", "component", "has_attempt", "sat"),
    [
        (RegistrationStatus.ADMITTED, Component.THEORY, True, True),
        (RegistrationStatus.REGISTERED, Component.THEORY, True, True),
        (RegistrationStatus.ADMITTED, Component.THEORY, False, False),
        (RegistrationStatus.ADMITTED, Component.SKILL, False, True),
        (RegistrationStatus.REGISTERED, Component.SKILL, False, False),
        (RegistrationStatus.DISQUALIFIED, Component.SKILL, True, False),
        (RegistrationStatus.ABSENT, Component.THEORY, False, False),
    ],
)
def test_who_has_sat(status: RegistrationStatus, component: Component, has_attempt: bool, sat: bool) -> None:
    assert has_sat(status, component, has_attempt=has_attempt) is sat


def test_marks_are_added_up_per_area() -> None:
    detail = [
        {"area": "2.1", "marks": 100, "awarded": 100, "correct": True},
        {"area": "1.1", "marks": 50, "awarded": 50, "correct": True},
        {"area": "1.1", "marks": 50, "awarded": 0, "correct": False},
    ]

    assert by_area(detail) == [AreaMarks("1.1", 50, 100, 1, 2), AreaMarks("2.1", 100, 100, 1, 1)]


@given(st.lists(st.integers(min_value=0, max_value=10000)))
def test_everybody_is_in_one_tenth_of_the_scale(marks: list[int]) -> None:
    assert sum(distribution(marks)) == len(marks)


def test_full_marks_are_in_the_last_tenth() -> None:
    assert distribution([10000, 9000, 0, 999, 1000]) == (2, 1, 0, 0, 0, 0, 0, 0, 0, 2)


def test_better_marks_take_the_place_of_earlier_ones() -> None:
    assert is_better(6000, None)
    assert is_better(6001, 6000)
    assert not is_better(6000, 6000)


def test_a_passed_component_counts_until_its_last_day() -> None:
    assert still_counts(None, date(2026, 6, 15))
    assert still_counts(date(2026, 6, 16), date(2026, 6, 15))
    assert not still_counts(date(2026, 6, 15), date(2026, 6, 15))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
        (date(2026, 12, 15), 24, date(2028, 12, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later
