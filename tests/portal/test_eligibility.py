"""What one may apply for: the page of the trainee, the page of the center, the lists, the command."""

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.make import Make
from tests.make_eligibility import rules_in_force
from tests.portal.conftest import SignIn
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty
from training_base.people.models import Education, Employment, Trainer
from training_base.people.rules import EducationLevel


@pytest.fixture
def center(make: Make) -> TrainingCenter:
    rules_in_force(make)
    return make.center()


@pytest.fixture
def trainer(make: Make, center: TrainingCenter) -> Trainer:
    found = make.trainer(center)
    mine: dict[str, Any] = {"trainer_id": found.id}
    make.add(Employment(**mine, employer="甲", job="标注", is_in_occupation=True, started_on=date(2024, 1, 1)))
    make.add(
        Education(**mine, level=EducationLevel.BACHELOR, school="大学", subject="软件工程", ended_on=date(2020, 7, 1))
    )
    make.session.commit()
    return found


@pytest.fixture
def own(sign_in: SignIn, trainer: Trainer) -> FlaskClient:
    return sign_in(trainer=trainer)


def test_trainees_see_their_own_answer_before_anybody_applies(own: FlaskClient) -> None:
    page = own.get("/eligibility/me?lang=en&on=2026-06-15&level=4").text

    assert "What I may apply for" in page
    assert all(rule in page for rule in ("S4-1", "S4-2", "S4-3"))
    assert "2 full years on file; met from 2029-01-01" in page
    assert "for comparison only" in page
    assert "Nobody can be judged by rules that are not published." in page


def test_a_day_ahead_shows_what_time_brings(own: FlaskClient) -> None:
    assert "S4-1" in own.get("/eligibility/me?lang=en&on=2029-01-01").text.split("<table")[1]
    assert "S4-1" not in own.get("/eligibility/me?lang=en&on=2028-12-31").text.split("</table>")[0]


def test_a_day_that_cannot_be_judged_is_refused_and_today_is_shown(own: FlaskClient) -> None:
    assert "Choose a day from 2020 to 2099." in own.get("/eligibility/me?lang=en&on=9999-12-31").text


def test_records_are_held_against_the_lists(own: FlaskClient) -> None:
    page = own.get("/eligibility/me?lang=en").text.split("against the lists")[-1]

    assert "named" in page
    assert "unknown" in page


def test_a_center_sees_the_answers_of_its_trainers_only(
    sign_in: SignIn, make: Make, center: TrainingCenter, trainer: Trainer
) -> None:
    manager = sign_in(StaffDuty.MANAGER, at=center)
    stranger = make.trainer(make.center())
    make.session.commit()

    assert trainer.name in manager.get(f"/eligibility/{trainer.id}?lang=en").text
    assert manager.get(f"/eligibility/{stranger.id}").status_code == 404


def test_without_profile_or_standard_the_page_says_so(sign_in: SignIn, make: Make, app: Flask) -> None:
    from portal.access import Role

    nobody, lonely = sign_in(roles=(Role.TRAINEE,)), sign_in(trainer=make.trainer())

    assert nobody.get("/eligibility/me").status_code == 200
    assert "No standard is loaded" in lonely.get("/eligibility/me?lang=en").text
    assert "No list is loaded" in lonely.get("/eligibility/related?lang=en").text


def test_anybody_reads_the_lists(client: FlaskClient, center: TrainingCenter) -> None:
    page = client.get("/eligibility/related?lang=en").text

    assert "Call center agent" in page
    assert "Not published" in page


def test_the_command_names_every_rule_tried(app: Flask, trainer: Trainer) -> None:
    words = ["people", "eligibility", str(trainer.id), "--level", "4", "--on", "2026-06-15", "--json"]

    [level] = json.loads(app.test_cli_runner().invoke(args=words).output)

    assert (level["eligible"], level["on"]) == (False, "2026-06-15")
    assert [one["rules"] for one in level["answers"]] == ["shanghai-2025", "national-2021"]
    assert [rule["rule"] for rule in level["answers"][0]["tried"]] == ["S4-1", "S4-2", "S4-3"]
    assert level["answers"][0]["tried"][0]["from_on"] == "2029-01-01"
    assert (level["answers"][1]["published"], level["answers"][1]["tried"]) == (False, [])


def test_the_command_prints_a_line_per_level(app: Flask, trainer: Trainer) -> None:
    runner = app.test_cli_runner()
    lines = runner.invoke(args=["people", "eligibility", str(trainer.id), "--on", "2026-06-15"]).output.splitlines()

    assert lines[0] == "level 5 on 2026-06-15: met by S5-2 (shanghai-2025)"
    assert lines[1] == "level 4 on 2026-06-15: not met; by time alone from 2029-01-01 (shanghai-2025)"
    assert lines[4] == "level 1 on 2026-06-15: not published (shanghai-2025)"


def test_the_command_refuses_whom_nobody_knows(app: Flask, center: TrainingCenter) -> None:
    answer = app.test_cli_runner().invoke(args=["people", "eligibility", str(center.id)])

    assert answer.exit_code == 1
    assert len(answer.output.strip().splitlines()) == 1


def test_rules_and_lists_are_loaded_with_the_standard_and_once(app: Flask) -> None:
    runner = app.test_cli_runner()

    first, second = (json.loads(runner.invoke(args=["standards", "load", "--json"]).output) for _ in range(2))

    assert (first["new_rule_sets"], first["new_related_lists"]) == (10, 4)
    assert (second["new_rule_sets"], second["new_related_lists"]) == (0, 0)
