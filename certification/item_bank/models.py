"""Tables of the item bank: items and their versions."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.item_bank.rules import ItemKind, ItemStatus, ItemUse
from certification.standards.models import KnowledgePoint, Tier
from training_base.centers.models import TrainingCenter
from training_base.kernel.orm import Base


class Item(Base):
    """A theory item; without a center it belongs to the city's common bank."""

    __tablename__ = "item"
    __table_args__ = (sa.Index("ix_item_pool", "tier_id", "status", "use", "kind"),)

    code: Mapped[str] = mapped_column(unique=True)
    center_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"))
    knowledge_point_id: Mapped[UUID] = mapped_column(sa.ForeignKey("knowledge_point.id"), index=True)
    kind: Mapped[ItemKind]
    use: Mapped[ItemUse]
    status: Mapped[ItemStatus]
    difficulty: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    written_by: Mapped[UUID]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    center: Mapped[TrainingCenter | None] = relationship()
    tier: Mapped[Tier] = relationship()
    knowledge_point: Mapped[KnowledgePoint] = relationship()
    versions: Mapped[list["ItemVersion"]] = relationship(back_populates="item", order_by="ItemVersion.number")
    current: Mapped["ItemVersion"] = relationship(
        primaryjoin="and_(Item.id == foreign(ItemVersion.item_id), Item.version == foreign(ItemVersion.number))",
        viewonly=True,
        uselist=False,
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class


class ItemVersion(Base):
    """What an item said at one time; never changed. ``key`` holds positions in ``options``, from 0;
    a true/false item has no options and the key [1] for true, [0] for false."""

    __tablename__ = "item_version"
    __table_args__ = (sa.UniqueConstraint("item_id", "number"),)

    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item.id"))
    number: Mapped[int]
    stem: Mapped[str]
    stem_digest: Mapped[str] = mapped_column(index=True)
    options: Mapped[list[str]]
    key: Mapped[list[int]]
    rationale: Mapped[str]
    reference: Mapped[str]
    written_by: Mapped[UUID]
    created_at: Mapped[datetime]

    item: Mapped[Item] = relationship(back_populates="versions")


class ItemImport(Base):
    """A file of items, kept from its dry run until it is stored or thrown away; then only its traces stay."""

    __tablename__ = "item_import"

    center_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    file_name: Mapped[str]
    digest: Mapped[str]
    content: Mapped[bytes | None]
    asked_by: Mapped[UUID] = mapped_column(index=True)
    asked_at: Mapped[datetime]
    stored: Mapped[int | None]
    stored_at: Mapped[datetime | None]

    center: Mapped[TrainingCenter | None] = relationship()
