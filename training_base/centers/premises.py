"""Deeds about the premises of a center: its addresses and the rooms there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from training_base.centers.models import Room, Site
from training_base.centers.rules import DISTRICTS, FUNCTIONAL_AREAS
from training_base.centers.service import NotADistrict, locked
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal


@dataclass(eq=False)
class RoomNameTaken(Refusal):
    """The site has a room of this name."""

    name: str


@dataclass(eq=False)
class NoWorkstations(Refusal):
    """A room without a single workstation."""

    workstations: int


@dataclass(frozen=True)
class SiteFacts:
    """One address of a center."""

    name: str
    address: str
    district: str


@dataclass(frozen=True)
class RoomFacts:
    """A room and the number of its workstations."""

    name: str
    workstations: int


def add_site(session: Session, center_id: UUID, facts: SiteFacts, *, by: Actor, now: datetime) -> Site:
    """Put an address of a center on record.

    Raises:
        NotFound: no such center in the actor's scope.
        NotADistrict: no such district.
    """
    center = locked(session, center_id, by=by)
    _check_district(facts)
    site = Site(center_id=center.id, **vars(facts))
    session.add(site)
    session.flush()
    audit.record(session, "site.added", site, by=by, at=now)
    return site


def update_site(session: Session, site_id: UUID, facts: SiteFacts, *, by: Actor, now: datetime) -> Site:
    """Change an address.

    Raises:
        NotFound: no such site in the actor's centers.
        NotADistrict: no such district.
    """
    site = site_by_id(session, site_id, by=by)
    _check_district(facts)
    before = audit.state_digest(site)
    site.name, site.address, site.district = facts.name, facts.address, facts.district
    audit.record(session, "site.updated", site, by=by, at=now, before=before)
    return site


def add_room(session: Session, site_id: UUID, facts: RoomFacts, *, by: Actor, now: datetime) -> Room:
    """Put a room of a site on record.

    Raises:
        NotFound: no such site in the actor's centers.
        NoWorkstations: fewer than one.
        RoomNameTaken: the site has a room of this name.
    """
    site = site_by_id(session, site_id, by=by)
    _check_room(session, site.id, facts, None)
    room = Room(center_id=site.center_id, site_id=site.id, **vars(facts))
    session.add(room)
    session.flush()
    audit.record(session, "room.added", room, by=by, at=now)
    return room


def update_room(session: Session, room_id: UUID, facts: RoomFacts, *, by: Actor, now: datetime) -> Room:
    """Change a room.

    Raises:
        NotFound: no such room in the actor's centers.
        NoWorkstations: fewer than one.
        RoomNameTaken: the site has another room of this name.
    """
    room = room_by_id(session, room_id, by=by)
    _check_room(session, room.site_id, facts, room.id)
    before = audit.state_digest(room)
    room.name, room.workstations = facts.name, facts.workstations
    audit.record(session, "room.updated", room, by=by, at=now, before=before)
    return room


def site_by_id(session: Session, site_id: UUID, *, by: Actor) -> Site:
    """A site of the actor's centers.

    Raises:
        NotFound: no such site, or outside the actor's scope.
    """
    site = session.scalar(sa.select(Site).where(Site.id == site_id, by.scope(Site.center_id)))
    if site is None:
        raise NotFound("site", site_id)
    return site


def room_by_id(session: Session, room_id: UUID, *, by: Actor) -> Room:
    """A room of the actor's centers.

    Raises:
        NotFound: no such room, or outside the actor's scope.
    """
    room = session.scalar(sa.select(Room).where(Room.id == room_id, by.scope(Room.center_id)))
    if room is None:
        raise NotFound("room", room_id)
    return room


def rooms_listing(*, by: Actor, center_id: UUID | None = None) -> sa.Select[Room]:
    """Rooms of the actor's centers by name, of one center if given."""
    query = sa.select(Room).where(by.scope(Room.center_id))
    if center_id is not None:
        query = query.where(Room.center_id == center_id)
    return query.order_by(Room.name, Room.id)


def _check_district(facts: SiteFacts) -> None:
    if facts.district not in DISTRICTS:
        raise NotADistrict(facts.district, facts.district in FUNCTIONAL_AREAS)


def _check_room(session: Session, site_id: UUID, facts: RoomFacts, room_id: UUID | None) -> None:
    if facts.workstations < 1:
        raise NoWorkstations(facts.workstations)
    same = sa.select(Room.id).where(Room.site_id == site_id, Room.name == facts.name)
    other = session.scalar(same)
    if other is not None and other != room_id:
        raise RoomNameTaken(facts.name)
