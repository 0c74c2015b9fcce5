"""Skill tasks: the list, one task with its statement and measurement rows."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from certification.skill_tasks import service
from certification.skill_tasks.models import SkillTask
from certification.standards.models import Tier
from portal.access import Permission, needs
from portal.database import db
from portal.forms.marking import TaskFilter
from portal.pages.tables import ordered, page_of, sort_url

pages = Blueprint("tasks", __name__, url_prefix="/tasks")

SORTS = {
    "level": Tier.level,
    "unit": SkillTask.unit,
    "code": SkillTask.code,
    "marks": SkillTask.marks,
    "minutes": SkillTask.minutes,
}


@pages.get("/")
@needs(Permission.ITEM_READ)
def index() -> ResponseReturnValue:
    form = TaskFilter(request.args, units=service.units(db.session()))
    query = service.listing(level=form.level.data, unit=form.unit.data, q=form.q.data)
    query, sort = ordered(query, SORTS, "-level")
    return render_template("tasks/index.html", page=page_of(query), form=form, sort=sort, sort_url=sort_url())


@pages.get("/<uuid:task_id>")
@needs(Permission.ITEM_READ)
def show(task_id: UUID) -> ResponseReturnValue:
    return render_template("tasks/show.html", task=service.by_id(db.session(), task_id))
