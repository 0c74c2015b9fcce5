"""Tables of accounts, the roles that no center gives, and one-time links."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import Role
from training_base.kernel.orm import Base
from training_base.people.models import Trainer


class Account(Base):
    """Somebody who signs in; without a password until the one-time link was used."""

    __tablename__ = "account"

    sign_in_name: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    trainer_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("trainer.id"), unique=True)
    epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    last_signed_in_at: Mapped[datetime | None]

    trainer: Mapped[Trainer | None] = relationship()
    roles: Mapped[list["AccountRole"]] = relationship(back_populates="account", lazy="selectin")


class AccountRole(Base):
    """A role that is not bound to a center."""

    __tablename__ = "account_role"
    __table_args__ = (sa.UniqueConstraint("account_id", "role"),)

    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    role: Mapped[Role]

    account: Mapped[Account] = relationship(back_populates="roles")


class OneTimeLink(Base):
    """A link by which an account's owner sets the password, once and for a time."""

    __tablename__ = "one_time_link"

    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
