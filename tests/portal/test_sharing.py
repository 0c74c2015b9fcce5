"""Share links: the holder's page and the employer's."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.certificates.models import ShareLink
from certification.certificates.rules import CertificateStatus
from portal.access import Role
from tests.make import NOW, Make
from tests.portal.conftest import SignIn
from training_base.people.models import Trainer


@pytest.fixture
def trainer(make: Make) -> Trainer:
    center = make.center(name_zh="浦东评价机构")
    trainer = make.trainer(center, name="张晓岚")
    make.certificate(center, trainer=trainer)
    make.certificate(center, trainer=trainer, scheme=make.scheme(make.tier(2)), status=CertificateStatus.WITHDRAWN)
    return trainer


@pytest.fixture
def holder(sign_in: SignIn, trainer: Trainer) -> FlaskClient:
    return sign_in(trainer=trainer)


def share(holder: FlaskClient) -> str:
    page = holder.post("/share/", data={"label": "某公司", "days": "30"}).text
    found = re.search(r"http://localhost(/share/[\w-]{22})", page)
    assert found is not None
    return found[1]


def test_an_employer_sees_the_levels_without_signing_in(holder: FlaskClient, client: FlaskClient) -> None:
    page = client.get(share(holder)).text

    for expected in ("张晓岚", "浦东评价机构", "三级", "已撤销", "/verify/"):
        assert expected in page
    assert page.index("二级") < page.index("国家职业标准")


def test_the_holder_sees_the_looks_and_takes_the_link_back(
    session: Session, holder: FlaskClient, client: FlaskClient, trainer: Trainer
) -> None:
    address = share(holder)
    client.get(address, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    link = session.query(ShareLink).where(ShareLink.trainer_id == trainer.id).one()

    assert "203.0.*.*" in holder.get("/share/").text
    holder.post(f"/share/{link.id}/revoke")

    closed = client.get(address)
    assert (closed.status_code, "持证人已收回该链接" in closed.text, "张晓岚" in closed.text) == (410, True, False)
    assert "已收回" in holder.get("/share/").text


def test_a_link_that_ended_or_never_was_says_so(
    session: Session, holder: FlaskClient, client: FlaskClient, trainer: Trainer
) -> None:
    address = share(holder)
    session.query(ShareLink).where(ShareLink.trainer_id == trainer.id).one().expires_at = NOW.replace(year=2020)
    session.commit()

    ended, never = client.get(address), client.get("/share/guessed")

    assert (ended.status_code, "该链接已过期" in ended.text) == (410, True)
    assert (never.status_code, "没有这个链接" in never.text) == (404, True)
    assert "已到期" in holder.get("/share/").text


def test_the_form_says_what_is_missing(holder: FlaskClient) -> None:
    assert "请填写分享对象" in holder.post("/share/", data={"days": "30"}).text
    assert "还没有链接" in holder.get("/share/").text


def test_somebody_else_does_not_take_it_back(
    session: Session, make: Make, holder: FlaskClient, sign_in: SignIn
) -> None:
    share(holder)
    link = session.query(ShareLink).one()
    other = sign_in(trainer=make.trainer())

    assert other.post(f"/share/{link.id}/revoke").status_code == 404


def test_without_a_profile_there_is_nothing_to_share(sign_in: SignIn) -> None:
    page = sign_in(roles=(Role.TRAINEE,)).post("/share/", data={"label": "某公司", "days": "7"})

    assert "没有训练师档案" in page.text


def test_without_certificates_the_page_says_so(make: Make, sign_in: SignIn, client: FlaskClient) -> None:
    newcomer = sign_in(trainer=make.trainer(name="新人"))

    assert "暂无等级" in client.get(share(newcomer)).text
