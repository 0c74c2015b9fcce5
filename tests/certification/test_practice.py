"""Practice: immediate verdicts on items that are never examined, wrong answers, progress."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from certification.item_bank.models import Item
from certification.item_bank.rules import ItemKind, ItemStatus, ItemUse
from certification.practice import service
from certification.practice.models import PracticeQuiz
from certification.practice.rules import AreaProgress, QuizMode, choose
from certification.standards.models import Tier
from tests.make import NOW, Make
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound


@pytest.fixture
def tier(make: Make) -> Tier:
    """Level 3."""
    return make.tier()


@pytest.fixture
def learner(make: Make) -> Actor:
    """A trainee with a profile."""
    return make.actor(trainer_id=make.trainer().id)


def free(make: Make, tier: Tier, *areas: str, kind: ItemKind = ItemKind.SINGLE_CHOICE) -> list[Item]:
    return [make.item(tier, kind, area, use=ItemUse.PRACTICE) for area in areas]


def begin(
    session: Session,
    by: Actor,
    *,
    area: str | None = None,
    count: int = 5,
    mode: QuizMode = QuizMode.NEW,
) -> PracticeQuiz:
    return service.start(session, 3, area=area, count=count, mode=mode, seed=7, by=by, now=NOW)


def test_a_live_exam_item_never_appears(session: Session, make: Make, tier: Tier, learner: Actor) -> None:
    (open_item,) = free(make, tier, "1.1")
    make.bank(tier)
    make.item(tier, use=ItemUse.PRACTICE, status=ItemStatus.REVIEW)
    make.item(make.tier(4), use=ItemUse.PRACTICE)

    quiz = begin(session, learner, count=20)

    assert [answer.item_id for answer in quiz.answers] == [open_item.id]


def test_items_of_a_center_are_for_those_it_keeps_on_file(session: Session, make: Make, tier: Tier) -> None:
    center = make.center()
    item = make.item(tier, use=ItemUse.PRACTICE, center_id=center.id)
    kept = make.actor(trainer_id=make.trainer(center).id)
    stranger = make.actor(trainer_id=make.trainer(make.center()).id)

    assert [answer.item_id for answer in begin(session, kept).answers] == [item.id]
    with pytest.raises(service.NothingToPractise):
        begin(session, stranger)


def test_a_quiz_may_be_narrowed_to_an_area(session: Session, make: Make, tier: Tier, learner: Actor) -> None:
    one, two, three = free(make, tier, "1.1", "2.1", "2.2")

    exact = begin(session, learner, area="2.1")
    whole = begin(session, learner, area="2")

    assert {answer.item_id for answer in exact.answers} == {two.id}
    assert {answer.item_id for answer in whole.answers} == {two.id, three.id}
    assert one.id not in {answer.item_id for answer in whole.answers}


def test_the_verdict_comes_at_once(session: Session, make: Make, tier: Tier, learner: Actor) -> None:
    free(make, tier, "1.1", "1.1")
    quiz = begin(session, learner)

    right = service.answer(session, quiz.id, 1, [1], by=learner, now=NOW)
    wrong = service.answer(session, quiz.id, 2, [0], by=learner, now=NOW)

    assert (right.is_correct, wrong.is_correct) == (True, False)
    assert quiz.finished_at == NOW


def test_the_first_answer_stands(session: Session, make: Make, tier: Tier, learner: Actor) -> None:
    free(make, tier, "1.1")
    quiz = begin(session, learner)
    service.answer(session, quiz.id, 1, [0], by=learner, now=NOW)

    again = service.answer(session, quiz.id, 1, [1], by=learner, now=NOW + timedelta(minutes=1))

    assert (again.value, again.is_correct, again.answered_at) == ([0], False, NOW)


@pytest.mark.parametrize("value", [[], [9], [0, 1]])
def test_an_answer_must_be_one_the_item_offers(
    session: Session, make: Make, tier: Tier, learner: Actor, value: list[int]
) -> None:
    free(make, tier, "1.1")
    quiz = begin(session, learner)

    with pytest.raises(service.NoAnswer):
        service.answer(session, quiz.id, 1, value, by=learner, now=NOW)


def test_a_finished_quiz_takes_no_answers(session: Session, make: Make, tier: Tier, learner: Actor) -> None:
    free(make, tier, "1.1")
    quiz = begin(session, learner)
    service.finish(session, quiz.id, by=learner, now=NOW)
    service.finish(session, quiz.id, by=learner, now=NOW + timedelta(minutes=1))

    with pytest.raises(service.QuizFinished):
        service.answer(session, quiz.id, 1, [1], by=learner, now=NOW)
    assert quiz.finished_at == NOW


def test_a_review_holds_what_was_wrong_the_last_time(session: Session, make: Make, tier: Tier, learner: Actor) -> None:
    free(make, tier, "1.1", "1.1")
    first = begin(session, learner)
    service.answer(session, first.id, 1, [0], by=learner, now=NOW)
    service.answer(session, first.id, 2, [1], by=learner, now=NOW)
    assert service.count_wrong(session, tier.id, by=learner) == 1

    review = begin(session, learner, mode=QuizMode.WRONG)
    assert [answer.item_id for answer in review.answers] == [first.answers[0].item_id]
    service.answer(session, review.id, 1, [1], by=learner, now=NOW + timedelta(minutes=1))

    assert service.count_wrong(session, tier.id, by=learner) == 0
    with pytest.raises(service.NothingToPractise):
        begin(session, learner, mode=QuizMode.WRONG)


def test_an_item_that_left_practice_is_not_reviewed(session: Session, make: Make, tier: Tier, learner: Actor) -> None:
    (item,) = free(make, tier, "1.1")
    quiz = begin(session, learner)
    service.answer(session, quiz.id, 1, [0], by=learner, now=NOW)

    item.status = ItemStatus.RETIRED
    session.flush()

    assert service.count_wrong(session, tier.id, by=learner) == 0


def test_new_items_come_before_those_answered(session: Session, make: Make, tier: Tier, learner: Actor) -> None:
    (old,) = free(make, tier, "1.1")
    quiz = begin(session, learner)
    service.answer(session, quiz.id, 1, [1], by=learner, now=NOW)
    (new,) = free(make, tier, "1.1")

    assert [answer.item_id for answer in begin(session, learner, count=1).answers] == [new.id]
    assert {answer.item_id for answer in begin(session, learner).answers} == {old.id, new.id}


def test_progress_counts_per_area(session: Session, make: Make, tier: Tier, learner: Actor) -> None:
    free(make, tier, "1.1", "1.1", "1.1", "2.1")
    quiz = begin(session, learner, area="1.1")
    service.answer(session, quiz.id, 1, [1], by=learner, now=NOW)
    service.answer(session, quiz.id, 2, [0], by=learner, now=NOW)

    progress = service.progress(session, tier.id, by=learner)

    assert progress == [AreaProgress("1.1", 3, 2, 1), AreaProgress("2.1", 1, 0, 0)]
    assert [area.right_percent for area in progress] == [50, None]


def test_history_counts_what_was_right(session: Session, make: Make, tier: Tier, learner: Actor) -> None:
    free(make, tier, "1.1", "1.1", "1.1")
    quiz = begin(session, learner)
    service.answer(session, quiz.id, 1, [1], by=learner, now=NOW)
    service.answer(session, quiz.id, 2, [0], by=learner, now=NOW)

    (found,) = session.scalars(service.history(by=learner))

    assert (found, len(found.answers), found.answered, found.right) == (quiz, 3, 2, 1)


def test_another_persons_quiz_is_not_found(session: Session, make: Make, tier: Tier, learner: Actor) -> None:
    free(make, tier, "1.1")
    quiz = begin(session, learner)
    other = make.actor(trainer_id=make.trainer().id)

    with pytest.raises(NotFound):
        service.by_id(session, quiz.id, by=other)
    with pytest.raises(NotFound):
        service.answer(session, quiz.id, 2, [1], by=learner, now=NOW)
    with pytest.raises(NotFound):
        service.by_id(session, uuid4(), by=make.actor())


@given(fresh=st.lists(st.integers(0, 99), unique=True), seen=st.lists(st.integers(100, 199), unique=True))
def test_a_choice_repeats_for_its_seed_and_prefers_what_is_new(fresh: list[int], seen: list[int]) -> None:
    chosen = choose(fresh, seen, 10, 3)

    assert chosen == choose(fresh, seen, 10, 3)
    assert len(set(chosen)) == min(10, len(fresh) + len(seen))
    assert sum(item < 100 for item in chosen) == min(10, len(fresh))
