"""Pages and commands that compare versions and tell what the later one touches."""

import json
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from certification.standards.models import Standard
from certification.standards.rules import StandardStatus
from portal.access import Role
from tests.make import Make
from tests.make_comparing import first_version, next_version, node_of, tier_of
from tests.make_standards import make_node
from tests.portal.conftest import SignIn
from training_base.centers.rules import StaffDuty


@pytest.fixture
def pair(make: Make) -> tuple[Standard, Standard]:
    old = first_version(make)
    new = next_version(make, old)
    node_of(make, new, "1.1.1").zh = "能完成3级第1.1项语音标注"
    make_node(make, node_of(make, new, "1.1", 4), zh="能检查标注", en="check labels")
    make.session.commit()
    return old, new


@pytest.fixture
def owner(sign_in: SignIn) -> FlaskClient:
    return sign_in(roles=(Role.SCHEME_OWNER,))


def address(pair: tuple[Standard, Standard], tail: str = "") -> str:
    return f"/standards/compare/{pair[0].code}/{pair[1].code}{tail}"


def test_versions_are_chosen_and_shown_side_by_side(owner: FlaskClient, pair: tuple[Standard, Standard]) -> None:
    chosen = {"old": pair[0].code, "new": pair[1].code}

    assert pair[1].title_zh in owner.get("/standards/compare/").text
    assert owner.get("/standards/compare/", query_string=chosen).location == address(pair)
    page = owner.get(address(pair, "?lang=zh")).text
    assert '<del class="diff__removed">图像</del>' in page
    assert '<ins class="diff__added">语音</ins>' in page
    assert "能检查标注" in page


def test_rows_are_filtered_by_fate_level_and_words(owner: FlaskClient, pair: tuple[Standard, Standard]) -> None:
    def rows(query: str) -> int:
        return owner.get(address(pair, f"?lang=en&{query}")).text.count('data-label="Later version"')

    assert (rows(""), rows("fate=all"), rows("fate=new"), rows("level=4"), rows("q=CHECK")) == (2, 12, 1, 1, 1)
    assert "Nothing of this kind changed" in owner.get(address(pair, "?lang=en&fate=merged")).text
    assert rows("fate=all&page=99") == 12


def test_a_private_draft_is_compared_by_those_who_write_it_only(
    client: FlaskClient, make: Make, pair: tuple[Standard, Standard]
) -> None:
    assert client.get(address(pair)).status_code == 404
    pair[1].status = StandardStatus.CONSULTATION
    make.session.commit()

    assert "check labels" in client.get(address(pair, "?lang=en")).text
    assert client.get(address(pair, "/impact")).status_code in {302, 401}


def test_what_a_version_touches_is_counted_and_listed(
    owner: FlaskClient, make: Make, pair: tuple[Standard, Standard]
) -> None:
    scheme = make.scheme()
    scheme.tier_id = tier_of(make, pair[0], 3).id
    certificate = make.certificate(scheme=scheme)
    make.session.commit()

    page = owner.get(address(pair, "/impact?lang=en&effect=new_evidence")).text

    assert certificate.number in page
    assert "A certificate keeps the version it was issued under" in page
    assert "Nothing here" in owner.get(address(pair, "/impact?lang=en&kind=tasks")).text
    assert certificate.number not in owner.get(address(pair, "/impact?effect=withdrawn")).text


def test_the_report_is_a_workbook_with_a_sheet_for_each_kind(
    owner: FlaskClient, make: Make, pair: tuple[Standard, Standard]
) -> None:
    scheme = make.scheme()
    scheme.tier_id = tier_of(make, pair[0], 3).id
    certificate = make.certificate(scheme=scheme)
    make.paper(make.center(), scheme, title="=1+1")
    make.session.commit()

    book = load_workbook(BytesIO(owner.get(address(pair, "/impact.xlsx?lang=en")).data))

    assert book.sheetnames[0] == "Summary"
    assert len(book.sheetnames) == 6
    assert book["Certificates in force"]["A2"].value == certificate.number
    title = book["Papers"][2][1]
    assert (title.value, title.data_type) == ("=1+1", "s")


def test_staff_of_a_center_do_not_see_the_report(sign_in: SignIn, make: Make, pair: tuple[Standard, Standard]) -> None:
    manager = sign_in(StaffDuty.MANAGER, at=make.center())

    assert manager.get(address(pair, "/impact")).status_code == 403


def test_the_commands_tell_the_same_as_data(app: Flask, make: Make, pair: tuple[Standard, Standard]) -> None:
    make.skill_task(tier_of(make, pair[0], 3), "1.1")
    make.session.commit()
    runner, ends = app.test_cli_runner(), [pair[0].code, pair[1].code]

    diff = json.loads(runner.invoke(args=["standards", "diff", *ends, "--json"]).output)
    impact = json.loads(runner.invoke(args=["standards", "impact", *ends, "--json"]).output)

    assert [row["fates"] for row in diff["rows"]] == [["new"], ["reworded"]]
    assert {"change": "removed", "text": "图像"} in diff["rows"][1]["wording"]
    assert diff["counts"]["unchanged"] == 10
    assert impact["counts"]["tasks"] == {
        "unchanged": 0, "wider": 0, "narrower": 0, "new_evidence": 1, "withdrawn": 0,
    }  # fmt: skip
    assert [(one["level"], one["certificates"]) for one in impact["levels"]] == [(3, "new_evidence"), (4, "wider")]


def test_the_commands_print_lines_and_refuse_unknown_versions(app: Flask, pair: tuple[Standard, Standard]) -> None:
    runner, ends = app.test_cli_runner(), [pair[0].code, pair[1].code]

    assert "new: nothing -> " in runner.invoke(args=["standards", "diff", *ends]).output
    assert len(runner.invoke(args=["standards", "diff", *ends, "--all"]).output.splitlines()) == 12
    assert "certificates: none" in runner.invoke(args=["standards", "impact", *ends]).output
    assert runner.invoke(args=["standards", "diff", "no", "such"]).exit_code == 1
