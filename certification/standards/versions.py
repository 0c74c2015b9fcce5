"""New editions: an empty draft, and a draft that goes on from a published edition with ties from each old node."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards import visibility
from certification.standards.models import KnowledgePoint, NodeLink, Standard, StandardNode, Tier, TierWeight
from certification.standards.placing import STEP
from certification.standards.rules import OCCUPATION, Evidence, LinkKind, NodeKind, StandardKind, StandardStatus
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal

LEVELS = (5, 4, 3, 2, 1)
CHUNK = 1000

Row = dict[str, Any]


@dataclass(frozen=True)
class DraftFacts:
    """What a new edition is called."""

    code: str
    version: str
    title_zh: str
    title_en: str
    kind: StandardKind = StandardKind.MUNICIPAL
    series: str | None = None
    issuers_zh: tuple[str, ...] = ()


@dataclass(eq=False)
class CodeTaken(Refusal):
    """Another edition has that code."""

    taken: str


class StillADraft(Refusal):
    """A private draft is changed itself; a new edition follows a published one."""


def _check_code(session: Session, code: str) -> None:
    if session.scalar(sa.select(Standard.id).where(Standard.code == code)) is not None:
        raise CodeTaken(code)


def begin(
    session: Session, facts: DraftFacts, *, levels: tuple[int, ...] = LEVELS, by: Actor, now: datetime
) -> Standard:
    """Begin a standard: a private draft with empty tiers of those levels.

    Raises:
        CodeTaken: another edition has its code.
    """
    _check_code(session, facts.code)
    standard = _edition(facts, facts.series or facts.code, by=by, now=now)
    standard.occupation_code = OCCUPATION
    session.add(standard)
    session.flush()
    for level in levels:
        names = {"title_zh": f"{level} 级", "title_en": f"Level {level}"}
        session.add(Tier(standard_id=standard.id, level=level, evidence=Evidence.OWN, **names))
    audit.record(session, "standard.begun", standard, by=by, at=now)
    return standard


def _edition(facts: DraftFacts, series: str, *, by: Actor, now: datetime) -> Standard:
    return Standard(
        id=uuid4(),
        code=facts.code,
        series=series,
        version=facts.version,
        kind=facts.kind,
        status=StandardStatus.PRIVATE_DRAFT,
        title_zh=facts.title_zh,
        title_en=facts.title_en,
        issuers_zh=list(facts.issuers_zh),
        evidence=Evidence.OWN,
        created_by_id=by.id,
        created_by=by.name,
        created_at=now,
        changed_at=now,
    )


def revise(session: Session, standard_id: UUID, facts: DraftFacts, *, by: Actor, now: datetime) -> Standard:
    """Begin the next edition of a published standard: a private draft with the same text under new identifiers.

    Each old tier and node is tied to the new one by ``replacedBy``; knowledge points of the item bank become nodes.

    Raises:
        NotFound: no such standard that the actor may know of.
        StillADraft: it is not published.
        CodeTaken: another edition has that code.
    """
    old = visibility.standard(session, standard_id, by=by)
    if old.is_draft:
        raise StillADraft
    _check_code(session, facts.code)
    new = _edition(facts, old.series, by=by, now=now)
    new.kind, new.replaces_id = old.kind, old.id
    new.occupation_code, new.language = old.occupation_code, old.language
    new.issuers_zh = new.issuers_zh or list(old.issuers_zh)
    new.evidence, new.source, new.facts, new.extra = old.evidence, old.source, dict(old.facts), _own(old.extra)
    session.add(new)
    session.flush()
    _copy(session, old, new)
    audit.record(session, "standard.revised", new, by=by, at=now, details={"replaces": str(old.identifier)})
    return new


def _own(extra: dict[str, Any]) -> dict[str, Any]:
    """What an exchange file said, without the addresses and associations that name the old document."""
    return {name: value for name, value in extra.items() if name not in {"uri", "placement", "identifier"}}


def _copy(session: Session, old: Standard, new: Standard) -> None:
    tiers = {tier.id: _copied_tier(session, tier, new) for tier in old.tiers}
    ties: list[tuple[UUID, UUID]] = [(tier.identifier, tiers[tier.id].identifier) for tier in old.tiers]
    query = sa.select(StandardNode).where(StandardNode.standard_id == old.id).order_by(StandardNode.position)
    nodes = list(session.scalars(query))
    ids = {node.id: uuid4() for node in nodes}
    rows = [_copied_node(node, new, tiers, ids) for node in nodes]
    ties += [(node.identifier, row["identifier"]) for node, row in zip(nodes, rows, strict=True)]
    points = _points(session, old, nodes, rows)
    ties += [(point.identifier, row["identifier"]) for point, row in points]
    _insert(session, StandardNode, _parents_first(rows + [row for _point, row in points]))
    weights = sa.select(TierWeight).join(TierWeight.tier).where(Tier.standard_id == old.id)
    _insert(session, TierWeight, [_copied_weight(row, tiers, ids) for row in session.scalars(weights)])
    links = [{"origin_identifier": origin, "destination_identifier": end} for origin, end in ties]
    fixed = {"standard_id": new.id, "kind": LinkKind.REPLACED_BY, "extra": {}}
    _insert(session, NodeLink, [{"id": uuid4(), "identifier": uuid4(), **fixed, **link} for link in links])
    session.expire(new)


def _copied_tier(session: Session, tier: Tier, new: Standard) -> Tier:
    kept = ("level", "title_zh", "title_en", "training_hours", "validity_months", "evidence", "source", "facts")
    copied = Tier(id=uuid4(), identifier=uuid4(), standard_id=new.id, extra=_own(tier.extra))
    for name in kept:
        setattr(copied, name, getattr(tier, name))
    session.add(copied)
    session.flush()
    return copied


def _copied_node(node: StandardNode, new: Standard, tiers: dict[UUID, Tier], ids: dict[UUID, UUID]) -> Row:
    kept = ("kind", "code", "zh", "en", "evidence", "source", "facts", "position")
    return {name: getattr(node, name) for name in kept} | {
        "id": ids[node.id],
        "identifier": uuid4(),
        "placement_identifier": uuid4(),
        "standard_id": new.id,
        "tier_id": tiers[node.tier_id].id if node.tier_id else None,
        "parent_id": ids[node.parent_id] if node.parent_id else None,
        "extra": _own(node.extra),
        "revision": 1,
    }


def _points(
    session: Session, old: Standard, nodes: list[StandardNode], rows: list[Row]
) -> list[tuple[KnowledgePoint, Row]]:
    """The knowledge points that no node stands for, each as a row under the duty of its area."""
    query = sa.select(KnowledgePoint).join(KnowledgePoint.tier).where(Tier.standard_id == old.id)
    stand = {(node.tier_id, node.code) for node in nodes if node.kind is NodeKind.KNOWLEDGE_POINT}
    duties = {(n.tier_id, n.code): row for n, row in zip(nodes, rows, strict=True) if n.kind is NodeKind.DUTY}
    found = []
    for place, point in enumerate(session.scalars(query.order_by(KnowledgePoint.code))):
        duty = duties.get((point.tier_id, point.area))
        if duty is None or (point.tier_id, point.code) in stand:
            continue
        row: Row = {"kind": NodeKind.KNOWLEDGE_POINT, "code": point.code, "zh": point.title, "en": None}
        row |= {"evidence": point.evidence, "source": point.source, "facts": {}, "extra": {}, "revision": 1}
        row |= {"id": uuid4(), "identifier": uuid4(), "placement_identifier": uuid4(), "parent_id": duty["id"]}
        row |= {"standard_id": duty["standard_id"], "tier_id": duty["tier_id"], "position": 10**6 + place * STEP}
        found.append((point, row))
    return found


def _copied_weight(weight: TierWeight, tiers: dict[UUID, Tier], ids: dict[UUID, UUID]) -> Row:
    kept = ("component", "zh", "en", "percent", "inferred_percent", "evidence", "source", "position")
    return {name: getattr(weight, name) for name in kept} | {
        "id": uuid4(),
        "tier_id": tiers[weight.tier_id].id,
        "node_id": ids[weight.node_id] if weight.node_id else None,
    }


def _parents_first(rows: list[Row]) -> list[Row]:
    """Rows so that each parent comes before what hangs under it."""
    below: dict[UUID | None, list[Row]] = {}
    for row in rows:
        below.setdefault(row["parent_id"], []).append(row)
    ready = list(below.get(None, ()))
    for row in ready:
        ready.extend(below.get(row["id"], ()))
    return ready


def _insert(session: Session, model: type[Any], rows: list[Row]) -> None:
    for start in range(0, len(rows), CHUNK):
        session.execute(sa.insert(model), rows[start : start + CHUNK])
