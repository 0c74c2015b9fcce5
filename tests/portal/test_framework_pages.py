"""Pages that bring standards in from files and take them out."""

import io
import json
from datetime import UTC, datetime
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from certification.standards import catalog
from certification.standards.exchange import files
from certification.standards.models import Standard
from certification.standards.rules import StandardStatus
from portal import jobs
from portal.access import Role
from tests.make import NOW, Make
from tests.make_frameworks import case_file, uid, violations
from tests.make_standards import make_standard
from tests.portal.conftest import SignIn
from training_base.kernel.actor import SYSTEM


def hand_in(client: FlaskClient, source: object, name: str = "package.json") -> TestResponse:
    content = source if isinstance(source, bytes) else json.dumps(source).encode()
    return client.post("/standards/files/", data={"file": (io.BytesIO(content), name)}, follow_redirects=True)


def test_a_file_is_checked_confirmed_and_downloaded(sign_in: SignIn, session: Session) -> None:
    client = sign_in(roles=(Role.SCHEME_OWNER,))

    checked = hand_in(client, case_file(3))
    stored = client.post(f"{checked.request.path}/confirm", follow_redirects=True)
    package = client.get(f"/standards/files/{uid('f')}.case")

    assert checked.status_code == stored.status_code == 200
    assert "示例能力框架" in stored.text
    assert (violations("CFPackage", package.json), len((package.json or {})["CFItems"])) == ([], 3)
    assert "package.json" in client.get("/standards/files/").text
    again = client.post(f"{checked.request.path}/confirm", follow_redirects=True)
    assert again.status_code == 200
    assert client.post(f"{checked.request.path}/discard").status_code == 404


def test_problems_are_shown_with_their_paths_and_nothing_is_stored(sign_in: SignIn, session: Session) -> None:
    client, source = sign_in(roles=(Role.SCHEME_OWNER,)), case_file(2)
    source["CFItems"][1]["uri"] = "javascript:alert(1)"

    checked = hand_in(client, source)
    confirmed = client.post(f"{checked.request.path}/confirm", follow_redirects=True)

    assert "CFItems[1].uri" in checked.text
    assert "CFItems[1].uri" in confirmed.text
    assert session.query(Standard).count() == 0


def test_a_file_can_be_thrown_away(sign_in: SignIn) -> None:
    client = sign_in(roles=(Role.SCHEME_OWNER,))
    checked = hand_in(client, case_file(1))

    client.post(f"{checked.request.path}/discard")

    assert client.get(checked.request.path).status_code == 200
    assert client.post(f"{checked.request.path}/confirm").status_code == 404


def test_no_file_is_asked_for_again(sign_in: SignIn) -> None:
    assert sign_in(roles=(Role.SCHEME_OWNER,)).post("/standards/files/", data={}).status_code == 200


def test_a_long_file_is_stored_by_a_job(app: Flask, sign_in: SignIn, session: Session) -> None:
    client = sign_in(roles=(Role.SCHEME_OWNER,))
    checked = hand_in(client, case_file(501))

    answer = client.post(f"{checked.request.path}/confirm")
    with app.app_context():
        assert jobs.work_once(stop=Event())

    assert answer.location.startswith("/jobs/")
    assert "501" in client.get(answer.location).text
    session.expire_all()
    assert session.query(Standard).one().status is StandardStatus.PRIVATE_DRAFT


def test_somebody_elses_file_is_not_found(sign_in: SignIn) -> None:
    checked = hand_in(sign_in(roles=(Role.SCHEME_OWNER,)), case_file(1))

    assert sign_in(roles=(Role.SCHEME_OWNER,)).get(checked.request.path).status_code == 404


@pytest.mark.parametrize("form", ["case", "xlsx", "csv"])
def test_everybody_takes_out_what_is_published(client: FlaskClient, session: Session, form: str) -> None:
    catalog.load_standard(session, by=SYSTEM, now=NOW)

    answer = client.get(f"/standards/files/national-2021.{form}")

    assert answer.status_code == 200
    found = files.read(answer.data, answer.headers["Content-Disposition"]).package
    assert found is not None
    assert len(found.items) > 30


def test_a_private_draft_is_taken_out_by_its_writers_only(
    client: FlaskClient, sign_in: SignIn, session: Session, make: Make
) -> None:
    draft = make_standard(make, changed_at=datetime(2026, 1, 1, tzinfo=UTC))
    session.commit()

    assert client.get(f"/standards/files/{draft.identifier}.xlsx").status_code == 404
    assert sign_in(roles=(Role.SCHEME_OWNER,)).get(f"/standards/files/{draft.identifier}.xlsx").status_code == 200
