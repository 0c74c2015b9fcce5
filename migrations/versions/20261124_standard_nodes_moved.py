"""The nodes of tiers become nodes of standards, with identifiers that every installation works out alike."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261124_standard_nodes_moved"
down_revision = "20261124_standard_versions"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NAMESPACE = uuid5(NAMESPACE_URL, "urn:zhixun:standards")
TODAY_IS_CALLED = {"draft": "private_draft", "superseded": "deprecated"}


def table(name: str, **columns: Any) -> sa.TableClause:
    """A table as it stands at this step."""
    return sa.table(name, sa.column("id", sa.Uuid()), *(sa.column(key, kind) for key, kind in columns.items()))


STANDARD = table(
    "standard", code=sa.String(), status=sa.String(), facts=JSON, identifier=sa.Uuid(), series=sa.String(),
    version=sa.String(), language=sa.String(), source=sa.String(), extra=JSON, revision=sa.Integer(),
)  # fmt: skip
TIER = table(
    "tier", standard_id=sa.Uuid(), level=sa.Integer(), facts=JSON, identifier=sa.Uuid(), source=sa.String(),
    extra=JSON, revision=sa.Integer(),
)  # fmt: skip
POINT = table("knowledge_point", tier_id=sa.Uuid(), code=sa.String(), identifier=sa.Uuid())
WEIGHT = table("tier_weight", tier_id=sa.Uuid(), zh=sa.String(), node_id=sa.Uuid())
SHARED = {
    "tier_id": sa.Uuid(), "parent_id": sa.Uuid(), "kind": sa.String(), "code": sa.String(), "zh": sa.String(),
    "en": sa.String(), "evidence": sa.String(), "facts": JSON, "position": sa.Integer(),
}  # fmt: skip
OLD = table("tier_node", **SHARED)
NEW = table(
    "standard_node", **SHARED, identifier=sa.Uuid(), placement_identifier=sa.Uuid(), standard_id=sa.Uuid(),
    source=sa.String(), extra=JSON, revision=sa.Integer(),
)  # fmt: skip


def named(*path: str) -> UUID:
    """The identifier of a fact by the path that leads to it."""
    return uuid5(NAMESPACE, "/".join(path))


def sources(facts: Any) -> str | None:
    """The names of the sources of a fact."""
    said = json.loads(facts) if isinstance(facts, str) else facts or {}
    return ", ".join(said.get("sources") or ()) or None


def rows(connection: sa.Connection, source: sa.TableClause) -> Iterable[sa.RowMapping]:
    """All rows of a table."""
    return connection.execute(sa.select(source)).mappings().all()


def upgrade() -> None:
    """Fill the new columns and move the nodes."""
    connection = op.get_bind()
    for standard in rows(connection, STANDARD):
        facts = {
            "identifier": named(standard["code"]),
            "series": standard["code"],
            "version": standard["code"],
            "language": "zh",
            "status": TODAY_IS_CALLED.get(standard["status"], standard["status"]),
            "source": sources((standard["facts"] or {}).get("standard")),
            "extra": {},
            "revision": 1,
        }
        connection.execute(sa.update(STANDARD).where(STANDARD.c.id == standard["id"]).values(facts))
    codes = {row["id"]: row["code"] for row in rows(connection, STANDARD)}
    for tier in rows(connection, TIER):
        name = named(codes[tier["standard_id"]], f"level:{tier['level']}")
        facts = {"identifier": name, "source": sources(tier["facts"]), "extra": {}, "revision": 1}
        connection.execute(sa.update(TIER).where(TIER.c.id == tier["id"]).values(facts))
        move_nodes(connection, tier, name)
        for point in connection.execute(sa.select(POINT).where(POINT.c.tier_id == tier["id"])).mappings().all():
            own = named(str(name), f"knowledge_point:{point['code']}")
            connection.execute(sa.update(POINT).where(POINT.c.id == point["id"]).values(identifier=own))


def move_nodes(connection: sa.Connection, tier: sa.RowMapping, tier_name: UUID) -> None:
    """Copy the nodes of a tier, parents first, and tie the weights to its functions."""
    places: Counter[tuple[UUID, str]] = Counter()
    names: dict[UUID | None, UUID] = {None: tier_name}
    query = sa.select(OLD).where(OLD.c.tier_id == tier["id"]).order_by(OLD.c.position)
    for node in connection.execute(query).mappings().all():
        above, kind = names[node["parent_id"]], node["kind"]
        places[above, kind] += 1
        name = named(str(above), f"{kind}:{node['code'] or '#' + str(places[above, kind])}")
        if name in names.values():
            name = uuid4()
        names[node["id"]] = name
        facts = {"standard_id": tier["standard_id"], "identifier": name, "extra": {}, "revision": 1}
        facts |= {"placement_identifier": named(str(name), "isChildOf"), "source": sources(node["facts"])}
        connection.execute(sa.insert(NEW).values({**node, **facts}))
        if kind == "function":
            ours = (WEIGHT.c.tier_id == tier["id"], WEIGHT.c.zh == node["zh"])
            connection.execute(sa.update(WEIGHT).where(*ours).values(node_id=node["id"]))


def downgrade() -> None:
    """Move the nodes that belong to a tier back; frameworks without tiers had no place before and are left out."""
    connection = op.get_bind()
    kept = sa.select(NEW).where(NEW.c.tier_id.is_not(None)).order_by(NEW.c.position)
    known: set[UUID | None] = {None}
    waiting = list(connection.execute(kept).mappings().all())
    while ready := [row for row in waiting if row["parent_id"] in known]:
        for row in ready:
            connection.execute(sa.insert(OLD).values({"id": row["id"], **{name: row[name] for name in SHARED}}))
            known.add(row["id"])
        waiting = [row for row in waiting if row["id"] not in known]
    connection.execute(sa.update(WEIGHT).values(node_id=None))
    connection.execute(sa.delete(NEW))
    for before, now in TODAY_IS_CALLED.items():
        connection.execute(sa.update(STANDARD).where(STANDARD.c.status == now).values(status=before))
