"""Commands of trainers: list them, show one, import a roster."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from portal.database import open_session, unit_of_work
from portal.errors import sentence
from training_base.centers import service as centers
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import Refusal
from training_base.people import identity, roster, service, sheet
from training_base.people.models import Trainer

group = AppGroup("people", help="Trainers: list, show, import a roster.")


def here() -> Session:
    """The session of this command, with the keys it works with."""
    return open_session(current_app._get_current_object())  # type: ignore[attr-defined]


def facts_of(trainer: Trainer) -> dict[str, Any]:
    """A trainer as data; document numbers are masked."""
    return {
        "id": str(trainer.id),
        "name": trainer.name,
        "sex": trainer.sex.value,
        "born_on": trainer.born_on.isoformat(),
        "nationality": trainer.nationality,
        "phone": trainer.phone,
        "email": trainer.email,
        "domains": trainer.domains,
        "documents": [
            {"kind": document.kind.value, "number": document.number_masked} for document in trainer.documents
        ],
    }


@group.command("list")
@click.option("--q", default=None, help="Part of a name, beginning of a telephone number, or a whole document number.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_trainers(q: str | None, limit: int, as_json: bool) -> None:
    """List trainers by name."""
    session = here()
    digests = identity.digests_of(session, q or "")
    found = [facts_of(one) for one in session.scalars(service.listing(by=SYSTEM, q=q, digests=digests).limit(limit))]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        numbers = " ".join(document["number"] for document in one["documents"])
        click.echo(f"{one['id']}  {one['name']}  {one['born_on']}  {numbers}")


@group.command("show")
@click.argument("trainer_id", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(trainer_id: UUID, as_json: bool) -> None:
    """Show one trainer."""
    try:
        facts = facts_of(service.by_id(here(), trainer_id, by=SYSTEM))
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for name, value in facts.items():
        click.echo(f"{name}: {json.dumps(value, ensure_ascii=False)}")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--center", "code", required=True, help="Code of the training center that keeps the people on file.")
@click.option("--dry-run", is_flag=True, help="Only check, put nobody on file.")
def import_roster(file: Path, code: str, dry_run: bool) -> None:
    """Import a roster (.xlsx or .csv), whole or not at all."""
    content, now = file.read_bytes(), datetime.now(UTC)
    try:
        center = centers.by_code(here(), code, by=SYSTEM)
        center_id, report = center.id, roster.check(here(), content, by=SYSTEM, now=now)
        for fault in report.faults:
            column = sheet.COLUMNS[fault.column][0]
            click.echo(f"{file.name}:{fault.row}: {column}: {sentence(fault.refusal)}", err=True)
        if report.faults:
            raise roster.RosterFaulty(report)
        if not dry_run:
            with unit_of_work() as session:
                roster.put_on_file(session, content, center_id=center_id, by=SYSTEM, now=now)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    click.echo(json.dumps({"rows": report.rows, "imported": 0 if dry_run else len(report.newcomers)}))
