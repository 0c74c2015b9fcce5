"""Commands of the audit trail."""

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from portal.config import Settings
from portal.database import db, open_session
from training_base.kernel import audit, sequencing
from training_base.kernel.actor import SYSTEM

group = AppGroup("audit", help="The audit trail: list it and verify that nothing was changed, removed or added.")

FAULTS = {
    "missing_before": "an event is missing before this number",
    "changed": "the event does not fit its digest",
    "head_differs": "a signed head does not fit the events",
    "head_signature": "the signature of a head does not hold",
    "known_head_missing": "the head kept outside the database is not in the trail: its newest events were removed",
    "head_missing": "the newest events have no signed head",
    "head_without_events": "a signed head covers events that are gone",
}


def anchored(path: Path) -> tuple[int, str] | None:
    """The head kept outside the database, if any."""
    if not path.is_file():
        return None
    size, root = path.read_text(encoding="ascii").split()
    return int(size), root


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(as_json: bool) -> None:
    """Check every digest, the unbroken numbers and every signed head."""
    session = open_session(current_app._get_current_object())  # type: ignore[attr-defined]
    settings: Settings = current_app.config["SETTINGS"]
    report = sequencing.verify(session, known=anchored(settings.instance / "audit-head"))
    if as_json:
        faults = [{"seq": seq, "fault": fault, "where": where} for seq, fault, where in report.faults]
        facts = {"events": report.events, "unsequenced": report.unsequenced, "heads": report.heads}
        click.echo(json.dumps({"sound": report.sound, **facts, "root": report.root, "faults": faults}))
    else:
        click.echo(f"{report.events} events under {report.heads} signed heads, {report.unsequenced} not numbered yet")
        for seq, fault, where in report.faults[:50]:
            click.echo(f"  number {seq}: {FAULTS[fault]} ({where})", err=True)
    if not report.sound:
        raise click.ClickException(f"the audit trail is not sound: {len(report.faults)} faults")
    if not as_json:
        click.echo("The audit trail is sound.")


@group.command("list")
@click.option("--deed", help="Only deeds that begin with this.")
@click.option("--limit", default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def listing(deed: str | None, limit: int, as_json: bool) -> None:
    """List the newest events."""
    events = db.session.scalars(audit.listing(by=SYSTEM, deed=deed).limit(limit)).all()
    rows = [
        {"seq": event.seq, "at": event.at.isoformat(), "actor": event.actor_name, "deed": event.deed,
         "subject": f"{event.subject_kind} {event.subject_id}"}
        for event in events
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(
            f"{row['seq'] or '-':>6}  {str(row['at'])[:19]}  {row['actor']:<16}  {row['deed']:<28}  {row['subject']}"
        )
