"""Runs migrations over the application's engine; writes our column types as plain ones."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from training_base.kernel.orm import Base, Instant


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our own column types as the plain ones they stand for, so that no migration imports ours."""
    if kind != "type":
        return False
    if isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    if isinstance(item, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def name_revision(_context: Any, _revision: Iterable[str], directives: list[Any]) -> None:
    """Write no empty migration."""
    if directives and directives[0].upgrade_ops.is_empty():
        directives[:] = []


@contextmanager
def rebuilding_tables(connection: Connection) -> Iterator[None]:
    """Let SQLite make a table anew to change it: what points at the old one is checked at the end, not at each step.

    The switch has no effect inside a transaction, so it goes to the driver before one is begun.
    """
    if connection.dialect.name != "sqlite" or connection.in_transaction():
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    (was_on,) = driver.execute("PRAGMA foreign_keys").fetchone()
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if torn := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows point at nothing: {torn[:10]}")
    finally:
        if connection.in_transaction():
            connection.commit()
        driver.execute(f"PRAGMA foreign_keys={was_on}")


def run(connection: Connection) -> None:
    """Bring the schema to the wanted revision in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        process_revision_directives=name_revision,
        compare_type=True,
    )
    with rebuilding_tables(connection), context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with current_app.extensions["migrate"].db.engine.connect() as connection:
        run(connection)
