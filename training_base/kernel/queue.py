"""Long work as rows: enqueued with the deed that asks for it, leased by workers, finished with its effect."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import Job
from training_base.kernel.rules import JobStatus

LEASE = timedelta(seconds=60)
MOST_TRIES = 5


def enqueue(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    by: Actor,
    now: datetime,
    center_id: UUID | None = None,
    key: str | None = None,
) -> Job:
    """Ask for work in the transaction of the deed; under a key that was used before, the earlier job is given back."""
    if key is not None:
        earlier = session.scalar(sa.select(Job).where(Job.key == key))
        if earlier is not None:
            return earlier
    job = Job(
        kind=kind,
        payload=payload,
        owner_id=by.id,
        owner_name=by.name,
        center_id=center_id,
        key=key,
        created_at=now,
    )
    session.add(job)
    session.flush()
    return job


def lease(session: Session, *, now: datetime) -> Job | None:
    """Take the oldest job that waits, or whose worker went silent, for a minute.

    A job that was taken too often without an end is marked as failed, so that it cannot stop the others for ever.
    """
    ready = sa.or_(Job.status == JobStatus.QUEUED, sa.and_(Job.status == JobStatus.RUNNING, Job.leased_until < now))
    job = session.scalar(
        sa.select(Job).where(ready).order_by(Job.created_at, Job.id).limit(1).with_for_update(skip_locked=True)
    )
    if job is None:
        return None
    if job.tries >= MOST_TRIES:
        fail(job, {"code": "too_many_tries"}, now=now)
        return job
    job.status, job.lease, job.leased_until = JobStatus.RUNNING, uuid4(), now + LEASE
    job.tries += 1
    session.flush()
    return job


def hold(session: Session, job_id: UUID, lease_id: UUID, *, now: datetime) -> Job | None:
    """The job for one more chunk, if this worker still has the lease; it is renewed with the chunk's effect."""
    job = session.scalar(sa.select(Job).where(Job.id == job_id).with_for_update())
    if job is None or job.lease != lease_id or job.status is not JobStatus.RUNNING:
        return None
    job.leased_until = now + LEASE
    return job


def finish(job: Job, result: dict[str, Any], *, now: datetime) -> None:
    """Mark the job as done, in the transaction of its last effect."""
    job.status, job.result, job.finished_at, job.lease = JobStatus.DONE, result, now, None


def fail(job: Job, result: dict[str, Any], *, now: datetime) -> None:
    """Mark the job as failed; ``result`` carries the refusal's code and facts."""
    job.status, job.result, job.finished_at, job.lease = JobStatus.FAILED, result, now, None


def by_id(session: Session, job_id: UUID, *, by: Actor) -> Job:
    """A job of the actor.

    Raises:
        NotFound: no such job, or somebody else's in another center.
    """
    job = session.get(Job, job_id)
    if job is None or not (job.owner_id == by.id or (job.center_id and by.may_touch(job.center_id)) or by.everywhere):
        raise NotFound("job", job_id)
    return job


def listing(*, by: Actor) -> sa.Select[Job]:
    """The jobs the actor asked for or whose centers they look after, newest first."""
    mine = sa.or_(Job.owner_id == by.id, by.scope(Job.center_id))
    return sa.select(Job).where(mine).order_by(Job.created_at.desc(), Job.id)
