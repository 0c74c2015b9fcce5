"""Rules about the impact of a version: what it means for each tier and area of the earlier one."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from certification.standards.comparison import Comparison, Effect, Fate, effects

TIER, DUTY = "tier", "duty"
"""Kinds of parts that things hang on: a certificate or paper on a tier, a pool of items or a task on a duty."""

SYLLABUS = frozenset({"knowledge_point"})
"""Knowledge points order the item bank; what a candidate must be able to do stands in the criteria."""


class Touched(StrEnum):
    """What hangs on a standard."""

    CERTIFICATES = "certificates"
    PAPERS = "papers"
    ITEMS = "items"
    TASKS = "tasks"
    CENTERS = "centers"


@dataclass(frozen=True)
class TierEffect:
    """What the later version means for a tier of the earlier one.

    ``areas`` are the effects per duty by its code. ``paper`` is the effect on papers: where only weights changed, what
    is asked stays, but a paper no longer has the right proportions. ``new_level`` is None where the tier is gone.
    """

    level: int
    effect: Effect
    paper: Effect
    areas: dict[str, Effect]
    new_level: int | None


def tier_effects(comparison: Comparison) -> dict[int, TierEffect]:
    """The effects of a version by the level of the earlier one."""
    by_tier, by_duty = (effects(comparison, kind, without=SYLLABUS) for kind in (TIER, DUTY))
    found: dict[int, TierEffect] = {}
    for at, effect in by_tier.items():
        row = comparison.rows[at]
        for part in row.old:
            if part.level is not None:
                level = row.new[0].level if row.new else None
                areas = _areas(comparison, by_duty, part.level)
                paper = _paper(comparison, effect, part.level)
                found[part.level] = TierEffect(part.level, effect, paper, areas, level)
    return found


def _areas(comparison: Comparison, by_duty: dict[int, Effect], level: int) -> dict[str, Effect]:
    return {
        part.code: effect
        for at, effect in by_duty.items()
        for part in comparison.rows[at].old
        if part.level == level and part.code
    }


def _paper(comparison: Comparison, effect: Effect, level: int) -> Effect:
    if effect is not Effect.UNCHANGED:
        return effect
    weighed = any(Fate.WEIGHT_CHANGED in row.fates for row in comparison.rows if _has(row.old, level))
    return Effect.NEW_EVIDENCE if weighed else Effect.UNCHANGED


def _has(parts: Iterable[object], level: int) -> bool:
    return any(getattr(part, "level", None) == level for part in parts)
