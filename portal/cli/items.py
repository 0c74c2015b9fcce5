"""Commands of the item bank: import, list, export."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn
from uuid import NAMESPACE_URL, uuid5

import click
from flask.cli import AppGroup

from certification.item_bank import exchange, exporting, import_checks, importing, service
from certification.item_bank.exchange.encoding import ENCODINGS
from certification.item_bank.exchange.report import ImportReport
from certification.item_bank.filling import Wishes, filled
from certification.item_bank.rules import ItemStatus, ItemUse
from portal.database import db, unit_of_work
from portal.sentences.items import problem
from training_base.kernel.actor import SYSTEM, Actor

group = AppGroup("items", help="The item bank: import, list, export.")

LEVEL = click.IntRange(1, 5)


def named(name: str) -> Actor:
    """Somebody who vouches from the command line, known by name."""
    return replace(SYSTEM, id=uuid5(NAMESPACE_URL, f"zhixun:cli:{name}"), name=name)


def rows_of(report: ImportReport) -> list[dict[str, object]]:
    """Problems as JSON values, each with its place and what it says."""
    return [
        {"place": str(p.place), "part": p.place.part or None, "row": p.row, "column": p.column,
         "cell": f"{p.letter}{p.row}" if p.letter else None, "path": p.place.path or None,
         "severity": p.severity.value, "fault": p.fault.value, "value": p.value, "text": problem(p)}
        for p in (*report.problems, *report.advice)
    ]  # fmt: skip


def tell(report: ImportReport) -> None:
    """Print every problem and warning."""
    for row in rows_of(report):
        click.echo(f"{row['severity']}: {row['place'] or 'file'}: {row['text']} [{row['value']}]", err=True)


def refuse(report: ImportReport, facts: dict[str, object], *, as_json: bool) -> NoReturn:
    """Print every problem, then fail."""
    if as_json:
        click.echo(json.dumps({**facts, "problems": rows_of(report)}, ensure_ascii=False))
    else:
        tell(report)
    raise click.ClickException(f"{len(report.errors)} problems; nothing was stored")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["auto", *exchange.READABLE]), default="auto", show_default=True)
@click.option("--encoding", type=click.Choice(["auto", *ENCODINGS]), default="auto", show_default=True)
@click.option("--level", type=LEVEL, help="Level of items that name none; a file with items of another is refused.")
@click.option("--knowledge-point", help="Code of the knowledge point of items that name none.")
@click.option("--use", type=click.Choice([use.value for use in ItemUse]), help="Use of items that name none.")
@click.option("--submit", is_flag=True, help="Hand the items to the reviewers at once.")
@click.option("--approve-as", help="Approve the items at once in this person's name.")
@click.option("--dry-run", is_flag=True, help="Only check.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_file(file: Path, *, dry_run: bool, as_json: bool, **asked: Any) -> None:
    """Import a file of items into the common bank: all of it or nothing, as drafts."""
    wishes, now = wishes_of(asked), datetime.now(UTC)
    report = filled(exchange.read(file, wishes.format, encoding=wishes.encoding), wishes)
    others = sorted({item.place.line for item in report.items if wishes.level and item.level != wishes.level})
    if others:
        raise click.ClickException(f"not of level {wishes.level}: rows {', '.join(map(str, others[:10]))}")
    if dry_run:
        report = import_checks.check(db.session(), report, center_id=None)
        report = import_checks.advised(db.session(), report, center_id=None)
    facts: dict[str, object] = {"stored": 0, "rows": report.rows, "format": report.format, "encoding": report.encoding}
    if not report.is_clean:
        refuse(report, facts, as_json=as_json)
    status = ItemStatus.REVIEW if asked["submit"] else ItemStatus.DRAFT
    stored, repeated = (0, False) if dry_run else store(report, asked["approve_as"], status, now, as_json=as_json)
    facts |= {"stored": stored, "repeated": repeated, "dry_run": dry_run, "problems": rows_of(report)}
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    tell(report)
    click.echo(f"{report.rows} rows without a problem; {stored} items stored{' before' if repeated else ''}")


def wishes_of(asked: dict[str, Any]) -> Wishes:
    """What the options say of items that do not say so themselves."""
    use = ItemUse(asked["use"]) if asked["use"] else None
    return Wishes(asked["form"], asked["encoding"], asked["level"], asked["knowledge_point"], use)


def store(
    report: ImportReport, approve_as: str | None, status: ItemStatus, now: datetime, *, as_json: bool
) -> tuple[int, bool]:
    """Store a report as a whole; how many, and whether that happened before."""
    approver = named(approve_as) if approve_as else None
    try:
        with unit_of_work() as session:
            answer = importing.import_items(session, report, status=status, approved_by=approver, by=SYSTEM, now=now)
    except importing.ImportRefused as refused:
        refuse(replace(report, problems=refused.problems), {"stored": 0, "rows": report.rows}, as_json=as_json)
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
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True), default="-")
@click.option("--format", "form", type=click.Choice(exchange.WRITABLE), default="xlsx", show_default=True)
@click.option("--level", type=LEVEL, help="Only this level.")
@click.option("--json", "as_json", is_flag=True, help="Print what was left out as JSON; needs FILE.")
def export(file: Path, form: str, level: int | None, as_json: bool) -> None:
    """Write the bank to FILE, or to the standard output; keys are in it, so keep it safe."""
    now, to_output = datetime.now(UTC), str(file) == "-"
    if to_output and as_json:
        raise click.UsageError("--json needs FILE")
    with unit_of_work() as session:
        items = exporting.take_out(session, service.ItemFilter(level=level), by=SYSTEM, now=now)
        assets = exporting.media_of(session, items, by=SYSTEM)
    content, report = exchange.write(items, form, assets=assets)
    with click.open_file(str(file), "wb") as out:
        out.write(content)
    left_out = len(report.left_out)
    lost = [
        {"number": loss.number, "code": loss.code, "feature": loss.feature.value, "whole": loss.whole}
        for loss in report.losses
    ]
    if as_json:
        click.echo(json.dumps({"written": len(items) - left_out, "left_out": left_out, "losses": lost}))
        return
    for loss in report.losses:
        said = "not written" if loss.whole else f"without {loss.feature.value}"
        click.echo(f"{loss.code or loss.number}: {said}", err=True)
    click.echo(f"{len(items) - left_out} items written to {file}, {left_out} left out", err=to_output)
