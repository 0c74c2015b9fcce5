"""Reports of leaks, and marks of exports."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_safekeeping"
down_revision = "20261124_framework_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and columns."""
    op.create_table(
        "export_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["center_id"], ["training_center.id"], name=op.f("fk_export_mark_center_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_mark")),
        sa.UniqueConstraint("code", name=op.f("uq_export_mark_code")),
    )
    op.create_index(op.f("ix_export_mark_at"), "export_mark", ["at"], unique=False)
    op.create_index(op.f("ix_export_mark_center_id"), "export_mark", ["center_id"], unique=False)
    op.create_table(
        "leak_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("center_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("item_status", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        sa.Column("declared_by_name", sa.String(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["center_id"], ["training_center.id"], name=op.f("fk_leak_report_center_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_leak_report_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leak_report")),
    )
    op.create_index(op.f("ix_leak_report_center_id"), "leak_report", ["center_id"], unique=False)
    op.create_index(op.f("ix_leak_report_item_id"), "leak_report", ["item_id"], unique=False)
    op.create_index(op.f("ix_leak_report_status"), "leak_report", ["status"], unique=False)


def downgrade() -> None:
    """Drop them again."""

    op.drop_index(op.f("ix_leak_report_status"), table_name="leak_report")
    op.drop_index(op.f("ix_leak_report_item_id"), table_name="leak_report")
    op.drop_index(op.f("ix_leak_report_center_id"), table_name="leak_report")
    op.drop_table("leak_report")
    op.drop_index(op.f("ix_export_mark_center_id"), table_name="export_mark")
    op.drop_index(op.f("ix_export_mark_at"), table_name="export_mark")
    op.drop_table("export_mark")
