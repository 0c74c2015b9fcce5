"""Tables about training: courses, cohorts, who teaches them, enrolments, hours."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_base.centers.models import TrainingCenter
from training_base.cohorts.rules import EnrolmentStatus
from training_base.kernel.orm import Base
from training_base.people.models import Trainer


class Course(Base):
    """What a center teaches for one level of the occupation."""

    __tablename__ = "course"
    __table_args__ = (sa.CheckConstraint("level BETWEEN 1 AND 5", name="level"),)

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    title: Mapped[str]
    occupation_code: Mapped[str]
    level: Mapped[int]
    planned_minutes: Mapped[int]

    center: Mapped[TrainingCenter] = relationship()


class Cohort(Base):
    """A course run once."""

    __tablename__ = "cohort"
    __table_args__ = (
        sa.UniqueConstraint("center_id", "code"),
        sa.CheckConstraint("capacity > 0", name="capacity"),
        sa.CheckConstraint("ends_on >= starts_on", name="term"),
    )

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    course_id: Mapped[UUID] = mapped_column(sa.ForeignKey("course.id"))
    code: Mapped[str]
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    capacity: Mapped[int]

    course: Mapped[Course] = relationship()
    center: Mapped[TrainingCenter] = relationship()
    teachers: Mapped[list["CohortTeacher"]] = relationship(back_populates="cohort")


class CohortTeacher(Base):
    """Who teaches a cohort; whoever is named here never decides on its members' certificates."""

    __tablename__ = "cohort_teacher"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "actor_id"),)

    cohort_id: Mapped[UUID] = mapped_column(sa.ForeignKey("cohort.id"))
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    actor_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]

    cohort: Mapped[Cohort] = relationship(back_populates="teachers")


class Enrolment(Base):
    """A trainer's place in a cohort, on the way to one level."""

    __tablename__ = "enrolment"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "trainer_id"),)

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    cohort_id: Mapped[UUID] = mapped_column(sa.ForeignKey("cohort.id"))
    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"), index=True)
    occupation_code: Mapped[str]
    level: Mapped[int]
    status: Mapped[EnrolmentStatus] = mapped_column(default=EnrolmentStatus.ACTIVE)
    credited_minutes: Mapped[int] = mapped_column(default=0)
    eligible_by: Mapped[str | None]
    enrolled_at: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship()
    trainer: Mapped[Trainer] = relationship()
    records: Mapped[list["TrainingRecord"]] = relationship(
        back_populates="enrolment", order_by="TrainingRecord.held_on"
    )


class TrainingRecord(Base):
    """Minutes of training credited for one day."""

    __tablename__ = "training_record"
    __table_args__ = (sa.CheckConstraint("minutes > 0", name="minutes"),)

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    enrolment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    held_on: Mapped[date]
    minutes: Mapped[int]
    topic: Mapped[str]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]

    enrolment: Mapped[Enrolment] = relationship(back_populates="records")
