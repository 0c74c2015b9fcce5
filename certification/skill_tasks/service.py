"""Questions about practical tasks, and the lot; `certification.exams.drawing` stores what it gave a registration."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from certification.skill_tasks.models import SkillTask
from certification.skill_tasks.rules import TaskDraw, draw, marks_per_unit, units_without_tasks
from certification.standards.models import Tier
from certification.standards.rules import SkillPlan
from training_base.kernel.errors import NotFound, Refusal


@dataclass(eq=False)
class NoTasksForUnit(Refusal):
    """The bank holds no task for a unit that the scheme examines."""

    unit: str


def listing(*, level: int | None = None, unit: str | None = None, q: str | None = None) -> sa.Select[SkillTask]:
    """Tasks in use with their tier, by level and unit; ``q`` is part of the code or title."""
    query = (
        sa.select(SkillTask)
        .join(SkillTask.tier)
        .where(SkillTask.is_active)
        .options(selectinload(SkillTask.tier), selectinload(SkillTask.rows))
    )
    if level is not None:
        query = query.where(Tier.level == level)
    if unit:
        query = query.where(SkillTask.unit == unit)
    if q:
        query = query.where(
            sa.or_(SkillTask.code.icontains(q, autoescape=True), SkillTask.title.icontains(q, autoescape=True))
        )
    return query.order_by(Tier.level.desc(), SkillTask.unit, SkillTask.code)


def by_id(session: Session, task_id: UUID) -> SkillTask:
    """A task with its rows; tasks belong to no center.

    Raises:
        NotFound: no such task.
    """
    task = session.get(SkillTask, task_id, options=[selectinload(SkillTask.rows), selectinload(SkillTask.tier)])
    if task is None:
        raise NotFound("skill_task", task_id)
    return task


def units(session: Session, *, level: int | None = None) -> list[str]:
    """The units for which there are tasks, in order."""
    query = sa.select(SkillTask.unit).join(SkillTask.tier).where(SkillTask.is_active).distinct()
    if level is not None:
        query = query.where(Tier.level == level)
    return list(session.scalars(query.order_by(SkillTask.unit)))


def draw_tasks(session: Session, tier_id: UUID, plan: SkillPlan, *, seed: int) -> list[SkillTask]:
    """The tasks that the lot gives a candidate, in the order of the scheme.

    Only active tasks of the tier whose marks are those of their unit take part.

    Raises:
        NoTasksForUnit: a unit of the scheme has no task that fits.
    """
    pool = _pool(session, tier_id, marks_per_unit(plan))
    codes = {unit: list(tasks) for unit, tasks in pool.items()}
    if empty := units_without_tasks(plan, codes):
        raise NoTasksForUnit(empty[0])
    drawn: tuple[TaskDraw, ...] = draw(plan, codes, seed)
    return [pool[one.unit][one.task] for one in drawn]


def _pool(session: Session, tier_id: UUID, marks: Mapping[str, int]) -> dict[str, dict[str, SkillTask]]:
    found = session.scalars(
        sa.select(SkillTask).where(SkillTask.tier_id == tier_id, SkillTask.is_active, SkillTask.unit.in_(marks))
    )
    pool: dict[str, dict[str, SkillTask]] = {}
    for task in found:
        if task.marks == marks[task.unit]:
            pool.setdefault(task.unit, {})[task.code] = task
    return pool
