"""Files of frameworks between their dry run and their confirmation."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_framework_files"
down_revision = "20261124_blueprints"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "framework_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standard_id", sa.Uuid(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_framework_file_standard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_file")),
    )
    op.create_index(op.f("ix_framework_file_asked_by"), "framework_file", ["asked_by"], unique=False)
    op.create_index(op.f("ix_framework_file_standard_id"), "framework_file", ["standard_id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("framework_file")
