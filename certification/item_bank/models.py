"""Tables of the item bank: items and their versions, what several items share, pictures and sounds."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.item_bank.content import Content, of_columns
from certification.item_bank.rules import AssetKind, CognitiveLevel, ItemKind, ItemStatus, ItemUse
from certification.standards.models import KnowledgePoint, Tier
from training_base.centers.models import TrainingCenter
from training_base.kernel.orm import Base, JSONValue


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
    cognitive_level: Mapped[CognitiveLevel | None]
    suggested_marks: Mapped[int | None]
    stimulus_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("stimulus.id"), index=True)
    stimulus_position: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    written_by: Mapped[UUID]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    center: Mapped[TrainingCenter | None] = relationship()
    tier: Mapped[Tier] = relationship()
    knowledge_point: Mapped[KnowledgePoint] = relationship()
    stimulus: Mapped["Stimulus | None"] = relationship(back_populates="items")
    versions: Mapped[list["ItemVersion"]] = relationship(back_populates="item", order_by="ItemVersion.number")
    current: Mapped["ItemVersion"] = relationship(
        primaryjoin="and_(Item.id == foreign(ItemVersion.item_id), Item.version == foreign(ItemVersion.number))",
        viewonly=True,
        uselist=False,
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class


class ItemVersion(Base):
    """What an item said at one time; never changed. ``key`` has the shape that the kind asks, see ``content``;
    ``parts`` are the fields of a content that only some kinds fill."""

    __tablename__ = "item_version"
    __table_args__ = (sa.UniqueConstraint("item_id", "number"),)

    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item.id"))
    number: Mapped[int]
    kind: Mapped[ItemKind]
    language: Mapped[str] = mapped_column(default="zh")
    stem: Mapped[str]
    stem_digest: Mapped[str] = mapped_column(index=True)
    options: Mapped[list[str]]
    key: Mapped[list[Any]] = mapped_column(JSONValue)
    parts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stimulus_version_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("stimulus_version.id"), index=True)
    rationale: Mapped[str]
    reference: Mapped[str]
    written_by: Mapped[UUID]
    created_at: Mapped[datetime]

    item: Mapped[Item] = relationship(back_populates="versions")
    stimulus_version: Mapped["StimulusVersion | None"] = relationship()
    assets: Mapped[list["Asset"]] = relationship(secondary="item_asset", order_by="Asset.name")

    @property
    def content(self) -> Content:
        """What it says, as a value."""
        return of_columns(self.kind, self.stem, self.options, self.key, {**self.parts, "rationale": self.rationale})


class Stimulus(Base):
    """A passage, table, chart or picture that several items share; they stay together and in order on a paper."""

    __tablename__ = "stimulus"

    code: Mapped[str] = mapped_column(unique=True)
    center_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    written_by: Mapped[UUID]
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    center: Mapped[TrainingCenter | None] = relationship()
    tier: Mapped[Tier] = relationship()
    items: Mapped[list[Item]] = relationship(back_populates="stimulus", order_by=(Item.stimulus_position, Item.code))
    versions: Mapped[list["StimulusVersion"]] = relationship(
        back_populates="stimulus", order_by="StimulusVersion.number"
    )
    current: Mapped["StimulusVersion"] = relationship(
        primaryjoin="and_(Stimulus.id == foreign(StimulusVersion.stimulus_id), "
        "Stimulus.version == foreign(StimulusVersion.number))",
        viewonly=True,
        uselist=False,
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class


class StimulusVersion(Base):
    """What a stimulus said at one time, as Markdown; never changed."""

    __tablename__ = "stimulus_version"
    __table_args__ = (sa.UniqueConstraint("stimulus_id", "number"),)

    stimulus_id: Mapped[UUID] = mapped_column(sa.ForeignKey("stimulus.id"))
    number: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    written_by: Mapped[UUID]
    created_at: Mapped[datetime]

    stimulus: Mapped[Stimulus] = relationship(back_populates="versions")
    assets: Mapped[list["Asset"]] = relationship(secondary="stimulus_asset", order_by="Asset.name")


class Asset(Base):
    """A picture or a sound that items show by its name; never changed, so that a paper that names it is frozen."""

    __tablename__ = "asset"

    name: Mapped[str] = mapped_column(unique=True)
    center_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    kind: Mapped[AssetKind]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    description: Mapped[str]
    added_by: Mapped[UUID]
    added_at: Mapped[datetime]

    center: Mapped[TrainingCenter | None] = relationship()


class AssetContent(Base):
    """The bytes of an asset, apart from what lists read."""

    __tablename__ = "asset_content"

    asset_id: Mapped[UUID] = mapped_column(sa.ForeignKey("asset.id"), unique=True)
    content: Mapped[bytes]


class ItemAsset(Base):
    """That a version of an item shows an asset."""

    __tablename__ = "item_asset"
    __table_args__ = (sa.UniqueConstraint("item_version_id", "asset_id"),)

    item_version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item_version.id"))
    asset_id: Mapped[UUID] = mapped_column(sa.ForeignKey("asset.id"), index=True)


class StimulusAsset(Base):
    """That a version of a stimulus shows an asset."""

    __tablename__ = "stimulus_asset"
    __table_args__ = (sa.UniqueConstraint("stimulus_version_id", "asset_id"),)

    stimulus_version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("stimulus_version.id"))
    asset_id: Mapped[UUID] = mapped_column(sa.ForeignKey("asset.id"), index=True)


class ItemImport(Base):
    """A file of items, kept from its dry run until it is stored or thrown away; then only its traces stay.

    ``wishes`` are those of ``filling.Wishes`` and what was said at confirmation; ``findings`` the ``DryRun`` of a large
    file; ``job_id`` the job that is at it.
    """

    __tablename__ = "item_import"

    center_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    file_name: Mapped[str]
    digest: Mapped[str]
    content: Mapped[bytes | None]
    asked_by: Mapped[UUID] = mapped_column(index=True)
    asked_at: Mapped[datetime]
    stored: Mapped[int | None]
    stored_at: Mapped[datetime | None]
    wishes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    findings: Mapped[dict[str, Any] | None]
    job_id: Mapped[UUID | None]

    center: Mapped[TrainingCenter | None] = relationship()
