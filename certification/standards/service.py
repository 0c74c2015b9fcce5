"""Questions about standards: tiers, their trees, areas and schemes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.standards import visibility
from certification.standards.models import KnowledgePoint, Scheme, Standard, StandardNode, Tier, TierWeight
from certification.standards.rules import OCCUPATION, PUBLISHED, Component, NodeKind, StandardKind, StandardStatus
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound

BASICS = ("0.1", "0.2")
"""Areas of the basic requirements: professional ethics and basic knowledge; the first two theory weights."""


@dataclass
class Branch:
    """A node of a tier and what stands beneath it, in order."""

    node: StandardNode
    children: list["Branch"] = field(default_factory=list)

    def of(self, kind: NodeKind) -> list["Branch"]:
        """The children of one kind."""
        return [branch for branch in self.children if branch.node.kind is kind]


@dataclass(frozen=True)
class Area:
    """An area of a tier's syllabus; a title that is None is not published."""

    code: str
    zh: str | None
    en: str | None
    points: int


def listing(*, by: Actor) -> sa.Select[Standard]:
    """All editions that the reader may know of, with their tiers, the newest first."""
    return (
        sa.select(Standard)
        .options(selectinload(Standard.tiers))
        .where(visibility.readable(by))
        .order_by(*_newest_first(), Standard.code)
    )


def _newest_first() -> tuple[sa.UnaryExpression[date | None], sa.UnaryExpression[str | None]]:
    return Standard.adopted_on.desc().nulls_last(), Standard.published.desc().nulls_last()


def by_code(session: Session, code: str) -> Standard:
    """The edition with that code.

    Raises:
        NotFound: there is none.
    """
    standard = session.scalar(sa.select(Standard).where(Standard.code == code))
    if standard is None:
        raise NotFound("standard", code)
    return standard


def _national() -> sa.Select[Tier]:
    """The tiers of adopted national standards of the occupation, the newest edition first."""
    return (
        sa.select(Tier)
        .join(Tier.standard)
        .where(
            Standard.occupation_code == OCCUPATION,
            Standard.kind == StandardKind.NATIONAL,
            Standard.status == StandardStatus.ADOPTED,
        )
        .order_by(*_newest_first(), Standard.code)
    )


def tier_by_level(session: Session, level: int) -> Tier:
    """The tier of the adopted national standard.

    Raises:
        NotFound: no such standard is loaded, or it has no such level.
    """
    tier = session.scalar(_national().where(Tier.level == level).limit(1))
    if tier is None:
        raise NotFound("tier", level)
    return tier


def tier_by_id(session: Session, tier_id: UUID) -> Tier:
    """The tier with that identifier.

    Raises:
        NotFound: there is none.
    """
    tier = session.get(Tier, tier_id)
    if tier is None:
        raise NotFound("tier", tier_id)
    return tier


def tiers(session: Session) -> list[Tier]:
    """The tiers of the adopted national standard, the lowest (level 5) first."""
    newest: dict[int, Tier] = {}
    for tier in session.scalars(_national()):
        newest.setdefault(tier.level, tier)
    return [newest[level] for level in sorted(newest, reverse=True)]


def tree(session: Session, tier_id: UUID) -> list[Branch]:
    """The functions of a tier with duties, criteria, knowledge and themes beneath them."""
    nodes = session.scalars(
        sa.select(StandardNode).where(StandardNode.tier_id == tier_id).order_by(StandardNode.position)
    ).all()
    branches = {node.id: Branch(node) for node in nodes}
    roots: list[Branch] = []
    for node in nodes:
        (branches[node.parent_id].children if node.parent_id else roots).append(branches[node.id])
    return roots


def in_order(branches: Iterable[Branch]) -> Iterator[StandardNode]:
    """The nodes of a tree as they are read, parents before children."""
    for branch in branches:
        yield branch.node
        yield from in_order(branch.children)


def weights(session: Session, tier_id: UUID) -> dict[Component, list[TierWeight]]:
    """The weights of a tier per component, in the order of the standard's table."""
    rows = session.scalars(
        sa.select(TierWeight)
        .where(TierWeight.tier_id == tier_id)
        .order_by(TierWeight.component.desc(), TierWeight.position)
    )
    table: dict[Component, list[TierWeight]] = {}
    for row in rows:
        table.setdefault(row.component, []).append(row)
    return table


def areas(session: Session, tier_id: UUID) -> list[Area]:
    """The areas that have knowledge points, in order of their codes.

    Titles come from the duties; those of 0.1 and 0.2 from the first two theory weights.
    """
    counts = session.execute(
        sa.select(KnowledgePoint.area, sa.func.count())
        .where(KnowledgePoint.tier_id == tier_id)
        .group_by(KnowledgePoint.area)
        .order_by(KnowledgePoint.area)
    ).all()
    titles = _titles(session, tier_id)
    return [Area(code, *titles.get(code, (None, None)), count) for code, count in counts]


def _titles(session: Session, tier_id: UUID) -> dict[str, tuple[str | None, str | None]]:
    basics = session.scalars(
        sa.select(TierWeight)
        .where(TierWeight.tier_id == tier_id, TierWeight.component == Component.THEORY)
        .order_by(TierWeight.position)
        .limit(len(BASICS))
    )
    duties: Iterable[StandardNode] = session.scalars(
        sa.select(StandardNode).where(StandardNode.tier_id == tier_id, StandardNode.kind == NodeKind.DUTY)
    )
    titles: dict[str, tuple[str | None, str | None]] = {
        code: (row.zh, row.en) for code, row in zip(BASICS, basics, strict=False)
    }
    return titles | {str(duty.code): (duty.zh, duty.en) for duty in duties}


def knowledge_points(tier_id: UUID) -> sa.Select[KnowledgePoint]:
    """The knowledge points of a tier in order."""
    return sa.select(KnowledgePoint).where(KnowledgePoint.tier_id == tier_id).order_by(KnowledgePoint.code)


def scheme_by_id(session: Session, scheme_id: UUID) -> Scheme:
    """The scheme with that identifier.

    Raises:
        NotFound: there is none.
    """
    scheme = session.get(Scheme, scheme_id)
    if scheme is None:
        raise NotFound("scheme", scheme_id)
    return scheme


def scheme_by_code(session: Session, code: str) -> Scheme:
    """The scheme with that code, of a standard that is in force or was.

    Raises:
        NotFound: there is none.
    """
    query = sa.select(Scheme).join(Scheme.tier).join(Tier.standard)
    scheme = session.scalar(query.where(Scheme.code == code, Standard.status.in_(PUBLISHED)))
    if scheme is None:
        raise NotFound("scheme", code)
    return scheme


def schemes_in_force(session: Session, level: int, *, on: date) -> list[Scheme]:
    """The schemes under which a level may be examined that day; demonstrations come last."""
    query = (
        sa.select(Scheme)
        .join(Scheme.tier)
        .join(Tier.standard)
        .options(joinedload(Scheme.tier))
        .where(Tier.level == level, Scheme.from_on <= on, Standard.status.in_(PUBLISHED))
        .where(sa.or_(Scheme.until_on.is_(None), Scheme.until_on > on))
        .order_by(Scheme.is_demonstration, Scheme.code)
    )
    return list(session.scalars(query))
