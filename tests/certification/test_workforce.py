"""Counts for first pages: only what lies in the reader's centers."""

from sqlalchemy.orm import Session

from certification.certificates.rules import CertificateStatus
from certification.exams.rules import ExamSessionStatus
from certification.workforce import service
from tests.make import Make


def test_people_in_training_are_counted_per_center(session: Session, make: Make) -> None:
    center = make.center()
    make.enrolment(center)
    make.enrolment(make.center())

    assert service.count_in_training(session, by=make.actor(center)) == 1
    assert service.count_in_training(session, by=make.actor(everywhere=True)) == 2


def test_exam_sessions_are_counted_by_status(session: Session, make: Make) -> None:
    center = make.center()
    make.exam_session(center, status=ExamSessionStatus.RUNNING)
    make.exam_session(center, status=ExamSessionStatus.CLOSED)

    assert service.count_sessions(session, ExamSessionStatus.RUNNING, by=make.actor(center)) == 1
    assert service.count_sessions(session, ExamSessionStatus.RUNNING, by=make.actor()) == 0


def test_passed_results_wait_until_somebody_decides(session: Session, make: Make) -> None:
    center = make.center()
    make.result(center)
    make.certificate(center)

    assert service.count_undecided(session, by=make.actor(center)) == 1


def test_valid_certificates_are_counted_by_level(session: Session, make: Make) -> None:
    center = make.center()
    make.certificate(center)
    make.certificate(center, status=CertificateStatus.WITHDRAWN)
    make.certificate(make.center())

    assert service.count_valid(session, by=make.actor(center)) == 1
    assert service.valid_by_level(session, by=make.actor(center)) == [(3, 1)]


def test_sessions_ahead_are_those_not_over_the_next_one_first(session: Session, make: Make) -> None:
    center = make.center()
    running = make.exam_session(center, status=ExamSessionStatus.RUNNING)
    make.exam_session(center, status=ExamSessionStatus.PUBLISHED)
    make.exam_session(make.center())

    assert session.scalars(service.sessions_ahead(by=make.actor(center))).all() == [running]
