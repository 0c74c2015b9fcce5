"""Wordings: likeness, neighbours and differences."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.wording.rules import Change, Neighbour, Piece, differences, nearest, similarity

TEXTS = st.text(alphabet="能按照数据标注规范完成图像分类质量检查 abcdeXYZ.,，。12", max_size=40)


def side(pieces: list[Piece], without: Change) -> str:
    return "".join(piece.text for piece in pieces if piece.change is not without)


@given(TEXTS, TEXTS)
def test_likeness_is_the_same_from_both_sides_and_between_0_and_1(a: str, b: str) -> None:
    assert 0 <= similarity(a, b) <= 1
    assert similarity(a, b) == similarity(b, a)


@given(TEXTS)
def test_a_text_is_most_like_itself(text: str) -> None:
    assert similarity(text, text) == 1


def test_width_case_and_white_space_make_no_difference() -> None:
    assert similarity("ＡＩ  训练师", "ai 训练师") == 1


def test_an_empty_text_is_like_nothing_but_an_empty_one() -> None:
    assert similarity("", "数据") == 0
    assert similarity("", " ") == 1


def test_a_reworded_criterion_is_nearer_than_another_one() -> None:
    old = "能按照标注规范完成图像数据的分类标注"
    reworded = "能依照标注规范完成图像数据分类标注"
    other = "能编写模型测试报告"

    assert similarity(old, reworded) > 0.6 > 0.2 > similarity(old, other)


@given(TEXTS, TEXTS)
def test_the_pieces_of_a_difference_make_both_wordings(old: str, new: str) -> None:
    pieces = differences(old, new)

    assert side(pieces, Change.ADDED) == old
    assert side(pieces, Change.REMOVED) == new


@given(TEXTS, TEXTS)
def test_no_piece_is_empty_and_no_two_neighbours_share_their_fate(old: str, new: str) -> None:
    pieces = differences(old, new)

    assert all(piece.text for piece in pieces)
    assert all(one.change is not other.change for one, other in pairwise(pieces))


def test_latin_script_is_compared_by_words() -> None:
    assert differences("label the images", "label the videos") == [
        Piece(Change.SAME, "label the "),
        Piece(Change.REMOVED, "images"),
        Piece(Change.ADDED, "videos"),
    ]


def test_chinese_is_compared_by_characters_put_together() -> None:
    assert differences("能完成图像标注", "能完成语音标注") == [
        Piece(Change.SAME, "能完成"),
        Piece(Change.REMOVED, "图像"),
        Piece(Change.ADDED, "语音"),
        Piece(Change.SAME, "标注"),
    ]


def test_a_lone_character_between_two_changes_is_told_as_changed() -> None:
    pieces = differences("能检查与修正数据", "能清洗与合并数据")

    assert pieces == [
        Piece(Change.SAME, "能"),
        Piece(Change.REMOVED, "检查与修正"),
        Piece(Change.ADDED, "清洗与合并"),
        Piece(Change.SAME, "数据"),
    ]


def test_long_wordings_are_compared_by_sentences() -> None:
    old = "".join(f"第{number}句话讲的是数据。" for number in range(500))

    pieces = differences(old, old.replace("第250句话讲", "第250句话写"))

    assert [piece.text for piece in pieces if piece.change is not Change.SAME] == [
        "第250句话讲的是数据。",
        "第250句话写的是数据。",
    ]


def test_the_nearest_come_first_and_the_far_ones_not_at_all() -> None:
    corpus = ["采集业务数据", "完成图像数据的分类标注", "编写测试报告", "完成图像分类标注"]

    [found] = nearest(["能完成图像分类标注"], corpus, at_least=0.3)

    assert [neighbour.position for neighbour in found] == [3, 1]
    assert found[0].score > found[1].score >= 0.3


def test_of_equally_near_ones_the_earlier_come_first_and_no_more_than_asked() -> None:
    [found] = nearest(["数据清洗"], ["数据清洗", "别的", "数据清洗", "数据清洗"], most=2)

    assert found == [Neighbour(0, pytest.approx(1)), Neighbour(2, pytest.approx(1))]  # type: ignore[arg-type]


@given(st.lists(TEXTS, max_size=6), st.lists(TEXTS, max_size=6))
def test_each_query_is_answered_and_a_text_of_the_corpus_finds_itself(queries: list[str], corpus: list[str]) -> None:
    found = nearest([*queries, *corpus], corpus, at_least=0.99, most=len(corpus) + 1)

    assert len(found) == len(queries) + len(corpus)
    for position, text in enumerate(corpus):
        mine = {neighbour.position for neighbour in found[len(queries) + position]}
        assert (position in mine) is bool(text.strip())


@pytest.mark.parametrize(("at_least", "most"), [(0.0, 5), (0.5, 0)])
def test_a_question_that_would_tell_everything_or_nothing_is_refused(at_least: float, most: int) -> None:
    with pytest.raises(ValueError, match="at_least"):
        nearest(["a"], ["b"], at_least=at_least, most=most)


def test_two_thousand_by_two_thousand_take_a_moment() -> None:
    duties = [
        f"能按照第{n % 97}号规范完成{n}号{'图像语音文本视频'[n % 4 * 2 : n % 4 * 2 + 2]}数据的标注" for n in range(2000)
    ]
    start = time.perf_counter()

    found = nearest(duties, duties, at_least=0.9, most=1)

    assert all(found)
    assert time.perf_counter() - start < 20
