"""Queued work and first answers of repeated deeds."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.make import NOW, Make
from training_base.kernel import idempotency, queue
from training_base.kernel.errors import NotFound
from training_base.kernel.models import Job
from training_base.kernel.rules import JobStatus

LATER = NOW + queue.LEASE + timedelta(seconds=1)


def job(session: Session, make: Make, **more: object) -> Job:
    return queue.enqueue(session, "test", {"n": 1}, by=make.actor(), now=NOW, **more)  # type: ignore[arg-type]


def test_a_job_is_leased_once(session: Session, make: Make) -> None:
    waiting = job(session, make)

    assert queue.lease(session, now=NOW) is waiting
    assert queue.lease(session, now=NOW) is None


def test_the_oldest_job_comes_first(session: Session, make: Make) -> None:
    second = queue.enqueue(session, "test", {}, by=make.actor(), now=NOW + timedelta(seconds=1))
    first = job(session, make)

    assert [queue.lease(session, now=LATER), queue.lease(session, now=LATER)] == [first, second]


def test_a_silent_workers_job_is_leased_again_and_the_old_lease_is_worth_nothing(session: Session, make: Make) -> None:
    waiting = job(session, make)
    queue.lease(session, now=NOW)
    old = waiting.lease
    assert old is not None
    queue.lease(session, now=LATER)

    assert waiting.lease is not None
    assert queue.hold(session, waiting.id, old, now=LATER) is None
    assert queue.hold(session, waiting.id, waiting.lease, now=LATER) is waiting


def test_a_job_that_never_ends_is_given_up(session: Session, make: Make) -> None:
    waiting = job(session, make)
    at = NOW
    for _ in range(queue.MOST_TRIES + 1):
        queue.lease(session, now=at)
        at += queue.LEASE + timedelta(seconds=1)

    assert waiting.status is JobStatus.FAILED
    assert waiting.result == {"code": "too_many_tries"}


def test_the_same_key_gives_the_earlier_job(session: Session, make: Make) -> None:
    assert job(session, make, key="a") is job(session, make, key="a")
    assert job(session, make, key="b") is not job(session, make, key="a")


def test_a_finished_job_holds_its_result(session: Session, make: Make) -> None:
    waiting = job(session, make)
    queue.lease(session, now=NOW)
    queue.finish(waiting, {"issued": 3}, now=NOW)

    assert (waiting.status, waiting.result, waiting.lease) == (JobStatus.DONE, {"issued": 3}, None)


def test_jobs_are_seen_by_their_owner_and_their_center(session: Session, make: Make) -> None:
    center, owner = make.center(), make.actor()
    mine = queue.enqueue(session, "test", {}, by=owner, now=NOW, center_id=center.id)

    assert queue.by_id(session, mine.id, by=owner) is mine
    assert queue.by_id(session, mine.id, by=make.actor(center)) is mine
    assert session.scalars(queue.listing(by=make.actor(center))).all() == [mine]
    with pytest.raises(NotFound):
        queue.by_id(session, mine.id, by=make.actor())


def test_a_repeated_deed_gets_the_first_answer(session: Session) -> None:
    asked = {"file": "a"}
    assert idempotency.find_answer(session, "import", "k", asked) is None

    idempotency.remember(session, "import", "k", asked=asked, answer={"stored": 2}, at=NOW)

    assert idempotency.find_answer(session, "import", "k", asked) == {"stored": 2}


def test_a_key_is_not_used_for_another_question(session: Session) -> None:
    idempotency.remember(session, "import", "k", asked={"file": "a"}, answer={}, at=NOW)

    with pytest.raises(idempotency.KeyReused):
        idempotency.find_answer(session, "import", "k", {"file": "b"})
