"""What a member of staff finds on the first page: figures and what waits for them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from certification.certificates.models import Certificate, Decision
from certification.certificates.rules import CertificateStatus
from certification.exams.models import ExamSession
from certification.exams.rules import ExamSessionStatus
from certification.scoring.models import Result
from certification.standards.models import Tier
from portal.access import Permission
from portal.auth.current import actor, may
from training_base.cohorts.models import Enrolment
from training_base.cohorts.rules import EnrolmentStatus
from training_base.kernel.actor import Actor


def _count(session: Session, condition: sa.ColumnElement[bool], center: Any, by: Actor) -> int:
    query = sa.select(sa.func.count()).where(condition, by.scope(center))
    return session.scalar(query) or 0


def figures(session: Session) -> dict[str, int]:
    """Counts of the reader's centers, each for whoever may see its list."""
    counts: dict[str, tuple[Permission, sa.ColumnElement[bool], Any]] = {
        "training": (Permission.COHORT_READ, Enrolment.status == EnrolmentStatus.ACTIVE, Enrolment.center_id),
        "running": (Permission.EXAM_READ, ExamSession.status == ExamSessionStatus.RUNNING, ExamSession.center_id),
        "unpublished": (
            Permission.RESULT_PUBLISH,
            ExamSession.status == ExamSessionStatus.CLOSED,
            ExamSession.center_id,
        ),
        "undecided": (
            Permission.CERTIFICATE_READ,
            sa.and_(Result.passed, ~sa.exists().where(Decision.result_id == Result.id)),
            Result.center_id,
        ),
        "valid": (Permission.CERTIFICATE_READ, Certificate.status == CertificateStatus.VALID, Certificate.center_id),
    }
    return {
        name: _count(session, condition, center, actor(permission))
        for name, (permission, condition, center) in counts.items()
        if may(permission)
    }


def next_sessions(session: Session, center_scope: Actor) -> list[ExamSession]:
    """The exam sessions that come next or run now."""
    live = (ExamSessionStatus.PLANNED, ExamSessionStatus.OPEN, ExamSessionStatus.RUNNING)
    query = (
        sa.select(ExamSession)
        .where(center_scope.scope(ExamSession.center_id), ExamSession.status.in_(live))
        .options(selectinload(ExamSession.center), selectinload(ExamSession.room))
        .order_by(ExamSession.starts_at)
        .limit(8)
    )
    return list(session.scalars(query))


def by_level(session: Session, by: Actor) -> list[tuple[int, int]]:
    """Valid certificates per level, the lowest level first."""
    query = (
        sa.select(Tier.level, sa.func.count())
        .join(Certificate, Certificate.tier_id == Tier.id)
        .where(Certificate.status == CertificateStatus.VALID, by.scope(Certificate.center_id))
        .group_by(Tier.level)
        .order_by(Tier.level.desc())
    )
    return [(level, count) for level, count in session.execute(query)]


def of(session: Session) -> dict[str, Any]:
    """All that the first page of staff shows."""
    seen: dict[str, Any] = {"figures": figures(session), "sessions": [], "levels": []}
    if may(Permission.EXAM_READ):
        seen["sessions"] = next_sessions(session, actor(Permission.EXAM_READ))
    if may(Permission.CERTIFICATE_READ):
        seen["levels"] = by_level(session, actor(Permission.CERTIFICATE_READ))
    return seen
