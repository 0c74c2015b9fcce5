"""Fixtures of the portal: an application on the migrated database, a client, people who are signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import create_app
from portal.access import Role
from portal.auth.models import Account, AccountRole
from portal.config import Settings
from portal.database import db
from tests.make import KEYS, NOW, Make
from training_base.centers.models import StaffRole, TrainingCenter
from training_base.centers.rules import StaffDuty
from training_base.people.models import Trainer

SignIn = Callable[..., FlaskClient]


@pytest.fixture(scope="session")
def made_apps() -> dict[str, Flask]:
    """The portals made so far, by kind of database."""
    return {}


@pytest.fixture
def whole_app(
    made_apps: dict[str, Flask], database_kind: str, engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Flask:
    """The portal on the test database, made once per kind of database."""
    if database_kind not in made_apps:
        folder = tmp_path_factory.mktemp("instance")
        settings = Settings(
            database_url=engine.url.render_as_string(hide_password=False),
            instance=folder,
            public_url="http://localhost",
            redis_url="",
            secret_key="test" * 8,
            keys=KEYS.at(folder),
            rate_limits=False,
            testing=True,
        )
        made_apps[database_kind] = create_app(settings)
    return made_apps[database_kind]


@pytest.fixture
def app(whole_app: Flask, session: Session) -> Iterator[Flask]:
    """The portal inside the test's own transaction: what its units of work commit is rolled back at the end."""
    connection = session.connection()
    whole_app.config["WTF_CSRF_ENABLED"] = False
    with whole_app.app_context():
        engines: Any = db.engines
        original = engines[None]
        engines[None] = connection
    yield whole_app
    with whole_app.app_context():
        db.session.remove()
        engines[None] = original


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody is signed in with."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, session: Session, make: Make) -> SignIn:
    """A browser of somebody with these duties at that center, or these roles, or that trainer's own account."""

    def enter(
        *duties: StaffDuty,
        at: TrainingCenter | None = None,
        roles: tuple[Role, ...] = (),
        trainer: Trainer | None = None,
        account_id: UUID | None = None,
    ) -> FlaskClient:
        number = next(make.serial)
        account = Account(
            sign_in_name=f"p{number}@example.cn",
            name=f"Person {number}",
            created_at=NOW,
            password_hash="unused",
        )
        if account_id is not None:
            account.id = account_id
        account.trainer_id = trainer.id if trainer else None
        account.roles = [AccountRole(role=role) for role in (*roles, *((Role.TRAINEE,) if trainer else ()))]
        make.add(account)
        for duty in duties:
            assert at is not None
            make.add(
                StaffRole(
                    center_id=at.id,
                    actor_id=account.id,
                    name=account.name,
                    duty=duty,
                    from_on=NOW.date().replace(year=2025),
                )
            )
        session.commit()
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = f"{account.id}:{account.epoch}"
            cookie["_fresh"] = True
        browser.account_id = account.id  # type: ignore[attr-defined]
        return browser

    return enter


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An empty instance folder."""
    return tmp_path
