"""Tables of practical tasks and the measurement rows of their scoring sheets."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.standards.models import Tier
from training_base.kernel.orm import Base


class SkillTask(Base):
    """A practical task of one unit; marks in hundredths; the statement is Markdown."""

    __tablename__ = "skill_task"
    __table_args__ = (sa.Index("ix_skill_task_unit", "tier_id", "unit", "is_active"),)

    code: Mapped[str] = mapped_column(unique=True)
    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"))
    unit: Mapped[str]
    title: Mapped[str]
    minutes: Mapped[int]
    marks: Mapped[int]
    statement: Mapped[str]
    reference: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    tier: Mapped[Tier] = relationship()
    rows: Mapped[list["MeasurementRow"]] = relationship(back_populates="task", order_by="MeasurementRow.position")


class MeasurementRow(Base):
    """A row M1..Mn: what is measured, the required value, the marks it carries in hundredths."""

    __tablename__ = "measurement_row"
    __table_args__ = (
        sa.UniqueConstraint("skill_task_id", "position"),
        sa.CheckConstraint("marks > 0", name="marks"),
    )

    skill_task_id: Mapped[UUID] = mapped_column(sa.ForeignKey("skill_task.id"))
    position: Mapped[int]
    code: Mapped[str]
    marks: Mapped[int]
    criterion: Mapped[str]
    required: Mapped[str]

    task: Mapped[SkillTask] = relationship(back_populates="rows")
