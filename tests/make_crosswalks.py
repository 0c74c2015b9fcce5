"""Builders of crosswalks: two editions with tiers and criteria, and a document between them."""

from dataclasses import dataclass
from typing import Any

from certification.crosswalks import deciding, service
from certification.crosswalks.models import Crosswalk, CrosswalkRow
from certification.crosswalks.rules import Relation
from certification.standards.models import Standard, StandardNode, Tier
from certification.standards.rules import StandardKind, StandardStatus
from tests.make import NOW, Make
from tests.make_standards import make_node, make_standard, make_tier
from training_base.kernel.actor import Actor


@dataclass
class Sides:
    """A national edition and a municipal one, their tiers by level, and who writes and who publishes."""

    national: Standard
    municipal: Standard
    ours: dict[int, Tier]
    theirs: dict[int, Tier]
    author: Actor
    second: Actor


def two_sides(make: Make, *, levels: tuple[int, ...] = (5, 4, 3), **facts: Any) -> Sides:
    """Two editions in consultation or in force, so that outsiders may know of them."""
    national = make_standard(make, kind=StandardKind.NATIONAL, status=StandardStatus.ADOPTED)
    municipal = make_standard(make, **{"status": StandardStatus.CONSULTATION, **facts})
    return Sides(
        national,
        municipal,
        {level: make_tier(make, national, level) for level in levels},
        {level: make_tier(make, municipal, level) for level in levels},
        make.actor(everywhere=True),
        make.actor(everywhere=True),
    )


def criterion(make: Make, tier: Tier, text: str) -> StandardNode:
    """A criterion under a function and a duty of its own."""
    duty = make_node(make, make_node(make, tier, zh=f"职业功能：{text}"), zh=f"工作内容：{text}")
    return make_node(make, duty, zh=text)


def crosswalk(make: Make, sides: Sides, **facts: Any) -> Crosswalk:
    """A draft between them."""
    said = service.CrosswalkFacts("等级对照", "Crosswalk", "专家比对", **facts)
    return service.draft(make.session, sides.national.id, sides.municipal.id, said, by=sides.author, now=NOW)


def related(
    make: Make, sides: Sides, found: Crosswalk, level: int, relation: Relation, to: int | None = None
) -> CrosswalkRow:
    """A decided row between tiers; without ``to``, at the same level."""
    other = None if relation is Relation.NONE else sides.theirs[to or level].identifier
    ends = deciding.Ends(sides.ours[level].identifier, other)
    return deciding.relate(make.session, found.id, ends, relation, "逐条比对", by=sides.author, now=NOW)


def published(make: Make, sides: Sides, *rows: tuple[int, Relation, int | None]) -> Crosswalk:
    """A crosswalk with rows between tiers, published by the second person."""
    found = crosswalk(make, sides)
    for level, relation, to in rows:
        related(make, sides, found, level, relation, to)
    service.hand_in(make.session, found.id, by=sides.author, now=NOW)
    return service.publish(make.session, found.id, by=sides.second, now=NOW)
