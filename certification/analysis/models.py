"""Tables of the analysis: what each session said of its paper and of each item."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.exams.models import ExamSession
from certification.item_bank.models import Item
from training_base.kernel.orm import Base


class SessionAnalysis(Base):
    """The latest analysis of an exam session; ``report`` as ``analysis.report.build`` gives it.

    ``candidates`` are the registrations in the order of the report's places: who they are is looked up only for those
    who may know.
    """

    __tablename__ = "session_analysis"

    exam_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exam_session.id"), unique=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    n: Mapped[int]
    method: Mapped[str]
    report: Mapped[dict[str, Any]]
    candidates: Mapped[list[str]]
    analysed_at: Mapped[datetime]
    analysed_by: Mapped[UUID]

    exam_session: Mapped[ExamSession] = relationship()


class ItemStatistic(Base):
    """What one exam session said of an item, in the version it showed; shares and correlations are not in per cent."""

    __tablename__ = "item_statistic"
    __table_args__ = (sa.UniqueConstraint("item_id", "exam_session_id"),)

    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item.id"))
    item_version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item_version.id"))
    exam_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exam_session.id"), index=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    n: Mapped[int]
    facility: Mapped[float | None]
    corrected_r: Mapped[float | None]
    efficiency: Mapped[float | None]
    a: Mapped[float | None]
    b: Mapped[float | None]
    a_error: Mapped[float | None]
    b_error: Mapped[float | None]
    alarmed: Mapped[bool] = mapped_column(default=False)
    drifted: Mapped[bool] = mapped_column(default=False)
    method: Mapped[str]
    at: Mapped[datetime]

    item: Mapped[Item] = relationship()
    exam_session: Mapped[ExamSession] = relationship()
