"""The order of siblings in a tree: positions with gaps, renumbered only where a gap is used up."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from certification.standards.models import StandardNode
from certification.standards.placing import STEP, between


def siblings(session: Session, node: StandardNode) -> list[tuple[UUID, int]]:
    """The other children of a node's parent, or the other nodes at the top of its tier or framework, in order."""
    query = (
        sa.select(StandardNode.id, StandardNode.position)
        .where(StandardNode.standard_id == node.standard_id, StandardNode.id != node.id)
        .where(same(StandardNode.tier_id, node.tier_id), same(StandardNode.parent_id, node.parent_id))
        .order_by(StandardNode.position, StandardNode.id)
    )
    return [(row.id, row.position) for row in session.execute(query)]


def same(column: InstrumentedAttribute[UUID | None], value: UUID | None) -> sa.ColumnElement[bool]:
    """The column is that value; nothing equals nothing."""
    return column.is_(None) if value is None else column == value


def before(session: Session, node: StandardNode) -> UUID | None:
    """The sibling that a node stands behind; None where it is the first."""
    query = (
        sa.select(StandardNode.id)
        .where(StandardNode.standard_id == node.standard_id, StandardNode.position < node.position)
        .where(same(StandardNode.tier_id, node.tier_id), same(StandardNode.parent_id, node.parent_id))
        .order_by(StandardNode.position.desc(), StandardNode.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def put(session: Session, node: StandardNode, after: UUID | None) -> None:
    """Place a node behind a sibling; None, or a sibling that is gone, puts it first or last.

    Args:
        node: it already has its parent and tier.
        after: the sibling; None is the first place.
    """
    others = siblings(session, node)
    ids = [key for key, _position in others]
    place = 0 if after is None else (ids.index(after) + 1 if after in ids else len(ids))
    left = others[place - 1][1] if place else None
    right = others[place][1] if place < len(others) else None
    position = between(left, right)
    if position is None:
        renumber(session, [*ids[:place], node.id, *ids[place:]])
        session.expire(node, ["position"])
        return
    node.position = position


def renumber(session: Session, ids: list[UUID]) -> None:
    """Give siblings positions a step apart; their revisions stay, for what they say does not change."""
    session.flush()
    table = StandardNode.__table__
    assert isinstance(table, sa.Table)  # noqa: S101  what the mapping makes of a class with a table
    change = table.update().where(table.c.id == sa.bindparam("key")).values(position=sa.bindparam("place"))
    session.connection().execute(change, [{"key": key, "place": (n + 1) * STEP} for n, key in enumerate(ids)])
    for record in list(session.identity_map.values()):
        if isinstance(record, StandardNode):
            session.expire(record, ["position"])
