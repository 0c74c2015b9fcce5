"""Tables of the kernel: audit events and heads, first answers, queued jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from training_base.kernel.orm import Base
from training_base.kernel.rules import JobStatus


class AuditEvent(Base):
    """Who did what to which record, when and from where; numbered and put into the tree apart."""

    __tablename__ = "audit_event"
    __table_args__ = (
        sa.Index("ix_audit_event_subject", "subject_kind", "subject_id"),
        sa.Index(
            "ix_audit_event_unsequenced",
            "at",
            sqlite_where=sa.text("seq IS NULL"),
            postgresql_where=sa.text("seq IS NULL"),
        ),
    )

    seq: Mapped[int | None] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID] = mapped_column(index=True)
    actor_name: Mapped[str]
    address: Mapped[str]
    deed: Mapped[str] = mapped_column(index=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    center_id: Mapped[UUID | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[str | None]
    after: Mapped[str | None]
    digest: Mapped[str]


class AuditHead(Base):
    """A signed head of the audit tree; the newest also keeps the frontier that the next leaves join."""

    __tablename__ = "audit_head"

    size: Mapped[int] = mapped_column(unique=True)
    root: Mapped[str]
    frontier: Mapped[list[str]]
    at: Mapped[datetime]
    signature: Mapped[str]


class FirstAnswer(Base):
    """What a deed that carries a key answered the first time."""

    __tablename__ = "first_answer"
    __table_args__ = (sa.UniqueConstraint("deed", "key"),)

    deed: Mapped[str]
    key: Mapped[str]
    asked: Mapped[str]
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class Job(Base):
    """A piece of long work: leased by a worker, done in chunks, never lost."""

    __tablename__ = "job"
    __table_args__ = (sa.Index("ix_job_waiting", "status", "created_at"),)

    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    key: Mapped[str | None] = mapped_column(unique=True)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    owner_name: Mapped[str]
    center_id: Mapped[UUID | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    lease: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
