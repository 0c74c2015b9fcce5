"""Tables of crosswalks: the document, and its rows between tiers or nodes of two editions."""

from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.crosswalks.rules import CrosswalkStatus, Relation, RowStatus
from certification.standards.models import Standard, StandardNode, Tier
from training_base.kernel.orm import Base


class Crosswalk(Base):
    """A document that says what tiers and nodes of one edition are in another; published by a second person.

    ``evidence`` says on what it rests; ``review_on`` is the day by which it is looked at again.
    """

    __tablename__ = "crosswalk"
    __table_args__ = (sa.UniqueConstraint("series", "version"),)

    identifier: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    series: Mapped[UUID] = mapped_column(default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    origin_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standard.id"), index=True)
    destination_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standard.id"), index=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    evidence: Mapped[str]
    review_on: Mapped[date | None]
    status: Mapped[CrosswalkStatus] = mapped_column(default=CrosswalkStatus.DRAFT)
    author_id: Mapped[UUID]
    author: Mapped[str]
    created_at: Mapped[datetime]
    published_by_id: Mapped[UUID | None]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class

    origin: Mapped[Standard] = relationship(foreign_keys=[origin_id])
    destination: Mapped[Standard] = relationship(foreign_keys=[destination_id])


class CrosswalkRow(Base):
    """What one tier or node is to another; without destination, that it has no counterpart.

    ``pair`` names both ends by their identifiers, so that no pair is decided twice. ``likeness`` is what the
    comparison of texts gave, in thousandths, for rows that it proposed.
    """

    __tablename__ = "crosswalk_row"
    __table_args__ = (sa.UniqueConstraint("crosswalk_id", "pair"),)

    identifier: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    crosswalk_id: Mapped[UUID] = mapped_column(sa.ForeignKey("crosswalk.id"))
    pair: Mapped[str]
    origin_tier_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("tier.id"), index=True)
    origin_node_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("standard_node.id"), index=True)
    destination_tier_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("tier.id"), index=True)
    destination_node_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("standard_node.id"), index=True)
    relation: Mapped[Relation | None]
    status: Mapped[RowStatus]
    likeness: Mapped[int | None]
    reason: Mapped[str | None]
    decided_by_id: Mapped[UUID | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]

    crosswalk: Mapped[Crosswalk] = relationship()
    origin_tier: Mapped[Tier | None] = relationship(foreign_keys=[origin_tier_id])
    origin_node: Mapped[StandardNode | None] = relationship(foreign_keys=[origin_node_id])
    destination_tier: Mapped[Tier | None] = relationship(foreign_keys=[destination_tier_id])
    destination_node: Mapped[StandardNode | None] = relationship(foreign_keys=[destination_node_id])

    @property
    def origin(self) -> Tier | StandardNode | None:
        """What is set against the other standard."""
        return self.origin_tier or self.origin_node

    @property
    def destination(self) -> Tier | StandardNode | None:
        """What it is set against; None where it has no counterpart."""
        return self.destination_tier or self.destination_node
