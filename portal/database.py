"""The database of the portal, and the one place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal.config import ROOT, Settings
from training_base.kernel.errors import Conflict
from training_base.kernel.orm import Base

db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"join_transaction_mode": "create_savepoint", "autoflush": True},
)
migrate = Migrate(directory=str(ROOT / "migrations"))

WRITING = "writing"


def engine_options(url: str) -> dict[str, Any]:
    """Options of the engine: waiting rather than failing when SQLite is busy, a live pool on PostgreSQL.

    What statements carry is kept out of error messages, and so out of the log: names and document numbers among it.
    """
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 30, "check_same_thread": False}, "hide_parameters": True}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10, "hide_parameters": True}


def normal_url(url: str) -> str:
    """A database URL with the driver we ship."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def prepare_engine(engine: Engine) -> None:
    """Make acknowledged mean durable, and let a unit of work take SQLite's write lock at its start."""
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def on_connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @sa.event.listens_for(engine, "begin")
        def on_begin(connection: Connection) -> None:
            writing = connection.get_execution_options().get(WRITING, False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    else:

        @sa.event.listens_for(engine, "connect")
        def on_connect_postgresql(connection: Any, _record: Any) -> None:
            connection.autocommit = True
            connection.execute("SET synchronous_commit = on")
            connection.execute("SET timezone = 'UTC'")
            connection.autocommit = False


@sa.event.listens_for(Session, "before_flush")
def guard_flush(session: Session, _context: Any, _instances: Any) -> None:
    """Refuse to write outside a unit of work."""
    changed = session.new or session.deleted or session.dirty
    if changed and session.info.get("guarded") and not session.info.get(WRITING):
        raise RuntimeError("writing outside a unit of work")


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """A transaction that is kept as a whole or not at all.

    It starts fresh, so that the block reads the latest state, and locks out other writers on SQLite.

    Raises:
        Conflict: somebody else changed the same record first.
        RuntimeError: units of work do not nest.
    """
    session = open_session(current_app)
    if session.info.get(WRITING):
        raise RuntimeError("units of work do not nest")
    session.rollback()
    session.expire_all()
    session.connection(execution_options={WRITING: True})
    session.info[WRITING] = True
    try:
        yield session
        session.commit()
    except (IntegrityError, StaleDataError) as lost:
        session.rollback()
        raise Conflict(what=_subject(lost)) from lost
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[WRITING] = False


def _subject(lost: IntegrityError | StaleDataError) -> str:
    text = str(lost.orig if isinstance(lost, IntegrityError) else lost)
    tables = [name for name in Base.metadata.tables if name in text]
    return max(tables, key=len, default="record")


def initialise(app: Flask, settings: Settings) -> None:
    """Join the database to the application."""
    url = normal_url(settings.database_url)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        prepare_engine(db.engine)
    app.extensions["keys"] = settings.keys

    @app.before_request
    def give_keys() -> None:
        open_session(app)


def open_session(app: Flask) -> Session:
    """The session of this application context, with the keys it works with."""
    session = db.session()
    session.info.update(keyring=app.extensions["keys"], guarded=True)
    return session
