"""Marking of papers, and publishing: everybody has a mark, the better marks stay, the impartial publish."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.exams import invigilation, room, submission
from certification.exams.models import Registration
from certification.exams.rules import ExamSessionStatus, RegistrationStatus
from certification.scoring import publication, service
from certification.scoring.models import Mark
from certification.standards.rules import Component
from tests.exam_day import ExamDay
from tests.make import NOW, SHORT_PLAN, Make
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent

LATER = NOW + timedelta(days=1)


def theory_day(make: Make, **facts: object) -> ExamDay:
    """A theory session that is over."""
    return ExamDay(make, Component.THEORY, **facts)  # type: ignore[arg-type]


def sat(day: ExamDay, marks: int | None, registration: Registration | None = None) -> Registration:
    """A candidate who handed in, with these marks."""
    registration = registration or day.candidate()
    day.attempt(registration)
    if marks is not None:
        day.mark(registration, marks)
    return registration


def publisher(day: ExamDay) -> Actor:
    """Somebody of the center who did not examine."""
    return day.make.actor(day.center)


def test_a_paper_is_marked_by_its_frozen_key(session: Session, make: Make) -> None:
    day = theory_day(make)
    day.paper()
    candidate = day.candidate()
    day.answer(day.attempt(candidate), p1=[1], p2=[0], p3=[0, 2])

    mark = service.mark_theory(session, candidate.id, by=publisher(day), now=NOW)

    assert (mark.marks, mark.component, mark.scorer) == (7000, Component.THEORY, "kinds-1")
    assert [(one["area"], one["awarded"], one["correct"]) for one in mark.detail] == [
        ("1.1", 2000, True),
        ("1.1", 0, False),
        ("2.1", 5000, True),
    ]


def test_what_was_not_answered_or_cleared_earns_nothing(session: Session, make: Make) -> None:
    day = theory_day(make)
    day.paper()
    candidate = day.candidate()
    day.answer(day.attempt(candidate), p1=[], p2=None)

    assert service.mark_theory(session, candidate.id, by=publisher(day), now=NOW).marks == 0


def test_marking_again_gives_the_same_mark(session: Session, make: Make) -> None:
    day = theory_day(make)
    day.paper()
    candidate = day.candidate()
    day.attempt(candidate)

    first = service.mark_theory(session, candidate.id, by=publisher(day), now=NOW)

    assert service.mark_theory(session, candidate.id, by=publisher(day), now=LATER) is first


@pytest.mark.parametrize("handed_in", [None, "no attempt"])
def test_a_paper_that_is_not_handed_in_is_not_marked(session: Session, make: Make, handed_in: str | None) -> None:
    day = theory_day(make)
    day.paper()
    candidate = day.candidate()
    if handed_in is None:
        day.attempt(candidate, submitted_at=None)

    with pytest.raises(service.NothingToMark):
        service.mark_theory(session, candidate.id, by=publisher(day), now=NOW)


def test_marks_of_another_center_are_not_made(session: Session, make: Make) -> None:
    candidate = theory_day(make).candidate()

    with pytest.raises(NotFound):
        service.mark_theory(session, candidate.id, by=make.actor(make.center()), now=NOW)


def test_the_worker_marks_what_was_handed_in_and_nothing_twice(session: Session, make: Make) -> None:
    day = theory_day(make)
    day.paper()
    for _ in range(3):
        day.attempt(day.candidate())
    day.attempt(day.candidate(), submitted_at=None)

    rounds = [len(service.mark_submitted(session, now=NOW, at_most=2)) for _ in range(3)]

    assert rounds == [2, 1, 0]


def test_a_paper_that_is_opened_again_is_marked_by_what_was_handed_in_last(session: Session, make: Make) -> None:
    day = theory_day(make, status=ExamSessionStatus.RUNNING)
    day.paper()
    attempt = day.attempt(day.candidate())
    assert service.mark_submitted(session, now=NOW) == []

    invigilator = make.actor(day.center)
    invigilation.extend(session, attempt.registration_id, 10, reason="停电", by=invigilator, now=NOW)
    day.answer(attempt, p1=[1], p2=[1])
    submission.submit(session, attempt.id, "again", now=NOW + timedelta(minutes=5))
    room.close_room(session, day.id, by=invigilator, now=NOW + timedelta(minutes=6))

    assert [mark.marks for mark in service.mark_submitted(session, now=LATER)] == [5000]


def test_a_first_component_makes_a_result_that_is_still_short(session: Session, make: Make) -> None:
    day = theory_day(make)
    candidate = sat(day, 8000)

    (result,) = service.publish(session, day.id, by=publisher(day), now=NOW)

    assert (result.passed, result.short) == (False, ["skill"])
    assert [(one.component, one.marks, one.passed) for one in result.components] == [(Component.THEORY, 8000, True)]
    assert (candidate.passed, day.exam_session.status) == (True, ExamSessionStatus.PUBLISHED)


def test_both_components_together_pass(session: Session, make: Make) -> None:
    theory = theory_day(make)
    candidate = sat(theory, 6000)
    service.publish(session, theory.id, by=publisher(theory), now=NOW)
    skill = ExamDay(make, center=theory.center, scheme=theory.scheme)
    sat(skill, 6000, skill.candidate(enrolment=candidate.enrolment))

    (result,) = service.publish(session, skill.id, by=publisher(skill), now=LATER)

    assert (result.passed, result.short) == (True, [])
    assert len(result.components) == 2


def test_who_was_absent_disqualified_or_never_began_has_nothing(session: Session, make: Make) -> None:
    day = theory_day(make)
    day.candidate(RegistrationStatus.ABSENT)
    day.candidate(RegistrationStatus.REGISTERED)
    sat(day, 9000, day.candidate(RegistrationStatus.DISQUALIFIED))

    results = service.publish(session, day.id, by=publisher(day), now=NOW)

    assert [result.components[0].marks for result in results] == [0, 0, 0]


def test_a_withdrawn_registration_gets_no_result(session: Session, make: Make) -> None:
    day = theory_day(make)
    day.candidate(RegistrationStatus.WITHDRAWN)

    assert service.publish(session, day.id, by=publisher(day), now=NOW) == []


def test_nothing_is_published_while_a_mark_is_missing(session: Session, make: Make) -> None:
    day = theory_day(make)
    sat(day, 8000)
    missing = sat(day, None)

    with pytest.raises(publication.MarksMissing) as refusal:
        service.publish(session, day.id, by=publisher(day), now=NOW)

    assert missing.ticket is not None
    assert (refusal.value.count, refusal.value.numbers) == (1, (missing.ticket.number,))


@pytest.mark.parametrize("status", [ExamSessionStatus.OPEN, ExamSessionStatus.RUNNING, ExamSessionStatus.CANCELLED])
def test_a_session_that_is_not_over_is_not_published(session: Session, make: Make, status: ExamSessionStatus) -> None:
    day = theory_day(make, status=status)

    with pytest.raises(publication.NotClosed):
        service.publish(session, day.id, by=publisher(day), now=NOW)


def test_who_examined_in_the_session_does_not_publish_it(session: Session, make: Make) -> None:
    day = ExamDay(make)

    with pytest.raises(publication.ExaminedHere):
        service.publish(session, day.id, by=day.examiners[0], now=NOW)


def test_a_session_of_another_center_is_not_found(session: Session, make: Make) -> None:
    day = ExamDay(make)

    with pytest.raises(NotFound):
        service.publish(session, day.id, by=make.actor(make.center()), now=NOW)


def test_what_no_longer_counts_in_the_centers_zone_is_not_counted(session: Session, make: Make) -> None:
    scheme = make.scheme(content={**SHORT_PLAN, "component_valid_months": 12})
    theory = theory_day(make, scheme=scheme)
    enrolment = sat(theory, 7000).enrolment
    midnight_in_shanghai = datetime(2026, 6, 30, 16, 30, tzinfo=UTC)
    (result,) = service.publish(session, theory.id, by=publisher(theory), now=midnight_in_shanghai)
    assert result.components[0].valid_until == date(2027, 7, 1)

    skill = ExamDay(make, center=theory.center, scheme=scheme)
    sat(skill, 8000, skill.candidate(enrolment=enrolment))
    a_year_later = midnight_in_shanghai.replace(year=2027)
    (result,) = service.publish(session, skill.id, by=publisher(skill), now=a_year_later)

    assert result.short == ["theory"]


def test_publishing_again_gives_the_same_results_and_no_second_event(session: Session, make: Make) -> None:
    day = theory_day(make)
    sat(day, 8000)
    first = service.publish(session, day.id, by=publisher(day), now=NOW)

    again = service.publish(session, day.id, by=publisher(day), now=LATER)

    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.deed == "exam_session.published")).all()
    assert again == first
    assert len(events) == 1


@pytest.mark.parametrize(("second", "kept"), [(5000, 5900), (7000, 7000), (5900, 5900)])
def test_the_better_marks_of_two_sittings_stay(session: Session, make: Make, second: int, kept: int) -> None:
    first_day = theory_day(make)
    candidate = sat(first_day, 5900)
    service.publish(session, first_day.id, by=publisher(first_day), now=NOW)
    resit = theory_day(make, center=first_day.center, scheme=first_day.scheme)
    again = sat(resit, second, resit.candidate(enrolment=candidate.enrolment))

    (result,) = service.publish(session, resit.id, by=publisher(resit), now=LATER)

    assert [one.marks for one in result.components] == [kept]
    assert again.passed is (second >= 6000)


def test_a_passed_component_counts_as_long_as_the_scheme_says(session: Session, make: Make) -> None:
    scheme = make.scheme(content={**SHORT_PLAN, "component_valid_months": 24})
    theory = theory_day(make, scheme=scheme)
    candidate = sat(theory, 9000)
    (result,) = service.publish(session, theory.id, by=publisher(theory), now=NOW)
    assert result.components[0].valid_until is not None
    too_late = NOW.replace(year=NOW.year + 2)
    skill = ExamDay(make, center=theory.center, scheme=scheme)
    sat(skill, 9000, skill.candidate(enrolment=candidate.enrolment))

    (result,) = service.publish(session, skill.id, by=publisher(skill), now=too_late)

    assert (result.passed, result.short) == (False, ["theory"])


def test_after_its_time_a_component_is_replaced_even_by_fewer_marks(session: Session, make: Make) -> None:
    scheme = make.scheme(content={**SHORT_PLAN, "component_valid_months": 24})
    day = theory_day(make, scheme=scheme)
    candidate = sat(day, 9000)
    service.publish(session, day.id, by=publisher(day), now=NOW)
    resit = theory_day(make, center=day.center, scheme=scheme)
    sat(resit, 6100, resit.candidate(enrolment=candidate.enrolment))

    (result,) = service.publish(session, resit.id, by=publisher(resit), now=NOW.replace(year=NOW.year + 3))

    assert [one.marks for one in result.components] == [6100]


def test_examiners_of_a_session_and_raters_of_work_have_examined(session: Session, make: Make) -> None:
    day = ExamDay(make)
    candidate = day.candidate()
    outsider = make.actor(day.center)

    assert service.has_examined(session, candidate.trainer_id, day.examiners[0].id)
    assert not service.has_examined(session, candidate.trainer_id, outsider.id)


def test_who_rated_and_was_taken_off_the_session_has_still_examined(session: Session, make: Make) -> None:
    day = ExamDay(make)
    candidate = day.candidate()
    rater = day.examiners[0]
    day.sheet(day.drawn(candidate)[0], rater, 2000, 2000)
    session.delete(next(one for one in day.exam_session.staff if one.actor_id == rater.id))
    session.flush()

    assert service.has_examined(session, candidate.trainer_id, rater.id)


def test_results_are_found_by_verdict_level_and_name(session: Session, make: Make) -> None:
    day = theory_day(make)
    trainer = make.trainer(day.center, name="欧阳思远")
    wanted = sat(day, 8000, day.candidate(enrolment=make.enrolment(day.center, trainer=trainer)))
    sat(day, 8000)
    by = publisher(day)
    service.publish(session, day.id, by=by, now=NOW)

    found = session.scalars(service.results_listing(by=by, passed=False, level=3, q="欧阳")).all()

    assert [result.trainer_id for result in found] == [wanted.trainer_id]
    assert len(session.scalars(service.results_listing(by=by)).all()) == 2
    assert session.scalars(service.results_listing(by=make.actor(make.center()))).all() == []


def test_a_result_is_seen_by_its_center_and_its_owner_only(session: Session, make: Make) -> None:
    day = theory_day(make)
    candidate = sat(day, 8000)
    (result,) = service.publish(session, day.id, by=publisher(day), now=NOW)
    owner = make.actor(trainer_id=candidate.trainer_id)

    assert service.result_by_id(session, result.id, by=publisher(day)) is result
    assert service.own_result(session, result.id, by=owner) is result
    assert session.scalars(service.own_results(by=owner)).all() == [result]
    with pytest.raises(NotFound):
        service.own_result(session, result.id, by=make.actor())
    with pytest.raises(NotFound):
        service.result_by_id(session, uuid4(), by=publisher(day))


def test_marks_are_looked_up_by_registration(session: Session, make: Make) -> None:
    day = theory_day(make)
    one, other = sat(day, 8000), sat(day, None)

    marks = service.marks_of(session, [one.id, other.id])

    assert {key: mark.marks for key, mark in marks.items()} == {one.id: 8000}
    assert isinstance(marks[one.id], Mark)


def test_a_candidate_without_a_ticket_has_no_admission_number() -> None:
    assert publication.admission_number(Registration()) == ""
