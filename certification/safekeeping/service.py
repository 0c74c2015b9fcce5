"""Deeds and questions of safekeeping: leaks declared and decided, who read what, marks of exports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.exams.models import Attempt, ExamSession, Paper, PaperItem
from certification.item_bank import service as item_bank
from certification.item_bank.models import Item
from certification.item_bank.rules import ItemStatus
from certification.safekeeping.models import ExportMark, LeakReport
from certification.safekeeping.rules import LeakStatus, MarkKind, code_of
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.kernel.models import AuditEvent

READINGS = ("item.read", "paper.read")
"""Deeds of the audit trail by which the content of live items was shown to a person."""


@dataclass(eq=False)
class AlreadyDeclared(Refusal):
    """The item is declared leaked, and nobody has decided yet."""

    item: str


@dataclass(eq=False)
class GoneAlready(Refusal):
    """The item is retired: it is in no pool."""

    item: str


@dataclass(eq=False)
class LeakDecided(Refusal):
    """The report was decided before."""

    item: str


@dataclass(eq=False)
class SecondPersonNeeded(Refusal):
    """Whoever declared a leak does not decide on it."""

    item: str


@dataclass(frozen=True)
class Whereabouts:
    """Where an item was printed: frozen papers, sessions that had them, attempts that saw it."""

    papers: Sequence[Paper]
    sessions: Sequence[ExamSession]
    attempts: int


def declare(session: Session, item_id: UUID, *, reason: str, by: Actor, now: datetime) -> LeakReport:
    """Declare an item leaked: it is suspended, and so out of every pool, from now on.

    Raises:
        NotFound: no such item in the actor's centers.
        GoneAlready: it is retired.
        AlreadyDeclared: a report waits for a decision.
    """
    item = item_bank.by_id(session, item_id, by=by)
    if item.status is ItemStatus.RETIRED:
        raise GoneAlready(item.code)
    if item.status is ItemStatus.SUSPENDED:
        raise AlreadyDeclared(item.code)
    report = LeakReport(
        item_id=item.id,
        center_id=item.center_id,
        item_status=item.status,
        reason=reason,
        declared_by=by.id,
        declared_by_name=by.name,
        declared_at=now,
    )
    before = audit.state_digest(item)
    item.status = ItemStatus.SUSPENDED
    session.add(report)
    audit.record(session, "item.suspended", item, by=by, at=now, before=before, details={"reason": reason})
    audit.record(session, "leak.declared", report, by=by, at=now, details={"item": item.code})
    return report


def decide(session: Session, report_id: UUID, *, leaked: bool, decision: str, by: Actor, now: datetime) -> LeakReport:
    """Confirm a leak, which retires the item, or reject it, which gives the item back its place.

    Raises:
        NotFound: no such report in the actor's centers.
        LeakDecided: it was decided before.
        SecondPersonNeeded: the actor declared it.
    """
    report = session.scalar(
        sa.select(LeakReport)
        .where(LeakReport.id == report_id, by.scope(LeakReport.center_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if report is None:
        raise NotFound("leak_report", report_id)
    item = report.item
    if report.status is not LeakStatus.DECLARED:
        raise LeakDecided(item.code)
    if report.declared_by == by.id:
        raise SecondPersonNeeded(item.code)
    before, item_before = audit.state_digest(report), audit.state_digest(item)
    report.status = LeakStatus.CONFIRMED if leaked else LeakStatus.REJECTED
    report.decided_by, report.decided_by_name, report.decided_at, report.decision = by.id, by.name, now, decision
    if item.status is ItemStatus.SUSPENDED:
        item.status = ItemStatus.RETIRED if leaked else report.item_status
    deed = "item.retired" if leaked else "item.restored"
    audit.record(session, deed, item, by=by, at=now, before=item_before, details={"reason": decision})
    details = {"item": item.code, "decision": decision}
    audit.record(session, f"leak.{report.status.value}", report, by=by, at=now, before=before, details=details)
    return report


def by_id(session: Session, report_id: UUID, *, by: Actor) -> LeakReport:
    """A report of the actor's centers with its item.

    Raises:
        NotFound: no such report, or outside the actor's scope.
    """
    found = session.scalar(listing(by=by).where(LeakReport.id == report_id))
    if found is None:
        raise NotFound("leak_report", report_id)
    return found


def listing(*, by: Actor) -> sa.Select[LeakReport]:
    """Reports of the actor's centers, the newest first."""
    query = sa.select(LeakReport).where(by.scope(LeakReport.center_id))
    return query.options(joinedload(LeakReport.item)).order_by(LeakReport.declared_at.desc(), LeakReport.id)


def whereabouts(session: Session, item_id: UUID, *, by: Actor) -> Whereabouts:
    """Every paper and session of the actor's centers that an item was in; own papers are counted by their attempts."""
    holding = sa.select(PaperItem.paper_id).where(PaperItem.item_id == item_id)
    papers = session.scalars(
        sa.select(Paper)
        .where(Paper.id.in_(holding), Paper.registration_id.is_(None), by.scope(Paper.center_id))
        .order_by(Paper.assembled_at.desc(), Paper.code)
    ).all()
    sets = {paper.paper_set_id for paper in papers} - {None}
    printed = sa.or_(ExamSession.paper_id.in_(holding), ExamSession.paper_set_id.in_(sets))
    sessions = session.scalars(
        sa.select(ExamSession)
        .where(printed, by.scope(ExamSession.center_id))
        .order_by(ExamSession.starts_at.desc(), ExamSession.code)
    ).all()
    sat = sa.select(sa.func.count()).where(Attempt.paper_id.in_(holding), by.scope(Attempt.center_id))
    return Whereabouts(papers, sessions, session.scalar(sat) or 0)


def readings(
    session: Session, *, by: Actor, item: Item | None = None, reader: str | None = None
) -> sa.Select[AuditEvent]:
    """Who was shown live items, the newest first: an item alone, in an export, or with the paper it stands on."""
    query = sa.select(AuditEvent).where(AuditEvent.deed.in_(READINGS), by.scope(AuditEvent.center_id))
    if item is not None:
        papers = sa.select(PaperItem.paper_id).where(PaperItem.item_id == item.id)
        names = [str(item.id), *(str(one) for one in session.scalars(papers.distinct()))]
        query = query.where(AuditEvent.subject_id.in_(names))
    if reader:
        query = query.where(AuditEvent.actor_name.contains(reader, autoescape=True))
    return query.order_by(AuditEvent.at.desc(), AuditEvent.id)


def names_of(session: Session, events: Sequence[AuditEvent]) -> dict[str, str]:
    """The codes of the items and papers that events are about, by subject."""
    ids = {UUID(event.subject_id) for event in events}
    items = session.execute(sa.select(Item.id, Item.code).where(Item.id.in_(ids)))
    papers = session.execute(sa.select(Paper.id, Paper.code).where(Paper.id.in_(ids)))
    return {str(name): code for name, code in [*items, *papers]}


def mark(
    session: Session, kind: MarkKind, what: str, items: int, *, center_id: UUID | None, by: Actor, now: datetime
) -> ExportMark:
    """Note that something leaves the portal, and give it its code.

    Args:
        session: the session of the deed.
        kind: what leaves.
        what: the paper's code, or the form of the file.
        items: how many items are in it.
        center_id: whose; None for the city's.
        by: for whom.
        now: when.
    """
    identifier = uuid4()
    made = ExportMark(
        id=identifier,
        code=code_of(identifier),
        kind=kind,
        what=what,
        items=items,
        center_id=center_id,
        actor_id=by.id,
        actor_name=by.name,
        address=by.address,
        at=now,
    )
    session.add(made)
    details = {"code": made.code, "kind": kind.value, "what": what, "items": items}
    audit.record(session, "export.marked", made, by=by, at=now, details=details)
    return made


def traced(session: Session, codes: Sequence[str], *, by: Actor) -> list[ExportMark]:
    """The exports that codes stand for, within the actor's centers, the newest first."""
    query = sa.select(ExportMark).where(ExportMark.code.in_(codes), by.scope(ExportMark.center_id))
    return list(session.scalars(query.order_by(ExportMark.at.desc())))
