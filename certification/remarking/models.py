"""Tables of re-marking: requests, and what they led to for each candidate."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.certificates.models import Certificate, StatusChange
from certification.exams.models import Paper, PaperItem, Registration
from certification.remarking.rules import Consequence, RemarkingStatus
from certification.scoring.rules import Treatment
from training_base.kernel.orm import Base, JSONValue


class Remarking(Base):
    """A request to mark one printed item of one paper by another key; ``case_id`` ties requests about one item.

    ``foreseen`` holds the numbers that the person who asked has seen (``rules.Foreseen``).
    """

    __tablename__ = "remarking"
    __table_args__ = (
        sa.Index(
            "uq_remarking_open",
            "paper_item_id",
            unique=True,
            sqlite_where=sa.text("status IN ('asked', 'approved')"),
            postgresql_where=sa.text("status IN ('asked', 'approved')"),
        ),
    )

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    paper_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paper.id"), index=True)
    paper_item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paper_item.id"))
    treatment: Mapped[Treatment]
    key: Mapped[Any] = mapped_column(JSONValue)
    reason: Mapped[str]
    status: Mapped[RemarkingStatus] = mapped_column(default=RemarkingStatus.ASKED)
    foreseen: Mapped[dict[str, Any]]
    asked_by: Mapped[UUID]
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None]
    job_id: Mapped[UUID | None]
    applied_at: Mapped[datetime | None]

    paper: Mapped[Paper] = relationship()
    paper_item: Mapped[PaperItem] = relationship()


class RemarkingOutcome(Base):
    """What a re-marking changed for one candidate; marks in hundredths. The marks before are kept here for ever."""

    __tablename__ = "remarking_outcome"
    __table_args__ = (sa.UniqueConstraint("remarking_id", "registration_id"),)

    remarking_id: Mapped[UUID] = mapped_column(sa.ForeignKey("remarking.id"))
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    registration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("registration.id"), index=True)
    marks_before: Mapped[int]
    marks_after: Mapped[int]
    passed_before: Mapped[bool | None]
    passed_after: Mapped[bool | None]
    result_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("result.id"), index=True)
    result_before: Mapped[bool | None]
    result_after: Mapped[bool | None]
    consequence: Mapped[Consequence]
    certificate_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("certificate.id"))
    change_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("status_change.id"))
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    told_by_name: Mapped[str | None]

    remarking: Mapped[Remarking] = relationship()
    registration: Mapped[Registration] = relationship()
    certificate: Mapped[Certificate | None] = relationship()
    change: Mapped[StatusChange | None] = relationship()
