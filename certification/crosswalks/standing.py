"""What a crosswalk shows: the matrix of grades and tiers, what is covered, and what a certificate counts for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.crosswalks.models import Crosswalk, CrosswalkRow
from certification.crosswalks.rules import (
    Answer,
    CrosswalkStatus,
    Relation,
    RowStatus,
    Rung,
    Step,
    Way,
    Worth,
    counts_for,
)
from certification.crosswalks.service import readable
from certification.standards import visibility
from certification.standards.models import Standard, StandardNode, Tier
from certification.standards.rules import Grade, NodeKind
from training_base.kernel.actor import Actor


@dataclass(frozen=True)
class Line:
    """One grade of the eight, the tier of the origin that it stands for, and its cells per tier of the destination.

    ``grade`` is None for a tier whose level no grade has; ``tier`` is None where the origin has no such level.
    A grade without level cannot be examined and has no counterpart by itself.
    """

    grade: Grade | None
    tier: Tier | None
    cells: tuple[CrosswalkRow | None, ...]
    none: CrosswalkRow | None


@dataclass(frozen=True)
class Matrix:
    """The eight grades, the tiers of the origin and the tiers of the destination in one view, the highest first."""

    columns: tuple[Tier, ...]
    lines: tuple[Line, ...]


def _tiers(session: Session, standard_id: UUID) -> Sequence[Tier]:
    return session.scalars(sa.select(Tier).where(Tier.standard_id == standard_id).order_by(Tier.level)).all()


def matrix(session: Session, crosswalk: Crosswalk) -> Matrix:
    """The accepted rows between tiers as a matrix."""
    columns = tuple(_tiers(session, crosswalk.destination_id))
    rows = session.scalars(
        sa.select(CrosswalkRow).where(
            CrosswalkRow.crosswalk_id == crosswalk.id,
            CrosswalkRow.origin_tier_id.is_not(None),
            CrosswalkRow.status == RowStatus.ACCEPTED,
        )
    )
    cells = {(row.origin_tier_id, row.destination_tier_id): row for row in rows}
    ours = {tier.level: tier for tier in _tiers(session, crosswalk.origin_id)}
    grades = [(grade, ours.pop(grade.level) if grade.level in ours else None) for grade in reversed(Grade)]
    lines = [*grades, *((None, tier) for tier in ours.values())]
    return Matrix(columns, tuple(_line(grade, tier, columns, cells) for grade, tier in lines))


def _line(
    grade: Grade | None,
    tier: Tier | None,
    columns: Iterable[Tier],
    cells: dict[tuple[UUID | None, UUID | None], CrosswalkRow],
) -> Line:
    key = tier.id if tier else None
    found = tuple(cells.get((key, column.id)) if tier else None for column in columns)
    return Line(grade, tier, found, cells.get((key, None)) if tier else None)


@dataclass(frozen=True)
class Cover:
    """Of the nodes of one kind on one side: how many have a counterpart, have none by decision, or are open."""

    kind: NodeKind
    related: int
    none: int
    gaps: int


def coverage(session: Session, crosswalk: Crosswalk, *, of_origin: bool) -> list[Cover]:
    """What the accepted rows cover of one side, by kind of node."""
    standard_id = crosswalk.origin_id if of_origin else crosswalk.destination_id
    related = _decided(crosswalk.id, of_origin=of_origin, none=False)
    none = _decided(crosswalk.id, of_origin=of_origin, none=True)
    is_related, is_none = StandardNode.id.in_(related), StandardNode.id.in_(none)
    query = (
        sa.select(
            StandardNode.kind,
            sa.func.count().filter(is_related),
            sa.func.count().filter(is_none, ~is_related),
            sa.func.count().filter(~is_related, ~is_none),
        )
        .where(StandardNode.standard_id == standard_id)
        .group_by(StandardNode.kind)
    )
    found = {kind: Cover(kind, *numbers) for kind, *numbers in session.execute(query)}
    return [found[kind] for kind in NodeKind if kind in found]


def _decided(crosswalk_id: UUID, *, of_origin: bool, none: bool) -> sa.Select[UUID | None]:
    column = CrosswalkRow.origin_node_id if of_origin else CrosswalkRow.destination_node_id
    relation = CrosswalkRow.relation == Relation.NONE
    return sa.select(column).where(
        CrosswalkRow.crosswalk_id == crosswalk_id,
        CrosswalkRow.status == RowStatus.ACCEPTED,
        relation if none else ~relation,
        column.is_not(None),
    )


def gaps(crosswalk: Crosswalk, *, of_origin: bool) -> sa.Select[StandardNode]:
    """The nodes of one side about which no accepted row says anything, in the order of the text."""
    standard_id = crosswalk.origin_id if of_origin else crosswalk.destination_id
    said = [_decided(crosswalk.id, of_origin=of_origin, none=none) for none in (False, True)]
    return (
        sa.select(StandardNode)
        .options(joinedload(StandardNode.tier))
        .outerjoin(Tier, StandardNode.tier_id == Tier.id)
        .where(StandardNode.standard_id == standard_id, *(StandardNode.id.not_in(ids) for ids in said))
        .order_by(Tier.level.desc(), StandardNode.code, StandardNode.position, StandardNode.id)
    )


@dataclass(frozen=True)
class Stride:
    """One step of a way, with what it rests on; ``relation`` is read in the direction of the way."""

    origin: Tier
    destination: Tier
    relation: Relation
    row: CrosswalkRow


@dataclass(frozen=True)
class Standing:
    """What a certificate of one tier counts for under another edition, with the ways that lead there."""

    standard: Standard
    answer: Answer
    covered: Tier | None
    tier: Tier | None
    strides: tuple[Stride, ...]
    partial: tuple[tuple[Tier, tuple[Stride, ...]], ...]


def standings(session: Session, tier: Tier, *, by: Actor) -> list[Standing]:
    """What a certificate of a tier counts for under every other edition that published crosswalks lead to.

    Only crosswalks and editions that the reader may know of are followed. Nothing is changed: the certificate stays
    what it is, and where no row was decided there is no answer.
    """
    rows = _rows(session, by=by)
    tiers = {one.id: one for row in rows for one in (row.origin_tier, row.destination_tier) if one is not None}
    steps = [
        Step(row.id, row.origin_tier_id, row.destination_tier_id, row.relation)
        for row in rows
        if row.origin_tier_id and row.destination_tier_id and row.relation
    ]
    ladder = [Rung(one.id, one.level) for one in _tiers(session, tier.standard_id)]
    by_row = {row.id: row for row in rows}
    ids = {one.standard_id for one in tiers.values()} - {tier.standard_id}
    near = {id_ for row in rows for id_ in _joined(row.crosswalk, tier.standard_id)}
    editions = session.scalars(
        sa.select(Standard).where(Standard.id.in_(ids), visibility.readable(by)).order_by(Standard.kind, Standard.code)
    )
    found = []
    for edition in editions:
        wanted = [Rung(one.id, one.level) for one in tiers.values() if one.standard_id == edition.id]
        answer = counts_for(Rung(tier.id, tier.level), ladder, wanted, steps)
        if edition.id in near or answer.worth is not Worth.NOTHING:
            found.append(_standing(edition, answer, tiers, by_row))
    return found


def _joined(crosswalk: Crosswalk, standard_id: UUID) -> set[UUID]:
    """The edition that a crosswalk joins directly with another one; none where it does not touch that one."""
    ends = {crosswalk.origin_id, crosswalk.destination_id}
    return ends - {standard_id} if standard_id in ends else set()


def _rows(session: Session, *, by: Actor) -> Sequence[CrosswalkRow]:
    return session.scalars(
        sa.select(CrosswalkRow)
        .join(CrosswalkRow.crosswalk)
        .options(
            joinedload(CrosswalkRow.crosswalk),
            joinedload(CrosswalkRow.origin_tier).joinedload(Tier.standard),
            joinedload(CrosswalkRow.destination_tier).joinedload(Tier.standard),
        )
        .where(
            Crosswalk.status == CrosswalkStatus.PUBLISHED,
            CrosswalkRow.status == RowStatus.ACCEPTED,
            CrosswalkRow.origin_tier_id.is_not(None),
            readable(by),
        )
        .order_by(Crosswalk.published_at, CrosswalkRow.pair)
    ).all()


def _standing(edition: Standard, answer: Answer, tiers: dict[UUID, Tier], rows: dict[UUID, CrosswalkRow]) -> Standing:
    def strides(way: Way) -> tuple[Stride, ...]:
        return tuple(
            Stride(tiers[step.origin], tiers[step.destination], step.relation, rows[step.row]) for step in way.steps
        )

    return Standing(
        edition,
        answer,
        tiers[answer.covered] if answer.covered else None,
        tiers[answer.full.destination] if answer.full else None,
        strides(answer.full) if answer.full else (),
        tuple((tiers[way.destination], strides(way)) for way in answer.part),
    )
