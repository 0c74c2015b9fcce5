"""Pages of centers: list, record, scope, staff, premises, and the command."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.access import Role
from portal.pages.timeline import timeline
from tests.make import TODAY, Make
from tests.portal.conftest import SignIn
from training_base.centers.models import FiledScope, Room, Site, StaffRole, TrainingCenter
from training_base.centers.rules import CenterStatus, StaffDuty, day_at

HERE_TODAY = day_at(datetime.now(UTC), "Asia/Shanghai")
BODY = {
    "name_zh": "浦东评价中心",
    "name_en": "Pudong Center",
    "district": "浦东新区",
    "functional_area": "张江科学城",
    "kind": "S",
    "code": "s310115000001",
}


@pytest.fixture
def owner(sign_in: SignIn) -> FlaskClient:
    return sign_in(roles=(Role.ADMINISTRATOR,))


def test_staff_sees_its_own_centers_only(sign_in: SignIn, make: Make) -> None:
    mine, other = make.center(name_zh="我们的中心"), make.center(name_zh="别人的中心")
    browser = sign_in(StaffDuty.TEACHER, at=mine)

    page = browser.get("/centers/?lang=en").text

    assert "我们的中心" not in page
    assert mine.name_en in page
    assert other.name_en not in page
    assert browser.get(f"/centers/{other.id}").status_code == 404


def test_a_search_without_hits_says_so(owner: FlaskClient) -> None:
    page = owner.get("/centers/?lang=en&q=无此机构&level=3&status=active&district=黄浦区").text

    assert "No center fits" in page


def test_a_center_is_put_on_record(owner: FlaskClient, session: Session) -> None:
    assert owner.get("/centers/new").status_code == 200

    answer = owner.post("/centers/new", data=BODY)

    center = session.scalars(sa.select(TrainingCenter)).one()
    assert answer.location == f"/centers/{center.id}"
    assert (center.code, center.functional_area) == ("S310115000001", "张江科学城")


def test_a_code_that_does_not_fit_stores_nothing(owner: FlaskClient, session: Session) -> None:
    page = owner.post("/centers/new?lang=en", data=BODY | {"code": "Y310115000001"}).text

    assert "does not fit the kind" in page
    assert "浦东评价中心" in page
    assert session.scalars(sa.select(TrainingCenter)).all() == []


def test_an_area_is_no_district(owner: FlaskClient, session: Session) -> None:
    answer = owner.post("/centers/new", data=BODY | {"district": "张江科学城"})

    assert answer.status_code == 200
    assert session.scalars(sa.select(TrainingCenter)).all() == []


def test_a_manager_edits_the_center_but_not_over_another_change(sign_in: SignIn, make: Make, session: Session) -> None:
    center = make.center()
    browser = sign_in(StaffDuty.MANAGER, at=center)
    assert f'value="{center.name_zh}"' in browser.get(f"/centers/{center.id}/edit").text

    first = browser.post(f"/centers/{center.id}/edit", data=BODY | {"revision": "1"})
    second = browser.post(f"/centers/{center.id}/edit?lang=en", data=BODY | {"revision": "1", "name_en": "Lost"}).text

    assert first.status_code == 302
    assert "Somebody else changed this record" in second
    session.expire_all()
    assert session.get_one(TrainingCenter, center.id).name_en == "Pudong Center"


def test_a_manager_files_no_scope_for_the_own_center(sign_in: SignIn, make: Make) -> None:
    center = make.center()

    assert sign_in(StaffDuty.MANAGER, at=center).get(f"/centers/{center.id}/scopes/new").status_code == 403


def test_a_level_is_filed_and_ended(owner: FlaskClient, make: Make, session: Session) -> None:
    center = make.center(levels=())
    today = HERE_TODAY
    facts = {"level": "3", "from_on": today.isoformat()}

    assert "No level is filed" in owner.get(f"/centers/{center.id}?lang=en").text
    assert owner.post(f"/centers/{center.id}/scopes/new", data=facts).status_code == 302
    again = owner.post(f"/centers/{center.id}/scopes/new?lang=en", data=facts).text
    scope = session.scalars(sa.select(FiledScope)).one()
    end = {"until_on": (today + timedelta(days=30)).isoformat()}
    assert "already filed" in again
    assert owner.get(f"/centers/{center.id}/scopes/{scope.id}/end").status_code == 200
    assert owner.post(f"/centers/{center.id}/scopes/{scope.id}/end", data=end).status_code == 302

    session.refresh(scope)
    assert scope.until_on == today + timedelta(days=30)
    assert scope.until_on.isoformat() in owner.get(f"/centers/{center.id}").text


def test_a_center_is_suspended(owner: FlaskClient, make: Make, session: Session) -> None:
    center = make.center()

    owner.post(f"/centers/{center.id}/status", data={"status": "suspended"})

    session.refresh(center)
    assert center.status is CenterStatus.SUSPENDED


def test_what_is_not_there_is_not_suspended(owner: FlaskClient, make: Make) -> None:
    answer = owner.post(f"/centers/{uuid4()}/status?lang=en", data={"status": "suspended"})

    assert answer.status_code == 404
    assert "There is no such record" in answer.text


def test_a_term_that_ends_too_early_is_refused(owner: FlaskClient, make: Make, session: Session) -> None:
    center = make.center(levels=(5,))
    session.commit()
    scope = session.scalars(sa.select(FiledScope)).one()
    url = f"/centers/{center.id}/scopes/{scope.id}/end?lang=en"

    assert "must come after the start" in owner.post(url, data={"until_on": "2020-01-01"}).text


def test_staff_is_given_a_duty_from_the_accounts(sign_in: SignIn, make: Make, session: Session) -> None:
    center = make.center()
    browser = sign_in(StaffDuty.MANAGER, at=center)
    colleague = sign_in(StaffDuty.TEACHER, at=center).account_id  # type: ignore[attr-defined]
    facts = {"account_id": str(colleague), "duty": "certification_officer", "from_on": HERE_TODAY.isoformat()}

    assert str(colleague) in browser.get(f"/centers/{center.id}/staff/new").text
    assert browser.post(f"/centers/{center.id}/staff/new", data=facts).status_code == 302
    again = browser.post(f"/centers/{center.id}/staff/new?lang=en", data=facts).text
    page = browser.get(f"/centers/{center.id}/staff?lang=en").text

    assert "already" in again
    assert "Teacher + Certification officer" in page


def test_a_duty_is_ended(sign_in: SignIn, make: Make, session: Session) -> None:
    center = make.center()
    browser = sign_in(StaffDuty.MANAGER, at=center)
    make.staff(center, StaffDuty.EXAMINER)
    session.commit()
    role = session.scalars(sa.select(StaffRole).where(StaffRole.duty == StaffDuty.EXAMINER)).one()
    url = f"/centers/{center.id}/staff/{role.id}/end"

    assert browser.get(url).status_code == 200
    assert browser.post(url, data={"until_on": HERE_TODAY.isoformat()}).status_code == 302

    assert role.name not in browser.get(f"/centers/{center.id}/staff?duty=examiner").text
    assert role.name in browser.get(f"/centers/{center.id}/staff?duty=examiner&when=ever").text


def test_nobody_is_found_among_the_accounts(owner: FlaskClient, make: Make) -> None:
    center = make.center()

    assert "No account fits" in owner.get(f"/centers/{center.id}/staff/new?lang=en&q=nobody-at-all").text


def test_sites_and_rooms_are_kept(sign_in: SignIn, make: Make, session: Session) -> None:
    center = make.center()
    browser = sign_in(StaffDuty.MANAGER, at=center)
    site_facts = {"name": "总部", "address": "示范路1号", "district": "浦东新区"}
    room_facts = {"name": "机房一", "workstations": "30"}

    browser.post(f"/centers/{center.id}/sites/new", data=site_facts)
    site = session.scalars(sa.select(Site)).one()
    browser.post(f"/centers/sites/{site.id}/edit", data=site_facts | {"address": "示范路2号"})
    browser.post(f"/centers/sites/{site.id}/rooms/new", data=room_facts)
    taken = browser.post(f"/centers/sites/{site.id}/rooms/new?lang=en", data=room_facts).text
    room = session.scalars(sa.select(Room)).one()
    browser.post(f"/centers/rooms/{room.id}/edit", data=room_facts | {"workstations": "45"})

    page = browser.get(f"/centers/{center.id}").text
    assert "already has a room" in taken
    assert "示范路2号" in page
    assert ">45<" in page


@pytest.mark.parametrize("path", ["sites/new", "staff/new", "edit"])
def test_forms_come_with_their_fields(sign_in: SignIn, make: Make, path: str) -> None:
    center = make.center()

    assert "<form" in sign_in(StaffDuty.MANAGER, at=center).get(f"/centers/{center.id}/{path}").text


@pytest.mark.parametrize("path", ["sites/{site}/edit", "sites/{site}/rooms/new", "rooms/{room}/edit"])
def test_premises_of_others_are_not_found(sign_in: SignIn, make: Make, path: str) -> None:
    room, center = make.room(make.center()), make.center()
    browser = sign_in(StaffDuty.MANAGER, at=center)

    assert browser.get("/centers/" + path.format(site=room.site_id, room=room.id)).status_code == 404


def test_scopes_lie_in_order_on_one_axis(make: Make) -> None:
    center = make.center(levels=(3, 5))
    make.session.refresh(center)

    picture = timeline(center.scopes, TODAY)

    assert picture is not None
    assert [bar.scope.level for bar in picture.bars] == [5, 3]
    assert all(0 <= bar.start < bar.start + bar.width <= 1000 and bar.in_force for bar in picture.bars)
    assert timeline([], TODAY) is None


def test_the_command_lists_and_shows_centers(app: Flask, make: Make, session: Session) -> None:
    center = make.center()
    make.room(center)
    make.staff(center, StaffDuty.EXAMINER)
    session.commit()
    run = app.test_cli_runner()

    listed = json.loads(run.invoke(args=["centers", "list", "--json"]).output)
    shown = json.loads(run.invoke(args=["centers", "show", center.code, "--json"]).output)
    plain = run.invoke(args=["centers", "list", "--level", "3"]).output
    missing = run.invoke(args=["centers", "show", "S999"])

    assert [row["code"] for row in listed] == [center.code]
    assert [scope["level"] for scope in shown["scopes"]] == [5, 4, 3]
    assert center.code in plain
    assert center.name_zh in run.invoke(args=["centers", "show", center.code]).output
    assert (missing.exit_code, "no center" in missing.output) == (1, True)


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(1, 1, 1)])
def test_a_scope_with_a_day_at_the_edge_of_the_calendar_is_drawn(sign_in: SignIn, make: Make, day: date) -> None:
    center = make.center()
    make.add(
        FiledScope(
            center_id=center.id,
            occupation_code="4-04-05-05",
            level=2,
            from_on=min(day, date(2026, 1, 1)),
            until_on=max(day, date(2026, 6, 1)),
        )
    )

    assert sign_in(StaffDuty.MANAGER, at=center).get(f"/centers/{center.id}").status_code == 200
