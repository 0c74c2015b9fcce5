"""Tables of safekeeping: reports of leaks, marks of exports."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.item_bank.models import Item
from certification.item_bank.rules import ItemStatus
from certification.safekeeping.rules import LeakStatus, MarkKind
from training_base.kernel.orm import Base


class LeakReport(Base):
    """An item that somebody declared known outside; it leaves all pools at once, a second person decides."""

    __tablename__ = "leak_report"

    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item.id"), index=True)
    center_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    status: Mapped[LeakStatus] = mapped_column(default=LeakStatus.DECLARED, index=True)
    item_status: Mapped[ItemStatus]
    reason: Mapped[str]
    declared_by: Mapped[UUID]
    declared_by_name: Mapped[str]
    declared_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]

    item: Mapped[Item] = relationship()


class ExportMark(Base):
    """What left the portal, for whom, under which code; the code stands in the export, seen and unseen."""

    __tablename__ = "export_mark"

    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[MarkKind]
    what: Mapped[str]
    items: Mapped[int]
    center_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    actor_id: Mapped[UUID]
    actor_name: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
