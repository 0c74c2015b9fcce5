"""Tables of the analysis: what each session said of its paper and of each item."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.analysis.rules import EquatingStatus, SettingMethod, SettingStatus
from certification.exams.models import ExamSession, Paper
from certification.item_bank.models import Item
from training_base.kernel.orm import Base, JSONValue


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


class StandardSetting(Base):
    """A panel that finds the pass mark of a paper; ``round`` is the one it is in, or saw last.

    ``recommended`` and ``error`` are those of the last closed round, in hundredths of a mark.
    """

    __tablename__ = "standard_setting"

    paper_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paper.id"), index=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    method: Mapped[SettingMethod]
    status: Mapped[SettingStatus] = mapped_column(default=SettingStatus.RATING)
    round: Mapped[int] = mapped_column(default=1)
    recommended: Mapped[int | None]
    error: Mapped[int | None]
    opened_by: Mapped[UUID]
    opened_by_name: Mapped[str]
    opened_at: Mapped[datetime]
    adopted_by: Mapped[UUID | None]
    adopted_by_name: Mapped[str | None]
    adopted_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    paper: Mapped[Paper] = relationship()
    panel: Mapped[list["Panellist"]] = relationship(back_populates="setting", order_by="Panellist.name")
    rounds: Mapped[list["PanelRound"]] = relationship(back_populates="setting", order_by="PanelRound.number")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class


class Panellist(Base):
    """Somebody who judges."""

    __tablename__ = "panellist"
    __table_args__ = (sa.UniqueConstraint("setting_id", "actor_id"),)

    setting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standard_setting.id"))
    actor_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]

    setting: Mapped[StandardSetting] = relationship(back_populates="panel")


class PanelRating(Base):
    """A judgement: of an item in per cent (Angoff), or how many items lie before the bookmark, at position 0."""

    __tablename__ = "panel_rating"
    __table_args__ = (sa.UniqueConstraint("panellist_id", "round", "position"),)

    panellist_id: Mapped[UUID] = mapped_column(sa.ForeignKey("panellist.id"))
    round: Mapped[int]
    position: Mapped[int]
    value: Mapped[int]
    rated_at: Mapped[datetime]


class PanelRound(Base):
    """What a closed round came to; ``result`` are the fields of a ``Cut`` or ``BookmarkCut``, in hundredths."""

    __tablename__ = "panel_round"
    __table_args__ = (sa.UniqueConstraint("setting_id", "number"),)

    setting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standard_setting.id"))
    number: Mapped[int]
    result: Mapped[dict[str, Any]]
    closed_at: Mapped[datetime]

    setting: Mapped[StandardSetting] = relationship(back_populates="rounds")


class Equating(Base):
    """What marks on one paper are worth on another, worked out and perhaps adopted; marks in steps of ``step``."""

    __tablename__ = "equating"

    new_paper_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paper.id"), index=True)
    old_paper_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paper.id"), index=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    method: Mapped[str]
    smooth: Mapped[int]
    step: Mapped[int]
    anchors: Mapped[int]
    n_new: Mapped[int]
    n_old: Mapped[int]
    values: Mapped[list[float]] = mapped_column(JSONValue)
    errors: Mapped[list[float]] = mapped_column(JSONValue)
    slope: Mapped[float | None]
    intercept: Mapped[float | None]
    status: Mapped[EquatingStatus] = mapped_column(default=EquatingStatus.PROPOSED)
    proposed_by: Mapped[UUID]
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime]
    adopted_by: Mapped[UUID | None]
    adopted_by_name: Mapped[str | None]
    adopted_at: Mapped[datetime | None]

    new_paper: Mapped[Paper] = relationship(foreign_keys=[new_paper_id])
    old_paper: Mapped[Paper] = relationship(foreign_keys=[old_paper_id])
