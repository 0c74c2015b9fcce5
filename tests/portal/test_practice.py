"""Pages of practice: a quiz from its start to its summary, without scripts."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.item_bank.rules import CHOICE_KINDS, ItemKind, ItemUse
from certification.standards.models import Tier
from tests.make import Make
from tests.portal.conftest import SignIn


@pytest.fixture
def tier(make: Make, session: Session) -> Tier:
    """Level 3 with practice items of every kind, and live exam items."""
    tier = make.tier()
    for kind in CHOICE_KINDS:
        make.item(tier, kind, "1.1", use=ItemUse.PRACTICE)
    make.item(tier, ItemKind.SINGLE_CHOICE, "2.1", use=ItemUse.PRACTICE)
    make.bank(tier)
    session.commit()
    return tier


@pytest.fixture
def learner(sign_in: SignIn, make: Make, tier: Tier) -> FlaskClient:
    """A trainee."""
    return sign_in(trainer=make.trainer())


def begin(learner: FlaskClient, **data: str) -> str:
    answer = learner.post("/practice/level/3/start", data={"area": "", "count": "5"} | data)
    assert answer.status_code == 302, answer.text
    return str(answer.location).rsplit("/", 1)[0]


KEYS = {"判断题": ["1"], "单选题": ["1"], "多选题": ["0", "2"]}


def right_answer(text: str) -> list[str]:
    return next(key for name, key in KEYS.items() if name in text)


def test_the_start_page_offers_levels_areas_and_sizes(learner: FlaskClient) -> None:
    text = learner.get("/practice/?level=3").text

    assert 'value="1.1"' in text
    assert "20 题" in text


def test_a_quiz_runs_to_its_summary(learner: FlaskClient) -> None:
    quiz = begin(learner)

    for position in range(1, 5):
        key = right_answer(learner.get(f"{quiz}/{position}").text)
        done = learner.post(f"{quiz}/{position}", data={"value": key}, follow_redirects=True).text
        assert "回答正确" in done
        assert "解析" in done

    summary = learner.get(quiz).text
    assert "4 / 4" in summary
    assert learner.get(f"{quiz}/5").status_code == 404


def test_a_wrong_answer_shows_the_key_and_comes_back_for_review(learner: FlaskClient) -> None:
    quiz = begin(learner, area="2.1")
    wrong = learner.post(f"{quiz}/1", data={"value": "3"}, follow_redirects=True).text
    assert "option--right" in wrong
    assert "option--wrong" in wrong

    assert re.search(r"有 1 道题", learner.get("/practice/").text)
    review = begin(learner, mode="wrong")
    learner.post(f"{review}/1", data={"value": "1"})

    assert "没有待复习的错题" in learner.get("/practice/?level=3").text
    refused = learner.post("/practice/level/3/start", data={"mode": "wrong"})
    assert refused.status_code == 200
    assert "error-summary" in refused.text


@pytest.mark.parametrize("value", [[], ["x"], ["9"]])
def test_an_answer_must_be_chosen(learner: FlaskClient, value: list[str]) -> None:
    quiz = begin(learner, area="2.1")

    answer = learner.post(f"{quiz}/1", data={"value": value})

    assert answer.status_code == 200
    assert "请先" in answer.text


def test_a_quiz_may_be_ended_early(learner: FlaskClient) -> None:
    quiz = begin(learner)
    assert "继续" in learner.get(quiz).text

    learner.post(f"{quiz}/finish")

    assert "继续作答" not in learner.get(quiz).text
    assert "已结束" in learner.post(f"{quiz}/1", data={"value": "1"}).text


def test_the_history_lists_quizzes(learner: FlaskClient) -> None:
    assert "还没有练习记录" in learner.get("/practice/history").text
    quiz = begin(learner)

    assert quiz in learner.get("/practice/history").text
    assert quiz in learner.get("/practice/").text


def test_a_choice_that_is_none_is_refused(learner: FlaskClient) -> None:
    assert learner.post("/practice/level/3/start", data={"area": "9.9", "count": "7"}).status_code == 200


def test_an_area_with_exam_items_only_cannot_be_practised(
    learner: FlaskClient, make: Make, tier: Tier, session: Session
) -> None:
    make.item(tier, area="3.1")
    session.commit()

    answer = learner.post("/practice/level/3/start", data={"area": "3.1", "count": "5"})

    assert "该范围暂无练习题" in answer.text


def test_a_level_without_items_says_so(learner: FlaskClient, make: Make, session: Session) -> None:
    make.tier(5)
    session.commit()

    assert "暂无练习题" in learner.get("/practice/").text
    assert learner.get("/practice/?level=4").status_code == 404


def test_the_pages_speak_english(learner: FlaskClient) -> None:
    quiz = begin(learner)

    assert "Answer" in learner.get(f"{quiz}/1?lang=en").text
    assert "Summary of the quiz" in learner.get(quiz).text
    assert "Progress per knowledge area" in learner.get("/practice/?level=3").text


def test_staff_do_not_practise(sign_in: SignIn, make: Make) -> None:
    from training_base.centers.rules import StaffDuty

    assert sign_in(StaffDuty.TEACHER, at=make.center()).get("/practice/").status_code == 403
