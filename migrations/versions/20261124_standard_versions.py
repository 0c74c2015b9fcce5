"""Room for versions of standards: documents with a life cycle, nodes of any depth, links between them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261124_standard_versions"
down_revision = "20261123_13_accounts"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

STANDARD = (
    ("identifier", sa.Uuid()),
    ("series", sa.String()),
    ("version", sa.String()),
    ("language", sa.String()),
    ("consultation_from_on", sa.Date()),
    ("consultation_until_on", sa.Date()),
    ("trial_from_on", sa.Date()),
    ("adopted_on", sa.Date()),
    ("deprecated_on", sa.Date()),
    ("replaces_id", sa.Uuid()),
    ("created_by_id", sa.Uuid()),
    ("created_by", sa.String()),
    ("created_at", sa.DateTime(timezone=True)),
    ("changed_at", sa.DateTime(timezone=True)),
    ("source", sa.String()),
    ("extra", JSON),
    ("revision", sa.Integer()),
)
TIER = (("identifier", sa.Uuid()), ("source", sa.String()), ("extra", JSON), ("revision", sa.Integer()))
WEIGHT = (("node_id", sa.Uuid()), ("source", sa.String()))
POINT = (("identifier", sa.Uuid()), ("source", sa.String()))


def upgrade() -> None:
    """Add tables and columns; nothing is moved yet."""
    for table, columns in (("standard", STANDARD), ("tier", TIER), ("tier_weight", WEIGHT), ("knowledge_point", POINT)):
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_table(
        "standard_node",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Uuid(), nullable=False),
        sa.Column("placement_identifier", sa.Uuid(), nullable=False),
        sa.Column("standard_id", sa.Uuid(), nullable=False),
        sa.Column("tier_id", sa.Uuid(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("zh", sa.String(), nullable=True),
        sa.Column("en", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("extra", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["standard_node.id"], name=op.f("fk_standard_node_parent_id")),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_standard_node_standard_id")),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_standard_node_tier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_node")),
    )
    for column in ("identifier", "placement_identifier"):
        op.create_index(op.f(f"ix_standard_node_{column}"), "standard_node", [column], unique=True)
    for column in ("tier_id", "parent_id"):
        op.create_index(op.f(f"ix_standard_node_{column}"), "standard_node", [column])
    op.create_index("ix_standard_node_children", "standard_node", ["standard_id", "tier_id", "parent_id", "position"])
    op.create_table(
        "node_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Uuid(), nullable=False),
        sa.Column("standard_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("origin_identifier", sa.Uuid(), nullable=True),
        sa.Column("origin_uri", sa.String(), nullable=True),
        sa.Column("destination_identifier", sa.Uuid(), nullable=True),
        sa.Column("destination_uri", sa.String(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("extra", JSON, nullable=False),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_node_link_standard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node_link")),
    )
    op.create_index(op.f("ix_node_link_identifier"), "node_link", ["identifier"], unique=True)
    for column in ("standard_id", "origin_identifier", "destination_identifier"):
        op.create_index(op.f(f"ix_node_link_{column}"), "node_link", [column])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("node_link")
    op.drop_table("standard_node")
    for table, columns in (("standard", STANDARD), ("tier", TIER), ("tier_weight", WEIGHT), ("knowledge_point", POINT)):
        with op.batch_alter_table(table) as batch:
            for name, _kind in columns:
                batch.drop_column(name)
