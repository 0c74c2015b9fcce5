"""The commands of the audit trail, the worker, backups and the demonstration."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from portal import create_app
from portal.auth import accounts
from portal.config import MissingSecret, Settings, from_environment, read_secrets, write_secrets
from tests.conftest import migrated
from tests.make import KEYS, Make
from training_base.kernel import audit, queue
from training_base.kernel.models import AuditEvent

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=list(words))


def event(session: Session, make: Make) -> AuditEvent:
    center = make.center()
    found = audit.record(session, "center.updated", center, by=make.actor(), at=datetime.now(UTC), center_id=center.id)
    session.commit()
    return found


@pytest.fixture(autouse=True)
def no_head_of_another_test(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    (settings.instance / "audit-head").unlink(missing_ok=True)


def test_a_sound_trail_is_said_to_be_sound(run: Run, session: Session, make: Make) -> None:
    event(session, make)
    run("jobs", "work", "--once")

    answer = run("audit", "verify")

    assert answer.exit_code == 0, answer.output
    assert "1 events under 1 signed heads" in answer.output


def test_a_changed_trail_fails_with_one_clear_line(run: Run, session: Session, make: Make) -> None:
    event(session, make)
    session.execute(sa.update(AuditEvent).values(deed="forged"))
    session.commit()

    answer = run("audit", "verify")

    assert answer.exit_code == 1
    assert "the event does not fit its digest" in answer.output
    assert "Error: the audit trail is not sound: 1 faults" in answer.output


def test_the_check_answers_programs_in_json(run: Run, session: Session, make: Make) -> None:
    event(session, make)

    facts = json.loads(run("audit", "verify", "--json").output)

    assert facts["sound"] is True
    assert facts["unsequenced"] == 1


def test_events_are_listed(run: Run, session: Session, make: Make) -> None:
    event(session, make)

    assert "center.updated" in run("audit", "list").output
    assert json.loads(run("audit", "list", "--deed", "none", "--json").output) == []


def test_jobs_are_listed(run: Run, session: Session, make: Make) -> None:
    queue.enqueue(session, "certificates.issue", {}, by=make.actor(), now=datetime.now(UTC))
    session.commit()

    assert "certificates.issue" in run("jobs", "list").output
    assert json.loads(run("jobs", "list", "--json").output)[0]["status"] == "queued"


@pytest.mark.parametrize(
    "group",
    [
        "audit",
        "backup",
        "centers",
        "certificates",
        "demo",
        "exams",
        "items",
        "papers",
        "people",
        "results",
        "standards",
    ],
)
def test_every_group_of_commands_explains_itself(run: Run, group: str) -> None:
    answer = run(group, "--help")

    assert answer.exit_code == 0
    assert "Usage" in answer.output


def own_portal(folder: Path) -> Flask:
    """A portal on a new database of its own, since the demonstration fills it."""
    url = f"sqlite:///{folder / 'demo.sqlite3'}"
    migrated(url).dispose()
    return create_app(Settings(url, folder, "http://localhost", "", "k" * 32, KEYS.at(folder), testing=True))


def test_the_demonstration_loads_once_and_every_page_has_something(tmp_path: Path) -> None:
    app = own_portal(tmp_path)
    runner = app.test_cli_runner()

    first = runner.invoke(args=["demo", "load"])
    second = runner.invoke(args=["demo", "load", "--quiet"])

    assert first.exit_code == 0, first.output
    assert "manager@demo.zhixun.cn" in first.output
    assert second.output == ""
    assert runner.invoke(args=["jobs", "work", "--once"]).exit_code == 0
    assert "The audit trail is sound." in runner.invoke(args=["audit", "verify"]).output


def test_the_demonstration_stays_out_of_a_portal_in_use(run: Run, session: Session, make: Make) -> None:
    accounts.invite(session, "first@example.cn", "甲", by=make.actor(), now=datetime.now(UTC))
    session.commit()

    assert "stays out" in run("demo", "load").output
    assert accounts.find_by_name(session, "admin@demo.zhixun.cn") is None


def test_the_embedded_database_is_copied_while_it_runs(tmp_path: Path) -> None:
    runner = own_portal(tmp_path).test_cli_runner()
    target = tmp_path / "copy.sqlite3"

    assert runner.invoke(args=["backup", "create", str(target)]).exit_code == 0
    again = runner.invoke(args=["backup", "create", str(target)])

    engine = sa.create_engine(f"sqlite:///{target}")
    assert "certificate" in sa.inspect(engine).get_table_names()
    engine.dispose()
    assert again.exit_code == 1
    assert "exists already" in again.output


def test_postgresql_is_copied_with_its_own_tools(run: Run, app: Flask, tmp_path: Path) -> None:
    answer = run("backup", "create", str(tmp_path / "x"))

    is_server = "postgresql" in app.config["SQLALCHEMY_DATABASE_URI"]
    assert ("pg_dump" in answer.output) is is_server
    assert answer.exit_code == int(is_server)


def test_secrets_are_made_once_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"

    assert write_secrets(path)
    assert not write_secrets(path)
    assert path.stat().st_mode & 0o077 == 0
    settings = from_environment({"INSTANCE": str(tmp_path), "PUBLIC_URL": "https://a.example/"})
    assert settings.public_url == "https://a.example"
    assert settings.secure_cookies
    assert len(settings.keys.identity) == 32


@pytest.mark.parametrize("value", ["", "c2hvcnQ=", "no base64!"])
def test_a_missing_or_malformed_secret_stops_the_start(tmp_path: Path, value: str) -> None:
    with pytest.raises(MissingSecret):
        from_environment({"INSTANCE": str(tmp_path), "SECRET_KEY": value})


def test_a_folder_without_secrets_has_none(tmp_path: Path) -> None:
    assert read_secrets(tmp_path / "none") == {}
