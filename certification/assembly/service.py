"""Deeds and questions about blueprints and enemies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.assembly.models import BlueprintVersion, EnemyPair, PaperBlueprint
from certification.assembly.rules import Specification, to_json, uneven_parts
from certification.item_bank import service as item_bank
from certification.item_bank.models import Item
from certification.standards import service as standards
from certification.standards.models import Scheme
from training_base.centers import service as centers
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal


@dataclass(eq=False)
class NoTheory(Refusal):
    """The scheme has no theory exam, and so no papers."""

    scheme: str


@dataclass(eq=False)
class CountsDoNotAddUp(Refusal):
    """The numbers per area of a kind do not make the number that the scheme gives to the kind."""

    kind: str
    wanted: int
    given: int


@dataclass(eq=False)
class OwnEnemy(Refusal):
    """An item is no enemy of itself."""

    item: str


@dataclass(eq=False)
class EnemyUnknown(Refusal):
    """The item's level has no item with that code in the actor's banks."""

    item: str


@dataclass(eq=False)
class AlreadyEnemies(Refusal):
    """The pair was declared before."""

    one: str
    other: str


def draft(
    session: Session,
    scheme_id: UUID,
    center_id: UUID,
    *,
    title: str,
    specification: Specification,
    by: Actor,
    now: datetime,
) -> PaperBlueprint:
    """Keep a new blueprint.

    Raises:
        NotFound: no such scheme, or no such center within the actor's scope.
        NoTheory: the scheme has no theory exam.
        CountsDoNotAddUp: the numbers of a kind do not make what the scheme asks.
    """
    center = centers.by_id(session, center_id, by=by)
    scheme = standards.scheme_by_id(session, scheme_id)
    _require_even(scheme, specification)
    blueprint = PaperBlueprint(center_id=center.id, scheme_id=scheme.id, title=title, version=1, created_at=now)
    blueprint.versions.append(_version(1, specification, by=by, now=now))
    session.add(blueprint)
    session.flush()
    audit.record(session, "blueprint.drafted", blueprint, by=by, at=now, details={"scheme": scheme.code})
    return blueprint


def revise(
    session: Session, blueprint_id: UUID, *, title: str, specification: Specification, by: Actor, now: datetime
) -> PaperBlueprint:
    """Give a blueprint a new version; papers assembled before keep to theirs.

    Raises:
        NotFound: no such blueprint in the actor's centers.
        CountsDoNotAddUp: as for a draft.
    """
    blueprint = by_id(session, blueprint_id, by=by)
    _require_even(blueprint.scheme, specification)
    before = audit.state_digest(blueprint)
    blueprint.title = title
    blueprint.version += 1
    blueprint.versions.append(_version(blueprint.version, specification, by=by, now=now))
    details = {"version": blueprint.version}
    audit.record(session, "blueprint.revised", blueprint, by=by, at=now, before=before, details=details)
    session.expire(blueprint, ["current"])
    return blueprint


def _version(number: int, specification: Specification, *, by: Actor, now: datetime) -> BlueprintVersion:
    return BlueprintVersion(
        number=number, content=to_json(specification), written_by=by.id, written_by_name=by.name, created_at=now
    )


def _require_even(scheme: Scheme, specification: Specification) -> None:
    plan = scheme.plan.theory
    if plan is None:
        raise NoTheory(scheme.code)
    for kind, wanted, given in uneven_parts(plan, specification):
        raise CountsDoNotAddUp(kind, wanted, given)


def by_id(session: Session, blueprint_id: UUID, *, by: Actor) -> PaperBlueprint:
    """A blueprint of the actor's centers with scheme, tier, center and current version.

    Raises:
        NotFound: no such blueprint, or outside the actor's scope.
    """
    found = session.scalar(listing(by=by).where(PaperBlueprint.id == blueprint_id))
    if found is None:
        raise NotFound("paper_blueprint", blueprint_id)
    return found


def listing(*, by: Actor) -> sa.Select[PaperBlueprint]:
    """Blueprints of the actor's centers by title."""
    return (
        sa.select(PaperBlueprint)
        .where(by.scope(PaperBlueprint.center_id))
        .options(
            joinedload(PaperBlueprint.scheme).joinedload(Scheme.tier),
            joinedload(PaperBlueprint.center),
            joinedload(PaperBlueprint.current),
        )
        .order_by(PaperBlueprint.title, PaperBlueprint.id)
    )


def declare_enemies(
    session: Session, item_id: UUID, other_code: str, *, reason: str, by: Actor, now: datetime
) -> EnemyPair:
    """Keep two items of a level apart from now on.

    Raises:
        NotFound: no such item in the actor's centers.
        EnemyUnknown: no other item of the level has the code.
        OwnEnemy: both are one.
        AlreadyEnemies: the pair is known.
    """
    item = item_bank.by_id(session, item_id, by=by)
    other = session.scalar(
        sa.select(Item).where(Item.code == other_code, Item.tier_id == item.tier_id, by.scope(Item.center_id))
    )
    if other is None:
        raise EnemyUnknown(other_code)
    if other.id == item.id:
        raise OwnEnemy(item.code)
    first, second = sorted((item.id, other.id), key=lambda one: one.hex)
    known = sa.select(EnemyPair.id).where(EnemyPair.first_id == first, EnemyPair.second_id == second)
    if session.scalar(known) is not None:
        raise AlreadyEnemies(item.code, other.code)
    pair = EnemyPair(
        first_id=first,
        second_id=second,
        reason=reason,
        declared_by=by.id,
        declared_by_name=by.name,
        declared_at=now,
    )
    session.add(pair)
    details = {"items": sorted((item.code, other.code)), "reason": reason}
    audit.record(session, "enemies.declared", pair, by=by, at=now, details=details, center_id=item.center_id)
    return pair


def reconcile(session: Session, item_id: UUID, pair_id: UUID, *, by: Actor, now: datetime) -> None:
    """Let two items meet again.

    Raises:
        NotFound: no such item in the actor's centers, or no such pair with it.
    """
    item = item_bank.by_id(session, item_id, by=by)
    pair = next((one for one in enemies_of(session, item.id) if one.id == pair_id), None)
    if pair is None:
        raise NotFound("enemy_pair", pair_id)
    details = {"items": sorted((pair.first.code, pair.second.code))}
    audit.record(session, "enemies.reconciled", pair, by=by, at=now, details=details, center_id=item.center_id)
    session.delete(pair)
    session.flush()


def enemies_of(session: Session, item_id: UUID) -> list[EnemyPair]:
    """The pairs that an item belongs to, the newest first."""
    query = (
        sa.select(EnemyPair)
        .where(sa.or_(EnemyPair.first_id == item_id, EnemyPair.second_id == item_id))
        .options(joinedload(EnemyPair.first), joinedload(EnemyPair.second))
        .order_by(EnemyPair.declared_at.desc(), EnemyPair.id)
    )
    return list(session.scalars(query))


def enemies_among(session: Session, item_ids: Iterable[UUID]) -> frozenset[frozenset[UUID]]:
    """The pairs of which both are among these items."""
    wanted = set(item_ids)
    rows = session.execute(sa.select(EnemyPair.first_id, EnemyPair.second_id)).all()
    return frozenset(frozenset((one, other)) for one, other in rows if one in wanted and other in wanted)
