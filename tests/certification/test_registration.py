"""Registration for exam sessions: who may, who may not and why, tickets and seats, the race for the last places."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from certification.eligibility.models import EligibilityRuleSet
from certification.eligibility.service import NotEligible, RulesNotPublished
from certification.exams import registering, service
from certification.exams.models import AdmissionTicket, ExamSession, Registration, SessionStaff
from certification.exams.rules import ExamSessionStatus, RegistrationStatus, SessionDuty
from certification.standards.models import Scheme, Tier
from certification.standards.rules import Component, Evidence
from portal.database import WRITING
from tests.conftest import migrated
from tests.make import KEYS, NOW, TODAY, Make
from training_base.centers.models import TrainingCenter
from training_base.cohorts.models import Enrolment
from training_base.cohorts.rules import EnrolmentStatus
from training_base.cohorts.service import HoursMissing
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.kernel.models import AuditEvent

START = NOW + timedelta(days=7)


def publish_rules(make: Make, tier: Tier) -> EligibilityRuleSet:
    """Rules for a tier that only an apprenticeship meets, or having been enrolled under S3-1."""
    return make.add(
        EligibilityRuleSet(
            code="rules",
            tier_id=tier.id,
            title_zh="申报条件",
            title_en="Rules",
            rules=[{"id": "S3-1", "all_of": [{"kind": "apprenticeship"}]}],
            evidence=Evidence.OWN,
            from_on=date(2025, 1, 1),
        )
    )


@dataclass
class World:
    """A center with a scheme in force, a manager, and an open theory session a week ahead."""

    make: Make
    center: TrainingCenter
    scheme: Scheme
    manager: Actor
    theory: ExamSession

    def session_of(self, component: Component = Component.THEORY, **facts: Any) -> ExamSession:
        """Another session of the same scheme."""
        when = {"starts_at": START, "ends_at": START + timedelta(hours=2)}
        return self.make.exam_session(
            self.center, scheme=self.scheme, component=component, **{"paper_id": None, **when, **facts}
        )

    def register(self, exam_session: ExamSession, enrolment: Enrolment, **facts: Any) -> Registration:
        """Register today."""
        named = {"by": self.manager, "now": NOW, **facts}
        return service.register(self.make.session, exam_session.id, enrolment.id, **named)


@pytest.fixture
def world(make: Make) -> World:
    return build_world(make)


def build_world(make: Make, **facts: Any) -> World:
    """A world on this session; ``facts`` are those of the theory session."""
    center, scheme = make.center(), make.scheme()
    publish_rules(make, scheme.tier)
    when = {"starts_at": START, "ends_at": START + timedelta(hours=2), "paper_id": None}
    theory = make.exam_session(center, scheme=scheme, code="E20260622-001", **when, **facts)
    return World(make, center, scheme, make.actor(center), theory)


def test_a_registration_gets_number_and_seat_at_once(session: Session, world: World) -> None:
    enrolment = world.make.enrolment(world.center)

    registration = world.register(world.theory, enrolment)

    assert registration.status is RegistrationStatus.REGISTERED
    assert (registration.trainer_id, registration.enrolment_id) == (enrolment.trainer_id, enrolment.id)
    assert registration.ticket is not None
    assert registration.ticket.number == "260622001001"
    assert 1 <= registration.ticket.seat <= world.theory.capacity


def test_a_registration_is_audited(session: Session, world: World) -> None:
    registration = world.register(world.theory, world.make.enrolment(world.center))

    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.subject_id == str(registration.id))).one()
    assert (event.deed, event.before) == ("registration.created", None)
    assert event.details == {"session": "E20260622-001", "component": "theory"}


def test_numbers_and_seats_never_clash(session: Session, make: Make) -> None:
    world = build_world(make, capacity=8)
    tickets = [world.register(world.theory, make.enrolment(world.center)).ticket for _ in range(8)]

    assert sorted(ticket.seat for ticket in tickets if ticket) == list(range(1, 9))
    assert len({ticket.number for ticket in tickets if ticket}) == 8


@pytest.mark.parametrize(
    "facts", [{"status": status} for status in ExamSessionStatus if status is not ExamSessionStatus.OPEN]
)
def test_only_an_open_session_takes_registrations(world: World, facts: dict[str, Any]) -> None:
    closed = world.session_of(**facts)

    with pytest.raises(registering.RegistrationNotOpen):
        world.register(closed, world.make.enrolment(world.center))


def test_a_session_takes_no_registration_once_it_has_begun(world: World) -> None:
    with pytest.raises(registering.RegistrationNotOpen):
        world.register(world.theory, world.make.enrolment(world.center), now=START)


def test_nobody_registers_for_a_session_or_enrolment_of_another_center(world: World) -> None:
    stranger = world.make.actor(world.make.center())

    with pytest.raises(NotFound):
        world.register(world.theory, world.make.enrolment(world.center), by=stranger)
    with pytest.raises(NotFound):
        world.register(world.theory, world.make.enrolment())


def test_a_trainer_enrolled_elsewhere_sits_elsewhere(world: World) -> None:
    other = world.make.center()
    everywhere = world.make.actor(world.center, other)

    with pytest.raises(registering.OtherCenter):
        world.register(world.theory, world.make.enrolment(other), by=everywhere)


def test_who_left_the_cohort_is_not_registered(world: World) -> None:
    with pytest.raises(registering.EnrolmentLeft):
        world.register(world.theory, world.make.enrolment(world.center, status=EnrolmentStatus.LEFT))


@pytest.mark.parametrize("facts", [{"level": 4}, {"occupation_code": "4-04-05-99"}])
def test_the_enrolment_must_be_for_what_is_examined(world: World, facts: dict[str, Any]) -> None:
    with pytest.raises(registering.OtherLevel) as refused:
        world.register(world.theory, world.make.enrolment(world.center, **facts))

    assert refused.value.examined == 3


def test_missing_hours_are_named(world: World) -> None:
    with pytest.raises(HoursMissing) as refused:
        world.register(world.theory, world.make.enrolment(world.center, credited_minutes=2000))

    assert refused.value.missing_minutes == 400


def test_eligibility_is_judged_again(world: World) -> None:
    with pytest.raises(NotEligible):
        world.register(world.theory, world.make.enrolment(world.center, eligible_by=None))


def test_without_published_rules_nobody_is_registered(session: Session, world: World) -> None:
    session.execute(sa.update(EligibilityRuleSet).values(until_on=TODAY))

    with pytest.raises(RulesNotPublished):
        world.register(world.theory, world.make.enrolment(world.center))


def test_a_trainer_has_one_place_per_session(world: World) -> None:
    enrolment = world.make.enrolment(world.center)
    world.register(world.theory, enrolment)

    with pytest.raises(registering.AlreadyRegistered) as refused:
        world.register(world.theory, enrolment)

    assert refused.value.session_code == "E20260622-001"


@pytest.mark.parametrize("status", [ExamSessionStatus.OPEN, ExamSessionStatus.RUNNING, ExamSessionStatus.CLOSED])
def test_no_second_place_while_the_result_of_the_first_is_to_come(
    session: Session, world: World, status: ExamSessionStatus
) -> None:
    enrolment = world.make.enrolment(world.center)
    world.register(world.theory, enrolment)
    world.theory.status = status

    with pytest.raises(registering.AlreadyRegistered):
        world.register(world.session_of(), enrolment)


@pytest.mark.parametrize(
    ("passed", "until", "refused"),
    [
        (True, None, True),
        (True, TODAY + timedelta(days=1), True),
        (True, TODAY, False),
        (False, None, False),
    ],
)
def test_a_passed_component_is_not_sat_again_while_it_counts(
    session: Session, world: World, passed: bool, until: date | None, refused: bool
) -> None:
    enrolment = world.make.enrolment(world.center)
    first = world.register(world.theory, enrolment)
    world.theory.status = ExamSessionStatus.PUBLISHED
    service.note_outcome(session, first, passed=passed, until=until)
    resit = world.session_of()

    if refused:
        with pytest.raises(registering.AlreadyPassed):
            world.register(resit, enrolment)
    else:
        assert world.register(resit, enrolment).exam_session_id == resit.id


def test_a_failed_component_keeps_no_term(session: Session, world: World) -> None:
    first = world.register(world.theory, world.make.enrolment(world.center))

    service.note_outcome(session, first, passed=False, until=TODAY)

    assert (first.passed, first.passed_until) == (False, None)


@pytest.mark.parametrize("status", [RegistrationStatus.ABSENT, RegistrationStatus.DISQUALIFIED])
def test_who_did_not_sit_may_register_again_before_results_are_out(
    session: Session, world: World, status: RegistrationStatus
) -> None:
    enrolment = world.make.enrolment(world.center)
    world.register(world.theory, enrolment).status = status
    world.theory.status = ExamSessionStatus.CLOSED

    assert world.register(world.session_of(), enrolment).status is RegistrationStatus.REGISTERED


def test_the_skill_exam_comes_after_the_theory_exam(session: Session, world: World) -> None:
    enrolment, skill = world.make.enrolment(world.center), world.session_of(Component.SKILL)

    with pytest.raises(registering.TheoryFirst):
        world.register(skill, enrolment)
    world.register(world.theory, enrolment)

    assert world.register(skill, enrolment).exam_session.component is Component.SKILL


def test_a_cancelled_theory_exam_is_none(session: Session, world: World) -> None:
    enrolment = world.make.enrolment(world.center)
    world.register(world.theory, enrolment)
    world.theory.status = ExamSessionStatus.CANCELLED

    with pytest.raises(registering.TheoryFirst):
        world.register(world.session_of(Component.SKILL), enrolment)


def test_whoever_taught_a_candidate_does_not_examine_them(session: Session, world: World) -> None:
    enrolment, skill = world.make.enrolment(world.center), world.session_of(Component.SKILL)
    world.register(world.theory, enrolment)
    teacher = world.make.actor(world.center)
    for actor in (world.make.actor(world.center), teacher):
        world.make.add(
            SessionStaff(
                exam_session_id=skill.id,
                center_id=world.center.id,
                actor_id=actor.id,
                name=actor.name,
                duty=SessionDuty.EXAMINER,
            )
        )
    world.make.teaches(enrolment.cohort, teacher)

    with pytest.raises(registering.ExaminerTaught) as refused:
        world.register(skill, enrolment)

    assert refused.value.examiner == teacher.name


def test_a_full_session_takes_nobody(make: Make) -> None:
    world = build_world(make, capacity=1)
    world.register(world.theory, make.enrolment(world.center))

    with pytest.raises(registering.SessionFull):
        world.register(world.theory, make.enrolment(world.center))


def test_many_are_registered_and_each_refusal_is_reported(session: Session, world: World) -> None:
    enrolments = [
        world.make.enrolment(world.center),
        world.make.enrolment(world.center, credited_minutes=0),
        world.make.enrolment(world.center, eligible_by=None),
    ]

    answers = service.register_many(session, world.theory.id, [one.id for one in enrolments], by=world.manager, now=NOW)

    assert [answer.enrolment for answer in answers] == enrolments
    assert [type(answer.refusal) for answer in answers] == [type(None), HoursMissing, NotEligible]
    assert [answer.registration is None for answer in answers] == [False, True, True]


def test_what_registration_would_meet_is_told_without_registering(session: Session, world: World) -> None:
    ready, late = world.make.enrolment(world.center), world.make.enrolment(world.center, credited_minutes=0)

    answers = service.prospects(session, world.theory, [ready, late], now=NOW)

    assert [(answer.enrolment, type(answer.refusal)) for answer in answers] == [
        (ready, type(None)),
        (late, HoursMissing),
    ]
    assert service.places_taken(session, [world.theory.id]) == {world.theory.id: 0}


def test_withdrawing_frees_the_place_and_keeps_the_reason(session: Session, make: Make) -> None:
    world = build_world(make, capacity=1)
    registration = world.register(world.theory, make.enrolment(world.center))

    service.withdraw(session, registration.id, reason="出差", by=world.manager, now=NOW)

    assert (registration.status, registration.status_reason) == (RegistrationStatus.WITHDRAWN, "出差")
    assert world.register(world.theory, make.enrolment(world.center)).ticket


def test_who_withdrew_comes_back_under_the_same_number(session: Session, world: World) -> None:
    enrolment = world.make.enrolment(world.center)
    registration = world.register(world.theory, enrolment)
    number = registration.ticket.number if registration.ticket else None
    service.withdraw(session, registration.id, reason="出差", by=world.manager, now=NOW)

    again = world.register(world.theory, enrolment)

    assert again is registration
    assert (again.status, again.status_reason) == (RegistrationStatus.REGISTERED, None)
    assert again.ticket is not None
    assert again.ticket.number == number


def test_nobody_withdraws_twice_late_or_from_outside(session: Session, world: World) -> None:
    registration = world.register(world.theory, world.make.enrolment(world.center))
    named: dict[str, Any] = {"reason": "出差", "by": world.manager, "now": NOW}

    with pytest.raises(NotFound):
        service.withdraw(session, registration.id, **{**named, "by": world.make.actor()})
    with pytest.raises(registering.RegistrationNotOpen):
        service.withdraw(session, registration.id, **{**named, "now": START})
    service.withdraw(session, registration.id, **named)
    with pytest.raises(registering.NotWithdrawable):
        service.withdraw(session, registration.id, **named)


def test_lists_of_registrations_find_names_and_numbers(session: Session, world: World) -> None:
    found = world.register(world.theory, world.make.enrolment(world.center))
    gone = world.register(world.theory, world.make.enrolment(world.center))
    service.withdraw(session, gone.id, reason="出差", by=world.manager, now=NOW)

    def listed(**narrowing: Any) -> set[Registration]:
        query = service.registrations_listing(world.theory.id, **{"by": world.manager, **narrowing})
        return set(session.scalars(query))

    assert listed() == {found, gone}
    assert listed(with_withdrawn=False) == listed(q=found.trainer.name) == listed(q="260622001001") == {found}
    assert listed(by=world.make.actor()) == set()
    assert service.places_taken(session, [world.theory.id]) == {world.theory.id: 1}


def test_trainees_see_their_own_registrations_only(session: Session, world: World) -> None:
    mine = world.register(world.theory, world.make.enrolment(world.center))
    other = world.register(world.theory, world.make.enrolment(world.center))
    me = world.make.actor(trainer_id=mine.trainer_id)

    assert session.scalars(service.own_listing(by=me)).all() == [mine]
    assert service.own(session, mine.id, by=me) is mine
    with pytest.raises(NotFound):
        service.own(session, other.id, by=me)


def test_a_ticket_is_good_until_withdrawal_or_cancellation(session: Session, world: World) -> None:
    mine = world.register(world.theory, world.make.enrolment(world.center))
    me = world.make.actor(trainer_id=mine.trainer_id)

    assert service.own_ticket(session, mine.id, by=me) is mine
    for record, status in ((mine, RegistrationStatus.WITHDRAWN), (world.theory, ExamSessionStatus.CANCELLED)):
        before, record.status = record.status, status
        with pytest.raises(NotFound):
            service.own_ticket(session, mine.id, by=me)
        record.status = before


def test_a_registration_is_found_in_its_session_only(session: Session, world: World) -> None:
    registration = world.register(world.theory, world.make.enrolment(world.center))

    assert service.registration_of(session, world.theory.id, registration.id, by=world.manager) is registration
    with pytest.raises(NotFound):
        service.registration_of(session, world.session_of().id, registration.id, by=world.manager)


@pytest.fixture
def own_engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database of this test's own, whose transactions are really committed."""
    url = sa.make_url(database_url)
    if url.get_backend_name() == "sqlite":
        url = url.set(database=str(tmp_path / "race.sqlite3"))
    else:
        server = sa.create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        name = f"race_{uuid4().hex}"
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        server.dispose()
        url = url.set(database=name)
    engine = migrated(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()


def test_forty_who_want_thirty_places_at_once_get_exactly_thirty(own_engine: Engine) -> None:
    with Session(own_engine.connect().execution_options(**{WRITING: True})) as session:
        session.info["keyring"] = KEYS.ring
        world = build_world(Make(session), capacity=30)
        enrolments = [world.make.enrolment(world.center).id for _ in range(40)]
        exam_session_id, manager = world.theory.id, world.manager
        session.commit()
        session.connection().close()

    def try_one(enrolment_id: UUID) -> type[Refusal] | None:
        connection = own_engine.connect().execution_options(**{WRITING: True})
        with connection, Session(connection) as session:
            session.info["keyring"] = KEYS.ring
            try:
                service.register(session, exam_session_id, enrolment_id, by=manager, now=NOW)
                session.commit()
            except Refusal as refusal:
                return type(refusal)
            return None

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(try_one, enrolments))

    assert answers.count(None) == 30
    assert answers.count(registering.SessionFull) == 10
    with Session(own_engine) as session:
        assert sorted(session.scalars(sa.select(AdmissionTicket.seat))) == list(range(1, 31))
        assert len(set(session.scalars(sa.select(AdmissionTicket.number)))) == 30
