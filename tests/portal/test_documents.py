"""Pages of a standard as a document: read part by part, in both languages, with what is unknown in it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.standards import catalog, reading, service
from certification.standards.models import Standard
from certification.standards.rules import StandardStatus
from portal.access import Role
from tests.make import NOW, Make
from tests.make_standards import make_node, make_standard, make_tier
from tests.portal.conftest import SignIn
from training_base.kernel.actor import SYSTEM


@pytest.fixture
def national(session: Session) -> Standard:
    """The national standard as it ships."""
    standard = catalog.load_standard(session, by=SYSTEM, now=NOW)
    catalog.load_knowledge_points(session, by=SYSTEM, now=NOW)
    session.commit()
    return standard


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_document_shows_its_life_and_the_top_of_its_tree(
    client: FlaskClient, national: Standard, language: str
) -> None:
    text = page(client, f"/standards/documents/{national.identifier}?tier=3&lang={language}")

    assert ("智能训练" if language == "zh" else "Intelligent training") in text
    assert "按业务特点" not in text


def test_the_tree_opens_part_by_part(client: FlaskClient, national: Standard, session: Session) -> None:
    tier = service.tier_by_level(session, 3)
    function = service.tree(session, tier.id)[0].node

    path = f"/standards/documents/{national.id}/children?tier_id={tier.id}&parent_id={function.id}"
    text = page(client, path)

    assert "业务流程设计" in text
    assert "<html" not in text


def test_a_long_list_of_children_goes_on(
    client: FlaskClient, make: Make, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "AT_ONCE", 2)
    standard = make_standard(make, status=StandardStatus.TRIAL)
    for number in range(3):
        make_node(make, standard, zh=f"条{number}")
    session.commit()

    assert "start=2" in page(client, f"/standards/documents/{standard.id}")
    text = page(client, f"/standards/documents/{standard.id}/children?start=2")
    assert "条2" in text
    assert "start=" not in text


def test_a_node_shows_the_way_to_it_and_how_it_is_known(
    client: FlaskClient, national: Standard, session: Session
) -> None:
    tier = service.tier_by_level(session, 3)
    duty = service.tree(session, tier.id)[0].children[0]

    text = page(client, f"/standards/nodes/{duty.children[0].node.identifier}")

    assert "业务分析" in text
    assert "sh-handbook-l3" in text
    assert "Design the whole" in page(client, f"/standards/nodes/{duty.node.id}?lang=en")


def test_what_is_unknown_is_counted_and_listed(client: FlaskClient, national: Standard) -> None:
    text = page(client, f"/standards/documents/{national.id}/unknown?lang=en")

    assert "Weights without a published figure" in text
    assert "flask --app wsgi standards export national-2021 --format xlsx" in text
    assert "≈ 40" in page(client, f"/standards/documents/{national.id}/unknown?tier=4")


def test_facts_are_counted_by_how_they_are_known(session: Session, national: Standard) -> None:
    known = reading.how_known(session, national)

    weights = {row.tier.level: row for row in known if row.tier and row.kind == reading.WEIGHTS}
    assert weights[3].total == 16
    assert {str(row.kind) for row in known} >= {"function", "duty", "criterion", "theme", "weights", "points"}


def test_a_document_where_all_is_known_says_so(client: FlaskClient, make: Make, session: Session) -> None:
    standard = make_standard(make, status=StandardStatus.ADOPTED)
    make_node(make, make_tier(make, standard))
    session.commit()

    assert "均已知" in page(client, f"/standards/documents/{standard.id}/unknown")


def test_an_empty_document_says_so(sign_in: SignIn, make: Make, session: Session) -> None:
    standard = make_standard(make)
    session.commit()

    assert "暂无条目" in page(sign_in(roles=(Role.SCHEME_OWNER,)), f"/standards/documents/{standard.id}")


def test_editions_of_a_series_lead_to_one_another(client: FlaskClient, make: Make, session: Session) -> None:
    first = make_standard(make, series="s", version="第一版", status=StandardStatus.DEPRECATED)
    second = make_standard(make, series="s", version="第二版", status=StandardStatus.ADOPTED)
    make_standard(make, series="s", version="秘密版")
    session.commit()

    text = page(client, f"/standards/documents/{second.id}")

    assert f"/standards/documents/{first.id}" in text
    assert "秘密版" not in text
