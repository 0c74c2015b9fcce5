"""Tables of examinations: papers, sessions, registrations, attempts, responses, incidents."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.assembly.models import BlueprintVersion
from certification.exams.rules import (
    ExamSessionStatus,
    IncidentKind,
    PaperSetStatus,
    RegistrationStatus,
    SessionDuty,
    SubmittedBy,
)
from certification.item_bank.content import Content, of_columns
from certification.item_bank.rules import ItemKind
from certification.skill_tasks.models import SkillTask
from certification.standards.models import Scheme
from certification.standards.rules import Component
from training_base.centers.models import Room, TrainingCenter
from training_base.cohorts.models import Enrolment
from training_base.kernel.orm import Base, JSONValue
from training_base.people.models import Trainer


class PaperSet(Base):
    """Parallel papers of one version of a blueprint: asked for, solved, and frozen as papers or thrown away.

    ``content`` holds the solved papers with what the solver knew of their items; ``outcome`` what the search gave,
    or why it failed.
    """

    __tablename__ = "paper_set"

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    blueprint_version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("blueprint_version.id"), index=True)
    status: Mapped[PaperSetStatus]
    count: Mapped[int]
    seed: Mapped[int] = mapped_column(sa.BigInteger)
    seconds: Mapped[int]
    job_id: Mapped[UUID | None]
    asked_by: Mapped[UUID]
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any]]
    content: Mapped[dict[str, Any]]

    blueprint_version: Mapped[BlueprintVersion] = relationship()


class Paper(Base):
    """A frozen selection of items; nothing in it changes after assembly.

    A paper of a set of parallel ones names it, with its place from 1; one made for a single candidate names the
    registration instead of a place.
    """

    __tablename__ = "paper"

    code: Mapped[str] = mapped_column(unique=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    scheme_id: Mapped[UUID] = mapped_column(sa.ForeignKey("scheme.id"))
    title: Mapped[str]
    seed: Mapped[int] = mapped_column(sa.BigInteger)
    minutes: Mapped[int]
    total: Mapped[int]
    scorer: Mapped[str]
    digest: Mapped[str]
    assembled_by: Mapped[UUID]
    assembled_at: Mapped[datetime]
    paper_set_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("paper_set.id"), index=True)
    set_position: Mapped[int | None]
    registration_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("registration.id", use_alter=True), unique=True)

    scheme: Mapped[Scheme] = relationship()
    items: Mapped[list["PaperItem"]] = relationship(back_populates="paper", order_by="PaperItem.position")


class PaperItem(Base):
    """An item as it stood when the paper was frozen; the key speaks of ``options`` as printed here.

    ``parts`` as in the bank; ``stimulus`` is what the item shares with its neighbours (id, number, title, body),
    ``assets`` the digests of the pictures and sounds by name.
    """

    __tablename__ = "paper_item"
    __table_args__ = (sa.UniqueConstraint("paper_id", "position"),)

    paper_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paper.id"))
    position: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item.id"), index=True)
    item_version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item_version.id"))
    kind: Mapped[ItemKind]
    area: Mapped[str]
    stem: Mapped[str]
    options: Mapped[list[str]]
    key: Mapped[list[Any]] = mapped_column(JSONValue)
    parts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stimulus: Mapped[dict[str, Any] | None] = mapped_column(JSONValue)
    assets: Mapped[dict[str, Any]] = mapped_column(default=dict)
    marks: Mapped[int]

    @property
    def content(self) -> Content:
        """What the item says, as printed."""
        return of_columns(self.kind, self.stem, self.options, self.key, self.parts)

    paper: Mapped[Paper] = relationship(back_populates="items")


class ExamSession(Base):
    """One component examined in one room in one window of time.

    A theory exam has one paper, or a set: then its papers lie at the seats in turn, or, with ``own_papers``, each
    candidate gets a paper of their own from the set's items.
    """

    __tablename__ = "exam_session"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="window"),
        sa.CheckConstraint("capacity > 0", name="capacity"),
    )

    code: Mapped[str] = mapped_column(unique=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    room_id: Mapped[UUID] = mapped_column(sa.ForeignKey("room.id"))
    scheme_id: Mapped[UUID] = mapped_column(sa.ForeignKey("scheme.id"))
    component: Mapped[Component]
    title: Mapped[str]
    paper_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("paper.id"))
    paper_set_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("paper_set.id"), index=True)
    own_papers: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    minutes: Mapped[int]
    grace_seconds: Mapped[int] = mapped_column(default=10)
    capacity: Mapped[int]
    status: Mapped[ExamSessionStatus] = mapped_column(default=ExamSessionStatus.PLANNED, index=True)
    access_salt: Mapped[str]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    center: Mapped[TrainingCenter] = relationship()
    room: Mapped[Room] = relationship()
    scheme: Mapped[Scheme] = relationship()
    paper: Mapped[Paper | None] = relationship()
    paper_set: Mapped[PaperSet | None] = relationship()
    staff: Mapped[list["SessionStaff"]] = relationship(back_populates="exam_session", order_by="SessionStaff.name")
    registrations: Mapped[list["Registration"]] = relationship(back_populates="exam_session")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class

    @property
    def has_paper(self) -> bool:
        """Whether there is something for candidates to sit."""
        return self.paper_id is not None or self.paper_set_id is not None


class SessionStaff(Base):
    """Who invigilates or examines in a session."""

    __tablename__ = "session_staff"
    __table_args__ = (sa.UniqueConstraint("exam_session_id", "actor_id", "duty"),)

    exam_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exam_session.id"))
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    actor_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    duty: Mapped[SessionDuty]

    exam_session: Mapped[ExamSession] = relationship(back_populates="staff")


class Registration(Base):
    """A candidate's place in an exam session, for the component that the session examines.

    ``passed`` is noted when the results are published; ``passed_until`` is the first day on which that no
    longer counts, None where the scheme sets no end.
    """

    __tablename__ = "registration"
    __table_args__ = (sa.UniqueConstraint("exam_session_id", "trainer_id"),)

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    exam_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exam_session.id"))
    enrolment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"), index=True)
    status: Mapped[RegistrationStatus] = mapped_column(default=RegistrationStatus.REGISTERED)
    status_reason: Mapped[str | None]
    extra_minutes: Mapped[int] = mapped_column(default=0)
    registered_at: Mapped[datetime]
    admitted_at: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]
    passed: Mapped[bool | None]
    passed_until: Mapped[date | None]

    exam_session: Mapped[ExamSession] = relationship(back_populates="registrations")
    enrolment: Mapped[Enrolment] = relationship()
    trainer: Mapped[Trainer] = relationship()
    ticket: Mapped["AdmissionTicket | None"] = relationship(back_populates="registration")
    attempt: Mapped["Attempt | None"] = relationship(back_populates="registration")
    drawn_tasks: Mapped[list["DrawnTask"]] = relationship(back_populates="registration", order_by="DrawnTask.position")


class AdmissionTicket(Base):
    """The admission number and seat of a registration."""

    __tablename__ = "admission_ticket"

    registration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("registration.id"), unique=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    seat: Mapped[int]
    issued_at: Mapped[datetime]

    registration: Mapped[Registration] = relationship(back_populates="ticket")


class DrawnTask(Base):
    """A practical task that the lot gave a candidate, one per unit."""

    __tablename__ = "drawn_task"
    __table_args__ = (sa.UniqueConstraint("registration_id", "position"),)

    registration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("registration.id"))
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    position: Mapped[int]
    skill_task_id: Mapped[UUID] = mapped_column(sa.ForeignKey("skill_task.id"))

    registration: Mapped[Registration] = relationship(back_populates="drawn_tasks")
    skill_task: Mapped[SkillTask] = relationship()


class Attempt(Base):
    """One go of a candidate, on one device at a time."""

    __tablename__ = "attempt"
    __table_args__ = (
        sa.Index(
            "ix_attempt_unsubmitted",
            "deadline",
            sqlite_where=sa.text("submitted_at IS NULL"),
            postgresql_where=sa.text("submitted_at IS NULL"),
        ),
    )

    registration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("registration.id"), unique=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    paper_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("paper.id"))
    device: Mapped[str]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    grace_seconds: Mapped[int]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[SubmittedBy | None]
    submit_key: Mapped[str | None]
    receipt: Mapped[str | None]
    last_saved_at: Mapped[datetime | None]

    registration: Mapped[Registration] = relationship(back_populates="attempt")
    paper: Mapped[Paper | None] = relationship()
    responses: Mapped[list["Response"]] = relationship(order_by="Response.position")


class Response(Base):
    """The answer that counts at one position: the one with the highest ``seq``."""

    __tablename__ = "response"
    __table_args__ = (sa.PrimaryKeyConstraint("attempt_id", "position"),)
    __mapper_args__ = {"exclude_properties": ["id"]}  # noqa: RUF012  SQLAlchemy reads it from the class

    id = None  # type: ignore[assignment]  # the key is the pair, so that a save is one indexed statement
    attempt_id: Mapped[UUID] = mapped_column(sa.ForeignKey("attempt.id"))
    position: Mapped[int]
    value: Mapped[Any] = mapped_column(JSONValue)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    saved_at: Mapped[datetime]


class RefusedResponse(Base):
    """An answer that had to be refused (too late, wrong device): kept, never counted."""

    __tablename__ = "refused_response"

    attempt_id: Mapped[UUID] = mapped_column(sa.ForeignKey("attempt.id"), index=True)
    position: Mapped[int]
    value: Mapped[Any] = mapped_column(JSONValue)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    received_at: Mapped[datetime]
    reason: Mapped[str]


class Incident(Base):
    """Something that happened in the room."""

    __tablename__ = "incident"

    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    exam_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exam_session.id"), index=True)
    registration_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("registration.id"))
    kind: Mapped[IncidentKind]
    note: Mapped[str]
    at: Mapped[datetime]
    noted_by: Mapped[UUID]
    noted_by_name: Mapped[str]

    registration: Mapped[Registration | None] = relationship()
