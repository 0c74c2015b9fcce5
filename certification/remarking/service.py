"""What a re-marking would do, and the questions about requests; asking and deciding stand in ``deciding``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.certificates.models import Certificate
from certification.exams.models import AdmissionTicket, Attempt, ExamSession, Paper, PaperItem, Registration
from certification.item_bank.content import canonical, faults
from certification.remarking import rules
from certification.remarking.models import Remarking, RemarkingOutcome
from certification.remarking.rules import Consequence, Foreseen, RemarkingStatus
from certification.scoring import corrections
from certification.scoring.corrections import Shift
from certification.scoring.rules import Keys, Treatment, corrected
from certification.scoring.service import with_key
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal


@dataclass(eq=False)
class KeyImpossible(Refusal):
    """The new key is none for this item."""


@dataclass(eq=False)
class KeyUnchanged(Refusal):
    """The correction changes nothing about what earns the marks."""


@dataclass(frozen=True)
class Preview:
    """What a re-marking would do: the numbers, and everybody whose marks change."""

    numbers: Foreseen
    shifts: tuple[Shift, ...]
    consequences: dict[UUID, Consequence]
    certificates: dict[UUID, Certificate]


def item_at(session: Session, paper_id: UUID, position: int, *, by: Actor) -> PaperItem:
    """A printed item of a paper of the actor's centers.

    Raises:
        NotFound: no such paper or position among them.
    """
    query = (
        sa.select(PaperItem)
        .join(PaperItem.paper)
        .where(Paper.id == paper_id, PaperItem.position == position, by.scope(Paper.center_id))
        .options(joinedload(PaperItem.paper))
    )
    item = session.scalar(query)
    if item is None:
        raise NotFound("paper", paper_id)
    return item


def read_item(session: Session, item: PaperItem, *, by: Actor, now: datetime) -> None:
    """Put on record that somebody saw a printed item with its key, as when a whole paper is read."""
    details = {"position": item.position}
    audit.record(session, "paper.read", item.paper, by=by, at=now, details=details, center_id=item.paper.center_id)


def preview(session: Session, item: PaperItem, treatment: Treatment, key: Any) -> Preview:
    """What the correction would do to marks, results and certificates today; nothing is written.

    Raises:
        KeyImpossible: the key is none for this item.
        KeyUnchanged: the correction changes nothing.
    """
    before = corrections.keys_of(session, item)
    after = _after(item, before, treatment, key)
    shifts = tuple(corrections.foresee(session, item, before, after))
    certificates = certificates_of(session, shifts)
    consequences = {one.registration_id: consequence_of(one, certificates) for one in shifts}
    lines = (
        rules.Line(
            str(one.registration_id),
            one.marks_before,
            one.marks_after,
            one.passed_before,
            one.passed_after,
            consequences[one.registration_id],
        )
        for one in shifts
    )
    marked = corrections.count_marked(session, item.paper_id)
    return Preview(rules.foreseen(marked, lines), shifts, consequences, certificates)


def _after(item: PaperItem, before: Keys, treatment: Treatment, key: Any) -> Keys:
    if treatment is not Treatment.CREDIT_ALL:
        key = canonical_key(item, key)
    after = corrected(before, treatment, key)
    if after == before:
        raise KeyUnchanged
    return after


def canonical_key(item: PaperItem, key: Any) -> Any:
    """A key of a printed item, written the one way, as JSON values.

    Raises:
        KeyImpossible: it is none for this item.
    """
    try:
        content = with_key(item, key)
    except (TypeError, ValueError) as error:
        raise KeyImpossible from error
    if list(faults(content)):
        raise KeyImpossible
    return canonical(content).to_json()["key"]


def consequence_of(shift: Shift, certificates: dict[UUID, Certificate]) -> Consequence:
    """What new marks lead to for one candidate; ``certificates`` by result."""
    certificate = certificates.get(shift.result_id) if shift.result_id else None
    return rules.consequence(
        result_before=shift.result_before,
        result_after=shift.result_after,
        certificate=certificate.status if certificate else None,
        marks_shown=certificate.theory_marks if certificate else None,
        marks_counting=shift.counting_after,
    )


def certificates_of(session: Session, shifts: Iterable[Shift]) -> dict[UUID, Certificate]:
    """The certificates of the results that are touched, by result."""
    results = [one.result_id for one in shifts if one.result_id]
    found = session.scalars(sa.select(Certificate).where(Certificate.result_id.in_(results)))
    return {one.result_id: one for one in found}


def listing(*, by: Actor, status: RemarkingStatus | None = None) -> sa.Select[Remarking]:
    """Requests of the actor's centers, the newest first."""
    query = sa.select(Remarking).where(by.scope(Remarking.center_id))
    if status is not None:
        query = query.where(Remarking.status == status)
    loaded = joinedload(Remarking.paper), joinedload(Remarking.paper_item)
    return query.options(*loaded).order_by(Remarking.asked_at.desc(), Remarking.id)


def by_id(session: Session, remarking_id: UUID, *, by: Actor) -> Remarking:
    """A request of the actor's centers.

    Raises:
        NotFound: none, or another center's.
    """
    query = sa.select(Remarking).where(Remarking.id == remarking_id, by.scope(Remarking.center_id))
    remarking = session.scalar(query.options(joinedload(Remarking.paper), joinedload(Remarking.paper_item)))
    if remarking is None:
        raise NotFound("remarking", remarking_id)
    return remarking


def of_item(session: Session, paper_item_id: UUID) -> list[Remarking]:
    """Every request about a printed item, the newest first."""
    query = sa.select(Remarking).where(Remarking.paper_item_id == paper_item_id)
    return list(session.scalars(query.order_by(Remarking.asked_at.desc())))


def twins(session: Session, item: PaperItem, *, by: Actor) -> list[PaperItem]:
    """The same version of the item in other papers of the actor's centers; its options may stand in another order."""
    query = (
        sa.select(PaperItem)
        .join(PaperItem.paper)
        .where(
            PaperItem.item_version_id == item.item_version_id,
            PaperItem.paper_id != item.paper_id,
            by.scope(Paper.center_id),
        )
        .options(joinedload(PaperItem.paper))
        .order_by(Paper.code)
    )
    return list(session.scalars(query))


def outcomes(remarking_id: UUID, *, consequence: Consequence | None = None) -> sa.Select[RemarkingOutcome]:
    """What a re-marking came to, the gravest first, then by admission number."""
    order = {one: number for number, one in enumerate(Consequence)}
    query = (
        sa.select(RemarkingOutcome)
        .join(RemarkingOutcome.registration)
        .outerjoin(Registration.ticket)
        .where(RemarkingOutcome.remarking_id == remarking_id)
        .options(
            joinedload(RemarkingOutcome.registration).joinedload(Registration.trainer),
            joinedload(RemarkingOutcome.registration).joinedload(Registration.ticket),
            joinedload(RemarkingOutcome.certificate),
            joinedload(RemarkingOutcome.change),
        )
        .order_by(sa.case(order, value=RemarkingOutcome.consequence), AdmissionTicket.number, RemarkingOutcome.id)
    )
    return query if consequence is None else query.where(RemarkingOutcome.consequence == consequence)


def counts(session: Session, remarking_id: UUID) -> dict[Consequence, int]:
    """How many candidates a re-marking led to what."""
    rows = session.execute(
        sa.select(RemarkingOutcome.consequence, sa.func.count())
        .where(RemarkingOutcome.remarking_id == remarking_id)
        .group_by(RemarkingOutcome.consequence)
    )
    return {row[0]: row[1] for row in rows}


def of_result(session: Session, result_id: UUID) -> list[RemarkingOutcome]:
    """What re-marking changed in a result, the newest first."""
    query = (
        sa.select(RemarkingOutcome)
        .where(RemarkingOutcome.result_id == result_id)
        .options(joinedload(RemarkingOutcome.remarking))
        .order_by(RemarkingOutcome.at.desc(), RemarkingOutcome.id)
    )
    return list(session.scalars(query))


def has_sat(session: Session, paper_id: UUID, trainer_id: UUID | None) -> bool:
    """Whether somebody sat a paper."""
    if trainer_id is None:
        return False
    query = sa.select(Attempt.id).join(Attempt.registration)
    return session.scalar(query.where(Attempt.paper_id == paper_id, Registration.trainer_id == trainer_id)) is not None


def people_of(session: Session, shifts: Iterable[Shift]) -> dict[UUID, Registration]:
    """The candidates of some shifts by registration, with name, ticket and exam session."""
    query = (
        sa.select(Registration)
        .where(Registration.id.in_([one.registration_id for one in shifts]))
        .options(
            joinedload(Registration.trainer),
            joinedload(Registration.ticket),
            joinedload(Registration.exam_session).load_only(ExamSession.code),
        )
    )
    return {one.id: one for one in session.scalars(query)}
