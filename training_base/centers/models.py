"""Tables about training centers: the body, its sites and rooms, its filed scope, its staff."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_base.centers.rules import CenterKind, CenterStatus, StaffDuty, Term
from training_base.kernel.orm import Base


class TrainingCenter(Base):
    """A body that teaches or examines; its 13-character code starts every certificate number it issues."""

    __tablename__ = "training_center"

    code: Mapped[str] = mapped_column(sa.String(13), unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[CenterKind]
    status: Mapped[CenterStatus] = mapped_column(default=CenterStatus.ACTIVE)
    district: Mapped[str]
    functional_area: Mapped[str | None]
    zone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    phone: Mapped[str | None]
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    sites: Mapped[list["Site"]] = relationship(back_populates="center", order_by="Site.name")
    scopes: Mapped[list["FiledScope"]] = relationship(back_populates="center", order_by="FiledScope.from_on")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class

    def levels_on(self, day: date) -> list[int]:
        """The levels the body is filed for that day, the lowest (5) first."""
        levels = {scope.level for scope in self.scopes if Term(scope.from_on, scope.until_on).holds(day)}
        return sorted(levels, reverse=True)


class Site(Base):
    """One address of a center."""

    __tablename__ = "site"

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    name: Mapped[str]
    address: Mapped[str]
    district: Mapped[str]

    center: Mapped[TrainingCenter] = relationship(back_populates="sites")
    rooms: Mapped[list["Room"]] = relationship(back_populates="site", order_by="Room.name")


class Room(Base):
    """A room at a site, with so many workstations."""

    __tablename__ = "room"
    __table_args__ = (
        sa.UniqueConstraint("site_id", "name"),
        sa.CheckConstraint("workstations > 0", name="seats"),
    )

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    site_id: Mapped[UUID] = mapped_column(sa.ForeignKey("site.id"))
    name: Mapped[str]
    workstations: Mapped[int]

    site: Mapped[Site] = relationship(back_populates="rooms")


class FiledScope(Base):
    """What a center is on record for: an occupation, a job or all of them, one level, from a day to a day."""

    __tablename__ = "filed_scope"
    __table_args__ = (
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        sa.CheckConstraint("until_on IS NULL OR until_on > from_on", name="term"),
    )

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    occupation_code: Mapped[str]
    job: Mapped[str | None]
    level: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    center: Mapped[TrainingCenter] = relationship(back_populates="scopes")


class StaffRole(Base):
    """A duty somebody holds at a center; ``actor_id`` is their account, which stands floors above."""

    __tablename__ = "staff_role"
    __table_args__ = (sa.UniqueConstraint("center_id", "actor_id", "duty", "from_on"),)

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    actor_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    duty: Mapped[StaffDuty]
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    center: Mapped[TrainingCenter] = relationship()
