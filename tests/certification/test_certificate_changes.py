"""Withdrawing, suspending and reinstating certificates: always two people."""

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from certification.certificates import changes
from certification.certificates.models import Certificate
from certification.certificates.rules import CertificateStatus, ChangeKind, ChangeReason, ChangeStatus, possible_changes
from certification.certificates.service import approve_change, ask_change, decline_change
from tests.make import NOW, Make
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent

WITHDRAW, SUSPEND, REINSTATE = ChangeKind.WITHDRAW, ChangeKind.SUSPEND, ChangeKind.REINSTATE
VALID, SUSPENDED, WITHDRAWN = CertificateStatus.VALID, CertificateStatus.SUSPENDED, CertificateStatus.WITHDRAWN
REASON = ChangeReason.OTHER


def two(make: Make, certificate: Certificate) -> tuple[Actor, Actor]:
    return make.actor(certificate.center_id), make.actor(certificate.center_id)


def change(session: Session, make: Make, certificate: Certificate, kind: ChangeKind) -> None:
    first, second = two(make, certificate)
    asked = ask_change(session, certificate.number, kind, REASON, "依据来信", by=first, now=NOW)
    approve_change(session, asked.id, by=second, now=NOW)


def test_nothing_changes_until_a_second_person_approves(session: Session, make: Make) -> None:
    certificate = make.certificate()
    first, second = two(make, certificate)

    asked = ask_change(session, certificate.number, WITHDRAW, REASON, " 替考 ", by=first, now=NOW)
    assert (certificate.status, asked.status, asked.explanation) == (VALID, ChangeStatus.ASKED, "替考")

    approve_change(session, asked.id, by=second, now=NOW)
    assert (certificate.status, certificate.status_reason, certificate.status_at) == (WITHDRAWN, REASON, NOW)
    assert (asked.status, asked.decided_by_name) == (ChangeStatus.APPROVED, second.name)


def test_nobody_decides_on_a_change_of_the_own_certificate(session: Session, make: Make) -> None:
    certificate = make.certificate()
    first, _ = two(make, certificate)
    holder = make.actor(certificate.center_id, trainer_id=certificate.trainer_id)
    asked = ask_change(session, certificate.number, WITHDRAW, REASON, "替考", by=first, now=NOW)

    for decide in (approve_change, changes.decline_change):
        with pytest.raises(changes.OwnCertificate):
            decide(session, asked.id, by=holder, now=NOW)

    assert (certificate.status, asked.status) == (VALID, ChangeStatus.ASKED)
    changes.decline_change(session, asked.id, by=first, now=NOW)


def test_whoever_asked_does_not_approve(session: Session, make: Make) -> None:
    certificate = make.certificate()
    first, _ = two(make, certificate)
    asked = ask_change(session, certificate.number, WITHDRAW, REASON, "替考", by=first, now=NOW)

    with pytest.raises(changes.NeedsSecondPerson):
        approve_change(session, asked.id, by=first, now=NOW)

    assert certificate.status is VALID


def test_a_declined_change_leaves_the_certificate_alone(session: Session, make: Make) -> None:
    certificate = make.certificate()
    first, second = two(make, certificate)
    asked = ask_change(session, certificate.number, WITHDRAW, REASON, "替考", by=first, now=NOW)

    decline_change(session, asked.id, by=second, now=NOW)

    assert (certificate.status, asked.status) == (VALID, ChangeStatus.DECLINED)
    with pytest.raises(changes.ChangeDecided) as refusal:
        approve_change(session, asked.id, by=second, now=NOW)
    assert (refusal.value.status, refusal.value.by) == (ChangeStatus.DECLINED, second.name)


def test_suspension_ends_but_withdrawal_does_not(session: Session, make: Make) -> None:
    certificate = make.certificate()

    change(session, make, certificate, SUSPEND)
    assert certificate.status is SUSPENDED
    change(session, make, certificate, REINSTATE)
    assert (certificate.status, certificate.status_reason) == (VALID, None)
    change(session, make, certificate, WITHDRAW)

    with pytest.raises(changes.ChangeImpossible) as refusal:
        change(session, make, certificate, REINSTATE)
    assert (refusal.value.kind, refusal.value.status) == (REINSTATE, WITHDRAWN)


def test_what_may_be_asked_depends_on_the_status() -> None:
    assert possible_changes(VALID) == (WITHDRAW, SUSPEND)
    assert possible_changes(SUSPENDED) == (WITHDRAW, REINSTATE)
    assert possible_changes(WITHDRAWN) == possible_changes(CertificateStatus.REPLACED) == ()


def test_one_change_waits_at_a_time(session: Session, make: Make) -> None:
    certificate = make.certificate()
    first, second = two(make, certificate)
    ask_change(session, certificate.number, SUSPEND, REASON, "核查", by=first, now=NOW)

    with pytest.raises(changes.ChangeWaiting) as refusal:
        ask_change(session, certificate.number, WITHDRAW, REASON, "核查", by=second, now=NOW)

    assert (refusal.value.kind, refusal.value.asked_by) == (SUSPEND, first.name)


def test_an_explanation_is_asked_for(session: Session, make: Make) -> None:
    certificate = make.certificate()

    with pytest.raises(changes.ExplanationMissing):
        ask_change(session, certificate.number, SUSPEND, REASON, "  ", by=two(make, certificate)[0], now=NOW)


def test_a_change_that_no_longer_fits_is_not_approved(session: Session, make: Make) -> None:
    certificate = make.certificate()
    first, second = two(make, certificate)
    asked = ask_change(session, certificate.number, SUSPEND, REASON, "核查", by=first, now=NOW)
    certificate.status = WITHDRAWN
    session.flush()

    with pytest.raises(changes.ChangeImpossible):
        approve_change(session, asked.id, by=second, now=NOW)


def test_other_centers_certificates_and_changes_do_not_exist(session: Session, make: Make) -> None:
    certificate = make.certificate()
    first, _ = two(make, certificate)
    stranger = make.actor(make.center())
    asked = ask_change(session, certificate.number, SUSPEND, REASON, "核查", by=first, now=NOW)

    with pytest.raises(NotFound):
        ask_change(session, certificate.number, SUSPEND, REASON, "核查", by=stranger, now=NOW)
    with pytest.raises(NotFound):
        approve_change(session, asked.id, by=stranger, now=NOW)
    with pytest.raises(NotFound):
        decline_change(session, uuid4(), by=first, now=NOW)


def test_the_trail_keeps_what_stood_before(session: Session, make: Make) -> None:
    certificate = make.certificate()
    change(session, make, certificate, WITHDRAW)

    events = session.query(AuditEvent).where(AuditEvent.center_id == certificate.center_id).all()

    deeds = {event.deed: event for event in events}
    assert deeds.keys() == {"certificate_change.asked", "certificate_change.approved", "certificate.withdrawn"}
    assert deeds["certificate.withdrawn"].before != deeds["certificate.withdrawn"].after
    assert deeds["certificate.withdrawn"].details["number"] == certificate.number
    assert certificate.revision == 2


def test_waiting_changes_are_listed_in_their_center(session: Session, make: Make) -> None:
    certificate = make.certificate()
    first, second = two(make, certificate)
    asked = ask_change(session, certificate.number, SUSPEND, REASON, "核查", by=first, now=NOW)

    assert session.scalars(changes.listing(by=second, status=ChangeStatus.ASKED)).all() == [asked]
    assert session.scalars(changes.listing(by=second)).all() == [asked]
    assert session.scalars(changes.listing(by=make.actor(make.center()))).all() == []


@pytest.mark.parametrize(
    ("kind", "reason"),
    [(WITHDRAW, ChangeReason.INVESTIGATION), (SUSPEND, ChangeReason.INVESTIGATION_CLEARED)],
)
def test_a_ground_that_is_none_for_the_change_is_refused(
    session: Session, make: Make, kind: ChangeKind, reason: ChangeReason
) -> None:
    certificate = make.certificate()

    with pytest.raises(changes.ReasonDoesNotFit):
        ask_change(session, certificate.number, kind, reason, "核查", by=two(make, certificate)[0], now=NOW)
