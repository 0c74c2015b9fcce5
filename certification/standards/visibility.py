"""Who may know of which standard: a private draft does not exist for outsiders, nor does anything in it.

``by`` is an actor with the right to draft standards: one who holds it has it everywhere, an outsider nowhere.
Every query that gives a standard, a tier, a node or a link to a reader goes through ``readable``.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards.models import NodeLink, Standard, StandardNode, Tier
from certification.standards.rules import StandardStatus
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound


def readable(by: Actor) -> sa.ColumnElement[bool]:
    """The condition on ``Standard`` that keeps private drafts from whoever does not write standards."""
    return sa.true() if by.everywhere else Standard.status != StandardStatus.PRIVATE_DRAFT


def standard(session: Session, key: UUID | str, *, by: Actor) -> Standard:
    """A standard by its code, its identifier as a document, or its row; identifiers may be text.

    Raises:
        NotFound: there is none, or none that the reader may know of.
    """
    found = session.scalar(sa.select(Standard).where(_named(key)).where(readable(by)))
    if found is None:
        raise NotFound("standard", key)
    return found


def _named(key: UUID | str) -> sa.ColumnElement[bool]:
    if isinstance(key, UUID):
        return sa.or_(Standard.id == key, Standard.identifier == key)
    try:
        name = UUID(key)
    except ValueError:
        return Standard.code == key
    return sa.or_(Standard.code == key, Standard.identifier == name, Standard.id == name)


def tier(session: Session, key: UUID, *, by: Actor) -> Tier:
    """A tier by its row or identifier.

    Raises:
        NotFound: there is none, or none that the reader may know of.
    """
    named = sa.or_(Tier.id == key, Tier.identifier == key)
    found = session.scalar(sa.select(Tier).join(Tier.standard).where(named, readable(by)))
    if found is None:
        raise NotFound("tier", key)
    return found


def node(session: Session, key: UUID, *, by: Actor) -> StandardNode:
    """A node by its row or identifier.

    Raises:
        NotFound: there is none, or none that the reader may know of.
    """
    named = sa.or_(StandardNode.id == key, StandardNode.identifier == key)
    found = session.scalar(sa.select(StandardNode).join(StandardNode.standard).where(named, readable(by)))
    if found is None:
        raise NotFound("standard_node", key)
    return found


def link(session: Session, identifier: UUID, *, by: Actor) -> NodeLink:
    """A link by its identifier.

    Raises:
        NotFound: there is none, or none that the reader may know of.
    """
    query = sa.select(NodeLink).join(NodeLink.standard).where(NodeLink.identifier == identifier, readable(by))
    found = session.scalar(query)
    if found is None:
        raise NotFound("node_link", identifier)
    return found
