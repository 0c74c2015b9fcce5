"""Gives every version of an item the kind of its item, as it was until now."""

from alembic import op

revision = "20261124_item_version_kinds"
down_revision = "20261124_item_content"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Copy the kind; until now a version had no other."""
    op.execute("UPDATE item_version SET kind = (SELECT item.kind FROM item WHERE item.id = item_version.item_id)")


def downgrade() -> None:
    """Nothing to take back: the column goes with the step before."""
