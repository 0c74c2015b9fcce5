"""What every standard, tier and node must have; the table of the nodes of tiers goes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261124_standard_rules"
down_revision = "20261124_standard_nodes_moved"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NEEDED = {
    "standard": {
        "identifier": sa.Uuid(),
        "series": sa.String(),
        "version": sa.String(),
        "language": sa.String(),
        "extra": JSON,
        "revision": sa.Integer(),
    },
    "tier": {"identifier": sa.Uuid(), "extra": JSON, "revision": sa.Integer()},
    "knowledge_point": {"identifier": sa.Uuid()},
}
INDEXES = (("series", False), ("replaces_id", False), ("status", False))


def upgrade() -> None:
    """Tighten the columns, tie them, widen the levels."""
    for table, columns in NEEDED.items():
        with op.batch_alter_table(table) as batch:
            for name, kind in columns.items():
                batch.alter_column(name, existing_type=kind, nullable=False)
            if table == "standard":
                batch.alter_column("occupation_code", existing_type=sa.String(), nullable=True)
                batch.create_foreign_key(op.f("fk_standard_replaces_id"), "standard", ["replaces_id"], ["id"])
        op.create_index(op.f(f"ix_{table}_identifier"), table, ["identifier"], unique=True)
    change_levels(9)
    for column, is_unique in INDEXES:
        op.create_index(op.f(f"ix_standard_{column}"), "standard", [column], unique=is_unique)
    with op.batch_alter_table("tier_weight") as batch:
        batch.create_foreign_key(op.f("fk_tier_weight_node_id"), "standard_node", ["node_id"], ["id"])
    op.create_index(op.f("ix_tier_weight_node_id"), "tier_weight", ["node_id"])
    op.drop_table("tier_node")


def change_levels(most: int) -> None:
    """Let levels run to that number; SQLite loses the old condition as it makes the table anew."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_tier_level"), "tier", type_="check")
    with op.batch_alter_table("tier", recreate="auto") as batch:
        batch.create_check_constraint(op.f("ck_tier_level"), f"level BETWEEN 1 AND {most}")


def downgrade() -> None:
    """Loosen all that again; a standard of no occupation has no place before."""
    op.create_table(
        "tier_node",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tier_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("zh", sa.String(), nullable=True),
        sa.Column("en", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(length=32), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["tier_node.id"], name=op.f("fk_tier_node_parent_id")),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_tier_node_tier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_node")),
    )
    op.create_index(op.f("ix_tier_node_parent_id"), "tier_node", ["parent_id"])
    op.create_index(op.f("ix_tier_node_tier_id"), "tier_node", ["tier_id"])
    op.drop_index(op.f("ix_tier_weight_node_id"), table_name="tier_weight")
    with op.batch_alter_table("tier_weight") as batch:
        batch.drop_constraint(op.f("fk_tier_weight_node_id"), type_="foreignkey")
    for column, _is_unique in INDEXES:
        op.drop_index(op.f(f"ix_standard_{column}"), table_name="standard")
    change_levels(5)
    for table, columns in NEEDED.items():
        op.drop_index(op.f(f"ix_{table}_identifier"), table_name=table)
        with op.batch_alter_table(table) as batch:
            for name, kind in columns.items():
                batch.alter_column(name, existing_type=kind, nullable=True)
            if table == "standard":
                batch.alter_column("occupation_code", existing_type=sa.String(), nullable=False)
                batch.drop_constraint(op.f("fk_standard_replaces_id"), type_="foreignkey")
