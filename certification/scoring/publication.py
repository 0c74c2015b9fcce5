"""Publishing the results of an exam session: who passes, what counts, who may say so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.exams.models import ExamSession, Registration, SessionStaff
from certification.exams.registering import note_outcome
from certification.exams.rules import ExamSessionStatus, RegistrationStatus, SessionDuty
from certification.scoring.conversion import conversion_of, keep_raw, pass_marks, published_marks
from certification.scoring.models import Mark, Result, ResultComponent
from certification.scoring.rules import Verdict, has_sat, is_better, months_after, still_counts
from certification.standards.models import Scheme
from certification.standards.rules import Component
from training_base.centers.rules import day_at
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal


@dataclass(eq=False)
class NotClosed(Refusal):
    """Results are published when the exam session is over, not before."""

    status: ExamSessionStatus


@dataclass(eq=False)
class MarksMissing(Refusal):
    """Candidates without a mark: how many, and the admission numbers of the first ones."""

    count: int
    numbers: tuple[str, ...]


@dataclass(eq=False)
class ExaminedHere(Refusal):
    """Whoever examined in a session does not publish its results."""


@dataclass(frozen=True)
class Standing:
    """Where a candidate of a session stands; ``marks`` in hundredths, None while the mark is missing.

    ``replaces`` says whether they take the place of what was published before; ``counting`` are the marks per
    component that count then; ``verdict`` is what they come to.
    """

    registration: Registration
    sat: bool
    marks: int | None
    replaces: bool
    counting: Mapping[Component, int]
    verdict: Verdict

    def passed(self, pass_mark: int) -> bool:
        """Whether the session's own component is passed."""
        return self.marks is not None and self.marks >= pass_mark


def publish(session: Session, exam_session_id: UUID, *, by: Actor, now: datetime) -> list[Result]:
    """Publish the results of a session that is over; published before, they are given as they stand.

    A candidate who was absent or disqualified, or never began, has 0. Better marks published before stay in place.

    Raises:
        NotFound: no such session in the actor's centers.
        ExaminedHere: the actor examined in this session.
        NotClosed: the session is not over.
        MarksMissing: somebody who sat has no mark.
    """
    exam_session = _locked(session, exam_session_id, by)
    if exam_session.status is ExamSessionStatus.PUBLISHED:
        return list(_results(session, exam_session).values())
    if _examines(exam_session, by):
        raise ExaminedHere
    if exam_session.status is not ExamSessionStatus.CLOSED:
        raise NotClosed(exam_session.status)
    _lock_results(session, exam_session)
    today = day_at(now, exam_session.center.zone)
    standings = standings_of(session, exam_session, on=today)
    _require_marks(standings)
    keep_raw(session, exam_session, raw_marks(session, exam_session), now=now)
    results = _results(session, exam_session)
    written = [_write(session, exam_session, one, results, on=today, by=by, now=now) for one in standings]
    before = audit.state_digest(exam_session)
    exam_session.status = ExamSessionStatus.PUBLISHED
    exam_session.published_at = now
    details = {"results": len(written), "passed": sum(result.passed for result in written)}
    audit.record(session, "exam_session.published", exam_session, by=by, at=now, before=before, details=details)
    return written


def standings_of(session: Session, exam_session: ExamSession, *, on: date) -> list[Standing]:
    """Every candidate of a session that is not withdrawn, by admission number, as publishing would have it that day."""
    registrations = session.scalars(
        sa.select(Registration)
        .where(
            Registration.exam_session_id == exam_session.id,
            Registration.status != RegistrationStatus.WITHDRAWN,
        )
        .options(
            joinedload(Registration.trainer),
            joinedload(Registration.ticket),
            joinedload(Registration.attempt),
        )
        .order_by(Registration.registered_at, Registration.id)
    ).all()
    marks = published_marks(session, exam_session, raw_marks(session, exam_session))
    results = _results(session, exam_session)
    least = pass_marks(session, exam_session.scheme, exam_session.paper_id)
    standings = [
        _standing(one, exam_session.component, marks.get(one.id), results.get(one.enrolment_id), least, on)
        for one in registrations
    ]
    return sorted(standings, key=lambda one: admission_number(one.registration))


def admission_number(registration: Registration) -> str:
    """The admission number, or nothing where no ticket was issued."""
    return registration.ticket.number if registration.ticket else ""


def _standing(
    registration: Registration,
    component: Component,
    mark: int | None,
    result: Result | None,
    pass_marks: Mapping[Component, int],
    on: date,
) -> Standing:
    sat = has_sat(registration.status, component, has_attempt=registration.attempt is not None)
    marks = mark if sat else 0
    kept = [one for one in (result.components if result else ()) if still_counts(one.valid_until, on)]
    counting = {one.component: one.marks for one in kept if one.component in pass_marks}
    passed = {one.component: one.passed for one in kept}
    replaces = marks is not None and is_better(marks, counting.get(component))
    if marks is not None and replaces:
        counting[component] = marks
        passed[component] = marks >= pass_marks[component]
    short = tuple(part.value for part in pass_marks if not passed.get(part, False))
    return Standing(registration, sat, marks, replaces, counting, Verdict(passed=not short, short=short))


def _locked(session: Session, exam_session_id: UUID, by: Actor) -> ExamSession:
    exam_session = session.scalar(
        sa.select(ExamSession)
        .where(ExamSession.id == exam_session_id, by.scope(ExamSession.center_id))
        .options(joinedload(ExamSession.scheme), selectinload(ExamSession.staff))
        .with_for_update(of=ExamSession)
    )
    if exam_session is None:
        raise NotFound("exam_session", exam_session_id)
    return exam_session


def _examines(exam_session: ExamSession, by: Actor) -> bool:
    examiners: list[SessionStaff] = [one for one in exam_session.staff if one.duty is SessionDuty.EXAMINER]
    return any(one.actor_id == by.id for one in examiners)


def _require_marks(standings: Sequence[Standing]) -> None:
    missing = [admission_number(one.registration) for one in standings if one.marks is None]
    if missing:
        raise MarksMissing(len(missing), tuple(missing[:5]))


def raw_marks(session: Session, exam_session: ExamSession) -> dict[UUID, int]:
    rows = session.execute(
        sa.select(Mark.registration_id, Mark.marks)
        .join(Mark.registration)
        .where(Registration.exam_session_id == exam_session.id)
    )
    return {row.registration_id: row.marks for row in rows}


def raw_where_converted(session: Session, exam_session: ExamSession) -> dict[UUID, int]:
    """Raw marks by registration where what counts is converted from them; nothing where it is not."""
    if conversion_of(session, exam_session.paper_id) is None:
        return {}
    return raw_marks(session, exam_session)


def _lock_results(session: Session, exam_session: ExamSession) -> None:
    """Hold the results that will change: of two components published at once, the second sees the first."""
    registered = sa.exists().where(
        Registration.exam_session_id == exam_session.id, Registration.enrolment_id == Result.enrolment_id
    )
    session.execute(sa.select(Result.id).where(registered).order_by(Result.id).with_for_update())


def _results(session: Session, exam_session: ExamSession) -> dict[UUID, Result]:
    """The results that the enrolments of a session have so far, by enrolment."""
    enrolments = sa.select(Registration.enrolment_id).where(
        Registration.exam_session_id == exam_session.id, Registration.status != RegistrationStatus.WITHDRAWN
    )
    found = session.scalars(
        sa.select(Result)
        .where(Result.enrolment_id.in_(enrolments))
        .options(selectinload(Result.components))
        .order_by(Result.id)
    )
    return {result.enrolment_id: result for result in found}


def _write(
    session: Session,
    exam_session: ExamSession,
    standing: Standing,
    results: Mapping[UUID, Result],
    *,
    on: date,
    by: Actor,
    now: datetime,
) -> Result:
    registration, scheme = standing.registration, exam_session.scheme
    result = results.get(registration.enrolment_id)
    before = audit.state_digest(result) if result is not None else None
    if result is None:
        result = Result(
            enrolment_id=registration.enrolment_id,
            center_id=registration.center_id,
            trainer_id=registration.trainer_id,
            components=[],
        )
        session.add(result)
    result.scheme_id, result.tier_id, result.updated_at = scheme.id, scheme.tier_id, now
    result.passed, result.short = standing.verdict.passed, list(standing.verdict.short)
    _note(session, result, exam_session, standing, on=on, now=now)
    audit.record(
        session,
        "result.published",
        result,
        by=by,
        at=now,
        before=before,
        details={"component": exam_session.component.value, "marks": standing.marks, "passed": result.passed},
    )
    return result


def _note(
    session: Session, result: Result, exam_session: ExamSession, standing: Standing, *, on: date, now: datetime
) -> None:
    """Put the marks of the session's component into the result where they count, and note them at the registration."""
    component, marks = exam_session.component, standing.marks or 0
    passed = standing.passed(pass_marks(session, exam_session.scheme, exam_session.paper_id)[component])
    until = _valid_until(exam_session.scheme, on) if passed else None
    note_outcome(session, standing.registration, passed=passed, until=until)
    if not standing.replaces:
        return
    kept = next((one for one in result.components if one.component is component), None)
    if kept is None:
        kept = ResultComponent(component=component)
        result.components.append(kept)
    kept.registration_id, kept.marks, kept.passed = standing.registration.id, marks, passed
    kept.published_at, kept.valid_until = now, until


def _valid_until(scheme: Scheme, on: date) -> date | None:
    """The first day on which a passed component no longer counts; None where the scheme sets no end."""
    months = scheme.content.get("component_valid_months")
    return None if months is None else months_after(on, months)
