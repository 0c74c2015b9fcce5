"""Pages of skill tasks and of marking: the work list, the sheet, who sees what."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.exams.models import DrawnTask, SessionStaff
from certification.exams.rules import SessionDuty
from certification.scoring.models import Mark, ScoringSheet
from certification.scoring.rules import SheetStatus
from certification.standards.rules import Component
from portal.access import Role
from tests.exam_day import ExamDay
from tests.make import Make
from tests.portal.conftest import SignIn
from training_base.centers.rules import StaffDuty


def text(client: FlaskClient, path: str, **more: Any) -> str:
    """A page that answers 200, as text."""
    answer = client.get(path, **more)
    assert answer.status_code == 200, answer.text
    return answer.text


def examiner_of(day: ExamDay, sign_in: SignIn) -> FlaskClient:
    """A browser of an examiner who is named in the session."""
    browser = sign_in(StaffDuty.EXAMINER, at=day.center)
    account_id: UUID = browser.account_id  # type: ignore[attr-defined]
    day.make.add(
        SessionStaff(
            exam_session_id=day.id,
            center_id=day.center.id,
            actor_id=account_id,
            name="考评员",
            duty=SessionDuty.EXAMINER,
        )
    )
    day.make.session.commit()
    return browser


def opened(session: Session, browser: FlaskClient, drawn: DrawnTask) -> str:
    """The address of the sheet that opening a task leads to."""
    answer = browser.post(f"/marking/tasks/{drawn.id}/open")
    assert answer.status_code == 302
    return str(answer.location)


def sheet_of(session: Session) -> ScoringSheet:
    """The only sheet there is, as it stands in the database."""
    session.expire_all()
    return session.scalars(sa.select(ScoringSheet)).one()


def test_item_writers_find_and_read_tasks(session: Session, make: Make, sign_in: SignIn) -> None:
    center, task = make.center(), make.skill_task(make.tier(), title="肺部影像流程设计")
    make.skill_task(task.tier, title="热线语料")
    browser = sign_in(StaffDuty.ITEM_WRITER, at=center)

    found = text(browser, "/tasks/?q=影像&level=3&unit=1.1&sort=-marks")

    assert "肺部影像流程设计" in found
    assert "热线语料" not in found
    assert "<h2>背景</h2>" in text(browser, f"/tasks/{task.id}")


def test_an_empty_list_of_tasks_says_what_to_do(make: Make, sign_in: SignIn) -> None:
    assert "没有符合条件的考核题" in text(sign_in(roles=(Role.SCHEME_OWNER,)), "/tasks/")


def test_an_examiner_sees_the_session_and_its_tasks_without_names(
    session: Session, make: Make, sign_in: SignIn
) -> None:
    day = ExamDay(make)
    candidate = day.candidate()
    day.drawn(candidate)
    browser = examiner_of(day, sign_in)

    page = text(browser, f"/marking/sessions/{day.id}?show=to-do")

    assert day.exam_session.title in text(browser, "/marking/")
    assert candidate.ticket is not None
    assert candidate.ticket.number in page
    assert candidate.trainer.name not in page


def test_a_sheet_is_opened_saved_and_handed_in(session: Session, make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make)
    drawn = day.drawn(day.candidate())[0]
    browser = examiner_of(day, sign_in)
    address = opened(session, browser, drawn)
    assert "做一件事" in text(browser, address)

    draft = {"rows-0-awarded": "20", "rows-1-awarded": "12.5", "rows-1-actual": "三步", "remark": "好", "deed": "save"}
    assert browser.post(address, data=draft).status_code == 302
    assert sheet_of(session).total == 3250

    assert browser.post(address, data={**draft, "deed": "submit"}).status_code == 302
    assert sheet_of(session).status is SheetStatus.SUBMITTED
    assert "12.5" in text(browser, address)


def test_an_incomplete_sheet_stays_a_draft_and_names_the_rows(session: Session, make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make)
    browser = examiner_of(day, sign_in)
    address = opened(session, browser, day.drawn(day.candidate())[0])

    answer = browser.post(address, data={"rows-0-awarded": "20", "rows-1-awarded": "", "deed": "submit"})

    assert "M2" in answer.text
    assert (sheet_of(session).total, sheet_of(session).status) == (2000, SheetStatus.OPEN)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("20.5", "0 至 20"), ("1.25", "0.1"), ("-1", "0 至 20"), ("abc", "数字"), ("1.234", "数字"), ("Infinity", "数字")],
)
def test_marks_that_a_row_cannot_have_are_refused_and_stay_on_the_page(
    session: Session, make: Make, sign_in: SignIn, typed: str, said: str
) -> None:
    day = ExamDay(make)
    browser = examiner_of(day, sign_in)
    address = opened(session, browser, day.drawn(day.candidate())[0])

    answer = browser.post(address, data={"rows-0-awarded": typed, "rows-1-awarded": "１，５", "deed": "save"})

    assert said in answer.text
    assert f'value="{typed}"' in answer.text
    assert sheet_of(session).total is None


def test_a_sheet_that_was_handed_in_says_that_it_is_final(session: Session, make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make)
    browser = examiner_of(day, sign_in)
    address = opened(session, browser, day.drawn(day.candidate())[0])
    full = {"rows-0-awarded": "20", "rows-1-awarded": "20", "deed": "submit"}
    browser.post(address, data=full)

    answer = browser.post(address, data={**full, "rows-0-awarded": "0"})

    assert "不能再修改" in answer.text
    assert sheet_of(session).total == 4000


def test_the_sheet_of_another_examiner_is_not_found(session: Session, make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make)
    drawn = day.drawn(day.candidate())[0]
    address = opened(session, examiner_of(day, sign_in), drawn)

    assert examiner_of(day, sign_in).get(address).status_code == 404


def test_who_is_not_named_is_told_so(session: Session, make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make)
    drawn = day.drawn(day.candidate())[0]
    browser = sign_in(StaffDuty.EXAMINER, at=day.center)

    answer = browser.post(f"/marking/tasks/{drawn.id}/open", follow_redirects=True)

    assert "您不是本场次的考评员" in answer.text


def test_a_task_of_another_center_is_not_found(session: Session, make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make)
    drawn = day.drawn(day.candidate())[0]
    browser = sign_in(StaffDuty.EXAMINER, at=make.center())

    assert browser.post(f"/marking/tasks/{drawn.id}/open").status_code == 404
    assert browser.get(f"/marking/sessions/{day.id}").status_code == 404


def test_ratings_are_shown_side_by_side_only_when_the_task_is_settled(
    session: Session, make: Make, sign_in: SignIn
) -> None:
    day = ExamDay(make)
    drawn = day.drawn(day.candidate())[0]
    browser = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=day.center)
    day.sheet(drawn, day.examiners[0], 2000, 2000)
    session.commit()
    assert day.examiners[0].name not in text(browser, f"/marking/tasks/{drawn.id}")

    day.sheet(drawn, day.examiners[1], 2000, 1900)
    session.commit()

    settled = text(browser, f"/marking/tasks/{drawn.id}")
    assert day.examiners[0].name in settled
    assert "39.5" in settled


def test_a_difference_asks_for_a_third_examiner_on_the_page(session: Session, make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make)
    drawn = day.drawn(day.candidate())[0]
    day.sheet(drawn, day.examiners[0], 2000, 2000)
    day.sheet(drawn, day.examiners[1], 0, 0)
    browser = examiner_of(day, sign_in)

    assert "需第三名考评员" in text(browser, f"/marking/sessions/{day.id}?show=to-do")


def test_the_candidates_work_stands_beside_the_sheet_and_is_never_markup(
    session: Session, make: Make, sign_in: SignIn
) -> None:
    day = ExamDay(make)
    candidate = day.candidate()
    drawn = day.drawn(candidate)[0]
    day.answer(day.attempt(candidate), p1="<script>alert(1)</script> 甲 760 例")
    browser = examiner_of(day, sign_in)

    page = text(browser, opened(session, browser, drawn))

    assert "甲 760 例" in page
    assert "<script>alert" not in page


def test_theory_marks_of_a_session_with_areas(session: Session, make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make, Component.THEORY)
    day.paper()
    candidate = day.candidate()
    day.answer(day.attempt(candidate), p1=[1], p3=[0, 2])
    browser = sign_in(StaffDuty.EXAMINER, at=day.center)
    session.commit()

    answer = browser.post(f"/marking/sessions/{day.id}/mark", follow_redirects=True)

    assert "已评阅 1 份" in answer.text
    assert candidate.trainer.name in answer.text
    assert session.scalars(sa.select(Mark)).one().marks == 7000
    assert day.exam_session.title in text(browser, "/marking/?show=theory")


def test_managers_start_with_all_skill_exams_and_an_odd_tab_is_passed_over(make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make)
    browser = sign_in(StaffDuty.MANAGER, at=day.center)

    assert day.exam_session.title in text(browser, "/marking/?show=odd")


def test_empty_lists_say_what_they_wait_for(make: Make, sign_in: SignIn) -> None:
    center = make.center()
    browser = sign_in(StaffDuty.EXAMINER, at=center)

    assert "没有等您评分的场次" in text(browser, "/marking/")
    assert "没有需要评分的场次" in text(browser, "/marking/?show=theory")


def test_a_session_nobody_sat_has_no_task_and_nothing_left(make: Make, sign_in: SignIn) -> None:
    day, theory = ExamDay(make), ExamDay(make, Component.THEORY)
    browser = examiner_of(day, sign_in)

    assert "没有可评的题" in text(browser, f"/marking/sessions/{day.id}")
    assert "没有需要您评的题" in text(browser, f"/marking/sessions/{day.id}?show=to-do")
    other = sign_in(StaffDuty.MANAGER, at=theory.center)
    assert "还没有人报名" in text(other, f"/marking/sessions/{theory.id}")


@pytest.mark.parametrize("path", ["/marking/", "/tasks/", "/results/", "/results/sessions"])
def test_trainees_have_no_business_here(app: Flask, make: Make, sign_in: SignIn, path: str) -> None:
    assert sign_in(trainer=make.trainer()).get(path).status_code == 403


def test_the_pages_speak_english_too(make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make)

    assert "All skill exams" in text(sign_in(StaffDuty.MANAGER, at=day.center), "/marking/?lang=en")
