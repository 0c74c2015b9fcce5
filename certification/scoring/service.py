"""Marking of theory papers, and questions about marks and results; publishing stands in ``publication``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.exams.models import (
    Attempt,
    DrawnTask,
    ExamSession,
    Paper,
    PaperItem,
    Registration,
    SessionStaff,
)
from certification.exams.rules import ExamSessionStatus, RegistrationStatus, SessionDuty
from certification.exams.submission import answers
from certification.item_bank import kinds
from certification.item_bank.content import Content
from certification.scoring.models import KeyCorrection, Mark, Result, ScoringSheet
from certification.scoring.publication import publish as publish
from certification.scoring.rules import Keys, SheetStatus, Treatment, awarded, keys_after
from certification.standards.models import Tier
from certification.standards.rules import Component
from training_base.kernel import audit
from training_base.kernel.actor import SYSTEM, Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.people.models import Trainer


@dataclass(eq=False)
class NothingToMark(Refusal):
    """There is no paper that was handed in."""


def mark_theory(session: Session, registration_id: UUID, *, by: Actor, now: datetime) -> Mark:
    """Mark a submitted paper by the keys that were frozen with it; marked before, the same mark.

    Raises:
        NotFound: no such registration in the actor's centers.
        NothingToMark: no paper was handed in.
    """
    registration = session.scalar(
        sa.select(Registration)
        .where(Registration.id == registration_id, by.scope(Registration.center_id))
        .options(joinedload(Registration.attempt).joinedload(Attempt.paper).selectinload(Paper.items))
        .with_for_update(of=Registration)
    )
    if registration is None:
        raise NotFound("registration", registration_id)
    earlier = session.scalar(sa.select(Mark).where(Mark.registration_id == registration_id))
    if earlier is not None:
        return earlier
    attempt = registration.attempt
    if attempt is None or attempt.submitted_at is None or attempt.paper is None:
        raise NothingToMark
    given = {answer.position: answer.value for answer in answers(session, attempt.id)}
    detail = marked_items(attempt.paper.items, given, corrections_of(session, attempt.paper))
    mark = Mark(
        registration_id=registration_id,
        center_id=registration.center_id,
        component=Component.THEORY,
        marks=sum(item["awarded"] for item in detail),
        detail=detail,
        scorer=attempt.paper.scorer,
        marked_at=now,
    )
    session.add(mark)
    audit.record(session, "mark.awarded", mark, by=by, at=now, details={"marks": mark.marks})
    return mark


def corrections_of(session: Session, paper: Paper) -> dict[UUID, list[tuple[Treatment, Any]]]:
    """The corrections of a paper's keys by printed item, in their order; one under way is waited for."""
    session.execute(sa.select(Paper.id).where(Paper.id == paper.id).with_for_update(read=True))
    rows = session.scalars(
        sa.select(KeyCorrection)
        .join(KeyCorrection.paper_item)
        .where(PaperItem.paper_id == paper.id)
        .order_by(KeyCorrection.number)
    )
    found: dict[UUID, list[tuple[Treatment, Any]]] = {}
    for row in rows:
        found.setdefault(row.paper_item_id, []).append((row.treatment, row.key))
    return found


def with_key(item: PaperItem, key: Any) -> Content:
    """A printed item with another key in the order of this paper.

    Args:
        item: as it was printed.
        key: JSON values of the shape of the item's kind.

    Raises:
        ValueError: the key has the wrong type.
    """
    return Content.from_json({**item.content.to_json(), "key": key})


def earns(item: PaperItem, value: Any, keys: Keys) -> int:
    """What an answer earns under these keys, in hundredths; a missing or cleared one only where all are credited."""
    return awarded(keys, item.marks, lambda key: kinds.earned(value, with_key(item, key), item.marks))


def marked_items(
    items: Iterable[PaperItem],
    given: Mapping[int, Any],
    corrections: Mapping[UUID, Sequence[tuple[Treatment, Any]]] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """Each item of a paper with its marks: what was answered, the key, what it carries and earned (hundredths).

    Args:
        items: the frozen items.
        given: position to the answer that counts; one that is missing or cleared earns nothing.
        corrections: printed item to the corrections of its key, in their order.
    """
    detail = []
    for item in items:
        value = given.get(item.position) or []
        keys = keys_after(item.key, corrections.get(item.id, ()))
        earned = earns(item, value, keys)
        detail.append(
            {
                "position": item.position,
                "area": item.area,
                "kind": item.kind.value,
                "item_id": str(item.item_id),
                "value": value,
                "key": item.key,
                "accepted": list(keys.accepted),
                "credited": keys.credit_all,
                "marks": item.marks,
                "awarded": earned,
                "correct": earned == item.marks,
            }
        )
    return detail


def mark_submitted(
    session: Session,
    *,
    now: datetime,
    at_most: int = 100,
    exam_session_id: UUID | None = None,
    by: Actor = SYSTEM,
) -> list[Mark]:
    """Mark papers of closed sessions that were handed in and have no mark yet, the oldest first.

    While a session runs, the invigilator may open a paper again: a mark made before that would not be of what counts.

    Args:
        session: the session of the unit of work.
        now: when.
        at_most: how many in this transaction.
        exam_session_id: only those of one exam session.
        by: who asks; papers outside the actor's centers are left alone.
    """
    chosen = sa.true() if exam_session_id is None else ExamSession.id == exam_session_id
    waiting = session.scalars(
        sa.select(Attempt.registration_id)
        .join(Attempt.registration)
        .join(Registration.exam_session)
        .where(
            by.scope(Attempt.center_id),
            chosen,
            ExamSession.status == ExamSessionStatus.CLOSED,
            Attempt.submitted_at.is_not(None),
            Attempt.paper_id.is_not(None),
            ~sa.exists().where(Mark.registration_id == Attempt.registration_id),
        )
        .order_by(Attempt.submitted_at, Attempt.id)
        .limit(at_most)
        .with_for_update(skip_locked=True, of=Attempt)
    ).all()
    return [mark_theory(session, registration_id, by=by, now=now) for registration_id in waiting]


def has_examined(session: Session, trainer_id: UUID, actor_id: UUID) -> bool:
    """Whether somebody rated the trainer's work, or was named as examiner of a session the trainer sat."""
    rated = (
        sa.select(ScoringSheet.id)
        .join(ScoringSheet.drawn_task)
        .join(DrawnTask.registration)
        .where(
            Registration.trainer_id == trainer_id,
            ScoringSheet.examiner_id == actor_id,
            ScoringSheet.status == SheetStatus.SUBMITTED,
        )
    )
    named = (
        sa.select(SessionStaff.id)
        .join(Registration, Registration.exam_session_id == SessionStaff.exam_session_id)
        .where(
            Registration.trainer_id == trainer_id,
            Registration.status != RegistrationStatus.WITHDRAWN,
            SessionStaff.actor_id == actor_id,
            SessionStaff.duty == SessionDuty.EXAMINER,
        )
    )
    return any(session.scalar(query.limit(1)) is not None for query in (rated, named))


def marks_of(session: Session, registration_ids: Iterable[UUID]) -> dict[UUID, Mark]:
    """The marks of some registrations; one that is not marked is left out."""
    query = sa.select(Mark).where(Mark.registration_id.in_(list(registration_ids)))
    return {mark.registration_id: mark for mark in session.scalars(query)}


def results_listing(
    *, by: Actor, passed: bool | None = None, level: int | None = None, q: str | None = None
) -> sa.Select[Result]:
    """Results of the actor's centers with trainer, tier and components, the newest first.

    Args:
        by: who asks.
        passed: only those who passed, or only those who did not yet.
        level: only this level.
        q: part of the trainer's name.
    """
    query = (
        sa.select(Result)
        .join(Result.trainer)
        .join(Result.tier)
        .where(by.scope(Result.center_id))
        .options(joinedload(Result.trainer), joinedload(Result.tier), selectinload(Result.components))
    )
    if passed is not None:
        query = query.where(Result.passed.is_(passed))
    if level is not None:
        query = query.where(Tier.level == level)
    if q:
        query = query.where(Trainer.name.contains(q, autoescape=True))
    return query.order_by(Result.updated_at.desc(), Result.id)


def result_by_id(session: Session, result_id: UUID, *, by: Actor) -> Result:
    """A result of the actor's centers.

    Raises:
        NotFound: none, or another center's.
    """
    return _result(session, result_id, by.scope(Result.center_id))


def own_results(*, by: Actor) -> sa.Select[Result]:
    """The actor's own results, the newest first; none for whoever has no profile."""
    return (
        sa.select(Result)
        .where(Result.trainer_id == by.trainer_id)
        .options(joinedload(Result.tier), selectinload(Result.components))
        .order_by(Result.updated_at.desc(), Result.id)
    )


def own_result(session: Session, result_id: UUID, *, by: Actor) -> Result:
    """One of the actor's own results.

    Raises:
        NotFound: none, or somebody else's.
    """
    return _result(session, result_id, Result.trainer_id == by.trainer_id)


def _result(session: Session, result_id: UUID, condition: sa.ColumnElement[bool]) -> Result:
    result = session.scalar(
        sa.select(Result)
        .where(Result.id == result_id, condition)
        .options(
            joinedload(Result.trainer),
            joinedload(Result.tier),
            joinedload(Result.scheme),
            selectinload(Result.components),
        )
    )
    if result is None:
        raise NotFound("result", result_id)
    return result
