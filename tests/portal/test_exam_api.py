"""The exam API as a candidate's program sees it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from certification.exams.models import Attempt, RefusedResponse, Registration
from certification.exams.rules import SubmittedBy
from certification.exams.service import access_code
from certification.standards.rules import Component
from tests.make import KEYS, Make

EXAM = "/api/v1/exam"


@pytest.fixture
def registration(make: Make, session: Session) -> Registration:
    """A candidate whose exam has just begun."""
    begun = datetime.now(UTC) - timedelta(minutes=1)
    exam_session = make.exam_session(starts_at=begun, ends_at=begun + timedelta(hours=2))
    registration = make.registration(exam_session)
    session.commit()
    return registration


def ticket(registration: Registration, **more: str) -> dict[str, str]:
    """What stands on the ticket and on the board."""
    assert registration.ticket
    code = access_code(registration.exam_session, KEYS.ring)
    return {"admission_number": registration.ticket.number, "access_code": code, **more}


class Desk:
    """A candidate's program."""

    def __init__(self, client: FlaskClient, registration: Registration, **more: str) -> None:
        self.client = client
        answer = client.post(f"{EXAM}/sign-in", json=ticket(registration, **more))
        assert answer.status_code == 200, answer.text
        self.signed_in: dict[str, Any] = answer.json or {}
        self.attempt_id = ""

    def ask(self, method: str, path: str, body: object = None) -> TestResponse:
        """A request with the bearer token."""
        headers = {"Authorization": f"Bearer {self.signed_in['token']}"}
        return self.client.open(f"{EXAM}{path}", method=method, json=body, headers=headers)

    def start(self) -> dict[str, Any]:
        """Start or resume."""
        answer = self.ask("POST", "/attempt")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json or {}
        self.attempt_id = body["attempt_id"]
        return body

    def save(self, *responses: tuple[int, object, int]) -> TestResponse:
        """Save (position, value, seq)."""
        rows = [{"position": at, "value": value, "seq": seq} for at, value, seq in responses]
        return self.ask("PUT", f"/attempts/{self.attempt_id}/responses", {"responses": rows})

    def submit(self, key: str = "key-0001") -> TestResponse:
        """Hand in."""
        return self.ask("POST", f"/attempts/{self.attempt_id}/submit", {"idempotency_key": key})


@pytest.fixture
def desk(client: FlaskClient, registration: Registration) -> Desk:
    """The candidate's program, with the attempt started."""
    desk = Desk(client, registration)
    desk.start()
    return desk


def set_deadline(session: Session, ago: timedelta) -> Attempt:
    """Let the attempt's deadline have been so long ago."""
    attempt = session.scalars(sa.select(Attempt)).one()
    attempt.deadline = datetime.now(UTC) - ago
    session.commit()
    return attempt


def problem(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a problem+json."""
    assert answer.content_type == "application/problem+json"
    assert answer.json
    assert answer.json["detail"]
    return answer.status_code, answer.json["code"]


def test_signing_in_gives_token_candidate_and_session(client: FlaskClient, registration: Registration) -> None:
    body = Desk(client, registration).signed_in

    assert body["candidate"]["name"] == registration.trainer.name
    assert body["session"]["minutes"] == 20
    assert len(body["device"]) >= 16


def test_a_wrong_code_is_a_problem(client: FlaskClient, registration: Registration) -> None:
    answer = client.post(f"{EXAM}/sign-in", json=ticket(registration) | {"access_code": "NO"})

    assert problem(answer) == (422, "wrong_code")


def test_a_second_device_is_turned_away(client: FlaskClient, registration: Registration, desk: Desk) -> None:
    answer = client.post(f"{EXAM}/sign-in", json=ticket(registration))

    assert problem(answer) == (422, "device_taken")


def test_the_same_device_may_sign_in_again(client: FlaskClient, registration: Registration, desk: Desk) -> None:
    again = Desk(client, registration, device=desk.signed_in["device"])

    assert again.start()["attempt_id"] == desk.attempt_id


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer forged.token.here", "Basic abc"])
def test_without_a_token_of_ours_nothing_is_told(client: FlaskClient, token: str) -> None:
    answer = client.post(f"{EXAM}/attempt", headers={"Authorization": token})

    assert problem(answer) == (401, "unauthorized")


def test_the_paper_comes_in_sections_and_without_its_key(desk: Desk) -> None:
    paper = desk.start()["paper"]

    types = [section["type"] for section in paper["sections"]]
    assert types == ["true_false", "single_choice", "multiple_choice"]
    item = paper["sections"][1]["items"][0]
    assert set(item) == {
        "position", "type", "title", "stem", "options", "marks",
        "prompts", "gaps", "gap_count", "image", "html", "stimulus",
    }  # fmt: skip
    assert len(item["options"]) == 4


def test_times_are_utc_in_iso_8601(desk: Desk) -> None:
    body = desk.start()

    assert body["deadline"].endswith("Z")
    assert datetime.fromisoformat(body["deadline"]) > datetime.fromisoformat(body["server_time"])


def test_saved_answers_come_back_on_resuming(desk: Desk) -> None:
    answer = desk.save((1, [1], 1), (3, [2], 2))

    assert answer.json
    assert answer.json["saved"] == [{"position": 1, "seq": 1}, {"position": 3, "seq": 2}]
    assert [each["position"] for each in desk.start()["responses"]] == [1, 3]


def test_an_older_save_does_not_win(desk: Desk) -> None:
    desk.save((1, [1], 5))

    answer = desk.save((1, [0], 4))

    assert answer.json
    assert answer.json["saved"] == [{"position": 1, "seq": 5}]


def test_a_malformed_body_names_its_fields(desk: Desk) -> None:
    answer = desk.save((1, [1], 0), (2, {"a": 1}, 1))

    assert problem(answer) == (422, "invalid_body")
    assert answer.json
    assert answer.json["fields"][0]["field"] == "responses.0.seq"


@pytest.mark.parametrize(
    ("body", "field"),
    [(b"", ""), (b"{", ""), (b"{}", "responses"), (b'{"responses": [], "x": 1}', "x")],
)
def test_a_body_that_is_missing_or_broken_says_so(desk: Desk, body: bytes, field: str) -> None:
    path = f"{EXAM}/attempts/{desk.attempt_id}/responses"
    headers = {"Authorization": f"Bearer {desk.signed_in['token']}"}

    answer = desk.client.put(path, data=body, headers=headers)

    assert problem(answer) == (422, "invalid_body")
    assert answer.json
    assert answer.json["fields"][0]["field"] == field


def test_an_unknown_position_saves_nothing(desk: Desk) -> None:
    assert problem(desk.save((1, [1], 1), (77, [1], 2))) == (422, "unknown_position")
    assert desk.start()["responses"] == []


def test_submitting_twice_gives_one_receipt(desk: Desk) -> None:
    desk.save((1, [1], 1))

    first, second = desk.submit(), desk.submit()

    assert first.json
    assert first.json == second.json
    assert len(first.json["receipt"]) == 32
    state = desk.ask("GET", f"/attempts/{desk.attempt_id}").json
    assert state
    assert state["receipt"] == first.json["receipt"]


def test_submitting_again_under_another_key_is_refused(desk: Desk) -> None:
    desk.submit()

    assert problem(desk.submit("key-0002")) == (422, "already_submitted")


def test_a_save_after_the_deadline_is_kept_aside_and_the_attempt_closed(desk: Desk, session: Session) -> None:
    desk.save((1, [1], 1))
    attempt = set_deadline(session, timedelta(seconds=11))

    assert problem(desk.save((1, [0], 2))) == (422, "too_late")

    session.expire_all()
    assert attempt.submitted_by is SubmittedBy.SERVER
    assert [kept.reason for kept in session.scalars(sa.select(RefusedResponse))] == ["too_late"]


def test_a_submission_after_the_deadline_is_refused_but_what_was_saved_counts(desk: Desk, session: Session) -> None:
    desk.save((1, [1], 1))
    attempt = set_deadline(session, timedelta(seconds=11))

    assert problem(desk.submit()) == (422, "too_late")

    session.expire_all()
    assert (attempt.submitted_by, len(attempt.responses)) == (SubmittedBy.SERVER, 1)


def test_resuming_after_the_deadline_closes_the_attempt(desk: Desk, session: Session) -> None:
    attempt = set_deadline(session, timedelta(seconds=11))

    assert problem(desk.ask("POST", "/attempt")) == (422, "too_late")

    session.expire_all()
    assert attempt.submitted_by is SubmittedBy.SERVER


def test_somebody_elses_attempt_is_not_found(desk: Desk, make: Make, session: Session) -> None:
    exam_session = session.scalars(sa.select(Registration)).one().exam_session
    other = make.registration(exam_session)
    session.commit()

    stranger = Desk(desk.client, other)
    stranger.attempt_id = desk.attempt_id

    assert problem(stranger.save((1, [1], 1)))[0] == 404
    assert problem(stranger.submit())[0] == 404
    assert problem(stranger.ask("GET", f"/attempts/{desk.attempt_id}"))[0] == 404


def test_a_practical_task_is_shown_as_html_and_answered_in_words(
    client: FlaskClient, make: Make, session: Session
) -> None:
    begun = datetime.now(UTC) - timedelta(minutes=1)
    scheme = make.scheme()
    make.skill_bank(scheme.tier)
    times: dict[str, Any] = {"starts_at": begun, "ends_at": begun + timedelta(hours=2)}
    exam_session = make.exam_session(scheme=scheme, component=Component.SKILL, paper_id=None, **times)
    desk = Desk(client, make.registration(exam_session))

    (section,) = desk.start()["paper"]["sections"]

    assert section["type"] == "task"
    assert "<h2>" in section["items"][0]["stem"]
    assert desk.save((1, "第一步：清洗数据", 1)).status_code == 200
