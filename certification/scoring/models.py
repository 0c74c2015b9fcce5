"""Tables of scoring: examiners' sheets, marks per component, results per enrolment."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.exams.models import DrawnTask, PaperItem, Registration
from certification.scoring.rules import SheetStatus, Treatment
from certification.skill_tasks.models import MeasurementRow
from certification.standards.models import Scheme, Tier
from certification.standards.rules import Component
from training_base.cohorts.models import Enrolment
from training_base.kernel.orm import Base, JSONValue
from training_base.people.models import Trainer


class ScoringSheet(Base):
    """One examiner's rating of one drawn task; the third place is for settling a difference."""

    __tablename__ = "scoring_sheet"
    __table_args__ = (
        sa.UniqueConstraint("drawn_task_id", "examiner_id"),
        sa.UniqueConstraint("drawn_task_id", "place"),
        sa.CheckConstraint("place BETWEEN 1 AND 3", name="place"),
    )

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    drawn_task_id: Mapped[UUID] = mapped_column(sa.ForeignKey("drawn_task.id"))
    examiner_id: Mapped[UUID] = mapped_column(index=True)
    examiner_name: Mapped[str]
    place: Mapped[int]
    status: Mapped[SheetStatus] = mapped_column(default=SheetStatus.OPEN)
    total: Mapped[int | None]
    remark: Mapped[str | None]
    opened_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]

    drawn_task: Mapped[DrawnTask] = relationship()
    rows: Mapped[list["SheetRow"]] = relationship(back_populates="sheet", order_by="SheetRow.position")


class SheetRow(Base):
    """What an examiner measured in one row, and the marks awarded, in hundredths."""

    __tablename__ = "sheet_row"
    __table_args__ = (sa.UniqueConstraint("sheet_id", "position"),)

    sheet_id: Mapped[UUID] = mapped_column(sa.ForeignKey("scoring_sheet.id"))
    position: Mapped[int]
    measurement_row_id: Mapped[UUID] = mapped_column(sa.ForeignKey("measurement_row.id"))
    actual: Mapped[str | None]
    awarded: Mapped[int | None]

    sheet: Mapped[ScoringSheet] = relationship(back_populates="rows")
    measurement_row: Mapped[MeasurementRow] = relationship()


class Mark(Base):
    """The marks of one registration, in hundredths, with how they came about."""

    __tablename__ = "mark"

    registration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("registration.id"), unique=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    component: Mapped[Component]
    marks: Mapped[int]
    detail: Mapped[list[dict[str, Any]]]
    scorer: Mapped[str]
    marked_at: Mapped[datetime]

    registration: Mapped[Registration] = relationship()


class KeyCorrection(Base):
    """A key of a frozen paper put right after the exam; the paper itself never changes.

    ``remarking_id`` is the approved request, a record of the floor above; ``number`` counts within the item.
    """

    __tablename__ = "key_correction"
    __table_args__ = (sa.UniqueConstraint("paper_item_id", "number"),)

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    paper_item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paper_item.id"))
    number: Mapped[int]
    treatment: Mapped[Treatment]
    key: Mapped[Any] = mapped_column(JSONValue)
    remarking_id: Mapped[UUID]
    made_at: Mapped[datetime]

    paper_item: Mapped[PaperItem] = relationship()


class Result(Base):
    """What an enrolment has come to: all components together."""

    __tablename__ = "result"

    enrolment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("enrolment.id"), unique=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"), index=True)
    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"))
    scheme_id: Mapped[UUID] = mapped_column(sa.ForeignKey("scheme.id"))
    passed: Mapped[bool] = mapped_column(default=False, index=True)
    short: Mapped[list[str]] = mapped_column(default=list)
    updated_at: Mapped[datetime]

    enrolment: Mapped[Enrolment] = relationship()
    trainer: Mapped[Trainer] = relationship()
    tier: Mapped[Tier] = relationship()
    scheme: Mapped[Scheme] = relationship()
    components: Mapped[list["ResultComponent"]] = relationship(
        back_populates="result", order_by="ResultComponent.component"
    )


class ResultComponent(Base):
    """The best published marks of one component, and the registration they were earned in."""

    __tablename__ = "result_component"
    __table_args__ = (sa.UniqueConstraint("result_id", "component"),)

    result_id: Mapped[UUID] = mapped_column(sa.ForeignKey("result.id"))
    component: Mapped[Component]
    registration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("registration.id"))
    marks: Mapped[int]
    passed: Mapped[bool]
    published_at: Mapped[datetime]
    valid_until: Mapped[date | None]

    result: Mapped[Result] = relationship(back_populates="components")
    registration: Mapped[Registration] = relationship()
