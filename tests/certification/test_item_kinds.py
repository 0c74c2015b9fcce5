"""Every kind of item: its content, responses, marking and printed order."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.item_bank import kinds
from certification.item_bank.answers import fold, is_inside, number
from certification.item_bank.content import (
    Content,
    ContentFault,
    answer_of,
    canonical,
    faults,
    of_columns,
    plain_number,
)
from certification.item_bank.kinds import KINDS, check_response, earned, is_correct, shuffled
from certification.item_bank.rules import ItemKind as K

RECT = {"shape": "rect", "coords": [100, 200, 300, 400]}
CIRCLE = {"shape": "circle", "coords": [500, 500, 50]}
OVAL = {"shape": "circle", "coords": [500, 500, 50, 100]}
ARROW = {"shape": "poly", "coords": [0, 0, 1000, 0, 500, 500, 1000, 1000, 0, 1000]}

SAMPLES = {
    K.TRUE_FALSE: Content(K.TRUE_FALSE, "地球是圆的。", key=(1,)),
    K.SINGLE_CHOICE: Content(K.SINGLE_CHOICE, "选一个", ("甲", "乙", "丙", "丁"), key=(2,)),
    K.MULTIPLE_CHOICE: Content(K.MULTIPLE_CHOICE, "选几个", ("甲", "乙", "丙", "丁", "戊"), key=(0, 2)),
    K.SHORT_TEXT: Content(K.SHORT_TEXT, "全称？", key=("Inter-Annotator Agreement", "标注者一致性")),
    K.NUMERIC: Content(K.NUMERIC, "F1 是多少？", key=(("0.8", "0.005"), ("80", "0"))),
    K.MATCHING: Content(K.MATCHING, "配对", ("一", "二", "三"), prompts=("A", "B"), key=(2, 0), partial=True),
    K.ORDERING: Content(K.ORDERING, "排序", ("清洗", "标注", "质检", "交付"), key=(0, 1, 2, 3), partial=True),
    K.GAP_SELECT: Content(
        K.GAP_SELECT, "{{1}}和{{2}}", gaps=(("甲", "乙"), ("丙", "丁", "戊")), key=(1, 2), partial=True
    ),
    K.GAP_TEXT: Content(K.GAP_TEXT, "{{1}}或{{2}}", key=(("精确率", "precision"), ("召回率",)), partial=True),
    K.HOTSPOT: Content(K.HOTSPOT, "点出缺陷", image="board.png", key=(RECT, CIRCLE)),
}
RIGHT: dict[K, Any] = {
    K.TRUE_FALSE: [1],
    K.SINGLE_CHOICE: [2],
    K.MULTIPLE_CHOICE: [2, 0],
    K.SHORT_TEXT: " inter-annotator　ＡGREEMENT ",
    K.NUMERIC: "０．８０４",
    K.MATCHING: [2, 0],
    K.ORDERING: [0, 1, 2, 3],
    K.GAP_SELECT: [1, 2],
    K.GAP_TEXT: ["Precision", "召 回 率"],
    K.HOTSPOT: [300, 400],
}

samples = pytest.mark.parametrize("content", SAMPLES.values(), ids=SAMPLES.keys())


def test_every_kind_has_a_class_and_a_sample() -> None:
    assert set(KINDS) == set(SAMPLES) == set(K)


# --- content


@samples
def test_a_content_survives_json(content: Content) -> None:
    assert Content.from_json(content.to_json()) == content
    assert faults(content) == ()


@samples
def test_a_content_survives_the_columns_of_a_row(content: Content) -> None:
    row = content.to_json()

    kept = of_columns(content.kind, row["stem"], row["options"], row["key"], content.parts)

    assert kept == content


@pytest.mark.parametrize(
    "value",
    [
        {"stem": "?"},
        {"kind": "essay", "stem": "?"},
        {"kind": "numeric", "stem": 3},
        {"kind": "numeric", "stem": "?", "colour": "red"},
        {"kind": "numeric", "stem": "?", "options": "AB"},
        {"kind": "gap_select", "stem": "?", "gaps": [["a"], [1]]},
        {"kind": "numeric", "stem": "?", "key": "5"},
        {"kind": "numeric", "stem": "?", "partial": 1},
    ],
)
def test_json_of_another_shape_is_no_content(value: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Content.from_json(value)


@pytest.mark.parametrize(
    ("kind", "change", "fault"),
    [
        (K.TRUE_FALSE, {"stem": " "}, ContentFault.STEM_MISSING),
        (K.TRUE_FALSE, {"stem": "长" * 2001}, ContentFault.STEM_TOO_LONG),
        (K.TRUE_FALSE, {"options": ("甲", "乙")}, ContentFault.OPTIONS_TOO_MANY),
        (K.SINGLE_CHOICE, {"options": ("甲",), "key": (0,)}, ContentFault.OPTIONS_TOO_FEW),
        (K.SINGLE_CHOICE, {"options": tuple("abcdefghi")}, ContentFault.OPTIONS_TOO_MANY),
        (K.SINGLE_CHOICE, {"options": ("甲", "乙", " ")}, ContentFault.OPTION_EMPTY),
        (K.SINGLE_CHOICE, {"options": ("甲", "乙", "长" * 501)}, ContentFault.OPTION_TOO_LONG),
        (K.SINGLE_CHOICE, {"options": ("A", "乙", "Ａ")}, ContentFault.OPTION_TWICE),
        (K.SINGLE_CHOICE, {"key": (4,)}, ContentFault.KEY_IMPOSSIBLE),
        (K.SINGLE_CHOICE, {"key": (0, 1)}, ContentFault.KEY_IMPOSSIBLE),
        (K.SINGLE_CHOICE, {"option_rationales": ("因为",)}, ContentFault.RATIONALES_COUNT),
        (K.SINGLE_CHOICE, {"rationale": "长" * 2001}, ContentFault.NOTE_TOO_LONG),
        (K.SINGLE_CHOICE, {"image": "a.png"}, ContentFault.PART_NOT_ALLOWED),
        (K.SINGLE_CHOICE, {"gaps": (("a", "b"),)}, ContentFault.PART_NOT_ALLOWED),
        (K.MULTIPLE_CHOICE, {"key": (0,)}, ContentFault.KEY_IMPOSSIBLE),
        (K.MULTIPLE_CHOICE, {"key": (0, 0)}, ContentFault.KEY_IMPOSSIBLE),
        (K.SHORT_TEXT, {"key": ()}, ContentFault.KEY_IMPOSSIBLE),
        (K.SHORT_TEXT, {"key": (" ",)}, ContentFault.KEY_IMPOSSIBLE),
        (K.NUMERIC, {"key": (("3", "-1"),)}, ContentFault.KEY_IMPOSSIBLE),
        (K.NUMERIC, {"key": (("three", "0"),)}, ContentFault.KEY_IMPOSSIBLE),
        (K.NUMERIC, {"key": ("3",)}, ContentFault.KEY_IMPOSSIBLE),
        (K.MATCHING, {"prompts": ("A",), "key": (0,)}, ContentFault.PROMPTS_TOO_FEW),
        (K.MATCHING, {"prompts": tuple("abcdefghijklm")}, ContentFault.PROMPTS_TOO_MANY),
        (K.MATCHING, {"prompts": ("A", "")}, ContentFault.PROMPT_EMPTY),
        (K.MATCHING, {"prompts": ("A", "长" * 501)}, ContentFault.PROMPT_TOO_LONG),
        (K.MATCHING, {"prompts": ("A", "A ")}, ContentFault.PROMPT_TWICE),
        (K.MATCHING, {"key": (0, 3)}, ContentFault.KEY_IMPOSSIBLE),
        (K.ORDERING, {"key": (0, 1, 2)}, ContentFault.KEY_IMPOSSIBLE),
        (K.GAP_SELECT, {"stem": "{{1}}"}, ContentFault.GAPS_UNMARKED),
        (K.GAP_SELECT, {"gaps": (("甲",), ("丙", "丁", "戊"))}, ContentFault.GAP_CHOICES),
        (K.GAP_TEXT, {"stem": "{{1}}{{1}}"}, ContentFault.GAPS_UNMARKED),
        (K.GAP_TEXT, {"key": (("x",), "y")}, ContentFault.KEY_IMPOSSIBLE),
        (K.HOTSPOT, {"image": None}, ContentFault.IMAGE_MISSING),
        (K.HOTSPOT, {"image": "../x.png"}, ContentFault.IMAGE_MISSING),
        (K.HOTSPOT, {"key": ({"shape": "rect", "coords": [9, 9, 9, 9]},)}, ContentFault.KEY_IMPOSSIBLE),
        (K.HOTSPOT, {"key": ({"shape": "circle", "coords": [9, 9, 0]},)}, ContentFault.KEY_IMPOSSIBLE),
        (K.HOTSPOT, {"key": ({"shape": "poly", "coords": [1, 2, 3, 4]},)}, ContentFault.KEY_IMPOSSIBLE),
        (K.HOTSPOT, {"key": ({"shape": "star", "coords": [1, 2, 3, 4]},)}, ContentFault.KEY_IMPOSSIBLE),
        (K.HOTSPOT, {"key": ({"shape": "rect", "coords": [1, 2, 3, 1001]},)}, ContentFault.KEY_IMPOSSIBLE),
        (K.HOTSPOT, {"key": ({"shape": "rect"},)}, ContentFault.KEY_IMPOSSIBLE),
    ],
)
def test_what_is_wrong_with_a_content_is_named(kind: K, change: dict[str, Any], fault: ContentFault) -> None:
    assert faults(replace(SAMPLES[kind], **change)) == (fault,)


def test_a_canonical_key_is_written_one_way() -> None:
    assert canonical(replace(SAMPLES[K.MULTIPLE_CHOICE], key=(2, 0))).key == (0, 2)
    assert canonical(replace(SAMPLES[K.SHORT_TEXT], key=(" Kappa", "ｋａｐｐａ", "卡帕"))).key == ("Kappa", "卡帕")
    assert canonical(replace(SAMPLES[K.NUMERIC], key=(("1,500.00", "0.50"), ("1500", ".5")))).key == (("1500", "0.5"),)
    assert canonical(replace(SAMPLES[K.GAP_TEXT], key=(("a", "A"), ("b ",)))).key == (("a",), ("b",))
    with pytest.raises(ValueError):
        plain_number("about 3")


@samples
@given(seed=st.text(max_size=8))
def test_the_answer_in_words_does_not_depend_on_the_printed_order(content: Content, seed: str) -> None:
    printed = shuffled(content, seed)

    assert answer_of(printed) == answer_of(content)
    assert faults(printed) == ()


def test_items_that_answer_differently_differ_in_words() -> None:
    other = replace(SAMPLES[K.ORDERING], key=(1, 0, 2, 3))

    assert answer_of(other) != answer_of(SAMPLES[K.ORDERING])


# --- responses


@samples
def test_the_key_earns_the_marks_and_a_cleared_answer_none(content: Content) -> None:
    value = check_response(RIGHT[content.kind], content)

    assert earned(value, content, 150) == 150
    assert is_correct(value, content)
    assert earned([], content, 150) == earned(None, content, 150) == 0
    assert not is_correct([], content)


@samples
def test_an_answer_can_be_cleared(content: Content) -> None:
    assert check_response([], content) == []


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (K.MULTIPLE_CHOICE, [4, 0], [0, 4]),
        (K.SHORT_TEXT, " ", []),
        (K.SHORT_TEXT, " 精度 ", "精度"),
        (K.NUMERIC, "twelve", "twelve"),
        (K.MATCHING, [None, 1], [None, 1]),
        (K.MATCHING, [None, None], []),
        (K.ORDERING, [3, 2, 1, 0], [3, 2, 1, 0]),
        (K.GAP_SELECT, [0, None], [0, None]),
        (K.GAP_TEXT, ["", " x"], ["", "x"]),
        (K.GAP_TEXT, ["", " "], []),
    ],
)
def test_a_response_is_kept_one_way(kind: K, value: object, kept: object) -> None:
    assert check_response(value, SAMPLES[kind]) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (K.TRUE_FALSE, [2]),
        (K.TRUE_FALSE, [0, 1]),
        (K.TRUE_FALSE, [True]),
        (K.SINGLE_CHOICE, [0, 1]),
        (K.SINGLE_CHOICE, [4]),
        (K.SINGLE_CHOICE, "A"),
        (K.MULTIPLE_CHOICE, [0, 0]),
        (K.MULTIPLE_CHOICE, [-1]),
        (K.MULTIPLE_CHOICE, None),
        (K.SHORT_TEXT, "长" * 201),
        (K.SHORT_TEXT, 5),
        (K.SHORT_TEXT, "a\x00"),
        (K.NUMERIC, "1" * 41),
        (K.MATCHING, [0]),
        (K.MATCHING, [0, 3]),
        (K.MATCHING, [0, True]),
        (K.MATCHING, "ab"),
        (K.ORDERING, [0, 1, 2]),
        (K.ORDERING, [0, 1, 2, 2]),
        (K.GAP_SELECT, [0, 3]),
        (K.GAP_TEXT, ["x"]),
        (K.GAP_TEXT, ["x", None]),
        (K.HOTSPOT, [1, 2, 3]),
        (K.HOTSPOT, [1, 1001]),
        (K.HOTSPOT, [1.5, 2]),
    ],
)
def test_what_is_no_response_is_refused(kind: K, value: object) -> None:
    with pytest.raises(ValueError):
        check_response(value, SAMPLES[kind])


json = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 1200) | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)


@samples
@given(value=json)
def test_whatever_is_sent_is_refused_or_can_be_marked(content: Content, value: object) -> None:
    try:
        kept = check_response(value, content)
    except ValueError:
        return

    assert 0 <= earned(kept, content, 150) <= 150
    assert check_response(kept, content) == kept


# --- marking


@pytest.mark.parametrize(
    ("kind", "value", "marks"),
    [
        (K.SINGLE_CHOICE, [1], 0),
        (K.MULTIPLE_CHOICE, [0], 0),
        (K.MULTIPLE_CHOICE, [0, 1, 2], 0),
        (K.SHORT_TEXT, "标注者 一致性", 100),
        (K.SHORT_TEXT, "一致性", 0),
        (K.NUMERIC, "0.805", 100),
        (K.NUMERIC, "0.8050000001", 0),
        (K.NUMERIC, "8e1", 100),
        (K.NUMERIC, "80.1", 0),
        (K.NUMERIC, "abc", 0),
        (K.MATCHING, [2, None], 50),
        (K.MATCHING, [0, 2], 0),
        (K.ORDERING, [0, 2, 1, 3], 50),
        (K.GAP_SELECT, [None, 2], 50),
        (K.GAP_TEXT, ["精确率", "准确率"], 50),
        (K.HOTSPOT, [99, 300], 0),
        (K.HOTSPOT, [550, 500], 100),
        (K.HOTSPOT, [536, 536], 0),
    ],
)
def test_an_answer_earns_what_its_kind_says(kind: K, value: object, marks: int) -> None:
    assert earned(value, SAMPLES[kind], 100) == marks


def test_all_or_nothing_gives_nothing_for_a_part() -> None:
    assert earned([2, None], replace(SAMPLES[K.MATCHING], partial=False), 100) == 0


def test_a_half_hundredth_is_rounded_up() -> None:
    assert earned([2, None], SAMPLES[K.MATCHING], 25) == 13


def test_case_counts_where_the_item_says_so() -> None:
    content = replace(SAMPLES[K.SHORT_TEXT], key=("NumPy",), case_sensitive=True)

    assert (earned("ＮumPy", content, 100), earned("numpy", content, 100)) == (100, 0)


@given(right=st.lists(st.booleans(), min_size=2, max_size=12), marks=st.integers(0, 10_000))
def test_marks_in_proportion_grow_with_what_is_right_and_never_exceed_the_whole(right: list[bool], marks: int) -> None:
    prompts = tuple(f"p{place}" for place in range(len(right)))
    content = Content(K.MATCHING, "?", ("a", "b"), prompts=prompts, key=(0,) * len(right), partial=True)

    got = earned([0 if is_right else 1 for is_right in right], content, marks)

    assert abs(got * len(right) - marks * sum(right)) * 2 <= len(right)
    assert got == marks if all(right) else got <= marks


@samples
@given(seed=st.text(max_size=8), data=st.data())
def test_marking_does_not_depend_on_the_printed_order(content: Content, seed: str, data: st.DataObject) -> None:
    assert is_correct(_moved(content, shuffled(content, seed)), shuffled(content, seed))


def _moved(content: Content, printed: Content) -> Any:
    """The right answer in the positions of a printed item, looked up by what stands there."""
    if content.kind in (K.SINGLE_CHOICE, K.MULTIPLE_CHOICE, K.ORDERING):
        return [printed.options.index(content.options[at]) for at in content.key]
    if content.kind is K.MATCHING:
        return [printed.options.index(content.options[at]) for at in content.key]
    if content.kind is K.GAP_SELECT:
        return [printed.gaps[gap].index(content.gaps[gap][at]) for gap, at in enumerate(content.key)]
    return RIGHT[content.kind]


@given(seed=st.integers())
def test_an_ordering_is_never_printed_in_its_right_order(seed: int) -> None:
    content = Content(K.ORDERING, "?", ("a", "b"), key=(1, 0))

    assert shuffled(content, str(seed)).options == ("a", "b")


@given(seed=st.integers())
def test_what_is_said_of_an_option_moves_with_it(seed: int) -> None:
    content = replace(SAMPLES[K.SINGLE_CHOICE], option_rationales=("说甲", "说乙", "说丙", "说丁"))

    printed = shuffled(content, str(seed))

    assert [f"说{option}" for option in printed.options] == list(printed.option_rationales)


# --- comparing


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,234.5", "1234.5"),
        ("１２．５", "12.5"),
        ("−3", "-3"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("+7", "7"),
        ("1 000", "1000"),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, value: str) -> None:
    assert number(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", ".", "e3", "1,23", "12,34,567", "1e999", "NaN", "Infinity", "0x10", "1/2", "٣"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert number(typed) is None


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_plain_number_has_the_same_value(value: Decimal) -> None:
    assert Decimal(plain_number(str(value))) == value


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ｆ１  score", "f1 Score"), ("混淆 矩阵", "混淆矩阵"), ("F1 值", "f1值"), ("a\u200bb", "ab"), (" x\n y ", "x y")],
)
def test_texts_that_look_the_same_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert fold("a b") != fold("ab")


@pytest.mark.parametrize(
    ("shape", "point", "inside"),
    [
        (RECT, (100, 400), True),
        (RECT, (301, 300), False),
        (OVAL, (500, 600), True),
        (OVAL, (550, 501), False),
        (ARROW, (100, 500), True),
        (ARROW, (750, 500), False),
        (ARROW, (750, 250), True),
        (ARROW, (999, 500), False),
        (ARROW, (0, 700), True),
    ],
)
def test_a_point_lies_in_a_shape_or_not(shape: dict[str, Any], point: tuple[int, int], inside: bool) -> None:
    assert is_inside(*point, shape) is inside


@given(x=st.integers(0, 1000), y=st.integers(0, 1000))
def test_a_rectangle_and_the_same_polygon_hold_the_same_points(x: int, y: int) -> None:
    polygon = {"shape": "poly", "coords": [100, 200, 300, 200, 300, 400, 100, 400]}

    assert is_inside(x, y, RECT) is is_inside(x, y, polygon)


def test_the_same_seed_gives_the_same_order() -> None:
    content = SAMPLES[K.MULTIPLE_CHOICE]

    assert kinds.shuffled(content, "7") == kinds.shuffled(content, "7")
    assert {shuffled(content, str(seed)).options for seed in range(20)} != {content.options}
