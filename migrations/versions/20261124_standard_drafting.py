"""Edits of drafts, comments on them, and invitations to comment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261124_standard_drafting"
down_revision = "20261124_remarking"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "standard_edit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("standard_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_redoable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_standard_edit_standard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_edit")),
        sa.UniqueConstraint("standard_id", "number", name=op.f("uq_standard_edit_standard_id_number")),
    )
    op.create_table(
        "comment_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("standard_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_comment_invitation_standard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_invitation")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_comment_invitation_token_digest")),
    )
    op.create_index(op.f("ix_comment_invitation_standard_id"), "comment_invitation", ["standard_id"])
    op.create_table(
        "standard_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("standard_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("node_id", sa.Uuid(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("author_organisation", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("proposed", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disposal", sa.String(length=32), nullable=True),
        sa.Column("disposal_reason", sa.String(), nullable=True),
        sa.Column("disposed_by_id", sa.Uuid(), nullable=True),
        sa.Column("disposed_by", sa.String(), nullable=True),
        sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_standard_comment_standard_id")),
        sa.ForeignKeyConstraint(["node_id"], ["standard_node.id"], name=op.f("fk_standard_comment_node_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["standard_comment.id"], name=op.f("fk_standard_comment_parent_id")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["comment_invitation.id"], name=op.f("fk_standard_comment_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_comment")),
        sa.UniqueConstraint("standard_id", "number", name=op.f("uq_standard_comment_standard_id_number")),
    )
    for column in ("node_id", "parent_id", "account_id", "invitation_id"):
        op.create_index(op.f(f"ix_standard_comment_{column}"), "standard_comment", [column])


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("standard_comment")
    op.drop_table("comment_invitation")
    op.drop_table("standard_edit")
