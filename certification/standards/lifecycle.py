"""The life of an edition: private draft, consultation, trial, adopted, deprecated; who may take each step, and when."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards import visibility
from certification.standards.completeness import Gap, NodeView, TierView, blocking, gaps, urgent_first
from certification.standards.models import (
    KnowledgePoint,
    NodeLink,
    Standard,
    StandardComment,
    StandardEdit,
    StandardNode,
    Tier,
    TierWeight,
)
from certification.standards.rules import Component, LinkKind, NodeKind, StandardKind, StandardStatus
from training_base.centers.rules import day_at
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal

S = StandardStatus
ZONE = "Asia/Shanghai"
"""Where the standards are written: its calendar says which day it is."""

STEPS: dict[StandardStatus, tuple[StandardStatus, ...]] = {
    S.PRIVATE_DRAFT: (S.CONSULTATION, S.TRIAL, S.ADOPTED),
    S.CONSULTATION: (S.TRIAL, S.ADOPTED, S.DEPRECATED),
    S.TRIAL: (S.ADOPTED, S.DEPRECATED),
    S.ADOPTED: (S.DEPRECATED,),
    S.DEPRECATED: (),
}
"""Where an edition may go from each place; nothing leads back."""


@dataclass(eq=False)
class WrongStep(Refusal):
    """The life cycle has no such step from here."""

    status: StandardStatus
    wanted: StandardStatus


@dataclass(eq=False)
class Incomplete(Refusal):
    """The text lacks what the step needs."""

    count: int


class DatesOutOfOrder(Refusal):
    """The day lies before an earlier step, or in the future, or the end before the beginning."""


@dataclass(eq=False)
class ConsultationRunning(Refusal):
    """Comments may still come in."""

    until_on: date


@dataclass(eq=False)
class CommentsOpen(Refusal):
    """Some comments have not been disposed of."""

    count: int


class NotConsulted(Refusal):
    """Neither this edition nor the one it replaces has been open to comments."""


class OwnDraft(Refusal):
    """Whoever wrote in an edition does not put it into force."""


def missing(session: Session, standard: Standard) -> list[Gap]:
    """What the text of a standard lacks, the most urgent first."""
    nodes = session.execute(
        sa.select(
            StandardNode.id,
            StandardNode.tier_id,
            StandardNode.parent_id,
            StandardNode.kind,
            StandardNode.code,
            StandardNode.zh,
            StandardNode.en,
        )
        .where(StandardNode.standard_id == standard.id)
        .where(sa.or_(StandardNode.tier_id.is_not(None), sa.and_(StandardNode.zh.is_(None), StandardNode.en.is_(None))))
        .order_by(StandardNode.position, StandardNode.id)
    )
    any_node = sa.select(StandardNode.id).where(StandardNode.standard_id == standard.id).limit(1)
    is_empty = session.scalar(any_node) is None
    columns: dict[UUID, dict[Component, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    query = sa.select(TierWeight).join(TierWeight.tier).where(Tier.standard_id == standard.id)
    for weight in session.scalars(query.order_by(TierWeight.position)):
        columns[weight.tier_id][weight.component].append(weight.percent)
    tiers = [TierView(tier.id, tier.training_hours, dict(columns[tier.id])) for tier in standard.tiers]
    return urgent_first(gaps([NodeView(*row) for row in nodes], tiers, is_empty=is_empty))


def _step(
    session: Session, standard_id: UUID, to: StandardStatus, *, by: Actor, expected: int | None
) -> tuple[Standard, str]:
    """The standard, locked, if it may take that step; and what it was before."""
    standard = visibility.standard(session, standard_id, by=by)
    session.refresh(standard, with_for_update=True)
    if to not in STEPS[standard.status] or (expected is not None and standard.revision != expected):
        raise WrongStep(standard.status, to)
    lacking = blocking(missing(session, standard), to)
    if lacking:
        raise Incomplete(len(lacking))
    return standard, audit.state_digest(standard)


def _record(session: Session, standard: Standard, before: str, *, deed: str, by: Actor, now: datetime) -> Standard:
    standard.changed_at = now
    audit.record(session, f"standard.{deed}", standard, by=by, at=now, before=before)
    return standard


def consult(
    session: Session,
    standard_id: UUID,
    from_on: date,
    until_on: date,
    *,
    by: Actor,
    now: datetime,
    revision: int | None = None,
) -> Standard:
    """Open a draft to comments for some days, the first and the last included; its text is fixed from now on.

    Raises:
        NotFound: no such standard that the actor may know of.
        WrongStep: it is no private draft.
        Incomplete: a node has no text, a code stands twice, or there is no node.
        DatesOutOfOrder: the end is before the beginning, or is over.
    """
    standard, before = _step(session, standard_id, S.CONSULTATION, by=by, expected=revision)
    if until_on < from_on or until_on < day_at(now, ZONE):
        raise DatesOutOfOrder
    standard.status = S.CONSULTATION
    standard.consultation_from_on, standard.consultation_until_on = from_on, until_on
    _settle_links(session, standard)
    return _record(session, standard, before, deed="consulted", by=by, now=now)


def extend(session: Session, standard_id: UUID, until_on: date, *, by: Actor, now: datetime) -> Standard:
    """Let comments come in for longer.

    Raises:
        NotFound: no such standard.
        WrongStep: it is not under consultation.
        DatesOutOfOrder: the new last day is not later.
    """
    standard = visibility.standard(session, standard_id, by=by)
    session.refresh(standard, with_for_update=True)
    if standard.status is not S.CONSULTATION or standard.consultation_until_on is None:
        raise WrongStep(standard.status, S.CONSULTATION)
    if until_on <= standard.consultation_until_on or until_on < day_at(now, ZONE):
        raise DatesOutOfOrder
    before = audit.state_digest(standard)
    standard.consultation_until_on = until_on
    return _record(session, standard, before, deed="consultation_extended", by=by, now=now)


def put_in_force(
    session: Session,
    standard_id: UUID,
    to: StandardStatus,
    on: date,
    *,
    by: Actor,
    now: datetime,
    revision: int | None = None,
) -> Standard:
    """Begin the trial of an edition, or adopt it; adopting it deprecates the one it replaces.

    Args:
        to: trial or adopted.
        on: from which day; not in the future.

    Raises:
        NotFound: no such standard that the actor may know of.
        WrongStep: the life cycle has no such step from here.
        Incomplete: the text lacks what a binding edition needs.
        DatesOutOfOrder: the day lies in the future or before an earlier step.
        NotConsulted: comments were not asked for.
        ConsultationRunning: they may still come in.
        CommentsOpen: some are not disposed of.
        OwnDraft: the actor wrote in it.
    """
    standard, before = _step(session, standard_id, to, by=by, expected=revision)
    _check_consultation(session, standard, day_at(now, ZONE))
    earlier = [day for day in (standard.consultation_until_on, standard.trial_from_on) if day]
    if on > day_at(now, ZONE) or any(on < day for day in earlier):
        raise DatesOutOfOrder
    if by.id in writers(session, standard):
        raise OwnDraft
    if to is S.TRIAL:
        standard.trial_from_on = on
    else:
        standard.adopted_on = on
    standard.status = to
    _settle_links(session, standard)
    publish_points(session, standard)
    _retire_earlier(session, standard, to, on, by=by, now=now)
    return _record(session, standard, before, deed="tried" if to is S.TRIAL else "adopted", by=by, now=now)


def _check_consultation(session: Session, standard: Standard, today: date) -> None:
    """Comments on this edition, or on the one it follows where it was changed after them, are over and disposed of.

    A national standard or a foreign framework is only taken over here: it was consulted on elsewhere.
    """
    if standard.kind is not StandardKind.MUNICIPAL or standard.status is S.TRIAL:
        return
    consulted = standard if standard.consultation_until_on else standard.replaces
    if consulted is None or consulted.consultation_until_on is None:
        raise NotConsulted
    if consulted.consultation_until_on >= today:
        raise ConsultationRunning(consulted.consultation_until_on)
    waiting = sa.select(sa.func.count()).select_from(StandardComment)
    waiting = waiting.where(StandardComment.standard_id == consulted.id, StandardComment.parent_id.is_(None))
    if count := session.scalar(waiting.where(StandardComment.disposal.is_(None))):
        raise CommentsOpen(count)


def writers(session: Session, standard: Standard) -> set[UUID]:
    """Whoever made or edited a draft."""
    edited = session.scalars(sa.select(StandardEdit.by_id).where(StandardEdit.standard_id == standard.id).distinct())
    return {*edited, *((standard.created_by_id,) if standard.created_by_id else ())}


def _retire_earlier(
    session: Session, standard: Standard, to: StandardStatus, on: date, *, by: Actor, now: datetime
) -> None:
    """End the edition that this one follows: a consultation at once, what is in force when this one is adopted."""
    earlier = standard.replaces
    if earlier is None or earlier.status is S.DEPRECATED or (to is S.TRIAL and earlier.status is not S.CONSULTATION):
        return
    before = audit.state_digest(earlier)
    earlier.status, earlier.deprecated_on, earlier.changed_at = S.DEPRECATED, on, now
    audit.record(session, "standard.deprecated", earlier, by=by, at=now, before=before)


def deprecate(
    session: Session, standard_id: UUID, on: date, *, by: Actor, now: datetime, revision: int | None = None
) -> Standard:
    """End an edition, or a consultation that leads nowhere; what was earned under it stays.

    Raises:
        NotFound: no such standard that the actor may know of.
        WrongStep: it is a draft, or has ended.
        DatesOutOfOrder: the day lies in the future or before it came into force.
    """
    standard, before = _step(session, standard_id, S.DEPRECATED, by=by, expected=revision)
    begun = [standard.consultation_from_on, standard.trial_from_on, standard.adopted_on]
    if on > day_at(now, ZONE) or any(on < day for day in begun if day):
        raise DatesOutOfOrder
    standard.status, standard.deprecated_on = S.DEPRECATED, on
    return _record(session, standard, before, deed="deprecated", by=by, now=now)


def _settle_links(session: Session, standard: Standard) -> None:
    """Say of each old node that lives on in one new node with the same words that both are the same."""
    kinds = (LinkKind.REPLACED_BY, LinkKind.EXACT_MATCH_OF)
    links = session.scalars(
        sa.select(NodeLink).where(NodeLink.standard_id == standard.id, NodeLink.kind.in_(kinds))
    ).all()
    said = {(link.origin_identifier, link.destination_identifier) for link in links if link.kind is kinds[1]}
    pairs = [(one.origin_identifier, one.destination_identifier) for one in links if one.kind is kinds[0]]
    texts = _texts(session, standard)
    for origin, destination in pairs:
        same = origin in texts and texts.get(destination) == texts[origin]
        if same and (origin, destination) not in said:
            ends = {"origin_identifier": origin, "destination_identifier": destination}
            session.add(NodeLink(standard_id=standard.id, kind=kinds[1], **ends))
    session.flush()


def _texts(session: Session, standard: Standard) -> dict[UUID | None, tuple[str | None, str | None]]:
    """The words of all nodes of an edition and of the one before."""
    documents = [standard.id, *((standard.replaces_id,) if standard.replaces_id else ())]
    query = sa.select(StandardNode.identifier, StandardNode.zh, StandardNode.en)
    return {row[0]: (row[1], row[2]) for row in session.execute(query.where(StandardNode.standard_id.in_(documents)))}


def publish_points(session: Session, standard: Standard) -> int:
    """Offer the knowledge points of a binding edition to the item bank; say how many were new."""
    known = sa.select(KnowledgePoint.tier_id, KnowledgePoint.code).join(KnowledgePoint.tier)
    had = {(row[0], row[1]) for row in session.execute(known.where(Tier.standard_id == standard.id))}
    duty = sa.orm.aliased(StandardNode)
    points = session.execute(
        sa.select(StandardNode, duty.code)
        .join(duty, StandardNode.parent_id == duty.id)
        .where(StandardNode.standard_id == standard.id, StandardNode.kind == NodeKind.KNOWLEDGE_POINT)
    ).all()
    new = [(node, area) for node, area in points if (node.tier_id, node.code) not in had]
    for node, area in new:
        facts = {"code": node.code, "area": area or node.code, "title": node.zh or node.en}
        facts |= {"evidence": node.evidence, "source": node.source}
        session.add(KnowledgePoint(tier_id=node.tier_id, **facts))
    session.flush()
    return len(new)
