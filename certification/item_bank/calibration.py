"""The latest calibration of each item: what assembly may rely on."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from training_base.kernel.orm import Base


class ItemCalibration(Base):
    """Slope and difficulty of an item on the scale of its candidates, from the paper it was last calibrated in.

    ``a`` and ``b`` are of the two-parameter logistic model without the constant 1.7, ability being standard normal
    among the ``n`` candidates; ``facility`` is the share of the marks they had.
    """

    __tablename__ = "item_calibration"

    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item.id"), unique=True)
    item_version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item_version.id"))
    n: Mapped[int]
    facility: Mapped[float]
    a: Mapped[float]
    b: Mapped[float]
    a_error: Mapped[float | None]
    b_error: Mapped[float | None]
    model: Mapped[str]
    calibrated_at: Mapped[datetime]


def calibrations(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, ItemCalibration]:
    """The latest calibration of each of some items; an item without one is left out."""
    query = sa.select(ItemCalibration).where(ItemCalibration.item_id.in_(list(item_ids)))
    return {one.item_id: one for one in session.scalars(query)}
