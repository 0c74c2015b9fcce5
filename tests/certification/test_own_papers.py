"""The checker on broken papers, and papers of their own for single candidates."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.assembly import solver, swapping
from certification.assembly.checking import breaches
from certification.assembly.rules import InformationGoal, Limit, Placed, Problem, overlaps
from tests.make_assembly import a_cell, a_problem, an_item


def wide_problem() -> Problem:
    """Forty items of twenty points with enemies, a set, and goals."""
    pool = [
        an_item(
            number,
            point=f"KP{number // 2}",
            area=f"{1 + number % 2}.1",
            difficulty=(number % 9 - 4) / 2,
            exposure=number % 3,
            stimulus="S" if number in (2, 4) else None,
        )
        for number in range(40)
    ]
    return a_problem(
        pool,
        a_cell(6, "1"),
        a_cell(4, "2"),
        enemies=[(0, 6), (1, 8), (10, 12), (11, 99)],
        fresh_least=3,
        difficulty_within=0.15,
        information=(InformationGoal(0.0, within=0.1),),
    )


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=8))
def test_every_candidates_paper_keeps_every_limit_and_comes_back_from_its_seed(seed: str) -> None:
    problem = wide_problem()
    (paper,) = solver.solve(problem, 3).papers
    pool = swapping.Pool(problem)

    own = swapping.walk(pool, paper, seed)

    assert breaches(problem, [own]) == []
    assert swapping.walk(pool, paper, seed) == own


def test_candidates_get_different_papers_that_use_the_whole_pool() -> None:
    problem = wide_problem()
    (paper,) = solver.solve(problem, 3).papers
    pool = swapping.Pool(problem)

    papers = [swapping.walk(pool, paper, str(number)) for number in range(60)]

    assert len({frozenset(placed.item.id for placed in one) for one in papers}) == 60
    used = {placed.item.id for one in papers for placed in one}
    assert len(used) >= 34


def test_exchanges_alone_bring_a_paper_to_its_goals() -> None:
    pool = [an_item(number, difficulty=number / 10) for number in range(30)]
    problem = a_problem(pool, a_cell(5), difficulty=2.0, difficulty_within=0.05)

    (paper,) = swapping.towards_goals(problem, [tuple(Placed(item, 0) for item in pool[:5])])

    assert breaches(problem, [paper]) == []


def test_items_of_a_set_stay_where_they_are() -> None:
    pool = [an_item(number, stimulus="S" if number < 2 else None) for number in range(6)]
    problem = a_problem(pool, a_cell(3))

    own = swapping.walk(swapping.Pool(problem), [Placed(item, 0) for item in pool[:3]], "1")

    assert breaches(problem, [own]) == []
    assert {placed.item for placed in own} > set(pool[:2])


def test_exchanges_end_where_no_goal_can_be_reached() -> None:
    pool = [an_item(number, difficulty=0.0) for number in range(6)]
    problem = a_problem(pool, a_cell(5), difficulty=2.0, difficulty_within=0.05)

    (paper,) = swapping.towards_goals(problem, [tuple(Placed(item, 0) for item in pool[:5])])

    assert [breach.limit for breach in breaches(problem, [paper])] == [Limit.DIFFICULTY]


@pytest.mark.parametrize(
    ("numbers", "limits"),
    [
        ([1, 2], {Limit.CELLS}),
        ([1, 2, 2], {Limit.CELLS, Limit.POINTS}),
        ([1, 2, 3], {Limit.ENEMIES}),
        ([1, 2, 4], {Limit.POINTS}),
        ([1, 2, 5], {Limit.SETS}),
        ([1, 7, 8], {Limit.FRESH}),
        ([1, 2, 9], {Limit.CELLS}),
        ([1, 2, 10], {Limit.DIFFICULTY}),
        ([1, 2, 11], {Limit.USES}),
        ([1, 2, 12], set()),
    ],
)
def test_the_checker_finds_what_is_broken(numbers: list[int], limits: set[Limit]) -> None:
    facts: dict[int, dict[str, Any]] = {
        4: {"point": "KP1"},
        5: {"stimulus": "S"},
        6: {"stimulus": "S"},
        7: {"exposure": 1},
        8: {"exposure": 1},
        9: {"area": "2.1"},
        10: {"difficulty": 9.0},
    }
    items = [an_item(number, **facts.get(number, {})) for number in range(13)]
    pool = [item for number, item in enumerate(items) if number != 11]
    problem = a_problem(
        pool, a_cell(3), enemies=[(1, 3)], fresh_least=2, difficulty=0.0, difficulty_within=0.5, per_point=1
    )

    found = breaches(problem, [[Placed(items[number], 0) for number in numbers]])

    assert {breach.limit for breach in found} == limits


def test_an_item_in_more_papers_than_allowed_is_found() -> None:
    items = [an_item(1)]
    problem = a_problem(items, a_cell(1), papers=2)
    paper = [Placed(items[0], 0)]

    assert [(one.limit, one.by) for one in breaches(problem, [paper, paper])] == [(Limit.USES, 1)]
    assert overlaps([paper, paper]) == [[1, 1], [1, 1]]
