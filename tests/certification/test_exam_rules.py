"""Rules of deadlines, extra time and saves."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.exams import rules
from certification.exams.rules import Answer
from tests.make import NOW

MINUTE = timedelta(minutes=1)


def test_the_deadline_is_start_plus_minutes_plus_extra_time() -> None:
    assert rules.deadline(NOW, 90, 10, NOW + 120 * MINUTE) == NOW + 100 * MINUTE


def test_a_late_start_does_not_move_the_end_of_the_session() -> None:
    ends_at = NOW + 90 * MINUTE

    assert rules.deadline(NOW + 10 * MINUTE, 90, 0, ends_at) == ends_at
    assert rules.deadline(NOW + 10 * MINUTE, 90, 5, ends_at) == ends_at + 5 * MINUTE


def test_grace_counts_from_the_deadline() -> None:
    assert rules.accepts_until(NOW, 10) == NOW + timedelta(seconds=10)


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (15, False), (16, True)])
def test_who_comes_more_than_a_quarter_of_an_hour_after_the_start_is_late(minutes: int, late: bool) -> None:
    assert rules.is_late(NOW, NOW + minutes * MINUTE) is late


def test_further_minutes_begin_at_the_deadline_while_it_is_to_come() -> None:
    plain = NOW + 60 * MINUTE

    assert rules.extra_minutes_for(plain, plain + 5 * MINUTE, 10, NOW) == 15


def test_further_minutes_begin_now_when_the_time_is_over() -> None:
    assert rules.extra_minutes_for(NOW, NOW, 10, NOW + 30 * MINUTE) == 40


def test_extra_time_of_no_minutes_is_a_fault() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        rules.extra_minutes_for(NOW, NOW, 0, NOW)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 1000)), max_size=30))
def test_at_each_position_the_highest_seq_is_kept(sent: list[tuple[int, int]]) -> None:
    kept = rules.latest(Answer(position, [0], seq) for position, seq in sent)

    highest = {position: max(seq for at, seq in sent if at == position) for position, _ in sent}
    assert [(answer.position, answer.seq) for answer in kept] == sorted(highest.items())


@pytest.mark.parametrize("value", [None, 5, ["text"], "x" * 20_001, "nul\0"])
def test_what_is_no_text_of_an_allowed_length_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="text"):
        rules.check_text(value)


def test_a_text_is_taken_as_it_came() -> None:
    assert rules.check_text(" 第一步\n") == " 第一步\n"
