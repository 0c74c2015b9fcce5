"""Two deeds at the same moment: the second waits for the first, and judges by what it left behind."""

import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from certification.exams import delivery, planning, registering, room
from certification.exams.models import ExamSession, PaperItem, Registration
from certification.exams.rules import ExamSessionStatus, RegistrationStatus
from certification.remarking import deciding
from certification.remarking import service as remarking
from certification.scoring import corrections, service, sheets
from certification.scoring.models import Mark, Result, ScoringSheet
from certification.scoring.rules import Treatment
from certification.standards.rules import Component
from portal.database import WRITING
from tests.certification.test_registration import build_world
from tests.exam_day import ExamDay
from tests.make import KEYS, NOW, Make
from training_base.kernel.actor import SYSTEM, Actor
from training_base.kernel.errors import Refusal
from training_base.kernel.orm import Base

Deed = Callable[[Session], object]
Build = Callable[[Callable[[Make], tuple[UUID, ...]]], tuple[UUID, ...]]


@pytest.fixture
def build(engine: Engine) -> Iterator[Build]:
    """Stores records for good, so that two transactions see them; empties the tables at the end."""

    def stored(make: Callable[[Make], tuple[UUID, ...]]) -> tuple[UUID, ...]:
        with Session(engine) as session, session.begin():
            session.info["keyring"] = KEYS.ring
            return make(Make(session))

    yield stored
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


def crossing(engine: Engine, first: Deed, second: Deed) -> str:
    """How the second deed ends that begins when the first is done but not yet committed."""
    end: list[str] = []

    def run(deed: Deed, then: Callable[[], None]) -> None:
        with Session(engine.execution_options(**{WRITING: True})) as session, session.begin():
            session.info["keyring"] = KEYS.ring
            deed(session)
            session.flush()
            then()

    def follow() -> None:
        try:
            run(second, lambda: None)
        except Refusal as refusal:
            end.append(refusal.code())
        else:
            end.append("done")

    thread = threading.Thread(target=follow)

    def start_second() -> None:
        thread.start()
        thread.join(0.5)

    run(first, start_second)
    thread.join(30)
    return end[0]


def test_a_draft_that_crosses_the_handing_in_of_its_sheet_changes_nothing(engine: Engine, build: Build) -> None:
    def sheet(make: Make) -> tuple[UUID, ...]:
        day = ExamDay(make)
        opened = sheets.open_sheet(make.session, day.drawn(day.candidate())[0].id, by=day.examiners[0], now=NOW)
        entries = [sheets.Entry(position, None, 2000) for position in (1, 2)]
        sheets.save_sheet(make.session, opened.id, entries, remark=None, by=day.examiners[0], now=NOW)
        return opened.id, day.examiners[0].id, day.center.id

    sheet_id, examiner_id, center_id = build(sheet)
    by = Actor(examiner_id, "考评员", frozenset({center_id}))

    end = crossing(
        engine,
        lambda session: sheets.submit_sheet(session, sheet_id, by=by, now=NOW),
        lambda session: sheets.save_sheet(session, sheet_id, [sheets.Entry(1, "", 0)], remark=None, by=by, now=NOW),
    )

    assert end == "sheet_final"
    with Session(engine) as session:
        kept = session.get_one(ScoringSheet, sheet_id)
        assert (kept.total, [row.awarded for row in kept.rows]) == (4000, [2000, 2000])


def seat(make: Make) -> tuple[UUID, ...]:
    """A candidate of a session that runs, who has not begun."""
    registration = make.registration(make.exam_session(status=ExamSessionStatus.RUNNING))
    return registration.id, registration.exam_session_id


def test_who_begins_while_the_room_is_closed_is_not_absent(engine: Engine, build: Build) -> None:
    registration_id, exam_session_id = build(seat)

    end = crossing(
        engine,
        lambda session: delivery.start(session, registration_id, "A", now=NOW),
        lambda session: room.close_room(session, exam_session_id, by=SYSTEM, now=NOW),
    )

    assert end == "still_writing"
    with Session(engine) as session:
        assert session.get_one(Registration, registration_id).status is RegistrationStatus.REGISTERED
        assert session.get_one(ExamSession, exam_session_id).status is ExamSessionStatus.RUNNING


def test_nobody_begins_in_a_room_that_is_being_closed(engine: Engine, build: Build) -> None:
    registration_id, exam_session_id = build(seat)

    end = crossing(
        engine,
        lambda session: room.close_room(session, exam_session_id, by=SYSTEM, now=NOW),
        lambda session: delivery.start(session, registration_id, "A", now=NOW),
    )

    assert end == "not_seated"


def test_nobody_begins_in_a_session_that_is_being_cancelled(engine: Engine, build: Build) -> None:
    def open_seat(make: Make) -> tuple[UUID, ...]:
        registration = make.registration(make.exam_session(status=ExamSessionStatus.OPEN))
        return registration.id, registration.exam_session_id

    registration_id, exam_session_id = build(open_seat)

    end = crossing(
        engine,
        lambda session: planning.cancel(session, exam_session_id, reason="停电", by=SYSTEM, now=NOW),
        lambda session: delivery.start(session, registration_id, "A", now=NOW),
    )

    assert end == "room_closed"


def test_components_that_are_published_at_the_same_moment_both_count(engine: Engine, build: Build) -> None:
    def both(make: Make) -> tuple[UUID, ...]:
        theory = ExamDay(make, Component.THEORY)
        skill = ExamDay(make, center=theory.center, scheme=theory.scheme)
        first = ExamDay(make, center=theory.center, scheme=theory.scheme)
        enrolment = make.enrolment(theory.center)
        for day, marks in ((first, 5000), (theory, 7000), (skill, 8000)):
            registration = day.candidate(enrolment=enrolment)
            day.attempt(registration)
            day.mark(registration, marks)
        service.publish(make.session, first.id, by=SYSTEM, now=NOW)
        return theory.id, skill.id

    theory_id, skill_id = build(both)

    end = crossing(
        engine,
        lambda session: service.publish(session, theory_id, by=SYSTEM, now=NOW),
        lambda session: service.publish(session, skill_id, by=SYSTEM, now=NOW),
    )

    assert end == "done"
    with Session(engine) as session:
        assert session.scalars(sa.select(Result.passed)).all() == [True]


def test_places_that_are_wanted_in_two_sessions_at_the_same_moment_are_one(engine: Engine, build: Build) -> None:
    def two(make: Make) -> tuple[UUID, ...]:
        world = build_world(make)
        return world.theory.id, world.session_of().id, world.make.enrolment(world.center).id

    first_id, second_id, enrolment_id = build(two)

    end = crossing(
        engine,
        lambda session: registering.register(session, first_id, enrolment_id, by=SYSTEM, now=NOW),
        lambda session: registering.register(session, second_id, enrolment_id, by=SYSTEM, now=NOW),
    )

    assert end == "already_registered"


def test_a_paper_marked_while_its_key_is_corrected_is_marked_by_one_of_the_keys_and_put_right(
    engine: Engine, build: Build
) -> None:
    def world(make: Make) -> tuple[UUID, ...]:
        day = ExamDay(make, Component.THEORY)
        paper, candidate = day.paper(), day.candidate()
        day.answer(day.attempt(candidate), p2=[2])
        asker = make.actor(day.center)
        item = remarking.item_at(make.session, paper.id, 2, by=asker)
        request = deciding.ask(make.session, item, Treatment.REPLACE, [2], reason="有误", by=asker, now=NOW)
        return candidate.id, request.id

    candidate_id, request_id = build(world)

    def correct(session: Session) -> None:
        request = remarking.by_id(session, request_id, by=SYSTEM)
        seen = remarking.preview(session, request.paper_item, request.treatment, request.key).numbers.digest
        deciding.approve(session, request_id, seen=seen, by=SYSTEM, now=NOW)

    def mark(session: Session) -> None:
        service.mark_theory(session, candidate_id, by=SYSTEM, now=NOW)

    assert crossing(engine, correct, mark) == "done"
    with Session(engine.execution_options(**{WRITING: True})) as session, session.begin():
        session.info["keyring"] = KEYS.ring
        assert session.scalars(sa.select(Mark.marks)).one() == 3000
        assert deciding.apply_next(session, request_id, None, by=SYSTEM, now=NOW) == candidate_id
        assert session.scalars(sa.select(Mark.marks)).one() == 3000


def test_a_correction_waits_for_a_paper_that_is_being_marked(engine: Engine, build: Build) -> None:
    def world(make: Make) -> tuple[UUID, ...]:
        day = ExamDay(make, Component.THEORY)
        paper, candidate = day.paper(), day.candidate()
        day.answer(day.attempt(candidate), p2=[2])
        item = remarking.item_at(make.session, paper.id, 2, by=make.actor(day.center))
        return candidate.id, item.id

    candidate_id, item_id = build(world)

    def correct(session: Session) -> None:
        item = session.get_one(PaperItem, item_id)
        corrections.add_correction(session, item, Treatment.REPLACE, [2], remarking_id=item_id, now=NOW)
        assert session.scalars(sa.select(Mark.marks)).all() == [0]

    def mark(session: Session) -> None:
        service.mark_theory(session, candidate_id, by=SYSTEM, now=NOW)

    assert crossing(engine, mark, correct) == "done"
