"""Pages and commands of trainers."""

import io
import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.certificates.models import Decision
from certification.certificates.rules import DecisionOutcome
from portal.auth.models import Account
from tests.make import NOW, Make, resident_id
from tests.portal.conftest import SignIn
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty
from training_base.kernel.actor import SYSTEM
from training_base.kernel.models import AuditEvent
from training_base.people import history, service, sheet
from training_base.people.models import Trainer
from training_base.people.rules import (
    CoreTask,
    DocumentFacts,
    DocumentKind,
    Domain,
    EarlierCertificateFacts,
    EducationFacts,
    EducationLevel,
    EmploymentFacts,
    Sex,
    TitleFacts,
    TitleRank,
    TrainerFacts,
)

BORN = date(1990, 3, 7)
NUMBER = resident_id(BORN, Sex.MALE)
FACTS = TrainerFacts(
    name="王小明",
    sex=Sex.MALE,
    born_on=BORN,
    phone="13800138000",
    domains=(Domain.SPEECH,),
    skill_profile={CoreTask.TESTING: 70},
)
TYPED = {
    "name": "王小明",
    "sex": "male",
    "born_on": "1990-03-07",
    "nationality": "CN",
    "kind": "resident_id",
    "number": NUMBER,
}


@pytest.fixture
def center(make: Make) -> TrainingCenter:
    return make.center()


@pytest.fixture
def manager(center: TrainingCenter, sign_in: SignIn) -> FlaskClient:
    return sign_in(StaffDuty.MANAGER, at=center)


@pytest.fixture
def trainer(session: Session, center: TrainingCenter) -> Trainer:
    document = DocumentFacts(DocumentKind.RESIDENT_ID, NUMBER)
    return service.create(session, FACTS, document, center_id=center.id, by=SYSTEM, now=NOW)


def page(browser: FlaskClient, address: str, **data: Any) -> str:
    """The text of a page, opened in English or posted to."""
    browser.get("/people/me?lang=en")
    if data:
        return browser.post(address, data=data, follow_redirects=True).text
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.text


def test_the_list_shows_masked_numbers_only(manager: FlaskClient, trainer: Trainer) -> None:
    text = page(manager, "/people/")

    assert "王小明" in text
    assert "310***********" in text
    assert NUMBER not in text


@pytest.mark.parametrize("q", ["小明", "1380013", NUMBER, NUMBER.lower()])
def test_a_trainer_is_found_by_name_phone_and_whole_number(manager: FlaskClient, trainer: Trainer, q: str) -> None:
    assert str(trainer.id) in page(manager, f"/people/?q={q}&sort=-born")


def test_a_search_without_result_says_what_to_do(manager: FlaskClient, trainer: Trainer) -> None:
    assert "Nobody fits" in page(manager, "/people/?q=nobody")


def test_an_empty_file_leads_to_the_first_trainer(manager: FlaskClient) -> None:
    assert "Nobody is on file yet" in page(manager, "/people/")


def test_a_person_is_put_on_file(session: Session, manager: FlaskClient, center: TrainingCenter) -> None:
    text = page(manager, "/people/new", **TYPED, center_id=center.id, domains=["speech"], testing="70")

    assert "The person is on file." in text
    assert session.scalars(sa.select(Trainer)).one().skill_profile == {"testing": 70}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"number": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}, "check digit"),
        ({"born_on": "1990-03-08"}, "was born on 1990-03-07"),
        ({"sex": "female"}, "sex is: Male"),
        ({"number": NUMBER[:-1]}, "has 17 characters"),
        ({"kind": "passport"}, "not a passport number"),
        ({"born_on": "yesterday"}, "Write a day of the calendar"),
        ({"name": ""}, "Enter the name"),
        ({"name": "   "}, "Enter the name"),
        ({"name": "\x00"}, "Enter the name"),
        ({"number": "   "}, "Enter the number"),
        ({"nationality": "China"}, "A code has two letters"),
        ({"center_id": "other"}, "Not a valid choice"),
        ({"testing": "101"}, "Rate from 0 to 100"),
    ],
)
def test_a_wrong_entry_is_told_and_nothing_stored(
    session: Session, manager: FlaskClient, center: TrainingCenter, typed: dict[str, str], sentence: str
) -> None:
    text = page(manager, "/people/new", **{**TYPED, "center_id": center.id, **typed})

    assert sentence in text
    assert not session.scalars(sa.select(Trainer)).all()


def test_a_person_on_file_is_offered_instead_of_a_second_entry(
    manager: FlaskClient, center: TrainingCenter, trainer: Trainer
) -> None:
    text = page(manager, "/people/new", **TYPED, center_id=center.id)

    assert "on file already, for 王小明" in text
    assert f"/people/{trainer.id}" in text


def test_a_person_of_another_center_is_taken_over(make: Make, sign_in: SignIn, trainer: Trainer) -> None:
    other = make.center()
    browser = sign_in(StaffDuty.MANAGER, at=other)

    offer = page(browser, "/people/new", **TYPED, center_id=other.id)
    text = page(browser, "/people/adopt", **TYPED, center_id=other.id)

    assert "Keep the existing profile" in offer
    assert "Your center now keeps this profile too." in text


def test_a_person_with_another_name_is_not_taken_over(make: Make, sign_in: SignIn, trainer: Trainer) -> None:
    other = make.center()
    browser = sign_in(StaffDuty.MANAGER, at=other)

    text = page(browser, "/people/adopt", **{**TYPED, "name": "王大明"}, center_id=other.id)

    assert "No person on file has both" in text


def test_an_unfinished_form_takes_nobody_over(manager: FlaskClient) -> None:
    assert "Enter the name" in page(manager, "/people/adopt", number=NUMBER)


def past(session: Session, trainer: Trainer) -> None:
    """One entry of every kind."""
    told: list[tuple[Any, Any]] = [
        (history.add_education, EducationFacts(EducationLevel.BACHELOR, "示例大学", "计算机", True, True)),
        (history.add_employment, EmploymentFacts("示例公司", "标注员", True, date(2018, 7, 1))),
        (history.add_title, TitleFacts("助理工程师", TitleRank.JUNIOR, True, date(2021, 1, 1))),
        (
            history.add_earlier_certificate,
            EarlierCertificateFacts("4-04-05-05", 4, "OLD-1", "他处机构", date(2022, 5, 1)),
        ),
        (
            history.add_earlier_certificate,
            EarlierCertificateFacts("4-04-05-01", 3, "OLD-2", "他处机构", date(2021, 5, 1)),
        ),
    ]
    for deed, facts in told:
        deed(session, trainer.id, facts, by=SYSTEM, now=NOW)


def test_a_profile_shows_the_past_and_what_was_earned_elsewhere(
    session: Session, manager: FlaskClient, trainer: Trainer
) -> None:
    past(session, trainer)

    text = page(manager, f"/people/{trainer.id}")

    for shown in ("示例大学", "示例公司", "助理工程师", "OLD-1", "Not issued here", "another occupation", "70"):
        assert shown in text


def test_a_profile_shows_where_and_when_a_level_was_earned(
    make: Make, manager: FlaskClient, center: TrainingCenter, trainer: Trainer
) -> None:
    certificate = make.certificate(center, trainer=trainer)

    text = page(manager, f"/people/{trainer.id}")

    assert certificate.number in text
    assert center.name_en in text
    assert certificate.tier.standard.title_en in text
    assert certificate.issued_on.isoformat() in text


def test_the_way_to_the_certificate_shows_the_next_step(
    make: Make, manager: FlaskClient, center: TrainingCenter, trainer: Trainer
) -> None:
    make.enrolment(center, trainer=trainer, credited_minutes=600)

    text = page(manager, f"/people/{trainer.id}")

    assert "10 of 40 hours" in text
    assert 'class="step step--current" aria-current="step"' in text


def test_a_refused_result_and_an_expired_certificate_are_shown(
    make: Make, manager: FlaskClient, center: TrainingCenter, trainer: Trainer
) -> None:
    scheme = make.scheme()
    make.certificate(center, trainer=trainer, scheme=scheme, issued_on=date(2020, 1, 1), expires_on=date(2021, 1, 1))
    refused = make.result(center, trainer=trainer, scheme=scheme)
    facts = {"decided_by": uuid4(), "decided_by_name": "认定员", "decided_at": NOW, "reason": "材料不实"}
    make.add(Decision(result_id=refused.id, center_id=center.id, outcome=DecisionOutcome.REFUSE, **facts))

    text = page(manager, f"/people/{trainer.id}")

    assert "step--blocked" in text
    assert "chip--expired" in text
    assert "none yet" in text


def test_teachers_and_holders_are_led_to_the_certificate_they_may_see(
    make: Make, sign_in: SignIn, center: TrainingCenter, trainer: Trainer
) -> None:
    certificate = make.certificate(center, trainer=trainer)

    seen_by_teacher = page(sign_in(StaffDuty.TEACHER, at=center), f"/people/{trainer.id}")
    seen_by_holder = page(sign_in(trainer=trainer), "/people/me")

    assert f"/verify/{certificate.number}" in seen_by_teacher
    assert "/certificates/mine" in seen_by_holder


def test_training_at_another_center_is_not_shown(make: Make, manager: FlaskClient, trainer: Trainer) -> None:
    elsewhere = make.center()
    make.enrolment(elsewhere, trainer=trainer)

    assert "Not enrolled in any cohort yet." in page(manager, f"/people/{trainer.id}")


def test_a_profile_of_another_center_is_not_found(make: Make, sign_in: SignIn, trainer: Trainer) -> None:
    browser = sign_in(StaffDuty.MANAGER, at=make.center())

    assert browser.get(f"/people/{trainer.id}").status_code == 404


def test_a_profile_is_changed(session: Session, manager: FlaskClient, trainer: Trainer) -> None:
    typed = {**TYPED, "phone": "13900139000", "revision": "1"}

    form = page(manager, f"/people/{trainer.id}/edit")
    assert 'value="70"' in form
    assert 'name="revision"' in form
    assert "The profile is saved." in page(manager, f"/people/{trainer.id}/edit", **typed)
    session.expire_all()
    assert trainer.phone == "13900139000"


def test_a_change_over_a_newer_one_is_told(manager: FlaskClient, trainer: Trainer) -> None:
    page(manager, f"/people/{trainer.id}/edit", **TYPED, revision="1", phone="13900139000")

    text = page(manager, f"/people/{trainer.id}/edit", **TYPED, revision="1", phone="13700137000")

    assert "Somebody else changed this record" in text


def test_a_change_without_its_revision_is_not_made(session: Session, manager: FlaskClient, trainer: Trainer) -> None:
    page(manager, f"/people/{trainer.id}/edit", **{**TYPED, "name": "王大明"}, revision="first")

    session.expire_all()
    assert trainer.name == "王小明"


def reveal_address(trainer: Trainer) -> str:
    return f"/people/{trainer.id}/documents/{trainer.documents[0].id}/reveal"


def test_a_number_is_unmasked_for_a_reason_that_is_kept(
    session: Session, manager: FlaskClient, trainer: Trainer
) -> None:
    assert NUMBER in page(manager, reveal_address(trainer), reason="核对报名材料")

    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.deed == "document.revealed")).one()
    assert event.details["reason"] == "核对报名材料"


@pytest.mark.parametrize(("reason", "sentence"), [("看", "at least 5 characters"), ("", "Say what you need")])
def test_a_number_is_not_unmasked_without_a_reason(
    manager: FlaskClient, trainer: Trainer, reason: str, sentence: str
) -> None:
    text = page(manager, reveal_address(trainer), reason=reason, sent="1")

    assert sentence in text
    assert NUMBER not in text


def test_a_document_that_is_not_there_is_not_unmasked(manager: FlaskClient, trainer: Trainer) -> None:
    address = f"/people/{trainer.id}/documents/{uuid4()}/reveal"

    assert manager.post(address, data={"reason": "核对报名材料"}).status_code == 404


def test_a_teacher_neither_changes_nor_unmasks(sign_in: SignIn, center: TrainingCenter, trainer: Trainer) -> None:
    teacher = sign_in(StaffDuty.TEACHER, at=center)

    assert "Show the whole number" not in page(teacher, f"/people/{trainer.id}")
    assert teacher.post(reveal_address(trainer), data={"reason": "核对报名材料"}).status_code == 403
    assert teacher.get(f"/people/{trainer.id}/edit").status_code == 403


ENTRIES: list[tuple[str, dict[str, str]]] = [
    ("educations", {"level": "bachelor", "school": "示例大学", "subject": "计算机", "in_final_year": "y"}),
    ("employments", {"employer": "示例公司", "job": "标注员", "started_on": "2018-07-01"}),
    ("titles", {"name": "工程师", "rank": "intermediate", "awarded_on": "2021-01-01"}),
    (
        "earlier-certificates",
        {
            "occupation_code": "4-04-05-05",
            "level": "4",
            "number": "OLD-1",
            "issuer": "他处",
            "issued_on": "2022-05-01",
        },
    ),
    ("documents", {"kind": "passport", "number": "E12345678"}),
]


@pytest.mark.parametrize(("what", "typed"), ENTRIES)
def test_an_entry_is_added(manager: FlaskClient, trainer: Trainer, what: str, typed: dict[str, str]) -> None:
    page(manager, f"/people/{trainer.id}/{what}/new")

    assert "The entry is on file." in page(manager, f"/people/{trainer.id}/{what}/new", **typed)


def test_an_entry_that_cannot_be_is_told(manager: FlaskClient, trainer: Trainer) -> None:
    typed = {"employer": "示例公司", "job": "标注员", "started_on": "2999-07-01"}

    text = page(manager, f"/people/{trainer.id}/employments/new", **typed)

    assert "2999-07-01 is still to come" in text


def end_address(session: Session, trainer: Trainer) -> str:
    past(session, trainer)
    return f"/people/{trainer.id}/employments/{trainer.employments[0].id}/end"


def test_work_comes_to_an_end(session: Session, manager: FlaskClient, trainer: Trainer) -> None:
    address = end_address(session, trainer)

    assert "Worked until" in page(manager, address)
    assert "2018-07-01 – 2020-01-31" in page(manager, address, ended_on="2020-01-31")


def test_work_that_would_end_before_it_began_is_told(session: Session, manager: FlaskClient, trainer: Trainer) -> None:
    text = page(manager, end_address(session, trainer), ended_on="2000-01-31")

    assert "lies before the beginning (2018-07-01)" in text


def test_work_that_is_not_on_file_does_not_end(manager: FlaskClient, trainer: Trainer) -> None:
    address = f"/people/{trainer.id}/employments/{uuid4()}/end"

    assert manager.post(address, data={"ended_on": "2020-01-31"}).status_code == 404


def test_every_entry_is_taken_off_again(session: Session, manager: FlaskClient, trainer: Trainer) -> None:
    past(session, trainer)
    service.add_document(session, trainer.id, DocumentFacts(DocumentKind.PASSPORT, "E12345678"), by=SYSTEM, now=NOW)
    listed: dict[str, Any] = {
        "educations": trainer.educations,
        "employments": trainer.employments,
        "titles": trainer.titles,
        "earlier-certificates": trainer.earlier_certificates,
        "documents": trainer.documents,
    }
    addresses = [f"/people/{trainer.id}/{what}/{entries[0].id}/remove" for what, entries in listed.items()]

    for address in addresses:
        assert "off the file" in page(manager, address, sure="1")


def test_a_trainer_gets_an_account_by_one_time_link(session: Session, manager: FlaskClient, trainer: Trainer) -> None:
    address = f"/people/{trainer.id}/account"

    assert "/welcome" in page(manager, address, sign_in_name="wang@example.cn")
    assert session.scalars(sa.select(Account).where(Account.trainer_id == trainer.id)).one()
    assert "wang@example.cn" in page(manager, f"/people/{trainer.id}")


def test_an_account_needs_an_address(manager: FlaskClient, trainer: Trainer) -> None:
    text = page(manager, f"/people/{trainer.id}/account", sign_in_name="wang")

    assert "This is not an e-mail address" in text


def test_a_trainer_has_one_account(manager: FlaskClient, trainer: Trainer) -> None:
    page(manager, f"/people/{trainer.id}/account", sign_in_name="wang@example.cn")

    text = page(manager, f"/people/{trainer.id}/account", sign_in_name="other@example.cn")

    assert "wang@example.cn" in text
    assert "other@example.cn" not in text


def test_a_taken_sign_in_name_is_told(make: Make, manager: FlaskClient, trainer: Trainer) -> None:
    make.add(Account(sign_in_name="wang@example.cn", name="W", created_at=NOW))

    text = page(manager, f"/people/{trainer.id}/account", sign_in_name="wang@example.cn")

    assert "exists already" in text


def test_no_account_for_a_trainer_of_another_center(make: Make, sign_in: SignIn, trainer: Trainer) -> None:
    browser = sign_in(StaffDuty.MANAGER, at=make.center())

    answer = browser.post(f"/people/{trainer.id}/account", data={"sign_in_name": "a@example.cn"})

    assert answer.status_code == 404


def test_trainees_see_and_change_their_own_profile(session: Session, sign_in: SignIn, trainer: Trainer) -> None:
    browser = sign_in(trainer=trainer)

    assert "Edit my contact data" in page(browser, "/people/me")
    page(browser, "/people/me/edit")
    text = page(browser, "/people/me/edit", phone="13900139000", domains=["education"], revision="1")

    assert "Your profile is saved." in text
    session.expire_all()
    assert (trainer.phone, trainer.domains) == ("13900139000", ["education"])


def test_a_wrong_phone_of_ones_own_is_told(sign_in: SignIn, trainer: Trainer) -> None:
    text = page(sign_in(trainer=trainer), "/people/me/edit", phone="call me", revision="1")

    assert "is not a telephone number" in text


def test_a_trainee_without_profile_is_told_what_to_do(session: Session, sign_in: SignIn, make: Make) -> None:
    trainer = make.trainer()
    browser = sign_in(trainer=trainer)
    session.execute(sa.update(Account).where(Account.trainer_id == trainer.id).values(trainer_id=None))
    session.commit()

    assert "No profile belongs to your account yet" in page(browser, "/people/me")


def test_a_trainee_sees_no_other_profiles(sign_in: SignIn, trainer: Trainer) -> None:
    assert sign_in(trainer=trainer).get(f"/people/{trainer.id}").status_code == 403


def upload(browser: FlaskClient, center: TrainingCenter, content: str, **data: str) -> str:
    browser.get("/people/roster?lang=en")
    file = (io.BytesIO(content.encode()), "roster.csv")
    return browser.post(
        "/people/roster", data={"center_id": str(center.id), "file": file, **data}, follow_redirects=True
    ).text


GOOD = f"姓名,证件号码\n王小明,{NUMBER}\n"


def test_a_roster_is_checked_first_and_then_imported(
    session: Session, manager: FlaskClient, center: TrainingCenter
) -> None:
    assert "All is well with 1 person" in upload(manager, center, GOOD, dry_run="y")
    assert not session.scalars(sa.select(Trainer)).all()

    assert "1 person is on file." in upload(manager, center, GOOD)
    assert session.scalars(sa.select(Trainer)).one().name == "王小明"


def test_a_bad_cell_of_a_roster_is_named(session: Session, manager: FlaskClient, center: TrainingCenter) -> None:
    text = upload(manager, center, f"{GOOD}李,{NUMBER[:-1]}\n")

    assert "has 17 characters" in text
    assert 'data-label="Row">3<' in text
    assert not session.scalars(sa.select(Trainer)).all()


def test_a_file_that_is_no_roster_is_told(manager: FlaskClient, center: TrainingCenter) -> None:
    assert "lacks these headings" in upload(manager, center, "a,b\n1,2\n")


def test_the_template_can_be_read_back(manager: FlaskClient) -> None:
    with pytest.raises(sheet.RosterEmpty):
        sheet.read(manager.get("/people/roster/template").data)


def test_the_command_lists_and_shows_masked_numbers(app: Flask, session: Session, trainer: Trainer) -> None:
    session.commit()
    run = app.test_cli_runner().invoke

    listed = json.loads(run(args=["people", "list", "--q", NUMBER, "--json"]).stdout)
    shown = json.loads(run(args=["people", "show", str(trainer.id), "--json"]).stdout)

    assert listed == [shown]
    assert shown["documents"][0]["number"].startswith("310****")
    assert trainer.name in run(args=["people", "list"]).stdout
    assert "born_on" in run(args=["people", "show", str(trainer.id)]).stdout


def test_the_command_says_when_nobody_is_found(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["people", "show", str(uuid4())])

    assert result.exit_code == 1
    assert "Error:" in result.stderr


@pytest.mark.parametrize(("options", "imported"), [(["--dry-run"], 0), ([], 1)])
def test_the_command_imports_a_roster(
    app: Flask, session: Session, center: TrainingCenter, tmp_path: Any, options: list[str], imported: int
) -> None:
    session.commit()
    file = tmp_path / "roster.csv"
    file.write_text(GOOD, encoding="utf-8")

    result = app.test_cli_runner().invoke(args=["people", "import", str(file), "--center", center.code, *options])

    assert json.loads(result.stdout) == {"rows": 1, "imported": imported}


def test_the_command_names_every_bad_cell(app: Flask, session: Session, center: TrainingCenter, tmp_path: Any) -> None:
    session.commit()
    file = tmp_path / "roster.csv"
    file.write_text("姓名,证件号码\n王,1\n李,2\n", encoding="utf-8")

    result = app.test_cli_runner().invoke(args=["people", "import", str(file), "--center", center.code])

    assert result.exit_code == 1
    assert "roster.csv:2:" in result.stderr
    assert "roster.csv:3:" in result.stderr
