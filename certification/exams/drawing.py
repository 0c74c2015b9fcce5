"""The lot of the skill exam: which practical tasks a registration gets, drawn once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.exams.models import DrawnTask, Registration
from certification.skill_tasks import service as skill_tasks
from training_base.kernel import audit
from training_base.kernel.actor import SYSTEM


def draw_for(session: Session, registration: Registration, *, now: datetime) -> list[DrawnTask]:
    """Draw the tasks of a registration, one per unit; drawn before, they stay as they are.

    The lot is seeded by the registration's identifier, so that anybody can repeat it. A session whose scheme has
    no skill exam draws nothing.

    Raises:
        NoTasksForUnit: a unit of the scheme has no task.
    """
    earlier = session.scalars(
        sa.select(DrawnTask).where(DrawnTask.registration_id == registration.id).order_by(DrawnTask.position)
    ).all()
    scheme = registration.exam_session.scheme
    if earlier or scheme.plan.skill is None:
        return list(earlier)
    tasks = skill_tasks.draw_tasks(session, scheme.tier_id, scheme.plan.skill, seed=registration.id.int)
    drawn = [
        DrawnTask(center_id=registration.center_id, position=position, skill_task=task)
        for position, task in enumerate(tasks, start=1)
    ]
    registration.drawn_tasks.extend(drawn)
    codes = [task.code for task in tasks]
    audit.record(session, "registration.tasks_drawn", registration, by=SYSTEM, at=now, details={"tasks": codes})
    return drawn
