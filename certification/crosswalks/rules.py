"""Rules about crosswalks: how relations turn round and follow one another, and what a certificate counts for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Relation(StrEnum):
    """What the origin is to the destination; BROADER: the origin asks all that the destination asks, and more."""

    EXACT = "exact"
    BROADER = "broader"
    NARROWER = "narrower"
    RELATED = "related"
    NONE = "none"


class CrosswalkStatus(StrEnum):
    """The life of a crosswalk: its rows are open in a draft only; a change is a new version."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class RowStatus(StrEnum):
    """Where a row stands: a proposal counts for nothing until a person accepts it."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Worth(StrEnum):
    """What a certificate counts for elsewhere."""

    FULL = "full"
    PART = "part"
    NOTHING = "nothing"


INVERSE = {
    Relation.EXACT: Relation.EXACT,
    Relation.BROADER: Relation.NARROWER,
    Relation.NARROWER: Relation.BROADER,
    Relation.RELATED: Relation.RELATED,
    Relation.NONE: Relation.NONE,
}
"""What the destination is to the origin."""

WORTH = {
    Relation.EXACT: Worth.FULL,
    Relation.BROADER: Worth.FULL,
    Relation.NARROWER: Worth.PART,
    Relation.RELATED: Worth.NOTHING,
    Relation.NONE: Worth.NOTHING,
}
"""What asks for more counts in full for what asks for less; what only overlaps counts for nothing by itself."""

CAUTION = list(Relation)
"""The relations, the surest first."""

LONGEST = 3
"""Crosswalks that a way may pass: each one is another judgement, and their doubts add up."""


def follow(first: Relation, second: Relation) -> Relation:
    """What A is to C where A is ``first`` to B and B is ``second`` to C; where that is not sure, the weaker."""
    if Relation.NONE in {first, second}:
        return Relation.NONE
    if first is Relation.EXACT or first is second:
        return second
    return first if second is Relation.EXACT else Relation.RELATED


@dataclass(frozen=True)
class Step:
    """A decided row as one step of a way, in the direction of the way."""

    row: UUID
    origin: UUID
    destination: UUID
    relation: Relation

    @property
    def turned(self) -> "Step":
        """The same row read from its destination."""
        return Step(self.row, self.destination, self.origin, INVERSE[self.relation])


@dataclass(frozen=True)
class Way:
    """How one tier leads to another: the steps and what the first is to the last in all."""

    destination: UUID
    relation: Relation
    steps: tuple[Step, ...]

    @property
    def worth(self) -> Worth:
        """What the first counts for at the last."""
        return WORTH[self.relation]


def ways(start: UUID, rows: Iterable[Step], *, longest: int = LONGEST) -> dict[UUID, Way]:
    """The way from a tier to every tier that decided rows lead to.

    A shorter way stands before a longer one, since a direct judgement is better than a derived one; of two that are
    equally long the more cautious is taken, so that nothing is counted that somebody denied.

    Args:
        start: the tier from which to go.
        rows: decided rows between tiers, in either direction.
        longest: the most rows that a way may pass.
    """
    beyond = _beyond(rows)
    found: dict[UUID, Way] = {}
    edge = [Way(start, Relation.EXACT, ())]
    for _ in range(longest):
        reached: dict[UUID, Way] = {}
        for way in edge:
            for step in beyond[way.destination]:
                if step.destination != start and step.destination not in found:
                    _keep(reached, Way(step.destination, follow(way.relation, step.relation), (*way.steps, step)))
        found |= reached
        edge = list(reached.values())
    return found


def _beyond(rows: Iterable[Step]) -> Mapping[UUID, list[Step]]:
    beyond: dict[UUID, list[Step]] = defaultdict(list)
    for row in rows:
        for step in (row, row.turned):
            beyond[step.origin].append(step)
    return beyond


def _keep(reached: dict[UUID, Way], way: Way) -> None:
    earlier = reached.get(way.destination)
    if earlier is None or CAUTION.index(way.relation) > CAUTION.index(earlier.relation):
        reached[way.destination] = way


@dataclass(frozen=True)
class Rung:
    """A tier of a standard by its level; level 1 is the highest."""

    tier: UUID
    level: int


@dataclass(frozen=True)
class Answer:
    """What a certificate counts for under another standard.

    ``full`` leads to the highest tier that it counts for, ``part`` to the tiers above that one of which it proves a
    part. ``covered`` is the tier of the certificate's own standard from which the way starts: its own or, since a
    higher level covers the lower ones, a lower one.
    """

    full: Way | None
    covered: UUID | None
    part: tuple[Way, ...]

    @property
    def worth(self) -> Worth:
        """In one word."""
        if self.full is not None:
            return Worth.FULL
        return Worth.PART if self.part else Worth.NOTHING


def counts_for(held: Rung, ladder: Iterable[Rung], wanted: Iterable[Rung], rows: Iterable[Step]) -> Answer:
    """What a certificate of one standard counts for under another; nothing is changed by asking.

    Args:
        held: the tier that the certificate was issued for.
        ladder: the tiers of the same standard.
        wanted: the tiers of the other one.
        rows: decided rows between tiers of published crosswalks.
    """
    known, levels = list(rows), {rung.tier: rung.level for rung in wanted}
    best: tuple[int, Way, UUID] | None = None
    partial: dict[UUID, Way] = {}
    below = sorted({rung for rung in [*ladder, held] if rung.level >= held.level}, key=lambda rung: rung.level)
    for rung in below:
        for way in ways(rung.tier, known).values():
            level = levels.get(way.destination)
            if level is not None and way.worth is Worth.FULL and (best is None or level < best[0]):
                best = level, way, rung.tier
            elif level is not None and way.worth is Worth.PART and rung == held:
                partial[way.destination] = way
    above = [way for tier, way in partial.items() if best is None or levels[tier] < best[0]]
    return Answer(best and best[1], best and best[2], tuple(sorted(above, key=lambda way: levels[way.destination])))
