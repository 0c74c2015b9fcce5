"""Tables about trainers: the profile, identity documents, schooling, work, titles, earlier certificates."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_base.kernel.orm import Base
from training_base.people.rules import DocumentKind, EducationLevel, Sex, TitleRank


class Trainer(Base):
    """A practitioner of the occupation; exists without an account."""

    __tablename__ = "trainer"

    name: Mapped[str] = mapped_column(index=True)
    name_latin: Mapped[str | None]
    sex: Mapped[Sex]
    born_on: Mapped[date]
    nationality: Mapped[str] = mapped_column(sa.String(2), default="CN")
    phone: Mapped[str | None]
    email: Mapped[str | None]
    domains: Mapped[list[str]] = mapped_column(default=list)
    skill_profile: Mapped[dict[str, Any]] = mapped_column(default=dict)
    apprenticeship_completed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    documents: Mapped[list["IdentityDocument"]] = relationship(
        back_populates="trainer", order_by="IdentityDocument.added_at"
    )
    educations: Mapped[list["Education"]] = relationship(order_by="Education.ended_on")
    employments: Mapped[list["Employment"]] = relationship(order_by="Employment.started_on")
    titles: Mapped[list["ProfessionalTitle"]] = relationship(order_by="ProfessionalTitle.awarded_on")
    earlier_certificates: Mapped[list["EarlierCertificate"]] = relationship(order_by="EarlierCertificate.issued_on")
    keepers: Mapped[list["TrainerKeeper"]] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class


class TrainerKeeper(Base):
    """A center that keeps the trainer on file; centers stand on a higher floor, hence no foreign key."""

    __tablename__ = "trainer_keeper"
    __table_args__ = (sa.UniqueConstraint("trainer_id", "center_id"),)

    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"))
    center_id: Mapped[UUID] = mapped_column(index=True)
    since: Mapped[datetime]


class IdentityDocument(Base):
    """An identity document; the number is kept encrypted, and a keyed digest of it for searching."""

    __tablename__ = "identity_document"
    __table_args__ = (sa.UniqueConstraint("number_digest"),)

    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"), index=True)
    kind: Mapped[DocumentKind]
    number_encrypted: Mapped[bytes]
    number_digest: Mapped[str]
    number_masked: Mapped[str]
    valid_until: Mapped[date | None]
    added_at: Mapped[datetime]

    trainer: Mapped[Trainer] = relationship(back_populates="documents")


class Education(Base):
    """A course of schooling, finished or in its final year."""

    __tablename__ = "education"

    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"), index=True)
    level: Mapped[EducationLevel]
    school: Mapped[str]
    subject: Mapped[str]
    is_related: Mapped[bool] = mapped_column(default=False)
    in_final_year: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None]


class Employment(Base):
    """Time at work; only time in the occupation counts for eligibility."""

    __tablename__ = "employment"
    __table_args__ = (sa.CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="order"),)

    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"), index=True)
    employer: Mapped[str]
    job: Mapped[str]
    is_in_occupation: Mapped[bool]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]


class ProfessionalTitle(Base):
    """A professional title (职称)."""

    __tablename__ = "professional_title"

    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"), index=True)
    name: Mapped[str]
    rank: Mapped[TitleRank]
    matches_subject: Mapped[bool]
    awarded_on: Mapped[date]


class EarlierCertificate(Base):
    """A certificate earned elsewhere, recorded from the paper; this portal does not vouch for it."""

    __tablename__ = "earlier_certificate"

    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"), index=True)
    occupation_code: Mapped[str]
    level: Mapped[int]
    number: Mapped[str]
    issuer: Mapped[str]
    issued_on: Mapped[date]
