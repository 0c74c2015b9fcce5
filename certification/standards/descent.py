"""Where the parts of a new edition come from: ties to the parts of the edition it replaces.

One old part with several new ones is a split, one new part with several old ones a merger; what an edition changes is
read from these ties, never from codes, which may come to mean something else.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards import editing, history
from certification.standards.models import NodeLink, Standard, StandardNode, Tier
from certification.standards.rules import EditKind, LinkKind
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal


class NoSuchPart(Refusal):
    """The earlier edition has no part of that code."""


class AlreadyTied(Refusal):
    """The part is said to come from there already."""


def _links(node: StandardNode) -> sa.Select[NodeLink]:
    """The ties that say where a node comes from."""
    return sa.select(NodeLink).where(
        NodeLink.standard_id == node.standard_id,
        NodeLink.kind == LinkKind.REPLACED_BY,
        NodeLink.destination_identifier == node.identifier,
    )


def origins(session: Session, node: StandardNode) -> list[StandardNode]:
    """The parts of the earlier edition that a node comes from; several where they were merged."""
    names = [link.origin_identifier for link in session.scalars(_links(node))]
    query = sa.select(StandardNode).where(StandardNode.identifier.in_(names))
    return list(session.scalars(query.order_by(StandardNode.code)))


def tie(session: Session, node_id: UUID, code: str, *, by: Actor, now: datetime) -> StandardNode:
    """Say that a node of a draft comes from the part of that code in the earlier edition; give that part.

    A code that stands in several tiers means the one of the node's own level.

    Raises:
        NotFound, NotADraft: as in ``editing.opened``.
        NoSuchPart: the draft follows no edition, or that has no such code.
        AlreadyTied: it is said already.
    """
    standard, node = editing.opened(session, node_id, by=by)
    old = _by_code(session, standard, node, code)
    if old.identifier in {link.origin_identifier for link in session.scalars(_links(node))}:
        raise AlreadyTied
    with history.recording(session, standard, EditKind.CHANGE, by=by, now=now) as log:
        ends = {"origin_identifier": old.identifier, "destination_identifier": node.identifier}
        link = NodeLink(standard_id=standard.id, kind=LinkKind.REPLACED_BY, **ends)
        session.add(link)
        session.flush()
        log.note(link, new=True)
    return old


def _by_code(session: Session, standard: Standard, node: StandardNode, code: str) -> StandardNode:
    query = (
        sa.select(StandardNode, Tier.level)
        .outerjoin(StandardNode.tier)
        .where(StandardNode.standard_id == standard.replaces_id, StandardNode.code == code)
    )
    found = session.execute(query).all()
    if not found:
        raise NoSuchPart
    level = node.tier.level if node.tier else None
    old: StandardNode = next((row[0] for row in found if row[1] == level), found[0][0])
    return old


def untie(session: Session, node_id: UUID, origin_id: UUID, *, by: Actor, now: datetime) -> None:
    """Say that a node of a draft does not come from that part.

    Raises:
        NotFound: as in ``editing.opened``, or it is not said.
        NotADraft: the text is published.
    """
    standard, node = editing.opened(session, node_id, by=by)
    origin = session.get(StandardNode, origin_id)
    wanted = _links(node).where(NodeLink.origin_identifier == (origin.identifier if origin else None))
    link = session.scalar(wanted)
    if link is None:
        raise NotFound("node_link", origin_id)
    with history.recording(session, standard, EditKind.CHANGE, by=by, now=now) as log:
        log.note(link)
        session.delete(link)
