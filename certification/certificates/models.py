"""Tables of certification: decisions, certificates, asked-for changes, number counters, share links."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.certificates.rules import (
    CertificateStatus,
    ChangeKind,
    ChangeReason,
    ChangeStatus,
    DecisionOutcome,
    last_day,
)
from certification.scoring.models import Result
from certification.standards.models import Tier
from training_base.centers.models import TrainingCenter
from training_base.kernel.orm import Base
from training_base.people.models import Trainer


class Decision(Base):
    """What somebody who neither taught nor examined decided on a passed result."""

    __tablename__ = "decision"

    result_id: Mapped[UUID] = mapped_column(sa.ForeignKey("result.id"), unique=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    outcome: Mapped[DecisionOutcome]
    reason: Mapped[str | None]
    decided_by: Mapped[UUID]
    decided_by_name: Mapped[str]
    decided_at: Mapped[datetime]

    result: Mapped[Result] = relationship()


class Certificate(Base):
    """A passed result, made public under a number that is never used again."""

    __tablename__ = "certificate"
    __table_args__ = (sa.CheckConstraint("expires_on > issued_on", name="term"),)

    number: Mapped[str] = mapped_column(unique=True)
    link_key: Mapped[str] = mapped_column(unique=True)
    result_id: Mapped[UUID] = mapped_column(sa.ForeignKey("result.id"), unique=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"), index=True)
    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"))
    holder_name: Mapped[str] = mapped_column(index=True)
    document_masked: Mapped[str | None]
    theory_marks: Mapped[int | None]
    skill_marks: Mapped[int | None]
    issued_on: Mapped[date] = mapped_column(index=True)
    issued_at: Mapped[datetime]
    expires_on: Mapped[date | None]
    status: Mapped[CertificateStatus] = mapped_column(default=CertificateStatus.VALID, index=True)
    status_at: Mapped[datetime | None]
    status_reason: Mapped[ChangeReason | None]
    revision: Mapped[int] = mapped_column(default=1)

    result: Mapped[Result] = relationship()
    center: Mapped[TrainingCenter] = relationship()
    trainer: Mapped[Trainer] = relationship()
    tier: Mapped[Tier] = relationship()
    changes: Mapped[list["StatusChange"]] = relationship(
        back_populates="certificate", order_by="StatusChange.asked_at.desc()"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class

    def holds_on(self, day: date) -> bool:
        """Whether an employer may rely on it that day; the day of expiry no longer counts."""
        in_term = self.issued_on <= day and (self.expires_on is None or day < self.expires_on)
        return in_term and self.status is CertificateStatus.VALID

    @property
    def last_day(self) -> date | None:
        """The last day of its term, as people read it; None where it does not expire."""
        return last_day(self.expires_on)


class StatusChange(Base):
    """A change of status that one person asks for and another approves."""

    __tablename__ = "status_change"

    certificate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("certificate.id"), index=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    kind: Mapped[ChangeKind]
    reason: Mapped[ChangeReason]
    explanation: Mapped[str]
    status: Mapped[ChangeStatus] = mapped_column(default=ChangeStatus.ASKED)
    asked_by: Mapped[UUID]
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]

    certificate: Mapped[Certificate] = relationship(back_populates="changes")


class NumberCounter(Base):
    """The last serial given out under a prefix of certificate numbers."""

    __tablename__ = "number_counter"

    prefix: Mapped[str] = mapped_column(unique=True)
    last: Mapped[int]


class ShareLink(Base):
    """A holder's leave for whoever has the link to see their levels until a day."""

    __tablename__ = "share_link"

    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"), index=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    trainer: Mapped[Trainer] = relationship()
    accesses: Mapped[list["ShareAccess"]] = relationship(order_by="ShareAccess.at.desc()")


class ShareAccess(Base):
    """A look through a share link; the holder sees the list."""

    __tablename__ = "share_access"

    share_link_id: Mapped[UUID] = mapped_column(sa.ForeignKey("share_link.id"), index=True)
    at: Mapped[datetime]
    visitor: Mapped[str]
