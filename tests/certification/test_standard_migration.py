"""The move from nodes of tiers to nodes of standards keeps what an installation has, forth and back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.engine import Connection

from certification.standards.rules import fact_identifier
from portal.database import engine_options, prepare_engine
from tests.conftest import alembic_config

BEFORE = "20261123_05_standards"
AFTER = "20261124_standard_rules"
STANDARD, TIER, FUNCTION, DUTY, WEIGHT = (uuid4().hex for _ in range(5))
ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "standard",
        {"id": STANDARD, "code": "old", "occupation_code": "4-04-05-05", "kind": "municipal", "status": "draft"}
        | {"title_zh": "标准", "title_en": "Standard", "issuers_zh": "[]", "evidence": "own"}
        | {"facts": '{"standard": {"sources": ["a", "b"]}}'},
    ),
    (
        "tier",
        {"id": TIER, "standard_id": STANDARD, "level": 3, "title_zh": "三级", "title_en": "Level 3"}
        | {"evidence": "own", "facts": "{}"},
    ),
    (
        "tier_node",
        {"id": FUNCTION, "tier_id": TIER, "kind": "function", "code": "1", "zh": "业务", "evidence": "own"}
        | {"facts": '{"sources": ["a"]}', "position": 1},
    ),
    (
        "tier_node",
        {"id": DUTY, "tier_id": TIER, "parent_id": FUNCTION, "kind": "duty", "evidence": "own"}
        | {"facts": "{}", "position": 2},
    ),
    (
        "tier_weight",
        {"id": WEIGHT, "tier_id": TIER, "component": "theory", "zh": "业务", "en": "Business"}
        | {"percent": 100, "evidence": "own", "position": 0},
    ),
)


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Connection]:
    """A database of before the move, with a draft in it and keys that are checked."""
    engine = sa.create_engine(f"sqlite:///{tmp_path}/old.sqlite3", **engine_options("sqlite:"))
    prepare_engine(engine)
    with engine.connect() as connection:
        command.upgrade(alembic_config(connection), BEFORE)
        connection.commit()
        for table, row in ROWS:
            names = ", ".join(row)
            marks = ", ".join(f":{name}" for name in row)
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), row)
        connection.commit()
        yield connection
    engine.dispose()


def moved(connection: Connection, revision: str) -> None:
    command.upgrade(alembic_config(connection), revision)
    connection.commit()


def test_nodes_move_with_identifiers_that_loading_would_give(old: Connection) -> None:
    moved(old, AFTER)

    rows = old.execute(sa.text("SELECT id, identifier, source, standard_id FROM standard_node ORDER BY position")).all()
    tier = fact_identifier("old", "level:3")
    function = fact_identifier(str(tier), "function:1")
    assert [row[0] for row in rows] == [FUNCTION, DUTY]
    assert [UUID(row[1]) for row in rows] == [function, fact_identifier(str(function), "duty:#1")]
    assert [(row[2], row[3]) for row in rows] == [("a", STANDARD), (None, STANDARD)]
    assert old.execute(sa.text("SELECT node_id FROM tier_weight")).scalar() == FUNCTION


def test_a_draft_is_called_private(old: Connection) -> None:
    moved(old, AFTER)

    row = old.execute(sa.text("SELECT status, series, source, revision FROM standard")).one()
    assert tuple(row) == ("private_draft", "old", "a, b", 1)


def test_the_move_can_be_taken_back(old: Connection) -> None:
    moved(old, AFTER)
    command.downgrade(alembic_config(old), BEFORE)
    old.commit()

    rows = old.execute(sa.text("SELECT id, parent_id, position FROM tier_node ORDER BY position")).all()
    assert [tuple(row) for row in rows] == [(FUNCTION, None, 1), (DUTY, FUNCTION, 2)]
    assert old.execute(sa.text("SELECT status FROM standard")).scalar() == "draft"
    assert old.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1
