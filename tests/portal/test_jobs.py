"""The worker: chunks, refusals on the way, lost leases, what recurs."""

from datetime import UTC, datetime
from threading import Event
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal import jobs
from portal.config import Settings
from tests.make import Make
from tests.portal.conftest import SignIn
from training_base.centers.rules import StaffDuty
from training_base.kernel import queue
from training_base.kernel.errors import Conflict, NotFound
from training_base.kernel.models import Job
from training_base.kernel.rules import JobStatus


def ask(session: Session, make: Make, kind: str, **payload: object) -> UUID:
    center = make.center()
    by = make.actor(center)
    job = queue.enqueue(session, kind, payload, by=by, now=datetime.now(UTC), center_id=center.id)
    session.commit()
    return job.id


def outcome(session: Session, job_id: UUID) -> Job:
    session.expire_all()
    return session.get_one(Job, job_id)


def test_issuing_lists_what_was_refused_and_goes_on(app: Flask, session: Session, make: Make) -> None:
    missing = [str(uuid4()), str(uuid4())]
    job_id = ask(session, make, "certificates.issue", result_ids=missing)

    with app.app_context():
        assert jobs.work_once()

    job = outcome(session, job_id)
    assert (job.status, job.done, job.total) == (JobStatus.DONE, 2, 2)
    assert job.result == {"issued": 0, "refused": dict.fromkeys(missing, "not_found")}


def test_nothing_to_do_is_said(app: Flask) -> None:
    with app.app_context():
        assert not jobs.work_once()


def test_a_refusal_of_the_whole_job_ends_it(
    app: Flask, session: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bool:
        raise NotFound("result")

    monkeypatch.setitem(jobs.KINDS, "refused", refuse)
    job_id = ask(session, make, "refused")

    with app.app_context():
        jobs.work_once()

    assert outcome(session, job_id).result == {"code": "not_found"}


def test_a_job_stops_between_two_chunks_when_told_to(app: Flask, session: Session, make: Make) -> None:
    job_id = ask(session, make, "certificates.issue", result_ids=[str(uuid4())])
    stop = Event()
    stop.set()

    with app.app_context():
        jobs.work_once(stop=stop)

    assert outcome(session, job_id).done == 0


def test_a_fault_leaves_the_job_for_another_try(
    app: Flask, session: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Event()

    def fault(*_: object) -> bool:
        stop.set()
        raise ZeroDivisionError

    monkeypatch.setitem(jobs.KINDS, "faulty", fault)
    job_id = ask(session, make, "faulty")

    with app.app_context():
        jobs.work(stop=stop)

    assert outcome(session, job_id).status is JobStatus.RUNNING


def test_a_chunk_that_meets_somebody_elses_deed_is_tried_again(
    app: Flask, session: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Event()

    def lose(*_: object) -> bool:
        stop.set()
        raise Conflict("certificate")

    monkeypatch.setitem(jobs.KINDS, "crossed", lose)
    job_id = ask(session, make, "crossed")

    with app.app_context():
        jobs.work(stop=stop)

    assert outcome(session, job_id).status is JobStatus.RUNNING


def test_a_fault_of_what_recurs_does_not_stop_the_rest(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "RECURRING", (fault, lambda *_: 3))

    with app.app_context():
        assert jobs.recur() == 3


def test_the_worker_numbers_events_and_keeps_the_head_outside(app: Flask, session: Session, make: Make) -> None:
    ask(session, make, "certificates.issue", result_ids=[])
    from training_base.kernel import audit

    center = make.center()
    audit.record(session, "center.updated", center, by=make.actor(), at=datetime.now(UTC), center_id=center.id)
    session.commit()

    with app.app_context():
        jobs.recur()
        jobs.anchor_head()

    settings: Settings = app.config["SETTINGS"]
    assert (settings.instance / "audit-head").read_text().startswith("1 ")


def test_the_page_of_a_job_shows_its_progress_to_its_owner_only(session: Session, make: Make, sign_in: SignIn) -> None:
    center = make.center()
    manager = sign_in(StaffDuty.MANAGER, at=center)
    stranger = sign_in(StaffDuty.MANAGER, at=make.center())
    by = make.actor(center)
    job = queue.enqueue(session, "certificates.issue", {}, by=by, now=datetime.now(UTC), center_id=center.id)
    session.commit()

    assert "hx-get" in manager.get(f"/jobs/{job.id}").text
    assert manager.get(f"/jobs/{job.id}/progress").status_code == 200
    assert "certificates.issue" in manager.get("/jobs/").text
    assert stranger.get(f"/jobs/{job.id}").status_code == 404
