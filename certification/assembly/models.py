"""Tables of assembly: blueprints with their versions, and items that are enemies."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.assembly.rules import Specification, read_specification
from certification.item_bank.models import Item
from certification.standards.models import Scheme
from training_base.centers.models import TrainingCenter
from training_base.kernel.orm import Base


class PaperBlueprint(Base):
    """What a center's papers for a scheme must keep to; each change is a new version, papers name theirs."""

    __tablename__ = "paper_blueprint"

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    scheme_id: Mapped[UUID] = mapped_column(sa.ForeignKey("scheme.id"), index=True)
    title: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    center: Mapped[TrainingCenter] = relationship()
    scheme: Mapped[Scheme] = relationship()
    versions: Mapped[list["BlueprintVersion"]] = relationship(
        back_populates="blueprint", order_by="BlueprintVersion.number"
    )
    current: Mapped["BlueprintVersion"] = relationship(
        primaryjoin="and_(PaperBlueprint.id == foreign(BlueprintVersion.blueprint_id), "
        "PaperBlueprint.version == foreign(BlueprintVersion.number))",
        viewonly=True,
        uselist=False,
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class


class BlueprintVersion(Base):
    """What a blueprint said at one time; never changed."""

    __tablename__ = "blueprint_version"
    __table_args__ = (sa.UniqueConstraint("blueprint_id", "number"),)

    blueprint_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paper_blueprint.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    written_by: Mapped[UUID]
    written_by_name: Mapped[str]
    created_at: Mapped[datetime]

    blueprint: Mapped[PaperBlueprint] = relationship(back_populates="versions")

    @property
    def specification(self) -> Specification:
        """What it asks, as values."""
        return read_specification(self.content)


class EnemyPair(Base):
    """Two items of which one gives the other away: they never meet on a paper. The smaller identifier comes first."""

    __tablename__ = "enemy_pair"
    __table_args__ = (
        sa.UniqueConstraint("first_id", "second_id"),
        sa.CheckConstraint("first_id < second_id", name="order"),
    )

    first_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item.id"))
    second_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item.id"), index=True)
    reason: Mapped[str]
    declared_by: Mapped[UUID]
    declared_by_name: Mapped[str]
    declared_at: Mapped[datetime]

    first: Mapped[Item] = relationship(foreign_keys=[first_id])
    second: Mapped[Item] = relationship(foreign_keys=[second_id])
