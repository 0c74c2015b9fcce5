"""What an invigilator sees and does."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.exams import delivery, invigilation, room, submission
from certification.exams.models import Attempt, Incident
from certification.exams.rules import (
    Answer,
    ExamSessionStatus,
    IncidentKind,
    RegistrationStatus,
    SubmittedBy,
)
from tests.make import NOW, Make
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent

MINUTE = timedelta(minutes=1)
DEADLINE = NOW + 20 * MINUTE


@pytest.fixture
def attempt(session: Session, make: Make) -> Attempt:
    """An attempt of 20 minutes, started at NOW on device A."""
    return delivery.start(session, make.registration().id, "A", now=NOW)


@pytest.fixture
def invigilator(make: Make, attempt: Attempt) -> Actor:
    """Somebody who watches that attempt's room."""
    return make.actor(attempt.center_id)


@pytest.fixture
def stranger(make: Make) -> Actor:
    """An invigilator of another center."""
    return make.actor(make.center())


def kinds(session: Session) -> list[IncidentKind]:
    """The incidents noted so far."""
    return list(session.scalars(sa.select(Incident.kind).order_by(Incident.at)))


def deeds(session: Session) -> list[str]:
    """The deeds audited so far."""
    return list(session.scalars(sa.select(AuditEvent.deed)))


# The room


def test_the_overview_shows_every_seat_as_it_stands(
    session: Session, attempt: Attempt, invigilator: Actor, make: Make
) -> None:
    exam_session = attempt.registration.exam_session
    make.registration(exam_session)
    make.registration(exam_session, status=RegistrationStatus.WITHDRAWN)
    answers = [Answer(1, [1], 1), Answer(2, [], 2)]
    delivery.save(session, attempt.id, answers, "A", now=NOW + MINUTE)

    first, second = invigilation.overview(session, exam_session.id, by=invigilator)

    assert (first.name, first.answered, first.has_device) == (attempt.registration.trainer.name, 1, True)
    assert (first.deadline, first.last_saved_at, first.submitted_at) == (DEADLINE, NOW + MINUTE, None)
    assert (second.started_at, second.answered, second.has_device) == (None, 0, False)


def test_the_overview_takes_two_queries_whatever_the_size_of_the_room(
    session: Session, attempt: Attempt, invigilator: Actor, make: Make, count_queries: list[str]
) -> None:
    for _ in range(3):
        make.registration(attempt.registration.exam_session)
    exam_session_id = attempt.registration.exam_session_id
    count_queries.clear()

    invigilation.overview(session, exam_session_id, by=invigilator)

    assert len(count_queries) == 2


def test_the_rooms_of_another_center_do_not_exist(session: Session, attempt: Attempt, stranger: Actor) -> None:
    exam_session_id, registration_id = attempt.registration.exam_session_id, attempt.registration_id

    with pytest.raises(NotFound):
        invigilation.overview(session, exam_session_id, by=stranger)
    with pytest.raises(NotFound):
        invigilation.admit(session, registration_id, by=stranger, now=NOW)
    assert session.scalars(room.sessions(by=stranger)).all() == []
    assert room.incidents(session, exam_session_id, by=stranger) == []


def test_the_list_of_sessions_begins_with_those_that_run(session: Session, make: Make) -> None:
    center = make.center()
    over = make.exam_session(center, status=ExamSessionStatus.PUBLISHED, starts_at=NOW + 60 * MINUTE)
    runs = make.exam_session(center)

    assert list(session.scalars(room.sessions(by=make.actor(center)))) == [runs, over]


def test_a_room_is_opened_once(session: Session, make: Make) -> None:
    exam_session = make.exam_session()
    by = make.actor(exam_session.center_id)

    for _ in range(2):
        invigilation.open_room(session, exam_session.id, by=by, now=NOW)

    assert exam_session.status is ExamSessionStatus.RUNNING
    assert deeds(session) == ["exam_session.opened"]


def test_a_closed_room_stays_closed(session: Session, make: Make) -> None:
    exam_session = make.exam_session(status=ExamSessionStatus.CLOSED)
    by = make.actor(exam_session.center_id)

    for deed in (invigilation.open_room, invigilation.close_room):
        with pytest.raises(delivery.RoomClosed):
            deed(session, exam_session.id, by=by, now=NOW)


def test_a_room_is_not_closed_while_somebody_writes(session: Session, attempt: Attempt, invigilator: Actor) -> None:
    with pytest.raises(room.StillWriting) as refused:
        invigilation.close_room(session, attempt.registration.exam_session_id, by=invigilator, now=NOW)

    assert refused.value.count == 1


def test_closing_hands_in_what_is_overdue_and_marks_who_never_came(
    session: Session, attempt: Attempt, invigilator: Actor, make: Make
) -> None:
    exam_session = attempt.registration.exam_session
    missing = make.registration(exam_session)

    invigilation.close_room(session, exam_session.id, by=invigilator, now=DEADLINE + MINUTE)

    assert (exam_session.status, exam_session.closed_at) == (ExamSessionStatus.CLOSED, DEADLINE + MINUTE)
    assert attempt.submitted_by is SubmittedBy.SERVER
    assert missing.status is RegistrationStatus.ABSENT


def test_all_attempts_of_a_room_can_be_ended(session: Session, attempt: Attempt, invigilator: Actor) -> None:
    exam_session_id = attempt.registration.exam_session_id

    assert invigilation.end_all(session, exam_session_id, by=invigilator, now=NOW) == 1
    assert attempt.submitted_by is SubmittedBy.INVIGILATOR
    assert invigilation.end_all(session, exam_session_id, by=invigilator, now=NOW) == 0


def test_the_room_knows_how_many_items_its_paper_has(session: Session, make: Make) -> None:
    assert room.count_items(session, make.exam_session()) == 6
    assert room.count_items(session, make.exam_session(paper_id=None)) is None


# Incidents


def test_an_incident_is_put_down_with_who_noted_it(session: Session, attempt: Attempt, invigilator: Actor) -> None:
    exam_session_id = attempt.registration.exam_session_id
    invigilation.note_incident(
        session, exam_session_id, kind=IncidentKind.TECHNICAL, note="停电", by=invigilator, now=NOW
    )

    (incident,) = room.incidents(session, exam_session_id, by=invigilator)
    assert (incident.note, incident.noted_by_name) == ("停电", invigilator.name)
    assert "incident.noted" in deeds(session)


def test_an_incident_names_only_candidates_of_the_room(
    session: Session, attempt: Attempt, invigilator: Actor, make: Make
) -> None:
    elsewhere = make.registration()

    with pytest.raises(NotFound):
        invigilation.note_incident(
            session,
            attempt.registration.exam_session_id,
            kind=IncidentKind.OTHER,
            note="",
            registration_id=elsewhere.id,
            by=invigilator,
            now=NOW,
        )


# One candidate


def test_admission_lets_in_who_is_late_or_was_marked_absent(session: Session, make: Make) -> None:
    registration = make.registration(status=RegistrationStatus.ABSENT)
    by = make.actor(registration.center_id)

    invigilation.admit(session, registration.id, by=by, now=NOW + 16 * MINUTE)

    assert (registration.status, registration.admitted_at) == (
        RegistrationStatus.ADMITTED,
        NOW + 16 * MINUTE,
    )
    assert kinds(session) == [IncidentKind.LATE]


def test_admission_in_time_is_no_incident(session: Session, make: Make) -> None:
    registration = make.registration()

    invigilation.admit(session, registration.id, by=make.actor(registration.center_id), now=NOW)

    assert kinds(session) == []


def test_who_was_disqualified_is_not_admitted(session: Session, make: Make) -> None:
    registration = make.registration(status=RegistrationStatus.DISQUALIFIED)
    by = make.actor(registration.center_id)

    with pytest.raises(delivery.NotSeated):
        invigilation.admit(session, registration.id, by=by, now=NOW)
    with pytest.raises(delivery.NotSeated):
        invigilation.mark_absent(session, registration.id, by=by, now=NOW)
    with pytest.raises(delivery.NotSeated):
        invigilation.extend(session, registration.id, 5, reason="", by=by, now=NOW)


def test_nobody_is_admitted_to_a_closed_room(session: Session, make: Make) -> None:
    registration = make.registration(make.exam_session(status=ExamSessionStatus.CLOSED))

    with pytest.raises(delivery.RoomClosed):
        invigilation.admit(session, registration.id, by=make.actor(registration.center_id), now=NOW)


def test_who_did_not_come_is_marked_absent(session: Session, make: Make) -> None:
    registration = make.registration()

    invigilation.mark_absent(session, registration.id, by=make.actor(registration.center_id), now=NOW)

    assert registration.status is RegistrationStatus.ABSENT
    assert deeds(session) == ["registration.absent"]


def test_who_has_started_was_not_absent(session: Session, attempt: Attempt, invigilator: Actor) -> None:
    with pytest.raises(invigilation.HasStarted):
        invigilation.mark_absent(session, attempt.registration_id, by=invigilator, now=NOW)


def test_a_released_device_can_no_longer_save(session: Session, attempt: Attempt, invigilator: Actor) -> None:
    invigilation.release_device(session, attempt.registration_id, reason="死机", by=invigilator, now=NOW)

    with pytest.raises(submission.WrongDevice):
        delivery.save(session, attempt.id, [Answer(1, [1], 1)], "A", now=NOW)
    assert kinds(session) == [IncidentKind.DEVICE_CHANGED]
    assert delivery.start(session, attempt.registration_id, "B", now=NOW).device == "B"


def test_extra_time_before_the_start_is_kept_for_it(session: Session, make: Make) -> None:
    registration = make.registration()
    by = make.actor(registration.center_id)

    invigilation.extend(session, registration.id, 10, reason="视力障碍", by=by, now=NOW)
    invigilation.extend(session, registration.id, 5, reason="视力障碍", by=by, now=NOW)

    attempt = delivery.start(session, registration.id, "A", now=NOW)
    assert attempt.deadline == DEADLINE + 15 * MINUTE


def test_extra_time_moves_the_deadline_of_a_running_attempt(
    session: Session, attempt: Attempt, invigilator: Actor
) -> None:
    invigilation.extend(session, attempt.registration_id, 10, reason="断电", by=invigilator, now=NOW)

    assert attempt.deadline == DEADLINE + 10 * MINUTE
    assert "registration.extended" in deeds(session)
    assert kinds(session) == [IncidentKind.EXTRA_TIME]


def test_extra_time_opens_an_attempt_that_was_handed_in_too_early(
    session: Session, attempt: Attempt, invigilator: Actor
) -> None:
    delivery.submit(session, attempt.id, "key", now=NOW + MINUTE)

    invigilation.extend(session, attempt.registration_id, 5, reason="误交", by=invigilator, now=NOW + 2 * MINUTE)

    assert (attempt.submitted_at, attempt.receipt, attempt.deadline) == (None, None, DEADLINE + 5 * MINUTE)
    delivery.save(session, attempt.id, [Answer(1, [1], 1)], "A", now=NOW + 3 * MINUTE)
    assert delivery.submit(session, attempt.id, "another", now=NOW + 4 * MINUTE).receipt


def test_extra_time_after_the_deadline_counts_from_now(session: Session, attempt: Attempt, invigilator: Actor) -> None:
    now = DEADLINE + 30 * MINUTE
    delivery.close_overdue(session, attempt.id, now=now)

    invigilation.extend(session, attempt.registration_id, 5, reason="断电", by=invigilator, now=now)

    assert attempt.deadline == now + 5 * MINUTE


def test_extra_time_of_no_minutes_is_a_fault(session: Session, attempt: Attempt, invigilator: Actor) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        invigilation.extend(session, attempt.registration_id, 0, reason="", by=invigilator, now=NOW)


def test_an_attempt_can_be_ended_once(session: Session, attempt: Attempt, invigilator: Actor) -> None:
    invigilation.end(session, attempt.registration_id, reason="作弊", by=invigilator, now=NOW)

    assert attempt.submitted_by is SubmittedBy.INVIGILATOR
    with pytest.raises(invigilation.NotWriting):
        invigilation.end(session, attempt.registration_id, reason="", by=invigilator, now=NOW)
    with pytest.raises(invigilation.NotWriting):
        invigilation.release_device(session, attempt.registration_id, reason="", by=invigilator, now=NOW)


def test_what_was_not_started_cannot_be_ended(session: Session, make: Make) -> None:
    registration = make.registration()
    by = make.actor(registration.center_id)

    with pytest.raises(invigilation.NotStarted):
        invigilation.end(session, registration.id, reason="", by=by, now=NOW)
