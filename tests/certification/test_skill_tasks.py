"""Practical tasks: loaded whole or not at all, drawn by a lot that can be repeated."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from certification.exams.drawing import draw_for
from certification.exams.models import DrawnTask
from certification.skill_tasks import catalog, rules, service
from certification.skill_tasks.models import SkillTask
from certification.standards.rules import SkillPlan, read_plan
from tests.exam_day import ExamDay
from tests.make import NOW, SHORT_PLAN, Make
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import NotFound

PLAN = cast(SkillPlan, read_plan(SHORT_PLAN).skill)
POOL = {"1.1": ["a", "b", "c"], "1.2": ["d", "e"], "2.1": ["f", "g"]}
SHIPPED = Path("certification/data/skill_tasks")


def task(**facts: Any) -> dict[str, Any]:
    """A task as it stands in a file: two rows of 20 marks."""
    row = {"row": "M1", "marks": 2000, "criterion": "准则", "required": "值"}
    base = {
        "code": "T-1",
        "unit": "1.1",
        "title": "流程设计",
        "minutes": 30,
        "marks": 4000,
        "statement": "## 背景",
        "reference": "依据",
        "rows": [row, {**row, "row": "M2"}],
    }
    return {**base, **facts}


def file_of(folder: Path, *tasks: dict[str, Any]) -> Path:
    """A file with these tasks of level 3."""
    path = folder / "tasks.json"
    path.write_text(json.dumps({"schema_version": 1, "level": 3, "tasks": tasks}), encoding="utf-8")
    return path


@given(st.integers(min_value=0))
def test_a_seed_always_gives_the_same_tasks_one_of_the_drawn_project_and_all_of_the_other(seed: int) -> None:
    drawn = rules.draw(PLAN, POOL, seed)

    assert drawn == rules.draw(PLAN, {unit: codes[::-1] for unit, codes in POOL.items()}, seed)
    assert [one.unit[0] for one in drawn] == ["1", "2"]
    assert all(one.task in POOL[one.unit] for one in drawn)


def test_every_task_comes_up_when_many_draw() -> None:
    seen = Counter(one.task for seed in range(300) for one in rules.draw(PLAN, POOL, seed))

    assert set(seen) == set("abcdefg")


def test_the_lot_refuses_a_unit_without_tasks_also_one_it_would_not_have_drawn() -> None:
    with pytest.raises(ValueError, match=r"no tasks for 1\.2"):
        rules.draw(PLAN, {**POOL, "1.2": []}, 1)


def test_tasks_are_loaded_once(session: Session, make: Make, tmp_path: Path) -> None:
    make.scheme(make.tier(3))
    path = file_of(tmp_path, task())

    first = catalog.load_tasks(session, path, by=SYSTEM, now=NOW)
    again = catalog.load_tasks(session, path, by=SYSTEM, now=NOW)

    assert [row.code for row in first[0].rows] == ["M1", "M2"]
    assert again == []


def test_rows_that_do_not_make_the_marks_are_refused_and_nothing_is_loaded(
    session: Session, make: Make, tmp_path: Path
) -> None:
    make.tier(3)
    path = file_of(tmp_path, task(), task(code="T-2", marks=4100))

    with pytest.raises(catalog.RowsDoNotSum) as refusal:
        catalog.load_tasks(session, path, by=SYSTEM, now=NOW)

    assert (refusal.value.task, refusal.value.total, refusal.value.marks) == ("T-2", 4000, 4100)
    assert session.scalar(sa.select(SkillTask)) is None


def test_a_task_carries_the_marks_of_its_unit(session: Session, make: Make, tmp_path: Path) -> None:
    tier = make.tier(3)
    make.scheme(tier)
    make.scheme(tier, content={**SHORT_PLAN, "skill": None})
    path = file_of(tmp_path, task(unit="2.1"))

    with pytest.raises(catalog.MarksDoNotFit):
        catalog.load_tasks(session, path, by=SYSTEM, now=NOW)


@pytest.mark.parametrize("level", [5, 4, 3])
def test_the_shipped_tasks_add_up(session: Session, make: Make, level: int) -> None:
    make.tier(level)

    added = catalog.load_tasks(session, SHIPPED / f"level{level}.json", by=SYSTEM, now=NOW)

    assert added
    assert all(sum(row.marks for row in one.rows) == one.marks for one in added)


def test_a_registration_draws_its_tasks_once(session: Session, make: Make) -> None:
    day = ExamDay(make)
    make.skill_bank(day.scheme.tier)
    candidate = day.candidate()

    drawn = draw_for(session, candidate, now=NOW)
    again = draw_for(session, candidate, now=NOW)

    assert [one.position for one in drawn] == [1, 2]
    assert sum(one.skill_task.marks for one in drawn) == 10000
    assert [one.id for one in again] == [one.id for one in drawn]


def test_tasks_that_are_out_of_use_or_carry_other_marks_are_not_drawn(session: Session, make: Make) -> None:
    day = ExamDay(make)
    make.skill_bank(day.scheme.tier)
    make.skill_task(day.scheme.tier, "2.1", 6000, is_active=False)
    make.skill_task(day.scheme.tier, "2.1", 5000)

    drawn = [draw_for(session, day.candidate(), now=NOW)[1] for _ in range(8)]

    assert len({one.skill_task_id for one in drawn}) == 1


def test_a_unit_without_tasks_stops_the_draw(session: Session, make: Make) -> None:
    day = ExamDay(make)
    make.skill_task(day.scheme.tier, "1.1", 4000)

    with pytest.raises(service.NoTasksForUnit) as refusal:
        draw_for(session, day.candidate(), now=NOW)

    assert refusal.value.unit == "1.2"
    assert session.scalar(sa.select(DrawnTask)) is None


def test_a_scheme_without_skill_exam_draws_nothing(session: Session, make: Make) -> None:
    day = ExamDay(make, scheme=make.scheme(content={**SHORT_PLAN, "skill": None}))

    assert draw_for(session, day.candidate(), now=NOW) == []


def test_tasks_are_found_by_level_unit_and_words(session: Session, make: Make) -> None:
    three, four = make.tier(3), make.tier(4)
    wanted = make.skill_task(three, "1.1", title="肺部影像")
    make.skill_task(three, "1.2", title="肺部影像")
    make.skill_task(four, "1.1", title="肺部影像")
    make.skill_task(three, "1.1", title="热线语料")

    found = session.scalars(service.listing(level=3, unit="1.1", q="影像")).all()

    assert found == [wanted]
    assert len(session.scalars(service.listing()).all()) == 4
    assert service.units(session) == ["1.1", "1.2"]
    assert service.units(session, level=4) == ["1.1"]


def test_a_task_is_found_by_its_identifier(session: Session, make: Make) -> None:
    one = make.skill_task(make.tier())

    assert service.by_id(session, one.id) is one
    with pytest.raises(NotFound):
        service.by_id(session, uuid4())
