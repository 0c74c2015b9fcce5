"""Pictures and sounds of frozen papers: who may see them, and when."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.exams.models import Attempt, Paper, PaperItem
from certification.item_bank.models import Asset
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound


def for_candidate(session: Session, registration_id: UUID, name: str, *, now: datetime) -> Asset:
    """What the paper of a running attempt shows; before the start and after the end there is nothing to see.

    Raises:
        NotFound: the candidate has no attempt that runs, or its paper does not show it.
    """
    attempt = session.scalar(sa.select(Attempt).where(Attempt.registration_id == registration_id))
    if attempt is None or attempt.paper_id is None or attempt.submitted_at is not None:
        raise NotFound("asset", name)
    if now > attempt.deadline + timedelta(seconds=attempt.grace_seconds):
        raise NotFound("asset", name)
    return _on_paper(session, attempt.paper_id, name)


def for_staff(session: Session, paper_id: UUID, name: str, *, by: Actor) -> Asset:
    """What a paper of the actor's centers shows.

    Raises:
        NotFound: no such paper in the actor's centers, or it does not show it.
    """
    paper = session.scalar(sa.select(Paper.id).where(Paper.id == paper_id, by.scope(Paper.center_id)))
    if paper is None:
        raise NotFound("paper", paper_id)
    return _on_paper(session, paper_id, name)


def _on_paper(session: Session, paper_id: UUID, name: str) -> Asset:
    """The asset by name and by the digest that was frozen with the paper."""
    held = session.scalars(sa.select(PaperItem.assets).where(PaperItem.paper_id == paper_id))
    digest = next((assets[name] for assets in held if name in assets), None)
    asset = session.scalar(sa.select(Asset).where(Asset.name == name, Asset.digest == digest))
    if digest is None or asset is None:
        raise NotFound("asset", name)
    return asset
