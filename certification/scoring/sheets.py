"""Examiners' sheets: opened blind, filled row by row, final once handed in; two or three make the mark."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.exams.models import DrawnTask, ExamSession, Registration, Response, SessionStaff
from certification.exams.rules import RUNNABLE, SessionDuty
from certification.scoring.models import Mark, ScoringSheet, SheetRow
from certification.scoring.rules import (
    RatingState,
    Settlement,
    SheetStatus,
    has_sat,
    is_awardable,
    settle,
)
from certification.skill_tasks.models import SkillTask
from certification.standards.rules import Component
from training_base.cohorts.service import has_taught
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

SCORER = "sheets-1"
"""The rule by which ratings become marks, kept with every mark; a change of ``rules.settle`` gives a new one."""


@dataclass(eq=False)
class NotExaminer(Refusal):
    """Only somebody named as examiner of the session rates its tasks."""


@dataclass(eq=False)
class NotImpartial(Refusal):
    """Whoever taught a candidate does not rate the candidate's work."""


@dataclass(eq=False)
class NothingToRate(Refusal):
    """The candidate did not sit the exam, or has not handed the work in yet."""


@dataclass(eq=False)
class StillRunning(Refusal):
    """Nothing is rated before the session is closed: until then the invigilator may let a candidate go on."""


@dataclass(eq=False)
class NoPlaceFree(Refusal):
    """The task has the examiners it needs."""


@dataclass(eq=False)
class SheetFinal(Refusal):
    """A sheet that was handed in does not change any more."""


@dataclass(eq=False)
class AwardOutOfRange(Refusal):
    """The marks of a row are none that it may be given; ``marks`` is what it carries, in hundredths."""

    row: str
    marks: int


@dataclass(eq=False)
class RowsMissing(Refusal):
    """Rows without marks, or with marks deducted and no word on what was found."""

    rows: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """What an examiner writes into one row; marks in hundredths, None while open."""

    position: int
    actual: str | None
    awarded: int | None


def drawn_task_by_id(session: Session, drawn_task_id: UUID, *, by: Actor) -> DrawnTask:
    """A drawn task with its candidate, rows and session.

    Raises:
        NotFound: no such task in the actor's centers.
    """
    drawn = session.scalar(
        sa.select(DrawnTask)
        .where(DrawnTask.id == drawn_task_id, by.scope(DrawnTask.center_id))
        .options(
            joinedload(DrawnTask.skill_task).selectinload(SkillTask.rows),
            joinedload(DrawnTask.registration).joinedload(Registration.exam_session).joinedload(ExamSession.scheme),
            joinedload(DrawnTask.registration).joinedload(Registration.ticket),
            joinedload(DrawnTask.registration).joinedload(Registration.attempt),
        )
    )
    if drawn is None:
        raise NotFound("drawn_task", drawn_task_id)
    return drawn


def open_sheet(session: Session, drawn_task_id: UUID, *, by: Actor, now: datetime) -> ScoringSheet:
    """Give an examiner a sheet for a task; asked again, the same one.

    The first two who ask take places 1 and 2; place 3 is there only when those two differ too much.

    Raises:
        NotFound: no such task in the actor's centers.
        NotExaminer: the actor does not examine in this session.
        NotImpartial: the actor taught the candidate.
        StillRunning: the session is not closed.
        NothingToRate: the candidate did not sit, or has not handed in.
        NoPlaceFree: other examiners have the task.
    """
    drawn = drawn_task_by_id(session, drawn_task_id, by=by)
    sheets = sheets_of(session, drawn)
    own = next((sheet for sheet in sheets if sheet.examiner_id == by.id), None)
    if own is not None:
        return own
    _require_examiner(session, drawn, by)
    _require_work(drawn.registration)
    sheet = ScoringSheet(
        center_id=drawn.center_id,
        drawn_task=drawn,
        examiner_id=by.id,
        examiner_name=by.name,
        place=_free_place(drawn, sheets),
        opened_at=now,
        rows=[SheetRow(position=row.position, measurement_row=row) for row in drawn.skill_task.rows],
    )
    session.add(sheet)
    audit.record(session, "scoring_sheet.opened", sheet, by=by, at=now, details={"place": sheet.place})
    return sheet


def own_sheet(session: Session, sheet_id: UUID, *, by: Actor) -> ScoringSheet:
    """The examiner's own sheet with its rows.

    Raises:
        NotFound: no such sheet, or another examiner's: rating is blind.
    """
    sheet = session.scalar(
        sa.select(ScoringSheet)
        .where(ScoringSheet.id == sheet_id, ScoringSheet.examiner_id == by.id, by.scope(ScoringSheet.center_id))
        .options(selectinload(ScoringSheet.rows).joinedload(SheetRow.measurement_row))
        .execution_options(populate_existing=True)
    )
    if sheet is None:
        raise NotFound("scoring_sheet", sheet_id)
    return sheet


def save_sheet(
    session: Session, sheet_id: UUID, entries: Iterable[Entry], *, remark: str | None, by: Actor, now: datetime
) -> ScoringSheet:
    """Keep what the examiner has so far; all entries or none. Rows that are not named stay as they are.

    Raises:
        NotFound: no such sheet of this examiner, or it has no row at that position.
        SheetFinal: it was handed in.
        AwardOutOfRange: a row cannot be given these marks.
    """
    sheet, _ = _locked_sheet(session, sheet_id, by=by)
    if sheet.status is SheetStatus.SUBMITTED:
        raise SheetFinal
    rows = {row.position: row for row in sheet.rows}
    wanted = list(entries)
    for entry in wanted:
        _check(rows, entry)
    before = audit.state_digest(sheet)
    for entry in wanted:
        rows[entry.position].actual = entry.actual
        rows[entry.position].awarded = entry.awarded
    sheet.remark = remark
    sheet.total = running_total(sheet)
    details = {"awarded": {row.measurement_row.code: row.awarded for row in sheet.rows}}
    audit.record(session, "scoring_sheet.saved", sheet, by=by, at=now, before=before, details=details)
    return sheet


def submit_sheet(session: Session, sheet_id: UUID, *, by: Actor, now: datetime) -> ScoringSheet:
    """Hand a sheet in, for good; asked again, it is the same sheet.

    When all tasks of the registration are settled by this, its mark is made.

    Raises:
        NotFound: no such sheet of this examiner.
        RowsMissing: a row has no marks, or less than full marks and no actual value.
    """
    sheet, registration = _locked_sheet(session, sheet_id, by=by)
    if sheet.status is SheetStatus.SUBMITTED:
        return sheet
    if missing := missing_rows(sheet):
        raise RowsMissing(missing)
    before = audit.state_digest(sheet)
    sheet.total = running_total(sheet)
    sheet.status = SheetStatus.SUBMITTED
    sheet.submitted_at = now
    audit.record(
        session, "scoring_sheet.submitted", sheet, by=by, at=now, before=before, details={"total": sheet.total}
    )
    mark_skill(session, registration, by=by, now=now)
    return sheet


def work_of(session: Session, drawn: DrawnTask) -> str | None:
    """What the candidate wrote for a task; None where nothing was written through the portal."""
    attempt = drawn.registration.attempt
    if attempt is None:
        return None
    written = session.scalar(
        sa.select(Response.__table__.c.value).where(
            Response.__table__.c.attempt_id == attempt.id, Response.__table__.c.position == drawn.position
        )
    )
    return str(written) if written else None


def running_total(sheet: ScoringSheet) -> int:
    """The marks awarded so far, in hundredths."""
    return sum(row.awarded or 0 for row in sheet.rows)


def missing_rows(sheet: ScoringSheet) -> tuple[str, ...]:
    """The rows that keep a sheet from being handed in: who deducts marks says what was found."""
    return tuple(
        row.measurement_row.code
        for row in sheet.rows
        if row.awarded is None or (row.awarded < row.measurement_row.marks and not row.actual)
    )


def sheets_of(session: Session, drawn: DrawnTask) -> list[ScoringSheet]:
    """All sheets of a task, by place."""
    return list(
        session.scalars(
            sa.select(ScoringSheet)
            .where(ScoringSheet.drawn_task_id == drawn.id)
            .options(selectinload(ScoringSheet.rows).joinedload(SheetRow.measurement_row))
            .order_by(ScoringSheet.place)
        )
    )


def settlement(drawn: DrawnTask, sheets: Iterable[ScoringSheet], *, tolerance: int) -> Settlement:
    """What the submitted sheets of a task have come to."""
    ratings = {
        sheet.place: sheet.total
        for sheet in sheets
        if sheet.status is SheetStatus.SUBMITTED and sheet.total is not None
    }
    return settle(ratings, marks=drawn.skill_task.marks, tolerance=tolerance)


def tolerance_of(exam_session: ExamSession) -> int:
    """The tolerance of the session's scheme; 0 where the scheme has no skill exam."""
    skill = exam_session.scheme.plan.skill
    return skill.tolerance if skill else 0


def mark_skill(session: Session, registration: Registration, *, by: Actor, now: datetime) -> Mark | None:
    """Make the mark of a registration when all its tasks are settled; None while one is not. Made once."""
    tolerance = tolerance_of(registration.exam_session)
    detail: list[dict[str, Any]] = []
    for drawn in registration.drawn_tasks:
        sheets = sheets_of(session, drawn)
        found = settlement(drawn, sheets, tolerance=tolerance)
        if found.final is None:
            return None
        detail.append(_detail(drawn, sheets, found))
    mark = Mark(
        registration_id=registration.id,
        center_id=registration.center_id,
        component=Component.SKILL,
        marks=sum(task["awarded"] for task in detail),
        detail=detail,
        scorer=SCORER,
        marked_at=now,
    )
    session.add(mark)
    audit.record(session, "mark.awarded", mark, by=by, at=now, details={"marks": mark.marks})
    return mark


def _locked_sheet(session: Session, sheet_id: UUID, *, by: Actor) -> tuple[ScoringSheet, Registration]:
    """The examiner's own sheet as it stands now, and its registration, locked.

    Of two examiners who hand in at once, the second sees the first's sheet; a draft that comes late finds it final.

    Raises:
        NotFound: no such sheet of this examiner.
    """
    registration = session.scalar(
        sa.select(Registration)
        .join(DrawnTask, DrawnTask.registration_id == Registration.id)
        .join(ScoringSheet, ScoringSheet.drawn_task_id == DrawnTask.id)
        .where(ScoringSheet.id == sheet_id)
        .with_for_update(of=Registration)
        .execution_options(populate_existing=True)
    )
    if registration is None:
        raise NotFound("scoring_sheet", sheet_id)
    return own_sheet(session, sheet_id, by=by), registration


def _check(rows: dict[int, SheetRow], entry: Entry) -> None:
    row = rows.get(entry.position)
    if row is None:
        raise NotFound("sheet_row", entry.position)
    marks = row.measurement_row.marks
    if entry.awarded is not None and not is_awardable(entry.awarded, marks):
        raise AwardOutOfRange(row.measurement_row.code, marks)


def _require_examiner(session: Session, drawn: DrawnTask, by: Actor) -> None:
    named = session.scalar(
        sa.select(SessionStaff.id).where(
            SessionStaff.exam_session_id == drawn.registration.exam_session_id,
            SessionStaff.actor_id == by.id,
            SessionStaff.duty == SessionDuty.EXAMINER,
        )
    )
    if named is None:
        raise NotExaminer
    if has_taught(session, drawn.registration.trainer_id, by.id):
        raise NotImpartial


def _require_work(registration: Registration) -> None:
    if registration.exam_session.status in RUNNABLE:
        raise StillRunning
    attempt = registration.attempt
    sat = has_sat(registration.status, Component.SKILL, has_attempt=attempt is not None)
    if not sat or (attempt is not None and attempt.submitted_at is None):
        raise NothingToRate


def _free_place(drawn: DrawnTask, sheets: list[ScoringSheet]) -> int:
    if len(sheets) < 2:
        return len(sheets) + 1
    found = settlement(drawn, sheets, tolerance=tolerance_of(drawn.registration.exam_session))
    if len(sheets) == 2 and found.state is RatingState.NEEDS_THIRD:
        return 3
    raise NoPlaceFree


def _detail(drawn: DrawnTask, sheets: list[ScoringSheet], found: Settlement) -> dict[str, Any]:
    """How a task came to its marks: the totals per place, which of them counted, and the rows of all."""
    task = drawn.skill_task
    return {
        "position": drawn.position,
        "code": task.code,
        "unit": task.unit,
        "title": task.title,
        "marks": task.marks,
        "awarded": found.final,
        "difference": found.difference,
        "counted": list(found.counted),
        "totals": {str(sheet.place): sheet.total for sheet in sheets},
        "rows": [
            {
                "code": row.code,
                "criterion": row.criterion,
                "marks": row.marks,
                "awarded": {str(sheet.place): sheet.rows[index].awarded for sheet in sheets},
            }
            for index, row in enumerate(task.rows)
        ],
    }
