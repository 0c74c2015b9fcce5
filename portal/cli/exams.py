"""Commands of exam sessions: list them."""

import json
from datetime import UTC, datetime
from typing import Any

import click
from flask.cli import AppGroup

from certification.exams import service
from certification.exams.models import ExamSession
from certification.exams.rules import ExamSessionStatus
from certification.standards.rules import Component
from portal.database import db
from training_base.kernel.actor import SYSTEM

group = AppGroup("exams", help="Exam sessions: list them.")


def facts_of(exam_session: ExamSession, taken: int) -> dict[str, Any]:
    """An exam session as data."""
    return {
        "id": str(exam_session.id),
        "code": exam_session.code,
        "title": exam_session.title,
        "center": exam_session.center.code,
        "room": exam_session.room.name,
        "scheme": exam_session.scheme.code,
        "component": exam_session.component.value,
        "level": exam_session.scheme.tier.level,
        "starts_at": exam_session.starts_at.isoformat(),
        "ends_at": exam_session.ends_at.isoformat(),
        "status": exam_session.status.value,
        "registered": taken,
        "capacity": exam_session.capacity,
    }


@group.command("list")
@click.option("--status", type=click.Choice([status.value for status in ExamSessionStatus]), help="Only this status.")
@click.option("--component", type=click.Choice([part.value for part in Component]), help="Only this component.")
@click.option("--upcoming", is_flag=True, help="Only those that are not over.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_sessions(status: str | None, component: str | None, upcoming: bool, limit: int, as_json: bool) -> None:
    """List exam sessions, the latest first."""
    query = service.listing(
        by=SYSTEM,
        status=ExamSessionStatus(status) if status else None,
        component=Component(component) if component else None,
        ends_after=datetime.now(UTC) if upcoming else None,
    )
    latest = query.order_by(None).order_by(ExamSession.starts_at.desc(), ExamSession.code).limit(limit)
    found = db.session.scalars(latest).all()
    taken = service.places_taken(db.session(), [one.id for one in found])
    rows = [facts_of(one, taken[one.id]) for one in found]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        places = f"{row['registered']}/{row['capacity']}"
        click.echo(
            f"{row['code']}  {row['starts_at'][:16]}Z  {row['component']:<6} L{row['level']}  {row['status']:<9}  "
            f"{places:>7}  {row['title']}"
        )
