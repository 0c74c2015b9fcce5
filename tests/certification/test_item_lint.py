"""What a careful reader would question: in one item, between two, in a bank; and how two versions differ."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.item_bank import history, lint
from certification.item_bank.content import Content
from certification.item_bank.lint import Finding, Pattern
from certification.item_bank.rules import ItemKind
from certification.wording.rules import Change

OPTIONS = ("随机抽样复核", "只看总数", "交由同一人自查", "不作检查")


def choice(stem: str = "标注质量检查时应当采用哪种做法？", **facts: Any) -> Content:
    """A sound single choice with rationales."""
    base = {
        "kind": ItemKind.SINGLE_CHOICE,
        "options": OPTIONS,
        "key": (0,),
        "rationale": "抽样复核能发现系统性错误。",
        "option_rationales": ("对", "漏检", "不独立", "无控制"),
    }
    return Content(stem=stem, **{**base, **facts})


def statement(key: int, stem: str = "复核人与标注人不应是同一人。") -> Content:
    return Content(kind=ItemKind.TRUE_FALSE, stem=stem, key=(key,), rationale="独立复核。")


def findings(content: Content, reference: str = "教材第二章") -> list[Finding]:
    return [flag.finding for flag in lint.flags_of(content, reference)]


def test_a_sound_item_is_not_questioned() -> None:
    assert findings(choice()) == []
    assert findings(statement(1)) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (choice(rationale=" "), Finding.RATIONALE_MISSING),
        (choice(option_rationales=()), Finding.OPTION_RATIONALES_MISSING),
        (choice(options=(*OPTIONS[:3], "以上都是")), Finding.ALL_OF_THE_ABOVE),
        (choice(options=(*OPTIONS[:3], "None of the above")), Finding.NONE_OF_THE_ABOVE),
        (choice("下列做法不正确的是？"), Finding.NEGATIVE_STEM),
        (choice("Which of these is NOT a way to check labels?"), Finding.NEGATIVE_STEM),
        (choice(options=("由两名独立人员按抽样方案复核并记录差异", *OPTIONS[1:])), Finding.LONGEST_IS_KEY),
        (choice(options=(*OPTIONS[:3], "任何情况下不检查")), Finding.ABSOLUTE_DISTRACTOR),
    ],
)
def test_what_is_questioned_in_one_item(content: Content, expected: Finding) -> None:
    assert findings(content) == [expected]


def test_a_source_is_asked_for() -> None:
    assert findings(choice(), reference="") == [Finding.REFERENCE_MISSING]


def test_a_negative_in_bold_is_not_overlooked() -> None:
    assert findings(choice("下列做法**不正确**的是？")) == []


def test_an_absolute_word_in_the_key_gives_nothing_away() -> None:
    assert findings(choice(options=("一定要抽样复核", *OPTIONS[1:]))) == []


def flags(*contents: Content) -> list[lint.Flag]:
    return lint.pairs([0], contents)[0]


def test_the_same_stem_with_another_answer_is_a_key_conflict() -> None:
    (flag,) = flags(choice(), choice(key=(1,)))

    assert (flag.finding, flag.other, flag.score) == (Finding.KEY_CONFLICT, 1, 1.0)


def test_the_order_of_options_and_the_width_of_letters_do_not_hide_a_copy() -> None:
    other = choice("标注质量检查时应当采用哪种做法?", options=OPTIONS[::-1], key=(3,))

    assert [flag.finding for flag in flags(choice(), other)] == [Finding.DUPLICATE]


def test_a_reworded_copy_is_told_with_its_nearness() -> None:
    (flag,) = flags(choice(), choice("标注质量检查时，应采用哪种做法？"))

    assert flag.finding is Finding.NEAR_DUPLICATE
    assert flag.score is not None
    assert lint.ALIKE <= flag.score < 1


def test_a_reworded_copy_with_another_key_is_in_conflict() -> None:
    (flag,) = flags(choice(), choice("标注质量检查时，应采用哪种做法？", key=(2,)))

    assert flag.finding is Finding.NEAR_KEY_CONFLICT


def test_a_near_copy_with_other_choices_is_only_alike() -> None:
    other = choice("标注质量检查时，应采用哪种做法？", options=(*OPTIONS[:3], "不做检查"), key=(1,))

    assert [flag.finding for flag in flags(choice(), other)] == [Finding.NEAR_DUPLICATE]


def test_different_items_are_left_alone() -> None:
    other = choice("模型评测时准确率等于什么？", options=("正确数除以总数", "召回数", "样本数", "损失值"))

    assert flags(choice(), other, statement(1)) == []


def of(biases: list[lint.Bias], pattern: Pattern) -> lint.Bias:
    return next(one for one in biases if one.pattern is pattern)


def test_keys_that_stand_in_one_place_are_a_pattern() -> None:
    biased = lint.biases(choice(f"题{number}", key=(2,)) for number in range(40))
    even = lint.biases(choice(f"题{number}", key=(number % 4,)) for number in range(40))

    assert of(biased, Pattern.KEY_POSITION).observed == (0, 0, 40, 0)
    assert of(biased, Pattern.KEY_POSITION).is_marked
    assert not of(even, Pattern.KEY_POSITION).is_marked
    assert of(even, Pattern.KEY_POSITION).probability == pytest.approx(1.0)


def test_keys_that_are_the_longest_option_are_a_pattern() -> None:
    long, short = ("比其他选项都长", "短", "短的", "短些"), ("短", "比其他选项都长", "短的", "短些")

    assert of(lint.biases([choice(options=long)] * 30), Pattern.LONGEST_KEY).is_marked
    assert not of(lint.biases([choice(options=short)] * 30), Pattern.LONGEST_KEY).is_marked


def test_options_of_one_length_hold_no_longest() -> None:
    bias = of(lint.biases([choice(options=("甲", "乙", "丙", "丁"))] * 30), Pattern.LONGEST_KEY)

    assert (bias.items, bias.is_marked) == (0, False)


def test_mostly_true_statements_are_a_pattern() -> None:
    assert of(lint.biases([statement(1)] * 18 + [statement(0)] * 2), Pattern.TRUE_SHARE).is_marked
    assert not of(lint.biases([statement(1)] * 11 + [statement(0)] * 9), Pattern.TRUE_SHARE).is_marked


def test_few_items_show_no_pattern() -> None:
    assert lint.biases([choice(), statement(1)]) == []


def test_options_are_compared_by_likeness_not_by_place() -> None:
    new = choice(options=("不作检查", "随机抽样复核样本", "逐条重标", "只看总数"), key=(1,))

    change = history.compare(choice(), new, references=("甲书", "乙书"))

    assert [(one.before, one.after) for one in change.options] == [(3, 0), (0, 1), (None, 2), (1, 3), (2, None)]
    assert change.is_key_changed
    assert not change.is_kind_changed
    assert history.is_same(change.stem)
    assert not history.is_same(change.reference)
    assert change.options[1].is_changed
    assert not history.paired(["甲"], ["甲"])[0].is_changed


TEXTS = st.lists(st.text("标注数据质量abc", min_size=1, max_size=6), max_size=6)


@given(TEXTS, TEXTS)
def test_every_option_before_and_after_is_told_once(old: list[str], new: list[str]) -> None:
    changes = history.paired(old, new)

    assert sorted(one.before for one in changes if one.before is not None) == list(range(len(old)))
    assert sorted(one.after for one in changes if one.after is not None) == list(range(len(new)))
    for one in changes:
        text = "".join(piece.text for piece in one.pieces if piece.change is not Change.ADDED)
        assert text == ("" if one.before is None else old[one.before])
