"""What items of every kind say; stimuli that items share; pictures and sounds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261124_item_content"
down_revision = "20261124_standard_drafting"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables and add the columns; a version's kind is filled in by the next step."""
    op.create_table(
        "stimulus",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("center_id", sa.Uuid(), nullable=True),
        sa.Column("tier_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["center_id"], ["training_center.id"], name=op.f("fk_stimulus_center_id")),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_stimulus_tier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stimulus")),
        sa.UniqueConstraint("code", name=op.f("uq_stimulus_code")),
    )
    op.create_index(op.f("ix_stimulus_center_id"), "stimulus", ["center_id"])
    op.create_index(op.f("ix_stimulus_tier_id"), "stimulus", ["tier_id"])
    op.create_table(
        "stimulus_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stimulus_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["stimulus_id"], ["stimulus.id"], name=op.f("fk_stimulus_version_stimulus_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stimulus_version")),
        sa.UniqueConstraint("stimulus_id", "number", name=op.f("uq_stimulus_version_stimulus_id_number")),
    )
    op.create_table(
        "asset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("center_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["center_id"], ["training_center.id"], name=op.f("fk_asset_center_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("name", name=op.f("uq_asset_name")),
    )
    op.create_index(op.f("ix_asset_center_id"), "asset", ["center_id"])
    op.create_table(
        "asset_content",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_content_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_content")),
        sa.UniqueConstraint("asset_id", name=op.f("uq_asset_content_asset_id")),
    )
    _uses("item_asset", "item_version")
    _uses("stimulus_asset", "stimulus_version")
    _columns()


def _uses(table: str, user: str) -> None:
    """A table that says which version shows which asset."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(f"{user}_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint([f"{user}_id"], [f"{user}.id"], name=op.f(f"fk_{table}_{user}_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f(f"fk_{table}_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(f"{user}_id", "asset_id", name=op.f(f"uq_{table}_{user}_id_asset_id")),
    )
    op.create_index(op.f(f"ix_{table}_asset_id"), table, ["asset_id"])


def _refer(table: str, column: str, other: str) -> None:
    """A column that refers to another table; written inline, which SQLite can add."""
    key = sa.ForeignKey(f"{other}.id", name=op.f(f"fk_{table}_{column}"))
    op.add_column(table, sa.Column(column, sa.Uuid(), key, nullable=True), inline_references=True)
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _columns() -> None:
    op.add_column("item", sa.Column("cognitive_level", sa.String(length=32), nullable=True))
    op.add_column("item", sa.Column("suggested_marks", sa.Integer(), nullable=True))
    op.add_column("item", sa.Column("stimulus_position", sa.Integer(), nullable=True))
    _refer("item", "stimulus_id", "stimulus")
    op.add_column("item_version", sa.Column("kind", sa.String(length=32), server_default="true_false", nullable=False))
    op.add_column("item_version", sa.Column("language", sa.String(), server_default="zh", nullable=False))
    op.add_column("item_version", sa.Column("parts", JSON, server_default="{}", nullable=False))
    _refer("item_version", "stimulus_version_id", "stimulus_version")
    op.add_column("paper_item", sa.Column("parts", JSON, server_default="{}", nullable=False))
    op.add_column("paper_item", sa.Column("stimulus", JSON, nullable=True))
    op.add_column("paper_item", sa.Column("assets", JSON, server_default="{}", nullable=False))


def downgrade() -> None:
    """Take them out again."""
    for column in ("assets", "stimulus", "parts"):
        op.drop_column("paper_item", column)
    op.drop_index(op.f("ix_item_version_stimulus_version_id"), "item_version")
    op.drop_index(op.f("ix_item_stimulus_id"), "item")
    with op.batch_alter_table("item_version") as table:
        for column in ("stimulus_version_id", "parts", "language", "kind"):
            table.drop_column(column)
    with op.batch_alter_table("item") as table:
        for column in ("stimulus_id", "stimulus_position", "suggested_marks", "cognitive_level"):
            table.drop_column(column)
    for name in ("stimulus_asset", "item_asset", "asset_content", "asset", "stimulus_version", "stimulus"):
        op.drop_table(name)
