"""Room for what is wished of a file of items, what its dry run showed, and the job that is at it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261124_item_import_wishes"
down_revision = "20261124_item_review"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Files that wait now have no wishes."""
    op.add_column("item_import", sa.Column("wishes", JSON, nullable=True))
    op.add_column("item_import", sa.Column("findings", JSON, nullable=True))
    op.add_column("item_import", sa.Column("job_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE item_import SET wishes = '{}'")
    with op.batch_alter_table("item_import") as table:
        table.alter_column("wishes", existing_type=JSON, nullable=False)


def downgrade() -> None:
    """What was wished is lost; the files stay."""
    with op.batch_alter_table("item_import") as table:
        for name in ("wishes", "findings", "job_id"):
            table.drop_column(name)
