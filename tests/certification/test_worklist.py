"""The work list of examiners: who still has what to rate, and how far a session is."""

from sqlalchemy.orm import Session

from certification.exams.rules import ExamSessionStatus, RegistrationStatus
from certification.scoring import service, sheets, worklist
from certification.scoring.rules import RatingState, SheetStatus
from certification.standards.rules import Component
from tests.exam_day import ExamDay
from tests.make import NOW, Make
from training_base.kernel.actor import Actor


def to_do(session: Session, day: ExamDay, by: Actor) -> list[int]:
    """The positions of the tasks that wait for an examiner."""
    return [one.position for one in session.scalars(worklist.tasks(day.exam_session, by=by, only_to_do=True))]


def test_examiners_find_the_sessions_they_are_named_in(session: Session, make: Make) -> None:
    day = ExamDay(make)
    other = ExamDay(make, center=day.center, scheme=day.scheme)
    ExamDay(make, center=day.center, scheme=day.scheme, status=ExamSessionStatus.PLANNED)
    by = day.examiners[0]

    assert session.scalars(worklist.sessions(by=by, only_named=True)).all() == [day.exam_session]
    assert set(session.scalars(worklist.sessions(by=by))) == {day.exam_session, other.exam_session}
    assert session.scalars(worklist.sessions(by=by, component=Component.THEORY)).all() == []


def test_progress_counts_candidates_who_sat_and_sheets(session: Session, make: Make) -> None:
    day, idle = ExamDay(make), ExamDay(make)
    first = day.drawn(day.candidate())[0]
    day.drawn(day.candidate(RegistrationStatus.ABSENT))
    day.mark(day.candidate(), 7000)
    day.sheet(first, day.examiners[0], 2000, 2000)

    found = worklist.progress(session, [day.id, idle.id])

    assert found[day.id] == worklist.Progress(candidates=2, marked=1, sheets_due=4, sheets_in=1)
    assert not found[day.id].is_complete
    assert found[idle.id].is_complete


def test_a_theory_candidate_who_never_began_is_not_waited_for(session: Session, make: Make) -> None:
    day = ExamDay(make, Component.THEORY)
    day.candidate()
    day.attempt(day.candidate())

    assert worklist.progress(session, [day.id])[day.id].candidates == 1


def test_a_task_waits_until_two_others_have_it(session: Session, make: Make) -> None:
    day = ExamDay(make)
    third = day.examiner()
    first, _second = day.drawn(day.candidate())

    for examiner in day.examiners:
        assert to_do(session, day, examiner) == [1, 2]
        day.sheet(first, examiner, 2000, 2000)
        assert to_do(session, day, examiner) == [2]

    assert to_do(session, day, third) == [2]
    assert len(session.scalars(worklist.tasks(day.exam_session, by=third)).all()) == 2


def test_an_open_sheet_stays_on_the_list_of_its_examiner(session: Session, make: Make) -> None:
    day = ExamDay(make)
    first, _second = day.drawn(day.candidate())

    sheets.open_sheet(session, first.id, by=day.examiners[0], now=NOW)

    assert to_do(session, day, day.examiners[0]) == [1, 2]


def test_a_difference_waits_for_a_third_examiner(session: Session, make: Make) -> None:
    day = ExamDay(make)
    third = day.examiner()
    first, _second = day.drawn(day.candidate())
    day.sheet(first, day.examiners[0], 2000, 2000)
    day.sheet(first, day.examiners[1], 2000, 0)

    (line,) = worklist.lines(session, [first], day.exam_session, by=third)

    assert to_do(session, day, third) == [1, 2]
    assert (line.found.state, line.is_free, line.own) == (RatingState.NEEDS_THIRD, True, None)
    assert line.places == {1: SheetStatus.SUBMITTED, 2: SheetStatus.SUBMITTED}


def test_a_line_shows_the_own_sheet(session: Session, make: Make) -> None:
    day = ExamDay(make)
    first, second = day.drawn(day.candidate())
    sheet = day.sheet(first, day.examiners[0], 2000, 2000)

    lines = worklist.lines(session, [first, second], day.exam_session, by=day.examiners[0])

    assert [(line.own, line.is_free) for line in lines] == [(sheet, False), (None, True)]


def test_the_work_of_a_candidate_is_what_was_saved_for_the_task(session: Session, make: Make) -> None:
    day = ExamDay(make)
    candidate = day.candidate()
    first, second = day.drawn(candidate)
    assert sheets.work_of(session, first) is None

    day.answer(day.attempt(candidate), p1="甲 760 例")

    assert sheets.work_of(session, first) == "甲 760 例"
    assert sheets.work_of(session, second) is None


def test_an_examiner_may_have_a_sessions_papers_marked_at_once(session: Session, make: Make) -> None:
    day, other = ExamDay(make, Component.THEORY), ExamDay(make, Component.THEORY)
    for one in (day, other):
        one.paper()
        one.attempt(one.candidate())

    by = make.actor(day.center, other.center)
    assert len(service.mark_submitted(session, now=NOW, exam_session_id=day.id, by=by)) == 1
    assert service.mark_submitted(session, now=NOW, by=make.actor(make.center())) == []
