"""Deeds and questions about papers: assembled once, then only read."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.exams import assembly
from certification.exams.assembly import PoolItem
from certification.exams.models import ExamSession, Paper, PaperItem
from certification.exams.planning import ComponentNotExamined
from certification.item_bank import kinds
from certification.item_bank import service as item_bank
from certification.item_bank.content import PARTS
from certification.item_bank.models import Item, StimulusVersion
from certification.item_bank.rules import ItemKind
from certification.standards import service as standards
from certification.standards.models import Scheme, Tier
from certification.standards.rules import Component
from training_base.centers import service as centers
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import day_at
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound

SCORER = "theory-2"
"""The rules by which a paper assembled today is marked; they change only together with this name."""


PRINTED = tuple(name for name in PARTS if name != "option_rationales")
"""Parts of a content that a paper needs; what is said about an option stays in the bank."""


@dataclass(frozen=True)
class PaperCell:
    """How many items of one kind and area a paper has, and their marks together, in hundredths."""

    kind: ItemKind
    area: str
    count: int
    marks: int


def assemble(
    session: Session,
    scheme_id: UUID,
    center_id: UUID,
    title: str,
    seed: int | None = None,
    *,
    by: Actor,
    now: datetime,
) -> Paper:
    """Assemble a paper for the theory exam of a scheme, and freeze it.

    Stems, options in printed order, keys and marks are copied: what becomes of the items later does not reach it.

    Args:
        session: the session of the deed.
        scheme_id: whose blueprint.
        center_id: whose paper; the pool is the common bank and the center's own items.
        title: what it is called on lists.
        seed: the same seed on the same pool gives the same paper; None takes one at random.
        by: who assembles.
        now: when.

    Raises:
        NotFound: no such scheme, or no such center within the actor's scope.
        ComponentNotExamined: the scheme has no theory exam.
        InfeasibleBlueprint: the pool cannot fill every cell.
    """
    center = centers.by_id(session, center_id, by=by)
    scheme = standards.scheme_by_id(session, scheme_id)
    plan = scheme.plan.theory
    if plan is None:
        raise ComponentNotExamined(scheme.code, Component.THEORY)
    seed = secrets.randbits(62) if seed is None else seed
    items = {item.id: item for item in item_bank.pool(session, scheme.tier_id, center_id=center.id)}
    counts = exposures(session, scheme.tier_id)
    pool = [_pool_item(item, counts.get(item.id, 0)) for item in items.values()]
    chosen = [(one.item, one.marks) for one in assembly.assemble(plan, pool, seed)]
    return freeze(session, Printing(scheme, center, title, seed), chosen, items, by=by, now=now)


@dataclass(frozen=True)
class Printing:
    """What a paper is frozen as: whose, for which scheme, under which title; the seed orders the options."""

    scheme: Scheme
    center: TrainingCenter
    title: str
    seed: int


class Chosen(Protocol):
    """An item that was chosen, whichever way."""

    @property
    def id(self) -> UUID:
        """The item."""

    @property
    def area(self) -> str:
        """The area that it counts for."""


def freeze(
    session: Session,
    printing: Printing,
    chosen: Sequence[tuple[Chosen, int]],
    items: Mapping[UUID, Item],
    *,
    by: Actor,
    now: datetime,
) -> Paper:
    """Freeze chosen items, in printed order with their marks in hundredths, as a paper.

    Raises:
        ComponentNotExamined: the scheme has no theory exam.
    """
    scheme, center = printing.scheme, printing.center
    plan = scheme.plan.theory
    if plan is None:
        raise ComponentNotExamined(scheme.code, Component.THEORY)
    paper = Paper(
        code=_next_code(session, day_at(now, center.zone).strftime("P%Y%m%d-")),
        center_id=center.id,
        scheme_id=scheme.id,
        title=printing.title,
        seed=printing.seed,
        minutes=plan.minutes,
        total=plan.total,
        scorer=SCORER,
        assembled_by=by.id,
        assembled_at=now,
        items=[
            _frozen(position, items[one.id], one, marks, printing.seed)
            for position, (one, marks) in enumerate(chosen, start=1)
        ],
    )
    paper.digest = content_digest(paper)
    session.add(paper)
    session.flush()
    details = {"code": paper.code, "scheme": scheme.code, "items": len(paper.items), "digest": paper.digest}
    audit.record(session, "paper.assembled", paper, by=by, at=now, details=details)
    return paper


def content_digest(paper: Paper) -> str:
    """The SHA-256 over all that candidates read and all that marking rests on."""
    printed = [
        {
            "position": item.position,
            "item_version": item.item_version_id,
            "kind": item.kind.value,
            "area": item.area,
            "stem": item.stem,
            "options": item.options,
            "key": item.key,
            "marks": item.marks,
            **_more(item),
        }
        for item in paper.items
    ]
    facts = {"minutes": paper.minutes, "total": paper.total, "scorer": paper.scorer, "items": printed}
    return audit.canonical_digest(facts)


def _more(item: PaperItem) -> dict[str, Any]:
    """What newer kinds add; nothing for an item that has none of it, so that older papers keep their digest."""
    return {name: value for name in ("parts", "stimulus", "assets") if (value := getattr(item, name))}


def is_intact(paper: Paper) -> bool:
    """Whether the paper still says what it said at assembly."""
    return content_digest(paper) == paper.digest


def by_id(session: Session, paper_id: UUID, *, by: Actor) -> Paper:
    """A paper of the actor's centers with its scheme and items.

    Raises:
        NotFound: no such paper, or outside the actor's scope.
    """
    paper = session.scalar(
        sa.select(Paper)
        .where(Paper.id == paper_id, by.scope(Paper.center_id))
        .options(joinedload(Paper.scheme).joinedload(Scheme.tier), selectinload(Paper.items))
    )
    if paper is None:
        raise NotFound("paper", paper_id)
    return paper


def read_content(session: Session, paper_id: UUID, *, by: Actor, now: datetime) -> Paper:
    """The whole paper with its keys; that it was read is put on record.

    Raises:
        NotFound: no such paper, or outside the actor's scope.
    """
    paper = by_id(session, paper_id, by=by)
    audit.record(session, "paper.read", paper, by=by, at=now, details={"code": paper.code})
    return paper


def listing(
    *, by: Actor, q: str | None = None, level: int | None = None, scheme_id: UUID | None = None, own: bool = False
) -> sa.Select[Paper]:
    """Papers of the actor's centers with scheme and tier, the newest first.

    Args:
        by: who asks.
        q: part of the code or of the title.
        level: 1 to 5.
        scheme_id: of one scheme.
        own: whether candidates' own papers are listed too.
    """
    query = sa.select(Paper).join(Paper.scheme).join(Scheme.tier).where(by.scope(Paper.center_id))
    if not own:
        query = query.where(Paper.registration_id.is_(None))
    if q:
        columns = (Paper.code, Paper.title)
        query = query.where(sa.or_(*(column.icontains(q, autoescape=True) for column in columns)))
    if level:
        query = query.where(Tier.level == level)
    if scheme_id:
        query = query.where(Paper.scheme_id == scheme_id)
    return query.options(joinedload(Paper.scheme).joinedload(Scheme.tier)).order_by(
        Paper.assembled_at.desc(), Paper.code.desc()
    )


def cells(session: Session, paper_id: UUID) -> list[PaperCell]:
    """What a paper is made of, per kind and area, in printed order of the kinds."""
    first = sa.func.min(sa.func.min(PaperItem.position)).over(partition_by=PaperItem.kind)
    query = (
        sa.select(PaperItem.kind, PaperItem.area, sa.func.count(), sa.func.sum(PaperItem.marks))
        .where(PaperItem.paper_id == paper_id)
        .group_by(PaperItem.kind, PaperItem.area)
        .order_by(first, PaperItem.area)
    )
    return [PaperCell(kind, area, count, int(marks)) for kind, area, count, marks in session.execute(query)]


def sessions_with(session: Session, paper_id: UUID, *, by: Actor) -> list[ExamSession]:
    """The exam sessions that use a paper, the latest first."""
    query = (
        sa.select(ExamSession)
        .where(ExamSession.paper_id == paper_id, by.scope(ExamSession.center_id))
        .order_by(ExamSession.starts_at.desc())
    )
    return list(session.scalars(query))


def exposures(session: Session, tier_id: UUID) -> dict[UUID, int]:
    """On how many papers of any center each item of a tier has been printed.

    Candidates' own papers do not count: their items come from frozen papers that do.
    """
    query = (
        sa.select(PaperItem.item_id, sa.func.count().label("papers"))
        .join(Item, Item.id == PaperItem.item_id)
        .join(Paper, Paper.id == PaperItem.paper_id)
        .where(Item.tier_id == tier_id, Paper.registration_id.is_(None))
        .group_by(PaperItem.item_id)
    )
    return {row.item_id: row.papers for row in session.execute(query)}


def _pool_item(item: Item, exposure: int) -> PoolItem:
    point = item.knowledge_point
    stimulus = str(item.stimulus_id) if item.stimulus_id else None
    return PoolItem(
        item.id,
        item.kind.value,
        point.area,
        point.code,
        item.difficulty,
        exposure,
        stimulus=stimulus,
        place=item.stimulus_position or 0,
    )


def _frozen(position: int, item: Item, chosen: Chosen, marks: int, seed: int) -> PaperItem:
    """A copy of the item as it stands, its options in printed order."""
    version, shared = item.current, item.current.stimulus_version
    printed = kinds.shuffled(version.content, f"{seed}:{item.id}").to_json()
    return PaperItem(
        position=position,
        item_id=item.id,
        item_version_id=version.id,
        kind=version.kind,
        area=chosen.area,
        stem=version.stem,
        options=printed["options"],
        key=printed["key"],
        parts={name: printed[name] for name in PRINTED if printed[name]},
        stimulus=None if shared is None else _shared(shared),
        assets={asset.name: asset.digest for asset in (*version.assets, *(shared.assets if shared else ()))},
        marks=marks,
    )


def _shared(version: StimulusVersion) -> dict[str, Any]:
    return {"id": str(version.stimulus_id), "number": version.number, "title": version.title, "body": version.body}


def _next_code(session: Session, prefix: str) -> str:
    """The next code of the day in the whole city; of two at the same moment, the later one is a ``Conflict``."""
    codes = session.scalars(sa.select(Paper.code).where(Paper.code.startswith(prefix)))
    return f"{prefix}{max((int(code.removeprefix(prefix)) for code in codes), default=0) + 1:03d}"
