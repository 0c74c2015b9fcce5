"""Pages and commands of crosswalks: from a draft by one person to what a certificate counts for."""

import json
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.crosswalks.models import Crosswalk, CrosswalkRow
from certification.crosswalks.rules import CrosswalkStatus, Relation, RowStatus
from certification.standards.models import Scheme
from portal.access import Role
from tests.make import Make
from tests.make_crosswalks import Sides, criterion, crosswalk, published, related, two_sides
from tests.portal.conftest import SignIn
from training_base.centers.rules import StaffDuty


@pytest.fixture
def sides(make: Make) -> Sides:
    found = two_sides(make)
    make.session.commit()
    return found


@pytest.fixture
def owner(sign_in: SignIn) -> FlaskClient:
    return sign_in(roles=(Role.SCHEME_OWNER,))


@pytest.fixture
def second(sign_in: SignIn) -> FlaskClient:
    return sign_in(roles=(Role.SCHEME_OWNER,))


def begin(owner: FlaskClient, sides: Sides) -> str:
    facts = {"title_zh": "等级对照", "title_en": "Level crosswalk", "evidence": "专家比对", "review_on": "2027-06-30"}
    ends = {"origin": sides.national.code, "destination": sides.municipal.code}
    return str(owner.post("/crosswalks/new", data={**facts, **ends}).location)


def test_from_a_draft_to_publication_by_a_second_person(
    owner: FlaskClient, second: FlaskClient, client: FlaskClient, sides: Sides, session: Session
) -> None:
    here = begin(owner, sides)
    tier, other = sides.ours[3].identifier, sides.theirs[4].identifier
    decided = {"destination": str(other), "relation": "broader", "reason": "国家标准要求更多"}

    assert owner.post(f"{here}/relate/{tier}", data=decided).location == here
    assert "broader: asks all of it and more" in owner.get(f"{here}?lang=en").text
    assert client.get(here).status_code == 404
    owner.post(f"{here}/hand-in")
    assert "You drafted this version" in owner.post(f"{here}/publish?lang=en", follow_redirects=True).text
    second.post(f"{here}/publish")

    assert session.scalars(sa.select(Crosswalk.status)).one() is CrosswalkStatus.PUBLISHED
    page = client.get(f"{here}?lang=en").text
    assert all(grade in page for grade in ("Chief technician", "Special-grade technician", "Apprentice grade"))
    assert "Level crosswalk" in client.get("/crosswalks/?lang=en").text


def test_faults_of_a_new_crosswalk_are_shown(owner: FlaskClient, sides: Sides) -> None:
    same = {"origin": sides.national.code, "destination": sides.national.code}
    facts = {"title_zh": "甲", "title_en": "A", "evidence": "乙"}

    assert "Enter a title in Chinese." in owner.post("/crosswalks/new?lang=en", data=same).text
    assert "two different standards" in owner.post("/crosswalks/new?lang=en", data={**facts, **same}).text
    assert owner.get("/crosswalks/new").status_code == 200


def test_a_draft_is_edited_and_a_published_one_is_not(owner: FlaskClient, sides: Sides, make: Make) -> None:
    here = begin(owner, sides)
    facts = {"title_zh": "新题", "title_en": "New title", "evidence": "会议纪要"}

    assert owner.get(f"{here}/edit").status_code == 200
    assert owner.post(f"{here}/edit", data=facts).location == here
    assert "New title" in owner.get(f"{here}?lang=en").text
    done = published(make, sides, (3, Relation.EXACT, None))
    make.session.commit()
    assert "is not changed" in owner.post(f"/crosswalks/{done.id}/edit?lang=en", data=facts).text


def test_likeness_proposes_and_people_decide(owner: FlaskClient, sides: Sides, make: Make, session: Session) -> None:
    criterion(make, sides.ours[3], "能按照标注规范完成图像数据的分类标注")
    criterion(make, sides.theirs[3], "能依照标注规范完成图像数据分类标注")
    session.commit()
    here = begin(owner, sides)

    listed = owner.post(f"{here}/propose").location
    assert "Proposed" in owner.get(f"{listed}&lang=en").text
    rows = session.scalars(sa.select(CrosswalkRow)).all()
    yes = {"decision": "accept", "relation": "exact", "reason": "同一要求"}
    owner.post(f"/crosswalks/rows/{rows[0].id}", data=yes)
    owner.post(f"/crosswalks/rows/{rows[1].id}", data={"decision": "decline", "reason": "用词相近"})

    session.expire_all()
    assert sorted(row.status for row in rows[:2]) == [RowStatus.ACCEPTED, RowStatus.DECLINED]
    assert "counterpart" in owner.post(f"/crosswalks/rows/{rows[0].id}?lang=en", data={**yes, "relation": "none"}).text
    assert owner.get(f"/crosswalks/rows/{rows[0].id}").status_code == 200


def test_a_node_is_related_by_hand_with_the_most_alike_offered_first(
    owner: FlaskClient, sides: Sides, make: Make, session: Session
) -> None:
    ours = criterion(make, sides.ours[3], "能完成图像数据的分类标注")
    theirs = criterion(make, sides.theirs[3], "能完成图像数据分类标注")
    far = criterion(make, sides.theirs[3], "撰写会议通知")
    session.commit()
    here = begin(owner, sides)
    address = f"{here}/relate/{ours.identifier}"

    assert "likeness 0." in owner.get(f"{address}?lang=en").text
    assert str(far.identifier) in owner.get(f"{address}?q=会议").text
    assert "Choose a counterpart" in owner.post(f"{address}?lang=en", data={"relation": "exact", "reason": "同"}).text
    again = {"destination": str(theirs.identifier), "relation": "exact", "reason": "同一要求"}
    assert owner.post(address, data=again).status_code == 302
    assert "stands in the crosswalk already" in owner.post(f"{address}?lang=en", data=again).text
    assert owner.get(f"{here}/relate/{uuid4()}").status_code == 404


def test_gaps_of_both_sides_are_listed(owner: FlaskClient, sides: Sides, make: Make) -> None:
    criterion(make, sides.ours[3], "能完成图像标注")
    make.session.commit()
    here = begin(owner, sides)

    assert "3 parts are open" in owner.get(f"{here}/gaps?lang=en").text
    assert "No gap" in owner.get(f"{here}/gaps?side=destination&lang=en").text


def test_what_was_handed_in_is_sent_back_with_a_reason(
    owner: FlaskClient, second: FlaskClient, sides: Sides, make: Make, session: Session
) -> None:
    here = begin(owner, sides)
    end = {"destination": "none", "relation": "none", "reason": "市级不设"}
    owner.post(f"{here}/relate/{sides.ours[5].identifier}", data=end)
    owner.post(f"{here}/hand-in")

    assert "Give the reason." in second.post(f"{here}/send-back?lang=en", data={}, follow_redirects=True).text
    second.post(f"{here}/send-back", data={"reason": "请补充依据"})

    assert session.scalars(sa.select(Crosswalk.status)).one() is CrosswalkStatus.DRAFT


def test_a_published_one_is_followed_by_a_version_of_its_own(owner: FlaskClient, sides: Sides, make: Make) -> None:
    here = f"/crosswalks/{published(make, sides, (3, Relation.EXACT, None)).id}"
    make.session.commit()

    assert "/crosswalks/" in (owner.post(f"{here}/revise").location or "")
    assert "cannot be done" in owner.post(f"{here}/revise?lang=en", follow_redirects=True).text
    assert "cannot be done" in owner.post(f"{here}/propose?lang=en", follow_redirects=True).text


def test_staff_of_a_center_read_but_do_not_write(sign_in: SignIn, make: Make, sides: Sides) -> None:
    manager = sign_in(StaffDuty.MANAGER, at=make.center())

    assert manager.get("/crosswalks/").status_code == 200
    assert manager.get("/crosswalks/new").status_code == 403


def test_a_certificate_tells_what_it_counts_for_and_names_no_holder(
    client: FlaskClient, make: Make, sides: Sides
) -> None:
    scheme = make.scheme()
    scheme.tier_id = sides.ours[3].id
    certificate = make.certificate(scheme=scheme)
    published(make, sides, (3, Relation.NARROWER, None), (4, Relation.EXACT, None))
    make.session.commit()

    page = client.get(f"/crosswalks/certificates/{certificate.number}?lang=en").text

    assert "Counts for: Level 4." in page
    assert "Proves a part of: Level 3." in page
    assert "the certificate itself is not changed" in page
    assert certificate.holder_name not in page
    assert client.get("/crosswalks/certificates/unknown").status_code == 404


def test_a_profile_shows_the_level_under_both_standards(sign_in: SignIn, make: Make, sides: Sides) -> None:
    scheme: Scheme = make.scheme()
    scheme.tier_id = sides.ours[3].id
    trainer = make.trainer()
    make.certificate(scheme=scheme, trainer=trainer)
    published(make, sides, (3, Relation.EXACT, 4))
    make.session.commit()

    page = sign_in(trainer=trainer).get("/people/me?lang=en").text

    assert f"{sides.municipal.title_en}: Level 4" in page
    assert "Show the way" in page


def test_without_a_crosswalk_nothing_is_said(client: FlaskClient, make: Make) -> None:
    certificate = make.certificate()
    make.session.commit()

    page = client.get(f"/crosswalks/certificates/{certificate.number}?lang=en").text

    assert "No crosswalk leads to another standard" in page
    assert "No crosswalk yet" in client.get("/crosswalks/?lang=en").text


def test_the_command_prints_a_crosswalk_as_data(app: Flask, make: Make, sides: Sides, session: Session) -> None:
    found = crosswalk(make, sides)
    related(make, sides, found, 3, Relation.BROADER, 4)
    related(make, sides, found, 5, Relation.NONE)
    session.commit()
    runner = app.test_cli_runner()

    facts = json.loads(runner.invoke(args=["standards", "crosswalk", str(found.identifier), "--json"]).output)
    lines = runner.invoke(args=["standards", "crosswalk", str(found.id)]).output.splitlines()

    assert (facts["status"], len(facts["rows"]), len(facts["matrix"])) == ("draft", 2, 8)
    assert facts["matrix"][5] == {
        "grade": "intermediate", "level": 4, "counterparts": [], "none": False,
    }  # fmt: skip
    assert [line["counterparts"] for line in facts["matrix"] if line["level"] == 3] == [
        [{"level": 4, "relation": "broader"}]
    ]
    assert "5级 -> no counterpart: none" in "".join(lines)


def test_the_commands_list_and_refuse(app: Flask, make: Make, sides: Sides, session: Session) -> None:
    found = crosswalk(make, sides)
    criterion(make, sides.ours[3], "甲")
    session.commit()
    runner = app.test_cli_runner()

    assert str(found.identifier) in runner.invoke(args=["standards", "crosswalks"]).output
    assert json.loads(runner.invoke(args=["standards", "crosswalks", "--json"]).output)[0]["version"] == 1
    assert runner.invoke(args=["standards", "crosswalk", str(uuid4())]).exit_code == 1
