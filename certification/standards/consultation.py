"""Consultation: comments on any node of a draft that is open to them, replies, disposal, invitations."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.standards import visibility
from certification.standards.models import CommentInvitation, Standard, StandardComment, StandardNode
from certification.standards.rules import Disposal, StandardStatus
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

MOST_PER_INVITATION = 200
"""Comments that come in under one invitation; more is no comment but a flood."""


class NotOpen(Refusal):
    """The standard takes no comments today."""


class TooManyComments(Refusal):
    """Enough has come in under this invitation."""


class ReasonMissing(Refusal):
    """Whoever accepts a comment in part or declines it says why."""


@dataclass(eq=False)
class DisposedMeanwhile(Refusal):
    """Somebody else disposed of the comment first."""

    disposed_by: str | None


@dataclass(frozen=True)
class Words:
    """What a comment says: about which node (None: the whole), and how the text should read instead."""

    text: str
    node_id: UUID | None = None
    proposed: str | None = None


@dataclass(frozen=True)
class Author:
    """Who comments: a signed-in person or somebody invited."""

    name: str
    organisation: str | None = None
    account_id: UUID | None = None
    invitation_id: UUID | None = None


def is_open(standard: Standard, today: date) -> bool:
    """Whether comments may come in that day; the first and the last day count."""
    begins, ends = standard.consultation_from_on, standard.consultation_until_on
    if standard.status is not StandardStatus.CONSULTATION or begins is None or ends is None:
        return False
    return begins <= today <= ends


def comment(
    session: Session, standard_id: UUID, words: Words, author: Author, *, by: Actor, now: datetime, today: date
) -> StandardComment:
    """Put a comment on a node of a standard, or on the whole, under the next number.

    Args:
        today: the day where the standard is written.

    Raises:
        NotFound: no such standard that the actor may know of, or no such node in it.
        NotOpen: it takes no comments that day.
        TooManyComments: the invitation has been used up.
    """
    standard = _open(session, standard_id, by=by, today=today)
    if words.node_id is not None:
        node = session.get(StandardNode, words.node_id)
        if node is None or node.standard_id != standard.id:
            raise NotFound("standard_node", words.node_id)
    _check_flood(session, author)
    last = session.scalar(
        sa.select(sa.func.max(StandardComment.number)).where(StandardComment.standard_id == standard.id)
    )
    made = StandardComment(
        standard_id=standard.id, number=(last or 0) + 1, created_at=now, **vars(words), **_signed(author)
    )
    session.add(made)
    audit.record(session, "standard.commented", made, by=by, at=now, details={"number": made.number})
    return made


def _open(session: Session, standard_id: UUID, *, by: Actor, today: date) -> Standard:
    standard = visibility.standard(session, standard_id, by=by)
    session.refresh(standard, with_for_update=True)
    if not is_open(standard, today):
        raise NotOpen
    return standard


def _signed(author: Author) -> dict[str, object]:
    return {
        "author_name": author.name,
        "author_organisation": author.organisation,
        "account_id": author.account_id,
        "invitation_id": author.invitation_id,
    }


def _check_flood(session: Session, author: Author) -> None:
    if author.invitation_id is None:
        return
    query = sa.select(sa.func.count()).select_from(StandardComment)
    if (session.scalar(query.where(StandardComment.invitation_id == author.invitation_id)) or 0) >= MOST_PER_INVITATION:
        raise TooManyComments


def reply(
    session: Session, comment_id: UUID, text: str, author: Author, *, by: Actor, now: datetime, today: date
) -> StandardComment:
    """Answer a comment; whoever writes standards may do so also after the last day.

    Raises:
        NotFound: no such comment on a standard that the actor may know of.
        NotOpen: the standard takes no comments that day.
        TooManyComments: the invitation has been used up.
    """
    subject = by_id(session, comment_id, by=by)
    if not by.everywhere:
        _open(session, subject.standard_id, by=by, today=today)
    _check_flood(session, author)
    made = StandardComment(
        standard_id=subject.standard_id,
        parent_id=subject.parent_id or subject.id,
        node_id=subject.node_id,
        text=text,
        created_at=now,
        **_signed(author),
    )
    session.add(made)
    audit.record(session, "standard.replied", made, by=by, at=now, details={"to": subject.number})
    return made


def dispose(
    session: Session,
    comment_id: UUID,
    disposal: Disposal,
    reason: str | None,
    *,
    by: Actor,
    now: datetime,
    revision: int | None = None,
) -> StandardComment:
    """Say what becomes of a comment; until the edition goes on, it may be said anew.

    Args:
        revision: the state of the comment that the actor saw.

    Raises:
        NotFound: no such comment; a reply is not disposed of.
        NotOpen: the consultation has led on to another step.
        ReasonMissing: only what is accepted whole needs no reason.
        DisposedMeanwhile: somebody else was first.
    """
    made = by_id(session, comment_id, by=by)
    if made.parent_id is not None:
        raise NotFound("standard_comment", comment_id)
    if made.standard.status is not StandardStatus.CONSULTATION:
        raise NotOpen
    if disposal is not Disposal.ACCEPTED and not reason:
        raise ReasonMissing
    session.refresh(made, with_for_update=True)
    if revision is not None and made.revision != revision:
        raise DisposedMeanwhile(made.disposed_by)
    before = audit.state_digest(made)
    made.disposal, made.disposal_reason = disposal, reason
    made.disposed_by_id, made.disposed_by, made.disposed_at = by.id, by.name, now
    details = {"number": made.number, "disposal": disposal.value}
    audit.record(session, "standard.comment_disposed", made, by=by, at=now, before=before, details=details)
    return made


def by_id(session: Session, comment_id: UUID, *, by: Actor) -> StandardComment:
    """A comment or reply.

    Raises:
        NotFound: there is none on a standard that the reader may know of.
    """
    query = sa.select(StandardComment).join(StandardComment.standard)
    found = session.scalar(query.where(StandardComment.id == comment_id, visibility.readable(by)))
    if found is None:
        raise NotFound("standard_comment", comment_id)
    return found


def listing(
    standard_id: UUID, *, by: Actor, node_id: UUID | None = None, disposal: Disposal | str | None = None
) -> sa.Select[StandardComment]:
    """Comments on a standard with their nodes and replies, by number.

    Args:
        node_id: only those on that node.
        disposal: only those disposed of that way; ``open`` for those that wait.
    """
    query = (
        sa.select(StandardComment)
        .join(StandardComment.standard)
        .where(StandardComment.standard_id == standard_id, StandardComment.parent_id.is_(None))
        .where(visibility.readable(by))
        .options(joinedload(StandardComment.node), selectinload(StandardComment.replies))
        .order_by(StandardComment.number)
    )
    if node_id is not None:
        query = query.where(StandardComment.node_id == node_id)
    if disposal == "open":
        return query.where(StandardComment.disposal.is_(None))
    return query if disposal is None else query.where(StandardComment.disposal == disposal)


def counts(session: Session, standard_id: UUID) -> dict[Disposal | None, int]:
    """How many comments were disposed of in which way; None counts those that wait."""
    query = (
        sa.select(StandardComment.disposal, sa.func.count())
        .where(StandardComment.standard_id == standard_id, StandardComment.parent_id.is_(None))
        .group_by(StandardComment.disposal)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def counts_by_node(session: Session, node_ids: list[UUID]) -> dict[UUID, int]:
    """How many comments stand on each of these nodes."""
    query = (
        sa.select(StandardComment.node_id, sa.func.count())
        .where(StandardComment.node_id.in_(node_ids), StandardComment.parent_id.is_(None))
        .group_by(StandardComment.node_id)
    )
    return {row[0]: row[1] for row in session.execute(query) if row[0] is not None}


def digest(token: str) -> str:
    """What is kept of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    session: Session, standard_id: UUID, name: str, organisation: str | None, *, by: Actor, now: datetime
) -> tuple[CommentInvitation, str]:
    """Invite somebody without an account to comment; give the token of the link, which is kept nowhere.

    Raises:
        NotFound: no such standard that the actor may know of.
        NotOpen: it is not under consultation.
    """
    standard = visibility.standard(session, standard_id, by=by)
    if standard.status is not StandardStatus.CONSULTATION:
        raise NotOpen
    token = secrets.token_urlsafe(32)
    facts = {"name": name, "organisation": organisation, "created_by": by.name, "created_at": now}
    made = CommentInvitation(standard_id=standard.id, token_digest=digest(token), **facts)
    session.add(made)
    audit.record(session, "standard.invited", made, by=by, at=now)
    return made, token


def revoke(session: Session, invitation_id: UUID, *, by: Actor, now: datetime) -> CommentInvitation:
    """Let an invitation no longer open the door; what came in under it stays.

    Raises:
        NotFound: there is none.
    """
    made = session.get(CommentInvitation, invitation_id)
    if made is None or not by.everywhere:
        raise NotFound("comment_invitation", invitation_id)
    before = audit.state_digest(made)
    made.revoked_at = made.revoked_at or now
    audit.record(session, "standard.invitation_revoked", made, by=by, at=now, before=before)
    return made


def by_token(session: Session, token: str) -> CommentInvitation:
    """The invitation of a token.

    Raises:
        NotFound: there is none, or it was revoked.
    """
    query = sa.select(CommentInvitation).where(CommentInvitation.token_digest == digest(token))
    found = session.scalar(query.where(CommentInvitation.revoked_at.is_(None)))
    if found is None:
        raise NotFound("comment_invitation", None)
    return found


def invitations(standard_id: UUID) -> sa.Select[CommentInvitation]:
    """The invitations to comment on a standard, the newest first."""
    query = sa.select(CommentInvitation).where(CommentInvitation.standard_id == standard_id)
    return query.order_by(CommentInvitation.created_at.desc())
