"""The invigilator's console and the candidate's desk as pages."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.exams import delivery
from certification.exams.models import Attempt, Incident, Registration
from certification.exams.rules import (
    Answer,
    ExamSessionStatus,
    IncidentKind,
    RegistrationStatus,
    SubmittedBy,
)
from certification.exams.service import access_code
from tests.make import KEYS, Make
from tests.portal.conftest import SignIn
from training_base.centers.rules import StaffDuty

BEGUN = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)


@pytest.fixture
def registration(make: Make, session: Session) -> Registration:
    """A candidate whose exam has just begun."""
    exam_session = make.exam_session(starts_at=BEGUN, ends_at=BEGUN + timedelta(hours=2))
    registration = make.registration(exam_session)
    session.commit()
    return registration


@pytest.fixture
def attempt(session: Session, registration: Registration) -> Attempt:
    """The candidate's attempt with one answer."""
    attempt = delivery.start(session, registration.id, "d" * 16, now=datetime.now(UTC))
    delivery.save(session, attempt.id, [Answer(1, [1], 1)], "d" * 16, now=datetime.now(UTC))
    session.commit()
    return attempt


@pytest.fixture
def invigilator(sign_in: SignIn, registration: Registration) -> FlaskClient:
    """Somebody who watches that room."""
    return sign_in(StaffDuty.INVIGILATOR, at=registration.exam_session.center)


@pytest.fixture
def room(registration: Registration) -> str:
    """The console's address."""
    return f"/invigilation/{registration.exam_session_id}"


@pytest.fixture
def seat(room: str, registration: Registration) -> str:
    """The address of the candidate's page."""
    return f"{room}/candidates/{registration.id}"


# The console


def test_the_console_shows_the_room_its_code_and_every_seat(
    invigilator: FlaskClient, attempt: Attempt, room: str
) -> None:
    page = invigilator.get(f"{room}?lang=en").text

    code = access_code(attempt.registration.exam_session, KEYS.ring)
    assert f"{code[:4]} {code[4:]}" in page
    assert attempt.registration.trainer.name in page
    assert "1 / 6" in page
    assert "Writing" in page


def test_the_live_part_comes_alone(invigilator: FlaskClient, attempt: Attempt, room: str) -> None:
    part = invigilator.get(f"{room}/seats").text

    assert "<html" not in part
    assert attempt.registration.trainer.name in part


def test_the_list_shows_sessions_of_the_own_center(
    invigilator: FlaskClient, registration: Registration, make: Make
) -> None:
    other = make.exam_session(title="别处的考试")

    page = invigilator.get("/invigilation/").text

    assert registration.exam_session.code in page
    assert other.code not in page
    assert invigilator.get(f"/invigilation/{other.id}").status_code == 404


def test_a_center_without_sessions_sees_what_to_expect(sign_in: SignIn, make: Make) -> None:
    browser = sign_in(StaffDuty.INVIGILATOR, at=make.center())

    assert "No exam sessions yet" in browser.get("/invigilation/?lang=en").text


def test_an_empty_room_says_so(sign_in: SignIn, make: Make) -> None:
    exam_session = make.exam_session()
    browser = sign_in(StaffDuty.INVIGILATOR, at=exam_session.center)

    assert "Nobody is registered" in browser.get(f"/invigilation/{exam_session.id}?lang=en").text


def test_a_room_is_opened_and_closed(
    invigilator: FlaskClient, registration: Registration, room: str, session: Session
) -> None:
    invigilator.post(f"{room}/open")
    session.expire_all()
    assert [registration.exam_session.status] == [ExamSessionStatus.RUNNING]

    invigilator.post(f"{room}/close")
    session.expire_all()
    assert registration.exam_session.status is ExamSessionStatus.CLOSED
    assert registration.status is RegistrationStatus.ABSENT


def test_a_room_in_which_somebody_writes_is_not_closed(invigilator: FlaskClient, attempt: Attempt, room: str) -> None:
    page = invigilator.post(f"{room}/close?lang=en", follow_redirects=True).text

    assert "1 candidate is still writing" in page


def test_all_exams_are_ended_at_once(invigilator: FlaskClient, attempt: Attempt, room: str, session: Session) -> None:
    page = invigilator.post(f"{room}/end-all?lang=en", follow_redirects=True).text

    assert "1 exam is handed in" in page
    session.expire_all()
    assert attempt.submitted_by is SubmittedBy.INVIGILATOR


def test_an_incident_is_noted_for_a_candidate(invigilator: FlaskClient, registration: Registration, room: str) -> None:
    body = {"kind": "technical", "registration_id": str(registration.id), "note": "鼠标失灵"}

    page = invigilator.post(f"{room}/incidents", data=body, follow_redirects=True).text

    assert "鼠标失灵" in page


def test_an_incident_for_the_whole_room_needs_words(invigilator: FlaskClient, room: str, session: Session) -> None:
    page = invigilator.post(f"{room}/incidents?lang=en", data={"kind": "other"}).text
    assert "Say what happened" in page

    invigilator.post(f"{room}/incidents", data={"kind": "other", "note": "消防演习"})
    noted = session.query(Incident).one()
    assert (noted.kind, noted.registration_id) == (IncidentKind.OTHER, None)


# One candidate


def test_the_page_of_a_candidate_offers_what_can_be_done(invigilator: FlaskClient, attempt: Attempt, seat: str) -> None:
    page = invigilator.get(f"{seat}?lang=en").text

    assert "Release the computer" in page
    assert "Mark absent" not in page


def test_a_candidate_of_another_room_is_not_found(invigilator: FlaskClient, room: str, make: Make) -> None:
    assert invigilator.get(f"{room}/candidates/{make.registration().id}").status_code == 404


@pytest.mark.parametrize(
    ("deed", "status"), [("admit", RegistrationStatus.ADMITTED), ("absent", RegistrationStatus.ABSENT)]
)
def test_a_candidate_is_admitted_or_marked_absent(
    invigilator: FlaskClient,
    registration: Registration,
    seat: str,
    session: Session,
    deed: str,
    status: RegistrationStatus,
) -> None:
    invigilator.post(f"{seat}/{deed}")

    session.expire_all()
    assert registration.status is status


def test_extra_time_needs_minutes_and_a_reason(
    invigilator: FlaskClient, attempt: Attempt, seat: str, session: Session
) -> None:
    before = attempt.deadline
    page = invigilator.post(f"{seat}/extend?lang=en", data={"extend-minutes": "0", "extend-reason": "x"}).text
    assert "Between 1 and 240 minutes" in page

    invigilator.post(f"{seat}/extend", data={"extend-minutes": "10", "extend-reason": "断电"})
    session.expire_all()
    assert attempt.deadline == before + timedelta(minutes=10)


def test_a_computer_is_released_with_a_reason(
    invigilator: FlaskClient, attempt: Attempt, seat: str, session: Session
) -> None:
    page = invigilator.post(f"{seat}/release?lang=en", data={}).text
    assert "Give the reason" in page

    page = invigilator.post(f"{seat}/release?lang=en", data={"release-reason": "死机"}, follow_redirects=True).text
    session.expire_all()
    assert attempt.device == delivery.NO_DEVICE
    assert "No computer" in page


def test_an_exam_is_ended_once(invigilator: FlaskClient, attempt: Attempt, seat: str) -> None:
    body = {"end-reason": "作弊"}
    invigilator.post(f"{seat}/end", data=body)

    assert "handed in already" in invigilator.post(f"{seat}/end?lang=en", data=body).text


def test_others_do_not_see_the_console(sign_in: SignIn, registration: Registration, room: str) -> None:
    teacher = sign_in(StaffDuty.TEACHER, at=registration.exam_session.center)

    assert teacher.get(room).status_code == 403


# The desk


def sit_down(client: FlaskClient, registration: Registration, **more: str) -> str:
    """Sign in with the ticket; gives the page that follows."""
    assert registration.ticket
    code = access_code(registration.exam_session, KEYS.ring)
    body = {"admission_number": registration.ticket.number, "access_code": code, **more}
    return client.post("/desk/?lang=en", data=body, follow_redirects=True).text


def test_a_candidate_signs_in_at_the_desk(client: FlaskClient, registration: Registration) -> None:
    page = sit_down(client, registration)

    assert 'id="player"' in page
    assert registration.trainer.name in page
    assert "Somebody is signed in" in client.get("/desk?lang=en", follow_redirects=True).text


def test_a_wrong_code_is_said_above_the_form(client: FlaskClient, registration: Registration) -> None:
    page = sit_down(client, registration, access_code="NO")

    assert "do not fit together" in page


def test_the_same_computer_is_known_again(client: FlaskClient, registration: Registration) -> None:
    sit_down(client, registration)
    first = client.get_cookie("desk_device", path="/desk")
    sit_down(client, registration)
    again = client.get_cookie("desk_device", path="/desk")

    assert first
    assert again
    assert again.value == first.value


@pytest.mark.parametrize("page", ["exam", "receipt"])
def test_without_a_ticket_the_desk_asks_for_it(client: FlaskClient, page: str) -> None:
    assert client.get(f"/desk/{page}").headers["Location"] == "/desk/"


def test_the_receipt_comes_after_the_exam_and_the_exam_not_again(
    client: FlaskClient, registration: Registration, session: Session
) -> None:
    sit_down(client, registration)
    assert client.get("/desk/receipt").headers["Location"] == "/desk/exam"

    attempt = delivery.start(session, registration.id, "x", now=datetime.now(UTC))
    delivery.submit(session, attempt.id, "key", now=datetime.now(UTC))
    session.commit()
    assert client.get("/desk/exam").headers["Location"] == "/desk/receipt"
    page = client.get("/desk/receipt?lang=en").text
    assert attempt.receipt
    assert attempt.receipt in page
    assert "0 of 6" in page


def test_leaving_frees_the_computer(client: FlaskClient, registration: Registration) -> None:
    sit_down(client, registration)

    client.post("/desk/leave")

    assert client.get("/desk/exam").headers["Location"] == "/desk/"
