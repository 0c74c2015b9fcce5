"""Commands of training centers."""

import json
from datetime import UTC, datetime
from typing import Any

import click
from flask.cli import AppGroup

from portal.database import db
from training_base.centers import service
from training_base.centers.models import TrainingCenter
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import NotFound

group = AppGroup("centers", help="Training centers: list them, show one with its filed scope and staff.")


def brief(center: TrainingCenter) -> dict[str, Any]:
    """A center as one row."""
    return {
        "code": center.code,
        "name_zh": center.name_zh,
        "name_en": center.name_en,
        "kind": center.kind.value,
        "status": center.status.value,
        "district": center.district,
        "functional_area": center.functional_area,
        "levels_today": center.levels_on(datetime.now(UTC).date()),
    }


def full(center: TrainingCenter) -> dict[str, Any]:
    """A center with its scopes, rooms and staff."""
    staff = db.session.scalars(service.staff_listing(center_id=center.id))
    scopes = sorted(center.scopes, key=lambda scope: (-scope.level, scope.from_on))
    return {
        **brief(center),
        "scopes": [
            {
                "level": scope.level,
                "job": scope.job,
                "from": str(scope.from_on),
                "until": scope.until_on and str(scope.until_on),
            }
            for scope in scopes
        ],
        "rooms": [
            {"site": site.name, "room": room.name, "workstations": room.workstations}
            for site in center.sites
            for room in site.rooms
        ],
        "staff": [
            {
                "name": role.name,
                "duty": role.duty.value,
                "from": str(role.from_on),
                "until": role.until_on and str(role.until_on),
            }
            for role in staff
        ],
    }


@group.command("list")
@click.option("--level", type=click.IntRange(1, 5), help="Only those filed for this level today.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def listing(level: int | None, as_json: bool) -> None:
    """List the centers."""
    query = service.listing(by=SYSTEM, level=level, on=datetime.now(UTC).date())
    rows = [brief(center) for center in db.session.scalars(query)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        levels = " ".join(f"L{number}" for number in row["levels_today"]) or "-"
        click.echo(f"{row['code']}  {row['status']:<9}  {levels:<14}  {row['name_zh']}")


@group.command("show")
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(code: str, as_json: bool) -> None:
    """Show the center with this 13-character CODE."""
    try:
        facts = full(service.by_code(db.session(), code, by=SYSTEM))
    except NotFound:
        raise click.ClickException(f"no center has the code {code}") from None
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(f"{facts['code']}  {facts['name_zh']}  ({facts['status']}, {facts['district']})")
    for scope in facts["scopes"]:
        click.echo(
            f"  L{scope['level']}  {scope['from']} to {scope['until'] or 'further notice'}"
            f"  {scope['job'] or 'all jobs'}"
        )
    for room in facts["rooms"]:
        click.echo(f"  {room['site']} / {room['room']}: {room['workstations']} workstations")
    for role in facts["staff"]:
        click.echo(f"  {role['name']}: {role['duty']}, {role['from']} to {role['until'] or 'further notice'}")
