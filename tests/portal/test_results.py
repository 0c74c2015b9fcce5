"""Pages and commands of results: publication, the list, one result, a trainee's own."""

import json
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from certification.exams.rules import ExamSessionStatus, RegistrationStatus
from certification.scoring import service
from certification.scoring.models import Result
from certification.standards.rules import Component
from tests.exam_day import ExamDay
from tests.make import NOW, Make
from tests.portal.conftest import SignIn
from tests.portal.test_marking import text
from training_base.centers.rules import StaffDuty
from training_base.cohorts.models import Enrolment
from training_base.people.models import Trainer


def theory_day(make: Make, marks: int | None = 8000, name: str = "欧阳思远") -> ExamDay:
    """A theory session that is over, with one candidate who handed in."""
    day = ExamDay(make, Component.THEORY)
    trainer = make.trainer(day.center, name=name)
    candidate = day.candidate(enrolment=make.enrolment(day.center, trainer=trainer))
    day.attempt(candidate)
    if marks is not None:
        detail = [{"area": "1.1", "marks": 10000, "awarded": marks, "correct": False}]
        day.mark(candidate, marks, detail)
    make.session.commit()
    return day


def published(make: Make) -> tuple[ExamDay, Result]:
    """A result of both components, the skill exam rated by two examiners."""
    day = theory_day(make)
    (result,) = service.publish(make.session, day.id, by=make.actor(day.center), now=NOW)
    enrolment = make.session.get_one(Enrolment, result.enrolment_id)
    skill = ExamDay(make, center=day.center, scheme=day.scheme)
    for drawn in skill.drawn(skill.candidate(enrolment=enrolment)):
        for examiner in skill.examiners:
            half = drawn.skill_task.marks // 2
            skill.sheet(drawn, examiner, half, half)
    (result,) = service.publish(make.session, skill.id, by=make.actor(day.center), now=NOW)
    make.session.commit()
    return day, result


def test_a_session_is_published_by_its_manager(session: Session, make: Make, sign_in: SignIn) -> None:
    day = theory_day(make)
    browser = sign_in(StaffDuty.MANAGER, at=day.center)
    assert day.exam_session.title in text(browser, "/results/sessions")
    assert "发布成绩" in text(browser, f"/results/sessions/{day.id}")

    answer = browser.post(f"/results/sessions/{day.id}/publish", follow_redirects=True)

    assert "成绩已发布" in answer.text
    assert "欧阳思远" in text(browser, "/results/")
    assert day.exam_session.title in text(browser, "/results/sessions?show=published")


def test_a_missing_mark_stops_publication_with_the_admission_number(
    session: Session, make: Make, sign_in: SignIn
) -> None:
    day = theory_day(make, marks=None)
    browser = sign_in(StaffDuty.MANAGER, at=day.center)
    assert "还有考生没有得分" in text(browser, f"/results/sessions/{day.id}")

    answer = browser.post(f"/results/sessions/{day.id}/publish")

    assert "1 名考生还没有得分" in answer.text
    session.expire_all()
    assert day.exam_session.status is ExamSessionStatus.CLOSED


def test_an_examiner_of_the_session_cannot_publish_it(session: Session, make: Make, sign_in: SignIn) -> None:
    day = theory_day(make)
    manager = sign_in(StaffDuty.MANAGER, at=day.center)
    day.exam_session.staff[0].actor_id = manager.account_id  # type: ignore[attr-defined]
    session.commit()

    answer = manager.post(f"/results/sessions/{day.id}/publish")

    assert "由未参与本场考评的人员发布" in answer.text


def test_officers_read_but_do_not_publish(make: Make, sign_in: SignIn) -> None:
    day = theory_day(make)
    browser = sign_in(StaffDuty.CERTIFICATION_OFFICER, at=day.center)

    assert "管理人员或督导员" in text(browser, f"/results/sessions/{day.id}")
    assert browser.post(f"/results/sessions/{day.id}/publish").status_code == 403


def test_a_running_session_can_be_looked_at(make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make, Component.THEORY, status=ExamSessionStatus.RUNNING)
    day.candidate(RegistrationStatus.ABSENT)
    browser = sign_in(StaffDuty.MANAGER, at=day.center)

    assert "场次尚未结束" in text(browser, f"/results/sessions/{day.id}")


def test_results_are_filtered(make: Make, sign_in: SignIn) -> None:
    day, _result = published(make)
    browser = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=day.center)

    assert "欧阳思远" in text(browser, "/results/?q=欧阳&level=3&passed=yes&sort=name")
    assert "没有符合条件的成绩" in text(browser, "/results/?passed=no")


def test_a_result_shows_areas_tasks_and_rows(make: Make, sign_in: SignIn) -> None:
    day, result = published(make)
    browser = sign_in(StaffDuty.CERTIFICATION_OFFICER, at=day.center)

    page = text(browser, f"/results/{result.id}")

    assert all(part in page for part in ("成绩单", "80", "100", "准则", "M2", "1.1"))


def test_a_result_of_another_center_is_not_found(make: Make, sign_in: SignIn) -> None:
    _day, result = published(make)
    browser = sign_in(StaffDuty.MANAGER, at=make.center())

    assert browser.get(f"/results/{result.id}").status_code == 404


def test_trainees_see_their_own_result_and_no_other(session: Session, make: Make, sign_in: SignIn) -> None:
    _day, result = published(make)
    owner = sign_in(trainer=session.get_one(Trainer, result.trainer_id))
    other = sign_in(trainer=make.trainer())

    assert f"/results/mine/{result.id}" in text(owner, "/results/mine")
    own = text(owner, f"/results/mine/{result.id}")
    assert "欧阳思远" in own
    assert "准则" not in own
    assert "还没有成绩" in text(other, "/results/mine")
    assert other.get(f"/results/mine/{result.id}").status_code == 404


def test_a_trainee_who_is_short_is_told_what_comes_next(session: Session, make: Make, sign_in: SignIn) -> None:
    day = theory_day(make, marks=5000)
    (result,) = service.publish(session, day.id, by=make.actor(day.center), now=NOW)
    owner = sign_in(trainer=session.get_one(Trainer, result.trainer_id))

    assert "单独补考" in text(owner, f"/results/mine/{result.id}")


@pytest.mark.parametrize(("show", "said"), [("", "没有等待发布的场次"), ("published", "还没有发布过成绩")])
def test_empty_lists_of_sessions_say_so(make: Make, sign_in: SignIn, show: str, said: str) -> None:
    browser = sign_in(StaffDuty.MANAGER, at=make.center())

    assert said in text(browser, f"/results/sessions?show={show}")


def test_a_session_without_candidates_has_nothing_to_publish(make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make, Component.THEORY)

    assert "还没有人报名" in text(sign_in(StaffDuty.MANAGER, at=day.center), f"/results/sessions/{day.id}")


def test_the_command_lists_results(app: Flask, make: Make) -> None:
    _day, result = published(make)
    runner = app.test_cli_runner()

    rows = json.loads(runner.invoke(args=["results", "list", "--json", "--passed", "--name", "欧阳"]).output)
    plain = runner.invoke(args=["results", "list"]).output

    assert [row["id"] for row in rows] == [str(result.id)]
    assert rows[0]["components"] == {"skill": 10000, "theory": 8000}
    assert "passed" in plain


def test_the_command_shows_one_result(app: Flask, make: Make) -> None:
    _day, result = published(make)
    runner = app.test_cli_runner()

    shown = json.loads(runner.invoke(args=["results", "show", str(result.id), "--json"]).output)
    plain = runner.invoke(args=["results", "show", str(result.id)]).output

    assert shown["areas"] == [{"area": "1.1", "awarded": 8000, "marks": 10000}]
    assert len(shown["tasks"]) == 2
    assert "area 1.1" in plain
    assert "task ST-" in plain


def test_the_command_says_in_one_line_that_there_is_no_such_result(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["results", "show", str(uuid4())])

    assert answer.exit_code != 0
    assert "no result" in answer.output
