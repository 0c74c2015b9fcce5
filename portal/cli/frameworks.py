"""Commands that bring competency frameworks in from files and take them out."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from certification.standards import exporting, importing, visibility
from certification.standards.exchange import files
from certification.standards.exchange.report import Reading
from portal.database import db, unit_of_work
from portal.sentences.frameworks import loss, problem
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import NotFound


def tell(reading: Reading, *, as_json: bool) -> None:
    """Print every problem, then fail."""
    rows = [
        {"path": p.path, "fault": p.fault.value, "value": p.value, "other": p.other, "text": problem(p)}
        for p in reading.problems
    ]
    if as_json:
        click.echo(json.dumps({"stored": False, "problems": rows}, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"{row['path'] or 'file'}: {row['text']} [{row['value']}]", err=True)
    raise click.ClickException(f"{len(rows)} problems; nothing was stored")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only check, and say what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def import_file(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import a framework from FILE (CASE package .json, .xlsx or .csv): all of it or nothing, as a private draft.

    A draft of the same identifier is brought up to what the file says; a published version is refused.
    """
    base, now = current_app.config["PUBLIC_URL"], datetime.now(UTC)
    reading = files.read(file.read_bytes(), file.name)
    with unit_of_work() as session:
        plan = importing.check(session, reading, base=base, now=now)
    if plan.problems:
        tell(plan.reading, as_json=as_json)
    facts: dict[str, Any] = {
        "new": plan.new,
        "changed": plan.changed,
        "removed": plan.removed,
        "unchanged": plan.unchanged,
    }
    code = None
    if not dry_run:
        with unit_of_work() as session:
            code = importing.import_framework(session, reading, base=base, by=SYSTEM, now=now).code
    notes = Counter(note.remark.value for note in reading.notes)
    facts |= {"stored": not dry_run, "code": code, "dry_run": dry_run, "problems": [], "notes": dict(notes)}
    said = f"{plan.new} items new, {plan.changed} changed, {plan.removed} removed"
    click.echo(json.dumps(facts) if as_json else f"{said}; {'nothing stored' if dry_run else f'stored as {code}'}")


@click.command("export")
@click.argument("key", metavar="ID")
@click.option("--format", "form", type=click.Choice(files.FORMATS), default="case", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of standard output.")
@with_appcontext
def export(key: str, form: str, output: Path | None) -> None:
    """Write the standard ID (its code or identifier) as a file; what the format cannot carry is told on stderr."""
    session = db.session()
    try:
        standard = visibility.standard(session, key, by=SYSTEM)
    except NotFound as error:
        raise click.ClickException(f"there is no standard {key}") from error
    package = exporting.package_of(session, standard, base=current_app.config["PUBLIC_URL"])
    written = files.write(package, form)
    for lost in written.lost:
        click.echo(loss(lost), err=True)
    if output is None:
        click.echo(written.content, nl=False)
    else:
        output.write_bytes(written.content)
        click.echo(f"{len(package.items)} items written to {output}")
