"""Long computing that needs no database: read, computed beside the worker while its lease is renewed, then kept."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.database import db, unit_of_work
from training_base.kernel import queue
from training_base.kernel.models import Job

BREATH = 2.0
"""Seconds between two renewals of the lease, which also move the progress bar."""


@dataclass(frozen=True)
class Aside:
    """A kind of such work: what it reads, and what it does with the outcome in a unit of work."""

    read: Callable[[Session, Job, datetime], Callable[[], Any]]
    keep: Callable[[Session, Job, Any, datetime], None]


class _Running(Thread):
    """The computing; what it raises is raised again by whoever asks for its outcome."""

    def __init__(self, task: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.task = task
        self.outcome: Any = None
        self.fault: Exception | None = None

    def run(self) -> None:
        """Compute."""
        try:
            self.outcome = self.task()
        except Exception as fault:  # noqa: BLE001  handed on to the worker, which logs it
            self.fault = fault

    def answer(self) -> Any:
        """The outcome, or the fault raised."""
        if self.fault is not None:
            raise self.fault
        return self.outcome


def run(aside: Aside, job_id: UUID, lease_id: UUID, *, stop: Event | None = None, breath: float = BREATH) -> None:
    """Do a leased job; it is left, to be taken again, when the lease is lost or the worker is told to stop."""
    session = db.session()
    task = aside.read(session, session.get_one(Job, job_id), datetime.now(UTC))
    session.rollback()
    computing, begun = _Running(task), time.monotonic()
    computing.start()
    while computing.is_alive():
        computing.join(breath)
        with unit_of_work() as writing:
            job = queue.hold(writing, job_id, lease_id, now=datetime.now(UTC))
            if job is None or (stop and stop.is_set()):
                return
            job.done = min(int(time.monotonic() - begun), job.total or 0)
    outcome = computing.answer()
    with unit_of_work() as writing:
        job = queue.hold(writing, job_id, lease_id, now=datetime.now(UTC))
        if job is not None:
            aside.keep(writing, job, outcome, datetime.now(UTC))
