"""Pages of exam sessions: planning, registering a cohort, tickets, sheets, one's own exams."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.eligibility.models import EligibilityRuleSet
from certification.exams import service
from certification.exams.models import ExamSession, Registration
from certification.exams.rules import ExamSessionStatus, RegistrationStatus, SessionDuty
from certification.standards.models import Scheme
from certification.standards.rules import Component, Evidence
from tests.make import KEYS, Make
from tests.portal.conftest import SignIn
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
DAY = (SOON + timedelta(hours=8)).date()


@pytest.fixture
def center(make: Make) -> TrainingCenter:
    return make.center()


@pytest.fixture
def scheme(make: Make) -> Scheme:
    """A scheme in force, with rules that everybody enrolled under S3-1 meets."""
    scheme = make.scheme()
    make.add(
        EligibilityRuleSet(
            code="rules",
            tier_id=scheme.tier_id,
            title_zh="申报条件",
            title_en="Rules",
            rules=[{"id": "S3-1", "all_of": [{"kind": "apprenticeship"}]}],
            evidence=Evidence.OWN,
            from_on=date(2025, 1, 1),
        )
    )
    return scheme


@pytest.fixture
def manager(sign_in: SignIn, center: TrainingCenter) -> FlaskClient:
    return sign_in(StaffDuty.MANAGER, at=center)


@pytest.fixture
def upcoming(make: Make, center: TrainingCenter, scheme: Scheme) -> ExamSession:
    """An open theory session in three days."""
    return make.exam_session(
        center,
        scheme=scheme,
        title="三级理论考试",
        code="E20261231-001",
        starts_at=SOON,
        ends_at=SOON + timedelta(hours=2),
    )


Fields = Callable[..., dict[str, Any]]


@pytest.fixture
def fields(make: Make, center: TrainingCenter, scheme: Scheme) -> Fields:
    """What a manager types to plan a theory session."""
    room, paper = make.room(center), make.paper(center, scheme)
    invigilator = make.staff(center, StaffDuty.INVIGILATOR)

    def typed(**more: Any) -> dict[str, Any]:
        base = {
            "title": "三级理论考试",
            "scheme_id": str(scheme.id),
            "component": "theory",
            "paper_id": str(paper.id),
            "room_id": str(room.id),
            "on": DAY.isoformat(),
            "starts": "09:00",
            "ends": "11:00",
            "invigilators": [str(invigilator.id)],
        }
        return {**base, **more}

    return typed


def text(answer: Any) -> str:
    """The page as text."""
    return str(answer.get_data(as_text=True))


def test_a_manager_plans_a_session_in_the_zone_of_the_center(
    session: Session, manager: FlaskClient, fields: Fields
) -> None:
    page = text(manager.post("/exams/new", data=fields(), follow_redirects=True))

    planned = session.scalars(sa.select(ExamSession)).one()
    assert "场次已安排" in page
    assert "开放报名" in page
    assert planned.starts_at == datetime(DAY.year, DAY.month, DAY.day, 1, 0, tzinfo=UTC)
    assert [member.duty for member in planned.staff] == [SessionDuty.INVIGILATOR]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"paper_id": ""}, "理论考试需要试卷"),
        ({"invigilators": []}, "监考员人数不足"),
        ({"ends": "09:10"}, "考试时长为 20 分钟"),
        ({"capacity": "31"}, "考位数不能为 31"),
        ({"on": "gestern"}, "请填写日期"),
        ({"starts": "neun"}, "请填写时间"),
        ({"title": ""}, "请填写场次名称"),
        ({"on": "2026-01-05"}, "已过"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(
    session: Session, manager: FlaskClient, fields: Fields, wrong: dict[str, Any], sentence: str
) -> None:
    page = text(manager.post("/exams/new", data=fields(**wrong)))

    assert sentence in page
    assert session.scalar(sa.select(sa.func.count()).select_from(ExamSession)) == 0


def test_who_manages_two_centers_chooses_one_first(
    make: Make, session: Session, sign_in: SignIn, center: TrainingCenter
) -> None:
    browser = sign_in(StaffDuty.MANAGER, at=center)
    other = make.center()
    make.staff(other, StaffDuty.MANAGER)
    session.execute(sa.text("UPDATE staff_role SET actor_id = (SELECT id FROM account) WHERE duty = 'manager'"))

    choice = text(browser.get("/exams/new"))
    form = text(browser.get(f"/exams/new?center={other.id}"))

    assert center.name_zh in choice
    assert other.name_zh in choice
    assert "room_id" not in choice
    assert "还没有考场" in form


def test_registration_is_opened_with_a_button(
    session: Session, make: Make, manager: FlaskClient, center: TrainingCenter, scheme: Scheme
) -> None:
    planned = make.exam_session(center, scheme=scheme, status=ExamSessionStatus.PLANNED, starts_at=SOON,
                                ends_at=SOON + timedelta(hours=2))  # fmt: skip

    page = text(manager.post(f"/exams/{planned.id}/open", follow_redirects=True))

    assert "已开放报名" in page
    assert "报名中" in page


def test_the_room_code_is_for_managers_and_changes_on_demand(
    session: Session, sign_in: SignIn, manager: FlaskClient, center: TrainingCenter, upcoming: ExamSession
) -> None:
    def shown(code: str) -> str:
        return f"{code[:4]} {code[4:]}"

    teacher, first = sign_in(StaffDuty.TEACHER, at=center), service.access_code(upcoming, KEYS.ring)

    assert shown(first) in text(manager.get(f"/exams/{upcoming.id}"))
    assert shown(first) not in text(teacher.get(f"/exams/{upcoming.id}"))
    manager.post(f"/exams/{upcoming.id}/code")
    session.expire_all()
    second = service.access_code(upcoming, KEYS.ring)
    assert first != second
    assert shown(second) in text(manager.get(f"/exams/{upcoming.id}"))


def test_a_session_is_cancelled_with_a_reason(session: Session, manager: FlaskClient, upcoming: ExamSession) -> None:
    without = text(manager.post(f"/exams/{upcoming.id}/cancel", data={"reason": " "}))
    page = text(manager.post(f"/exams/{upcoming.id}/cancel", data={"reason": "停电"}, follow_redirects=True))
    again = text(manager.post(f"/exams/{upcoming.id}/cancel", data={"reason": "停电"}))

    assert "请填写理由" in without
    assert "场次已取消" in page
    assert "不能进行此操作" in again


def test_staff_are_changed_and_too_few_are_refused(
    session: Session, make: Make, manager: FlaskClient, center: TrainingCenter, upcoming: ExamSession
) -> None:
    chosen = make.staff(center, StaffDuty.INVIGILATOR)

    assert chosen.name in text(manager.get(f"/exams/{upcoming.id}/staff"))
    assert "人数不足" in text(manager.post(f"/exams/{upcoming.id}/staff", data={}))
    page = text(
        manager.post(f"/exams/{upcoming.id}/staff", data={"invigilators": [str(chosen.id)]}, follow_redirects=True)
    )
    assert chosen.name in page


def test_members_of_a_cohort_are_shown_with_what_registration_would_meet(
    make: Make, manager: FlaskClient, center: TrainingCenter, upcoming: ExamSession
) -> None:
    ready = make.enrolment(center)
    late = make.enrolment(center, cohort=ready.cohort, credited_minutes=30 * 60)

    page = text(manager.get(f"/exams/{upcoming.id}/register?cohort={ready.cohort_id}"))

    assert f'value="{ready.id}"' in page
    assert f'value="{late.id}"' not in page
    assert "不可报名" in page
    assert "10" in page


def test_the_chosen_are_registered_and_each_is_reported(
    session: Session, make: Make, manager: FlaskClient, center: TrainingCenter, upcoming: ExamSession
) -> None:
    ready, late = make.enrolment(center), make.enrolment(center, credited_minutes=0)

    page = text(manager.post(f"/exams/{upcoming.id}/register", data={"enrolments": [str(ready.id), str(late.id)]}))

    assert "2 人中 1 人报名成功" in page
    assert "261231001001" in page
    assert late.trainer.name in page


def test_choosing_nobody_or_nonsense_registers_nobody(
    session: Session, manager: FlaskClient, upcoming: ExamSession
) -> None:
    nobody = text(manager.post(f"/exams/{upcoming.id}/register", data={}, follow_redirects=True))
    nonsense = manager.post(f"/exams/{upcoming.id}/register", data={"enrolments": ["x"]})

    assert "请至少选择一人" in nobody
    assert nonsense.status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 0


def test_without_cohorts_or_members_the_page_says_so(
    make: Make, manager: FlaskClient, center: TrainingCenter, upcoming: ExamSession
) -> None:
    assert "没有该等级的班级" in text(manager.get(f"/exams/{upcoming.id}/register"))
    make.cohort(center)
    assert "该班级没有学员" in text(manager.get(f"/exams/{upcoming.id}/register"))


def test_a_registration_is_withdrawn_with_a_reason(
    session: Session, make: Make, manager: FlaskClient, upcoming: ExamSession
) -> None:
    registration = make.registration(upcoming)
    address = f"/exams/{upcoming.id}/registrations/{registration.id}/withdraw"

    assert registration.trainer.name in text(manager.get(address))
    page = text(manager.post(address, data={"reason": "出差"}, follow_redirects=True))
    again = text(manager.post(address, data={"reason": "出差"}))

    assert "已退报" in page
    assert "出差" in page
    assert "已不能退报" in again


def test_the_list_filters_sorts_and_counts(
    make: Make, manager: FlaskClient, center: TrainingCenter, upcoming: ExamSession
) -> None:
    make.registration(upcoming)
    over = make.exam_session(
        center, status=ExamSessionStatus.CLOSED, component=Component.SKILL, code="E20250101-001",
        starts_at=SOON - timedelta(days=90), ends_at=SOON - timedelta(days=89),
    )  # fmt: skip

    everything = text(manager.get("/exams/?sort=code"))
    assert everything.index(over.code) < everything.index(upcoming.code)
    assert "1 / 30" in everything
    for query, shown, hidden in (
        ("when=upcoming", upcoming, over),
        ("when=past", over, upcoming),
        ("status=open", upcoming, over),
        ("component=skill", over, upcoming),
        ("q=E2026", upcoming, over),
    ):
        page = text(manager.get(f"/exams/?{query}"))
        assert shown.code in page
        assert hidden.code not in page
    assert "没有符合条件的场次" in text(manager.get("/exams/?q=x&status=nonsense"))


def test_an_empty_list_says_what_to_do(sign_in: SignIn, manager: FlaskClient, center: TrainingCenter) -> None:
    assert "/exams/new" in text(manager.get("/exams/"))
    assert "/exams/new" not in text(sign_in(StaffDuty.TEACHER, at=center).get("/exams/"))


def test_the_session_page_finds_people_and_explains_its_emptiness(
    make: Make, manager: FlaskClient, center: TrainingCenter, scheme: Scheme, upcoming: ExamSession
) -> None:
    assert "还没有人报名" in text(manager.get(f"/exams/{upcoming.id}"))
    found, other = make.registration(upcoming), make.registration(upcoming)
    closed = make.exam_session(center, scheme=scheme, status=ExamSessionStatus.CLOSED)
    planned = make.exam_session(center, scheme=scheme, status=ExamSessionStatus.PLANNED)

    page = text(manager.get(f"/exams/{upcoming.id}?q={found.trainer.name}"))

    assert found.trainer.name in page
    assert other.trainer.name not in page
    assert "没有符合条件的人员" in text(manager.get(f"/exams/{upcoming.id}?q=nobody"))
    assert "目前不接受报名" in text(manager.get(f"/exams/{closed.id}"))
    assert "请先开放报名" in text(manager.get(f"/exams/{planned.id}"))


def test_tickets_are_chinese_whatever_the_language(make: Make, manager: FlaskClient, upcoming: ExamSession) -> None:
    registration = make.registration(upcoming)
    assert registration.ticket is not None

    page = text(manager.get(f"/exams/{upcoming.id}/tickets?lang=en"))

    assert page.count("ticket__rules") == 1
    assert "准考证" in page
    assert f"/exams/tickets/{registration.ticket.number}.svg" in page
    assert "示范路1号" in page


def test_withdrawn_registrations_get_no_ticket_and_no_line(
    make: Make, manager: FlaskClient, upcoming: ExamSession
) -> None:
    gone = make.registration(upcoming, status=RegistrationStatus.WITHDRAWN)

    assert gone.trainer.name not in text(manager.get(f"/exams/{upcoming.id}/tickets"))
    assert gone.trainer.name not in text(manager.get(f"/exams/{upcoming.id}/sign-sheet"))


def test_the_sign_sheet_names_everybody_by_seat(make: Make, manager: FlaskClient, upcoming: ExamSession) -> None:
    first, second = make.registration(upcoming), make.registration(upcoming)

    page = text(manager.get(f"/exams/{upcoming.id}/sign-sheet"))

    assert page.index(first.trainer.name) < page.index(second.trainer.name)
    assert "入场签名" in page


def test_the_qr_code_shows_an_admission_number_only(manager: FlaskClient, client: FlaskClient) -> None:
    image = manager.get("/exams/tickets/261231001001.svg")

    assert image.mimetype == "image/svg+xml"
    assert image.data.startswith(b"<svg")
    assert manager.get("/exams/tickets/31011519960307.1.svg").status_code == 404
    assert client.get("/exams/tickets/261231001001.svg").status_code in {302, 401}


def test_a_trainee_sees_own_exams_and_prints_the_ticket(
    make: Make, sign_in: SignIn, center: TrainingCenter, scheme: Scheme, upcoming: ExamSession
) -> None:
    mine, other = make.registration(upcoming), make.registration(upcoming)
    me = sign_in(trainer=mine.trainer)

    page = text(me.get("/exams/mine"))

    assert mine.ticket is not None
    assert other.ticket is not None
    assert mine.ticket.number in page
    assert other.ticket.number not in page
    assert mine.trainer.name in text(me.get(f"/exams/mine/{mine.id}/ticket"))
    assert me.get(f"/exams/mine/{other.id}/ticket").status_code == 404


@pytest.mark.parametrize(
    ("exam", "own", "said"),
    [
        ({"status": ExamSessionStatus.CANCELLED}, {}, "已取消"),
        ({"status": ExamSessionStatus.CLOSED}, {}, "成绩待公布"),
        ({"status": ExamSessionStatus.PUBLISHED}, {"passed": True}, "合格"),
        ({"status": ExamSessionStatus.PUBLISHED}, {"passed": False}, "不合格"),
        ({"status": ExamSessionStatus.CLOSED}, {"status": RegistrationStatus.ABSENT}, "缺考"),
        ({}, {"status": RegistrationStatus.WITHDRAWN}, "已退报"),
    ],
)
def test_a_trainee_reads_how_each_exam_stands(
    make: Make, sign_in: SignIn, center: TrainingCenter, exam: dict[str, Any], own: dict[str, Any], said: str
) -> None:
    registration = make.registration(make.exam_session(center, **exam), **own)

    page = text(sign_in(trainer=registration.trainer).get("/exams/mine"))

    chips = " ".join(re.findall(r'<span class="chip[^>]*>([^<]*)', page))
    assert said in chips


def test_from_a_running_exam_a_trainee_gets_to_the_desk(make: Make, sign_in: SignIn) -> None:
    registration = make.registration(make.exam_session(status=ExamSessionStatus.RUNNING))

    assert 'href="/desk' in text(sign_in(trainer=registration.trainer).get("/exams/mine"))


def test_an_invigilator_gets_from_the_session_to_its_console(
    sign_in: SignIn, center: TrainingCenter, upcoming: ExamSession
) -> None:
    invigilator = sign_in(StaffDuty.INVIGILATOR, at=center)

    assert f"/invigilation/{upcoming.id}" in text(invigilator.get(f"/exams/{upcoming.id}"))


def test_lists_ask_the_same_number_of_questions_however_long(
    make: Make, manager: FlaskClient, upcoming: ExamSession, count_queries: list[str]
) -> None:
    def asked(path: str) -> int:
        count_queries.clear()
        assert manager.get(path).status_code == 200
        return len(count_queries)

    paths = ("/exams/", f"/exams/{upcoming.id}", f"/exams/{upcoming.id}/tickets", f"/exams/{upcoming.id}/sign-sheet")
    make.registration(upcoming)
    make.session.commit()
    before = [asked(path) for path in paths]
    for _ in range(4):
        make.registration(upcoming)
    make.session.commit()

    assert [asked(path) for path in paths] == before


def test_a_trainee_without_exams_is_told_what_comes_first(make: Make, sign_in: SignIn) -> None:
    assert "去练习" in text(sign_in(trainer=make.trainer()).get("/exams/mine"))


def test_other_centers_find_no_session(make: Make, sign_in: SignIn, upcoming: ExamSession) -> None:
    stranger = sign_in(StaffDuty.MANAGER, at=make.center())
    registration = make.registration(upcoming)

    for path in ("", "/tickets", "/sign-sheet", "/staff", "/cancel", "/register",
                 f"/registrations/{registration.id}/withdraw"):  # fmt: skip
        assert stranger.get(f"/exams/{upcoming.id}{path}").status_code == 404
    for path in ("/open", "/code"):
        assert stranger.post(f"/exams/{upcoming.id}{path}").status_code == 404


def test_teachers_look_and_do_not_touch(
    make: Make, sign_in: SignIn, center: TrainingCenter, upcoming: ExamSession
) -> None:
    teacher = sign_in(StaffDuty.TEACHER, at=center)

    page = text(teacher.get(f"/exams/{upcoming.id}"))

    assert "登记报名" not in page
    assert teacher.get(f"/exams/{upcoming.id}/register").status_code == 403
    assert teacher.post(f"/exams/{upcoming.id}/open").status_code == 403


def test_the_pages_speak_english_by_the_switch(make: Make, manager: FlaskClient, upcoming: ExamSession) -> None:
    make.registration(upcoming)

    assert "Open for registration" in text(manager.get(f"/exams/{upcoming.id}?lang=en"))
    assert "Sign sheet" in text(manager.get(f"/exams/{upcoming.id}"))
