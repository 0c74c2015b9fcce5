"""Share links: a holder lets whoever has the link see their levels, until a day or until it is revoked."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.certificates.models import ShareAccess, ShareLink
from certification.certificates.rules import SHARE_DAYS, mask_address
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

TOKEN_BYTES = 16
LABEL_LENGTH = 60


@dataclass(eq=False)
class NoProfile(Refusal):
    """Only somebody with a trainer's profile can share levels."""


@dataclass(eq=False)
class LinkExpired(Refusal):
    """The link's time is over."""


@dataclass(eq=False)
class LinkRevoked(Refusal):
    """The holder has taken the link back."""


@dataclass(frozen=True)
class NewLink:
    """A share link with its token, which is shown once and kept nowhere."""

    link: ShareLink
    token: str


def create(session: Session, label: str, days: int, *, by: Actor, now: datetime) -> NewLink:
    """Make a link to the actor's own levels.

    Args:
        label: the holder's note of whom it is for, at most 60 characters.
        days: 7, 30 or 90.

    Raises:
        NoProfile: the actor has no profile.
        ValueError: another number of days.
    """
    if by.trainer_id is None:
        raise NoProfile
    if days not in SHARE_DAYS:
        raise ValueError(f"a link stays open {SHARE_DAYS} days, not {days}")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = ShareLink(
        trainer_id=by.trainer_id,
        token_digest=_digest(token),
        label=label.strip()[:LABEL_LENGTH],
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(link)
    audit.record(session, "share.created", link, by=by, at=now, details={"days": days})
    return NewLink(link, token)


def revoke(session: Session, link_id: UUID, *, by: Actor, now: datetime) -> ShareLink:
    """Take one's own link back; a repeat changes nothing.

    Raises:
        NotFound: no such link of the actor.
    """
    query = sa.select(ShareLink).where(ShareLink.id == link_id, ShareLink.trainer_id == by.trainer_id)
    link = session.scalar(query)
    if link is None:
        raise NotFound("share_link", link_id)
    if link.revoked_at is None:
        before = audit.state_digest(link)
        link.revoked_at = now
        audit.record(session, "share.revoked", link, by=by, at=now, before=before)
    return link


def own_links(*, by: Actor) -> sa.Select[ShareLink]:
    """The actor's own links with the looks through each, the newest first."""
    return (
        sa.select(ShareLink)
        .where(ShareLink.trainer_id == by.trainer_id)
        .options(selectinload(ShareLink.accesses))
        .order_by(ShareLink.created_at.desc(), ShareLink.id)
    )


def view(session: Session, token: str, *, address: str, now: datetime) -> ShareLink:
    """Look through a link to its holder's levels, and let the holder know that somebody did.

    Args:
        token: as it stands in the link.
        address: where the visitor comes from; only the network is kept.

    Raises:
        NotFound: no such link.
        LinkRevoked: the holder has taken it back.
        LinkExpired: its time is over.
    """
    found = sa.select(ShareLink).where(ShareLink.token_digest == _digest(token))
    link = session.scalar(found.options(joinedload(ShareLink.trainer)))
    if link is None:
        raise NotFound("share_link")
    if link.revoked_at is not None:
        raise LinkRevoked
    if link.expires_at <= now:
        raise LinkExpired
    session.add(ShareAccess(share_link_id=link.id, at=now, visitor=mask_address(address)))
    session.flush()
    return link


def _digest(token: str) -> str:
    """The token has 128 bits of its own, so that no key and no slow hash is needed."""
    return sha256(token.encode()).hexdigest()
