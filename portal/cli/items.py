"""Commands of the item bank: import, list, export."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import click
from flask.cli import AppGroup

from certification.item_bank import exchange, exporting, importing, service
from certification.item_bank.exchange.report import ImportReport
from certification.item_bank.rules import ItemStatus
from portal.database import db, unit_of_work
from portal.sentences.items import problem
from training_base.kernel.actor import SYSTEM, Actor

group = AppGroup("items", help="The item bank: import, list, export.")

LEVEL = click.IntRange(1, 5)


def named(name: str) -> Actor:
    """Somebody who vouches from the command line, known by name."""
    return replace(SYSTEM, id=uuid5(NAMESPACE_URL, f"zhixun:cli:{name}"), name=name)


def tell(report: ImportReport, *, as_json: bool) -> None:
    """Print every problem, then fail."""
    rows = [
        {"row": p.row, "column": p.column, "cell": f"{p.letter}{p.row}" if p.letter else None,
         "fault": p.fault.value, "value": p.value, "text": problem(p)}
        for p in report.problems
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"stored": 0, "rows": report.rows, "problems": rows}, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"row {row['row']}, {row['column'] or 'file'}: {row['text']} [{row['value']}]", err=True)
    raise click.ClickException(f"{len(rows)} problems; nothing was stored")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--level", type=LEVEL, help="Refuse the file when it holds items of another level.")
@click.option("--approve-as", help="Approve the items at once in this person's name.")
@click.option("--dry-run", is_flag=True, help="Only check.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_file(file: Path, level: int | None, approve_as: str | None, dry_run: bool, as_json: bool) -> None:
    """Import a sheet of items (.xlsx or .csv) into the common bank: all of it or nothing."""
    report, now = exchange.read(file), datetime.now(UTC)
    others = sorted({item.row for item in report.items if level and item.level != level})
    if others:
        raise click.ClickException(f"not of level {level}: rows {', '.join(map(str, others[:10]))}")
    if dry_run:
        report = importing.check(db.session(), report, center_id=None)
    if not report.is_clean:
        tell(report, as_json=as_json)
    stored, repeated = (0, False) if dry_run else store(report, approve_as, now, as_json=as_json)
    facts = {"stored": stored, "rows": report.rows, "repeated": repeated, "dry_run": dry_run, "problems": []}
    said = f"{report.rows} rows without a problem; {stored} items stored{' before' if repeated else ''}"
    click.echo(json.dumps(facts) if as_json else said)


def store(report: ImportReport, approve_as: str | None, now: datetime, *, as_json: bool) -> tuple[int, bool]:
    """Store a report as a whole; how many, and whether that happened before."""
    approver = named(approve_as) if approve_as else None
    try:
        with unit_of_work() as session:
            answer = importing.import_items(session, report, approved_by=approver, by=SYSTEM, now=now)
    except importing.ImportRefused as refused:
        tell(replace(report, problems=refused.problems), as_json=as_json)
    return answer.stored, answer.repeated


@group.command("list")
@click.option("--level", type=LEVEL, help="Only this level.")
@click.option("--status", type=click.Choice([status.value for status in ItemStatus]), help="Only this status.")
@click.option("--limit", default=100, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def listing(level: int | None, status: str | None, limit: int, as_json: bool) -> None:
    """List items by code, without stems and keys."""
    only = service.ItemFilter(level=level, status=ItemStatus(status) if status else None)
    rows = [
        {"code": item.code, "level": item.tier.level, "kind": item.kind.value, "use": item.use.value,
         "status": item.status.value, "knowledge_point": item.knowledge_point.code, "version": item.version}
        for item in db.session.scalars(service.listing(only, by=SYSTEM).limit(limit))
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['code']:<14} L{row['level']}  {row['kind']:<16} {row['use']:<9} {row['status']}")


@group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["xlsx", "csv"]), default="xlsx", show_default=True)
@click.option("--level", type=LEVEL, help="Only this level.")
def export(file: Path, form: str, level: int | None) -> None:
    """Write the bank to FILE as a sheet that can be imported again; keys are in it, so keep it safe."""
    now = datetime.now(UTC)
    with unit_of_work() as session:
        facts = exporting.take_out(session, service.ItemFilter(level=level), by=SYSTEM, now=now)
    file.write_bytes(exchange.write(facts, form)[0])
    click.echo(f"{len(facts)} items written to {file}")
