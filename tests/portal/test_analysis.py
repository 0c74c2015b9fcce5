"""Pages of the statistics: who may read them, what they show, what they keep back."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from certification.analysis import service
from certification.analysis.models import SessionAnalysis
from certification.exams.models import PaperItem
from certification.standards.rules import Component
from portal import jobs
from portal.access import Role
from portal.pages import charts
from tests.exam_day import ExamDay
from tests.make import NOW, Make
from tests.make_analysis import RIGHT, long_paper, sat, theory_day
from tests.portal.conftest import SignIn
from tests.portal.test_marking import text
from training_base.centers.rules import StaffDuty


def analysed(make: Make, n: int = 40) -> ExamDay:
    """A theory session that was sat, marked and analysed."""
    day = theory_day(make, n=n)
    service.analyse(make.session, day.id, by=make.actor(day.center), now=NOW)
    make.session.commit()
    return day


def test_a_session_is_analysed_by_a_job(app: Flask, session: Session, make: Make, sign_in: SignIn) -> None:
    day = theory_day(make, n=8)
    session.commit()
    browser = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=day.center)
    assert "尚未分析" in text(browser, f"/analysis/sessions/{day.id}")

    answer = browser.post(f"/analysis/sessions/{day.id}/run")
    with app.app_context():
        assert jobs.work_once()

    assert "/jobs/" in answer.location
    assert session.scalars(sa.select(SessionAnalysis.n)).all() == [8]
    assert day.exam_session.title in text(browser, "/analysis/")


def test_a_session_page_shows_its_figures(make: Make, sign_in: SignIn) -> None:
    day = analysed(make)
    browser = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=day.center)

    page = text(browser, f"/analysis/sessions/{day.id}?sort=-facility")
    assert "克隆巴赫" in page
    assert "不能证明任何事" in page
    assert "没有题目表现得像答案有误" in page


def test_a_doubtful_key_comes_first(session: Session, make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make, Component.THEORY)
    paper = long_paper(day)
    first = session.scalars(sa.select(PaperItem).where(PaperItem.paper_id == paper.id).limit(1)).one()
    sat(day, 60, paper=paper)
    service.analyse(session, day.id, by=make.actor(day.center), now=NOW)
    kept = session.scalars(sa.select(SessionAnalysis)).one()
    items = kept.report["items"]
    items[0] = {**items[0], "alarm": {"signs": ["negative_key"], "option": 1}}
    items[1] = {**items[1], "drift": {"before": 0.2, "z": 4.0, "changed": True}}
    kept.report = {
        **kept.report,
        "items": items,
        "pace": {"correlation": 0.1, "signs": [{"candidate": 0, "z": 5.0}]},
        "pairs": [{"one": 0, "other": 1, "same": 10, "expected": 3.0, "p": 1e-9, "adjusted": 1e-7}],
    }
    session.commit()
    browser = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=day.center)

    page = text(browser, f"/analysis/sessions/{day.id}")
    assert "像正确答案：B" in page
    numbers = service.admission_numbers(session, kept, by=make.actor(day.center))
    assert numbers[1] in page
    assert "注意本题的答案" in text(browser, f"/analysis/sessions/{day.id}/items/{first.position}")


def test_an_item_page_shows_options_groups_and_curves(session: Session, make: Make, sign_in: SignIn) -> None:
    one, other = ExamDay(make, Component.THEORY), ExamDay(make, Component.THEORY)
    paper = long_paper(one)
    sat(one, 110, paper=paper)
    sat(other, 110, seed=2, paper=paper)
    service.analyse(session, one.id, by=make.actor(one.center), now=NOW)
    session.commit()
    browser = sign_in(StaffDuty.QUALITY_SUPERVISOR, roles=(Role.SCHEME_OWNER,), at=one.center)

    page = text(browser, f"/analysis/sessions/{one.id}/items/3")
    assert "特征曲线" in page
    assert "polyline" in browser.get(f"/analysis/sessions/{one.id}/items/3").text
    assert other.center.code in page
    assert "2PL" in text(browser, f"/analysis/sessions/{one.id}")
    history = text(browser, f"/analysis/items/{paper.items[0].item_id}")
    assert "难度 b" in history


def test_all_figures_come_as_a_workbook(session: Session, make: Make, sign_in: SignIn) -> None:
    day = analysed(make, n=60)
    browser = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=day.center)

    answer = browser.get(f"/analysis/sessions/{day.id}/export.xlsx")
    book = load_workbook(BytesIO(answer.data))
    assert book.sheetnames == ["试卷", "各题数据", "选项", "分组"]
    assert book["各题数据"].max_row == 11
    assert book["选项"].max_row == 51
    facility = book["各题数据"]["E2"].value
    kept = session.scalars(sa.select(SessionAnalysis)).one()
    assert facility == pytest.approx(kept.report["items"][0]["facility"])


def test_too_few_candidates_are_not_shown(make: Make, sign_in: SignIn) -> None:
    day = analysed(make, n=4)
    browser = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=day.center)

    assert "考生人数过少" in text(browser, f"/analysis/sessions/{day.id}")
    assert browser.get(f"/analysis/sessions/{day.id}/items/1").status_code == 404
    assert browser.get(f"/analysis/sessions/{day.id}/export.xlsx").status_code == 404


@pytest.mark.parametrize("number", [0, 11])
def test_items_beyond_the_paper_are_not_found(make: Make, sign_in: SignIn, number: int) -> None:
    day = analysed(make, n=6)
    browser = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=day.center)

    assert browser.get(f"/analysis/sessions/{day.id}/items/{number}").status_code == 404


def test_other_centers_and_other_duties_see_nothing(make: Make, sign_in: SignIn) -> None:
    day = analysed(make, n=6)

    stranger = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=make.center())
    assert stranger.get(f"/analysis/sessions/{day.id}").status_code == 404
    assert "尚无已结束的理论考试" in text(stranger, "/analysis/")
    teacher = sign_in(StaffDuty.TEACHER, at=day.center)
    assert teacher.get("/analysis/").status_code == 403


def test_publishing_has_the_session_analysed(app: Flask, session: Session, make: Make, sign_in: SignIn) -> None:
    day = theory_day(make, n=6)
    session.commit()
    sign_in(StaffDuty.QUALITY_SUPERVISOR, at=day.center).post(f"/results/sessions/{day.id}/publish")

    with app.app_context():
        assert jobs.work_once()
    assert session.scalars(sa.select(SessionAnalysis.n)).all() == [6]


def test_the_history_of_an_item_without_sessions_is_empty(session: Session, make: Make, sign_in: SignIn) -> None:
    item = make.item(make.tier())
    session.commit()

    assert "尚无考试场次" in text(sign_in(roles=(Role.SCHEME_OWNER,)), f"/analysis/items/{item.id}")


def test_charts_place_values_between_their_edges() -> None:
    chart = charts.curves(charts.Scale((0, 1), (0, 1)), [("a", [0, 0.5, 1], [0.0, None, 1.0], True)], [0, 1], [0, 1])

    assert chart.lines[0].points == "48.0,244.0 628.0,12.0"
    assert charts.ceiling([]) == 1
    assert charts.ceiling([2.1, None]) == 3
    assert [column.height for column in charts.histogram([0, 2], 10).columns] == [0, 232]
    assert RIGHT == 0
