"""The interface of CASE 1.1: every answer keeps the published schema, drafts are not there."""

import json
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.standards import catalog, importing
from certification.standards.exchange.reading import read_case
from certification.standards.models import Standard
from certification.standards.rules import StandardStatus
from tests.make import NOW, Make
from tests.make_frameworks import case_file, publisher_file, uid, violations
from training_base.kernel.actor import SYSTEM

ROOT = "/ims/case/v1p1"
REPLIES = {
    "CFDocuments": "CFDocument", "CFItems": "CFItem", "CFItemAssociations": "CFAssociationSet",
    "CFPackages": "CFPackage", "CFAssociations": "CFAssociation", "CFConcepts": "CFConceptSet",
    "CFSubjects": "CFSubjectSet", "CFItemTypes": "CFItemTypeSet", "CFLicenses": "CFLicense",
    "CFAssociationGroupings": "CFAssociationGrouping", "CFRubrics": "CFRubric",
}  # fmt: skip
"""The shape of the answer at each address with an identifier (CASE 1.1 REST binding, table of end-points)."""


def full_file() -> dict[str, Any]:
    """A package with something at every address."""
    package = publisher_file(4, words=5)
    base = {"uri": "https://e.example/1", "lastChangeDateTime": "2026-01-01T00:00:00Z", "title": "t"}
    package["CFDefinitions"] |= {
        "CFSubjects": [{**base, "identifier": uid("s", code), "hierarchyCode": code} for code in ("1", "1.1", "11")],
        "CFConcepts": [{**base, "identifier": uid("concept"), "hierarchyCode": "1"}],
        "CFLicenses": [{**base, "identifier": uid("licence"), "licenseText": "x"}],
        "CFAssociationGroupings": [{**base, "identifier": uid("group")}],
    }
    package["CFAssociations"].append({
        **package["CFAssociations"][0], "identifier": uid("peer"), "associationType": "isPeerOf",
        "destinationNodeURI": {"title": "x", "identifier": "job-1", "uri": "https://e.example/job-1"},
    })  # fmt: skip
    return package


def published(session: Session, source: dict[str, Any], status: StandardStatus = StandardStatus.ADOPTED) -> Standard:
    reading = read_case(json.dumps(source).encode())
    answer = importing.import_framework(session, reading, base="http://localhost", by=SYSTEM, now=NOW)
    standard = session.get_one(Standard, answer.standard_id)
    standard.status = status
    session.flush()
    return standard


def addresses(source: dict[str, Any]) -> list[tuple[str, str]]:
    """Every list with the identifier of an object in it."""
    item = source["CFItems"][0]["identifier"]
    return [
        ("CFDocuments", source["CFDocument"]["identifier"]), ("CFPackages", source["CFDocument"]["identifier"]),
        ("CFItems", item), ("CFItemAssociations", item),
        ("CFAssociations", source["CFAssociations"][1]["identifier"]), ("CFAssociations", uid("peer")),
        ("CFConcepts", uid("concept")), ("CFSubjects", uid("s", "1")), ("CFLicenses", uid("licence")),
        ("CFItemTypes", source["CFDefinitions"]["CFItemTypes"][0]["identifier"]),
        ("CFAssociationGroupings", uid("group")), ("CFRubrics", source["CFRubrics"][0]["identifier"]),
    ]  # fmt: skip


def test_every_address_answers_in_the_published_shape(client: FlaskClient, session: Session) -> None:
    source = full_file()
    published(session, source)

    for kind, identifier in addresses(source):
        answer = client.get(f"{ROOT}/{kind}/{identifier}")
        assert (answer.status_code, violations(REPLIES[kind], answer.json)) == (200, []), kind
        assert answer.headers["Cache-Control"] in ("public, max-age=3600", "public, no-cache")


def test_a_private_draft_is_nowhere(client: FlaskClient, session: Session) -> None:
    source = full_file()
    published(session, source, StandardStatus.PRIVATE_DRAFT)

    for kind, identifier in addresses(source):
        answer = client.get(f"{ROOT}/{kind}/{identifier}")
        assert (answer.status_code, violations("StatusInfo", answer.json)) == (404, []), kind
        assert "unknownobject" in answer.text
    assert client.get(f"{ROOT}/CFDocuments").json == {"CFDocuments": []}


def test_our_national_standard_answers_item_by_item_as_its_package_does(client: FlaskClient, session: Session) -> None:
    standard = catalog.load_standard(session, by=SYSTEM, now=NOW)
    catalog.load_knowledge_points(session, by=SYSTEM, now=NOW)
    package = client.get(f"{ROOT}/CFPackages/{standard.identifier}").json
    assert package is not None
    wanted = [*package["CFItems"][:7], *package["CFItems"][-2:]]
    links = {link["originNodeURI"]["identifier"]: link for link in package["CFAssociations"]}

    for item in wanted:
        alone = client.get(f"{ROOT}/CFItems/{item['identifier']}").json
        assert alone is not None
        assert alone.pop("CFDocumentURI")["identifier"] == str(standard.identifier)
        link = links[item["identifier"]]
        placed = client.get(f"{ROOT}/CFAssociations/{link['identifier']}").json
        assert placed is not None
        assert placed.pop("CFDocumentURI")["identifier"] == str(standard.identifier)
        assert (alone, placed) == (item, link)
    kinds = package["CFDefinitions"]["CFItemTypes"]
    assert client.get(f"{ROOT}/CFItemTypes/{kinds[0]['identifier']}").json == {"CFItemTypes": [kinds[0]]}


def test_the_associations_of_an_item_are_those_that_begin_or_end_there(client: FlaskClient, session: Session) -> None:
    standard = catalog.load_standard(session, by=SYSTEM, now=NOW)
    catalog.load_knowledge_points(session, by=SYSTEM, now=NOW)
    package = client.get(f"{ROOT}/CFPackages/{standard.identifier}").json
    assert package is not None
    count = dict.fromkeys((item["identifier"] for item in package["CFItems"]), 0)
    for link in package["CFAssociations"]:
        for end in ("originNodeURI", "destinationNodeURI"):
            count[link[end]["identifier"]] = count.get(link[end]["identifier"], 0) + 1

    for item in [*package["CFItems"][:9], *package["CFItems"][-2:]]:
        found = client.get(f"{ROOT}/CFItemAssociations/{item['identifier']}").json
        assert found is not None
        assert len(found["CFAssociations"]) == count[item["identifier"]]


def test_a_set_brings_what_stands_below_by_its_code(client: FlaskClient, session: Session) -> None:
    published(session, full_file())

    found = client.get(f"{ROOT}/CFSubjects/{uid('s', '1')}").json

    assert found is not None
    assert [subject["hierarchyCode"] for subject in found["CFSubjects"]] == ["1", "1.1"]


def test_documents_come_in_pages_with_links(client: FlaskClient, session: Session) -> None:
    for place in range(5):
        published(session, case_file(0, name=f"doc{place}", title=f"框架{place}"))

    page = client.get(f"{ROOT}/CFDocuments?limit=2&offset=2&sort=title&orderBy=desc&fields=title,identifier")

    assert page.json == {
        "CFDocuments": [{"identifier": uid(f"doc{place}"), "title": f"框架{place}"} for place in (2, 1)]
    }
    assert page.headers["X-Total-Count"] == "5"
    links = page.headers["Link"]
    assert {rel for rel in ("first", "last", "next", "prev") if f'rel="{rel}"' in links} == {
        "first", "last", "next", "prev",
    }  # fmt: skip
    assert "sort=title&orderBy=desc&fields=title%2Cidentifier&limit=2&offset=4>" in links


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("title='b'", ["b"]),
        ("title!='b'", ["a", "c"]),
        ("title>='b' AND title<'c'", ["b"]),
        ("title='a' OR title='c'", ["a", "c"]),
        ("title~'b'", ["b"]),
        ("title<='a'", ["a"]),
        ("title>'b'", ["c"]),
    ],
)
def test_documents_can_be_filtered(client: FlaskClient, session: Session, query: str, titles: list[str]) -> None:
    for name in "abc":
        published(session, case_file(0, name=name, title=name))

    found = client.get(f"{ROOT}/CFDocuments", query_string={"filter": query, "sort": "title"}).json

    assert found is not None
    assert [document["title"] for document in found["CFDocuments"]] == titles


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("limit=0", "invalid_selection_field"),
        ("limit=x", "invalid_selection_field"),
        ("offset=-1", "invalid_selection_field"),
        ("fields=title,nonsense", "invalid_selection_field"),
        ("filter=notes='x'", "invalid_selection_field"),
        ("filter=title", "invalid_selection_field"),
        ("filter=title='a' AND title='b' OR title='c'", "invalid_selection_field"),
        ("sort=nonsense", "invalid_sort_field"),
    ],
)
def test_a_query_that_cannot_be_answered_says_so(client: FlaskClient, query: str, value: str) -> None:
    answer = client.get(f"{ROOT}/CFDocuments?{query}")

    assert (answer.status_code, violations("StatusInfo", answer.json)) == (400, [])
    assert value in answer.text


def test_what_is_no_uuid_or_unknown_is_not_found(client: FlaskClient) -> None:
    for kind in REPLIES:
        nonsense, unknown = client.get(f"{ROOT}/{kind}/nonsense"), client.get(f"{ROOT}/{kind}/{uuid4()}")
        assert (nonsense.status_code, unknown.status_code) == (404, 404)
        assert violations("StatusInfo", nonsense.json) == violations("StatusInfo", unknown.json) == []
        assert "invalid_uuid" in nonsense.text
        assert "unknownobject" in unknown.text


def test_who_has_a_published_package_need_not_fetch_it_again(client: FlaskClient, session: Session) -> None:
    standard = published(session, case_file(3))
    address = f"{ROOT}/CFPackages/{standard.identifier}"
    tag = client.get(address).headers["ETag"]

    again = client.get(address, headers={"If-None-Match": tag})
    standard.status = StandardStatus.DEPRECATED
    session.flush()
    later = client.get(address, headers={"If-None-Match": tag})

    assert (again.status_code, again.data, later.status_code) == (304, b"", 200)


def test_a_consultation_can_be_read_but_not_kept(client: FlaskClient, session: Session, make: Make) -> None:
    standard = published(session, case_file(1), StandardStatus.CONSULTATION)

    answer = client.get(f"{ROOT}/CFDocuments/{standard.identifier}")

    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert (answer.json or {})["adoptionStatus"] == "Draft"
