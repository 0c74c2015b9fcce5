"""Fixtures: both databases with the migrated schema, a session that is rolled back, the builder of records."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal.database import engine_options, normal_url, prepare_engine
from tests import postgres
from tests.make import KEYS, Make

ROOT = Path(__file__).resolve().parent.parent

# A busy machine takes its time over an example; how fast a rule is, is measured by the benchmarks.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


def alembic_config(connection: sa.Connection) -> Config:
    """Alembic over our migrations on that connection."""
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrated(url: str) -> Engine:
    """An engine like the portal's, on a database with the newest schema."""
    engine = sa.create_engine(normal_url(url), **engine_options(url))
    prepare_engine(engine)
    with engine.connect() as connection:
        command.upgrade(alembic_config(connection), "head")
        connection.commit()
    return engine


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The URL of a throw-away PostgreSQL server."""
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of an empty database, once per kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.sqlite3'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the migrated schema."""
    engine = migrated(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine, tmp_path: Path) -> Iterator[Session]:
    """A session in a transaction that is rolled back."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            session.info["keyring"] = KEYS.at(tmp_path)
            yield session
        outer.rollback()


@pytest.fixture
def make(session: Session) -> Make:
    """The builder of valid records."""
    return Make(session)


@pytest.fixture
def count_queries(engine: Engine) -> Iterator[list[str]]:
    """The statements sent to the database while the test runs."""
    sent: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)
