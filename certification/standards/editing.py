"""Deeds on the tree of a draft: add, change, remove, move; each one edit that can be undone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from certification.standards import history, ordering, placing, visibility
from certification.standards.history import EditedMeanwhile
from certification.standards.models import NodeLink, Standard, StandardNode, Tier, TierWeight
from certification.standards.placing import Way
from certification.standards.rules import EditKind, Evidence, NodeKind
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

CHUNK = 500
"""How many identifiers one statement names."""


class MayNotStandThere(Refusal):
    """The tree has another shape: a node of that kind may not stand there."""


class UnderItself(Refusal):
    """A node may not be moved under itself or what stands beneath it."""


@dataclass(frozen=True)
class NodeFacts:
    """What a node says."""

    code: str | None = None
    zh: str | None = None
    en: str | None = None
    evidence: Evidence = Evidence.OWN
    source: str | None = None


@dataclass(frozen=True)
class Place:
    """A place in the tree of a standard; without a parent it is at the top of a tier, or of a framework without tiers.

    ``after`` is the sibling before the place; None is the first place.
    """

    tier_id: UUID | None = None
    parent_id: UUID | None = None
    after: UUID | None = None


def add(
    session: Session,
    standard_id: UUID,
    place: Place,
    facts: NodeFacts,
    *,
    kind: NodeKind | None,
    last: bool = False,
    by: Actor,
    now: datetime,
) -> StandardNode:
    """Put a new node into a draft.

    Args:
        kind: what it is; None is the usual kind of the place.
        last: behind all its siblings, whatever the place says.

    Raises:
        NotFound: no such standard, or no such parent or tier in it.
        NotADraft: its text is published.
        MayNotStandThere: the place holds no node of that kind.
    """
    standard = history.draft(session, standard_id, by=by)
    parent, tier_id = _place(session, standard, place)
    allowed = placing.holds(parent.kind if parent else None, in_tier=tier_id is not None)
    if not allowed or (kind is not None and kind not in allowed):
        raise MayNotStandThere
    with history.recording(session, standard, EditKind.ADD, by=by, now=now) as log:
        node = StandardNode(
            id=uuid4(),
            standard_id=standard.id,
            tier_id=tier_id,
            parent_id=place.parent_id,
            kind=kind or allowed[0],
            position=0,
            **vars(facts),
        )
        log.note(node, new=True)
        session.add(node)
        session.flush()
        others = ordering.siblings(session, node) if last else []
        ordering.put(session, node, others[-1][0] if others else place.after)
    return node


def _place(session: Session, standard: Standard, place: Place) -> tuple[StandardNode | None, UUID | None]:
    """The parent and the tier of a place in a standard."""
    if place.parent_id is None:
        tier = session.get(Tier, place.tier_id) if place.tier_id else None
        if place.tier_id and (tier is None or tier.standard_id != standard.id):
            raise NotFound("tier", place.tier_id)
        return None, place.tier_id
    parent = session.get(StandardNode, place.parent_id)
    if parent is None or parent.standard_id != standard.id:
        raise NotFound("standard_node", place.parent_id)
    return parent, parent.tier_id


def opened(session: Session, node_id: UUID, *, by: Actor, revision: int | None = None) -> tuple[Standard, StandardNode]:
    """A node of a draft with its standard, locked for an edit.

    Args:
        revision: the state of the node that the editor saw; None where it does not matter.

    Raises:
        NotFound: no such node that the actor may know of.
        NotADraft: the text is published.
        EditedMeanwhile: somebody changed the node since.
    """
    node = visibility.node(session, node_id, by=by)
    standard = history.draft(session, node.standard_id, by=by)
    session.refresh(node)
    if revision is not None and node.revision != revision:
        raise EditedMeanwhile
    return standard, node


def change(
    session: Session, node_id: UUID, facts: NodeFacts, *, revision: int | None, by: Actor, now: datetime
) -> StandardNode:
    """Give a node of a draft other words.

    Raises:
        NotFound, NotADraft, EditedMeanwhile: as in ``opened``.
    """
    standard, node = opened(session, node_id, by=by, revision=revision)
    with history.recording(session, standard, EditKind.CHANGE, by=by, now=now) as log:
        log.note(node)
        for name, value in vars(facts).items():
            setattr(node, name, value)
    return node


def remove(session: Session, node_id: UUID, *, revision: int | None, by: Actor, now: datetime) -> int:
    """Take a node of a draft away with all beneath it, with the ties and weights that name them; say how many nodes.

    Raises:
        NotFound, NotADraft, EditedMeanwhile: as in ``opened``.
    """
    standard, node = opened(session, node_id, by=by, revision=revision)
    gone = branch(session, node)
    with history.recording(session, standard, EditKind.REMOVE, by=by, now=now) as log:
        log.note(*gone)
        for chunk in chunks(gone):
            _untie(session, log, chunk)
        for chunk in reversed(list(chunks(gone))):
            session.execute(sa.delete(StandardNode).where(StandardNode.id.in_([one.id for one in chunk])))
    return len(gone)


def _untie(session: Session, log: history.Log, nodes: list[StandardNode]) -> None:
    """Drop the links of nodes that go, and let go of the weights."""
    names = [node.identifier for node in nodes]
    ends = sa.or_(NodeLink.origin_identifier.in_(names), NodeLink.destination_identifier.in_(names))
    links = session.scalars(sa.select(NodeLink).where(NodeLink.standard_id == nodes[0].standard_id, ends)).all()
    log.note(*links)
    for link in links:
        session.delete(link)
    weights = session.scalars(sa.select(TierWeight).where(TierWeight.node_id.in_([node.id for node in nodes]))).all()
    log.note(*weights)
    for weight in weights:
        weight.node_id = None
    session.flush()


def chunks(nodes: list[StandardNode]) -> Iterable[list[StandardNode]]:
    """Nodes in parts that fit one statement."""
    return (nodes[start : start + CHUNK] for start in range(0, len(nodes), CHUNK))


def branch(session: Session, node: StandardNode) -> list[StandardNode]:
    """A node and all beneath it, parents before children."""
    depth = sa.literal(0).label("depth")
    top = sa.select(StandardNode.id, depth).where(StandardNode.id == node.id).cte("branch", recursive=True)
    child = aliased(StandardNode)
    below = sa.select(child.id, (top.c.depth + 1).label("depth")).join(top, child.parent_id == top.c.id)
    whole = top.union_all(below)
    query = sa.select(StandardNode).join(whole, StandardNode.id == whole.c.id)
    return list(session.scalars(query.order_by(whole.c.depth, StandardNode.position)))


def move(
    session: Session, node_id: UUID, place: Place, *, revision: int | None, by: Actor, now: datetime
) -> StandardNode:
    """Take a node of a draft, with all beneath it, to another place of the same standard.

    Raises:
        NotFound, NotADraft, EditedMeanwhile: as in ``opened``; the place must be in the same standard.
        UnderItself: the place is in the node's own branch.
        MayNotStandThere: the place holds no such node.
    """
    standard, node = opened(session, node_id, by=by, revision=revision)
    parent, tier_id = _place(session, standard, place)
    moved = branch(session, node)
    if place.parent_id in {one.id for one in moved}:
        raise UnderItself
    below = [one.kind for one in moved if one.parent_id == node.id]
    kind = placing.kind_under(node.kind, below, parent.kind if parent else None, in_tier=tier_id is not None)
    if kind is None:
        raise MayNotStandThere
    with history.recording(session, standard, EditKind.MOVE, by=by, now=now) as log:
        log.note(*(moved if tier_id != node.tier_id else [node]))
        node.parent_id, node.kind = place.parent_id, kind
        for one in moved:
            one.tier_id = tier_id
        session.flush()
        ordering.put(session, node, place.after)
    return node


def step(session: Session, node_id: UUID, way: Way, *, revision: int | None, by: Actor, now: datetime) -> StandardNode:
    """Move a node one step; at an edge it stays where it is.

    Raises:
        NotFound, NotADraft, EditedMeanwhile: as in ``opened``.
        MayNotStandThere: what it would become may not hold what stands beneath it, or the place holds nothing.
    """
    _standard, node = opened(session, node_id, by=by, revision=revision)
    place = _one_step(session, node, way)
    if place is None:
        return node
    return move(session, node_id, place, revision=None, by=by, now=now)


def _one_step(session: Session, node: StandardNode, way: Way) -> Place | None:
    """The place one step away; None at an edge."""
    if way is Way.OUTDENT:
        parent = session.get(StandardNode, node.parent_id) if node.parent_id else None
        return Place(node.tier_id, parent.parent_id, parent.id) if parent else None
    others = [key for key, _position in ordering.siblings(session, node)]
    before = ordering.before(session, node)
    here = others.index(before) + 1 if before else 0
    if way is Way.DOWN:
        return Place(node.tier_id, node.parent_id, others[here]) if here < len(others) else None
    if before is None:
        return None
    if way is Way.UP:
        return Place(node.tier_id, node.parent_id, others[here - 2] if here > 1 else None)
    last = session.scalar(
        sa.select(StandardNode.id)
        .where(StandardNode.parent_id == before)
        .order_by(StandardNode.position.desc())
        .limit(1)
    )
    return Place(node.tier_id, before, last)
