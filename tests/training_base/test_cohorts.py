"""Cohorts: places, hours, teachers, and what happens when two people want the last place."""

import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from certification.standards.rules import OCCUPATION
from portal.database import WRITING
from tests.make import KEYS, NOW, TODAY, Make
from training_base.centers.rules import CenterStatus, StaffDuty
from training_base.centers.service import CenterNotActive, OutsideFiledScope, set_status
from training_base.cohorts import hours, planning, service
from training_base.cohorts.models import Enrolment, TrainingRecord
from training_base.cohorts.rules import (
    CohortPhase,
    EnrolmentStatus,
    minutes_due,
    minutes_missing,
    phase,
    places_left,
    status_with,
)
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import NotFound, Refusal
from training_base.kernel.orm import Base

YESTERDAY = TODAY - timedelta(days=1)
COURSE = planning.CourseFacts("三级培训", OCCUPATION, 3, 2400)


def plan(**facts: object) -> planning.CohortFacts:
    base = {
        "code": "2026-3A",
        "name": "三级一班",
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=30),
        "capacity": 20,
    }
    return planning.CohortFacts(**{**base, **facts})  # type: ignore[arg-type]


def credit(session: Session, enrolment: Enrolment, minutes: int = 240, on: date = TODAY) -> TrainingRecord:
    return service.record_hours(
        session, enrolment.id, held_on=on, minutes=minutes, topic="数据标注", by=SYSTEM, now=NOW
    )


def test_hours_due_follow_the_standard() -> None:
    assert [minutes_due(level) // 60 for level in (5, 4, 3, 2, 1)] == [60, 50, 40, 40, 30]
    with pytest.raises(ValueError, match="no level 6"):
        minutes_due(6)


def test_nothing_is_missing_beyond_what_is_due() -> None:
    assert minutes_missing(3, 2399) == 1
    assert minutes_missing(3, 9999) == 0
    assert status_with(3, 2400) is EnrolmentStatus.COMPLETED
    assert status_with(3, 2399) is EnrolmentStatus.ACTIVE
    assert places_left(5, 7) == 0


def test_a_cohort_runs_on_its_first_and_its_last_day() -> None:
    term = (TODAY, TODAY)

    assert phase(*term, YESTERDAY) is CohortPhase.PLANNED
    assert phase(*term, TODAY) is CohortPhase.RUNNING
    assert phase(*term, TODAY + timedelta(days=1)) is CohortPhase.ENDED


def test_a_trainer_takes_a_place(session: Session, make: Make) -> None:
    center = make.center()
    cohort, trainer, by = make.cohort(center), make.trainer(center), make.actor(center)

    enrolment = service.enrol(session, cohort.id, trainer.id, eligible_by="S3-1", by=by, now=NOW)

    assert (enrolment.level, enrolment.status, enrolment.eligible_by) == (3, EnrolmentStatus.ACTIVE, "S3-1")
    assert service.taken(session, [cohort.id]) == {cohort.id: 1}
    assert list(service.counts(session, cohort.id).values()) == [1, 0, 0]
    assert session.scalars(service.enrolments_listing(cohort.id, by=by, q=trainer.name)).all() == [enrolment]
    assert service.enrolments_of(session, trainer.id) == [enrolment]


def test_nobody_takes_two_places(session: Session, make: Make) -> None:
    enrolment = make.enrolment()

    with pytest.raises(service.AlreadyEnrolled):
        service.enrol(session, enrolment.cohort_id, enrolment.trainer_id, eligible_by=None, by=SYSTEM, now=NOW)


def test_a_full_cohort_takes_nobody(session: Session, make: Make) -> None:
    center = make.center()
    cohort, trainer = make.cohort(center, capacity=1), make.trainer(center)
    make.enrolment(center, cohort=cohort)

    with pytest.raises(service.CohortFull):
        service.enrol(session, cohort.id, trainer.id, eligible_by=None, by=SYSTEM, now=NOW)


def test_who_left_frees_the_place_and_comes_back_to_the_hours(session: Session, make: Make) -> None:
    enrolment = make.enrolment(credited_minutes=300, status=EnrolmentStatus.ACTIVE)

    service.leave(session, enrolment.id, reason="换工作", by=SYSTEM, now=NOW)
    assert service.taken(session, [enrolment.cohort_id]) == {enrolment.cohort_id: 0}
    back = service.enrol(session, enrolment.cohort_id, enrolment.trainer_id, eligible_by="S3-2", by=SYSTEM, now=NOW)

    assert back is enrolment
    assert (back.status, back.credited_minutes, back.eligible_by) == (EnrolmentStatus.ACTIVE, 300, "S3-2")


def test_nobody_leaves_twice(session: Session, make: Make) -> None:
    enrolment = make.enrolment(status=EnrolmentStatus.LEFT)

    with pytest.raises(service.AlreadyLeft):
        service.leave(session, enrolment.id, reason="", by=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        service.leave(session, enrolment.id, reason="", by=make.actor(), now=NOW)


def test_a_cohort_that_is_over_takes_nobody(session: Session, make: Make) -> None:
    center = make.center()
    cohort = make.cohort(center, ends_on=YESTERDAY)

    with pytest.raises(service.CohortEnded):
        service.enrol(session, cohort.id, make.trainer(center).id, eligible_by=None, by=SYSTEM, now=NOW)


def test_a_level_outside_the_filed_scope_takes_nobody(session: Session, make: Make) -> None:
    center = make.center(levels=(5,))
    cohort = make.cohort(center, level=3)

    with pytest.raises(OutsideFiledScope):
        service.enrol(session, cohort.id, make.trainer(center).id, eligible_by=None, by=SYSTEM, now=NOW)


def test_a_trainer_must_be_on_file_at_the_center(session: Session, make: Make) -> None:
    center, other = make.center(), make.center()
    cohort, trainer = make.cohort(center), make.trainer(other)

    with pytest.raises(service.TrainerNotOnFile):
        service.enrol(session, cohort.id, trainer.id, eligible_by=None, by=make.actor(center, other), now=NOW)


def test_cohorts_and_places_of_others_are_not_found(session: Session, make: Make) -> None:
    enrolment, by = make.enrolment(), make.actor(make.center())

    for deed in (
        lambda: service.by_id(session, enrolment.cohort_id, by=by),
        lambda: service.enrolment_by_id(session, enrolment.id, by=by),
        lambda: service.enrol(session, enrolment.cohort_id, uuid4(), eligible_by=None, by=by, now=NOW),
        lambda: service.record_hours(session, enrolment.id, held_on=TODAY, minutes=60, topic="", by=by, now=NOW),
    ):
        with pytest.raises(NotFound):
            deed()


def test_cohorts_are_found_by_name_center_level_and_phase(session: Session, make: Make) -> None:
    center = make.center()
    cohort = make.cohort(center, level=3, name="标注班")
    make.cohort(make.center(), level=5, starts_on=TODAY + timedelta(days=5))
    by = make.actor(everywhere=True)

    for narrowed in (
        service.listing(by=by, q="标注"),
        service.listing(by=by, center_id=center.id),
        service.listing(by=by, level=3),
        service.listing(by=by, phase=CohortPhase.RUNNING, on=TODAY),
    ):
        assert session.scalars(narrowed).all() == [cohort]
    assert session.scalars(service.listing(by=by, phase=CohortPhase.ENDED, on=TODAY)).all() == []
    assert len(session.scalars(service.listing(by=by, phase=CohortPhase.ENDED)).all()) == 2


def test_a_list_of_places_takes_one_query(session: Session, make: Make, count_queries: list[str]) -> None:
    center = make.center()
    cohort = make.cohort(center)
    for _ in range(3):
        make.enrolment(center, cohort=cohort)
    session.expunge_all()
    count_queries.clear()

    query = service.enrolments_listing(cohort.id, by=SYSTEM, status=EnrolmentStatus.ACTIVE)
    names = [row.trainer.name for row in session.scalars(query)]

    assert (len(names), len(count_queries)) == (3, 1)


def test_hours_add_up_until_training_is_complete(session: Session, make: Make) -> None:
    enrolment = make.enrolment(credited_minutes=1980)

    credit(session, enrolment, 240)
    with pytest.raises(service.HoursMissing) as missing:
        service.require_hours(enrolment)
    credit(session, enrolment, 180, on=YESTERDAY)

    assert missing.value.missing_minutes == 180
    assert (enrolment.credited_minutes, enrolment.status) == (2400, EnrolmentStatus.COMPLETED)
    service.require_hours(service.enrolment_by_id(session, enrolment.id, by=SYSTEM))


def test_a_day_holds_eight_hours(session: Session, make: Make) -> None:
    enrolment = make.enrolment(credited_minutes=0)
    credit(session, enrolment, 300)

    with pytest.raises(hours.DayFull) as refused:
        credit(session, enrolment, 181)
    credit(session, enrolment, 180)

    assert refused.value.recorded_minutes == 300
    assert enrolment.credited_minutes == 480


@pytest.mark.parametrize("minutes", [0, -60, 481])
def test_minutes_fit_into_a_day(session: Session, make: Make, minutes: int) -> None:
    with pytest.raises(hours.MinutesOutOfRange):
        credit(session, make.enrolment(), minutes)


def test_hours_lie_in_the_term_and_not_in_the_future(session: Session, make: Make) -> None:
    enrolment = make.enrolment()

    with pytest.raises(hours.OutsideTerm):
        credit(session, enrolment, on=TODAY - timedelta(days=61))
    with pytest.raises(hours.OutsideTerm):
        credit(session, enrolment, on=TODAY + timedelta(days=31))
    with pytest.raises(hours.InTheFuture):
        credit(session, enrolment, on=TODAY + timedelta(days=1))


def test_who_left_gets_no_hours(session: Session, make: Make) -> None:
    with pytest.raises(hours.NotEnrolled):
        credit(session, make.enrolment(status=EnrolmentStatus.LEFT))


def test_voided_hours_stay_with_their_reason_and_count_no_more(session: Session, make: Make) -> None:
    enrolment = make.enrolment(credited_minutes=2160)
    record = credit(session, enrolment, 240)

    hours.void(session, record.id, reason="记错日期", by=SYSTEM, now=NOW)

    assert (enrolment.credited_minutes, enrolment.status) == (2160, EnrolmentStatus.ACTIVE)
    assert (record.voided_at, record.void_reason) == (NOW, "记错日期")
    assert session.scalars(hours.records_listing(enrolment.id, by=SYSTEM)).all() == [record]
    credit(session, enrolment, 480)
    with pytest.raises(hours.AlreadyVoided):
        hours.void(session, record.id, reason="", by=SYSTEM, now=NOW)


def test_voiding_hours_does_not_bring_back_who_left(session: Session, make: Make) -> None:
    enrolment = make.enrolment(credited_minutes=0)
    record = credit(session, enrolment)
    service.leave(session, enrolment.id, reason="", by=SYSTEM, now=NOW)

    hours.void(session, record.id, reason="", by=SYSTEM, now=NOW)

    assert (enrolment.status, enrolment.credited_minutes) == (EnrolmentStatus.LEFT, 0)
    with pytest.raises(NotFound):
        hours.void(session, record.id, reason="", by=make.actor(), now=NOW)


def test_a_day_is_credited_to_all_or_to_nobody(session: Session, make: Make) -> None:
    center = make.center()
    cohort, facts = make.cohort(center), hours.HoursFacts(TODAY, 240, "智能训练")
    one, two = (make.enrolment(center, cohort=cohort, credited_minutes=0) for _ in range(2))
    everybody = frozenset({one.id, two.id})

    records = service.record_day(session, cohort.id, facts, enrolment_ids=everybody, by=SYSTEM, now=NOW)

    assert {record.enrolment_id for record in records} == everybody
    assert (one.credited_minutes, two.credited_minutes) == (240, 240)
    with pytest.raises(NotFound):
        service.record_day(
            session, cohort.id, facts, enrolment_ids=everybody | {make.enrolment().id}, by=SYSTEM, now=NOW
        )
    with pytest.raises(hours.NobodyChosen):
        service.record_day(session, cohort.id, facts, enrolment_ids=frozenset(), by=SYSTEM, now=NOW)


def test_whoever_is_named_has_taught_the_members(session: Session, make: Make) -> None:
    enrolment, teacher = make.enrolment(), make.actor()

    assert not service.has_taught(session, enrolment.trainer_id, teacher.id)
    make.teaches(enrolment.cohort, teacher)

    assert service.has_taught(session, enrolment.trainer_id, teacher.id)


def test_a_course_is_planned_within_the_scope_and_with_the_hours_due(session: Session, make: Make) -> None:
    center = make.center(levels=(3,))
    by = make.actor(center)

    course = planning.create_course(session, center.id, COURSE, by=by, now=NOW)

    assert session.scalars(planning.courses_listing(by=by, center_id=center.id)).all() == [course]
    assert session.scalars(planning.courses_listing(by=make.actor())).all() == []
    for level, minutes, refusal in (
        (3, 2399, planning.TooFewHours),
        (6, 9999, planning.NoSuchLevel),
        (4, 3000, OutsideFiledScope),
    ):
        facts = planning.CourseFacts("培训", OCCUPATION, level, minutes)
        with pytest.raises(refusal):
            planning.create_course(session, center.id, facts, by=by, now=NOW)


def test_a_cohort_opens_for_a_course(session: Session, make: Make) -> None:
    center = make.center()
    by = make.actor(center)
    course = planning.create_course(session, center.id, COURSE, by=by, now=NOW)

    cohort = planning.create(session, course.id, plan(), by=by, now=NOW)

    assert service.by_id(session, cohort.id, by=by) is cohort
    with pytest.raises(planning.CohortCodeTaken):
        planning.create(session, course.id, plan(), by=by, now=NOW)
    with pytest.raises(NotFound):
        planning.create(session, course.id, plan(), by=make.actor(), now=NOW)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"ends_on": YESTERDAY}, planning.CohortTermReversed),
        ({"ends_on": TODAY + timedelta(days=3)}, planning.TermTooShort),
        ({"capacity": 0}, planning.BelowTaken),
        ({"starts_on": date(2024, 1, 1)}, OutsideFiledScope),
    ],
)
def test_a_cohort_that_cannot_be_held_is_refused(
    session: Session, make: Make, facts: dict[str, object], refusal: type[Refusal]
) -> None:
    center = make.center()
    course = planning.create_course(session, center.id, COURSE, by=SYSTEM, now=NOW)

    with pytest.raises(refusal):
        planning.create(session, course.id, plan(**facts), by=SYSTEM, now=NOW)


def test_a_cohort_changes_within_what_is_on_record(session: Session, make: Make) -> None:
    enrolment = make.enrolment(credited_minutes=0)
    cohort = enrolment.cohort
    credit(session, enrolment, on=YESTERDAY)
    start = cohort.starts_on

    planning.update(session, cohort.id, plan(starts_on=start, name="新名"), by=SYSTEM, now=NOW)
    planning.update(session, cohort.id, plan(starts_on=YESTERDAY), by=SYSTEM, now=NOW)

    assert (cohort.name, cohort.starts_on) == ("三级一班", YESTERDAY)
    with pytest.raises(planning.RecordsOutsideTerm):
        planning.update(session, cohort.id, plan(), by=SYSTEM, now=NOW)


def test_a_cohort_keeps_the_places_that_are_taken(session: Session, make: Make) -> None:
    enrolment = make.enrolment()
    make.enrolment(enrolment.cohort.center, cohort=enrolment.cohort)

    with pytest.raises(planning.BelowTaken) as refused:
        planning.update(session, enrolment.cohort_id, plan(capacity=1), by=SYSTEM, now=NOW)

    assert refused.value.taken == 2


def test_a_suspended_center_opens_no_cohort(session: Session, make: Make) -> None:
    center = make.center()
    course = planning.create_course(session, center.id, COURSE, by=SYSTEM, now=NOW)
    set_status(session, center.id, CenterStatus.SUSPENDED, by=SYSTEM, now=NOW)

    with pytest.raises(CenterNotActive):
        planning.create(session, course.id, plan(), by=SYSTEM, now=NOW)


def test_only_teachers_of_the_center_teach_its_cohorts(session: Session, make: Make) -> None:
    center = make.center()
    cohort, teacher = make.cohort(center), make.staff(center, StaffDuty.TEACHER)

    named = planning.add_teacher(session, cohort.id, teacher.id, by=SYSTEM, now=NOW)

    assert (named.name, cohort.teachers) == (teacher.name, [named])
    with pytest.raises(planning.AlreadyTeaches):
        planning.add_teacher(session, cohort.id, teacher.id, by=SYSTEM, now=NOW)
    examiner = make.staff(center, StaffDuty.EXAMINER)
    with pytest.raises(planning.NotATeacher):
        planning.add_teacher(session, cohort.id, examiner.id, by=SYSTEM, now=NOW)


def test_who_taught_stays_named(session: Session, make: Make) -> None:
    enrolment = make.enrolment(credited_minutes=0)
    named = make.teaches(enrolment.cohort, make.actor())
    credit(session, enrolment)

    with pytest.raises(planning.HasTaught):
        planning.remove_teacher(session, named.id, by=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        planning.remove_teacher(session, named.id, by=make.actor(), now=NOW)


def test_a_teacher_is_taken_back_before_the_first_hour(session: Session, make: Make) -> None:
    enrolment, teacher = make.enrolment(), make.actor()
    named = make.teaches(enrolment.cohort, teacher)

    planning.remove_teacher(session, named.id, by=SYSTEM, now=NOW)

    assert not service.has_taught(session, enrolment.trainer_id, teacher.id)


@pytest.fixture
def race(engine: Engine) -> Iterator[Callable[[list[Callable[[Session], object]]], list[str]]]:
    """Runs deeds at once, each in a unit of work of its own, and says how they ended; then empties the tables."""

    def run(deeds: list[Callable[[Session], object]]) -> list[str]:
        start, ends = threading.Barrier(len(deeds)), list[str]()

        def one(deed: Callable[[Session], object]) -> None:
            start.wait()
            try:
                with Session(engine.execution_options(**{WRITING: True})) as session, session.begin():
                    session.info["keyring"] = KEYS.ring
                    deed(session)
                ends.append("done")
            except Refusal as refusal:
                ends.append(refusal.code())

        threads = [threading.Thread(target=one, args=(deed,)) for deed in deeds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(ends)

    yield run
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


def stored(engine: Engine, build: Callable[[Make], tuple[UUID, ...]]) -> tuple[UUID, ...]:
    with Session(engine) as session, session.begin():
        session.info["keyring"] = KEYS.ring
        return build(Make(session))


def test_two_who_want_the_last_place_get_it_once(
    engine: Engine, race: Callable[[list[Callable[[Session], object]]], list[str]]
) -> None:
    def build(make: Make) -> tuple[UUID, ...]:
        center = make.center()
        return make.cohort(center, capacity=1).id, *(make.trainer(center).id for _ in range(4))

    cohort_id, *trainers = stored(engine, build)

    def enrol(trainer_id: UUID) -> Callable[[Session], object]:
        return lambda session: service.enrol(session, cohort_id, trainer_id, eligible_by="S3-1", by=SYSTEM, now=NOW)

    assert race([enrol(trainer) for trainer in trainers]) == ["cohort_full"] * 3 + ["done"]


def test_hours_recorded_at_once_all_count_and_never_fill_a_day_twice(
    engine: Engine, race: Callable[[list[Callable[[Session], object]]], list[str]]
) -> None:
    (enrolment_id,) = stored(engine, lambda make: (make.enrolment(credited_minutes=0).id,))

    def record(session: Session) -> object:
        return service.record_hours(session, enrolment_id, held_on=TODAY, minutes=120, topic="标注", by=SYSTEM, now=NOW)

    assert race([record] * 6) == ["day_full"] * 2 + ["done"] * 4
    with Session(engine) as session:
        total = session.scalar(sa.select(Enrolment.credited_minutes).where(Enrolment.id == enrolment_id))
    assert total == 480
