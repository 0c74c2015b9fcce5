"""Pages and commands of certificates."""

import io
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from certification.certificates import service
from certification.certificates.models import Certificate, StatusChange
from certification.certificates.rules import CertificateStatus, ChangeKind, ChangeReason, ChangeStatus
from certification.scoring.models import Result
from tests.make import NOW, Make
from tests.portal.conftest import SignIn
from training_base.centers.models import StaffRole, TrainingCenter
from training_base.centers.rules import StaffDuty
from training_base.kernel.actor import Actor
from training_base.kernel.models import Job

OFFICER = StaffDuty.CERTIFICATION_OFFICER


@pytest.fixture
def center(make: Make) -> TrainingCenter:
    return make.center(name_zh="浦东评价机构")


@pytest.fixture
def officer(sign_in: SignIn, center: TrainingCenter) -> FlaskClient:
    return sign_in(OFFICER, at=center)


def asked(session: Session, certificate: Certificate, make: Make) -> StatusChange:
    kind, reason = ChangeKind.SUSPEND, ChangeReason.INVESTIGATION
    by = make.actor(certificate.center_id)
    change = service.ask_change(session, certificate.number, kind, reason, "有人来信", by=by, now=NOW)
    session.commit()
    return change


def teach(make: Make, result: Result, browser: FlaskClient) -> None:
    actor = Actor(id=browser.account_id, name="教师")  # type: ignore[attr-defined]
    make.teaches(result.enrolment.cohort, actor)
    make.session.commit()


def test_an_officer_decides_issues_and_finds_the_certificate(
    session: Session, make: Make, center: TrainingCenter, officer: FlaskClient
) -> None:
    result = make.result(center, trainer=make.trainer(center, name="张晓岚"))
    session.commit()

    assert "张晓岚" in officer.get("/certificates/awaiting").text
    decided = officer.post(f"/certificates/results/{result.id}", data={"outcome": "certify"})
    assert decided.location.endswith(f"/certificates/results/{result.id}")
    assert "颁发证书" in officer.get("/certificates/awaiting").text
    issued = officer.post(f"/certificates/results/{result.id}/issue")

    page = officer.get(issued.location).text
    assert "张晓岚" in page
    assert f"{center.code}" in page
    again = officer.post(f"/certificates/results/{result.id}/issue", follow_redirects=True)
    assert "已发过证书" in again.text


def test_chosen_results_are_certified_by_a_job(
    session: Session, make: Make, center: TrainingCenter, officer: FlaskClient
) -> None:
    results = [make.result(center) for _ in range(3)]
    session.commit()

    nothing = officer.post("/certificates/awaiting", data={"results": "no identifier"}, follow_redirects=True)
    started = officer.post("/certificates/awaiting", data={"results": [str(one.id) for one in results[:2]]})

    job = session.query(Job).one()
    assert "请先选择成绩" in nothing.text
    assert started.location.endswith(f"/jobs/{job.id}")
    assert (job.kind, job.center_id) == ("certificates.issue", center.id)
    assert set(job.payload["result_ids"]) == {str(one.id) for one in results[:2]}


def test_results_of_two_centers_make_two_jobs(
    session: Session, make: Make, center: TrainingCenter, sign_in: SignIn
) -> None:
    other = make.center()
    officer = sign_in(OFFICER, at=center)
    make.add(
        StaffRole(
            center_id=other.id,
            actor_id=officer.account_id,  # type: ignore[attr-defined]
            name="认定员",
            duty=OFFICER,
            from_on=NOW.date().replace(year=2025),
        )
    )
    results = [make.result(center), make.result(other)]
    session.commit()

    started = officer.post("/certificates/awaiting", data={"results": [str(one.id) for one in results]})

    assert started.location.endswith("/jobs/")
    assert session.query(Job).count() == 2


def test_whoever_taught_sees_why_not_before_trying_and_when_trying(
    session: Session, make: Make, center: TrainingCenter, officer: FlaskClient
) -> None:
    result = make.result(center)
    teach(make, result, officer)

    assert "您曾教授该考生" in officer.get("/certificates/awaiting").text
    page = officer.get(f"/certificates/results/{result.id}").text
    assert "您曾教授该考生" in page
    assert 'name="outcome"' not in page
    refused = officer.post(f"/certificates/results/{result.id}", data={"outcome": "certify"})

    assert "您曾教授该考生" in refused.text
    assert service.find_decision(session, result.id) is None


def test_refusing_without_a_reason_keeps_the_form(
    session: Session, make: Make, center: TrainingCenter, officer: FlaskClient
) -> None:
    result = make.result(center)
    session.commit()

    page = officer.post(f"/certificates/results/{result.id}", data={"outcome": "refuse"})

    assert "请填写不予认定的理由" in page.text
    officer.post(f"/certificates/results/{result.id}", data={"outcome": "refuse", "reason": "替考"})
    assert "替考" in officer.get(f"/certificates/results/{result.id}").text


def test_issuing_what_was_not_decided_is_refused(
    session: Session, make: Make, center: TrainingCenter, officer: FlaskClient
) -> None:
    result = make.result(center)
    session.commit()

    answer = officer.post(f"/certificates/results/{result.id}/issue")

    assert (answer.status_code, "尚未认定" in answer.text) == (422, True)


def test_a_result_that_is_short_shows_nothing_to_decide(
    session: Session, make: Make, center: TrainingCenter, officer: FlaskClient
) -> None:
    result = make.result(center, passed=False)
    session.commit()

    assert "无需认定" in officer.get(f"/certificates/results/{result.id}").text


def test_the_list_filters_and_has_its_empty_states(
    session: Session, make: Make, center: TrainingCenter, officer: FlaskClient
) -> None:
    assert "还没有证书" in officer.get("/certificates/").text
    make.certificate(center, holder_name="张三")
    make.certificate(center, holder_name="李四", status=CertificateStatus.WITHDRAWN)
    session.commit()

    narrowed = officer.get("/certificates/?status=withdrawn&level=3&sort=holder").text
    assert ("李四" in narrowed, "张三" in narrowed) == (True, False)
    assert "没有符合条件的证书" in officer.get("/certificates/?q=没有此人&level=x&status=y").text
    assert officer.get("/certificates/?q=%00x").status_code == 400
    assert "没有待认定的成绩" in officer.get("/certificates/awaiting").text


def test_the_filtered_list_is_exported_without_formulas(
    session: Session, make: Make, center: TrainingCenter, officer: FlaskClient
) -> None:
    first = make.certificate(center, holder_name="=HYPERLINK(1)", expires_on=NOW.date().replace(year=2099))
    make.certificate(center, holder_name="李四", status=CertificateStatus.WITHDRAWN)
    make.certificate(make.center(), holder_name="别家")
    session.commit()

    lines = officer.get("/certificates/export.csv?status=valid").data.decode("utf-8-sig").splitlines()

    assert lines[0].startswith("编号,持证人")
    assert len(lines) == 2
    assert lines[1].startswith(f"{first.number},'=HYPERLINK(1),三级/高级工,浦东评价机构,2026-06-15,2099-06-14,有效")


def test_one_asks_and_another_approves(
    session: Session, make: Make, center: TrainingCenter, officer: FlaskClient, sign_in: SignIn
) -> None:
    certificate = make.certificate(center)
    session.commit()
    address = f"/certificates/{certificate.number}"
    change = {"kind": "withdraw", "reason": "misconduct", "explanation": "替考属实"}

    assert "请说明情况" in officer.post(f"{address}/change", data={**change, "explanation": ""}).text
    assert officer.post(f"{address}/change", data=change).location.endswith(address)
    assert "尚待审批" in officer.post(f"{address}/change", data=change).text
    waiting = session.query(StatusChange).one()
    own = officer.post(f"/certificates/changes/{waiting.id}/approve")
    assert (own.status_code, "须由他人审批" in own.text) == (422, True)
    other = sign_in(OFFICER, at=center)
    assert certificate.number in other.get("/certificates/changes").text
    assert "替考属实" in other.get(address).text
    other.post(f"/certificates/changes/{waiting.id}/approve")

    session.expire_all()
    assert certificate.status is CertificateStatus.WITHDRAWN
    assert "没有待审批的变更" in other.get("/certificates/changes").text
    assert certificate.number in other.get("/certificates/changes?all=1").text
    assert other.get(f"{address}.pdf").status_code == 422


def test_a_declined_change_stays_in_the_history(
    session: Session, make: Make, center: TrainingCenter, officer: FlaskClient
) -> None:
    certificate = make.certificate(center)
    change = asked(session, certificate, make)

    officer.post(f"/certificates/changes/{change.id}/decline")

    session.expire_all()
    assert (change.status, certificate.status) == (ChangeStatus.DECLINED, CertificateStatus.VALID)
    assert "有人来信" in officer.get(f"/certificates/{certificate.number}").text


def test_the_pdf_is_downloaded_by_staff_and_by_the_holder(
    session: Session, make: Make, center: TrainingCenter, officer: FlaskClient, sign_in: SignIn
) -> None:
    trainer = make.trainer(center, name="张晓岚")
    certificate = make.certificate(center, trainer=trainer)
    session.commit()
    holder = sign_in(trainer=trainer)

    files = [
        browser.get(path)
        for browser, path in (
            (officer, f"/certificates/{certificate.number}.pdf"),
            (holder, f"/certificates/mine/{certificate.number}.pdf"),
        )
    ]

    assert {file.mimetype for file in files} == {"application/pdf"}
    assert "张晓岚" in PdfReader(io.BytesIO(files[1].data)).pages[0].extract_text().replace(" ", "")


def test_the_holder_sees_own_certificates_only(
    session: Session, make: Make, center: TrainingCenter, sign_in: SignIn
) -> None:
    trainer = make.trainer(center)
    own, other = make.certificate(center, trainer=trainer), make.certificate(center)
    session.commit()
    holder, newcomer = sign_in(trainer=trainer), sign_in(trainer=make.trainer(center))

    page = holder.get("/certificates/mine").text

    assert (own.number in page, other.number in page) == (True, False)
    assert holder.get(f"/certificates/mine/{other.number}.pdf").status_code == 404
    assert holder.get(f"/certificates/{own.number}").status_code == 403
    assert "还没有证书" in newcomer.get("/certificates/mine").text


def test_another_centers_officer_finds_nothing(
    session: Session, make: Make, center: TrainingCenter, sign_in: SignIn
) -> None:
    certificate, result = make.certificate(center), make.result(center)
    change = asked(session, certificate, make)
    stranger = sign_in(OFFICER, at=make.center())

    addresses = (f"/{certificate.number}", f"/{certificate.number}.pdf", f"/{certificate.number}/change")
    assert {stranger.get(f"/certificates{path}").status_code for path in addresses} == {404}
    assert stranger.get(f"/certificates/results/{result.id}").status_code == 404
    assert stranger.post(f"/certificates/changes/{change.id}/approve").status_code == 404
    assert certificate.number not in stranger.get("/certificates/").text


def test_commands_list_show_print_and_check(session: Session, make: Make, app: Flask, tmp_path: Path) -> None:
    certificate = make.certificate(make.center(), holder_name="张晓岚")
    session.commit()
    run, number = app.test_cli_runner(), certificate.number

    listed = run.invoke(args=["certificates", "list", "--q", number, "--json"])
    assert json.loads(listed.output)[0]["holder"] == "张晓岚"
    assert number in run.invoke(args=["certificates", "list", "--status", "valid", "--level", "3"]).output
    assert json.loads(run.invoke(args=["certificates", "show", number, "--json"]).output)["theory_marks"] == 8650
    assert "张晓岚" in run.invoke(args=["certificates", "show", number]).output
    assert run.invoke(args=["certificates", "pdf", number, str(tmp_path / "c.pdf")]).exit_code == 0
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")
    checked = run.invoke(args=["certificates", "verify", number, "--name", "张晓岚", "--json"])
    assert (checked.exit_code, json.loads(checked.output)["holder"]) == (0, "张晓岚")


def test_commands_end_with_one_clear_line(session: Session, make: Make, app: Flask, tmp_path: Path) -> None:
    certificate = make.certificate(make.center(), status=CertificateStatus.WITHDRAWN)
    session.commit()
    run = app.test_cli_runner()

    unknown = run.invoke(args=["certificates", "show", "S1"])
    unprinted = run.invoke(args=["certificates", "pdf", certificate.number, str(tmp_path / "c.pdf")])
    withdrawn = run.invoke(args=["certificates", "verify", certificate.number])

    assert [unknown.exit_code, unprinted.exit_code, withdrawn.exit_code] == [1, 1, 1]
    assert len(unknown.output.strip().splitlines()) == len(unprinted.output.strip().splitlines()) == 1
    assert "withdrawn" in withdrawn.output
    assert "too_short" in run.invoke(args=["certificates", "verify", "S1"]).output
