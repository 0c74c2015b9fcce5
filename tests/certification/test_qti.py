"""QTI 2.x and 3.0: what goes out comes back, what others write is read right, what is not understood is named."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from certification.item_bank import exchange
from certification.item_bank.content import Content
from certification.item_bank.exchange.report import ImportedItem, Place
from certification.item_bank.rules import ItemKind
from tests import qti3_shape
from tests.make_exchange import ASSETS, items, shared

DATA = Path(__file__).parents[1] / "data" / "exchange"


@pytest.mark.parametrize("form", ["qti3", "qti2"])
@pytest.mark.parametrize("kind", ItemKind)
@settings(deadline=None, max_examples=6)
@given(data=st.data())
def test_what_is_written_is_read_back_the_same(kind: ItemKind, form: str, data: st.DataObject) -> None:
    item: ImportedItem = data.draw(items(kind))

    written, losses = exchange.write([item], form, assets=ASSETS)
    report = exchange.read(written)

    assert report.format == form
    assert report.problems == ()
    assert [shared(found) for found in report.items] == [shared(item)]
    assert losses.is_lossless


@pytest.mark.parametrize("kind", ItemKind)
@settings(deadline=None, max_examples=6)
@given(data=st.data())
def test_an_exported_item_has_the_shape_that_qti_3_asks(kind: ItemKind, data: st.DataObject) -> None:
    item: ImportedItem = data.draw(items(kind))

    package = package_of(exchange.write([item], "qti3", assets=ASSETS)[0])

    root = etree.fromstring(package["items/item-00001.xml"])
    assert qti3_shape.faults(root) == []
    assert root.tag == f"{qti3_shape.QTI}qti-assessment-item"


def test_the_check_of_the_shape_sees_what_is_wrong() -> None:
    source = (
        '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="a" title="b">'
        "<qti-item-body>text<qti-choice-interaction/></qti-item-body><qti-response-declaration/></qti-assessment-item>"
    )

    assert len(qti3_shape.faults(etree.fromstring(source))) > 5


def test_a_package_names_every_file_in_its_manifest() -> None:
    stem = "![a](asset:picture.png) ![b](asset:sound.mp3)"
    item = ImportedItem(Place(), Content(ItemKind.TRUE_FALSE, stem, key=(1,)))

    package = package_of(exchange.write([item, item], "qti3", assets=ASSETS)[0])

    manifest = etree.fromstring(package["imsmanifest.xml"])
    files = {file.get("href") for file in manifest.iter("{*}file")}
    assert files | {"imsmanifest.xml"} == set(package)
    places = {resource.get("identifier") for resource in manifest.iter("{*}resource")}
    assert {needed.get("identifierref") for needed in manifest.iter("{*}dependency")} < places
    assert manifest.findtext("{*}metadata/{*}schema") == "QTI Package"


def test_the_same_items_give_the_same_file() -> None:
    item = ImportedItem(Place(), Content(ItemKind.TRUE_FALSE, "a", key=(1,)))

    assert exchange.write([item], "qti3") == exchange.write([item], "qti3")


def package_of(content: bytes) -> dict[str, bytes]:
    """The parts of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def zipped(**parts: bytes | str) -> bytes:
    """A zip; in names of parts __ stands for a point."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "."), content)
    return out.getvalue()


def item_2(declarations: str, body: str, processing: str, attributes: str = "") -> bytes:
    """An item of QTI 2.1."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'
        f' identifier="q1" title="Q" adaptive="false" timeDependent="false"{attributes}>{declarations}'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f"<itemBody>{body}</itemBody>{processing}</assessmentItem>"
    ).encode()


def declared(
    *values: str, cardinality: str = "single", base: str = "identifier", more: str = "", name: str = ""
) -> str:
    """A response declaration."""
    correct = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="{name or "RESPONSE"}" cardinality="{cardinality}" baseType="{base}">'
        + (f"<correctResponse>{correct}</correctResponse>" if values else "")
        + f"{more}</responseDeclaration>"
    )


def mapping(**points: str) -> str:
    """A mapping of answers to points."""
    entries = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in points.items())
    return f'<mapping defaultValue="0">{entries}</mapping>'


def template(name: str) -> str:
    """A response processing by a template."""
    return f'<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/{name}"/>'


def processing(*rules: str) -> str:
    """A response processing that is written out."""
    return f"<responseProcessing>{''.join(rules)}</responseProcessing>"


def when(condition: str, points: str = "1", *, adds: bool = False, otherwise: str = "") -> str:
    """A rule that sets or adds points."""
    value = f'<baseValue baseType="float">{points}</baseValue>'
    value = f'<sum><variable identifier="SCORE"/>{value}</sum>' if adds else value
    score = '<setOutcomeValue identifier="SCORE">{}</setOutcomeValue>'
    other = f"<responseElse>{score.format(otherwise)}</responseElse>" if otherwise else ""
    return f"<responseCondition><responseIf>{condition}{score.format(value)}</responseIf>{other}</responseCondition>"


def var(name: str = "RESPONSE") -> str:
    """The response."""
    return f'<variable identifier="{name}"/>'


def value(text: str, base: str = "identifier") -> str:
    """A value."""
    return f'<baseValue baseType="{base}">{text}</baseValue>'


CORRECT = f'<match>{var()}<correct identifier="RESPONSE"/></match>'
CHOICE = (
    '<choiceInteraction responseIdentifier="RESPONSE" maxChoices="{}"><prompt>Which?</prompt>'
    '<simpleChoice identifier="A">x</simpleChoice><simpleChoice identifier="B">y</simpleChoice>'
    '<simpleChoice identifier="C">z</simpleChoice></choiceInteraction>'
)
ONE, SEVERAL = CHOICE.format(1), CHOICE.format(0)
ENTRY = '<p>Say it: <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
MAP = '<setOutcomeValue identifier="SCORE"><mapResponse identifier="RESPONSE"/></setOutcomeValue>'


@pytest.mark.parametrize(
    ("declarations", "body", "rules", "kind", "key"),
    [
        (declared("B"), ONE, template("match_correct"), "single_choice", (1,)),
        (declared("B"), ONE, template("match_correct.xml"), "single_choice", (1,)),
        (declared("B"), ONE, processing(when(CORRECT, otherwise=value("0", "float"))), "single_choice", (1,)),
        (declared(), ONE, processing(when(f"<match>{var()}{value('C')}</match>")), "single_choice", (2,)),
        (declared(more=mapping(A="0", B="2", C="-1")), ONE, template("map_response"), "single_choice", (1,)),
        (declared("A", "C", cardinality="multiple"), SEVERAL, template("match_correct"), "multiple_choice", (0, 2)),
        (declared(cardinality="multiple", more=mapping(A="1", C="1", B="-1")), SEVERAL, template("map_response"),
         "multiple_choice", (0, 2)),
        (declared(cardinality="multiple"), SEVERAL, processing(when(
            f"<and><member>{value('A')}{var()}</member><member>{value('B')}{var()}</member>"
            f"<not><member>{value('C')}{var()}</member></not></and>")), "multiple_choice", (0, 1)),
        (declared(cardinality="multiple", more=mapping(A="1", C="1")), SEVERAL, processing(
            f'<responseCondition><responseIf><isNull>{var()}</isNull><setOutcomeValue identifier="SCORE">'
            f'{value("0", "float")}</setOutcomeValue></responseIf><responseElse>{MAP}</responseElse>'
            '</responseCondition>'),
         "multiple_choice", (0, 2)),
        (declared("x", base="string"), ENTRY, template("match_correct"), "short_text", ("x",)),
        (declared("York", base="string", more=mapping(York="1", york="0.5")), ENTRY, template("map_response"),
         "short_text", ("York",)),
        (declared(base="string"), ENTRY, processing(when(
            f'<or><stringMatch caseSensitive="false">{var()}{value("a", "string")}</stringMatch>'
            f'<stringMatch caseSensitive="false">{var()}{value("b", "string")}</stringMatch></or>')),
         "short_text", ("a", "b")),
        (declared("3.5", base="float"), ENTRY, processing(when(
            f'<equal toleranceMode="absolute" tolerance="0.1 0.1">{var()}<correct identifier="RESPONSE"/></equal>')),
         "numeric", (("3.5", "0.1"),)),
        (declared("7", base="integer"), ENTRY, template("match_correct"), "numeric", (("7", "0"),)),
    ],
)  # fmt: skip
def test_the_usual_ways_to_score_are_understood(
    declarations: str, body: str, rules: str, kind: str, key: tuple[object, ...]
) -> None:
    report = exchange.read(item_2(declarations, body, rules))

    assert report.errors == ()
    assert [(item.kind.value, item.key) for item in report.items] == [(kind, key)]


def refused(fault: str, declarations: str, body: str, rules: str, attributes: str = "") -> tuple[str, ...]:
    """A case of what is not taken over."""
    return fault, declarations, body, rules, attributes


@pytest.mark.parametrize(
    ("fault", "declarations", "body", "rules", "attributes"),
    [
        refused("answer_unreadable", declared("A"), ONE, processing("<lookupOutcomeValue/>")),
        refused("answer_unreadable", declared("A"), ONE, template("CC2_custom")),
        refused("answer_unreadable", declared("A"), ONE, processing(when(f"<isNull>{var()}</isNull>"))),
        refused("answer_unreadable", declared("A"), ONE, processing(when(f"<not>{CORRECT}</not>"))),
        refused("answer_unreadable", declared("A"), ONE, processing(when(CORRECT, otherwise=value("1", "float")))),
        refused("answer_unreadable", declared(), ONE, template("match_correct")),
        refused("answer_unreadable", declared("A"), ONE, processing(
            when(f"<and>{CORRECT}<or>{CORRECT}{CORRECT}</or></and>"))),
        refused("answer_unreadable", declared(cardinality="multiple"), SEVERAL, processing(
            when(f"<or><member>{value('A')}{var()}</member><member>{value('B')}{var()}</member></or>"))),
        refused("answer_conflict", declared("A", more=mapping(B="1")), ONE, template("map_response")),
        refused("answer_conflict", declared("A"), ONE, processing(when(f"<match>{var()}{value('B')}</match>"))),
        refused("answer_one_only", declared(more=mapping(A="1", B="1")), ONE, template("map_response")),
        refused("answer_no_option", declared("Z"), ONE, template("match_correct")),
        refused("answer_unreadable", declared("A", name="OTHER"), ONE, template("match_correct")),
        refused("answer_unreadable", declared(more=mapping(A="one")), ONE, template("map_response")),
        refused("part_unsupported", declared("A"), ONE, template("match_correct"), ' adaptive="true" '),
        refused("part_unsupported", declared("A") + "<templateDeclaration identifier='T'/>", ONE,
                template("match_correct")),
        refused("part_unsupported", declared(base="string", more='<mapping><mapEntry mapKey="a" mappedValue="1"/>'
                '<mapEntry mapKey="b" mappedValue="1" caseSensitive="false"/></mapping>'), ENTRY,
                template("map_response")),
        refused("kind_unsupported", "", '<extendedTextInteraction responseIdentifier="RESPONSE"/>', ""),
        refused("kind_unsupported", "", "<p>Only text.</p>", ""),
        refused("kind_unsupported", declared("A"), ONE + ENTRY, template("match_correct")),
        refused("kind_unsupported", declared("A"), '<hottextInteraction responseIdentifier="RESPONSE"/>', ""),
        refused("missing", declared("a b", base="directedPair", cardinality="multiple"),
                '<matchInteraction responseIdentifier="RESPONSE"/>', template("match_correct")),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_a_problem_and_no_item(
    fault: str, declarations: str, body: str, rules: str, attributes: str
) -> None:
    content = item_2(declarations, body, rules, attributes).replace(b'adaptive="false"', b"", bool(attributes))

    report = exchange.read(content, "qti2")

    assert report.items == ()
    assert [problem.reason for problem in report.errors] == [fault]
    assert report.errors[0].place.line == 1
    assert report.errors[0].place.path.startswith("assessmentItem")


def test_a_package_of_qti_3_is_read_with_right_counts_kinds_and_keys() -> None:
    report = exchange.read(DATA / "package-3.0.zip")

    half = {"shape": "rect", "coords": [500, 0, 1000, 1000]}
    middle = {"shape": "rect", "coords": [250, 250, 500, 750]}
    assert (report.format, report.rows) == ("qti3", 10)
    assert [(item.code, item.kind.value, item.key) for item in report.items] == [
        ("tf-1", "true_false", (1,)), ("match-1", "matching", (1, 0)), ("order-1", "ordering", (2, 0, 1)),
        ("inline-1", "gap_select", (1, 0)), ("point-1", "hotspot", (middle,)), ("hotspot-1", "hotspot", (half,)),
        ("pairs-1", "matching", (0, 1)), ("words-1", "gap_select", (1, 0)),
        ("fib-1", "gap_text", (("recall", "sensitivity"),)),
    ]  # fmt: skip
    assert [(str(problem.place), problem.value) for problem in report.errors] == [
        ("items/essay.xml!6 assessmentItem/itemBody/extendedTextInteraction", "extendedTextInteraction")
    ]


def test_a_shared_text_pictures_and_metadata_come_over() -> None:
    report = exchange.read(DATA / "package-3.0.zip")

    by_code = {item.code: item for item in report.items}
    assert by_code["tf-1"].stem.startswith("Data is split; the **test set** is kept apart.\n\nAccording to")
    assert by_code["tf-1"].tags == ("stimulus:S1",)
    assert (by_code["match-1"].difficulty, by_code["match-1"].tags) == (4, ("metrics",))
    assert by_code["fib-1"].feedback == "Also called *hit rate*."
    assert by_code["inline-1"].content.partial
    assert [asset.name for asset in report.assets] == ["map.png"]


def test_an_item_of_tao_is_read_with_its_formula_and_the_part_marks_are_noted() -> None:
    report = exchange.read(DATA / "tao-2.2.xml")

    (item,) = report.items
    assert item.stem == "下列哪些做法属于**数据增强**，且 $p\\le 1$？"
    assert (item.kind, item.key, item.marks, item.language) == (ItemKind.MULTIPLE_CHOICE, (0, 2), 200, "zh-CN")
    assert {problem.other for problem in report.warnings} == {"stylesheet", "partial"}


ENTITY = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (f'{ENTITY}<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1">&b;</assessmentItem>'.encode(),
         "xml_entities"),
        (zipped(imsmanifest__xml='<manifest><resource type="imsqti_item_xmlv2p1" href="a.xml"/></manifest>',
                a__xml=f"{ENTITY}<assessmentItem>&b;</assessmentItem>"), "xml_entities"),
        (zipped(imsmanifest__xml='<manifest><resource type="imsqti_item_xmlv2p1" href="../a.xml"/></manifest>'),
         "package_file_missing"),
        (zipped(imsmanifest__xml='<manifest><resource type="imsqti_item_xmlv2p1" href="a.xml"/></manifest>',
                a__xml="<assessmentItem>"), "xml_broken"),
        (zipped(imsmanifest__xml="<manifest/>", **{"../a.xml": "<assessmentItem/>"}), "package_name"),
        (zipped(imsmanifest__xml="<manifest/>", a__zip=zipped(b="c")), "package_nested"),
        (zipped(imsmanifest__xml="<manifest/>", a__xml=b"\0" * 30_000_000), "file_bomb"),
        (zipped(imsmanifest__xml="<manifest/>")[:-30], "package_broken"),
        (b"<html/>", "file_unreadable"),
        (item_2("", "", "").replace(b"<itemBody></itemBody>", b""), "missing"),
    ],
)  # fmt: skip
def test_hostile_and_broken_files_are_refused(content: bytes, fault: str) -> None:
    report = exchange.read(content, "qti2")

    assert report.items == ()
    assert [problem.reason for problem in report.errors] == [fault]
