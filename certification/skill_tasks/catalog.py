"""Reads practical tasks from data files; a task whose rows do not add up is refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.skill_tasks.models import MeasurementRow, SkillTask
from certification.skill_tasks.rules import marks_per_unit
from certification.standards.models import Scheme, Tier
from certification.standards.service import tier_by_level
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal


@dataclass(eq=False)
class RowsDoNotSum(Refusal):
    """The measurement rows of a task make another sum than the task's marks; both in hundredths."""

    task: str
    total: int
    marks: int


@dataclass(eq=False)
class MarksDoNotFit(Refusal):
    """No scheme gives the unit of a task the marks that the task carries; in hundredths."""

    task: str
    unit: str
    marks: int


def load_tasks(session: Session, path: Path, *, by: Actor, now: datetime) -> list[SkillTask]:
    """Add the tasks of a file that are not there yet; all of them or none.

    Args:
        session: schemes must be loaded before, so that the marks can be held against them.
        path: JSON with ``level`` and ``tasks``: ``code``, ``unit``, ``title``, ``minutes``, ``marks`` (hundredths),
            ``statement`` (Markdown), ``reference``, ``rows`` of ``row``, ``marks``, ``criterion``, ``required``.
        by: who loads.
        now: when.

    Raises:
        RowsDoNotSum: the rows of a task do not make its marks.
        MarksDoNotFit: the schemes of the tier know the unit, but with other marks.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    tier = tier_by_level(session, content["level"])
    for facts in content["tasks"]:
        _check(facts, _marks_of_units(session, tier))
    codes = [facts["code"] for facts in content["tasks"]]
    known = set(session.scalars(sa.select(SkillTask.code).where(SkillTask.code.in_(codes))))
    added = [_task(facts, tier, now) for facts in content["tasks"] if facts["code"] not in known]
    for task in added:
        session.add(task)
        audit.record(session, "skill_task.loaded", task, by=by, at=now, details={"code": task.code})
    session.flush()
    return added


def _marks_of_units(session: Session, tier: Tier) -> dict[str, set[int]]:
    marks: dict[str, set[int]] = {}
    for scheme in session.scalars(sa.select(Scheme).where(Scheme.tier_id == tier.id)):
        skill = scheme.plan.skill
        for unit, each in marks_per_unit(skill).items() if skill else ():
            marks.setdefault(unit, set()).add(each)
    return marks


def _check(facts: Mapping[str, Any], marks: Mapping[str, set[int]]) -> None:
    total = sum(row["marks"] for row in facts["rows"])
    if total != facts["marks"]:
        raise RowsDoNotSum(facts["code"], total, facts["marks"])
    fitting = marks.get(facts["unit"])
    if fitting and facts["marks"] not in fitting:
        raise MarksDoNotFit(facts["code"], facts["unit"], facts["marks"])


def _task(facts: Mapping[str, Any], tier: Tier, now: datetime) -> SkillTask:
    names = ("code", "unit", "title", "minutes", "marks", "statement", "reference")
    rows = [
        MeasurementRow(
            position=position,
            code=row["row"],
            marks=row["marks"],
            criterion=row["criterion"],
            required=row["required"],
        )
        for position, row in enumerate(facts["rows"], start=1)
    ]
    return SkillTask(tier=tier, rows=rows, created_at=now, **{name: facts[name] for name in names})
