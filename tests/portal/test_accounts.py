"""Pages of accounts, audit, health and the first page."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.access import Role
from portal.auth import accounts
from tests.make import Make
from tests.portal.conftest import SignIn
from training_base.centers.models import StaffRole, TrainingCenter
from training_base.centers.rules import StaffDuty
from training_base.kernel import audit


def test_a_manager_opens_an_account_and_sees_its_link_once(sign_in: SignIn, make: Make, session: Session) -> None:
    manager = sign_in(StaffDuty.MANAGER, at=make.center())

    answer = manager.post("/accounts/new", data={"sign_in_name": "new@example.cn", "name": "新人"})

    assert "/welcome/" in answer.text
    assert accounts.find_by_name(session, "new@example.cn") is not None


def test_a_manager_gives_no_role_that_holds_everywhere(sign_in: SignIn, make: Make, session: Session) -> None:
    manager = sign_in(StaffDuty.MANAGER, at=make.center())

    answer = manager.post(
        "/accounts/new", data={"sign_in_name": "n@example.cn", "name": "新人", "roles": Role.ADMINISTRATOR}
    )

    assert "/welcome/" not in answer.text
    assert accounts.find_by_name(session, "n@example.cn") is None


@pytest.mark.parametrize("name", ["nobody", "a b@c.cn", "x@y", ""])
def test_a_sign_in_name_that_is_no_address_is_refused(sign_in: SignIn, make: Make, name: str) -> None:
    manager = sign_in(StaffDuty.MANAGER, at=make.center())

    answer = manager.post("/accounts/new", data={"sign_in_name": name, "name": "新人"})

    assert "/welcome/" not in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_taken_name_is_told_and_what_was_typed_stays(sign_in: SignIn, make: Make, session: Session) -> None:
    manager = sign_in(StaffDuty.MANAGER, at=make.center())
    accounts.invite(session, "taken@example.cn", "甲", by=make.actor(), now=datetime.now(UTC))
    session.commit()

    answer = manager.post("/accounts/new", data={"sign_in_name": "taken@example.cn", "name": "乙"})

    assert "taken@example.cn" in answer.text
    assert "乙" in answer.text


def test_a_manager_sees_only_accounts_of_the_own_center(sign_in: SignIn, make: Make) -> None:
    here, there = make.center(), make.center()
    manager = sign_in(StaffDuty.MANAGER, at=here)
    colleague = sign_in(StaffDuty.TEACHER, at=here).account_id  # type: ignore[attr-defined]
    stranger = sign_in(StaffDuty.TEACHER, at=there).account_id  # type: ignore[attr-defined]

    assert manager.get(f"/accounts/{colleague}").status_code == 200
    assert manager.get(f"/accounts/{stranger}").status_code == 404


def test_an_account_is_closed_reopened_and_linked_again(sign_in: SignIn, make: Make) -> None:
    here = make.center()
    manager = sign_in(StaffDuty.MANAGER, at=here)
    teacher = sign_in(StaffDuty.TEACHER, at=here)
    path = f"/accounts/{teacher.account_id}"  # type: ignore[attr-defined]

    assert manager.post(f"{path}/close").status_code == 302
    assert teacher.get("/cohorts/").status_code == 401
    assert manager.post(f"{path}/reopen").status_code == 302
    assert "/welcome/" in manager.post(f"{path}/link").text


def staff(make: Make, center: TrainingCenter, account_id: UUID, *, until: date | None = None) -> None:
    """A duty at a center."""
    make.add(
        StaffRole(
            center_id=center.id,
            actor_id=account_id,
            name="X",
            duty=StaffDuty.TEACHER,
            from_on=date(2025, 1, 1),
            until_on=until,
        )
    )


def refused(manager: FlaskClient, account_id: UUID) -> list[int]:
    """How the deeds that open the way into an account are answered."""
    deeds = [manager.post(f"/accounts/{account_id}/{deed}") for deed in ("link", "close", "reopen")]
    assert not any("/welcome/" in answer.text for answer in deeds)
    return [answer.status_code for answer in deeds]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SCHEME_OWNER])
def test_a_manager_does_not_get_into_an_account_whose_role_reaches_everywhere(
    sign_in: SignIn, make: Make, role: Role
) -> None:
    here = make.center()
    manager = sign_in(StaffDuty.MANAGER, at=here)
    powerful = sign_in(StaffDuty.TEACHER, at=here, roles=(role,)).account_id  # type: ignore[attr-defined]

    assert refused(manager, powerful) == [404, 404, 404]
    assert f"/accounts/{powerful}/link" not in manager.get(f"/accounts/{powerful}").text


def test_a_manager_does_not_get_into_the_account_of_another_centers_staff(sign_in: SignIn, make: Make) -> None:
    here, there = make.center(), make.center()
    manager = sign_in(StaffDuty.MANAGER, at=here)
    both = sign_in(StaffDuty.TEACHER, at=here).account_id  # type: ignore[attr-defined]
    staff(make, there, both)
    gone = sign_in(StaffDuty.TEACHER, at=there).account_id  # type: ignore[attr-defined]
    staff(make, here, gone, until=date(2025, 6, 1))

    assert refused(manager, both) == [404, 404, 404]
    assert refused(manager, gone) == [404, 404, 404]


def test_a_duty_that_ended_elsewhere_takes_nobody_out_of_the_managers_care(sign_in: SignIn, make: Make) -> None:
    here, there = make.center(), make.center()
    manager = sign_in(StaffDuty.MANAGER, at=here)
    teacher = sign_in(StaffDuty.TEACHER, at=here).account_id  # type: ignore[attr-defined]
    staff(make, there, teacher, until=date(2025, 6, 1))

    assert "/welcome/" in manager.post(f"/accounts/{teacher}/link").text


def test_only_who_invited_renews_the_link_of_an_account_without_a_duty(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    here, there = make.center(), make.center()
    manager, other = sign_in(StaffDuty.MANAGER, at=here), sign_in(StaffDuty.MANAGER, at=there)
    manager.post("/accounts/new", data={"sign_in_name": "new@example.cn", "name": "新人"})
    account = accounts.find_by_name(session, "new@example.cn")
    assert account is not None

    assert refused(other, account.id) == [404, 404, 404]
    assert "/welcome/" in manager.post(f"/accounts/{account.id}/link").text
    assert "account.link_made" in manager.get("/audit/").text
    assert "account.link_made" not in other.get("/audit/").text


def test_accounts_are_searched_and_sorted(sign_in: SignIn, make: Make) -> None:
    administrator = sign_in(roles=(Role.ADMINISTRATOR,))
    sign_in(StaffDuty.TEACHER, at=make.center())

    assert administrator.get("/accounts/?sort=-seen").status_code == 200
    assert administrator.get("/accounts/?sort=nonsense&page=99").status_code == 200
    assert "没有符合条件的账号" in administrator.get("/accounts/?q=nobody-at-all").text


def test_the_audit_pages_show_the_own_centers_events(sign_in: SignIn, make: Make, session: Session) -> None:
    here, there = make.center(), make.center()
    officer = sign_in(StaffDuty.CERTIFICATION_OFFICER, at=here)
    by, now = make.actor(), datetime.now(UTC)
    own = audit.record(session, "center.updated", here, by=by, at=now, center_id=here.id, details={"level": 3})
    other = audit.record(session, "center.suspended", there, by=by, at=now, center_id=there.id)
    session.commit()

    listing = officer.get("/audit/").text
    assert "center.updated" in listing
    assert "center.suspended" not in listing
    assert "level" in officer.get(f"/audit/{own.id}").text
    assert officer.get(f"/audit/{other.id}").status_code == 404
    assert "没有符合条件的记录" in officer.get("/audit/?deed=nothing").text


def test_each_audience_lands_where_its_first_question_is_answered(
    client: FlaskClient, sign_in: SignIn, make: Make
) -> None:
    center = make.center()

    assert "证书编号" in client.get("/").text
    assert sign_in(trainer=make.trainer(center)).get("/").location == "/people/me"
    assert sign_in(roles=(Role.EMPLOYER,)).get("/").location == "/verify/"
    assert "工作台" in sign_in(StaffDuty.MANAGER, at=center).get("/").text
    assert "工作台" in sign_in(roles=(Role.ADMINISTRATOR,)).get("/").text


def test_the_portal_says_that_it_lives_and_is_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.json == {"status": "ok", "checks": {"database": True, "queue": True, "migrations": True}}
    assert "zhixun_audit_unsequenced" in client.get("/metrics").text


def test_a_page_that_is_not_there_says_so(client: FlaskClient) -> None:
    answer = client.get("/no-such-page")

    assert answer.status_code == 404
    assert "没有这个页面" in answer.text


def test_a_page_in_english_is_one_switch_away(client: FlaskClient) -> None:
    assert "Certificate number" in client.get("/?lang=en").text
    assert "Certificate number" in client.get("/").text
    assert "证书编号" in client.get("/?lang=zh").text


def test_every_answer_carries_the_strict_policy(client: FlaskClient) -> None:
    headers = client.get("/").headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_form_without_its_token_is_refused(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    answer = client.post("/sign-in", data={"sign_in_name": "a@b.cn", "password": "x"})

    assert answer.status_code == 400
    assert "表单已失效" in answer.text
