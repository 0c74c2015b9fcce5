"""Putting trainers on file, finding them, changing and unmasking them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.make import NOW, Make, resident_id
from training_base.centers.models import TrainingCenter
from training_base.kernel.actor import SYSTEM, Actor
from training_base.kernel.errors import Conflict, NotFound
from training_base.kernel.models import AuditEvent
from training_base.people import documents, identity, profile, rules, service
from training_base.people.models import IdentityDocument, Trainer
from training_base.people.rules import ContactFacts, CoreTask, DocumentFacts, DocumentKind, Domain, Sex, TrainerFacts

BORN = date(1990, 3, 7)
FACTS = TrainerFacts(name=" 王  小明 ", sex=Sex.MALE, born_on=BORN, phone="138 0013 8000")
NUMBER = resident_id(BORN, Sex.MALE)
DOCUMENT = DocumentFacts(DocumentKind.RESIDENT_ID, NUMBER)
PASSPORT = DocumentFacts(DocumentKind.PASSPORT, "E12345678")


@pytest.fixture
def center(make: Make) -> TrainingCenter:
    return make.center()


@pytest.fixture
def clerk(make: Make, center: TrainingCenter) -> Actor:
    return make.actor(center)


@pytest.fixture
def trainer(session: Session, center: TrainingCenter, clerk: Actor) -> Trainer:
    return service.create(session, FACTS, DOCUMENT, center_id=center.id, by=clerk, now=NOW)


def put(session: Session, center: TrainingCenter, by: Actor, **facts: Any) -> Trainer:
    return service.create(session, replace(FACTS, **facts), DOCUMENT, center_id=center.id, by=by, now=NOW)


def deeds(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEvent.deed)))


def test_a_person_is_put_on_file(session: Session, center: TrainingCenter, trainer: Trainer) -> None:
    session.expire_all()

    assert (trainer.name, trainer.phone) == ("王 小明", "138 0013 8000")
    assert [keeper.center_id for keeper in trainer.keepers] == [center.id]
    assert [document.number_masked for document in trainer.documents] == [documents.mask(NUMBER)]
    assert deeds(session) == ["trainer.created"]


def test_a_number_is_nowhere_in_clear(session: Session, trainer: Trainer) -> None:
    kept = session.scalars(sa.select(IdentityDocument)).one()

    assert NUMBER.encode() not in kept.number_encrypted
    assert NUMBER not in kept.number_digest + kept.number_masked
    assert all(NUMBER not in str(event.details) for event in session.scalars(sa.select(AuditEvent)))


def test_nobody_is_put_on_file_at_a_center_of_others(session: Session, make: Make, clerk: Actor) -> None:
    with pytest.raises(NotFound):
        put(session, make.center(), clerk)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"name": "  "}, profile.NameMissing),
        ({"born_on": date(2020, 1, 1)}, profile.BirthImplausible),
        ({"born_on": date(1900, 1, 1)}, profile.BirthImplausible),
        ({"phone": "call me"}, profile.PhoneShape),
        ({"email": "nobody"}, profile.EmailShape),
        ({"skill_profile": {CoreTask.TESTING: 101}}, profile.RatingRange),
        ({"sex": Sex.FEMALE}, documents.SexDiffers),
    ],
)
def test_what_cannot_be_is_not_put_on_file(
    session: Session,
    center: TrainingCenter,
    clerk: Actor,
    facts: dict[str, Any],
    refusal: type[Exception],
) -> None:
    with pytest.raises(refusal):
        put(session, center, clerk, **facts)

    assert not session.scalars(sa.select(Trainer)).all()


def test_the_same_person_is_not_put_on_file_twice(
    session: Session, center: TrainingCenter, clerk: Actor, trainer: Trainer
) -> None:
    with pytest.raises(identity.DuplicateTrainer) as caught:
        put(session, center, clerk, name="王小明")

    assert (caught.value.trainer_id, caught.value.name) == (trainer.id, trainer.name)


def test_a_person_of_another_center_is_not_named(session: Session, make: Make, trainer: Trainer) -> None:
    other = make.center()

    with pytest.raises(identity.AlreadyOnFile):
        put(session, other, make.actor(other))


def test_a_center_adopts_whom_it_knows_by_document_and_name(session: Session, make: Make, trainer: Trainer) -> None:
    other = make.center()
    by = make.actor(other)

    adopted = service.adopt(session, DOCUMENT, "王小明", center_id=other.id, by=by, now=NOW)

    assert adopted.id == trainer.id
    assert service.by_id(session, trainer.id, by=by)
    assert "trainer.adopted" in deeds(session)


def test_adopting_twice_changes_nothing(
    session: Session, center: TrainingCenter, clerk: Actor, trainer: Trainer
) -> None:
    service.adopt(session, DOCUMENT, "王小明", center_id=center.id, by=clerk, now=NOW)

    assert len(trainer.keepers) == 1


@pytest.mark.parametrize(("document", "name"), [(DOCUMENT, "王大明"), (PASSPORT, "王小明")])
def test_who_does_not_know_both_does_not_adopt(
    session: Session, make: Make, trainer: Trainer, document: DocumentFacts, name: str
) -> None:
    other = make.center()

    with pytest.raises(service.NotTheSamePerson):
        service.adopt(session, document, name, center_id=other.id, by=make.actor(other), now=NOW)


def test_nobody_adopts_for_a_center_of_others(session: Session, make: Make, trainer: Trainer) -> None:
    with pytest.raises(NotFound):
        service.adopt(session, DOCUMENT, "王小明", center_id=make.center().id, by=make.actor(), now=NOW)


def test_a_trainer_of_another_center_is_not_found(session: Session, make: Make, trainer: Trainer) -> None:
    with pytest.raises(NotFound):
        service.by_id(session, trainer.id, by=make.actor(make.center()))


def test_who_looks_after_all_centers_finds_everyone(session: Session, trainer: Trainer) -> None:
    assert service.by_id(session, trainer.id, by=SYSTEM) is trainer


def test_everyone_finds_their_own_profile(session: Session, make: Make, trainer: Trainer) -> None:
    assert service.own(session, by=make.actor(trainer_id=trainer.id)) is trainer


@pytest.mark.parametrize("trainer_id", [None, uuid4()])
def test_who_has_no_profile_is_told(session: Session, make: Make, trainer_id: Any) -> None:
    with pytest.raises(NotFound):
        service.own(session, by=make.actor(trainer_id=trainer_id))


@pytest.mark.parametrize("q", [None, "小明", "138 00", "WANG"])
def test_trainers_are_found_by_name_and_phone(
    session: Session, center: TrainingCenter, clerk: Actor, make: Make, q: str | None
) -> None:
    found = put(session, center, clerk, name_latin="Wang Xiaoming")
    make.trainer(make.center(), name="小明")

    assert session.scalars(service.listing(by=clerk, q=q)).all() == [found]


def test_a_trainer_is_found_by_the_whole_document_number(
    session: Session, make: Make, center: TrainingCenter, clerk: Actor, trainer: Trainer
) -> None:
    make.trainer(center)
    digests = identity.digests_of(session, NUMBER.lower())

    assert session.scalars(service.listing(by=clerk, q=NUMBER, digests=digests)).all() == [trainer]


@pytest.mark.parametrize("q", ["小明", "1234", "letters", NUMBER + "1"])
def test_what_is_no_number_has_no_digests(session: Session, q: str) -> None:
    assert identity.digests_of(session, q) == ()


def test_a_list_of_trainers_takes_two_queries(
    session: Session, make: Make, center: TrainingCenter, clerk: Actor, count_queries: list[str]
) -> None:
    for _ in range(3):
        make.trainer(center)
    session.expire_all()
    count_queries.clear()

    listed = session.scalars(service.listing(by=clerk)).all()

    assert [trainer.documents for trainer in listed] == [[], [], []]
    assert len(count_queries) == 2


def test_a_profile_is_changed(session: Session, clerk: Actor, trainer: Trainer) -> None:
    facts = replace(FACTS, name="王晓明", domains=(Domain.SPEECH,), skill_profile={CoreTask.TESTING: 70})

    service.update(session, trainer.id, facts, revision=1, by=clerk, now=NOW)

    session.expire_all()
    assert (trainer.name, trainer.domains, trainer.revision) == ("王晓明", ["speech"], 2)
    assert trainer.skill_profile == {"testing": 70}
    assert "trainer.changed" in deeds(session)


def test_a_change_over_a_newer_one_is_a_conflict(session: Session, clerk: Actor, trainer: Trainer) -> None:
    service.update(session, trainer.id, replace(FACTS, phone=None), revision=1, by=clerk, now=NOW)

    with pytest.raises(Conflict):
        service.update(session, trainer.id, FACTS, revision=1, by=clerk, now=NOW)


def test_a_birth_date_that_the_document_denies_is_refused(session: Session, clerk: Actor, trainer: Trainer) -> None:
    facts = replace(FACTS, born_on=BORN + timedelta(days=1))

    with pytest.raises(documents.BirthDateDiffers):
        service.update(session, trainer.id, facts, revision=1, by=clerk, now=NOW)


CONTACT = ContactFacts("13800138001", "wang@example.com", (Domain.SPEECH,))


def test_trainers_change_their_own_contact_data(session: Session, make: Make, trainer: Trainer) -> None:
    service.update_own(session, CONTACT, revision=1, by=make.actor(trainer_id=trainer.id), now=NOW)

    session.expire_all()
    assert (trainer.phone, trainer.email, trainer.domains) == ("13800138001", "wang@example.com", ["speech"])


def test_ones_own_change_over_a_newer_one_is_a_conflict(session: Session, make: Make, trainer: Trainer) -> None:
    with pytest.raises(Conflict):
        service.update_own(session, CONTACT, revision=7, by=make.actor(trainer_id=trainer.id), now=NOW)


def test_a_further_document_is_added(session: Session, clerk: Actor, trainer: Trainer) -> None:
    service.add_document(session, trainer.id, PASSPORT, by=clerk, now=NOW + timedelta(days=1))

    session.expire_all()
    assert [document.kind for document in trainer.documents] == [
        DocumentKind.RESIDENT_ID,
        DocumentKind.PASSPORT,
    ]


def test_a_document_is_removed(session: Session, clerk: Actor, trainer: Trainer) -> None:
    passport = service.add_document(session, trainer.id, PASSPORT, by=clerk, now=NOW)

    service.remove_document(session, passport.id, by=clerk, now=NOW)

    assert [document.kind for document in trainer.documents] == [DocumentKind.RESIDENT_ID]


def test_the_last_document_stays(session: Session, clerk: Actor, trainer: Trainer) -> None:
    with pytest.raises(service.LastDocument):
        service.remove_document(session, trainer.documents[0].id, by=clerk, now=NOW)


def test_unmasking_gives_the_number_and_keeps_the_reason(
    session: Session, center: TrainingCenter, clerk: Actor, trainer: Trainer
) -> None:
    document = trainer.documents[0]

    number = service.reveal(session, document.id, reason="核对报名材料", by=clerk, now=NOW)

    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.deed == "document.revealed")).one()
    assert number == NUMBER
    assert (event.details["reason"], event.center_id) == ("核对报名材料", center.id)


def test_unmasking_without_a_reason_is_refused(session: Session, clerk: Actor, trainer: Trainer) -> None:
    with pytest.raises(service.ReasonTooShort):
        service.reveal(session, trainer.documents[0].id, reason=" 看 看 ", by=clerk, now=NOW)


def test_documents_of_other_centers_are_not_found(session: Session, make: Make, trainer: Trainer) -> None:
    by = make.actor(make.center())

    with pytest.raises(NotFound):
        service.reveal(session, trainer.documents[0].id, reason="核对报名材料", by=by, now=NOW)


def test_a_deed_belongs_to_the_actors_center_else_to_the_first_keeper(
    session: Session, make: Make, center: TrainingCenter, trainer: Trainer
) -> None:
    assert service.center_of(trainer, make.actor()) == center.id
    assert service.center_of(make.trainer(), make.actor()) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("王 小明", "王小明", True),
        ("阿凡提·买买提", "阿凡提•买买提", True),
        ("Li Ming", "ＬＩ ＭＩＮＧ", True),
        ("王小明", "王晓明", False),
    ],
)
def test_a_name_is_the_same_in_other_spellings(one: str, other: str, same: bool) -> None:
    assert rules.same_name(one, other) is same


def test_a_leap_day_child_turns_a_year_older_in_march() -> None:
    assert rules.age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert rules.age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18
