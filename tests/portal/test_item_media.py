"""Pictures of items over the wire, and items of the newer kinds in the exam API: shown, saved, marked, no key."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.exams.models import Registration
from certification.item_bank.models import Asset
from certification.item_bank.rules import ItemKind
from certification.scoring import service as scoring
from tests import make_items
from tests.certification.test_item_kinds import RIGHT, SAMPLES
from tests.make import NOW, Make
from tests.make_items import DRAWING, item_of
from tests.portal.conftest import SignIn
from tests.portal.test_exam_api import Desk
from training_base.centers.rules import StaffDuty
from training_base.kernel.actor import SYSTEM
from training_base.kernel.models import AuditEvent

NEWER = [content for kind, content in SAMPLES.items() if kind.value not in ("true_false", "single_choice")]


@pytest.fixture
def drawing(make: Make) -> Asset:
    return make_items.asset(make, DRAWING, file_name="board.svg")


@pytest.fixture
def registration(make: Make, session: Session, drawing: Asset) -> Registration:
    """A candidate whose exam has begun, with a paper that ends with an item of every newer kind."""
    begun = datetime.now(UTC) - timedelta(minutes=1)
    registration = make.registration(make.exam_session(starts_at=begun, ends_at=begun + timedelta(hours=2)))
    shared = {"id": "s", "number": 1, "title": "材料", "body": f"**甲** ![图](asset:{drawing.name})"}
    for position, content in enumerate(NEWER, start=7):
        named = replace(content, image=drawing.name) if content.image else content
        item = item_of(make, registration.exam_session.scheme.tier, named)
        make_items.printed(make, registration.exam_session.paper_id, position, item, stimulus=shared)
    session.commit()
    return registration


def test_the_paper_shows_items_of_every_kind_without_their_keys(
    client: FlaskClient, registration: Registration, drawing: Asset
) -> None:
    items = {
        item["type"]: item
        for section in Desk(client, registration).start()["paper"]["sections"]
        for item in section["items"]
    }

    assert set(items) == {kind.value for kind in ItemKind}
    assert items["matching"]["prompts"] == ["A", "B"]
    assert items["gap_select"]["gaps"] == [["甲", "乙"], ["丙", "丁", "戊"]]
    assert (items["gap_text"]["gap_count"], items["gap_text"]["gaps"]) == (2, [])
    assert items["hotspot"]["image"] == f"/desk/media/{drawing.name}"
    assert "<strong>甲</strong>" in items["hotspot"]["stimulus"]["html"]
    assert not any("key" in item or "rationale" in item or "tolerance" in item for item in items.values())


def test_answers_of_every_kind_are_saved_given_back_and_marked(
    client: FlaskClient, registration: Registration, session: Session
) -> None:
    desk = Desk(client, registration)
    desk.start()
    sent = [
        {"position": position, "value": RIGHT[content.kind], "seq": position}
        for position, content in enumerate(NEWER, start=7)
    ]

    saved = desk.ask("PUT", f"/attempts/{desk.attempt_id}/responses", {"responses": sent})
    again = {answer["position"]: answer["value"] for answer in desk.start()["responses"]}
    desk.ask("POST", f"/attempts/{desk.attempt_id}/submit", {"idempotency_key": "12345678"})

    assert saved.status_code == 200, saved.text
    assert again[14] == [300, 400]
    assert again[11] == [0, 1, 2, 3]
    session.expire_all()
    mark = scoring.mark_theory(session, registration.id, by=SYSTEM, now=NOW)
    assert [one["awarded"] for one in mark.detail][6:] == [200] * len(NEWER)


@pytest.mark.parametrize("value", [["a\0"], [0, 99], {"x": 1}, "长" * 201, [1.5, 2]])
def test_what_is_no_answer_to_a_matching_is_refused(
    client: FlaskClient, registration: Registration, value: object
) -> None:
    desk = Desk(client, registration)
    desk.start()
    body = {"responses": [{"position": 10, "value": value, "seq": 1}]}

    assert desk.ask("PUT", f"/attempts/{desk.attempt_id}/responses", body).status_code == 422


def test_a_candidate_fetches_a_picture_of_the_running_paper(
    client: FlaskClient, registration: Registration, drawing: Asset
) -> None:
    desk, path = Desk(client, registration), f"/desk/media/{drawing.name}"
    headers = {"Authorization": f"Bearer {desk.signed_in['token']}"}
    before = client.get(path, headers=headers)
    desk.start()

    answer = client.get(path, headers=headers)

    assert (before.status_code, answer.status_code) == (404, 200)
    assert (answer.mimetype, answer.data) == ("image/svg+xml", DRAWING)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    repeat = client.get(path, headers={**headers, "If-None-Match": answer.headers["ETag"]})
    assert repeat.status_code == 304


def test_strangers_see_no_picture(client: FlaskClient, registration: Registration, drawing: Asset) -> None:
    assert client.get(f"/desk/media/{drawing.name}").status_code == 401
    for path in (f"/assets/{drawing.name}/file", f"/practice/media/{drawing.name}"):
        assert client.get(path).status_code in (302, 401)


def test_staff_see_pictures_of_their_banks_and_papers(
    sign_in: SignIn, make: Make, registration: Registration, drawing: Asset, session: Session
) -> None:
    center = registration.exam_session.center
    chief = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=center)
    own = make_items.asset(make, file_name="own.png", center_id=center.id)
    session.commit()

    assert chief.get(f"/papers/{registration.exam_session.paper_id}/media/{drawing.name}").data == DRAWING
    writer = sign_in(StaffDuty.ITEM_WRITER, at=center)
    assert writer.get(f"/assets/{own.name}/file").mimetype == "image/png"
    assert writer.get(f"/assets/{drawing.name}/file").status_code == 404


def test_who_looks_at_the_picture_of_a_live_item_is_on_record(
    sign_in: SignIn, make: Make, registration: Registration, session: Session
) -> None:
    center = registration.exam_session.center
    own = make_items.asset(make, file_name="own.png", center_id=center.id)
    shows = replace(SAMPLES[ItemKind.HOTSPOT], stem="另一题", image=own.name)
    item_of(make, registration.exam_session.scheme.tier, shows, center_id=center.id)
    session.commit()

    sign_in(StaffDuty.ITEM_WRITER, at=center).get(f"/assets/{own.name}/file")

    assert "asset.read" in session.scalars(sa.select(AuditEvent.deed)).all()
