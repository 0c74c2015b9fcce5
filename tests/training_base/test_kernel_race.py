"""Several workers at once: every event gets one number, every chunk of a job is done once; on real databases."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal.database import WRITING
from tests.make import KEYS, NOW, Make
from training_base.centers.models import TrainingCenter
from training_base.kernel import audit, queue, sequencing
from training_base.kernel.actor import SYSTEM
from training_base.kernel.models import AuditEvent, Job
from training_base.kernel.orm import Base
from training_base.kernel.rules import JobStatus

WORKERS, EVENTS, JOBS, CHUNKS = 6, 40, 4, 5


@pytest.fixture
def stored(engine: Engine) -> Iterator[Engine]:
    """The engine; the tables are emptied afterwards."""
    yield engine
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


def writing(engine: Engine) -> Session:
    """A session like that of a unit of work."""
    return Session(engine.execution_options(**{WRITING: True}), info={"keyring": KEYS.ring})


def at_once(deed: Callable[[int], None]) -> None:
    """Do something in several threads, all of which start together; the first fault is raised."""
    start, faults = threading.Barrier(WORKERS), list[BaseException]()

    def one(number: int) -> None:
        start.wait()
        try:
            deed(number)
        except BaseException as fault:  # noqa: BLE001  raised again below
            faults.append(fault)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def test_events_written_and_numbered_at_once_make_one_unbroken_trail(stored: Engine) -> None:
    with writing(stored) as session, session.begin():
        center_id = Make(session).center().id

    def deed(number: int) -> None:
        for turn in range(EVENTS):
            with writing(stored) as session, session.begin():
                if number % 2:
                    sequencing.sequence(session, now=NOW, at_most=7)
                else:
                    center = session.get_one(TrainingCenter, center_id)
                    at = NOW + timedelta(seconds=turn)
                    audit.record(session, "center.updated", center, by=SYSTEM, at=at, center_id=center_id)

    at_once(deed)

    with writing(stored) as session, session.begin():
        while sequencing.sequence(session, now=NOW):
            pass
    with writing(stored) as session:
        numbers = session.scalars(sa.select(AuditEvent.seq).order_by(AuditEvent.seq)).all()
        report = sequencing.verify(session)
    assert numbers == list(range(1, WORKERS // 2 * EVENTS + 1))
    assert report.sound, report.faults


def test_no_chunk_of_a_job_is_done_twice(stored: Engine) -> None:
    with writing(stored) as session, session.begin():
        for number in range(JOBS):
            queue.enqueue(session, "test", {}, by=SYSTEM, now=NOW + timedelta(seconds=number))
    done: list[tuple[str, int]] = []

    def worker(_number: int) -> None:
        while True:
            now = datetime.now(UTC)
            with writing(stored) as session, session.begin():
                job = queue.lease(session, now=now)
                taken = (job.id, job.lease) if job else None
            if taken is None or taken[1] is None:
                return
            while True:
                with writing(stored) as session, session.begin():
                    held = queue.hold(session, taken[0], taken[1], now=now)
                    if held is None:
                        break
                    chunk, held.done = (str(held.id), held.done), held.done + 1
                    if held.done == CHUNKS:
                        queue.finish(held, {}, now=now)
                done.append(chunk)

    at_once(worker)

    with writing(stored) as session:
        jobs = session.scalars(sa.select(Job)).all()
    assert {job.status for job in jobs} == {JobStatus.DONE}
    assert sorted(done) == sorted((str(job.id), chunk) for job in jobs for chunk in range(CHUNKS))
