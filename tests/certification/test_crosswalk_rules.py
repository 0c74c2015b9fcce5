"""Relations between tiers, how they follow one another, and what a certificate counts for."""

from uuid import NAMESPACE_URL, UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from certification.crosswalks.rules import (
    CAUTION,
    INVERSE,
    WORTH,
    Relation,
    Rung,
    Step,
    Worth,
    counts_for,
    follow,
    ways,
)

RELATIONS = st.sampled_from(Relation)
NAMES = "ABCDEFG"


def tier(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


def row(origin: str, relation: Relation, destination: str) -> Step:
    return Step(tier(f"{origin}{relation}{destination}"), tier(origin), tier(destination), relation)


ROWS = st.lists(st.builds(row, st.sampled_from(NAMES), RELATIONS, st.sampled_from(NAMES)), max_size=12)

NATIONAL = [Rung(tier(f"N{level}"), level) for level in range(5, 0, -1)]
MUNICIPAL = [Rung(tier(f"M{level}"), level) for level in range(5, 0, -1)]


@given(RELATIONS, RELATIONS, RELATIONS)
def test_relations_follow_one_another_in_whatever_order_they_are_taken(a: Relation, b: Relation, c: Relation) -> None:
    assert follow(follow(a, b), c) == follow(a, follow(b, c))


@given(RELATIONS, RELATIONS)
def test_the_way_back_is_the_inverse_of_the_way_there(a: Relation, b: Relation) -> None:
    assert INVERSE[follow(a, b)] == follow(INVERSE[b], INVERSE[a])


@given(RELATIONS)
def test_an_exact_match_changes_nothing_on_the_way(relation: Relation) -> None:
    assert follow(Relation.EXACT, relation) == follow(relation, Relation.EXACT) == relation


@given(RELATIONS, RELATIONS)
def test_a_way_is_never_surer_than_its_weakest_step(a: Relation, b: Relation) -> None:
    assert CAUTION.index(follow(a, b)) >= max(CAUTION.index(a), CAUTION.index(b)) or WORTH[follow(a, b)] in {
        WORTH[a],
        WORTH[b],
    }
    assert (WORTH[follow(a, b)] is Worth.FULL) == (WORTH[a] is Worth.FULL and WORTH[b] is Worth.FULL)


@given(ROWS)
def test_a_way_there_is_a_way_back(rows: list[Step]) -> None:
    for destination in ways(tier("A"), rows, longest=1):
        assert tier("A") in ways(destination, rows, longest=1)


def test_a_direct_judgement_stands_before_a_derived_one() -> None:
    rows = [row("A", Relation.EXACT, "B"), row("B", Relation.EXACT, "C"), row("A", Relation.NARROWER, "C")]

    assert ways(tier("A"), rows)[tier("C")].relation is Relation.NARROWER


def test_of_two_equal_ways_the_more_cautious_is_taken() -> None:
    rows = [row("A", Relation.EXACT, "B"), row("A", Relation.NONE, "B")]

    assert ways(tier("A"), rows)[tier("B")].relation is Relation.NONE
    assert ways(tier("A"), rows[::-1])[tier("B")].relation is Relation.NONE


def test_a_way_ends_after_three_crosswalks() -> None:
    rows = [row(a, Relation.EXACT, b) for a, b in ("AB", "BC", "CD", "DE")]

    assert set(ways(tier("A"), rows)) == {tier("B"), tier("C"), tier("D")}


def test_an_exact_row_counts_in_full() -> None:
    answer = counts_for(NATIONAL[2], NATIONAL, MUNICIPAL, [row("N3", Relation.EXACT, "M3")])

    assert answer.worth is Worth.FULL
    assert answer.full is not None
    assert (answer.full.destination, answer.covered) == (tier("M3"), tier("N3"))


def test_a_tier_that_asks_for_less_proves_a_part() -> None:
    answer = counts_for(NATIONAL[2], NATIONAL, MUNICIPAL, [row("N3", Relation.NARROWER, "M3")])

    assert answer.worth is Worth.PART
    assert [way.destination for way in answer.part] == [tier("M3")]


def test_a_row_read_from_the_other_side_is_turned() -> None:
    answer = counts_for(NATIONAL[2], NATIONAL, MUNICIPAL, [row("M3", Relation.NARROWER, "N3")])

    assert answer.worth is Worth.FULL


def test_a_higher_level_counts_for_what_a_lower_one_counts_for() -> None:
    rows = [row("N3", Relation.NARROWER, "M3"), row("N4", Relation.EXACT, "M4")]

    answer = counts_for(NATIONAL[2], NATIONAL, MUNICIPAL, rows)

    assert answer.full is not None
    assert (answer.full.destination, answer.covered) == (tier("M4"), tier("N4"))
    assert [way.destination for way in answer.part] == [tier("M3")]


def test_a_lower_level_is_never_lifted_by_a_higher_one() -> None:
    rows = [row("N3", Relation.EXACT, "M3"), row("N4", Relation.EXACT, "M4")]

    answer = counts_for(NATIONAL[1], NATIONAL, MUNICIPAL, rows)

    assert answer.full is not None
    assert answer.full.destination == tier("M4")


@given(ROWS)
def test_without_a_decided_row_a_certificate_counts_for_nothing(rows: list[Step]) -> None:
    assert counts_for(NATIONAL[2], NATIONAL, MUNICIPAL, rows).worth is Worth.NOTHING


LADDERS = st.lists(
    st.builds(
        row,
        st.sampled_from([f"N{level}" for level in range(1, 6)]),
        RELATIONS,
        st.sampled_from([f"M{level}" for level in range(1, 6)]),
    ),
    max_size=8,
)


@given(LADDERS, st.integers(0, 3))
def test_a_higher_certificate_counts_for_at_least_what_a_lower_one_counts_for(rows: list[Step], at: int) -> None:
    levels = {rung.tier: rung.level for rung in MUNICIPAL}
    lower = counts_for(NATIONAL[at], NATIONAL, MUNICIPAL, rows).full
    higher = counts_for(NATIONAL[at + 1], NATIONAL, MUNICIPAL, rows).full

    if lower is not None:
        assert higher is not None
        assert levels[higher.destination] <= levels[lower.destination]
