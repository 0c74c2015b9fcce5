"""Commands of the worker."""

import json
import signal
from threading import Event

import click
from flask.cli import AppGroup

from portal import jobs
from portal.database import db
from training_base.kernel import queue
from training_base.kernel.actor import SYSTEM

group = AppGroup("jobs", help="Long work: run the worker, list the jobs.")


@group.command("work")
@click.option("--once", is_flag=True, help="Do what waits now, then end.")
def work(once: bool) -> None:
    """Run the worker: jobs, deadlines of attempts, marking, the audit sequencer."""
    stop = Event()
    if once:
        while jobs.recur() or jobs.work_once():
            pass
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    jobs.work(stop=stop)


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def listing(as_json: bool) -> None:
    """List the newest fifty jobs."""
    found = db.session.scalars(queue.listing(by=SYSTEM).limit(50)).all()
    rows = [
        {"id": str(job.id), "kind": job.kind, "status": job.status.value, "done": job.done, "total": job.total}
        for job in found
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['kind']:<24} {row['status']:<8} {row['done']}/{row['total'] or '?'}")
