"""Comments on items: written by those who may read the item, settled when dealt with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.item_bank import service as items
from certification.item_bank.models import Item
from certification.item_review.models import ItemComment
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

COMMENT_LENGTH = 2000


@dataclass(eq=False)
class CommentEmpty(Refusal):
    """A comment says something."""


def comment(session: Session, item_id: UUID, text: str, *, by: Actor, now: datetime) -> ItemComment:
    """Say something about an item as it stands.

    Raises:
        NotFound: no such item in the actor's banks.
        CommentEmpty: the text is empty.
    """
    item = items.by_id(session, item_id, by=by)
    if not text.strip():
        raise CommentEmpty
    said = ItemComment(
        item_id=item.id,
        version=item.version,
        text=text.strip()[:COMMENT_LENGTH],
        written_by=by.id,
        written_by_name=by.name,
        written_at=now,
    )
    session.add(said)
    audit.record(session, "item.commented", item, by=by, at=now, details={"version": item.version})
    return said


def settle(session: Session, comment_id: UUID, *, by: Actor, now: datetime) -> ItemComment:
    """Note that a comment is dealt with; settled before, it is open again.

    Raises:
        NotFound: no such comment in the actor's banks.
    """
    query = sa.select(ItemComment).join(ItemComment.item).where(ItemComment.id == comment_id, by.scope(Item.center_id))
    said = session.scalar(query)
    if said is None:
        raise NotFound("item_comment", comment_id)
    if said.settled_at is None:
        said.settled_at, said.settled_by_name = now, by.name
    else:
        said.settled_at = said.settled_by_name = None
    deed = "item_comment.settled" if said.settled_at else "item_comment.opened"
    audit.record(session, deed, said, by=by, at=now)
    return said


def comments(session: Session, item_id: UUID) -> list[ItemComment]:
    """What was said about an item: open comments first, each group from the newest."""
    query = sa.select(ItemComment).where(ItemComment.item_id == item_id)
    return list(session.scalars(query.order_by(ItemComment.settled_at.is_not(None), ItemComment.written_at.desc())))


def count_open(session: Session, item_id: UUID) -> int:
    """How many comments on an item wait to be dealt with."""
    query = sa.select(sa.func.count()).select_from(ItemComment)
    return session.scalar(query.where(ItemComment.item_id == item_id, ItemComment.settled_at.is_(None))) or 0
