"""What a candidate does: signing in, starting, resuming, saving, submitting."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.exams import delivery, saving, submission
from certification.exams.models import Attempt, ExamSession, RefusedResponse, Registration
from certification.exams.rules import Answer, ExamSessionStatus, RegistrationStatus, SubmittedBy
from certification.exams.service import access_code
from certification.standards.rules import Component
from tests.make import KEYS, NOW, Make
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent

MINUTE = timedelta(minutes=1)
DEADLINE = NOW + 20 * MINUTE
TOO_LATE = DEADLINE + timedelta(seconds=11)


@pytest.fixture
def registration(make: Make) -> Registration:
    """A candidate of a theory exam that starts at NOW, 20 minutes long."""
    return make.registration()


@pytest.fixture
def attempt(session: Session, registration: Registration) -> Attempt:
    """The candidate's attempt, started at NOW on device A."""
    return delivery.start(session, registration.id, "A", now=NOW)


def enter(session: Session, registration: Registration, *, device: str = "A", now: datetime = NOW) -> Registration:
    """Sign in with what stands on the ticket."""
    assert registration.ticket
    code = access_code(registration.exam_session, KEYS.ring)
    return delivery.sign_in(session, registration.ticket.number, code, device, now=now)


def saved(session: Session, attempt: Attempt) -> list[tuple[int, object]]:
    """Positions and values that count."""
    return [(answer.position, answer.value) for answer in delivery.answers(session, attempt.id)]


def deeds(session: Session) -> list[str]:
    """The deeds audited so far."""
    return list(session.scalars(sa.select(AuditEvent.deed)))


# Signing in


def test_number_and_room_code_let_a_candidate_in(session: Session, registration: Registration) -> None:
    assert enter(session, registration).signed_in_at == NOW


def test_small_letters_and_blanks_in_the_code_do_not_matter(session: Session, registration: Registration) -> None:
    assert registration.ticket
    code = access_code(registration.exam_session, KEYS.ring).lower()

    number = f" {registration.ticket.number} "
    delivery.sign_in(session, number, f"{code[:4]} {code[4:]}", "A", now=NOW)


@pytest.mark.parametrize("code", ["", "-", "WRONGXYZ", "密码"])
def test_a_wrong_code_is_refused(session: Session, registration: Registration, code: str) -> None:
    assert registration.ticket
    with pytest.raises(delivery.WrongCode):
        delivery.sign_in(session, registration.ticket.number, code, "A", now=NOW)


def test_an_unknown_number_is_refused_like_a_wrong_code(session: Session) -> None:
    with pytest.raises(delivery.WrongCode):
        delivery.sign_in(session, "999999999999", "-", "A", now=NOW)


@pytest.mark.parametrize("status", [RegistrationStatus.ABSENT, RegistrationStatus.DISQUALIFIED])
def test_who_has_no_seat_is_not_let_in(session: Session, make: Make, status: RegistrationStatus) -> None:
    with pytest.raises(delivery.NotSeated):
        enter(session, make.registration(status=status))


@pytest.mark.parametrize("status", [ExamSessionStatus.PLANNED, ExamSessionStatus.CLOSED])
def test_a_room_that_is_not_open_lets_nobody_in(session: Session, make: Make, status: ExamSessionStatus) -> None:
    with pytest.raises(delivery.RoomClosed):
        enter(session, make.registration(make.exam_session(status=status)))


def test_the_room_opens_half_an_hour_before_the_start(session: Session, registration: Registration) -> None:
    with pytest.raises(delivery.TooEarly):
        enter(session, registration, now=NOW - 31 * MINUTE)

    enter(session, registration, now=NOW - 30 * MINUTE)


def test_a_second_device_is_not_let_in_while_another_writes(session: Session, attempt: Attempt) -> None:
    enter(session, attempt.registration, device="A")

    with pytest.raises(delivery.DeviceTaken):
        enter(session, attempt.registration, device="B")


# Starting and resuming


def test_a_start_gives_the_paper_and_the_time(session: Session, attempt: Attempt) -> None:
    assert attempt.deadline == DEADLINE
    questions = delivery.questions(session, attempt)
    assert [question.position for question in questions] == [1, 2, 3, 4, 5, 6]
    assert [len(question.options) for question in questions] == [0, 0, 4, 4, 5, 5]
    assert "attempt.started" in deeds(session)


def test_the_first_start_sets_the_session_running(session: Session, attempt: Attempt) -> None:
    assert attempt.registration.exam_session.status is ExamSessionStatus.RUNNING


def test_the_second_start_leaves_a_running_session_as_it_is(session: Session, attempt: Attempt, make: Make) -> None:
    other = make.registration(attempt.registration.exam_session)

    delivery.start(session, other.id, "B", now=NOW)

    assert deeds(session).count("exam_session.opened") == 1


def test_of_two_first_starts_one_opens_the_room(session: Session, registration: Registration) -> None:
    exam_session = registration.exam_session
    assert [exam_session.status] == [ExamSessionStatus.OPEN]
    elsewhere = sa.update(ExamSession.__table__).values(status=ExamSessionStatus.RUNNING)  # type: ignore[arg-type]
    session.execute(elsewhere)

    delivery.start(session, registration.id, "A", now=NOW)

    assert exam_session.status is ExamSessionStatus.RUNNING
    assert "exam_session.opened" not in deeds(session)


def test_extra_minutes_given_before_the_start_count(session: Session, make: Make) -> None:
    registration = make.registration(extra_minutes=10)

    assert delivery.start(session, registration.id, "A", now=NOW).deadline == DEADLINE + 10 * MINUTE


def test_nobody_starts_before_the_start(session: Session, registration: Registration) -> None:
    with pytest.raises(delivery.TooEarly):
        delivery.start(session, registration.id, "A", now=NOW - MINUTE)


def test_who_comes_late_needs_the_invigilators_leave(session: Session, registration: Registration) -> None:
    with pytest.raises(delivery.LateArrival):
        delivery.start(session, registration.id, "A", now=NOW + 16 * MINUTE)

    registration.status = RegistrationStatus.ADMITTED
    delivery.start(session, registration.id, "A", now=NOW + 16 * MINUTE)


def test_nobody_starts_after_the_end(session: Session, registration: Registration) -> None:
    with pytest.raises(submission.TooLate):
        delivery.start(session, registration.id, "A", now=NOW + 120 * MINUTE)


def test_a_theory_exam_without_a_paper_cannot_be_started(session: Session, make: Make) -> None:
    registration = make.registration(make.exam_session(paper_id=None))

    with pytest.raises(delivery.NoPaper):
        delivery.start(session, registration.id, "A", now=NOW)


def test_an_unknown_registration_cannot_be_started(session: Session) -> None:
    with pytest.raises(NotFound):
        delivery.start(session, uuid4(), "A", now=NOW)


def test_resuming_gives_the_same_attempt_and_time(session: Session, attempt: Attempt) -> None:
    before = delivery.questions(session, attempt)

    again = delivery.start(session, attempt.registration_id, "A", now=NOW + 5 * MINUTE)

    assert again.id == attempt.id
    assert again.deadline == DEADLINE
    assert delivery.questions(session, again) == before


def test_another_device_does_not_resume(session: Session, attempt: Attempt) -> None:
    with pytest.raises(delivery.DeviceTaken):
        delivery.start(session, attempt.registration_id, "B", now=NOW)


def test_a_released_attempt_goes_to_the_next_device(session: Session, attempt: Attempt) -> None:
    attempt.device = delivery.NO_DEVICE

    assert delivery.start(session, attempt.registration_id, "B", now=NOW).device == "B"
    assert "attempt.device_taken" in deeds(session)


def test_who_was_disqualified_does_not_resume(session: Session, attempt: Attempt) -> None:
    attempt.registration.status = RegistrationStatus.DISQUALIFIED

    with pytest.raises(delivery.NotSeated):
        delivery.start(session, attempt.registration_id, "A", now=NOW)


def test_a_submitted_attempt_is_not_resumed(session: Session, attempt: Attempt) -> None:
    delivery.submit(session, attempt.id, "key", now=NOW)

    with pytest.raises(submission.AlreadySubmitted):
        delivery.start(session, attempt.registration_id, "A", now=NOW)


def test_a_skill_exam_asks_the_drawn_tasks(session: Session, make: Make) -> None:
    scheme = make.scheme()
    make.skill_bank(scheme.tier)
    registration = make.registration(make.exam_session(scheme=scheme, component=Component.SKILL, paper_id=None))

    attempt = delivery.start(session, registration.id, "A", now=NOW)

    questions = delivery.questions(session, attempt)
    assert [question.position for question in questions] == [1, 2]
    assert {question.kind for question in questions} == {None}
    kept = delivery.save(session, attempt.id, [Answer(1, "我的做法", 1)], "A", now=NOW)
    assert kept == [Answer(1, "我的做法", 1)]
    with pytest.raises(saving.WrongShape):
        delivery.save(session, attempt.id, [Answer(2, [1], 1)], "A", now=NOW)


# Saving


def test_a_batch_is_kept_and_acknowledged(session: Session, attempt: Attempt) -> None:
    batch = [Answer(1, [1], 1), Answer(3, [2], 2), Answer(5, [4, 0], 3)]

    kept = delivery.save(session, attempt.id, batch, "A", now=NOW)

    assert kept == [Answer(1, [1], 1), Answer(3, [2], 2), Answer(5, [0, 4], 3)]
    assert saved(session, attempt) == [(1, [1]), (3, [2]), (5, [0, 4])]


def test_the_highest_seq_counts_in_whatever_order_saves_arrive(session: Session, attempt: Attempt) -> None:
    delivery.save(session, attempt.id, [Answer(1, [1], 7)], "A", now=NOW)

    kept = delivery.save(session, attempt.id, [Answer(1, [0], 3), Answer(2, [0], 8)], "A", now=NOW)

    assert kept == [Answer(1, [1], 7), Answer(2, [0], 8)]


def test_a_repeated_save_changes_nothing(session: Session, attempt: Attempt) -> None:
    for _ in range(2):
        kept = delivery.save(session, attempt.id, [Answer(1, [1], 7)], "A", now=NOW)

    assert kept == [Answer(1, [1], 7)]


def test_an_empty_batch_saves_nothing(session: Session, attempt: Attempt) -> None:
    assert delivery.save(session, attempt.id, [], "A", now=NOW) == []


def test_a_save_takes_one_statement_whatever_its_size(
    session: Session, attempt: Attempt, count_queries: list[str]
) -> None:
    attempt_id = attempt.id
    session.flush()
    count_queries.clear()

    delivery.save(session, attempt_id, [Answer(at, [0], 1) for at in range(1, 7)], "A", now=NOW)

    assert len([sent for sent in count_queries if sent.startswith("INSERT")]) == 1
    assert len(count_queries) <= 3


def test_a_batch_with_an_unknown_position_is_refused_whole(session: Session, attempt: Attempt) -> None:
    with pytest.raises(saving.UnknownPosition):
        delivery.save(session, attempt.id, [Answer(1, [1], 1), Answer(99, [1], 1)], "A", now=NOW)

    assert saved(session, attempt) == []


@pytest.mark.parametrize("value", [[9], [0, 1], "A", None, [True]])
def test_a_value_that_is_no_answer_is_refused(session: Session, attempt: Attempt, value: object) -> None:
    with pytest.raises(saving.WrongShape):
        delivery.save(session, attempt.id, [Answer(3, value, 1)], "A", now=NOW)


def test_somebody_elses_attempt_does_not_exist(session: Session, attempt: Attempt, make: Make) -> None:
    other = make.registration().id

    with pytest.raises(NotFound):
        delivery.save(session, attempt.id, [], "A", now=NOW, registration_id=other)
    with pytest.raises(NotFound):
        delivery.attempt_of(session, attempt.id, registration_id=other, now=NOW)
    assert delivery.attempt_of(session, attempt.id, registration_id=attempt.registration_id, now=NOW) is attempt


def test_whoever_looks_at_an_attempt_after_its_time_finds_it_handed_in(session: Session, attempt: Attempt) -> None:
    found = delivery.attempt_of(session, attempt.id, registration_id=attempt.registration_id, now=TOO_LATE)

    assert found.submitted_by is SubmittedBy.SERVER


def test_a_seat_is_found_by_its_registration(session: Session, registration: Registration) -> None:
    assert delivery.seat_of(session, registration.id) is registration
    with pytest.raises(NotFound):
        delivery.seat_of(session, uuid4())


def test_a_save_within_the_grace_counts(session: Session, attempt: Attempt) -> None:
    delivery.save(session, attempt.id, [Answer(1, [1], 1)], "A", now=DEADLINE + timedelta(seconds=10))

    assert saved(session, attempt) == [(1, [1])]


@pytest.mark.parametrize(
    ("device", "now", "refusal"),
    [("A", TOO_LATE, submission.TooLate), ("B", NOW, submission.WrongDevice)],
)
def test_what_cannot_count_is_refused_and_kept_aside(
    session: Session, attempt: Attempt, device: str, now: datetime, refusal: type[submission.NotCounted]
) -> None:
    batch = [Answer(1, [1], 1)]
    with pytest.raises(refusal) as refused:
        delivery.save(session, attempt.id, batch, device, now=now)

    delivery.keep_refused(session, attempt.id, batch, refused.value, now=now)

    kept = session.scalars(sa.select(RefusedResponse)).one()
    assert (kept.position, kept.value, kept.reason) == (1, [1], refusal.code())
    assert saved(session, attempt) == []
    assert (attempt.submitted_by is SubmittedBy.SERVER) is (now == TOO_LATE)


def test_a_save_after_submission_is_refused(session: Session, attempt: Attempt) -> None:
    delivery.submit(session, attempt.id, "key", now=NOW)

    with pytest.raises(submission.AlreadySubmitted):
        delivery.save(session, attempt.id, [Answer(1, [1], 1)], "A", now=NOW)


# Submitting


def test_a_submission_gives_a_receipt_over_what_was_saved(session: Session, attempt: Attempt) -> None:
    delivery.save(session, attempt.id, [Answer(1, [1], 1)], "A", now=NOW)

    done = delivery.submit(session, attempt.id, "key", now=NOW + MINUTE)

    expected = submission.receipt(attempt.id, NOW + MINUTE, [Answer(1, [1], 1)], KEYS.ring.audit)
    assert (done.submitted_by, done.receipt) == (SubmittedBy.CANDIDATE, expected)
    assert done.last_saved_at == NOW
    assert "attempt.submitted" in deeds(session)


def test_a_repeated_submission_gives_the_first_answer(session: Session, attempt: Attempt) -> None:
    first = delivery.submit(session, attempt.id, "key", now=NOW).receipt

    again = delivery.submit(session, attempt.id, "key", now=TOO_LATE)

    assert (again.receipt, again.submitted_at) == (first, NOW)
    assert deeds(session).count("attempt.submitted") == 1


def test_a_submission_under_another_key_is_refused(session: Session, attempt: Attempt) -> None:
    delivery.submit(session, attempt.id, "key", now=NOW)

    with pytest.raises(submission.AlreadySubmitted):
        delivery.submit(session, attempt.id, "other", now=NOW)


def test_a_submission_after_the_deadline_is_refused_again_and_again(session: Session, attempt: Attempt) -> None:
    with pytest.raises(submission.TooLate):
        delivery.submit(session, attempt.id, "key", now=TOO_LATE)

    delivery.close_overdue(session, attempt.id, now=TOO_LATE)

    with pytest.raises(submission.TooLate):
        delivery.submit(session, attempt.id, "key", now=TOO_LATE)


def test_an_attempt_whose_time_is_not_over_is_not_closed(session: Session, attempt: Attempt) -> None:
    assert delivery.close_overdue(session, attempt.id, now=DEADLINE) is False
    assert attempt.submitted_at is None


def test_the_server_submits_what_nobody_submitted(session: Session, attempt: Attempt, make: Make) -> None:
    delivery.save(session, attempt.id, [Answer(1, [1], 1)], "A", now=NOW)
    later = make.registration(attempt.registration.exam_session)
    delivery.start(session, later.id, "B", now=NOW + timedelta(seconds=5))

    closed = delivery.submit_overdue(session, now=TOO_LATE)

    assert closed == [attempt.id]
    assert (attempt.submitted_by, attempt.submitted_at) == (SubmittedBy.SERVER, TOO_LATE)
    assert delivery.submit_overdue(session, now=TOO_LATE) == []
