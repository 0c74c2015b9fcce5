"""Question banks of Moodle: what goes out comes back, what others write is read right, what is not ours is named."""

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.item_bank import exchange
from certification.item_bank.content import Content
from certification.item_bank.exchange.report import ImportedItem, ImportReport, Place
from certification.item_bank.rules import ItemKind
from tests.make_exchange import ASSETS, items, png, shared

DATA = Path(__file__).parents[1] / "data" / "exchange"


@pytest.mark.parametrize("kind", ItemKind)
@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_what_is_written_is_read_back_the_same(kind: ItemKind, data: st.DataObject) -> None:
    item: ImportedItem = data.draw(items(kind, one_shape=True))

    written, losses = exchange.write([item], "moodle-xml", assets=ASSETS)
    report = exchange.read(written)

    assert report.format == "moodle-xml"
    assert report.problems == ()
    assert [shared(found) for found in report.items] == [shared(item)]
    assert not losses.left_out


def bank(*questions: str) -> bytes:
    """A question bank of Moodle."""
    return f'<?xml version="1.0" encoding="UTF-8"?><quiz>{"".join(questions)}</quiz>'.encode()


def question(kind: str, inner: str, text: str = "Which?") -> str:
    """A question of a type as Moodle writes it."""
    return (
        f'<question type="{kind}"><name><text>Q</text></name><questiontext format="html">'
        f"<text><![CDATA[{text}]]></text></questiontext>{inner}</question>"
    )


def read_one(kind: str, inner: str, text: str = "Which?") -> ImportReport:
    """What is read of a bank of one question."""
    return exchange.read(bank(question(kind, inner, text)))


def test_a_bank_of_moodle_4_is_read_with_right_counts_kinds_and_keys() -> None:
    report = exchange.read(DATA / "moodle-4.xml")

    found = [(item.kind.value, item.key, item.marks) for item in report.items]
    picture = {"shape": "circle", "coords": [500, 500, 100, 200]}
    assert report.rows == 13
    assert found == [
        ("single_choice", (1,), 200), ("multiple_choice", (0, 2), 100), ("true_false", (0,), 100),
        ("short_text", ("过拟合", "overfitting"), 100), ("numeric", (("0.75", "0.01"), ("75", "0")), 150),
        ("matching", (0, 1, 0), 300), ("ordering", (0, 1, 2), 100), ("gap_select", (1, 0), 200),
        ("gap_text", (("recall", "Recall rate"),), 100), ("gap_select", (0, 0), 100), ("hotspot", (picture,), 100),
    ]  # fmt: skip


def test_what_moodle_has_and_the_bank_has_not_is_named_with_its_place() -> None:
    report = exchange.read(DATA / "moodle-4.xml")

    errors = [(problem.place.path, problem.reason, problem.value) for problem in report.errors]
    assert errors == [
        ("quiz/question[13]", "kind_unsupported", "essay"),
        ("quiz/question[14]", "kind_unsupported", "description"),
    ]
    warned = {(problem.place.path, problem.other) for problem in report.warnings}
    assert ("quiz/question[3]", "shuffle") in warned
    assert ("quiz/question[2]/hint", "hints") in warned


def test_texts_formulas_pictures_categories_and_tags_come_over() -> None:
    item = exchange.read(DATA / "moodle-4.xml").items[0]

    assert item.stem == "下列哪一项是**过拟合**的表现？ $L(\\theta)$\n\n![曲线](asset:curve.png)"
    assert item.options == ("训练误差高", "训练误差低而验证误差高", "两者都低")
    assert item.content.option_rationales == ("这是欠拟合。", "", "")
    assert (item.chapter, item.code, item.tags) == ("模型/评估与优化", "M-001", ("评估",))


def test_pictures_of_the_same_name_are_kept_apart() -> None:
    def shown(content: bytes) -> str:
        data = base64.b64encode(content).decode()
        return (
            '<question type="truefalse"><questiontext format="html">'
            '<text>&lt;img src="@@PLUGINFILE@@/a.png" alt="x"></text>'
            f'<file name="a.png" path="/" encoding="base64">{data}</file></questiontext>'
            '<answer fraction="100"><text>true</text></answer></question>'
        )

    report = exchange.read(bank(shown(png(2, 2)), shown(png(3, 3)), shown(png(2, 2))))

    assert [item.stem for item in report.items] == [f"![x](asset:{name})" for name in ("a.png", "a-2.png", "a.png")]
    assert [asset.name for asset in report.assets] == ["a.png", "a-2.png"]


ANSWER = '<answer fraction="{}" format="html"><text>{}</text></answer>'


@pytest.mark.parametrize(
    ("kind", "inner", "text", "fault"),
    [
        ("shortanswer", ANSWER.format(100, "over*"), "a", "part_unsupported"),
        ("shortanswer", ANSWER.format(50, "b"), "a", "answer_unreadable"),
        ("shortanswer", ANSWER.format("x", "b"), "a", "answer_unreadable"),
        ("shortanswer", "", "a", "missing"),
        ("numerical", ANSWER.format(100, "about 3"), "a", "answer_unreadable"),
        ("numerical", ANSWER.format(50, "3"), "a", "answer_unreadable"),
        ("numerical", ANSWER.format(100, "3") + "<units><unit><unit_name>m</unit_name></unit></units>"
         "<unitgradingtype>1</unitgradingtype>", "a", "part_unsupported"),
        ("multichoice", ANSWER.format(100, "b") * 2, "a", "answer_one_only"),
        ("multichoice", ANSWER.format(50, "b") * 2, "a", "answer_unreadable"),
        ("multichoice", "<single>false</single>" + ANSWER.format(40, "b") + ANSWER.format(40, "c"), "a",
         "answer_unreadable"),
        ("truefalse", ANSWER.format(100, "maybe"), "a", "answer_unreadable"),
        ("matching", '<subquestion format="html"><text>b</text><answer><text/></answer></subquestion>', "a", "missing"),
        ("gapselect", "<selectoption><text>b</text><group>1</group></selectoption>", "[[2]]", "answer_no_option"),
        ("cloze", "", "no gap", "missing"),
        ("cloze", "", "{1:NUMERICAL:=3:0.1}", "kind_unsupported"),
        ("cloze", "", "{1:MC:=a~=b}", "answer_one_only"),
        ("cloze", "", "{1:SA:=a*}", "part_unsupported"),
        ("cloze", "", "{1:SA:%50%a}", "answer_unreadable"),
        ("ddmarker", "<drag/><drag/><drop/>", "a", "kind_unsupported"),
        ("ddmarker", "<drag/><drop/>", "a", "package_file_missing"),
        ("calculatedsimple", "", "a", "kind_unsupported"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_told_is_a_problem_and_no_item(kind: str, inner: str, text: str, fault: str) -> None:
    report = read_one(kind, inner, text)

    assert report.items == ()
    assert [(problem.reason, problem.place.line) for problem in report.errors] == [(fault, 1)]


def test_part_marks_are_noted_and_the_key_is_what_earns_all() -> None:
    report = read_one("multichoice", ANSWER.format(100, "b") + ANSWER.format(50, "c"))

    assert [item.key for item in report.items] == [(0,)]
    assert [(problem.other, problem.value) for problem in report.warnings] == [("weights", "100 50")]


def test_several_answers_of_which_one_is_right_are_a_single_choice() -> None:
    report = read_one("multichoice", "<single>false</single>" + ANSWER.format(100, "b") + ANSWER.format(0, "c"))

    assert [(item.kind, item.key) for item in report.items] == [(ItemKind.SINGLE_CHOICE, (0,))]
    assert [problem.reason for problem in report.warnings] == ["kind_differs"]


def test_text_in_the_other_formats_of_moodle_is_read_as_it_is_meant() -> None:
    right = '<answer fraction="100"><text>true</text></answer>'
    told = [
        f'<question type="truefalse"><questiontext format="{name}"><text>{text}</text></questiontext>{right}</question>'
        for name, text in (("plain_text", "a &lt; b\nc"), ("markdown", "**a** $x$"), ("moodle_auto_format", "a\nb"))
    ]

    assert [item.stem for item in exchange.read(bank(*told)).items] == ["a < b\\\nc", "**a** $x$", "a\\\nb"]


def test_scripts_and_pictures_from_elsewhere_do_not_come_in() -> None:
    text = '<p onclick="x()">a<script>alert(1)</script><img src="https://example.org/p.png" alt="p"></p>'
    report = read_one("shortanswer", ANSWER.format(100, "b"), text)

    assert [item.stem for item in report.items] == ["ap"]
    assert [problem.value for problem in report.warnings] == ["script, img https://example.org/p.png"]


def test_what_moodle_marks_otherwise_is_said_when_it_is_written() -> None:
    choice = Content(ItemKind.MULTIPLE_CHOICE, "a", options=("b", "c", "d"), key=(0, 1))
    areas = Content(ItemKind.HOTSPOT, "a", image="picture.png", key=({"shape": "rect", "coords": [1, 1, 2, 2]},) * 2)

    _, losses = exchange.write(
        [ImportedItem(Place(), choice), ImportedItem(Place(), areas)], "moodle-xml", assets=ASSETS
    )

    assert [(loss.number, loss.feature.value, loss.whole) for loss in losses.losses] == [
        (1, "partial", False), (2, "shape", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>', "xml_entities"),
        (b'<!DOCTYPE quiz [<!ENTITY a "b">]><quiz/>', "xml_entities"),
        (b'<quiz><question type="truefalse">', "xml_broken"),
        (b"<quiz></quiz>", "file_empty"),
    ],
)
def test_hostile_and_broken_files_are_refused(content: bytes, fault: str) -> None:
    report = exchange.read(content, "moodle-xml")

    assert [problem.reason for problem in report.problems] == [fault]
