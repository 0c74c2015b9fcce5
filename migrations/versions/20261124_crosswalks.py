"""Crosswalks and their rows."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_crosswalks"
down_revision = "20261124_related_lists"
branch_labels = None
depends_on = None

ENDS = (("origin_tier_id", "tier"), ("origin_node_id", "standard_node"))
OTHER_ENDS = (("destination_tier_id", "tier"), ("destination_node_id", "standard_node"))


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "crosswalk",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Uuid(), nullable=False),
        sa.Column("series", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("title_zh", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["origin_id"], ["standard.id"], name=op.f("fk_crosswalk_origin_id")),
        sa.ForeignKeyConstraint(["destination_id"], ["standard.id"], name=op.f("fk_crosswalk_destination_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crosswalk")),
        sa.UniqueConstraint("identifier", name=op.f("uq_crosswalk_identifier")),
        sa.UniqueConstraint("series", "version", name=op.f("uq_crosswalk_series_version")),
    )
    op.create_index(op.f("ix_crosswalk_origin_id"), "crosswalk", ["origin_id"], unique=False)
    op.create_index(op.f("ix_crosswalk_destination_id"), "crosswalk", ["destination_id"], unique=False)
    op.create_table(
        "crosswalk_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Uuid(), nullable=False),
        sa.Column("crosswalk_id", sa.Uuid(), nullable=False),
        sa.Column("pair", sa.String(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name, _ in ENDS + OTHER_ENDS),
        sa.Column("relation", sa.String(length=32), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("likeness", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["crosswalk_id"], ["crosswalk.id"], name=op.f("fk_crosswalk_row_crosswalk_id")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_crosswalk_row_{name}"))
            for name, table in ENDS + OTHER_ENDS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crosswalk_row")),
        sa.UniqueConstraint("identifier", name=op.f("uq_crosswalk_row_identifier")),
        sa.UniqueConstraint("crosswalk_id", "pair", name=op.f("uq_crosswalk_row_crosswalk_id_pair")),
    )
    for name, _ in ENDS + OTHER_ENDS:
        op.create_index(op.f(f"ix_crosswalk_row_{name}"), "crosswalk_row", [name], unique=False)


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("crosswalk_row")
    op.drop_table("crosswalk")
