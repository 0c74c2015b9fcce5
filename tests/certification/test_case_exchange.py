"""Frameworks from and to CASE packages: lenient reading, every fault with its path, strict writing."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.standards.exchange.package import OURS, Package
from certification.standards.exchange.reading import MOST_BYTES, read_case
from certification.standards.exchange.report import Fault, Loss, Reading, Remark
from certification.standards.exchange.writing import write_case
from tests.make_frameworks import any_uuids, case_file, packages, publisher_file, uid, violations


def read(source: object) -> Reading:
    return read_case(json.dumps(source).encode())


def faults(source: object) -> list[tuple[str, Fault]]:
    return [(problem.path, problem.fault) for problem in read(source).problems]


@settings(max_examples=25)
@given(packages())
def test_any_valid_package_comes_back_equal(package: Package) -> None:
    reading = read_case(write_case(package).content)

    assert reading.problems == ()
    assert reading.package == package


@settings(max_examples=25)
@given(packages(any_uuids))
def test_an_export_breaks_no_rule_of_the_schema_and_identifiers_survive_it(package: Package) -> None:
    written = write_case(package)

    assert violations("CFPackage", json.loads(written.content)) == []
    assert read_case(written.content).package == package


def test_an_identifier_that_case_does_not_carry_is_replaced_and_reported() -> None:
    old = UUID("6fa459ea-ee8a-1ca4-894e-db77e160355e")
    source = case_file(1)
    source["CFDocument"]["identifier"] = source["CFAssociations"][0]["destinationNodeURI"]["identifier"] = str(old)

    reading = read(source)
    assert reading.package is not None
    written = write_case(reading.package)

    exported = json.loads(written.content)["CFDocument"]
    assert Remark.UUID_VERSION in {note.remark for note in reading.notes}
    assert exported["identifier"] != str(old)
    assert exported["extensions"] == {OURS: {"identifier": str(old)}}
    assert [(lost.loss, lost.count) for lost in written.lost] == [(Loss.IDENTIFIER_REPLACED, 1)]


def test_a_package_of_another_publisher_is_taken_with_notes() -> None:
    reading = read(publisher_file(40))

    assert reading.problems == ()
    remarks = {note.remark for note in reading.notes}
    assert remarks == {Remark.LINK_DROPPED, Remark.UNKNOWN_KEPT, Remark.FILLED}
    assert reading.package is not None
    assert reading.package.items[0].extensions[OURS] == {"properties": {"x_source": "page 12"}}
    assert violations("CFPackage", json.loads(write_case(reading.package).content)) == []


def test_null_is_the_same_as_absent() -> None:
    source, sparse = case_file(1), case_file(1, notes=None, subject=None, licenseURI=None, extensions=None)
    sparse["CFRubrics"] = sparse["CFDefinitions"] = None

    assert read(source).package == read(sparse).package


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("identifier", "nonsense", Fault.NOT_A_UUID),
        ("identifier", None, Fault.MISSING),
        ("fullStatement", None, Fault.MISSING),
        ("fullStatement", {"en": "x"}, Fault.WRONG_TYPE),
        ("fullStatement", "a\x00b", Fault.CONTROL_CHARACTER),
        ("fullStatement", "\ud800", Fault.CONTROL_CHARACTER),
        ("fullStatement", "x" * 100_001, Fault.TOO_LONG),
        ("uri", "javascript:alert(1)", Fault.DANGEROUS_ADDRESS),
        ("uri", " Java\tScript:alert(1)", Fault.DANGEROUS_ADDRESS),
        ("uri", "data:text/html,x", Fault.DANGEROUS_ADDRESS),
        ("uri", "file:///etc/passwd", Fault.DANGEROUS_ADDRESS),
        ("uri", "/relative", Fault.NOT_AN_ADDRESS),
        ("uri", "https://e.example/<x>", Fault.NOT_AN_ADDRESS),
        ("lastChangeDateTime", "yesterday", Fault.NOT_AN_INSTANT),
        ("lastChangeDateTime", 5, Fault.NOT_AN_INSTANT),
        ("statusStartDate", "2026-02-30", Fault.NOT_A_DAY),
        ("subject", 5, Fault.WRONG_TYPE),
        ("extensions", "x", Fault.WRONG_TYPE),
        ("extensions", {"a": "\x01"}, Fault.CONTROL_CHARACTER),
        ("x_own", {"a\x00": 1}, Fault.CONTROL_CHARACTER),
    ],
)
def test_a_wrong_value_is_named_with_its_path(name: str, value: object, fault: Fault) -> None:
    source = case_file(2)
    source["CFItems"][1][name] = value

    found = faults(source)

    assert found[0] == (f"CFItems[1].{name}", fault)
    assert len(found) == (2 if name == "identifier" else 1)


def test_an_association_of_wrong_values_is_named() -> None:
    source = case_file(1)
    source["CFAssociations"].append(
        {**source["CFAssociations"][0], "identifier": uid("x"), "associationType": "无", "sequenceNumber": 1.5}
    )

    assert faults(source) == [
        ("CFAssociations[1].associationType", Fault.ASSOCIATION_UNKNOWN),
        ("CFAssociations[1].sequenceNumber", Fault.WRONG_TYPE),
    ]


def broken_trees() -> dict[Fault, tuple[dict[str, Any], str]]:
    """A package for every fault of a tree, and where it stands."""
    found: dict[Fault, tuple[dict[str, Any], str]] = {}

    def case(fault: Fault, path: str) -> dict[str, Any]:
        source = case_file(3, depth=3)
        found[fault] = (source, path)
        return source

    source = case(Fault.IDENTIFIER_REPEATED, "CFItems[3].identifier")
    source["CFItems"].append(source["CFItems"][0])
    source = case(Fault.CYCLE, "CFItems[0]")
    source["CFAssociations"][0]["destinationNodeURI"]["identifier"] = uid("f", 2)
    source = case(Fault.DANGLING_CHILD, "CFAssociations[2].originNodeURI")
    source["CFAssociations"][2]["originNodeURI"]["identifier"] = uid("elsewhere")
    source = case(Fault.DANGLING_PARENT, "CFAssociations[2].destinationNodeURI")
    source["CFAssociations"][2]["destinationNodeURI"]["identifier"] = uid("elsewhere")
    for fault, parent in ((Fault.TWO_PARENTS, uid("f")), (Fault.CHILD_REPEATED, uid("f", 1))):
        source = case(fault, "CFAssociations[3]")
        again = json.loads(json.dumps(source["CFAssociations"][2])) | {"identifier": uid("again")}
        again["destinationNodeURI"]["identifier"] = parent
        source["CFAssociations"].append(again)
    return found


@pytest.mark.parametrize("fault", broken_trees())
def test_a_tree_with_loose_ends_is_refused(fault: Fault) -> None:
    source, path = broken_trees()[fault]

    reading = read(source)

    assert [(problem.path, problem.fault) for problem in reading.problems] == [(path, fault)]
    assert reading.package is None


def test_all_faults_are_told_at_once_and_none_twice() -> None:
    source = case_file(3, title=None)
    source["CFItems"][1]["fullStatement"] = 7.5
    source["CFItems"][1]["uri"] = "vbscript:x"
    source["CFAssociations"][2]["destinationNodeURI"]["identifier"] = uid("elsewhere")

    assert faults(source) == [
        ("CFDocument.title", Fault.MISSING),
        ("CFItems[1].uri", Fault.DANGEROUS_ADDRESS),
        ("CFAssociations[2].destinationNodeURI", Fault.DANGLING_PARENT),
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.FILE_UNREADABLE),
        (b"\xff\xfe\x00", Fault.FILE_UNREADABLE),
        (b'{"CFItems": NaN}', Fault.FILE_UNREADABLE),
        (b'{"CFItems": 1e999}', Fault.FILE_UNREADABLE),
        (b"[" * 200_000, Fault.TOO_DEEP),
        (b"[]", Fault.NOT_A_PACKAGE),
        (b'{"a": 1}', Fault.NOT_A_PACKAGE),
        (b'{"CFDocument": {"a": 1, "a": 2}, "CFDocument": 5}', Fault.NAME_REPEATED),
        (b'{"CFItems": [' + b"1," * 60_001 + b"1]}", Fault.TOO_MANY),
        (b" " * (MOST_BYTES + 1), Fault.FILE_TOO_LARGE),
    ],
)
def test_a_file_that_is_no_package_is_refused(content: bytes, fault: Fault) -> None:
    assert fault in {problem.fault for problem in read_case(content).problems}


def test_what_nests_too_deep_is_refused() -> None:
    deep: object = 1
    for _ in range(60):
        deep = [deep]

    assert faults(case_file(0, extensions={"a": deep})) == [("CFDocument.extensions", Fault.TOO_DEEP)]


def test_old_and_careless_spellings_are_mended_and_noted() -> None:
    source = case_file(2, subject="标注", creator=None, statusStartDate="2026-01-05T00:00:00", uri="")
    source["CFDocument"]["licenseURI"] = f"https://e.example/licenses/{uid('licence')}"
    source["CFItems"][0] |= {"identifier": f"urn:uuid:{uid('f', 0)}".upper().replace("URN:UUID:", "urn:uuid:")}
    source["CFItems"][0] |= {"humanCodingScheme": 1.5, "lastChangeDateTime": "2026-01-05T10:00:00"}
    source["CFItems"][1] |= {"lastChangeDateTime": None, "CFItemTypeURI": [{"identifier": uid("type"), "q": 1}]}
    source["CFAssociations"][0] |= {"associationType": "Is Child Of", "sequenceNumber": "1"}
    source["CFAssociations"].append({
        **source["CFAssociations"][1], "identifier": uid("tool"), "associationType": "usesTool",
        "destinationNodeURI": {"identifier": "job-7", "uri": "https://e.example/job-7"},
    })  # fmt: skip

    reading = read(source)

    assert reading.problems == ()
    package = reading.package
    assert package is not None
    assert (package.document.subject, package.document.creator) == (("标注",), "")
    assert package.document.license is not None
    assert package.document.license.identifier == UUID(uid("licence"))
    assert package.document.uri == f"urn:uuid:{uid('f')}"
    assert str(package.document.from_on) == "2026-01-05"
    assert package.items[0].code == "1.5"
    assert package.items[1].changed_at == package.document.changed_at
    assert [part.kind for part in package.associations] == ["isChildOf", "isChildOf", "ext:usesTool"]
    assert {note.remark for note in reading.notes} == {
        Remark.FILLED, Remark.SPELLING, Remark.ZONE_ASSUMED, Remark.TYPE_EXTENDED, Remark.DEFINITION_OUTSIDE,
        Remark.UNKNOWN_DROPPED,
    }  # fmt: skip


def test_items_outside_the_tree_are_taken_with_a_note() -> None:
    source = case_file(2)
    del source["CFAssociations"][1]

    reading = read(source)

    assert reading.problems == ()
    assert [(note.path, note.remark) for note in reading.notes] == [("CFItems[1]", Remark.OUTSIDE_TREE)]


@settings(max_examples=80)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["CFDocument", "CFItems", "CFAssociations", "identifier", "uri", "extensions", "zhixun", "x"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=25,
    )
)
def test_no_file_makes_the_reader_fail(source: object) -> None:
    reading = read(source)

    assert (reading.package is None) == bool(reading.problems)
