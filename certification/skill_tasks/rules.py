"""Rules of practical tasks: rows add up to the task, and the lot that gives a candidate the tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from certification.standards.rules import SkillPlan, SkillUnit


@dataclass(frozen=True)
class TaskDraw:
    """What the lot gave: the unit and the code of its task; the order is that of the scheme."""

    unit: str
    task: str


def units_without_tasks(plan: SkillPlan, tasks: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Units of the scheme for which the bank holds no task.

    A unit that might not be drawn counts as well: leaving it out would make the lot unfair.
    """
    return tuple(unit.code for project in plan.projects for unit in project.units if not tasks.get(unit.code))


def draw(plan: SkillPlan, tasks: Mapping[str, Sequence[str]], seed: int) -> tuple[TaskDraw, ...]:
    """Draw the tasks of one candidate; the same seed gives the same tasks.

    Of a project that draws one unit the lot picks it, of any other all units are examined; for each
    unit the lot picks one task. Source: Shanghai assessment handbook, level 3, edition 2025-07-01.

    Args:
        plan: the skill exam of the scheme.
        tasks: unit to the codes of its tasks; their order does not matter.
        seed: from what identifies the registration.

    Raises:
        ValueError: a unit of the scheme has no task.
    """
    if empty := units_without_tasks(plan, tasks):
        raise ValueError(f"no tasks for {', '.join(empty)}")
    lot = Random(seed)  # noqa: S311  the lot must be repeatable; nobody gains by foreseeing a random UUID
    units: list[SkillUnit] = []
    for project in plan.projects:
        units += [lot.choice(project.units)] if project.draws_one_unit else project.units
    return tuple(TaskDraw(unit.code, lot.choice(sorted(tasks[unit.code]))) for unit in units)


def marks_per_unit(plan: SkillPlan) -> dict[str, int]:
    """The marks that a task of each unit must carry, in hundredths."""
    return {unit.code: unit.marks for project in plan.projects for unit in project.units}
