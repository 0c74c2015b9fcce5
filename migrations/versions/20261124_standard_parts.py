"""Definitions and rubrics of frameworks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261124_standard_parts"
down_revision = "20261124_crosswalks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "standard_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("standard_id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("hierarchy_code", sa.String(), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_standard_part_standard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_part")),
        sa.UniqueConstraint("standard_id", "identifier", name=op.f("uq_standard_part_standard_id_identifier")),
    )
    op.create_index(op.f("ix_standard_part_identifier"), "standard_part", ["identifier"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("standard_part")
