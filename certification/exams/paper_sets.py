"""Parallel papers of a blueprint: asked for, solved apart, compared, and frozen as papers or thrown away."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.assembly import rules, solver
from certification.assembly import service as blueprints
from certification.assembly.checking import breaches
from certification.assembly.models import BlueprintVersion, PaperBlueprint
from certification.assembly.rules import Placed, PoolItem, Problem, Setback, Sifted, Solution, Specification
from certification.assembly.supply import CellSupply, JointShortage, joint_shortage, supply
from certification.exams import papers
from certification.exams.models import ExamSession, Paper, PaperItem, PaperSet
from certification.exams.rules import ExamSessionStatus, PaperSetStatus
from certification.item_bank import service as item_bank
from certification.item_bank.calibration import ItemCalibration, calibrations
from certification.item_bank.models import Item
from certification.standards.models import Scheme
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import day_at
from training_base.kernel import audit, queue
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

JOB = "papers.assemble"
MOST_PAPERS = 20
"""Papers of one set; more parallel papers than this no bank of a city carries."""


@dataclass(eq=False)
class SetNotOpen(Refusal):
    """The set is not at the place of its life that the deed needs."""

    status: PaperSetStatus


@dataclass(eq=False)
class ItemsGone(Refusal):
    """Items of the set left the bank since it was solved."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Supplied:
    """What the bank has for a specification: cells, what is missing together, and what is left out why."""

    cells: tuple[CellSupply, ...]
    joint: JointShortage | None
    exposed: int
    resting: int
    calibrated: int
    pool: int


@dataclass(frozen=True)
class Compared:
    """A paper of a solved set: mean difficulty in logits, information by ability, never printed items."""

    difficulty: float
    information: Mapping[float, float]
    fresh: int
    calibrated: int


def begin(
    session: Session, blueprint_id: UUID, *, count: int, seed: int, seconds: int, by: Actor, now: datetime
) -> PaperSet:
    """Begin a set of so many parallel papers, to be solved outside any transaction.

    Raises:
        NotFound: no such blueprint in the actor's centers.
        NotEnoughItems: counting shows that the bank is too small.
    """
    blueprint = blueprints.by_id(session, blueprint_id, by=by)
    solver.require_supply(problem(session, blueprint, blueprint.current.specification, count, now=now))
    paper_set = PaperSet(
        center_id=blueprint.center_id,
        blueprint_version_id=blueprint.current.id,
        status=PaperSetStatus.SOLVING,
        count=count,
        seed=seed,
        seconds=seconds,
        asked_by=by.id,
        asked_by_name=by.name,
        asked_at=now,
        outcome={},
        content={},
    )
    session.add(paper_set)
    details = {"blueprint": blueprint.title, "version": blueprint.version, "papers": count, "seed": str(seed)}
    audit.record(session, "paper_set.asked", paper_set, by=by, at=now, details=details)
    return paper_set


def ask(
    session: Session, blueprint_id: UUID, *, count: int, seed: int, seconds: int, by: Actor, now: datetime
) -> PaperSet:
    """Begin a set and have a job solve it.

    Raises:
        NotFound, NotEnoughItems: as for ``begin``; no job is started.
    """
    paper_set = begin(session, blueprint_id, count=count, seed=seed, seconds=seconds, by=by, now=now)
    payload = {"paper_set_id": str(paper_set.id)}
    job = queue.enqueue(session, JOB, payload, by=by, now=now, center_id=paper_set.center_id)
    paper_set.job_id, job.total = job.id, seconds
    return paper_set


def sifted(
    session: Session, scheme: Scheme, center: TrainingCenter, specification: Specification, *, now: datetime
) -> Sifted:
    """The bank as assembly sees it, without what is worn or rests."""
    items = item_bank.pool(session, scheme.tier_id, center_id=center.id)
    exposures = papers.exposures(session, scheme.tier_id)
    used, zone = last_used(session, scheme.tier_id), center.zone
    known = calibrations(session, (item.id for item in items))
    pool = [_pool_item(item, exposures.get(item.id, 0), used.get(item.id), zone, known.get(item.id)) for item in items]
    return rules.sift(pool, specification, day_at(now, zone))


def _pool_item(
    item: Item, exposure: int, used_at: datetime | None, zone: str, known: ItemCalibration | None
) -> PoolItem:
    """The item as candidates' answers show it; a calibration of an earlier version says nothing of this one."""
    point = item.knowledge_point
    one = PoolItem(
        item.id,
        item.kind.value,
        point.area,
        point.code,
        difficulty=rules.guessed(item.difficulty),
        exposure=exposure,
        used_on=None if used_at is None else day_at(used_at, zone),
        stimulus=str(item.stimulus_id) if item.stimulus_id else None,
        place=item.stimulus_position or 0,
    )
    if known is None or known.item_version_id != item.current.id:
        return one
    return replace(one, difficulty=known.b, discrimination=known.a, calibrated=True)


def last_used(session: Session, tier_id: UUID) -> dict[UUID, datetime]:
    """When each item of a tier was last on a paper of an exam that was or will be held; else when it was printed."""
    held = sa.case((ExamSession.status == ExamSessionStatus.CANCELLED, None), else_=ExamSession.starts_at)
    query = (
        sa.select(PaperItem.item_id, Paper.assembled_at, held.label("held"))
        .join(Paper, Paper.id == PaperItem.paper_id)
        .join(Item, Item.id == PaperItem.item_id)
        .outerjoin(
            ExamSession,
            sa.or_(ExamSession.paper_id == Paper.id, ExamSession.paper_set_id == Paper.paper_set_id),
        )
        .where(Item.tier_id == tier_id, Paper.registration_id.is_(None))
    )
    latest: dict[UUID, datetime] = {}
    for item_id, printed, sat in session.execute(query):
        at = max(printed, sat or printed)
        latest[item_id] = max(at, latest.get(item_id, at))
    return latest


def problem(
    session: Session, blueprint: PaperBlueprint, specification: Specification, count: int, *, now: datetime
) -> Problem:
    """So many papers of a blueprint's specification from the bank as it is now."""
    pool = sifted(session, blueprint.scheme, blueprint.center, specification, now=now).pool
    enemies = blueprints.enemies_among(session, (item.id for item in pool))
    return Problem(specification, pool, count, enemies)


def supplied(
    session: Session, scheme: Scheme, center: TrainingCenter, specification: Specification, count: int, *, now: datetime
) -> Supplied:
    """What the bank has for so many papers of a specification, which need not be stored."""
    left = sifted(session, scheme, center, specification, now=now)
    asked = Problem(specification, left.pool, count)
    cells = supply(asked)
    short = any(cell.missing for cell in cells)
    reasons = list(left.left_out.values())
    return Supplied(
        cells,
        None if short else joint_shortage(asked),
        reasons.count(Setback.EXPOSED),
        reasons.count(Setback.RESTING),
        sum(item.calibrated for item in left.pool),
        len(left.pool),
    )


def problem_of(session: Session, paper_set_id: UUID, *, now: datetime) -> Problem:
    """The problem that a set asked for, for the job that solves it."""
    version = session.get_one(PaperSet, paper_set_id).blueprint_version
    count = session.get_one(PaperSet, paper_set_id).count
    return problem(session, version.blueprint, version.specification, count, now=now)


def keep(session: Session, paper_set_id: UUID, asked: Problem, solution: Solution, *, by: Actor, now: datetime) -> None:
    """Keep the solution of a set, with all that comparing and candidates' own papers need."""
    paper_set = session.get_one(PaperSet, paper_set_id)
    before = audit.state_digest(paper_set)
    used = {placed.item.id: placed.item for paper in solution.papers for placed in paper}
    paper_set.content = {
        "specification": rules.to_json(rules.resolved(asked)),
        "items": [_item_json(item) for item in used.values()],
        "enemies": sorted(sorted(str(one) for one in pair) for pair in asked.enemies if pair <= used.keys()),
        "papers": [[[str(placed.item.id), placed.cell] for placed in paper] for paper in solution.papers],
    }
    paper_set.outcome = {
        "shared": solution.shared,
        "bound": solution.bound,
        "repeatable": solution.repeatable,
        "took": round(solution.seconds, 1),
    }
    paper_set.status = PaperSetStatus.SOLVED
    audit.record(session, "paper_set.solved", paper_set, by=by, at=now, before=before, details=paper_set.outcome)


def _item_json(item: PoolItem) -> dict[str, Any]:
    return {**asdict(item), "id": str(item.id), "used_on": item.used_on.isoformat() if item.used_on else None}


def refuse(session: Session, paper_set_id: UUID, facts: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Keep why a set could not be solved."""
    paper_set = session.get_one(PaperSet, paper_set_id)
    before = audit.state_digest(paper_set)
    paper_set.outcome, paper_set.status = facts, PaperSetStatus.FAILED
    audit.record(session, "paper_set.failed", paper_set, by=by, at=now, before=before)


def solved_problem(paper_set: PaperSet) -> Problem:
    """The items, limits and enemies of a solved set, with its goals as figures."""
    content = paper_set.content
    pool = tuple(
        PoolItem(
            **{
                **facts,
                "id": UUID(facts["id"]),
                "used_on": date.fromisoformat(facts["used_on"]) if facts["used_on"] else None,
            }
        )
        for facts in content["items"]
    )
    enemies = frozenset(frozenset(UUID(one) for one in pair) for pair in content["enemies"])
    return Problem(rules.read_specification(content["specification"]), pool, paper_set.count, enemies)


def solved_papers(paper_set: PaperSet, asked: Problem) -> list[tuple[Placed, ...]]:
    """The papers of a solved set."""
    items = {str(item.id): item for item in asked.pool}
    return [tuple(Placed(items[item_id], cell) for item_id, cell in paper) for paper in paper_set.content["papers"]]


def compare(paper: Sequence[Placed], abilities: Sequence[float]) -> Compared:
    """The figures by which parallel papers are compared."""
    items = [placed.item for placed in paper]
    return Compared(
        sum(item.difficulty for item in items) / len(items),
        {ability: sum(item.information(ability) for item in items) for ability in abilities},
        sum(item.exposure == 0 for item in items),
        sum(item.calibrated for item in items),
    )


def by_id(session: Session, paper_set_id: UUID, *, by: Actor) -> PaperSet:
    """A set of the actor's centers with its blueprint and frozen papers.

    Raises:
        NotFound: no such set, or outside the actor's scope.
    """
    found = session.scalar(listing(by=by).where(PaperSet.id == paper_set_id))
    if found is None:
        raise NotFound("paper_set", paper_set_id)
    return found


def listing(*, by: Actor, blueprint_id: UUID | None = None) -> sa.Select[PaperSet]:
    """Sets of the actor's centers, the newest first."""
    query = sa.select(PaperSet).where(by.scope(PaperSet.center_id))
    if blueprint_id is not None:
        query = query.join(PaperSet.blueprint_version).where(BlueprintVersion.blueprint_id == blueprint_id)
    whole = joinedload(PaperSet.blueprint_version).joinedload(BlueprintVersion.blueprint)
    scheme = whole.joinedload(PaperBlueprint.scheme).joinedload(Scheme.tier)
    return query.options(scheme).order_by(PaperSet.asked_at.desc(), PaperSet.id)


def freeze(session: Session, paper_set_id: UUID, *, by: Actor, now: datetime) -> list[Paper]:
    """Freeze the papers of a solved set, each with copies of its items as they now stand.

    Raises:
        NotFound: no such set in the actor's centers.
        SetNotOpen: it is not solved, or was frozen or thrown away.
        ItemsGone: an item has left the pool since.
    """
    paper_set = _locked(session, paper_set_id, PaperSetStatus.SOLVED, by=by)
    blueprint = paper_set.blueprint_version.blueprint
    asked = solved_problem(paper_set)
    found = {item.id: item for item in item_bank.pool(session, blueprint.scheme.tier_id, center_id=blueprint.center_id)}
    if gone := {item.id for item in asked.pool} - found.keys():
        codes = session.scalars(sa.select(Item.code).where(Item.id.in_(gone)).order_by(Item.code))
        raise ItemsGone(tuple(codes))
    frozen = []
    for number, paper in enumerate(solved_papers(paper_set, asked), start=1):
        facts = papers.Printing(
            blueprint.scheme, blueprint.center, f"{blueprint.title} {number}", paper_set.seed + number
        )
        chosen = in_printed_order(paper, asked.specification, f"{paper_set.seed}:{number}")
        made = papers.freeze(session, facts, chosen, found, by=by, now=now)
        made.paper_set_id, made.set_position = paper_set.id, number
        frozen.append(made)
    before = audit.state_digest(paper_set)
    paper_set.status, paper_set.closed_at = PaperSetStatus.FROZEN, now
    details = {"papers": [paper.code for paper in frozen]}
    audit.record(session, "paper_set.frozen", paper_set, by=by, at=now, before=before, details=details)
    return frozen


def in_printed_order(paper: Sequence[Placed], specification: Specification, seed: str) -> list[tuple[PoolItem, int]]:
    """Items with their marks, section by section, mixed within; a set of one stimulus stays side by side."""
    dice = random.Random(f"order:{seed}")  # noqa: S311  a draw that can be repeated, not a secret
    order: list[tuple[PoolItem, int]] = []
    for part in sorted({cell.part for cell in specification.cells}):
        groups: dict[str, list[tuple[PoolItem, int]]] = {}
        for placed in paper:
            cell = specification.cells[placed.cell]
            if cell.part == part:
                name = placed.item.stimulus or str(placed.item.id)
                groups.setdefault(name, []).append((placed.item, cell.marks))
        blocks = [sorted(groups[name], key=lambda one: (one[0].place, one[0].id)) for name in sorted(groups)]
        dice.shuffle(blocks)
        order += [one for block in blocks for one in block]
    return order


def discard(session: Session, paper_set_id: UUID, *, by: Actor, now: datetime) -> PaperSet:
    """Throw a solved set away; its items are free again.

    Raises:
        NotFound: no such set in the actor's centers.
        SetNotOpen: it is not solved, or was frozen or thrown away.
    """
    paper_set = _locked(session, paper_set_id, PaperSetStatus.SOLVED, by=by)
    before = audit.state_digest(paper_set)
    paper_set.status, paper_set.closed_at = PaperSetStatus.DISCARDED, now
    audit.record(session, "paper_set.discarded", paper_set, by=by, at=now, before=before)
    return paper_set


def _locked(session: Session, paper_set_id: UUID, status: PaperSetStatus, *, by: Actor) -> PaperSet:
    by_id(session, paper_set_id, by=by)
    paper_set = session.scalars(
        sa.select(PaperSet)
        .where(PaperSet.id == paper_set_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if paper_set.status is not status:
        raise SetNotOpen(paper_set.status)
    return paper_set


def solve(asked: Problem, seed: int, seconds: int) -> Solution:
    """Solve within the time; the work allowed grows with it, so that the clock is the last resort."""
    return solver.solve(asked, seed, solver.Effort(seconds=float(seconds), units=float(seconds)))


def frozen_papers(session: Session, paper_set_id: UUID) -> list[Paper]:
    """The frozen papers of a set in their order, candidates' own ones left out."""
    query = sa.select(Paper).where(Paper.paper_set_id == paper_set_id, Paper.registration_id.is_(None))
    return list(session.scalars(query.order_by(Paper.set_position)))


def sessions_with(session: Session, paper_set_id: UUID, *, by: Actor) -> list[ExamSession]:
    """Exam sessions that deal out a set's papers, the newest first."""
    query = sa.select(ExamSession).where(ExamSession.paper_set_id == paper_set_id, by.scope(ExamSession.center_id))
    return list(session.scalars(query.order_by(ExamSession.starts_at.desc())))


def faults(session: Session, paper_set: PaperSet) -> list[str]:
    """What is wrong with a solved set when every limit is counted again, and with its frozen papers; [] for nothing."""
    asked = solved_problem(paper_set)
    solved = solved_papers(paper_set, asked)
    found = [
        f"{breach.limit.value} {'' if breach.paper is None else breach.paper + 1} {breach.where}".strip()
        for breach in breaches(asked, solved)
    ]
    for paper, wanted in zip(frozen_papers(session, paper_set.id), solved, strict=False):
        if {item.item_id for item in paper.items} != {placed.item.id for placed in wanted}:
            found.append(f"{paper.code}: other items than were solved")
        if not papers.is_intact(paper):
            found.append(f"{paper.code}: changed since it was frozen")
    return found
