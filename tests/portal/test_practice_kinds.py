"""Practice of every newer kind of item, without scripts: asked, answered rightly or wrongly, looked back at."""

import re
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.item_bank.content import Content
from certification.item_bank.rules import ItemKind as K
from certification.item_bank.rules import ItemUse
from certification.practice import service
from certification.practice.models import PracticeAnswer
from tests import make_items
from tests.certification.test_item_kinds import RIGHT, SAMPLES
from tests.make import Make
from tests.make_items import DRAWING, item_of
from tests.portal.conftest import SignIn

NEWER = [content for kind, content in SAMPLES.items() if kind not in (K.TRUE_FALSE, K.SINGLE_CHOICE, K.MULTIPLE_CHOICE)]


def fields(printed: Content, right: Any) -> dict[str, Any]:
    """The right answer as the fields of the page send it."""
    if printed.kind is K.HOTSPOT:
        return {"across": right[0], "down": right[1]}
    if printed.kind in (K.SHORT_TEXT, K.NUMERIC):
        return {"value": right}
    if printed.kind is K.GAP_TEXT:
        return {f"value-{place}": text for place, text in enumerate(right)}
    if printed.kind is K.ORDERING:
        return {f"value-{part}": printed.key.index(part) + 1 for part in range(len(printed.options))}
    return {f"value-{place}": at for place, at in enumerate(printed.key)}


@pytest.fixture
def begun(request: pytest.FixtureRequest, sign_in: SignIn, make: Make, session: Session) -> tuple[FlaskClient, str]:
    """A trainee at the only place of a quiz with that item, which shares a passage and shows a picture."""
    tier, picture = make.tier(), make_items.asset(make, DRAWING, file_name="a.svg")
    shared = make_items.stimulus(make, tier, f"**共用** ![图](asset:{picture.name})")
    content: Content = request.param
    named = replace(content, image=picture.name) if content.image else content
    item_of(make, tier, named, use=ItemUse.PRACTICE, stimulus=shared.code, stimulus_position=1)
    session.commit()
    learner = sign_in(trainer=make.trainer())
    answer = learner.post("/practice/level/3/start", data={"area": "", "count": "5"})
    assert answer.status_code == 302, answer.text
    return learner, str(answer.location)


every_kind = pytest.mark.parametrize("begun", NEWER, indirect=True, ids=[content.kind.value for content in NEWER])


@every_kind
def test_an_item_of_every_kind_is_answered_and_explained(begun: tuple[FlaskClient, str], session: Session) -> None:
    learner, place = begun
    printed = service.printed(session.scalars(sa.select(PracticeAnswer)).one())

    asked = learner.get(place).text
    learner.post(place, data=fields(printed, RIGHT[printed.kind]))
    page = learner.get(place).text

    assert "<strong>共用</strong>" in asked
    assert "解析" not in asked
    assert "答对了" in page or "正确" in page
    assert "解析" in page
    session.expire_all()
    assert session.scalars(sa.select(PracticeAnswer.is_correct)).one() is True


@every_kind
def test_a_wrong_answer_is_shown_beside_the_key(begun: tuple[FlaskClient, str], session: Session) -> None:
    learner, place = begun
    printed = service.printed(session.scalars(sa.select(PracticeAnswer)).one())
    wrong = {"value": "0", "across": "1", "down": "1"} | {f"value-{part}": "0" for part in range(2)}
    if printed.kind is K.GAP_SELECT:
        wrong = {"value-0": str(1 - printed.key[0]), "value-1": ""}
    if printed.kind is K.ORDERING:
        wrong = {f"value-{part}": str(4 - printed.key.index(part)) for part in range(4)}

    learner.post(place, data=wrong)

    session.expire_all()
    assert session.scalars(sa.select(PracticeAnswer.is_correct)).one() is False
    assert re.search("chip--failed", learner.get(place).text)


@every_kind
def test_nothing_or_nonsense_is_no_answer(begun: tuple[FlaskClient, str], session: Session) -> None:
    learner, place = begun
    nonsense = {"across": "x", "down": "-1", "value": "9" * 300} | {f"value-{part}": "77" * 150 for part in range(4)}

    empty, odd = learner.post(place, data={}), learner.post(place, data=nonsense)

    assert (empty.status_code, odd.status_code) == (200, 200)
    session.expire_all()
    assert session.scalars(sa.select(PracticeAnswer.answered_at)).one() is None
