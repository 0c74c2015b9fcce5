"""The public check: page and API."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.certificates.models import Certificate
from certification.certificates.rules import CertificateStatus
from tests.make import Make


@pytest.fixture
def certificate(session: Session, make: Make) -> Certificate:
    center = make.center(name_zh="浦东评价机构")
    made = make.certificate(center, holder_name="张晓岚", document_masked="310***********1234")
    session.commit()
    return made


def ask(client: FlaskClient, number: str, name: str) -> str:
    return client.post("/verify/", data={"number": number, "name": name}).text


def test_number_and_name_give_the_whole_answer(client: FlaskClient, certificate: Certificate) -> None:
    page = ask(client, certificate.number.lower(), "张 晓岚")

    for expected in ("该证书今日有效", "张晓岚", "浦东评价机构", "三级", "长期有效"):
        assert expected in page
    assert "310***" not in page


def test_a_wrong_name_and_a_free_number_read_the_same(client: FlaskClient, certificate: Certificate) -> None:
    free = certificate.number[:-6] + "999999"

    wrong, unknown = ask(client, certificate.number, "李四"), ask(client, free, "李四")

    assert "记录中没有这本证书" in wrong
    assert wrong.replace(certificate.number, "N") == unknown.replace(free, "N")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (CertificateStatus.SUSPENDED, "该证书已暂停使用"),
        (CertificateStatus.WITHDRAWN, "该证书已被撤销"),
        (CertificateStatus.REPLACED, "该证书已被补发的新证书取代"),
    ],
)
def test_what_befell_a_certificate_is_told(
    session: Session, client: FlaskClient, certificate: Certificate, status: CertificateStatus, sentence: str
) -> None:
    certificate.status = status
    session.commit()

    assert sentence in client.get(f"/verify/{certificate.number}").text


def test_an_expired_one_is_told_with_its_last_day(session: Session, client: FlaskClient, make: Make) -> None:
    made = make.certificate(issued_on=date(2020, 1, 1), expires_on=date(2023, 1, 1))
    session.commit()

    page = client.get(f"/verify/{made.number}?k={made.link_key}").text

    assert "该证书已过有效期" in page
    assert "2022-12-31" in page


def test_the_number_alone_masks_the_name(client: FlaskClient, certificate: Certificate) -> None:
    page = client.get(f"/verify/{certificate.number}").text

    assert "张**" in page
    assert "张晓岚" not in page
    assert "浦东评价机构" not in page


def test_the_key_of_the_code_shows_everything(client: FlaskClient, certificate: Certificate) -> None:
    assert "张晓岚" in client.get(f"/verify/{certificate.number}?k={certificate.link_key}").text
    assert "张晓岚" not in client.get(f"/verify/{certificate.number}?k=guess").text


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("S123", "编号过短"),
        ("S999999999999263000001", "不是本平台评价机构的代码"),
        ("1809001003400012", "国家职业资格证书"),
        ("S000031000001269000001", "第16位不是等级代码"),
    ],
)
def test_a_forged_number_is_explained(client: FlaskClient, number: str, sentence: str) -> None:
    answer = client.get(f"/verify/{number}")

    assert (answer.status_code, sentence in answer.text) == (404, True)


def test_the_page_says_whose_records_it_shows_and_where_the_official_answer_is(client: FlaskClient) -> None:
    page = client.get("/verify").text

    assert "不是国家登记系统" in page
    assert "职业技能等级证书全国联网查询" in page
    assert 'href="https://zscx.osta.org.cn/"' in page


def test_an_empty_form_says_what_is_missing(client: FlaskClient) -> None:
    page = ask(client, "", "")

    assert "请输入证书上的编号" in page
    assert "请输入证书上的持证人姓名" in page


@pytest.mark.parametrize("number", ["\0", "S1\0\n\t", "%25", "张" * 500, "<script>alert(1)</script>"])
def test_whatever_is_typed_gets_an_answer(client: FlaskClient, number: str) -> None:
    page = client.post("/verify/", data={"number": number, "name": f"{number}张"})

    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_a_name_of_blanks_is_no_name(client: FlaskClient, certificate: Certificate) -> None:
    page = ask(client, certificate.number, "  ")

    assert "请输入证书上的持证人姓名" in page
    assert "今日有效" not in page


def test_control_characters_in_the_address_are_no_fault(client: FlaskClient) -> None:
    assert client.get("/verify/S1%00%0A").status_code == 404
    assert client.get("/api/v1/certificates/S1%00?name=%00&k=%00").status_code == 404


def test_it_reads_in_english_too(client: FlaskClient, certificate: Certificate) -> None:
    assert "This certificate is valid today" in client.get(f"/verify/{certificate.number}?lang=en").text


def test_the_api_gives_the_verdict(client: FlaskClient, certificate: Certificate) -> None:
    address = f"/api/v1/certificates/{certificate.number}"

    masked, full = client.get(address).json, client.get(address, query_string={"name": "张晓岚"}).json
    unknown = client.get(f"{address}9").json

    assert masked is not None
    assert full is not None
    assert unknown is not None
    assert (masked["verdict"], masked["holder"], masked["center"]) == ("valid", "张**", None)
    assert (full["holder"], full["center"], full["level"]) == ("张晓岚", "浦东评价机构", 3)
    assert (unknown["verdict"], unknown["problem"], unknown["holder"]) == ("unknown", "too_long", None)
    assert "1234" not in str(full)
