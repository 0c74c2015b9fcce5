"""Commands of results."""

import json
from typing import Any
from uuid import UUID

import click
from flask.cli import AppGroup

from certification.scoring import rules, service
from certification.scoring.models import Result
from certification.standards.rules import Component
from portal.cli.analysis import analyse
from portal.database import db
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import NotFound

group = AppGroup("results", help="Published results: list them, show one; analyse answers.")
group.add_command(analyse)


def facts(result: Result) -> dict[str, Any]:
    """A result as plain values; marks in hundredths."""
    return {
        "id": str(result.id),
        "trainer": result.trainer.name,
        "level": result.tier.level,
        "passed": result.passed,
        "short": result.short,
        "components": {one.component.value: one.marks for one in result.components},
        "updated_at": result.updated_at.isoformat(),
    }


def line(row: dict[str, Any]) -> str:
    """A result in one line."""
    marks = "  ".join(f"{part} {value / 100:g}" for part, value in row["components"].items())
    verdict = "passed" if row["passed"] else f"short: {', '.join(row['short'])}"
    return f"{row['id']}  L{row['level']}  {row['trainer']}  {marks}  {verdict}"


@group.command("list")
@click.option("--passed/--not-passed", default=None, help="Only those who passed, or only the others.")
@click.option("--level", type=click.IntRange(1, 5), help="Only this level; 1 is the highest.")
@click.option("--name", help="Part of the name.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; marks in hundredths.")
def listing(passed: bool | None, level: int | None, name: str | None, limit: int, as_json: bool) -> None:
    """List published results, the newest first."""
    query = service.results_listing(by=SYSTEM, passed=passed, level=level, q=name)
    rows = [facts(result) for result in db.session.scalars(query.limit(limit))]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(line(row))


@group.command("show")
@click.argument("result_id", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print JSON; marks in hundredths.")
def show(result_id: UUID, as_json: bool) -> None:
    """Show one result with the marks per area and task."""
    session = db.session()
    try:
        result = service.result_by_id(session, result_id, by=SYSTEM)
    except NotFound as missing:
        raise click.ClickException(f"no result {result_id}") from missing
    marks = service.marks_of(session, [one.registration_id for one in result.components])
    details = {mark.component: mark.detail for mark in marks.values()}
    areas = rules.by_area(details.get(Component.THEORY, []))
    row = facts(result) | {
        "areas": [{"area": one.area, "awarded": one.awarded, "marks": one.marks} for one in areas],
        "tasks": [
            {"code": one["code"], "awarded": one["awarded"], "marks": one["marks"]}
            for one in details.get(Component.SKILL, [])
        ],
    }
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False))
        return
    click.echo(line(row))
    for one in row["areas"]:
        click.echo(f"  area {one['area']:<6} {one['awarded'] / 100:>6g} of {one['marks'] / 100:g}")
    for one in row["tasks"]:
        click.echo(f"  task {one['code']:<12} {one['awarded'] / 100:>6g} of {one['marks'] / 100:g}")
