"""Tables of item review: findings about versions of items, and comments."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.item_bank.lint import Finding
from certification.item_bank.models import Item
from training_base.kernel.orm import Base


class ItemFlag(Base):
    """A finding about an item as it stands; ``other_id`` is the item it resembles, ``likeness`` in thousandths.

    A finding that a person has set aside, with a reason, stays set aside while both items keep their version.
    """

    __tablename__ = "item_flag"
    __table_args__ = (sa.Index("ix_item_flag_open", "finding", "set_aside_at"),)

    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item.id"), index=True)
    center_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    version: Mapped[int]
    finding: Mapped[Finding]
    detail: Mapped[str]
    other_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("item.id"), index=True)
    other_version: Mapped[int | None]
    likeness: Mapped[int | None]
    found_at: Mapped[datetime]
    set_aside_at: Mapped[datetime | None]
    set_aside_by: Mapped[UUID | None]
    set_aside_by_name: Mapped[str | None]
    set_aside_reason: Mapped[str | None]

    item: Mapped[Item] = relationship(foreign_keys=[item_id])
    other: Mapped[Item | None] = relationship(foreign_keys=[other_id])


class ItemComment(Base):
    """What somebody says about a version of an item; settled when its point is dealt with."""

    __tablename__ = "item_comment"

    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item.id"), index=True)
    version: Mapped[int]
    text: Mapped[str]
    written_by: Mapped[UUID]
    written_by_name: Mapped[str]
    written_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_name: Mapped[str | None]

    item: Mapped[Item] = relationship()
