"""Two versions side by side: rules on plain values."""

from uuid import NAMESPACE_URL as NAMESPACE
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from certification.standards.comparison import Comparison, Effect, Fate, Part, compare, effects
from certification.wording.rules import Change, Piece


def key(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


def part(name: str, parent: str | None = None, kind: str = "criterion", **facts: object) -> Part:
    values = {"zh": name.rstrip("'"), **facts}
    return Part(key(name), kind, key(parent) if parent else None, **values)  # type: ignore[arg-type]


def ties(*pairs: str) -> list[tuple[UUID, UUID]]:
    return [(key(pair.split(">")[0]), key(pair.split(">")[1])) for pair in pairs]


def fates(comparison: Comparison) -> dict[str, tuple[Fate, ...]]:
    return {"+".join(p.zh or "" for p in row.old or row.new): row.fates for row in comparison.rows}


OLD = [part("三级", kind="tier"), part("采集", "三级", "duty"), part("甲", "采集"), part("乙", "采集")]
NEW = [part("三级'", kind="tier"), part("采集'", "三级'", "duty"), part("甲'", "采集'"), part("乙'", "采集'")]
SAME = ("三级>三级'", "采集>采集'", "甲>甲'", "乙>乙'")


def test_what_is_tied_and_reads_the_same_is_unchanged() -> None:
    assert set(fates(compare(OLD, NEW, ties(*SAME))).values()) == {(Fate.UNCHANGED,)}


def test_the_same_code_without_a_link_is_another_thing() -> None:
    old, new = [part("甲", code="1.1.1")], [part("甲'", code="1.1.1")]

    rows = compare(old, new, []).rows

    assert [row.fates for row in rows] == [(Fate.WITHDRAWN,), (Fate.NEW,)]


def test_a_new_wording_is_told_word_by_word() -> None:
    [row] = compare([part("甲", zh="完成图像标注")], [part("甲'", zh="完成语音标注")], ties("甲>甲'")).rows

    assert row.fates == (Fate.REWORDED,)
    assert row.wording == [
        Piece(Change.SAME, "完成"),
        Piece(Change.REMOVED, "图像"),
        Piece(Change.ADDED, "语音"),
        Piece(Change.SAME, "标注"),
    ]


def test_a_new_english_wording_is_one_too() -> None:
    [row] = compare([part("甲", en="label images")], [part("甲'", en="label videos")], ties("甲>甲'")).rows

    assert row.fates == (Fate.REWORDED,)
    assert row.wording_en[-1] == Piece(Change.ADDED, "videos")


def test_under_another_parent_is_moved_and_under_a_merged_one_is_not() -> None:
    old = [part("A", kind="duty"), part("B", kind="duty"), part("甲", "A"), part("乙", "B")]
    new = [part("A'", kind="duty"), part("B'", kind="duty"), part("甲'", "B'"), part("乙'", "B'")]
    merged = [part("A'", kind="duty"), part("甲'", "A'"), part("乙'", "A'")]

    moved = fates(compare(old, new, ties("A>A'", "B>B'", "甲>甲'", "乙>乙'")))
    together = fates(compare(old, merged, ties("A>A'", "B>A'", "甲>甲'", "乙>乙'")))

    assert (moved["甲"], moved["乙"]) == ((Fate.MOVED,), (Fate.UNCHANGED,))
    assert together == {"A+B": (Fate.MERGED,), "甲": (Fate.UNCHANGED,), "乙": (Fate.UNCHANGED,)}


def test_one_that_became_two_is_split_and_two_that_became_one_are_merged() -> None:
    split = compare([part("甲")], [part("甲'"), part("乙'")], ties("甲>甲'", "甲>乙'"))
    merged = compare([part("甲"), part("乙")], [part("甲'")], ties("甲>甲'", "乙>甲'"))

    assert [row.fates for row in split.rows] == [(Fate.SPLIT,)]
    assert [row.fates for row in merged.rows] == [(Fate.MERGED,)]


def test_a_changed_figure_and_a_changed_code_are_told_apart() -> None:
    heavier = compare([part("甲", figures={"theory": 10})], [part("甲'", figures={"theory": 15})], ties("甲>甲'"))
    renumbered = compare([part("甲", code="1.1")], [part("甲'", code="2.1")], ties("甲>甲'"))

    assert heavier.rows[0].fates == (Fate.WEIGHT_CHANGED,)
    assert renumbered.rows[0].fates == (Fate.RENUMBERED,)


def test_a_withdrawn_part_stands_where_it_stood() -> None:
    old = [part("甲"), part("乙"), part("丙"), part("丁")]
    new = [part("新'"), part("甲'"), part("丁'")]

    assert list(fates(compare(old, new, ties("甲>甲'", "丁>丁'")))) == ["新", "甲", "乙", "丙", "丁"]


def test_a_part_under_the_same_key_needs_no_link() -> None:
    assert compare([part("甲")], [part("甲")], []).rows[0].fates == (Fate.UNCHANGED,)


def changed(*more: Part, without: str = "", pairs: tuple[str, ...] = SAME) -> dict[str, Effect]:
    new = [*(p for p in NEW if p.zh != without), *more]
    comparison = compare(OLD, new, ties(*pairs))
    found = {comparison.rows[at].old[0].zh or "": effect for at, effect in effects(comparison, "duty").items()}
    return found | {kind: effect for kind in ("tier",) for effect in effects(comparison, kind).values()}


def test_a_version_that_asks_more_is_wider_and_one_that_asks_less_is_narrower() -> None:
    assert changed() == {"采集": Effect.UNCHANGED, "tier": Effect.UNCHANGED}
    assert changed(part("丙'", "采集'")) == {"采集": Effect.WIDER, "tier": Effect.WIDER}
    assert changed(without="乙") == {"采集": Effect.NARROWER, "tier": Effect.NARROWER}


def test_more_and_less_at_once_or_another_wording_need_new_evidence() -> None:
    reworded = [part("三级'", kind="tier"), part("采集'", "三级'", "duty"), part("甲'", "采集'", zh="别的")]
    comparison = compare(OLD[:3], reworded, ties(*SAME[:3]))

    assert changed(part("丙'", "采集'"), without="乙") == {"采集": Effect.NEW_EVIDENCE, "tier": Effect.NEW_EVIDENCE}
    assert set(effects(comparison, "tier").values()) == {Effect.NEW_EVIDENCE}


def test_a_tier_without_counterpart_is_withdrawn() -> None:
    assert list(effects(compare(OLD, [], []), "tier").values()) == [Effect.WITHDRAWN]


def test_what_moves_to_another_tier_makes_one_narrower_and_the_other_wider() -> None:
    old = [part("三级", kind="tier"), part("四级", kind="tier"), part("甲", "三级"), part("乙", "四级")]
    new = [part("三级'", kind="tier"), part("四级'", kind="tier"), part("甲'", "四级'"), part("乙'", "四级'")]

    found = effects(compare(old, new, ties("三级>三级'", "四级>四级'", "甲>甲'", "乙>乙'")), "tier")

    assert list(found.values()) == [Effect.NARROWER, Effect.WIDER]


def test_what_stands_outside_any_part_of_the_kind_has_no_effect_there() -> None:
    lone = compare([*OLD, part("孤")], [*NEW, part("独'", "无")], ties(*SAME))

    assert set(effects(lone, "duty").values()) == {Effect.UNCHANGED}


NAMES = st.lists(st.integers(0, 30), max_size=15, unique=True)


@given(NAMES, NAMES, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=20))
def test_every_part_stands_in_exactly_one_row(old: list[int], new: list[int], pairs: list[tuple[int, int]]) -> None:
    before, after = [part(f"o{n}") for n in old], [part(f"n{n}") for n in new]

    comparison = compare(before, after, [(key(f"o{a}"), key(f"n{b}")) for a, b in pairs])

    assert sorted(p.key for row in comparison.rows for p in row.old) == sorted(p.key for p in before)
    assert sorted(p.key for row in comparison.rows for p in row.new) == sorted(p.key for p in after)
    assert all(comparison.rows[at].new for at in comparison.row_of_new.values())
    assert sum(comparison.counts.values()) >= len(comparison.rows)


@given(NAMES)
def test_a_version_compared_with_itself_is_unchanged_throughout(names: list[int]) -> None:
    parts = [part(f"n{n}", f"n{names[at // 2]}" if at else None) for at, n in enumerate(names)]

    assert all(row.fates == (Fate.UNCHANGED,) for row in compare(parts, parts, []).rows)


def test_ten_thousand_parts_are_all_told() -> None:
    old = [part(f"o{n}", f"o{n // 10}" if n else None) for n in range(10_000)]
    new = [part(f"n{n}", f"n{n // 10}" if n else None, zh=f"o{n}") for n in range(10_000)]

    comparison = compare(old, new, [(one.key, other.key) for one, other in zip(old, new, strict=True)])

    assert comparison.counts[Fate.UNCHANGED] == 10_000
