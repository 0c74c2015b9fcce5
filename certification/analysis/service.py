"""Analyses exam sessions: gathers the answers, keeps what they say of the paper and of each item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.analysis import report
from certification.analysis.models import ItemStatistic, SessionAnalysis
from certification.analysis.sitting import SatItem, Sitting
from certification.exams.models import AdmissionTicket, ExamSession, PaperItem, Registration
from certification.exams.rules import ExamSessionStatus
from certification.item_bank.calibration import ItemCalibration, calibrations
from certification.item_bank.rules import ItemKind
from certification.psychometrics.notes import Flags, missing_codes
from certification.scoring.models import Mark
from training_base.centers.models import TrainingCenter
from training_base.kernel import audit, queue
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.kernel.models import Job

LETTERS = "ABCDEFGHIJ"
ENOUGH = ItemStatistic.n >= report.LEAST_SHOWN
"""Sessions whose figures of an item may be shown."""

OVER = (ExamSessionStatus.CLOSED, ExamSessionStatus.PUBLISHED)


@dataclass(eq=False)
class NothingToAnalyse(Refusal):
    """Nobody's theory paper of this session has been marked."""


@dataclass(frozen=True)
class Standing:
    """A marked candidate, with what is needed to compare."""

    registration: Registration
    detail: Mapping[int, Mapping[str, Any]]


def session_by_code(session: Session, code: str, *, by: Actor) -> ExamSession:
    """An exam session by its code or identifier.

    Raises:
        NotFound: none in the actor's centers.
    """
    try:
        wanted = ExamSession.id == UUID(code)
    except ValueError:
        wanted = ExamSession.code == code
    found = session.scalar(sa.select(ExamSession).where(wanted, by.scope(ExamSession.center_id)))
    if found is None:
        raise NotFound("exam_session", code)
    return found


def marked(session: Session, exam_session_ids: Sequence[UUID]) -> list[Standing]:
    """The candidates of some sessions whose theory paper was marked, in order of their seats."""
    rows = session.execute(
        sa.select(Registration, Mark.detail)
        .join(Mark, Mark.registration_id == Registration.id)
        .where(Registration.exam_session_id.in_(exam_session_ids))
        .options(
            joinedload(Registration.trainer),
            joinedload(Registration.ticket),
            joinedload(Registration.attempt),
        )
        .order_by(Registration.exam_session_id, Registration.id)
    ).all()
    found = [Standing(row[0], {one["position"]: one for one in row[1] if "position" in one}) for row in rows]
    return sorted(found, key=lambda one: (str(one.registration.exam_session_id), seat(one.registration)))


def seat(registration: Registration) -> int:
    """The seat of a candidate, 0 without a ticket."""
    return registration.ticket.seat if registration.ticket else 0


def paper_items(session: Session, exam_session: ExamSession) -> list[PaperItem]:
    """The frozen items of a session's paper, in their order; none where it has no paper."""
    if exam_session.paper_id is None:
        return []
    query = sa.select(PaperItem).where(PaperItem.paper_id == exam_session.paper_id).order_by(PaperItem.position)
    return list(session.scalars(query))


def sitting_of(session: Session, exam_session: ExamSession) -> Sitting:
    """The answers of one session, with sex as a group and neighbours by seat."""
    return arranged(paper_items(session, exam_session), marked(session, [exam_session.id]))


def arranged(items: Sequence[PaperItem], standings: Sequence[Standing]) -> Sitting:
    """Marked candidates as arrays."""
    blank: Mapping[str, Any] = {"awarded": 0, "value": None}
    cells = [[one.detail.get(item.position, blank) for item in items] for one in standings]
    shape = (len(standings), len(items))
    marks = np.array([[cell["awarded"] for cell in row] for row in cells], dtype=np.float64).reshape(shape)
    answered = np.array([[_answered(cell["value"]) for cell in row] for row in cells], dtype=bool).reshape(shape)
    registrations = [one.registration for one in standings]
    return Sitting(
        tuple(_sat_item(item) for item in items),
        marks,
        missing_codes(answered),
        tuple(_chosen(item, [row[j]["value"] for row in cells]) for j, item in enumerate(items)),
        tuple(str(one.id) for one in registrations),
        _seconds(registrations),
        neighbours(registrations),
        {"sex": [one.trainer.sex.value for one in registrations]},
    )


def _answered(value: object) -> bool:
    return value not in (None, [], "", {})


def _sat_item(item: PaperItem) -> SatItem:
    names = _options(item)
    key = tuple(int(place) for place in item.key) if names else ()
    return SatItem(str(item.position), float(item.marks), names, key)


def _options(item: PaperItem) -> tuple[str, ...]:
    """Names of the options of a choice item; none for other kinds."""
    if item.kind is ItemKind.TRUE_FALSE:
        return ("false", "true")
    if item.kind in (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE):
        return tuple(LETTERS[: len(item.options)])
    return ()


def _chosen(item: PaperItem, values: Sequence[Any]) -> Flags | None:
    names = _options(item)
    if not names:
        return None
    return np.array([[place in (value or ()) for place in range(len(names))] for value in values], dtype=bool).reshape(
        len(values), len(names)
    )


def _seconds(registrations: Sequence[Registration]) -> np.ndarray | None:
    """How long each wrote; None where one of them has no times."""
    spans = [
        (one.attempt.submitted_at - one.attempt.started_at).total_seconds()
        for one in registrations
        if one.attempt is not None and one.attempt.submitted_at is not None
    ]
    return np.array(spans) if spans and len(spans) == len(registrations) else None


def neighbours(registrations: Sequence[Registration]) -> tuple[tuple[int, int], ...]:
    """Places of candidates of one session whose seats follow on one another."""
    return tuple(
        (place, place + 1)
        for place, (one, other) in enumerate(pairwise(registrations))
        if one.exam_session_id == other.exam_session_id and seat(one) and seat(other) == seat(one) + 1
    )


def analyse(session: Session, exam_session_id: UUID, *, by: Actor, now: datetime) -> SessionAnalysis:
    """Work out all statistics of a session and keep them; the earlier analysis of the session gives way.

    Models and differences between centers are taken over all sessions that sat the same paper, as far as they are over.

    Raises:
        NotFound: no such session in the actor's centers.
        NothingToAnalyse: nobody's paper has been marked.
    """
    exam_session = session_by_code(session, str(exam_session_id), by=by)
    items, standings = paper_items(session, exam_session), marked(session, [exam_session_id])
    if not items or not standings:
        raise NothingToAnalyse
    sitting = arranged(items, standings)
    before = earlier_facilities(session, [item.item_id for item in items], exam_session)
    found = report.build(sitting, least={}, earlier=before)
    report.add_pool(found, pooled(session, exam_session, items))
    kept = _kept(session, exam_session)
    kept.n, kept.method, kept.report = sitting.n, report.METHOD, found
    kept.candidates = list(sitting.names)
    kept.analysed_at, kept.analysed_by = now, by.id
    session.flush()
    keep_items(session, exam_session, items, found, now=now)
    audit.record(session, "exam_session.analysed", exam_session, by=by, at=now, details={"n": sitting.n})
    return kept


def _kept(session: Session, exam_session: ExamSession) -> SessionAnalysis:
    kept = session.scalar(sa.select(SessionAnalysis).where(SessionAnalysis.exam_session_id == exam_session.id))
    if kept is None:
        kept = SessionAnalysis(exam_session_id=exam_session.id, center_id=exam_session.center_id)
        session.add(kept)
    return kept


def pooled(session: Session, exam_session: ExamSession, items: Sequence[PaperItem]) -> Sitting:
    """All who sat the same paper in sessions that are over, grouped by center and sex."""
    rows = session.execute(
        sa.select(ExamSession.id, TrainingCenter.code)
        .join(TrainingCenter, TrainingCenter.id == ExamSession.center_id)
        .where(ExamSession.paper_id == exam_session.paper_id, ExamSession.status.in_(OVER))
    ).all()
    centers = {row.id: row.code for row in rows}
    standings = marked(session, list(centers))
    whole = arranged(items, standings)
    by_center = [centers[one.registration.exam_session_id] for one in standings]
    return Sitting(whole.items, whole.marks, whole.missing, whole.chosen, groups={**whole.groups, "center": by_center})


def earlier_facilities(
    session: Session, item_ids: Sequence[UUID], exam_session: ExamSession
) -> list[float | None] | None:
    """The facility of each item in the last session before this one with enough candidates; None where all are new."""
    rows = session.execute(
        sa.select(ItemStatistic.item_id, ItemStatistic.facility)
        .join(ItemStatistic.exam_session)
        .where(
            ItemStatistic.item_id.in_(item_ids),
            ItemStatistic.n >= report.LEAST_COMPARED,
            ExamSession.starts_at < exam_session.starts_at,
        )
        .order_by(ExamSession.starts_at)
    ).all()
    last = {row.item_id: row.facility for row in rows}
    return [last.get(one) for one in item_ids] if last else None


def keep_items(
    session: Session, exam_session: ExamSession, items: Sequence[PaperItem], found: dict[str, Any], *, now: datetime
) -> None:
    """Write what the session says of each item, and the calibration where there is one."""
    session.execute(sa.delete(ItemStatistic).where(ItemStatistic.exam_session_id == exam_session.id))
    known = calibrations(session, [item.item_id for item in items])
    for item, figures in zip(items, found["items"], strict=True):
        model = figures.get("2pl") or {}
        session.add(
            ItemStatistic(
                item_id=item.item_id,
                item_version_id=item.item_version_id,
                exam_session_id=exam_session.id,
                center_id=exam_session.center_id,
                n=figures["n"],
                facility=figures["facility"],
                corrected_r=figures["corrected_r"],
                efficiency=figures["discriminative_efficiency"],
                a=model.get("a"),
                b=model.get("b"),
                a_error=model.get("a_error"),
                b_error=model.get("b_error"),
                alarmed=figures["alarm"] is not None,
                drifted=bool((figures["drift"] or {}).get("changed")),
                method=found["method"],
                at=now,
            )
        )
        if model.get("a") is not None and model.get("b") is not None and model.get("note") is None:
            calibrate(session, item, model, known.get(item.item_id), n=found["pool"]["n"], now=now)
    session.flush()


def calibrate(
    session: Session,
    item: PaperItem,
    model: dict[str, Any],
    kept: ItemCalibration | None,
    *,
    n: int,
    now: datetime,
) -> None:
    """Keep the latest calibration of an item at the bank."""
    if kept is None:
        kept = ItemCalibration(item_id=item.item_id)
        session.add(kept)
    kept.item_version_id, kept.n, kept.model, kept.calibrated_at = item.item_version_id, n, "2pl", now
    kept.facility, kept.a, kept.b = model["facility"], model["a"], model["b"]
    kept.a_error, kept.b_error = model["a_error"], model["b_error"]


def order(session: Session, exam_session_id: UUID, *, by: Actor, now: datetime) -> Job:
    """Have a session analysed by a job.

    Raises:
        NotFound: no such session in the actor's centers.
    """
    exam_session = session_by_code(session, str(exam_session_id), by=by)
    payload = {"exam_session_id": str(exam_session_id)}
    return queue.enqueue(session, "analysis.session", payload, by=by, now=now, center_id=exam_session.center_id)


def by_sessions(session: Session, exam_session_ids: Sequence[UUID]) -> dict[UUID, SessionAnalysis]:
    """The analyses of some sessions; one without is left out."""
    query = sa.select(SessionAnalysis).where(SessionAnalysis.exam_session_id.in_(exam_session_ids))
    return {one.exam_session_id: one for one in session.scalars(query)}


def admission_numbers(session: Session, kept: SessionAnalysis, *, by: Actor) -> list[str]:
    """The admission number of each place of a report, "" where there is none; for those who may look into signs."""
    rows = session.execute(
        sa.select(Registration.id, AdmissionTicket.number)
        .join(Registration.ticket)
        .where(Registration.exam_session_id == kept.exam_session_id, by.scope(Registration.center_id))
    ).all()
    numbers = {str(row.id): row.number for row in rows}
    return [numbers.get(one, "") for one in kept.candidates]


def by_session(session: Session, exam_session_id: UUID, *, by: Actor) -> SessionAnalysis | None:
    """The analysis of a session, or None where it has none yet or is outside the actor's centers."""
    return session.scalar(
        sa.select(SessionAnalysis).where(
            SessionAnalysis.exam_session_id == exam_session_id, by.scope(SessionAnalysis.center_id)
        )
    )


def listing(*, by: Actor) -> sa.Select[ExamSession]:
    """Theory sessions of the actor's centers that are over, with their analysis, the newest first."""
    return (
        sa.select(ExamSession)
        .where(by.scope(ExamSession.center_id), ExamSession.status.in_(OVER), ExamSession.paper_id.is_not(None))
        .options(joinedload(ExamSession.center))
        .order_by(ExamSession.starts_at.desc(), ExamSession.id)
    )


def history_of(item_id: UUID) -> sa.Select[ItemStatistic]:
    """What every session said of an item, the newest first."""
    return (
        sa.select(ItemStatistic)
        .join(ItemStatistic.exam_session)
        .where(ItemStatistic.item_id == item_id)
        .options(joinedload(ItemStatistic.exam_session))
        .order_by(ExamSession.starts_at.desc())
    )
