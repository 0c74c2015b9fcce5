"""GIFT and Aiken: as Moodle and people write them; what has no counterpart is named with its line."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from certification.item_bank import exchange
from certification.item_bank.content import Content
from certification.item_bank.exchange import gift_text
from certification.item_bank.exchange.report import Fault, Feature, ImportedItem, ImportReport, Severity
from certification.item_bank.rules import ItemKind, ItemUse
from tests.make_sheets import LINES, contents, item_of

DATA = Path(__file__).parent.parent / "data" / "exchange"
SAID = (
    ItemKind.TRUE_FALSE,
    ItemKind.SINGLE_CHOICE,
    ItemKind.MULTIPLE_CHOICE,
    ItemKind.SHORT_TEXT,
    ItemKind.NUMERIC,
    ItemKind.MATCHING,
)
UNSAID = tuple(kind for kind in ItemKind if kind not in SAID)


def told(report: ImportReport) -> list[tuple[int, Fault, str]]:
    return [(problem.row, problem.fault, problem.other) for problem in report.problems]


def gift(text: str) -> ImportReport:
    return exchange.read(text.encode(), "gift")


def one(text: str) -> Content:
    report = gift(text)
    assert report.errors == ()
    return report.items[0].content


def test_an_export_of_moodle_reads_with_its_kinds_and_keys() -> None:
    report = exchange.read(DATA / "moodle-export.gift")

    assert [(item.place.line, item.kind, item.key) for item in report.items] == [
        (7, ItemKind.SINGLE_CHOICE, (0,)),
        (16, ItemKind.TRUE_FALSE, (1,)),
        (20, ItemKind.MULTIPLE_CHOICE, (0, 1)),
        (28, ItemKind.SHORT_TEXT, ("anonymisation", "anonymization")),
        (35, ItemKind.NUMERIC, (("3", "0"),)),
        (41, ItemKind.MATCHING, (0, 1)),
    ]
    assert told(report) == [(49, Fault.KIND_UNSUPPORTED, "")]
    first = report.items[0]
    assert (first.code, first.tags, first.chapter) == (
        "LAB-01",
        ("guideline", "year 2026"),
        "Default for AI101/Labelling",
    )
    assert first.stem == "What does a labelling guideline mainly secure: speed or **consistency**?"
    assert first.content.option_rationales == ("Everybody decides alike.", "", "")
    assert first.feedback == "A guideline settles doubtful cases once for all."


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("1+1\\=2 {T}", ItemKind.TRUE_FALSE, (1,)),
        ("x {false}", ItemKind.TRUE_FALSE, (0,)),
        ("Two plus {=two =2} equals four.", ItemKind.SHORT_TEXT, ("two", "2")),
        ("Grant is {~buried =entombed ~living} there.", ItemKind.SINGLE_CHOICE, (1,)),
        ("a {~%33.33333%x ~%33.33333%y ~%33.33333%z ~w}", ItemKind.MULTIPLE_CHOICE, (0, 1, 2)),
        ("a {~%100%x ~y}", ItemKind.SINGLE_CHOICE, (0,)),
        ("Pi {#3.141..3.142}", ItemKind.NUMERIC, (("3.1415", "0.0005"),)),
        ("When {#1822:5}", ItemKind.NUMERIC, (("1822", "5"),)),
        ("Which {#=1:0 =2}", ItemKind.NUMERIC, (("1", "0"), ("2", "0"))),
        ("Stars {=a\\*b =\\{x\\}}", ItemKind.SHORT_TEXT, ("a*b", "{x}")),
    ],
)
def test_every_way_to_answer_is_read(text: str, kind: ItemKind, key: tuple[object, ...]) -> None:
    content = one(text)

    assert (content.kind, content.key) == (kind, key)


def test_a_missing_word_leaves_its_place() -> None:
    assert one("Two plus {=two} equals four.").stem == "Two plus _____ equals four."
    assert one("苹果{~是 =不是}蔬菜。").stem == "苹果_____蔬菜。"


@pytest.mark.parametrize(
    ("text", "line", "fault", "other"),
    [
        ("Write. {}", 1, Fault.KIND_UNSUPPORTED, ""),
        ("Only words.", 1, Fault.KIND_UNSUPPORTED, ""),
        ("a {=b", 1, Fault.SYNTAX, ""),
        ("a {=b} {=c}", 1, Fault.SYNTAX, ""),
        ("a {yes}", 1, Fault.SYNTAX, ""),
        ("a {x =b}", 1, Fault.SYNTAX, ""),
        ("a {=b -> c =d}", 1, Fault.SYNTAX, ""),
        ("a {\n=%100%x\n=%50%y\n}", 3, Fault.PART_UNSUPPORTED, "weights"),
        ("a {\n~%70%x\n~%30%y\n~z}", 3, Fault.PART_UNSUPPORTED, "weights"),
        ("a {~%50%x ~y}", 1, Fault.PART_UNSUPPORTED, "weights"),
        ("a {=x =y ~z}", 1, Fault.PART_UNSUPPORTED, "weights"),
        ("a {~x ~y}", 1, Fault.ANSWER_UNREADABLE, ""),
        ("a {=b*}", 1, Fault.PART_UNSUPPORTED, "wildcards"),
        ("a {#about 3}", 1, Fault.ANSWER_UNREADABLE, ""),
        ("a {#3..1}", 1, Fault.ANSWER_UNREADABLE, ""),
        ("a {#3:-1}", 1, Fault.ANSWER_UNREADABLE, ""),
        ("a {=x ~x}", 1, Fault.CONTENT_INVALID, "option_twice"),
        ("a {=%0%x}", 1, Fault.CONTENT_INVALID, "key_impossible"),
    ],
)
def test_what_has_no_counterpart_is_named_and_nothing_is_stored(text: str, line: int, fault: Fault, other: str) -> None:
    report = gift(f"// a comment\n\nfirst {{T}}\n\n{text}")

    assert (line + 4, fault, other) in told(report)
    assert [item.stem for item in report.items] == ["first"]


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("a {T#no#yes}", Feature.OPTION_RATIONALES),
        ("a {=x#good}", Feature.OPTION_RATIONALES),
        ("a {=x ~%-50%y}", Feature.WEIGHTS),
        ("a {~%50%x ~%50%y ~%-50%z}", Feature.WEIGHTS),
        ("[html]<blink>a</blink> {T}", Feature.MARKUP),
        ("// [id:no good]\na {T}", Feature.CODE),
    ],
)
def test_what_is_not_kept_is_told(text: str, feature: Feature) -> None:
    report = gift(text)

    assert [(problem.severity, problem.other) for problem in report.problems] == [(Severity.WARNING, feature.value)]
    assert len(report.items) == 1


def test_plain_text_does_not_turn_into_markup() -> None:
    assert one("[plain]2*3*4 is? {#24}").stem == "2\\*3\\*4 is?"
    assert one("[markdown]**2** {#2}").stem == "**2**"
    assert one("<b>2</b> {#2}").stem == "**2**"


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(content=contents(SAID))
def test_nothing_gift_can_say_is_lost(content: Content) -> None:
    item = item_of(content, marks=150, chapter="第一章/甲", tags=("a]b",), title="标:题", language="zh-CN")

    written, losses = exchange.write([item], "gift")

    lost = {loss.feature for loss in losses.losses}
    if not losses.left_out:
        (read,) = exchange.read(written, "gift").items
        expected = replace(content, case_sensitive=False, partial=content.kind is ItemKind.MATCHING)
        if content.kind is ItemKind.MATCHING:
            assert (read.content.prompts, read.content.rationale) == (content.prompts, content.rationale)
            expected = read.content
        assert read.content == expected
        assert replace(read, content=content, place=item.place) == item
        assert (Feature.CASE_SENSITIVE in lost) is content.case_sensitive


@pytest.mark.parametrize("form", ["gift", "aiken"])
@given(content=contents(UNSAID))
def test_a_kind_that_has_no_place_is_left_out_by_name(form: str, content: Content) -> None:
    written, losses = exchange.write([item_of(content)], form)

    assert written == b""
    assert [(loss.number, loss.code, loss.value) for loss in losses.left_out] == [(1, "A-1", content.kind.value)]


@given(text=LINES)
def test_an_escaped_text_comes_back(text: str) -> None:
    assert gift_text.shown(gift_text.hidden(gift_text.escaped(text))) == text


# --- Aiken


AIKEN = """What comes first in a labelling project?
A. writing the guideline
B) labelling
C. delivery
ANSWER: A

多行
题干？
A. 甲
B. 乙
ANSWER: Ｂ.
"""


def test_aiken_reads_questions_of_one_line_or_more() -> None:
    report = exchange.read(AIKEN.encode(), name="questions.txt")

    assert (report.format, report.problems) == ("aiken", ())
    assert [(item.place.line, item.stem, item.options, item.key) for item in report.items] == [
        (1, "What comes first in a labelling project?", ("writing the guideline", "labelling", "delivery"), (0,)),
        (7, "多行\n题干？", ("甲", "乙"), (1,)),
    ]


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("q\nA. a\nB. b\nANSWER: AB", 4, Fault.ANSWER_ONE_ONLY),
        ("q\nA. a\nB. b\nANSWER: C", 4, Fault.ANSWER_NO_OPTION),
        ("q\nA. a\nB. b\nANSWER: a lot", 4, Fault.ANSWER_UNREADABLE),
        ("q\nA. a\nB. b\nANSWER:", 4, Fault.MISSING),
        ("q\nA. a\nB. b\n\nr\nA. a\nB. b\nANSWER: A", 3, Fault.MISSING),
        ("q\nA. a\nC. c\nANSWER: A", 3, Fault.OPTION_GAP),
        ("q\nANSWER: A", 1, Fault.SYNTAX),
        ("ANSWER: A", 1, Fault.SYNTAX),
        ("q\nA. a\nANSWER: A\n\nstray", 5, Fault.SYNTAX),
    ],
)
def test_an_aiken_question_that_is_none_is_named(text: str, line: int, fault: Fault) -> None:
    report = exchange.read(text.encode(), "aiken")

    assert (line, fault) in [(problem.row, problem.fault) for problem in report.errors]


def test_aiken_keeps_stem_options_and_key_and_names_the_rest() -> None:
    content = Content(
        ItemKind.SINGLE_CHOICE, "一\n行", ("甲", "乙"), key=(1,), rationale="因为", option_rationales=("x", "")
    )
    item = item_of(content, tags=("t",))
    odd = item_of(replace(content, stem="ANSWER: x"))

    written, losses = exchange.write([item, odd], "aiken")

    (read,) = exchange.read(written, "aiken").items
    assert read.content == Content(ItemKind.SINGLE_CHOICE, "一 行", ("甲", "乙"), key=(1,))
    assert {loss.feature for loss in losses.losses if loss.number == 1} == {
        Feature.CODE, Feature.LEVEL, Feature.DIFFICULTY, Feature.KNOWLEDGE_POINT, Feature.REFERENCE, Feature.USE,
        Feature.TAGS, Feature.RATIONALE, Feature.OPTION_RATIONALES, Feature.LINE_BREAKS,
    }  # fmt: skip
    assert [loss.number for loss in losses.left_out] == [2]


def test_gift_keeps_where_an_item_is_filed() -> None:
    item = item_of(Content(ItemKind.TRUE_FALSE, "x", key=(1,)), use=ItemUse.PRACTICE, level=3)

    (read,) = exchange.read(exchange.write([item], "gift")[0], name="x.gift").items

    assert isinstance(read, ImportedItem)
    assert (read.code, read.level, read.use, read.knowledge_point) == ("A-1", 3, ItemUse.PRACTICE, "5-1.1-01")
