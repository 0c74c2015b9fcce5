"""Exam sessions: planning in a room and a window, staff, life cycle, room codes, lists."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.exams import paper_choice, planning, registering, service
from certification.exams.models import Attempt, ExamSession
from certification.exams.planning import ExamSessionFacts
from certification.exams.rules import CODE_ALPHABET, ExamSessionStatus, SessionDuty, admission_number, free_seat
from certification.standards.models import Scheme
from certification.standards.rules import Component
from tests.make import KEYS, NOW, SHORT_PLAN, Make
from training_base.centers.models import StaffRole, TrainingCenter
from training_base.centers.rules import StaffDuty
from training_base.centers.service import OutsideFiledScope
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent

START = NOW + timedelta(days=7)
DAY = date(2026, 6, 22)


@pytest.fixture
def center(make: Make) -> TrainingCenter:
    return make.center()


@pytest.fixture
def manager(make: Make, center: TrainingCenter) -> Actor:
    return make.actor(center)


@pytest.fixture
def scheme(make: Make) -> Scheme:
    return make.scheme()


@pytest.fixture
def facts(make: Make, center: TrainingCenter, scheme: Scheme) -> ExamSessionFacts:
    """A theory session that can be planned."""
    return ExamSessionFacts(
        center_id=center.id,
        room_id=make.room(center).id,
        scheme_id=scheme.id,
        component=Component.THEORY,
        title="三级理论考试",
        starts_at=START,
        ends_at=START + timedelta(minutes=90),
        paper_id=make.paper(center, scheme).id,
        invigilators=(make.staff(center, StaffDuty.INVIGILATOR).id,),
    )


def for_skill(make: Make, center: TrainingCenter, facts: ExamSessionFacts, examiners: int = 2) -> ExamSessionFacts:
    """The same session for the skill exam, with so many examiners."""
    chosen = tuple(make.staff(center, StaffDuty.EXAMINER).id for _ in range(examiners))
    return replace(facts, component=Component.SKILL, paper_id=None, examiners=chosen)


def test_a_session_takes_its_minutes_from_the_scheme_and_its_places_from_the_room(
    session: Session, facts: ExamSessionFacts, manager: Actor
) -> None:
    planned = planning.create(session, facts, by=manager, now=NOW)

    assert (planned.code, planned.status) == ("E20260622-001", ExamSessionStatus.PLANNED)
    assert (planned.minutes, planned.capacity) == (20, 30)
    assert [(member.actor_id, member.duty) for member in planned.staff] == [
        (facts.invigilators[0], SessionDuty.INVIGILATOR)
    ]


def test_planning_is_audited_with_the_staff(session: Session, facts: ExamSessionFacts, manager: Actor) -> None:
    planned = planning.create(session, facts, by=manager, now=NOW)

    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.subject_id == str(planned.id))).one()
    assert event.deed == "exam_session.created"
    assert event.details["staff"]["invigilator"] == [planned.staff[0].name]


def test_codes_count_within_a_day_of_the_center(
    session: Session, make: Make, center: TrainingCenter, facts: ExamSessionFacts, manager: Actor
) -> None:
    planning.create(session, facts, by=manager, now=NOW)
    elsewhere = replace(facts, room_id=make.room(center).id)
    night = datetime(2026, 6, 22, 16, 30, tzinfo=UTC)

    second = planning.create(session, elsewhere, by=manager, now=NOW)
    after = replace(facts, starts_at=night, ends_at=night + timedelta(hours=1))

    assert second.code == "E20260622-002"
    assert planning.create(session, after, by=manager, now=NOW).code == "E20260623-001"


def test_a_skill_session_has_two_examiners_and_no_paper(
    session: Session, make: Make, center: TrainingCenter, facts: ExamSessionFacts, manager: Actor
) -> None:
    planned = planning.create(session, for_skill(make, center, facts), by=manager, now=NOW)

    assert planned.minutes == 60
    assert sorted(member.duty for member in planned.staff) == ["examiner", "examiner", "invigilator"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"starts_at": NOW}, planning.StartsInThePast(NOW)),
        ({"ends_at": START + timedelta(minutes=19)}, planning.WindowTooShort(20)),
        ({"capacity": 31}, planning.TooManyPlaces(31, 30)),
        ({"capacity": 0}, planning.TooManyPlaces(0, 30)),
        ({"paper_id": None}, paper_choice.PaperMissing()),
        ({"invigilators": ()}, planning.TooFewStaff(SessionDuty.INVIGILATOR, 1)),
        ({"invigilators": (uuid4(),)}, planning.NotOnDuty(SessionDuty.INVIGILATOR, DAY)),
    ],
)
def test_what_does_not_fit_is_refused_by_its_name(
    session: Session, facts: ExamSessionFacts, manager: Actor, change: dict[str, Any], refusal: Exception
) -> None:
    with pytest.raises(type(refusal)) as refused:
        planning.create(session, replace(facts, **change), by=manager, now=NOW)

    assert vars(refused.value) == vars(refusal)
    assert session.scalar(sa.select(sa.func.count()).select_from(ExamSession)) == 0


@pytest.mark.parametrize("change", [{"room_id": uuid4()}, {"scheme_id": uuid4()}, {"paper_id": uuid4()}])
def test_what_does_not_exist_is_not_found(
    session: Session, facts: ExamSessionFacts, manager: Actor, change: dict[str, Any]
) -> None:
    with pytest.raises(NotFound):
        planning.create(session, replace(facts, **change), by=manager, now=NOW)


def test_a_room_or_paper_of_another_center_is_not_found(
    session: Session, make: Make, facts: ExamSessionFacts, manager: Actor, scheme: Scheme
) -> None:
    other = make.center()

    with pytest.raises(NotFound):
        planning.create(session, replace(facts, room_id=make.room(other).id), by=manager, now=NOW)
    with pytest.raises(NotFound):
        planning.create(session, replace(facts, paper_id=make.paper(other, scheme).id), by=manager, now=NOW)


def test_another_center_cannot_plan_here(session: Session, make: Make, facts: ExamSessionFacts) -> None:
    with pytest.raises(NotFound):
        planning.create(session, facts, by=make.actor(make.center()), now=NOW)


def test_a_room_is_used_by_one_session_at_a_time(session: Session, facts: ExamSessionFacts, manager: Actor) -> None:
    first = planning.create(session, facts, by=manager, now=NOW)
    overlapping = replace(facts, starts_at=START + timedelta(hours=1), ends_at=START + timedelta(hours=3))
    following = replace(facts, starts_at=facts.ends_at, ends_at=facts.ends_at + timedelta(hours=1))

    with pytest.raises(planning.RoomTaken) as refused:
        planning.create(session, overlapping, by=manager, now=NOW)

    assert refused.value.session_code == first.code
    assert planning.create(session, following, by=manager, now=NOW).code == "E20260622-002"


def test_a_cancelled_session_frees_its_room(session: Session, facts: ExamSessionFacts, manager: Actor) -> None:
    first = planning.create(session, facts, by=manager, now=NOW)
    planning.cancel(session, first.id, reason="停电", by=manager, now=NOW)

    assert planning.create(session, facts, by=manager, now=NOW).room_id == first.room_id


def test_the_level_must_be_filed_on_the_day_of_the_exam(
    session: Session, make: Make, facts: ExamSessionFacts, center: TrainingCenter, manager: Actor
) -> None:
    scheme = make.scheme(make.tier(2))
    high = replace(facts, scheme_id=scheme.id, paper_id=make.paper(center, scheme).id)

    with pytest.raises(OutsideFiledScope) as refused:
        planning.create(session, high, by=manager, now=NOW)

    assert (refused.value.level, refused.value.on) == (2, DAY)


def test_a_scheme_must_be_in_force_and_have_the_component(
    session: Session, make: Make, facts: ExamSessionFacts, center: TrainingCenter, manager: Actor
) -> None:
    ended = make.scheme(until_on=DAY)
    theory_only = make.scheme(content={"theory": SHORT_PLAN["theory"]})

    with pytest.raises(planning.SchemeNotInForce):
        planning.create(session, replace(facts, scheme_id=ended.id), by=manager, now=NOW)
    for component, scheme in ((Component.SKILL, theory_only), (Component.REVIEW, theory_only)):
        change = replace(facts, scheme_id=scheme.id, component=component)
        with pytest.raises(planning.ComponentNotExamined):
            planning.create(session, change, by=manager, now=NOW)


def test_the_paper_must_be_of_the_scheme_and_only_theory_has_one(
    session: Session, make: Make, facts: ExamSessionFacts, center: TrainingCenter, manager: Actor
) -> None:
    foreign = replace(facts, paper_id=make.paper(center).id)
    needless = replace(for_skill(make, center, facts), paper_id=facts.paper_id)

    for change in (foreign, needless):
        with pytest.raises(paper_choice.PaperOfOtherScheme):
            planning.create(session, change, by=manager, now=NOW)


def test_one_examiner_is_too_few_also_when_named_twice(
    session: Session, make: Make, center: TrainingCenter, facts: ExamSessionFacts, manager: Actor
) -> None:
    alone = for_skill(make, center, facts, examiners=1)

    with pytest.raises(planning.TooFewStaff):
        planning.create(session, replace(alone, examiners=alone.examiners * 2), by=manager, now=NOW)


def test_staff_whose_duty_has_ended_by_the_exam_are_refused(
    session: Session, facts: ExamSessionFacts, manager: Actor
) -> None:
    role = session.scalars(sa.select(StaffRole).where(StaffRole.actor_id == facts.invigilators[0])).one()
    role.until_on = DAY

    with pytest.raises(planning.NotOnDuty):
        planning.create(session, facts, by=manager, now=NOW)


def test_registration_opens_once_and_only_before_the_exam(
    session: Session, facts: ExamSessionFacts, manager: Actor
) -> None:
    planned = planning.create(session, facts, by=manager, now=NOW)

    with pytest.raises(planning.StartsInThePast):
        planning.open_registration(session, planned.id, by=manager, now=START)
    opened = planning.open_registration(session, planned.id, by=manager, now=NOW)
    assert opened.status is ExamSessionStatus.OPEN
    with pytest.raises(planning.WrongStatus):
        planning.open_registration(session, planned.id, by=manager, now=NOW)


def test_nobody_outside_the_center_changes_a_session(
    session: Session, make: Make, facts: ExamSessionFacts, manager: Actor
) -> None:
    planned = planning.create(session, facts, by=manager, now=NOW)

    with pytest.raises(NotFound):
        planning.open_registration(session, planned.id, by=make.actor(make.center()), now=NOW)
    with pytest.raises(NotFound):
        service.by_id(session, planned.id, by=make.actor())
    assert service.by_id(session, planned.id, by=manager) is planned


def test_a_session_is_not_cancelled_once_somebody_has_begun(session: Session, make: Make) -> None:
    registration = make.registration()
    exam_session = registration.exam_session
    manager = make.actor(exam_session.center)
    make.add(
        Attempt(
            registration_id=registration.id,
            center_id=exam_session.center_id,
            device="d",
            started_at=NOW,
            deadline=NOW,
            grace_seconds=10,
        )
    )

    with pytest.raises(planning.AlreadyBegun):
        planning.cancel(session, exam_session.id, reason="停电", by=manager, now=NOW)


def test_cancelling_keeps_the_reason(session: Session, facts: ExamSessionFacts, manager: Actor) -> None:
    planned = planning.create(session, facts, by=manager, now=NOW)

    planning.cancel(session, planned.id, reason="停电", by=manager, now=NOW)

    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.deed == "exam_session.cancelled")).one()
    assert event.details == {"reason": "停电"}


def test_staff_are_chosen_anew_before_the_exam(
    session: Session, make: Make, center: TrainingCenter, facts: ExamSessionFacts, manager: Actor
) -> None:
    planned = planning.create(session, facts, by=manager, now=NOW)
    keeps, new = facts.invigilators[0], make.staff(center, StaffDuty.INVIGILATOR)

    planning.assign_staff(session, planned.id, invigilators=[keeps, new.id], examiners=[], by=manager, now=NOW)

    session.expire_all()
    assert {member.actor_id for member in planned.staff} == {keeps, new.id}


def test_staff_stay_once_the_exam_runs(session: Session, make: Make) -> None:
    running = make.exam_session(status=ExamSessionStatus.RUNNING)
    manager = make.actor(running.center)

    with pytest.raises(planning.WrongStatus):
        planning.assign_staff(session, running.id, invigilators=[], examiners=[], by=manager, now=NOW)


def test_whoever_taught_a_registered_candidate_is_not_made_examiner(
    session: Session, make: Make, center: TrainingCenter, scheme: Scheme
) -> None:
    exam_session = make.exam_session(center, scheme=scheme, component=Component.SKILL)
    registration = make.registration(exam_session)
    teacher, other = (make.staff(center, StaffDuty.EXAMINER) for _ in range(2))
    make.teaches(registration.enrolment.cohort, teacher)

    with pytest.raises(registering.ExaminerTaught) as refused:
        planning.assign_staff(
            session,
            exam_session.id,
            invigilators=[],
            examiners=[teacher.id, other.id],
            by=make.actor(center),
            now=NOW,
        )

    assert (refused.value.examiner, refused.value.name) == (teacher.name, registration.trainer.name)


def test_the_room_code_is_eight_clear_characters_and_changes_on_demand(
    session: Session, facts: ExamSessionFacts, manager: Actor
) -> None:
    planned = planning.create(session, facts, by=manager, now=NOW)
    first = service.access_code(planned, KEYS.ring)

    planning.rotate_code(session, planned.id, by=manager, now=NOW)

    second = service.access_code(planned, KEYS.ring)
    assert first != second == service.access_code(planned, KEYS.ring)
    assert len(first) == 8
    assert set(first + second) <= set(CODE_ALPHABET)
    assert not set("0O1IL") & set(CODE_ALPHABET)


def test_a_finished_session_gets_no_new_code(session: Session, make: Make) -> None:
    closed = make.exam_session(status=ExamSessionStatus.CLOSED)

    with pytest.raises(planning.WrongStatus):
        planning.rotate_code(session, closed.id, by=make.actor(closed.center), now=NOW)


def test_lists_narrow_by_text_status_component_and_time(session: Session, make: Make, center: TrainingCenter) -> None:
    manager = make.actor(center)
    soon = make.exam_session(center, title="冬季场")
    over = make.exam_session(
        center,
        status=ExamSessionStatus.CLOSED,
        component=Component.SKILL,
        starts_at=NOW - timedelta(days=2),
        ends_at=NOW - timedelta(days=1),
    )

    def found(**narrowing: Any) -> set[ExamSession]:
        return set(session.scalars(service.listing(by=manager, **narrowing)))

    assert found() == {soon, over}
    assert found(q="冬季") == found(status=ExamSessionStatus.OPEN) == found(ends_after=NOW) == {soon}
    assert found(component=Component.SKILL) == found(ends_before=NOW) == {over}
    assert set(session.scalars(service.listing(by=make.actor()))) == set()


@pytest.mark.parametrize(
    ("code", "ordinal", "number"),
    [
        ("E20260615-001", 1, "260615001001"),
        ("E20260615-012", 999, "260615012999"),
        ("E20260615-1000", 7, "2606151000007"),
    ],
)
def test_an_admission_number_names_day_session_and_ticket(code: str, ordinal: int, number: str) -> None:
    assert admission_number(code, ordinal) == number


@pytest.mark.parametrize("ordinal", [0, 1000])
def test_a_ticket_number_beyond_three_digits_is_a_fault(ordinal: int) -> None:
    with pytest.raises(ValueError):
        admission_number("E20260615-001", ordinal)


def test_a_seat_is_drawn_by_a_repeatable_lot_among_the_free_ones() -> None:
    assert free_seat(3, [1, 3], "x") == 2
    assert free_seat(30, [], "x") == free_seat(30, [], "x")
    assert len({free_seat(30, [], str(seed)) for seed in range(60)}) > 15
    with pytest.raises(ValueError):
        free_seat(2, [1, 2], "x")
