"""Deeds about the staff of a center: who takes up a duty, and when it ends."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from training_base.centers.models import StaffRole
from training_base.centers.rules import StaffDuty, Term
from training_base.centers.service import AlreadyEnded, EndBeforeStart, check_term, locked, staff_listing
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal


@dataclass(eq=False)
class DutyHeld(Refusal):
    """The person holds this duty here for some of these days already."""

    name: str
    duty: StaffDuty
    from_on: date
    until_on: date | None


@dataclass(frozen=True)
class StaffFacts:
    """Who takes up which duty, from a day to a day that no longer counts."""

    actor_id: UUID
    name: str
    duty: StaffDuty
    from_on: date
    until_on: date | None = None


def assign(session: Session, center_id: UUID, facts: StaffFacts, *, by: Actor, now: datetime) -> StaffRole:
    """Give somebody a duty at a center.

    Raises:
        NotFound: no such center in the actor's scope.
        EndBeforeStart: the term has no day.
        DutyHeld: the person holds this duty here on some of these days.
    """
    check_term(facts.from_on, facts.until_on)
    center = locked(session, center_id, by=by)
    term = Term(facts.from_on, facts.until_on)
    query = staff_listing(center_id=center.id, duty=facts.duty).where(StaffRole.actor_id == facts.actor_id)
    for other in session.scalars(query):
        if term.overlaps(Term(other.from_on, other.until_on)):
            raise DutyHeld(other.name, other.duty, other.from_on, other.until_on)
    role = StaffRole(center_id=center.id, **vars(facts))
    session.add(role)
    session.flush()
    audit.record(session, "staff.assigned", role, by=by, at=now, details={"duty": facts.duty.value})
    return role


def end_duty(session: Session, staff_role_id: UUID, *, until_on: date, by: Actor, now: datetime) -> StaffRole:
    """Let a duty end; ``until_on`` is the first day on which it is no longer held.

    Raises:
        NotFound: no such duty in the actor's centers.
        AlreadyEnded: it ended earlier.
        EndBeforeStart: it would end before it started.
    """
    role = session.scalar(
        sa.select(StaffRole).where(StaffRole.id == staff_role_id, by.scope(StaffRole.center_id)).with_for_update()
    )
    if role is None:
        raise NotFound("staff_role", staff_role_id)
    if role.until_on is not None and role.until_on <= until_on:
        raise AlreadyEnded(role.until_on)
    if until_on < role.from_on:
        raise EndBeforeStart(role.from_on, until_on)
    before = audit.state_digest(role)
    role.until_on = until_on
    audit.record(session, "staff.ended", role, by=by, at=now, before=before)
    return role
