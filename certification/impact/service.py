"""Questions about the impact of a version: what it touches, counted and listed in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from certification.certificates.models import Certificate
from certification.certificates.rules import CertificateStatus
from certification.exams.models import Paper
from certification.impact.rules import TierEffect, Touched, tier_effects
from certification.item_bank.models import Item
from certification.item_bank.rules import ItemStatus
from certification.skill_tasks.models import SkillTask
from certification.standards import pairing
from certification.standards.comparison import Comparison, Effect
from certification.standards.models import KnowledgePoint, Scheme, Standard, Tier
from training_base.centers.models import FiledScope, TrainingCenter
from training_base.kernel.actor import Actor

IN_USE = (CertificateStatus.VALID, CertificateStatus.SUSPENDED)
"""Certificates that a version may touch; one that was withdrawn or replaced is over."""


@dataclass(frozen=True)
class Impact:
    """Two editions side by side, and what the later one means for each tier of the earlier one, by its row."""

    old: Standard
    new: Standard
    comparison: Comparison
    tiers: Mapping[UUID, TierEffect]


def of(session: Session, old: Standard, new: Standard) -> Impact:
    """What a version means for an earlier one; asks no scope, the listings do."""
    comparison = pairing.compared(session, old, new)
    by_level = tier_effects(comparison)
    rows = session.execute(sa.select(Tier.id, Tier.level).where(Tier.standard_id == old.id))
    return Impact(old, new, comparison, {row.id: by_level[row.level] for row in rows if row.level in by_level})


def _by_tier(impact: Impact, column: InstrumentedAttribute[UUID], *, of_paper: bool = False) -> sa.ColumnElement[str]:
    """The effect on what hangs on a tier."""
    values = {key: (one.paper if of_paper else one.effect).value for key, one in impact.tiers.items()}
    return sa.case(values, value=column, else_=Effect.UNCHANGED.value)


def _by_area(
    impact: Impact, tier: InstrumentedAttribute[UUID], area: InstrumentedAttribute[str]
) -> sa.ColumnElement[str]:
    """The effect on what hangs on a duty; what the earlier version knows no duty for changes with its tier only."""
    cases: list[tuple[sa.ColumnElement[bool], str]] = []
    for key, one in impact.tiers.items():
        if one.effect is Effect.WITHDRAWN:
            cases.append((tier == key, Effect.WITHDRAWN.value))
        for effect in Effect:
            codes = [code for code, found in one.areas.items() if found is effect]
            if codes and effect is not Effect.UNCHANGED:
                cases.append((sa.and_(tier == key, area.in_(codes)), effect.value))
    return sa.case(*cases, else_=Effect.UNCHANGED.value) if cases else sa.literal(Effect.UNCHANGED.value)


NOTHING = sa.null()


def _row(**columns: Any) -> tuple[sa.ColumnElement[Any], ...]:
    """The columns that every listing has."""
    names = ("code", "title_zh", "title_en", "level", "center_zh", "center_en", "number", "effect")
    return tuple(columns.get(name, NOTHING).label(name) for name in names)


def _certificates(impact: Impact, by: Actor, on: date) -> sa.Select[Any]:
    columns = _row(
        code=Certificate.number,
        level=Tier.level,
        center_zh=TrainingCenter.name_zh,
        center_en=TrainingCenter.name_en,
        effect=_by_tier(impact, Certificate.tier_id),
    )
    return (
        sa.select(*columns)
        .join(Tier, Certificate.tier_id == Tier.id)
        .join(TrainingCenter, Certificate.center_id == TrainingCenter.id)
        .where(Tier.standard_id == impact.old.id, Certificate.status.in_(IN_USE), by.scope(Certificate.center_id))
    )


def _papers(impact: Impact, by: Actor, on: date) -> sa.Select[Any]:
    columns = _row(
        code=Paper.code,
        title_zh=Paper.title,
        title_en=Paper.title,
        level=Tier.level,
        center_zh=TrainingCenter.name_zh,
        center_en=TrainingCenter.name_en,
        effect=_by_tier(impact, Scheme.tier_id, of_paper=True),
    )
    return (
        sa.select(*columns)
        .join(Scheme, Paper.scheme_id == Scheme.id)
        .join(Tier, Scheme.tier_id == Tier.id)
        .join(TrainingCenter, Paper.center_id == TrainingCenter.id)
        .where(Tier.standard_id == impact.old.id, by.scope(Paper.center_id))
    )


def _items(impact: Impact, by: Actor, on: date) -> sa.Select[Any]:
    """Pools of items: those of a tier and an area that are not retired."""
    effect = _by_area(impact, Item.tier_id, KnowledgePoint.area)
    columns = _row(code=KnowledgePoint.area, level=Tier.level, number=sa.func.count(), effect=effect)
    return (
        sa.select(*columns)
        .select_from(Item)
        .join(KnowledgePoint, Item.knowledge_point_id == KnowledgePoint.id)
        .join(Tier, Item.tier_id == Tier.id)
        .where(Tier.standard_id == impact.old.id, Item.status != ItemStatus.RETIRED)
        .where(sa.or_(Item.center_id.is_(None), by.scope(Item.center_id)))
        .group_by(Item.tier_id, Tier.level, KnowledgePoint.area)
    )


def _tasks(impact: Impact, by: Actor, on: date) -> sa.Select[Any]:
    columns = _row(
        code=SkillTask.code,
        title_zh=SkillTask.title,
        title_en=SkillTask.title,
        level=Tier.level,
        effect=_by_area(impact, SkillTask.tier_id, SkillTask.unit),
    )
    return (
        sa.select(*columns)
        .join(Tier, SkillTask.tier_id == Tier.id)
        .where(Tier.standard_id == impact.old.id, SkillTask.is_active)
    )


def _centers(impact: Impact, by: Actor, on: date) -> sa.Select[Any]:
    """What centers are on record for on a day, by the level that the earlier version has."""
    columns = _row(
        code=TrainingCenter.code,
        title_zh=TrainingCenter.name_zh,
        title_en=TrainingCenter.name_en,
        level=FiledScope.level,
        effect=_by_tier(impact, Tier.id),
    )
    return (
        sa.select(*columns)
        .join(FiledScope, FiledScope.center_id == TrainingCenter.id)
        .join(Tier, sa.and_(Tier.level == FiledScope.level, Tier.standard_id == impact.old.id))
        .where(
            FiledScope.occupation_code == impact.old.occupation_code,
            FiledScope.from_on <= on,
            sa.or_(FiledScope.until_on.is_(None), FiledScope.until_on > on),
            by.scope(TrainingCenter.id),
        )
    )


LISTINGS = {
    Touched.CERTIFICATES: _certificates,
    Touched.PAPERS: _papers,
    Touched.ITEMS: _items,
    Touched.TASKS: _tasks,
    Touched.CENTERS: _centers,
}


def listing(impact: Impact, kind: Touched, *, by: Actor, on: date, effect: Effect | None = None) -> sa.Select[Any]:
    """What of a kind hangs on the earlier version, in the actor's centers, the highest level first.

    Args:
        impact: the two versions.
        kind: what to list.
        by: who asks.
        on: the day on which the filed scope of centers is read.
        effect: only what has this effect.

    Returns:
        rows of ``code, title_zh, title_en, level, center_zh, center_en, number, effect``; what a kind has not is null.
    """
    rows = LISTINGS[kind](impact, by, on).subquery()
    query = sa.select(rows).order_by(rows.c.level, rows.c.code)
    return query if effect is None else query.where(rows.c.effect == effect.value)


def summary(session: Session, impact: Impact, *, by: Actor, on: date) -> dict[Touched, dict[Effect, int]]:
    """How many of each kind have each effect; of items the pools are counted."""
    found: dict[Touched, dict[Effect, int]] = {}
    for kind in Touched:
        rows = listing(impact, kind, by=by, on=on).order_by(None).subquery()
        counts = session.execute(sa.select(rows.c.effect, sa.func.count()).group_by(rows.c.effect))
        found[kind] = dict.fromkeys(Effect, 0) | {Effect(effect): count for effect, count in counts}
    return found
