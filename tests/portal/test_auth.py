"""Signing in, one-time links, and where a sign-in may lead."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.access import Role
from portal.auth import accounts
from portal.auth.models import Account
from portal.refusals import LinkSpent, NameTaken, WeakPassword, WrongPassword
from tests.make import NOW, Make

PASSWORD = "correct horse battery"


def owner(session: Session, make: Make) -> Account:
    _, token = accounts.invite(
        session, "Li@Example.cn", "李明", roles=[Role.EMPLOYER], by=make.actor(everywhere=True), now=NOW
    )
    return accounts.set_password(session, token, PASSWORD, address="127.0.0.1", now=NOW)


def test_an_invited_person_sets_the_password_and_signs_in(session: Session, make: Make) -> None:
    account = owner(session, make)

    assert accounts.check_password(session, " li@example.cn ", PASSWORD) == account.id


def test_a_link_works_once(session: Session, make: Make) -> None:
    _, token = accounts.invite(session, "a@b.cn", "A", by=make.actor(everywhere=True), now=NOW)
    accounts.set_password(session, token, PASSWORD, address="", now=NOW)

    with pytest.raises(LinkSpent):
        accounts.set_password(session, token, PASSWORD, address="", now=NOW)


def test_a_link_expires(session: Session, make: Make) -> None:
    _, token = accounts.invite(session, "a@b.cn", "A", by=make.actor(everywhere=True), now=NOW)

    assert accounts.find_link(session, token, now=NOW + timedelta(days=7)) is None


def test_a_new_link_ends_the_earlier_one(session: Session, make: Make) -> None:
    by = make.actor(everywhere=True)
    account, first = accounts.invite(session, "a@b.cn", "A", by=by, now=NOW)
    second = accounts.new_link(session, account, by=by, now=NOW)

    assert accounts.find_link(session, first, now=NOW) is None
    assert accounts.find_link(session, second, now=NOW) is not None


def test_two_accounts_do_not_share_a_name(session: Session, make: Make) -> None:
    owner(session, make)

    with pytest.raises(NameTaken):
        accounts.invite(session, "LI@example.cn", "Another", by=make.actor(), now=NOW)


@pytest.mark.parametrize("password", ["short", "li@example.cn"])
def test_a_weak_password_is_refused(session: Session, make: Make, password: str) -> None:
    _, token = accounts.invite(session, "li@example.cn", "李明", by=make.actor(), now=NOW)

    with pytest.raises(WeakPassword):
        accounts.set_password(session, token, password, address="", now=NOW)


@pytest.mark.parametrize(("name", "password"), [("li@example.cn", "wrong"), ("nobody@example.cn", PASSWORD)])
def test_wrong_name_and_wrong_password_are_told_alike(session: Session, make: Make, name: str, password: str) -> None:
    owner(session, make)

    with pytest.raises(WrongPassword):
        accounts.check_password(session, name, password)


def test_a_closed_account_does_not_sign_in_until_reopened(session: Session, make: Make) -> None:
    account, by = owner(session, make), make.actor(everywhere=True)
    accounts.close(session, account, by=by, now=NOW)
    with pytest.raises(WrongPassword):
        accounts.check_password(session, "li@example.cn", PASSWORD)

    accounts.reopen(session, account, by=by, now=NOW)

    assert accounts.check_password(session, "li@example.cn", PASSWORD) == account.id


def test_the_sign_in_page_leads_to_the_page_asked_for(client: FlaskClient, session: Session, make: Make) -> None:
    owner(session, make)
    session.commit()

    answer = client.post("/sign-in?next=/verify/", data={"sign_in_name": "li@example.cn", "password": PASSWORD})

    assert answer.status_code == 302
    assert answer.location == "/verify/"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_a_sign_in_never_leads_elsewhere(client: FlaskClient, session: Session, make: Make, wanted: str) -> None:
    owner(session, make)
    session.commit()

    answer = client.post(
        "/sign-in",
        query_string={"next": wanted},
        data={"sign_in_name": "li@example.cn", "password": PASSWORD},
    )

    assert answer.location == "/"


def test_a_wrong_password_is_told_on_the_page(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"sign_in_name": "x@y.cn", "password": "nothing"})

    assert answer.status_code == 200
    assert "不匹配" in answer.text


def test_the_welcome_page_sets_the_password_and_signs_in(client: FlaskClient, session: Session, make: Make) -> None:
    _, token = accounts.invite(session, "a@b.cn", "张三", roles=[Role.EMPLOYER], by=make.actor(), now=datetime.now(UTC))
    session.commit()

    answer = client.post(f"/welcome/{token}", data={"password": PASSWORD, "again": PASSWORD}, follow_redirects=True)

    assert "张三" in answer.text
    assert client.get(f"/welcome/{token}").status_code == 410


def test_signing_in_replaces_the_session(client: FlaskClient, session: Session, make: Make) -> None:
    owner(session, make)
    session.commit()
    with client.session_transaction() as cookie:
        cookie["planted"] = "yes"

    client.post("/sign-in", data={"sign_in_name": "li@example.cn", "password": PASSWORD})

    with client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_signing_out_ends_the_session(client: FlaskClient, session: Session, make: Make) -> None:
    owner(session, make)
    session.commit()
    client.post("/sign-in", data={"sign_in_name": "li@example.cn", "password": PASSWORD})

    client.post("/sign-out")

    assert "登录" in client.get("/").text


def test_signing_out_ends_copied_cookies_too(client: FlaskClient, session: Session, make: Make) -> None:
    owner(session, make)
    session.commit()
    client.post("/sign-in", data={"sign_in_name": "li@example.cn", "password": PASSWORD})
    with client.session_transaction() as cookie:
        copied = dict(cookie)

    client.post("/sign-out")

    with client.session_transaction() as cookie:
        cookie.update(copied)
    assert client.get("/password").status_code == 401


def test_the_own_password_is_changed_by_who_knows_it(client: FlaskClient, session: Session, make: Make) -> None:
    owner(session, make)
    session.commit()
    client.post("/sign-in", data={"sign_in_name": "li@example.cn", "password": PASSWORD})
    fresh = {"password": "another fine password", "again": "another fine password"}

    wrong = client.post("/password", data={"current": "not my password", **fresh})
    right = client.post("/password", data={"current": PASSWORD, **fresh})

    assert "不匹配" in wrong.text
    assert right.status_code == 302
    assert client.get("/password").status_code == 200
    assert accounts.check_password(session, "li@example.cn", "another fine password")
