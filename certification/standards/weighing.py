"""Weights and tiers of a draft: what each area counts in each component, and what a tier is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards import history, visibility
from certification.standards.history import EditedMeanwhile
from certification.standards.models import StandardNode, Tier, TierWeight
from certification.standards.rules import Component, EditKind, Evidence
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal


@dataclass(frozen=True)
class WeightFacts:
    """One row of a column of weights; ``percent`` None is not yet decided, 0 is not examined."""

    zh: str
    en: str
    percent: int | None
    node_id: UUID | None = None


@dataclass(frozen=True)
class TierFacts:
    """What a tier says about itself."""

    level: int
    title_zh: str
    title_en: str
    training_hours: int | None = None
    validity_months: int | None = None


@dataclass(eq=False)
class LevelTaken(Refusal):
    """The standard has a tier of that level."""

    level: int


class TierNotEmpty(Refusal):
    """Something stands in the tier, or is weighed in it; it is taken out first."""


def weigh(
    session: Session,
    tier_id: UUID,
    component: Component,
    rows: Sequence[WeightFacts],
    *,
    revision: int | None,
    by: Actor,
    now: datetime,
) -> list[TierWeight]:
    """Give a tier of a draft the weights of one component, in that order; they need not be complete yet.

    Args:
        revision: the state of the tier that the editor saw; None where it does not matter.

    Raises:
        NotFound: no such tier that the actor may know of, or a node that is not in it.
        NotADraft: the text is published.
        EditedMeanwhile: somebody changed the tier or its weights since.
    """
    tier = visibility.tier(session, tier_id, by=by)
    standard = history.draft(session, tier.standard_id, by=by)
    session.refresh(tier)
    if revision is not None and tier.revision != revision:
        raise EditedMeanwhile
    _check_nodes(session, tier, rows)
    column = sa.select(TierWeight).where(TierWeight.tier_id == tier.id, TierWeight.component == component)
    had = list(session.scalars(column.order_by(TierWeight.position)))
    with history.recording(session, standard, EditKind.WEIGH, by=by, now=now) as log:
        log.note(tier, *had)
        for position, (weight, facts) in enumerate(zip(had, rows, strict=False)):
            _fill(weight, facts, position)
        made = [TierWeight(id=uuid4(), tier_id=tier.id, component=component) for _ in rows[len(had) :]]
        for position, (weight, facts) in enumerate(zip(made, rows[len(had) :], strict=True), start=len(had)):
            _fill(weight, facts, position)
            log.note(weight, new=True)
        session.add_all(made)
        for weight in had[len(rows) :]:
            session.delete(weight)
        sa.orm.attributes.flag_modified(tier, "extra")
    return (had + made)[: len(rows)]


def _check_nodes(session: Session, tier: Tier, rows: Sequence[WeightFacts]) -> None:
    wanted = {row.node_id for row in rows if row.node_id}
    query = sa.select(StandardNode.id).where(StandardNode.tier_id == tier.id, StandardNode.id.in_(wanted))
    if missing := wanted - set(session.scalars(query)):
        raise NotFound("standard_node", missing.pop())


def _fill(weight: TierWeight, facts: WeightFacts, position: int) -> None:
    if (weight.zh, weight.percent) != (facts.zh, facts.percent):
        weight.evidence, weight.inferred_percent, weight.source = Evidence.OWN, None, None
    weight.zh, weight.en, weight.percent = facts.zh, facts.en, facts.percent
    weight.node_id, weight.position = facts.node_id, position


def add_tier(session: Session, standard_id: UUID, facts: TierFacts, *, by: Actor, now: datetime) -> Tier:
    """Give a draft another tier.

    Raises:
        NotFound, NotADraft: as in ``history.draft``.
        LevelTaken: there is a tier of that level.
    """
    standard = history.draft(session, standard_id, by=by)
    _check_level(session, standard.id, facts.level, None)
    with history.recording(session, standard, EditKind.ADD, by=by, now=now) as log:
        tier = Tier(id=uuid4(), standard_id=standard.id, evidence=Evidence.OWN, **vars(facts))
        log.note(tier, new=True)
        session.add(tier)
    return tier


def _check_level(session: Session, standard_id: UUID, level: int, own_id: UUID | None) -> None:
    query = sa.select(Tier.id).where(Tier.standard_id == standard_id, Tier.level == level)
    found = session.scalar(query)
    if found is not None and found != own_id:
        raise LevelTaken(level)


def change_tier(
    session: Session, tier_id: UUID, facts: TierFacts, *, revision: int | None, by: Actor, now: datetime
) -> Tier:
    """Change what a tier of a draft says about itself.

    Raises:
        NotFound, NotADraft, EditedMeanwhile: as in ``weigh``.
        LevelTaken: another tier has that level.
    """
    tier = visibility.tier(session, tier_id, by=by)
    standard = history.draft(session, tier.standard_id, by=by)
    session.refresh(tier)
    if revision is not None and tier.revision != revision:
        raise EditedMeanwhile
    _check_level(session, standard.id, facts.level, tier.id)
    with history.recording(session, standard, EditKind.CHANGE, by=by, now=now) as log:
        log.note(tier)
        for name, value in vars(facts).items():
            setattr(tier, name, value)
    return tier


def remove_tier(session: Session, tier_id: UUID, *, by: Actor, now: datetime) -> None:
    """Take an empty tier out of a draft.

    Raises:
        NotFound, NotADraft: as in ``weigh``.
        TierNotEmpty: something stands in it.
    """
    tier = visibility.tier(session, tier_id, by=by)
    standard = history.draft(session, tier.standard_id, by=by)
    for model in (StandardNode, TierWeight):
        if session.scalar(sa.select(model.id).where(model.tier_id == tier.id).limit(1)) is not None:
            raise TierNotEmpty
    with history.recording(session, standard, EditKind.REMOVE, by=by, now=now) as log:
        log.note(tier)
        session.delete(tier)
