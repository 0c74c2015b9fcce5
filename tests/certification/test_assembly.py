"""Papers from blueprints: spread, exposure, feasibility, and the laws that hold for every seed."""

from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.exams import assembly
from certification.exams.assembly import Chosen, InfeasibleBlueprint, PoolItem, ShortCell
from certification.standards.rules import TheoryPart, TheoryPlan


def an_item(number: int, **facts: Any) -> PoolItem:
    """An item of its own knowledge point in duty 1.1."""
    base = {"kind": "single_choice", "area": "1.1", "difficulty": 1 + number % 3, "exposure": 0}
    return PoolItem(**{"id": UUID(int=number), "knowledge_point": f"KP{number}", **base, **facts})


def a_plan(*parts: TheoryPart) -> TheoryPlan:
    """A plan of these parts."""
    return TheoryPlan(90, 6000, parts)


def single(**areas: int) -> TheoryPart:
    """A part of single choices; ``a1_1=2`` wants two items of area 1.1."""
    named = {name.removeprefix("a").replace("_", "."): count for name, count in areas.items()}
    return TheoryPart("single_choice", sum(named.values()), 50, named)


def points(paper: tuple[assembly.Chosen, ...]) -> Counter[str]:
    """How often each knowledge point is on a paper."""
    return Counter(chosen.item.knowledge_point for chosen in paper)


@pytest.mark.parametrize(
    ("wanted", "area", "fits"),
    [("1", "1.1", True), ("1", "1.3", True), ("1", "10.1", False), ("1", "2.1", False), ("0.1", "0.1", True),
     ("0.1", "0.2", False), ("0.1", "0.10", False)],
)  # fmt: skip
def test_an_area_takes_its_duties_and_a_duty_itself(wanted: str, area: str, fits: bool) -> None:
    assert assembly.matches(wanted, area) is fits


def test_the_same_seed_gives_the_same_paper_whatever_the_order_of_the_pool() -> None:
    pool = [an_item(number) for number in range(40)]
    plan = a_plan(single(a1=10))

    first = assembly.assemble(plan, pool, 7)

    assert assembly.assemble(plan, reversed(pool), 7) == first
    assert assembly.assemble(plan, pool, 8) != first


def test_sections_stand_in_the_order_of_the_plan_with_their_marks() -> None:
    true_false = TheoryPart("true_false", 2, 100, {"1": 2})
    pool = [an_item(number) for number in range(5)]
    pool += [an_item(number, kind="true_false") for number in range(5, 10)]

    paper = assembly.assemble(a_plan(true_false, single(a1=3)), pool, 1)

    assert [(chosen.item.kind, chosen.marks) for chosen in paper] == [
        *[("true_false", 100)] * 2,
        *[("single_choice", 50)] * 3,
    ]


def test_two_parts_of_one_kind_share_the_pool_without_repeating_an_item() -> None:
    pool = [an_item(number) for number in range(4)]
    dear = TheoryPart("single_choice", 2, 300, {"1": 2})

    paper = assembly.assemble(a_plan(single(a1=2), dear), pool, 1)

    assert len({chosen.item.id for chosen in paper}) == 4
    assert [chosen.marks for chosen in paper] == [50, 50, 300, 300]


def test_the_least_exposed_items_come_first() -> None:
    pool = [an_item(number, exposure=number // 5) for number in range(20)]

    paper = assembly.assemble(a_plan(single(a1=5)), pool, 3)

    assert {chosen.item.exposure for chosen in paper} == {0}


def test_difficulties_are_mixed() -> None:
    pool = [an_item(number) for number in range(30)]

    paper = assembly.assemble(a_plan(single(a1=6)), pool, 3)

    assert Counter(chosen.item.difficulty for chosen in paper) == {1: 2, 2: 2, 3: 2}


def test_a_knowledge_point_is_repeated_only_when_the_supply_runs_out() -> None:
    pool = [an_item(number, knowledge_point=f"KP{number % 3}") for number in range(9)]

    paper = assembly.assemble(a_plan(single(a1=4)), pool, 5)

    assert sorted(points(paper).values()) == [1, 1, 2]


@pytest.mark.parametrize("seed", range(12))
def test_a_place_moves_on_so_that_another_kind_finds_its_only_point(seed: int) -> None:
    """The single choices may take A or B, the true/false item only A, the multiple choice only B or C."""
    pool = [
        an_item(1, knowledge_point="A"),
        an_item(2, knowledge_point="B"),
        an_item(3, knowledge_point="A", kind="true_false"),
        an_item(4, knowledge_point="B", kind="multiple_choice"),
        an_item(5, knowledge_point="C", kind="multiple_choice"),
    ]
    multiple = TheoryPart("multiple_choice", 1, 100, {"1": 1})
    plan = a_plan(multiple, single(a1=1), TheoryPart("true_false", 1, 100, {"1": 1}))

    assert points(assembly.assemble(plan, pool, seed)) == {"A": 1, "B": 1, "C": 1}


@pytest.mark.parametrize("seed", range(12))
def test_a_wide_area_leaves_a_narrow_one_what_only_that_can_use(seed: int) -> None:
    pool = [an_item(1, area="1.1"), an_item(2, area="1.1"), an_item(3, area="1.2"), an_item(4, area="1.2")]
    wide, narrow = TheoryPart("single_choice", 2, 50, {"1": 2}), single(a1_1=2)

    paper = assembly.assemble(a_plan(wide, narrow), pool, seed)

    assert [chosen.item.area for chosen in paper] == ["1.2", "1.2", "1.1", "1.1"]


def test_every_short_cell_is_named_with_what_there_is() -> None:
    pool = [an_item(1), an_item(2, area="2.1"), an_item(3, area="2.2")]
    plan = a_plan(single(a1=3, a2=2), TheoryPart("true_false", 1, 100, {"0.1": 1}))

    with pytest.raises(InfeasibleBlueprint) as refused:
        assembly.assemble(plan, pool, 1)

    assert refused.value.short == (
        ShortCell("1", "single_choice", 3, 1),
        ShortCell("0.1", "true_false", 1, 0),
    )


@given(st.lists(st.tuples(st.sampled_from([None, "s", "t"]), st.integers(1, 9)), max_size=20))
def test_items_of_a_stimulus_stand_side_by_side_and_in_order(facts: list[tuple[str | None, int]]) -> None:
    paper = [
        Chosen(replace(an_item(number), stimulus=stimulus, place=place), 100)
        for number, (stimulus, place) in enumerate(facts)
    ]

    printed = assembly.together(paper)

    assert sorted(printed, key=lambda one: one.item.id) == sorted(paper, key=lambda one: one.item.id)
    for shared in ("s", "t"):
        places = [at for at, one in enumerate(printed) if one.item.stimulus == shared]
        assert places == list(range(places[0], places[0] + len(places))) if places else True
        assert [printed[at].item.place for at in places] == sorted(printed[at].item.place for at in places)


@given(
    st.lists(
        st.builds(
            lambda point, kind, exposure: (f"KP{point}", kind, exposure),
            st.integers(0, 6),
            st.sampled_from(["single_choice", "true_false"]),
            st.integers(0, 3),
        ),
        max_size=25,
    ),
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(),
)
def test_a_paper_is_full_or_refused_and_spread_as_far_as_it_goes(
    rows: list[tuple[str, str, int]], singles: int, others: int, seed: int
) -> None:
    pool = [
        an_item(number, knowledge_point=point, kind=kind, exposure=exposure)
        for number, (point, kind, exposure) in enumerate(rows)
    ]
    plan = a_plan(single(a1=singles), TheoryPart("true_false", others, 100, {"1": others}))
    supply = Counter(item.kind for item in pool)
    if supply["single_choice"] < singles or supply["true_false"] < others:
        with pytest.raises(InfeasibleBlueprint):
            assembly.assemble(plan, pool, seed)
        return

    paper = assembly.assemble(plan, pool, seed)

    assert Counter(chosen.item.kind for chosen in paper) == +Counter({"single_choice": singles, "true_false": others})
    assert len({chosen.item.id for chosen in paper}) == singles + others
    assert len(points(paper)) == most_points(pool, singles, others)


def most_points(pool: list[PoolItem], singles: int, others: int) -> int:
    """How many knowledge points a paper can touch at most: points of one kind only, then shared ones."""
    kinds: dict[str, set[str]] = {}
    for item in pool:
        kinds.setdefault(item.knowledge_point, set()).add(item.kind)
    only_single = sum(have == {"single_choice"} for have in kinds.values())
    only_other = sum(have == {"true_false"} for have in kinds.values())
    left = max(0, singles - only_single) + max(0, others - only_other)
    shared = len(kinds) - only_single - only_other
    return min(singles, only_single) + min(others, only_other) + min(left, shared)
