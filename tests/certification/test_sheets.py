"""Examiners' sheets: blind, complete before they are handed in, final after."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.exams.rules import ExamSessionStatus, RegistrationStatus
from certification.scoring import sheets
from certification.scoring.models import Mark
from certification.scoring.rules import RatingState, SheetStatus
from certification.scoring.sheets import Entry
from tests.exam_day import ExamDay
from tests.make import NOW, SHORT_PLAN, Make
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent

FULL = (2000, 2000)
HALF = (2000, 0)


def mark_of(session: Session) -> Mark | None:
    """The only mark there is."""
    return session.scalar(sa.select(Mark))


def test_the_first_two_examiners_take_the_first_two_places(session: Session, make: Make) -> None:
    day = ExamDay(make)
    task = day.drawn(day.candidate())[0]

    opened = [sheets.open_sheet(session, task.id, by=examiner, now=NOW) for examiner in day.examiners]

    assert [sheet.place for sheet in opened] == [1, 2]
    assert [row.measurement_row.code for row in opened[0].rows] == ["M1", "M2"]


def test_opening_again_gives_the_same_sheet(session: Session, make: Make) -> None:
    day = ExamDay(make)
    task = day.drawn(day.candidate())[0]

    first = sheets.open_sheet(session, task.id, by=day.examiners[0], now=NOW)

    assert sheets.open_sheet(session, task.id, by=day.examiners[0], now=NOW) is first


def test_a_task_of_another_center_is_not_found(session: Session, make: Make) -> None:
    day = ExamDay(make)
    task = day.drawn(day.candidate())[0]

    with pytest.raises(NotFound):
        sheets.open_sheet(session, task.id, by=make.actor(make.center()), now=NOW)


def test_only_an_examiner_of_the_session_opens_a_sheet(session: Session, make: Make) -> None:
    day = ExamDay(make)
    task = day.drawn(day.candidate())[0]

    with pytest.raises(sheets.NotExaminer):
        sheets.open_sheet(session, task.id, by=make.actor(day.center), now=NOW)


def test_who_taught_the_candidate_does_not_rate(session: Session, make: Make) -> None:
    day = ExamDay(make)
    candidate = day.candidate()
    make.teaches(candidate.enrolment.cohort, day.examiners[0])
    task = day.drawn(candidate)[0]

    with pytest.raises(sheets.NotImpartial):
        sheets.open_sheet(session, task.id, by=day.examiners[0], now=NOW)


@pytest.mark.parametrize("status", [RegistrationStatus.ABSENT, RegistrationStatus.REGISTERED])
def test_there_is_nothing_to_rate_of_who_did_not_sit(session: Session, make: Make, status: RegistrationStatus) -> None:
    day = ExamDay(make)
    task = day.drawn(day.candidate(status))[0]

    with pytest.raises(sheets.NothingToRate):
        sheets.open_sheet(session, task.id, by=day.examiners[0], now=NOW)


def test_work_is_rated_when_it_is_handed_in(session: Session, make: Make) -> None:
    day = ExamDay(make)
    candidate = day.candidate()
    task = day.drawn(candidate)[0]
    attempt = day.attempt(candidate, submitted_at=None)

    with pytest.raises(sheets.NothingToRate):
        sheets.open_sheet(session, task.id, by=day.examiners[0], now=NOW)

    attempt.submitted_at = NOW
    assert sheets.open_sheet(session, task.id, by=day.examiners[0], now=NOW).place == 1


def test_nothing_is_rated_while_the_session_runs(session: Session, make: Make) -> None:
    day = ExamDay(make, status=ExamSessionStatus.RUNNING)
    candidate = day.candidate()
    task = day.drawn(candidate)[0]
    day.attempt(candidate)

    with pytest.raises(sheets.StillRunning):
        sheets.open_sheet(session, task.id, by=day.examiners[0], now=NOW)


def test_a_third_examiner_is_not_wanted_while_two_rate_or_agree(session: Session, make: Make) -> None:
    day = ExamDay(make)
    third = day.examiner()
    task = day.drawn(day.candidate())[0]
    for examiner in day.examiners:
        day.sheet(task, examiner, *FULL)

    with pytest.raises(sheets.NoPlaceFree):
        sheets.open_sheet(session, task.id, by=third, now=NOW)


def test_the_sheet_of_another_examiner_is_not_shown(session: Session, make: Make) -> None:
    day = ExamDay(make)
    sheet = sheets.open_sheet(session, day.drawn(day.candidate())[0].id, by=day.examiners[0], now=NOW)

    with pytest.raises(NotFound):
        sheets.own_sheet(session, sheet.id, by=day.examiners[1])


def test_a_draft_is_kept_and_added_up(session: Session, make: Make) -> None:
    day = ExamDay(make)
    sheet = sheets.open_sheet(session, day.drawn(day.candidate())[0].id, by=day.examiners[0], now=NOW)

    saved = sheets.save_sheet(
        session, sheet.id, [Entry(1, "760 例", 1500)], remark="字迹清楚", by=day.examiners[0], now=NOW
    )

    assert (saved.total, saved.remark, saved.status) == (1500, "字迹清楚", SheetStatus.OPEN)
    assert [(row.actual, row.awarded) for row in saved.rows] == [("760 例", 1500), (None, None)]


@pytest.mark.parametrize("awarded", [-10, 1505, 2010])
def test_marks_that_a_row_cannot_have_are_refused_with_all_of_the_draft(
    session: Session, make: Make, awarded: int
) -> None:
    day = ExamDay(make)
    sheet = sheets.open_sheet(session, day.drawn(day.candidate())[0].id, by=day.examiners[0], now=NOW)
    entries = [Entry(1, "x", 2000), Entry(2, "y", awarded)]

    with pytest.raises(sheets.AwardOutOfRange) as refusal:
        sheets.save_sheet(session, sheet.id, entries, remark=None, by=day.examiners[0], now=NOW)

    assert refusal.value.row == "M2"
    assert sheet.rows[0].awarded is None


def test_a_row_that_the_sheet_does_not_have_is_not_found(session: Session, make: Make) -> None:
    day = ExamDay(make)
    sheet = sheets.open_sheet(session, day.drawn(day.candidate())[0].id, by=day.examiners[0], now=NOW)

    with pytest.raises(NotFound):
        sheets.save_sheet(session, sheet.id, [Entry(9, None, 0)], remark=None, by=day.examiners[0], now=NOW)


@pytest.mark.parametrize("entry", [Entry(2, "所见", None), Entry(2, None, 1900)])
def test_a_row_without_marks_or_without_reason_for_less_keeps_the_sheet_open(
    session: Session, make: Make, entry: Entry
) -> None:
    day = ExamDay(make)
    by = day.examiners[0]
    sheet = sheets.open_sheet(session, day.drawn(day.candidate())[0].id, by=by, now=NOW)
    sheets.save_sheet(session, sheet.id, [Entry(1, None, 2000), entry], remark=None, by=by, now=NOW)

    with pytest.raises(sheets.RowsMissing) as refusal:
        sheets.submit_sheet(session, sheet.id, by=by, now=NOW)

    assert refusal.value.rows == ("M2",)


def test_a_sheet_that_was_handed_in_is_final_and_handing_in_again_changes_nothing(session: Session, make: Make) -> None:
    day = ExamDay(make)
    sheet = day.sheet(day.drawn(day.candidate())[0], day.examiners[0], *FULL)

    again = sheets.submit_sheet(session, sheet.id, by=day.examiners[0], now=NOW)

    assert again.total == 4000
    with pytest.raises(sheets.SheetFinal):
        sheets.save_sheet(session, sheet.id, [Entry(1, None, 0)], remark=None, by=day.examiners[0], now=NOW)


def test_two_examiners_who_agree_on_all_tasks_make_the_mark(session: Session, make: Make) -> None:
    day = ExamDay(make)
    first, second = day.drawn(day.candidate())
    for examiner, awarded in zip(day.examiners, (1500, 1400), strict=True):
        day.sheet(first, examiner, 2000, awarded)
        assert mark_of(session) is None
        day.sheet(second, examiner, 3000, 1000)

    mark = mark_of(session)

    assert mark is not None
    assert mark.marks == 3450 + 4000
    assert [task["totals"] for task in mark.detail] == [{"1": 3500, "2": 3400}, {"1": 4000, "2": 4000}]
    assert mark.detail[0]["rows"][1]["awarded"] == {"1": 1500, "2": 1400}


def test_a_third_examiner_settles_a_difference(session: Session, make: Make) -> None:
    day = ExamDay(make)
    third = day.examiner()
    first, second = day.drawn(day.candidate())
    for examiner, awarded in zip(day.examiners, (FULL, HALF), strict=True):
        day.sheet(first, examiner, *awarded)
        day.sheet(second, examiner, 3000, 3000)
    assert mark_of(session) is None
    found = sheets.settlement(first, sheets.sheets_of(session, first), tolerance=2000)
    assert found.state is RatingState.NEEDS_THIRD

    assert day.sheet(first, third, 2000, 1500).place == 3

    mark = mark_of(session)
    assert mark is not None
    assert mark.marks == 3750 + 6000
    assert mark.detail[0]["counted"] == [1, 3]
    with pytest.raises(sheets.NoPlaceFree):
        sheets.open_sheet(session, first.id, by=day.examiner(), now=NOW)


def test_each_step_is_in_the_audit_trail(session: Session, make: Make) -> None:
    day = ExamDay(make)
    day.sheet(day.drawn(day.candidate())[0], day.examiners[0], *FULL)

    deeds = set(session.scalars(sa.select(AuditEvent.deed)))

    assert {"scoring_sheet.opened", "scoring_sheet.saved", "scoring_sheet.submitted"} <= deeds


def test_an_unknown_task_is_not_found(session: Session, make: Make) -> None:
    with pytest.raises(NotFound):
        sheets.drawn_task_by_id(session, uuid4(), by=make.actor(everywhere=True))


def test_a_session_without_skill_exam_tolerates_no_difference(make: Make) -> None:
    day = ExamDay(make, scheme=make.scheme(content={**SHORT_PLAN, "skill": None}))

    assert sheets.tolerance_of(day.exam_session) == 0


def test_a_sheet_that_is_none_is_not_found(session: Session, make: Make) -> None:
    with pytest.raises(NotFound):
        sheets.submit_sheet(session, uuid4(), by=make.actor(), now=NOW)
