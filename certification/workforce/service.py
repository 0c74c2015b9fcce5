"""Counts over people in training, exam sessions, results and certificates, for first pages and reports."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.certificates.models import Certificate, Decision
from certification.certificates.rules import CertificateStatus
from certification.exams.models import ExamSession
from certification.exams.rules import ExamSessionStatus
from certification.scoring.models import Result
from certification.standards.models import Tier
from training_base.cohorts.models import Enrolment
from training_base.cohorts.rules import EnrolmentStatus
from training_base.kernel.actor import Actor

AHEAD = (ExamSessionStatus.PLANNED, ExamSessionStatus.OPEN, ExamSessionStatus.RUNNING)


def _count(session: Session, *conditions: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).where(*conditions)) or 0


def count_in_training(session: Session, *, by: Actor) -> int:
    """Enrolments whose hours are not complete yet."""
    return _count(session, Enrolment.status == EnrolmentStatus.ACTIVE, by.scope(Enrolment.center_id))


def count_sessions(session: Session, status: ExamSessionStatus, *, by: Actor) -> int:
    """Exam sessions that stand at a point of their life."""
    return _count(session, ExamSession.status == status, by.scope(ExamSession.center_id))


def count_undecided(session: Session, *, by: Actor) -> int:
    """Passed results that nobody has decided on."""
    decided = sa.exists().where(Decision.result_id == Result.id)
    return _count(session, Result.passed.is_(True), ~decided, by.scope(Result.center_id))


def count_valid(session: Session, *, by: Actor) -> int:
    """Certificates that are neither suspended, withdrawn nor replaced."""
    return _count(session, Certificate.status == CertificateStatus.VALID, by.scope(Certificate.center_id))


def valid_by_level(session: Session, *, by: Actor) -> list[tuple[int, int]]:
    """Level and number of such certificates, the lowest level first; levels without any are left out."""
    query = (
        sa.select(Tier.level, sa.func.count())
        .join(Certificate, Certificate.tier_id == Tier.id)
        .where(Certificate.status == CertificateStatus.VALID, by.scope(Certificate.center_id))
        .group_by(Tier.level)
        .order_by(Tier.level.desc())
    )
    return [(level, count) for level, count in session.execute(query)]


def sessions_ahead(*, by: Actor) -> sa.Select[ExamSession]:
    """Exam sessions that run or are to come, the next one first, with center and room."""
    return (
        sa.select(ExamSession)
        .where(by.scope(ExamSession.center_id), ExamSession.status.in_(AHEAD))
        .options(joinedload(ExamSession.center), joinedload(ExamSession.room))
        .order_by(ExamSession.starts_at, ExamSession.id)
    )
