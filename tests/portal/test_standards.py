"""Pages and commands of standards: everybody may read, what is unknown is said to be."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.eligibility.catalog import load_rule_sets
from certification.standards import catalog
from tests.make import NOW, Make
from training_base.kernel.actor import SYSTEM


@pytest.fixture
def loaded(session: Session) -> None:
    """The national standard with its schemes, points and rules."""
    catalog.load_standard(session, by=SYSTEM, now=NOW)
    catalog.load_schemes(session, by=SYSTEM, now=NOW)
    catalog.load_knowledge_points(session, by=SYSTEM, now=NOW)
    load_rule_sets(session, by=SYSTEM, now=NOW)
    session.commit()


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def test_without_a_standard_the_page_says_so(client: FlaskClient) -> None:
    assert "standards load" in page(client, "/standards/")


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_edition_lists_levels_sources_and_what_is_unknown(client: FlaskClient, language: str) -> None:
    text = page(client, f"/standards/?lang={language}")

    assert "2021" in text
    assert ("上海五级、二级、一级方案" if language == "zh" else "Shanghai schemes for levels 5, 2, 1") in text
    assert 'id="source-chinastor"' in text
    assert "/standards/schemes/shanghai-2025-07-01-l3" in text


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("level", [5, 4, 3, 2, 1])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_tier_has_its_page(client: FlaskClient, level: int, language: str) -> None:
    text = page(client, f"/standards/level/{level}?lang={language}")

    assert ("未公布" if language == "zh" else "Not published") in text


@pytest.mark.usefixtures("loaded")
def test_an_inferred_weight_is_marked_and_explained(client: FlaskClient) -> None:
    text = page(client, "/standards/level/4")

    assert "≈ 40" in text
    assert "四级大纲的 250 个鉴定点" in text


@pytest.mark.usefixtures("loaded")
def test_rules_of_application_are_told_in_words(client: FlaskClient) -> None:
    assert "S3-1" not in page(client, "/standards/level/3")
    assert "上海市现行申报条件" in page(client, "/standards/level/3")


@pytest.mark.usefixtures("loaded")
def test_a_scheme_shows_items_and_tasks(client: FlaskClient) -> None:
    text = page(client, "/standards/schemes/shanghai-2025-07-01-l3?lang=en")

    assert "190" in text
    assert "one unit is drawn" in text


@pytest.mark.usefixtures("loaded")
def test_a_demonstration_says_that_it_is_one(client: FlaskClient) -> None:
    assert "演示方案" in page(client, "/standards/schemes/demo-l3-short")


def test_a_tier_without_tree_or_rules_still_has_a_page(client: FlaskClient, make: Make, session: Session) -> None:
    make.scheme(content={"theory": None, "skill": None}, code="none", until_on=NOW.date().replace(year=2030))
    session.commit()

    assert "未公布" in page(client, "/standards/level/3")
    assert "2030" in page(client, "/standards/schemes/none")
    page(client, "/standards/level/4", 404)


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["standards", *words])


def test_the_command_loads_twice_without_change(app: Flask) -> None:
    first, second = run(app, "load"), run(app, "load", "--json")

    assert first.exit_code == 0, first.output
    facts = json.loads(second.output)
    assert (facts["standard"], facts["new_knowledge_points"]) == ("national-2021", 0)


def test_the_command_refuses_a_file_that_is_no_standard(app: Flask, tmp_path: Any) -> None:
    (tmp_path / "x.json").write_text("{}")

    answer = run(app, "load", str(tmp_path / "x.json"))

    assert answer.exit_code != 0
    assert "not a standard" in answer.output


@pytest.mark.usefixtures("loaded")
def test_the_commands_list_and_show(app: Flask) -> None:
    listed = json.loads(run(app, "list", "--json").output)
    shown = json.loads(run(app, "show", "3", "--json").output)

    assert [tier["level"] for tier in listed[0]["tiers"]] == [5, 4, 3, 2, 1]
    assert shown["weights"]["theory"][0]["percent"] == 5
    assert "Level 3" in run(app, "show", "3").output
    assert "national-2021" in run(app, "list").output


def test_showing_what_is_not_loaded_fails(app: Flask) -> None:
    answer = run(app, "show", "3")

    assert answer.exit_code != 0
    assert "no tier" in answer.output
