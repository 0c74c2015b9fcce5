"""Re-marking: what a corrected key does to marks and published results, foreseen and done by the same steps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.exams.models import Attempt, ExamSession, Paper, PaperItem, Registration, Response
from certification.exams.registering import note_outcome
from certification.exams.rules import ExamSessionStatus, RegistrationStatus
from certification.scoring import conversion
from certification.scoring.conversion import as_published
from certification.scoring.models import KeyCorrection, Mark, Result, ResultComponent
from certification.scoring.rules import Keys, Published, Treatment, counting, has_sat, judged, keys_after
from certification.scoring.service import earns
from certification.standards.rules import Component
from training_base.centers.rules import day_at
from training_base.kernel import audit
from training_base.kernel.actor import Actor

BATCH = 200
"""Enrolments whose results are looked at together."""


@dataclass(frozen=True)
class Shift:
    """What a corrected key does to one candidate; marks in hundredths.

    ``passed_*`` speak of the component and ``result_*`` of all components together; they are None where the
    exam session is not published yet, so that nobody has been told anything. ``counting_after`` are the marks of
    the component that count then.
    """

    registration_id: UUID
    marks_before: int
    marks_after: int
    passed_before: bool | None = None
    passed_after: bool | None = None
    result_id: UUID | None = None
    result_before: bool | None = None
    result_after: bool | None = None
    counting_after: int | None = None


@dataclass(frozen=True)
class History:
    """The published attempts of an enrolment in their order, and what they came to so far."""

    attempts: tuple[Published, ...]
    pass_marks: Mapping[Component, int]
    result: Result

    def with_marks(self, changed: Mapping[UUID, int]) -> tuple[Published, ...]:
        """The attempts, some of them with other marks (registration to hundredths)."""
        return tuple(replace(one, marks=changed.get(one.registration_id, one.marks)) for one in self.attempts)


def add_correction(
    session: Session, item: PaperItem, treatment: Treatment, key: Any, *, remarking_id: UUID, now: datetime
) -> KeyCorrection:
    """Let a correction hold from now on, also for papers that are marked later.

    The paper is locked: a marking under way is waited for, a later one sees the correction.
    """
    session.execute(sa.select(Paper.id).where(Paper.id == item.paper_id).with_for_update())
    last = session.scalar(sa.select(sa.func.max(KeyCorrection.number)).where(KeyCorrection.paper_item_id == item.id))
    correction = KeyCorrection(
        center_id=item.paper.center_id,
        paper_item_id=item.id,
        number=(last or 0) + 1,
        treatment=treatment,
        key=key,
        remarking_id=remarking_id,
        made_at=now,
    )
    session.add(correction)
    session.flush()
    return correction


def keys_of(session: Session, item: PaperItem) -> Keys:
    """What earns the marks of a printed item today."""
    corrections = session.execute(
        sa.select(KeyCorrection.treatment, KeyCorrection.key)
        .where(KeyCorrection.paper_item_id == item.id)
        .order_by(KeyCorrection.number)
    )
    return keys_after(item.key, ((row.treatment, row.key) for row in corrections))


def count_marked(session: Session, paper_id: UUID) -> int:
    """How many candidates have a mark for that paper."""
    query = sa.select(sa.func.count()).select_from(Mark).join(Attempt, Attempt.registration_id == Mark.registration_id)
    return session.scalar(query.where(Attempt.paper_id == paper_id)) or 0


def foresee(session: Session, item: PaperItem, before: Keys, after: Keys) -> list[Shift]:
    """Everybody whose marks would change, by registration, as ``apply`` would have it now; nothing is written."""
    answers = session.execute(
        sa.select(Mark.registration_id, Mark.marks, Response.value)
        .join(Attempt, Attempt.registration_id == Mark.registration_id)
        .outerjoin(Response, sa.and_(Response.attempt_id == Attempt.id, Response.position == item.position))
        .where(Attempt.paper_id == item.paper_id)
        .order_by(Mark.registration_id)
    )
    shifts = [
        Shift(row.registration_id, row.marks, row.marks + delta)
        for row in answers
        if (delta := earns(item, row.value, after) - earns(item, row.value, before))
    ]
    changed = {shift.registration_id: shift.marks_after for shift in shifts}
    batches = (shifts[start : start + BATCH] for start in range(0, len(shifts), BATCH))
    return [shift for some in batches for shift in _with_results(session, some, changed)]


def apply(
    session: Session, item: PaperItem, keys: Keys, marks: Sequence[Mark], *, by: Actor, now: datetime
) -> list[Shift]:
    """Mark some candidates' item anew and carry that on to their published results; done before, nothing changes.

    Args:
        session: the session of the unit of work.
        item: the printed item.
        keys: what earns its marks now.
        marks: the marks of candidates who sat the paper.
        by: who approved the correction.
        now: when.

    Returns:
        those whose marks changed.
    """
    answers = session.execute(
        sa.select(Attempt.registration_id, Response.value)
        .join(Response, Response.attempt_id == Attempt.id)
        .where(Response.position == item.position, Attempt.registration_id.in_([one.registration_id for one in marks]))
    )
    given: dict[UUID, Any] = {row.registration_id: row.value for row in answers}
    before = {one.registration_id: one.marks for one in marks}
    for mark in marks:
        _remark(session, mark, item, keys, given.get(mark.registration_id), by=by, now=now)
    session.flush()
    shifts = [
        Shift(one.registration_id, before[one.registration_id], one.marks)
        for one in marks
        if one.marks != before[one.registration_id]
    ]
    return _with_results(session, shifts, {one.registration_id: one.marks_after for one in shifts}, by=by, now=now)


def _remark(session: Session, mark: Mark, item: PaperItem, keys: Keys, value: Any, *, by: Actor, now: datetime) -> None:
    """Give one candidate what the item earns under these keys."""
    earned, before = earns(item, value, keys), audit.state_digest(mark)
    detail = [dict(entry) for entry in mark.detail]
    entry = next(one for one in detail if one["position"] == item.position)
    difference = earned - entry["awarded"]
    entry.update(awarded=earned, correct=earned == item.marks, accepted=list(keys.accepted), credited=keys.credit_all)
    mark.detail, mark.marks = detail, mark.marks + difference
    if difference:
        details = {"position": item.position, "before": mark.marks - difference, "after": mark.marks}
        audit.record(session, "mark.remarked", mark, by=by, at=now, before=before, details=details)


def _with_results(
    session: Session,
    shifts: Sequence[Shift],
    changed: Mapping[UUID, int],
    *,
    by: Actor | None = None,
    now: datetime | None = None,
) -> list[Shift]:
    """The shifts with what becomes of published results; written where somebody does it."""
    histories = _histories(session, [one.registration_id for one in shifts], lock=by is not None)
    shown = as_published(session, changed)
    earlier = as_published(session, {one.registration_id: one.marks_before for one in shifts})
    later = as_published(session, {one.registration_id: one.marks_after for one in shifts})
    if now is not None:
        conversion.remark(session, changed, now=now)
    seen: list[Shift] = []
    for shift in shifts:
        history = histories.get(shift.registration_id)
        if history is None:
            seen.append(shift)
            continue
        attempts = history.with_marks(shown)
        own = next(one for one in attempts if one.registration_id == shift.registration_id)
        seen.append(
            replace(
                shift,
                passed_before=earlier[shift.registration_id] >= own.pass_mark,
                passed_after=later[shift.registration_id] >= own.pass_mark,
                result_id=history.result.id,
                result_before=history.result.passed,
                result_after=judged(attempts, history.pass_marks).passed,
                counting_after=counting(attempts)[own.component].marks,
            )
        )
        if by is not None and now is not None:
            _rewrite(session, history.result, attempts, own, history.pass_marks, by=by, now=now)
    return seen


def _rewrite(
    session: Session,
    result: Result,
    attempts: Sequence[Published],
    own: Published,
    pass_marks: Mapping[Component, int],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Bring a published result in line with the attempts; who passed is noted at the registration too."""
    before, chosen = audit.state_digest(result), counting(attempts)[own.component]
    kept = next((one for one in result.components if one.component is own.component), None)
    if kept is None:
        raise RuntimeError(f"result {result.id} was published without its component")
    kept.registration_id, kept.marks = chosen.registration_id, chosen.marks
    kept.passed, kept.valid_until = chosen.passed, chosen.until
    verdict = judged(attempts, pass_marks)
    result.passed, result.short, result.updated_at = verdict.passed, list(verdict.short), now
    mine = counting([own])[own.component]
    note_outcome(session, session.get_one(Registration, own.registration_id), passed=mine.passed, until=mine.until)
    details = {"component": own.component.value, "marks": own.marks, "passed": result.passed}
    audit.record(session, "result.remarked", result, by=by, at=now, before=before, details=details)


def _histories(session: Session, registration_ids: Iterable[UUID], *, lock: bool) -> dict[UUID, History]:
    """The history behind each registration of a published session; others are left out."""
    asked = session.execute(
        sa.select(Registration.id, Registration.enrolment_id)
        .join(Registration.exam_session)
        .where(Registration.id.in_(list(registration_ids)), ExamSession.status == ExamSessionStatus.PUBLISHED)
    ).all()
    enrolments = {row.enrolment_id for row in asked}
    results = {one.enrolment_id: one for one in _results(session, enrolments, lock=lock)}
    attempts: dict[UUID, list[Published]] = {}
    for enrolment_id, one in _published(session, enrolments, results):
        attempts.setdefault(enrolment_id, []).append(one)
    return {
        row.id: History(tuple(attempts[row.enrolment_id]), _least(attempts[row.enrolment_id], result), result)
        for row in asked
        if (result := results.get(row.enrolment_id))
    }


def _least(attempts: Iterable[Published], result: Result) -> dict[Component, int]:
    """The pass marks that an enrolment is held to: the scheme's, or of an attempt whose paper has its own."""
    return {**result.scheme.plan.pass_marks, **{one.component: one.pass_mark for one in attempts}}


def _results(session: Session, enrolments: Iterable[UUID], *, lock: bool) -> Sequence[Result]:
    query = (
        sa.select(Result)
        .where(Result.enrolment_id.in_(enrolments))
        .options(selectinload(Result.components), joinedload(Result.scheme))
        .order_by(Result.id)
    )
    return session.scalars(query.with_for_update(of=Result) if lock else query).all()


def _published(
    session: Session, enrolments: Iterable[UUID], results: Mapping[UUID, Result]
) -> Iterator[tuple[UUID, Published]]:
    """Every published attempt of some enrolments, in the order of publication."""
    rows = session.execute(
        sa.select(Registration, Mark.marks)
        .join(Registration.exam_session)
        .outerjoin(Mark, Mark.registration_id == Registration.id)
        .where(
            Registration.enrolment_id.in_(enrolments),
            Registration.status != RegistrationStatus.WITHDRAWN,
            ExamSession.status == ExamSessionStatus.PUBLISHED,
        )
        .options(
            joinedload(Registration.exam_session).joinedload(ExamSession.scheme),
            joinedload(Registration.exam_session).joinedload(ExamSession.center),
            joinedload(Registration.attempt),
        )
        .order_by(ExamSession.published_at, Registration.id)
    ).all()
    shown = as_published(session, {row[0].id: row[1] for row in rows if row[1] is not None})
    for registration, raw in rows:
        marks = None if raw is None else shown[registration.id]
        kept = [one for one in results[registration.enrolment_id].components if one.registration_id == registration.id]
        exam_session = registration.exam_session
        least = conversion.pass_marks(session, exam_session.scheme, exam_session.paper_id)
        yield registration.enrolment_id, _attempt(registration, marks, kept, least[exam_session.component])


def _attempt(
    registration: Registration, marks: int | None, kept: Sequence[ResultComponent], pass_mark: int
) -> Published:
    exam_session = registration.exam_session
    if exam_session.published_at is None:
        raise RuntimeError(f"exam session {exam_session.code} is published without an instant")
    sat = has_sat(registration.status, exam_session.component, has_attempt=registration.attempt is not None)
    return Published(
        registration_id=registration.id,
        component=exam_session.component,
        marks=kept[0].marks if marks is None and kept else (marks or 0) if sat else 0,
        on=day_at(exam_session.published_at, exam_session.center.zone),
        pass_mark=pass_mark,
        months=exam_session.scheme.content.get("component_valid_months"),
    )
