"""Who asks, and the centers they may touch."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute


@dataclass(frozen=True)
class Actor:
    """The person or program behind a deed.

    ``center_ids`` are the centers in which the actor holds the right that the deed needs;
    ``everywhere`` stands for all of them. ``trainer_id`` is the actor's own profile, if any.
    """

    id: UUID
    name: str
    center_ids: frozenset[UUID] = frozenset()
    everywhere: bool = False
    trainer_id: UUID | None = None
    address: str = ""

    def may_touch(self, center_id: UUID | None) -> bool:
        """Whether rows of that center are within the actor's scope."""
        return self.everywhere or center_id in self.center_ids

    def scope(self, column: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]) -> sa.ColumnElement[bool]:
        """The condition that keeps a query to the actor's centers."""
        return sa.true() if self.everywhere else column.in_(self.center_ids)


SYSTEM = Actor(id=UUID(int=0), name="system", everywhere=True)
