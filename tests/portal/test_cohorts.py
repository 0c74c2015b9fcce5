"""Pages of cohorts: courses, cohorts, enrolling with the requirements in full, hours."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.eligibility import catalog
from certification.standards.models import Standard, Tier
from certification.standards.rules import OCCUPATION, Evidence, StandardKind, StandardStatus
from tests.make import NOW, Make
from tests.portal.conftest import SignIn
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty, day_at
from training_base.cohorts.models import Cohort, CohortTeacher, Course, Enrolment, TrainingRecord
from training_base.cohorts.rules import EnrolmentStatus
from training_base.kernel.actor import SYSTEM
from training_base.people.models import Education, Employment
from training_base.people.rules import EducationLevel

HERE_TODAY = day_at(datetime.now(UTC), "Asia/Shanghai")
TERM: dict[str, Any] = {"starts_on": HERE_TODAY - timedelta(days=20), "ends_on": HERE_TODAY + timedelta(days=20)}


@pytest.fixture
def center(make: Make) -> TrainingCenter:
    return make.center()


@pytest.fixture
def cohort(make: Make, center: TrainingCenter) -> Cohort:
    return make.cohort(center, **TERM)


@pytest.fixture
def manager(sign_in: SignIn, center: TrainingCenter) -> FlaskClient:
    return sign_in(StaffDuty.MANAGER, at=center)


@pytest.fixture
def rules(session: Session, make: Make) -> Standard:
    standard = make.add(
        Standard(
            code="national",
            occupation_code=OCCUPATION,
            kind=StandardKind.NATIONAL,
            status=StandardStatus.ADOPTED,
            title_zh="国家职业标准",
            title_en="National standard",
            evidence=Evidence.OWN,
        )
    )
    for level in (5, 4, 3, 2, 1):
        tier = {"level": level, "title_zh": str(level), "title_en": str(level), "evidence": Evidence.OWN}
        make.add(Tier(standard_id=standard.id, **tier))
    catalog.load_rule_sets(session, by=SYSTEM, now=NOW)
    session.commit()
    return standard


def works_since(make: Make, trainer_id: UUID, started_on: date) -> None:
    make.add(Employment(trainer_id=trainer_id, employer="甲", job="标注", is_in_occupation=True, started_on=started_on))
    make.session.commit()


def test_a_course_and_a_cohort_are_opened(manager: FlaskClient, center: TrainingCenter, session: Session) -> None:
    course = {"center_id": str(center.id), "title": "三级培训", "level": "3", "hours": "40.5"}
    plan = {"code": "2026-3A", "name": "三级一班", "capacity": "20"}

    assert manager.get("/cohorts/courses/new").status_code == 200
    assert "No course yet" in manager.get("/cohorts/new?lang=en").text
    assert manager.post("/cohorts/courses/new", data=course).location == "/cohorts/courses"
    made = session.scalars(sa.select(Course)).one()
    answer = manager.post(
        "/cohorts/new",
        data={**plan, "course_id": str(made.id), **{name: day.isoformat() for name, day in TERM.items()}},
    )

    cohort = session.scalars(sa.select(Cohort)).one()
    assert made.planned_minutes == 2430
    assert answer.location == f"/cohorts/{cohort.id}"
    assert "三级培训" in manager.get("/cohorts/courses").text


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [({"hours": "39"}, "the level asks for at least 40"), ({"level": "2"}, "outside the filed scope")],
)
def test_a_course_that_may_not_be_taught_is_refused(
    manager: FlaskClient, center: TrainingCenter, session: Session, facts: dict[str, str], sentence: str
) -> None:
    course = {"center_id": str(center.id), "title": "培训", "level": "3", "hours": "40"} | facts

    assert sentence in manager.post("/cohorts/courses/new?lang=en", data=course).text
    assert session.scalars(sa.select(Course)).all() == []


def test_cohorts_are_listed_with_their_places(
    manager: FlaskClient, make: Make, center: TrainingCenter, cohort: Cohort
) -> None:
    make.enrolment(center, cohort=cohort)
    elsewhere = make.cohort(make.center(), name="别处的班")
    make.session.commit()

    page = manager.get(f"/cohorts/?lang=en&phase=running&level=3&center={center.id}&sort=-level").text

    assert cohort.name in page
    assert "1<span" in page
    assert elsewhere.name not in page
    assert "No cohort fits" in manager.get("/cohorts/?q=nothing").text


def test_a_cohort_is_edited_within_what_is_on_record(manager: FlaskClient, cohort: Cohort) -> None:
    facts = {"code": cohort.code, "name": "新名", "capacity": "10"}
    days = {name: day.isoformat() for name, day in TERM.items()}
    url = f"/cohorts/{cohort.id}/edit?lang=en"

    assert manager.get(url).status_code == 200
    assert "comes before the first" in manager.post(url, data={**facts, **days, "ends_on": "2020-01-01"}).text
    assert manager.post(url, data={**facts, **days}).status_code == 302
    assert "新名" in manager.get(f"/cohorts/{cohort.id}").text


def test_cohorts_of_others_are_not_found(manager: FlaskClient, make: Make) -> None:
    enrolment = make.enrolment()
    record = make.add(
        TrainingRecord(
            center_id=enrolment.center_id,
            enrolment_id=enrolment.id,
            held_on=HERE_TODAY,
            minutes=60,
            topic="标注",
            recorded_by=SYSTEM.id,
            recorded_at=NOW,
        )
    )
    make.session.commit()

    for path in (
        f"{enrolment.cohort_id}",
        f"{enrolment.cohort_id}/enrol",
        f"{enrolment.cohort_id}/hours",
        f"enrolments/{enrolment.id}",
        f"records/{record.id}/void",
    ):
        assert manager.get(f"/cohorts/{path}").status_code == 404


def test_teachers_see_cohorts_but_do_not_enrol(sign_in: SignIn, center: TrainingCenter, cohort: Cohort) -> None:
    teacher = sign_in(StaffDuty.TEACHER, at=center)

    page = teacher.get(f"/cohorts/{cohort.id}").text

    assert f"/cohorts/{cohort.id}/hours" in page
    assert f"/cohorts/{cohort.id}/enrol" not in page
    assert teacher.get(f"/cohorts/{cohort.id}/enrol").status_code == 403


def test_a_teacher_is_named_and_taken_back(
    manager: FlaskClient, make: Make, center: TrainingCenter, cohort: Cohort, session: Session
) -> None:
    url = f"/cohorts/{cohort.id}/teachers"
    assert "Nobody is left to name" in manager.get(f"{url}?lang=en").text
    teacher = make.staff(center, StaffDuty.TEACHER)
    session.commit()

    assert manager.post(url, data={"actor_id": str(teacher.id)}).status_code == 302
    named = session.scalars(sa.select(CohortTeacher)).one()
    assert teacher.name in manager.get(f"/cohorts/{cohort.id}").text
    manager.post(f"{url}/{named.id}/remove")

    assert session.scalars(sa.select(CohortTeacher)).all() == []


def test_who_taught_is_not_taken_back(
    manager: FlaskClient, make: Make, center: TrainingCenter, cohort: Cohort, session: Session
) -> None:
    enrolment = make.enrolment(center, cohort=cohort, credited_minutes=0)
    named = make.teaches(cohort, make.actor())
    session.commit()
    credit(manager, cohort, enrolment)

    manager.post(f"/cohorts/{cohort.id}/teachers/{named.id}/remove")

    assert "stays named as teacher" in manager.get(f"/cohorts/{cohort.id}?lang=en").text


def credit(browser: FlaskClient, cohort: Cohort, *members: Enrolment, hours: str = "4") -> str:
    facts = {
        "held_on": HERE_TODAY.isoformat(),
        "hours": hours,
        "topic": "数据标注",
        "members": [str(one.id) for one in members],
    }
    return browser.post(f"/cohorts/{cohort.id}/hours?lang=en", data=facts, follow_redirects=True).text


def test_the_requirements_are_shown_before_a_place_is_given(
    manager: FlaskClient, make: Make, center: TrainingCenter, cohort: Cohort, rules: Standard, session: Session
) -> None:
    trainer = make.trainer(center)
    works_since(make, trainer.id, HERE_TODAY.replace(year=HERE_TODAY.year - 11, day=1))

    found = manager.get(f"/cohorts/{cohort.id}/enrol?lang=en&q={trainer.name}").text
    page = manager.get(f"/cohorts/{cohort.id}/enrol/{trainer.id}?lang=en").text
    assert str(trainer.id) in found
    assert "qualifies by requirement S3-1" in page
    assert "11 full years on file" in page
    assert session.scalars(sa.select(Enrolment)).all() == []
    assert manager.post(f"/cohorts/{cohort.id}/enrol/{trainer.id}").status_code == 302

    enrolment = session.scalars(sa.select(Enrolment)).one()
    assert enrolment.eligible_by == "S3-1"
    assert str(trainer.id) not in manager.get(f"/cohorts/{cohort.id}/enrol").text


def test_who_does_not_qualify_gets_no_place(
    manager: FlaskClient, make: Make, center: TrainingCenter, cohort: Cohort, rules: Standard, session: Session
) -> None:
    trainer = make.trainer(center)
    works_since(make, trainer.id, HERE_TODAY - timedelta(days=100))

    page = manager.get(f"/cohorts/{cohort.id}/enrol/{trainer.id}?lang=en").text
    refused = manager.post(f"/cohorts/{cohort.id}/enrol/{trainer.id}?lang=en").text

    assert "By time alone, a requirement is met from" in page
    assert "None of the requirements" in refused
    assert session.scalars(sa.select(Enrolment)).all() == []


def test_nothing_at_all_on_file_is_said_so(
    manager: FlaskClient, make: Make, center: TrainingCenter, cohort: Cohort, rules: Standard
) -> None:
    trainer = make.trainer(center)
    make.session.commit()
    url = f"/cohorts/{cohort.id}/enrol/{trainer.id}?lang=en"

    assert "The person does not qualify. Look at what is missing" in manager.get(url).text
    assert "See below what is missing" in manager.post(url).text


def test_what_no_record_proves_is_confirmed_by_hand(
    manager: FlaskClient, make: Make, center: TrainingCenter, cohort: Cohort, rules: Standard, session: Session
) -> None:
    trainer = make.trainer(center)
    school = {"school": "职院", "subject": "人工智能", "is_related": True, "in_final_year": True}
    make.add(Education(trainer_id=trainer.id, level=EducationLevel.HIGHER_VOCATIONAL, **school))
    session.commit()
    url = f"/cohorts/{cohort.id}/enrol/{trainer.id}?lang=en"

    assert "as soon as you confirm" in manager.get(url).text
    assert "None of the requirements" in manager.post(url).text
    assert manager.post(url, data={"confirmed": "school_appraisal"}).status_code == 302

    assert session.scalars(sa.select(Enrolment.eligible_by)).one() == "S3-6"


def test_nobody_is_enrolled_by_requirements_that_are_not_published(
    manager: FlaskClient, make: Make, center: TrainingCenter, rules: Standard
) -> None:
    trainer, cohort = make.trainer(center), make.cohort(center, level=2, **TERM)
    make.session.commit()
    url = f"/cohorts/{cohort.id}/enrol/{trainer.id}?lang=en"

    assert "are not published" in manager.get(url).text
    assert "outside the filed scope" in manager.post(url).text


def test_a_full_cohort_says_so(manager: FlaskClient, make: Make, center: TrainingCenter, rules: Standard) -> None:
    cohort, trainer = make.cohort(center, capacity=1, **TERM), make.trainer(center)
    make.enrolment(center, cohort=cohort)
    works_since(make, trainer.id, date(2000, 1, 1))

    assert "All places of this cohort are taken" in manager.get(f"/cohorts/{cohort.id}/enrol?lang=en").text
    refused = manager.post(f"/cohorts/{cohort.id}/enrol/{trainer.id}?lang=en").text
    assert "The only place of this cohort is taken" in refused


def test_hours_are_credited_to_a_whole_cohort(
    manager: FlaskClient, make: Make, center: TrainingCenter, cohort: Cohort, session: Session
) -> None:
    assert "Nobody is enrolled yet" in manager.get(f"/cohorts/{cohort.id}/hours?lang=en").text
    members = [make.enrolment(center, cohort=cohort, credited_minutes=0) for _ in range(2)]
    session.commit()

    assert manager.get(f"/cohorts/{cohort.id}/hours").text.count("checked") == 2
    page = credit(manager, cohort, *members, hours="3.5")

    assert "Hours credited to 2 members." in page
    assert page.count("3.5 / 40") == 2


def test_a_day_that_would_be_too_long_credits_nobody(
    manager: FlaskClient, make: Make, center: TrainingCenter, cohort: Cohort, session: Session
) -> None:
    one, two = (make.enrolment(center, cohort=cohort, credited_minutes=0) for _ in range(2))
    session.commit()
    credit(manager, cohort, one, hours="5")

    page = credit(manager, cohort, one, two, hours="4")

    assert "has 5 hours on" in page
    session.expire_all()
    assert [one.credited_minutes, two.credited_minutes] == [300, 0]


def test_hours_are_voided_with_a_reason(
    manager: FlaskClient, make: Make, center: TrainingCenter, cohort: Cohort, session: Session
) -> None:
    enrolment = make.enrolment(center, cohort=cohort, credited_minutes=0)
    session.commit()
    assert "No hours yet" in manager.get(f"/cohorts/enrolments/{enrolment.id}?lang=en").text
    credit(manager, cohort, enrolment)
    record = session.scalars(sa.select(TrainingRecord)).one()
    url = f"/cohorts/records/{record.id}/void"

    assert manager.post(url, data={"reason": " "}).status_code == 200
    assert manager.get(url).status_code == 200
    assert manager.post(url, data={"reason": "记错日期"}).status_code == 302
    assert "were voided before" in manager.post(f"{url}?lang=en", data={"reason": "again"}).text

    assert "记错日期" in manager.get(f"/cohorts/enrolments/{enrolment.id}").text
    assert "<s>4</s>" in manager.get(f"/cohorts/enrolments/{enrolment.id}").text


def test_a_member_leaves(
    manager: FlaskClient, make: Make, center: TrainingCenter, cohort: Cohort, session: Session
) -> None:
    enrolment = make.enrolment(center, cohort=cohort)
    session.commit()
    url = f"/cohorts/enrolments/{enrolment.id}/leave"

    assert manager.get(url).status_code == 200
    assert manager.post(url, data={"reason": "换工作"}).status_code == 302

    session.refresh(enrolment)
    assert enrolment.status is EnrolmentStatus.LEFT
    shown = manager.get(f"/cohorts/{cohort.id}?lang=en&status=completed").text
    assert "No member fits" in shown
