"""What there is to rate and to mark: exam sessions with their progress, the tasks of a session."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.exams import service as exams
from certification.exams.models import (
    AdmissionTicket,
    Attempt,
    DrawnTask,
    ExamSession,
    Registration,
    SessionStaff,
)
from certification.exams.rules import ExamSessionStatus, RegistrationStatus, SessionDuty
from certification.scoring.models import Mark, ScoringSheet
from certification.scoring.rules import RATERS, RatingState, Settlement, SheetStatus
from certification.scoring.sheets import settlement, tolerance_of
from certification.skill_tasks.models import SkillTask
from certification.standards.rules import Component
from training_base.kernel.actor import Actor

MARKABLE = (ExamSessionStatus.RUNNING, ExamSessionStatus.CLOSED, ExamSessionStatus.PUBLISHED)
"""Sessions in which there is, or was, something to mark."""


@dataclass(frozen=True)
class Progress:
    """How far the marking of a session is: candidates to mark and marked, sheets due and handed in."""

    candidates: int = 0
    marked: int = 0
    sheets_due: int = 0
    sheets_in: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether everybody who sat has a mark."""
        return self.marked >= self.candidates


@dataclass(frozen=True)
class Line:
    """A task in the work list of an examiner: how far it is, the own sheet, whether one may be opened."""

    drawn: DrawnTask
    found: Settlement
    own: ScoringSheet | None
    places: dict[int, SheetStatus]
    is_free: bool


def sessions(*, by: Actor, component: Component | None = None, only_named: bool = False) -> sa.Select[ExamSession]:
    """Exam sessions that run or are over, the latest first.

    Args:
        by: who asks.
        component: what they examine.
        only_named: only those in which the actor is named as examiner.
    """
    query = exams.listing(by=by, component=component).where(ExamSession.status.in_(MARKABLE))
    if only_named:
        named = sa.exists().where(
            SessionStaff.exam_session_id == ExamSession.id,
            SessionStaff.actor_id == by.id,
            SessionStaff.duty == SessionDuty.EXAMINER,
        )
        query = query.where(named)
    return query.order_by(None).order_by(ExamSession.starts_at.desc(), ExamSession.code)


def progress(session: Session, exam_session_ids: Iterable[UUID]) -> dict[UUID, Progress]:
    """How far the marking of some sessions is; every one of them has an entry."""
    ids = list(exam_session_ids)
    candidates = _count(session, ids, sa.select(Registration.exam_session_id, Registration.id).where(_sat()))
    marked = _count(
        session,
        ids,
        sa.select(Registration.exam_session_id, Registration.id)
        .where(_sat())
        .join(Mark, Mark.registration_id == Registration.id),
    )
    tasks = sa.select(Registration.exam_session_id, DrawnTask.id).join(Registration.drawn_tasks).where(_sat())
    due = _count(session, ids, tasks)
    handed_in = _count(
        session,
        ids,
        sa.select(Registration.exam_session_id, ScoringSheet.id)
        .join(Registration.drawn_tasks)
        .where(_sat())
        .join(ScoringSheet, ScoringSheet.drawn_task_id == DrawnTask.id)
        .where(ScoringSheet.status == SheetStatus.SUBMITTED, ScoringSheet.place <= RATERS),
    )
    return {
        one: Progress(candidates.get(one, 0), marked.get(one, 0), RATERS * due.get(one, 0), handed_in.get(one, 0))
        for one in ids
    }


def tasks(exam_session: ExamSession, *, by: Actor, only_to_do: bool = False) -> sa.Select[DrawnTask]:
    """The tasks of those who sat a session, by seat.

    Args:
        exam_session: whose.
        by: who asks.
        only_to_do: only tasks for which the actor has an open sheet, or may take a place.
    """
    query = (
        sa.select(DrawnTask)
        .join(DrawnTask.registration)
        .join(DrawnTask.skill_task)
        .outerjoin(Registration.ticket)
        .where(Registration.exam_session_id == exam_session.id, by.scope(DrawnTask.center_id), _sat())
        .options(
            joinedload(DrawnTask.skill_task),
            joinedload(DrawnTask.registration).options(
                joinedload(Registration.ticket), joinedload(Registration.attempt)
            ),
        )
        .order_by(AdmissionTicket.seat, AdmissionTicket.number, DrawnTask.position)
    )
    return query.where(_to_do(exam_session, by)) if only_to_do else query


def lines(session: Session, drawn_tasks: Iterable[DrawnTask], exam_session: ExamSession, *, by: Actor) -> list[Line]:
    """The tasks with how far their rating is."""
    wanted = list(drawn_tasks)
    sheets: dict[UUID, list[ScoringSheet]] = {drawn.id: [] for drawn in wanted}
    query = sa.select(ScoringSheet).where(ScoringSheet.drawn_task_id.in_(sheets)).order_by(ScoringSheet.place)
    for sheet in session.scalars(query):
        sheets[sheet.drawn_task_id].append(sheet)
    tolerance = tolerance_of(exam_session)
    return [_line(drawn, sheets[drawn.id], tolerance, by) for drawn in wanted]


def _line(drawn: DrawnTask, sheets: list[ScoringSheet], tolerance: int, by: Actor) -> Line:
    found = settlement(drawn, sheets, tolerance=tolerance)
    own = next((sheet for sheet in sheets if sheet.examiner_id == by.id), None)
    needs_third = found.state is RatingState.NEEDS_THIRD and len(sheets) == RATERS
    is_free = own is None and (len(sheets) < RATERS or needs_third)
    return Line(drawn, found, own, {sheet.place: sheet.status for sheet in sheets}, is_free)


def _sat() -> sa.ColumnElement[bool]:
    """``rules.has_sat`` of a registration in a skill or theory session, as a condition."""
    return sa.and_(
        Registration.status.in_((RegistrationStatus.REGISTERED, RegistrationStatus.ADMITTED)),
        sa.or_(
            sa.exists().where(Attempt.registration_id == Registration.id),
            sa.and_(
                Registration.status == RegistrationStatus.ADMITTED,
                sa.exists().where(
                    ExamSession.id == Registration.exam_session_id, ExamSession.component == Component.SKILL
                ),
            ),
        ),
    )


def _to_do(exam_session: ExamSession, by: Actor) -> sa.ColumnElement[bool]:
    sheets = (
        sa.select(
            ScoringSheet.drawn_task_id.label("drawn_task_id"),
            sa.func.count().label("sheets"),
            sa.func.count(ScoringSheet.submitted_at).label("handed_in"),
            (sa.func.max(ScoringSheet.total) - sa.func.min(ScoringSheet.total)).label("difference"),
        )
        .group_by(ScoringSheet.drawn_task_id)
        .subquery()
    )
    full = sa.exists().where(sheets.c.drawn_task_id == DrawnTask.id, sheets.c.sheets >= RATERS)
    third = sa.exists().where(
        sheets.c.drawn_task_id == DrawnTask.id,
        sheets.c.sheets == RATERS,
        sheets.c.handed_in == RATERS,
        sheets.c.difference * 10000 > tolerance_of(exam_session) * SkillTask.marks,
    )
    own = sa.exists().where(ScoringSheet.drawn_task_id == DrawnTask.id, ScoringSheet.examiner_id == by.id)
    own_open = sa.exists().where(
        ScoringSheet.drawn_task_id == DrawnTask.id,
        ScoringSheet.examiner_id == by.id,
        ScoringSheet.status == SheetStatus.OPEN,
    )
    return sa.or_(own_open, sa.and_(~own, sa.or_(~full, third)))


def _count(session: Session, ids: list[UUID], rows: sa.Select[UUID, UUID]) -> dict[UUID, int]:
    """How many rows each session has; the first column is the session."""
    inner = rows.where(Registration.exam_session_id.in_(ids)).subquery()
    query = sa.select(inner.c.exam_session_id, sa.func.count()).group_by(inner.c.exam_session_id)
    return {exam_session_id: count for exam_session_id, count in session.execute(query)}  # noqa: C416  rows, no pairs
