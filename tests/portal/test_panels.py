"""Pages of standard setting and equating, from naming a panel to a published converted mark."""

from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.analysis import panels
from certification.analysis.rules import SettingMethod
from certification.scoring import conversion
from certification.standards.rules import Component
from tests.certification.test_equatings import Two
from tests.exam_day import ExamDay
from tests.make import NOW, Make
from tests.make_analysis import long_paper
from tests.portal.conftest import SignIn
from tests.portal.test_marking import text
from training_base.centers.rules import StaffDuty


def page_of_id(location: str) -> str:
    return str(UUID(location.rstrip("/").rpartition("/")[2]))


def judged(browser: FlaskClient, setting_id: str, value: str) -> str:
    """A panellist's judgements of ten items."""
    data = {f"p{position}": value for position in range(1, 11)}
    return browser.post(f"/panels/{setting_id}/judge", data=data, follow_redirects=True).text


def test_a_panel_judges_blindly_and_a_second_person_adopts(session: Session, make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make, Component.THEORY)
    paper = long_paper(day)
    opener, second = (sign_in(StaffDuty.QUALITY_SUPERVISOR, at=day.center) for _ in range(2))
    judges = [sign_in(StaffDuty.ITEM_WRITER, at=day.center) for _ in range(2)]
    assert paper.code in text(opener, "/panels/new")
    people = [str(one.account_id) for one in judges]  # type: ignore[attr-defined]

    answer = opener.post(f"/panels/new/{paper.id}", data={"method": "angoff", "panel": people})
    setting_id = page_of_id(answer.location)
    assert paper.title in text(judges[0], "/panels/mine")
    assert "您的评判已保存" in judged(judges[0], setting_id, "60")
    assert "尚未全部评判" in opener.post(f"/panels/{setting_id}/close", follow_redirects=True).text
    assert "评判组：平均" not in text(judges[0], f"/panels/{setting_id}/judge")
    judged(judges[1], setting_id, "70")
    assert "本轮已结束" in opener.post(f"/panels/{setting_id}/close", follow_redirects=True).text
    assert "评判组：平均 65" in text(judges[0], f"/panels/{setting_id}/judge")
    assert "新一轮已开始" in opener.post(f"/panels/{setting_id}/next", follow_redirects=True).text
    opener.post(f"/panels/{setting_id}/close")
    assert "须由他人采用" in opener.post(f"/panels/{setting_id}/adopt", follow_redirects=True).text
    assert "已绑定" in second.post(f"/panels/{setting_id}/adopt", follow_redirects=True).text
    assert paper.title in text(second, "/panels/")


def test_what_is_no_number_is_refused_with_all_that_was_typed(make: Make, session: Session, sign_in: SignIn) -> None:
    day = ExamDay(make, Component.THEORY)
    paper = long_paper(day)
    judge = sign_in(StaffDuty.EXAMINER, at=day.center)
    names = {judge.account_id: "甲", make.actor(day.center).id: "乙"}  # type: ignore[attr-defined]
    by = make.actor(day.center)
    setting = panels.open_setting(session, paper.id, SettingMethod.ANGOFF, names, by=by, now=NOW)
    session.commit()

    page = judge.post(f"/panels/{setting.id}/judge", data={"p1": "x1", "p2": "101", "p3": "50"}).text
    assert "评判应为整数：1, 2" in page
    assert 'value="x1"' in page
    panels.drop(session, setting.id, by=by, now=NOW)
    session.commit()
    assert "目前不在评判阶段" in judge.post(f"/panels/{setting.id}/judge", data={}, follow_redirects=True).text


def test_a_panel_of_one_and_a_bookmark_without_difficulties_are_refused(make: Make, sign_in: SignIn) -> None:
    day = ExamDay(make, Component.THEORY)
    paper = long_paper(day)
    judges = [sign_in(StaffDuty.TEACHER, at=day.center) for _ in range(2)]
    people = [str(one.account_id) for one in judges]  # type: ignore[attr-defined]
    opener = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=day.center)

    data = {"method": "angoff", "panel": people[:1]}
    assert "评判组至少需要 2 人" in opener.post(f"/panels/new/{paper.id}", data=data).text
    data = {"method": "bookmark", "panel": people}
    assert "尚无难度" in opener.post(f"/panels/new/{paper.id}", data=data).text
    answer = opener.post(f"/panels/new/{paper.id}", data={"method": "angoff", "panel": people})
    assert "已放弃" in opener.post(f"{answer.location}/drop", follow_redirects=True).text


def test_lists_without_anything_say_what_to_do(make: Make, sign_in: SignIn) -> None:
    center = make.center()
    browser = sign_in(StaffDuty.QUALITY_SUPERVISOR, StaffDuty.EXAMINER, at=center)

    assert "尚无评判组" in text(browser, "/panels/")
    assert "尚无试卷" in text(browser, "/panels/new")
    assert "没有需要您评判的试卷" in text(browser, "/panels/mine")
    assert "尚无等值方案" in text(browser, "/equatings/")
    assert "需要两份试卷" in text(browser, "/equatings/new")


def test_two_papers_are_equated_and_a_second_person_adopts(session: Session, make: Make, sign_in: SignIn) -> None:
    two = Two(make)
    session.commit()
    first, second = (sign_in(StaffDuty.QUALITY_SUPERVISOR, at=two.old.center) for _ in range(2))
    assert two.papers[0].code in text(first, "/equatings/new")
    data = {"new_id": str(two.papers[0].id), "old_id": str(two.papers[1].id), "method": "linear", "smooth": "0"}
    assert "请选择同一等级" in first.post("/equatings/new", data={**data, "old_id": data["new_id"]}).text

    place = first.post("/equatings/new", data=data).location
    page = text(first, place)
    assert "polyline" in page
    assert "须由他人采用" in first.post(f"{place}/adopt", follow_redirects=True).text
    assert "已采用" in second.post(f"{place}/adopt", follow_redirects=True).text
    assert "此前已被采用" in second.post(f"{place}/drop", follow_redirects=True).text
    second.post(f"/results/sessions/{two.new.id}/publish")
    assert "原始分" in text(second, f"/results/sessions/{two.new.id}")
    assert len(conversion.kept(session, two.new.exam_session)) == 40
    assert two.papers[0].title in text(first, "/equatings/")


def test_a_proposal_may_be_given_up(session: Session, make: Make, sign_in: SignIn) -> None:
    two = Two(make)
    row = two.propose("equipercentile")
    session.commit()
    browser = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=two.old.center)

    assert "已放弃" in browser.post(f"/equatings/{row.id}/drop", follow_redirects=True).text
