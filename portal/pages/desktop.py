"""What a member of staff finds on the first page: figures and what waits for them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from certification.exams.rules import ExamSessionStatus
from certification.workforce import service
from portal.access import Permission
from portal.auth.current import actor, may

FIGURES: dict[str, tuple[Permission, Callable[..., int]]] = {
    "training": (Permission.COHORT_READ, service.count_in_training),
    "running": (Permission.EXAM_READ, partial(service.count_sessions, status=ExamSessionStatus.RUNNING)),
    "unpublished": (Permission.RESULT_PUBLISH, partial(service.count_sessions, status=ExamSessionStatus.CLOSED)),
    "undecided": (Permission.CERTIFICATE_READ, service.count_undecided),
    "valid": (Permission.CERTIFICATE_READ, service.count_valid),
}
"""Each figure for whoever may see its list."""


def of(session: Session) -> dict[str, Any]:
    """All that the first page of staff shows, each in the centers where the reader holds the right for it."""
    figures = {
        name: count(session, by=actor(permission)) for name, (permission, count) in FIGURES.items() if may(permission)
    }
    sees_exams, sees_certificates = may(Permission.EXAM_READ), may(Permission.CERTIFICATE_READ)
    ahead = service.sessions_ahead(by=actor(Permission.EXAM_READ)).limit(8)
    return {
        "figures": figures,
        "sessions": list(session.scalars(ahead)) if sees_exams else [],
        "levels": service.valid_by_level(session, by=actor(Permission.CERTIFICATE_READ)) if sees_certificates else [],
    }
