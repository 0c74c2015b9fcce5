"""kill -9 of the worker in the middle of a job: every chunk is done exactly once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests import postgres
from tests.conftest import ROOT
from tests.served import Served
from training_base.kernel import queue
from training_base.kernel.models import Job
from training_base.kernel.rules import JobStatus

CHUNKS = 400

pytestmark = pytest.mark.faults


@pytest.fixture(params=["sqlite", "postgresql"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A portal on a database that keeps what it acknowledged; its server is not needed."""
    file = nullcontext(f"sqlite:///{tmp_path / 'jobs.sqlite3'}")
    with file if request.param == "sqlite" else postgres.server(durable=True) as url:
        served = Served(url, tmp_path)
        yield served
        served.close()


def worker(portal: Served) -> subprocess.Popen[bytes]:
    """A real worker."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
    quiet = subprocess.DEVNULL
    given = {**os.environ, **portal.given}
    return subprocess.Popen(command, cwd=ROOT, env=given, stdout=quiet, stderr=quiet, start_new_session=True)


def state(portal: Served, job_id: UUID) -> tuple[JobStatus, int, int]:
    """Status, chunks done, and how many results the job has answered for."""
    with Session(portal.engine) as session:
        job = session.get_one(Job, job_id)
        return job.status, job.done, len(job.result.get("refused", {}))


def wait(portal: Served, job_id: UUID, *, done: int) -> None:
    """Wait until so many chunks are done."""
    for _ in range(600):
        if state(portal, job_id)[1] >= done:
            return
        time.sleep(0.05)
    raise AssertionError(f"the job stands at {state(portal, job_id)}")


def test_every_chunk_of_a_job_is_done_once_through_kill_9(portal: Served) -> None:
    with portal.making() as make:
        center = make.center()
        payload = {"result_ids": [str(uuid4()) for _ in range(CHUNKS)]}
        by, now = make.actor(center), datetime.now(UTC)
        job_id = queue.enqueue(make.session, "certificates.issue", payload, by=by, now=now, center_id=center.id).id
    first = worker(portal)
    wait(portal, job_id, done=5)

    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    with Session(portal.engine) as session:
        session.execute(sa.update(Job).values(leased_until=datetime.now(UTC)))
        session.commit()
    second = worker(portal)
    wait(portal, job_id, done=CHUNKS)
    time.sleep(1)
    os.killpg(second.pid, signal.SIGTERM)
    second.wait(20)

    assert state(portal, job_id) == (JobStatus.DONE, CHUNKS, CHUNKS)
