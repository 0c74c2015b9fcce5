"""Deciding on results and issuing certificates."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from certification.certificates import service
from certification.certificates.models import Certificate
from certification.certificates.rules import CertificateStatus, ConflictKind, DecisionOutcome, add_months
from certification.exams.models import SessionStaff
from certification.exams.rules import SessionDuty
from certification.scoring.models import Result
from certification.standards.rules import Component
from tests.make import NOW, Make
from training_base.centers.models import FiledScope, TrainingCenter
from training_base.centers.service import OutsideFiledScope
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent
from training_base.people.models import IdentityDocument
from training_base.people.rules import DocumentKind

CERTIFY, REFUSE = DecisionOutcome.CERTIFY, DecisionOutcome.REFUSE


def officer(make: Make, result: Result) -> Actor:
    return make.actor(result.center_id)


def issued(session: Session, make: Make, result: Result) -> Certificate:
    by = officer(make, result)
    service.decide(session, result.id, CERTIFY, by=by, now=NOW)
    return service.issue(session, result.id, by=by, now=NOW)


def test_an_impartial_officer_decides_once(session: Session, make: Make) -> None:
    result = make.result()
    first, second = officer(make, result), officer(make, result)

    decision = service.decide(session, result.id, CERTIFY, by=first, now=NOW)

    assert (decision.outcome, decision.decided_by_name) == (CERTIFY, first.name)
    with pytest.raises(service.AlreadyDecided) as refusal:
        service.decide(session, result.id, REFUSE, reason="x", by=second, now=NOW)
    assert refusal.value.by == first.name


def test_whoever_taught_the_candidate_does_not_decide(session: Session, make: Make) -> None:
    result = make.result()
    teacher = officer(make, result)
    make.teaches(result.enrolment.cohort, teacher)

    with pytest.raises(service.NotImpartial) as refusal:
        service.decide(session, result.id, CERTIFY, by=teacher, now=NOW)

    assert refusal.value.kind is ConflictKind.TAUGHT
    assert service.find_decision(session, result.id) is None


def test_whoever_examined_the_candidate_does_not_decide(session: Session, make: Make) -> None:
    result = make.result()
    examiner = officer(make, result)
    sat = next(part for part in result.components if part.component is Component.SKILL).registration
    make.add(
        SessionStaff(
            exam_session_id=sat.exam_session_id,
            center_id=result.center_id,
            actor_id=examiner.id,
            name=examiner.name,
            duty=SessionDuty.EXAMINER,
        )
    )

    with pytest.raises(service.NotImpartial) as refusal:
        service.decide(session, result.id, CERTIFY, by=examiner, now=NOW)

    assert refusal.value.kind is ConflictKind.EXAMINED


def test_nobody_decides_on_their_own_result(session: Session, make: Make) -> None:
    result = make.result()
    candidate = replace(officer(make, result), trainer_id=result.trainer_id)

    with pytest.raises(service.NotImpartial) as refusal:
        service.decide(session, result.id, CERTIFY, by=candidate, now=NOW)

    assert refusal.value.kind is ConflictKind.OWN


def test_a_result_that_did_not_pass_is_not_decided_on(session: Session, make: Make) -> None:
    result = make.result(passed=False, short=["skill"])

    with pytest.raises(service.NotPassed) as refusal:
        service.decide(session, result.id, CERTIFY, by=officer(make, result), now=NOW)

    assert refusal.value.short == ("skill",)


def test_a_result_of_another_center_does_not_exist(session: Session, make: Make) -> None:
    result = make.result()

    with pytest.raises(NotFound):
        service.decide(session, result.id, CERTIFY, by=make.actor(make.center()), now=NOW)


def test_refusing_needs_a_reason(session: Session, make: Make) -> None:
    result = make.result()
    by = officer(make, result)

    with pytest.raises(service.ReasonMissing):
        service.decide(session, result.id, REFUSE, reason=" ", by=by, now=NOW)

    assert service.decide(session, result.id, REFUSE, reason=" 替考 ", by=by, now=NOW).reason == "替考"


def test_a_center_certifies_only_while_it_is_filed_for_the_level(session: Session, make: Make) -> None:
    result = make.result(make.center(levels=(5, 4)))
    by = officer(make, result)

    with pytest.raises(OutsideFiledScope):
        service.decide(session, result.id, CERTIFY, by=by, now=NOW)

    assert service.decide(session, result.id, REFUSE, reason="未备案", by=by, now=NOW).outcome is REFUSE


def test_a_certificate_carries_what_the_result_says(session: Session, make: Make) -> None:
    result = make.result(make.center(code="S000031000001"))
    make.add(
        IdentityDocument(
            trainer_id=result.trainer_id,
            kind=DocumentKind.RESIDENT_ID,
            number_encrypted=b"x",
            number_digest="d",
            number_masked="310***********1234",
            added_at=NOW,
        )
    )

    certificate = issued(session, make, result)

    assert certificate.number == "S000031000001263000001"
    assert (certificate.theory_marks, certificate.skill_marks) == (8650, 7900)
    assert certificate.holder_name == result.trainer.name
    assert certificate.document_masked == "310***********1234"
    assert len(certificate.link_key) == 22
    assert certificate.status is CertificateStatus.VALID
    assert service.find_of_result(session, result.id) is certificate


def test_it_is_dated_in_the_zone_of_the_center(session: Session, make: Make) -> None:
    result = make.result(make.center(code="S000031000001"))
    late = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    by = officer(make, result)
    service.decide(session, result.id, CERTIFY, by=by, now=late)

    certificate = service.issue(session, result.id, by=by, now=late)

    assert certificate.issued_on == date(2027, 1, 1)
    assert certificate.number[13:15] == "27"


def test_it_expires_where_the_tier_says_so(session: Session, make: Make) -> None:
    for_ever, for_three_years = make.result(), make.result(scheme=make.scheme(make.tier(validity_months=36)))

    certificates = [issued(session, make, result) for result in (for_ever, for_three_years)]

    assert [one.expires_on for one in certificates] == [None, date(2029, 6, 15)]
    assert certificates[0].document_masked is None


def test_months_end_on_the_last_day_where_a_month_is_shorter() -> None:
    assert add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert add_months(date(2026, 1, 31), 12) == date(2027, 1, 31)


def test_only_what_was_decided_is_issued_and_only_once(session: Session, make: Make) -> None:
    result, refused = make.result(), make.result()
    by = make.actor(result.center_id, refused.center_id)
    service.decide(session, refused.id, REFUSE, reason="替考", by=by, now=NOW)

    with pytest.raises(service.NotDecided):
        service.issue(session, result.id, by=by, now=NOW)
    with pytest.raises(service.CertificationRefused):
        service.issue(session, refused.id, by=by, now=NOW)

    certificate = issued(session, make, result)
    with pytest.raises(service.AlreadyIssued) as refusal:
        service.issue(session, result.id, by=by, now=NOW)
    assert refusal.value.number == certificate.number


def test_a_pass_taken_back_after_the_decision_is_not_issued(session: Session, make: Make) -> None:
    result = make.result()
    by = officer(make, result)
    service.decide(session, result.id, CERTIFY, by=by, now=NOW)
    result.passed = False

    with pytest.raises(service.NotPassed):
        service.issue(session, result.id, by=by, now=NOW)


def test_decision_and_issue_leave_their_events(session: Session, make: Make) -> None:
    certificate = issued(session, make, make.result())

    deeds = session.query(AuditEvent).where(AuditEvent.center_id == certificate.center_id).all()

    assert {event.deed for event in deeds} == {"certificate.decided", "certificate.issued"}


def test_a_certificate_is_read_in_its_center_and_by_its_holder_only(session: Session, make: Make) -> None:
    certificate = issued(session, make, make.result())
    holder = make.actor(trainer_id=certificate.trainer_id)

    assert service.by_number(session, certificate.number.lower(), by=holder) is certificate
    assert service.by_number(session, certificate.number, by=make.actor(certificate.center_id)) is certificate
    with pytest.raises(NotFound):
        service.by_number(session, certificate.number, by=make.actor(make.center()))


def test_the_highest_level_of_a_trainer_stands_first(session: Session, make: Make) -> None:
    center = make.center(levels=(5, 4, 3))
    trainer = make.trainer(center)
    for level in (5, 3, 4):
        issued(session, make, make.result(center, trainer=trainer, scheme=make.scheme(make.tier(level))))

    assert [one.tier.level for one in service.of_trainer(session, trainer.id)] == [3, 4, 5]


def test_certificates_are_listed_by_number_name_status_and_level(session: Session, make: Make) -> None:
    center = make.center()
    first = issued(session, make, make.result(center, trainer=make.trainer(center, name="张三")))
    second = issued(session, make, make.result(center, trainer=make.trainer(center, name="李四")))
    second.status = CertificateStatus.WITHDRAWN
    by = make.actor(center)

    def found(**narrow: object) -> set[str]:
        return {one.holder_name for one in session.scalars(service.listing(by=by, **narrow))}  # type: ignore[arg-type]

    assert found() == {"张三", "李四"}
    assert found(q=first.number) == found(q=" 张 ") == found(status=CertificateStatus.VALID) == {"张三"}
    assert found(level=4) == set()


def test_what_waits_for_a_decision_and_for_its_number_is_listed(session: Session, make: Make) -> None:
    center: TrainingCenter = make.center()
    open_, decided, done = (make.result(center) for _ in range(3))
    make.result(center, passed=False)
    by = make.actor(center)
    service.decide(session, decided.id, CERTIFY, by=by, now=NOW)
    issued(session, make, done)

    assert [result.id for result in session.scalars(service.awaiting_decision(by=by))] == [open_.id]
    assert [one.result_id for one in session.scalars(service.awaiting_issue(by=by))] == [decided.id]


def test_a_scope_that_ends_today_no_longer_certifies(session: Session, make: Make) -> None:
    center = make.center(levels=())
    make.add(
        FiledScope(
            center_id=center.id,
            occupation_code="4-04-05-05",
            level=3,
            from_on=date(2025, 1, 1),
            until_on=NOW.date(),
        )
    )
    result = make.result(center)

    with pytest.raises(OutsideFiledScope):
        service.decide(session, result.id, CERTIFY, by=officer(make, result), now=NOW)


def test_chosen_results_are_gathered_per_center_without_ones_own(session: Session, make: Make) -> None:
    here, there = make.center(), make.center()
    first, second, own, elsewhere = (make.result(center) for center in (here, there, here, make.center()))
    ids = [result.id for result in (first, second, own, elsewhere)]
    by = make.actor(here, there)
    candidate = replace(by, trainer_id=own.trainer_id)

    assert service.by_center(session, ids, by=candidate) == {here.id: [first.id], there.id: [second.id]}
    assert set(service.by_center(session, ids, by=by)[here.id]) == {first.id, own.id}
