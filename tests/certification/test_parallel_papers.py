"""Parallel papers: against brute force on small banks, counted again on larger ones, and refused with reasons."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import paper_assembly
from certification.assembly import rules, solver
from certification.assembly.checking import breaches, count_shared
from certification.assembly.rules import InformationGoal, Limit, Placed, PoolItem, Setback, Specification
from certification.assembly.solver import (
    Conflict,
    Effort,
    LimitsInConflict,
    NotEnoughItems,
    NotFoundInTime,
)
from certification.standards.rules import TheoryPart, TheoryPlan
from tests.make_assembly import a_cell, a_problem, an_item, every_solution

DAY = date(2026, 11, 24)


@st.composite
def small_problems(draw: st.DrawFn) -> rules.Problem:
    """Up to eight items, two papers, and any of the limits."""
    numbers = range(1, draw(st.integers(2, 8)) + 1)
    pool = [
        an_item(
            number,
            point=f"KP{draw(st.integers(1, 4))}",
            area=draw(st.sampled_from(["1.1", "1.2"])),
            difficulty=draw(st.integers(-2, 2)),
            exposure=draw(st.integers(0, 2)),
            stimulus=draw(st.sampled_from([None, None, "S"])),
        )
        for number in numbers
    ]
    cells = [a_cell(draw(st.integers(1, 2))), *([a_cell(1, "1.2")] if draw(st.booleans()) else [])]
    pairs = st.lists(st.sampled_from([(a, b) for a in numbers for b in numbers if a < b]), max_size=3)
    facts: dict[str, Any] = {
        "per_point": draw(st.sampled_from([1, 2, None])),
        "difficulty": 0.25,
        "difficulty_within": draw(st.sampled_from([None, 0.6, 1.1])),
        "fresh_least": draw(st.integers(0, 1)),
        "uses_most": draw(st.integers(1, 2)),
        "exposure_cap": draw(st.sampled_from([None, 2, 3])),
    }
    return a_problem(pool, *cells, papers=draw(st.integers(1, 2)), enemies=draw(pairs), **facts)


@settings(deadline=None, max_examples=120)
@given(small_problems(), st.integers(0, 3))
def test_papers_are_found_exactly_where_brute_force_finds_some(problem: rules.Problem, seed: int) -> None:
    best = min((count_shared(papers) for papers in every_solution(problem)), default=None)
    try:
        solution = solver.solve(problem, seed)
    except (NotEnoughItems, LimitsInConflict):
        assert best is None
    else:
        assert breaches(problem, solution.papers) == []
        assert (solution.shared, solution.is_best) == (best, True)


def test_the_same_seed_gives_the_same_papers_whatever_the_order_of_the_pool() -> None:
    pool = [an_item(number, difficulty=number % 5 - 2) for number in range(40)]
    goals = {"difficulty_within": 0.3, "information": (InformationGoal(0.0, within=0.05),)}

    first = solver.solve(a_problem(pool, a_cell(10), papers=2, **goals), 7)

    again = solver.solve(a_problem(pool[::-1], a_cell(10), papers=2, **goals), 7)
    other = solver.solve(a_problem(pool, a_cell(10), papers=2, **goals), 8)
    assert first.repeatable
    assert [set(paper) for paper in first.papers] == [set(paper) for paper in again.papers]
    assert [set(paper) for paper in first.papers] != [set(paper) for paper in other.papers]


def test_papers_that_must_share_share_as_little_as_can_be() -> None:
    pool = [an_item(number) for number in range(1, 16)]

    solution = solver.solve(a_problem(pool, a_cell(10), papers=2, uses_most=2), 1)

    assert (solution.shared, solution.bound, solution.is_best) == (5, 5, True)


def test_a_set_of_one_stimulus_is_printed_whole_or_not_at_all() -> None:
    pool = [an_item(number, stimulus="S" if number <= 3 else None) for number in range(1, 6)]

    for seed in range(4):
        (paper,) = solver.solve(a_problem(pool, a_cell(4)), seed).papers
        assert sum(placed.item.stimulus == "S" for placed in paper) == 3


def test_a_set_of_which_a_part_fits_no_cell_is_left_out() -> None:
    pool = [an_item(1, stimulus="S"), an_item(2, stimulus="S", area="9.9"), an_item(3)]

    (paper,) = solver.solve(a_problem(pool, a_cell(1)), 1).papers

    assert [placed.item for placed in paper] == [pool[2]]


def test_each_cell_that_is_short_says_what_it_has_and_lacks() -> None:
    pool = [an_item(1), an_item(2, point="KP1"), an_item(3, kind="true_false")]

    with pytest.raises(NotEnoughItems) as refused:
        solver.solve(a_problem(pool, a_cell(2), a_cell(2, kind="true_false"), papers=2), 1)

    facts = [(one.cell.kind, one.items, one.places, one.needed, one.missing) for one in refused.value.short]
    assert facts == [("single_choice", 2, 2, 4, 2), ("true_false", 1, 1, 4, 3)]


def test_cells_that_are_short_only_together_are_named_together() -> None:
    """Area 1 and duty 1.1 both live on the two items of duty 1.1; the true/false cell has its own."""
    pool = [an_item(1), an_item(2), an_item(3, kind="true_false")]
    cells = a_cell(2), a_cell(1, "1.1"), a_cell(1, kind="true_false")

    with pytest.raises(NotEnoughItems) as refused:
        solver.solve(a_problem(pool, *cells), 1)

    joint = refused.value.joint
    assert joint is not None
    assert (joint.cells, joint.missing) == (cells[:2], 1)


def test_points_count_in_the_supply_of_all_kinds_together() -> None:
    pool = [an_item(1, point="A"), an_item(2, point="A", kind="true_false")]

    with pytest.raises(NotEnoughItems) as refused:
        solver.solve(a_problem(pool, a_cell(1), a_cell(1, kind="true_false")), 1)

    assert refused.value.joint is not None


def conflicts_of(problem: rules.Problem) -> tuple[Conflict, ...]:
    """What a solver that must refuse names."""
    with pytest.raises(LimitsInConflict) as refused:
        solver.solve(problem, 1)
    assert refused.value.is_least
    return refused.value.conflicts


def test_enemies_that_cannot_be_kept_apart_are_named() -> None:
    problem = a_problem([an_item(1), an_item(2)], a_cell(2), enemies=[(1, 2)])

    (conflict,) = conflicts_of(problem)

    assert (conflict.limit, conflict.reachable) == (Limit.ENEMIES, 2)


def test_a_mean_difficulty_that_no_choice_has_is_named_with_what_is_reachable() -> None:
    pool = [an_item(number, difficulty=-1.0) for number in range(5)]

    (conflict,) = conflicts_of(a_problem(pool, a_cell(2), papers=2, difficulty=1.0, difficulty_within=0.5))

    assert (conflict.limit, conflict.wanted, conflict.times) == (Limit.DIFFICULTY, 1.0, 2)
    assert conflict.reachable == pytest.approx(-2.0, abs=0.06)


def test_too_little_information_is_named_with_its_ability() -> None:
    pool = [an_item(number) for number in range(5)]

    (conflict,) = conflicts_of(a_problem(pool, a_cell(4), information=(InformationGoal(0.0, 2.0, 0.1),)))

    assert (conflict.limit, conflict.where) == (Limit.INFORMATION, "0")
    assert conflict.reachable == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(
    ("facts", "problem", "limit"),
    [
        ({"exposure": 1}, {"fresh_least": 1}, Limit.FRESH),
        ({"stimulus": "S"}, {}, Limit.SETS),
    ],
)
def test_freshness_and_sets_are_named(facts: dict[str, Any], problem: dict[str, Any], limit: Limit) -> None:
    pool = [an_item(number, **facts) for number in range(3)]

    (conflict,) = conflicts_of(a_problem(pool, a_cell(2), **problem))

    assert conflict.limit is limit


def loosened(problem: rules.Problem, names: set[Limit]) -> rules.Problem:
    """The problem without the limits of these families."""
    loose: dict[str, Any] = {"fresh_least": 0} if Limit.FRESH in names else {}
    loose |= {"difficulty_within": None} if Limit.DIFFICULTY in names else {}
    loose |= {"per_point": None} if Limit.POINTS in names else {}
    loose |= {"uses_most": 2, "exposure_cap": None} if Limit.USES in names else {}
    enemies = frozenset[frozenset[UUID]]() if Limit.ENEMIES in names else problem.enemies
    pool = tuple(replace(item, stimulus=None) for item in problem.pool) if Limit.SETS in names else problem.pool
    return replace(problem, specification=replace(problem.specification, **loose), enemies=enemies, pool=pool)


@settings(deadline=None, max_examples=60)
@given(small_problems())
def test_limits_in_conflict_hold_once_those_named_are_loosened(problem: rules.Problem) -> None:
    refused: LimitsInConflict | None = None
    with suppress(NotEnoughItems):
        try:
            solver.solve(problem, 1)
        except LimitsInConflict as refusal:
            refused = refusal

    if refused is not None and Limit.CELLS not in (names := {one.limit for one in refused.conflicts}):
        problem = loosened(problem, names)
        assert breaches(problem, solver.solve(problem, 1).papers) == []


def test_nothing_is_handed_out_on_the_solvers_word_alone() -> None:
    item = an_item(1)
    problem = a_problem([item], a_cell(2))

    with pytest.raises(ValueError, match="break their limits"):
        solver.require_kept(problem, ((Placed(item, 0),),))


def test_of_several_papers_the_farthest_miss_is_told() -> None:
    pool = [an_item(number, difficulty=-1.0 - number) for number in range(1, 4)]

    (conflict,) = conflicts_of(a_problem(pool, a_cell(1), papers=3, difficulty=1.0, difficulty_within=2.0))

    assert conflict.times == 3
    assert conflict.reachable == pytest.approx(-4.0, abs=0.11)


def test_a_search_without_time_says_so_and_claims_nothing() -> None:
    with pytest.raises(NotFoundInTime) as refused:
        solver.solve(paper_assembly.problem(), 1, Effort(seconds=0.01, units=1e-6))

    assert refused.value.nearest == ()


def test_ten_papers_of_the_benchmark_keep_every_limit_when_counted_again() -> None:
    problem = paper_assembly.problem()

    solution = solver.solve(problem, 5)

    assert breaches(problem, solution.papers) == []
    assert (len(solution.papers), solution.shared) == (10, 0)
    means = [sum(placed.item.difficulty for placed in paper) / 100 for paper in solution.papers]
    assert max(means) - min(means) <= 0.04


def test_worn_and_resting_items_are_left_out_with_their_set() -> None:
    pool: list[PoolItem] = [
        an_item(1, exposure=3),
        an_item(2, used_on=DAY - timedelta(days=29), stimulus="S"),
        an_item(3, stimulus="S"),
        an_item(4, used_on=DAY - timedelta(days=30), exposure=2),
    ]

    sifted = rules.sift(pool, Specification((), exposure_cap=3, rest_days=30), DAY)

    assert sifted.pool == (pool[3],)
    assert list(sifted.left_out.values()) == [Setback.EXPOSED, Setback.RESTING, Setback.RESTING]


def test_information_is_that_of_the_two_parameter_model() -> None:
    """At b the chance is one half, so that a² / 4 is left (Lord 1980, section 5.4); far away nothing is."""
    item = an_item(1, difficulty=0.5, discrimination=2.0)

    assert item.information(0.5) == pytest.approx(1.0)
    assert item.information(9.0) < 1e-6


def test_a_plan_of_a_scheme_is_a_specification_without_goals() -> None:
    plan = TheoryPlan(90, 6000, (TheoryPart("single_choice", 3, 50, {"1": 2, "2": 1}),))

    specification = rules.specification_of(plan)

    assert [(cell.area, cell.count, cell.marks) for cell in specification.cells] == [("1", 2, 50), ("2", 1, 50)]
    assert rules.goals_of(rules.Problem(specification, ())) == ()
