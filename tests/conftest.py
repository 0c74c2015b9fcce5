"""Fixtures: both databases with the migrated schema, a session that is rolled back, the builder of records."""

from collections.abc import Iterator
from contextlib import ExitStack
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


class Databases:
    """Both databases, each made when it is first asked for and kept to the end, in whatever order the tests run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.closing = ExitStack()
        self.urls: dict[str, str] = {}
        self.engines: dict[str, Engine] = {}

    def url(self, kind: str) -> str:
        """The URL of a database of that kind."""
        if kind not in self.urls:
            file = f"sqlite:///{self.folder / 'test.sqlite3'}"
            self.urls[kind] = file if kind == "sqlite" else self.closing.enter_context(postgres.server())
        return self.urls[kind]

    def engine(self, kind: str) -> Engine:
        """An engine on the migrated schema of that database."""
        if kind not in self.engines:
            self.engines[kind] = migrated(self.url(kind))
            self.closing.callback(self.engines[kind].dispose)
        return self.engines[kind]


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Both databases."""
    databases = Databases(tmp_path_factory.mktemp("db"))
    with databases.closing:
        yield databases


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    return str(request.param)


@pytest.fixture
def database_url(databases: Databases, database_kind: str) -> str:
    """The URL of the database."""
    return databases.url(database_kind)


@pytest.fixture
def engine(databases: Databases, database_kind: str) -> Engine:
    """An engine on the migrated schema."""
    return databases.engine(database_kind)


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
