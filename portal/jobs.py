"""The worker: long work chunk by chunk, and what recurs every second or two."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from certification.analysis import service as analysis
from certification.assembly import telling
from certification.assembly.rules import Problem, Solution
from certification.certificates import service as certificates
from certification.certificates.rules import DecisionOutcome
from certification.exams import paper_sets, sitting, submission
from certification.exams.models import PaperSet
from certification.item_bank import importing
from certification.item_review import service as item_review
from certification.remarking import deciding as remarking
from certification.remarking import service as remarkings
from certification.scoring import corrections
from certification.scoring import service as scoring
from certification.standards import holding
from portal import aside
from portal.aside import Aside
from portal.database import db, unit_of_work
from training_base.kernel import queue, sequencing
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Conflict, Refusal
from training_base.kernel.models import Job
from training_base.kernel.rules import JobStatus

log = logging.getLogger(__name__)

PAUSE = 0.5
"""Seconds between two looks for work when there was none."""

Chunk = Callable[[Session, Job, datetime], bool]
"""Does one piece of a job in the unit of work it is given; True when nothing is left."""


def _owner(job: Job) -> Actor:
    """Whoever asked for the job, in the one center the job is about."""
    centers = frozenset({job.center_id} if job.center_id else ())
    return Actor(id=job.owner_id, name=job.owner_name, center_ids=centers, address="job")


def certify_next(session: Session, job: Job, now: datetime) -> bool:
    """Decide on and issue for the next result of ``payload["result_ids"]``; a refused one is listed, the rest go on."""
    wanted: list[str] = job.payload["result_ids"]
    job.total = len(wanted)
    if job.done >= len(wanted):
        queue.finish(job, job.result, now=now)
        return True
    result_id, by = UUID(wanted[job.done]), _owner(job)
    outcome = {"issued": 0, "refused": {}, **job.result}
    try:
        with session.begin_nested():
            certificates.decide(session, result_id, DecisionOutcome.CERTIFY, reason=None, by=by, now=now)
            certificates.issue(session, result_id, by=by, now=now)
        outcome["issued"] += 1
    except Refusal as refusal:
        outcome["refused"] = {**outcome["refused"], str(result_id): refusal.code()}
    job.result = outcome
    job.done += 1
    return False


def remark_next(session: Session, job: Job, now: datetime) -> bool:
    """Mark the next candidates of ``payload["remarking_id"]`` anew; where it stands is kept in the job's result."""
    remarking_id, by = UUID(job.payload["remarking_id"]), _owner(job)
    after = UUID(job.result["after"]) if job.result.get("after") else None
    paper_id = remarkings.by_id(session, remarking_id, by=by).paper_id
    job.total = corrections.count_marked(session, paper_id)
    last = remarking.apply_next(session, remarking_id, after, by=by, now=now)
    if last is None:
        led = {one.value: count for one, count in remarkings.counts(session, remarking_id).items()}
        queue.finish(job, {"led_to": led}, now=now)
        return True
    job.result = {"after": str(last)}
    job.done = min(job.done + remarking.CHUNK, job.total)
    return False


def review_items(session: Session, job: Job, now: datetime) -> bool:
    """Look through one level of a bank; ``payload["center_id"]`` is None for the common bank."""
    center_id = UUID(job.payload["center_id"]) if job.payload["center_id"] else None
    looked_at = item_review.check_level(session, UUID(job.payload["tier_id"]), center_id, now=now)
    job.total = job.done = looked_at
    queue.finish(job, {"items": looked_at}, now=now)
    return True


def _importer(job: Job) -> Actor:
    """Whoever asked for an import; one for the common bank was allowed to write there."""
    return replace(_owner(job), everywhere=job.center_id is None)


def check_items(session: Session, job: Job, now: datetime) -> bool:
    """Make the dry run of the file ``payload["import_id"]`` and keep what it shows."""
    found = importing.check_held(session, UUID(job.payload["import_id"]), by=_importer(job))
    job.total = job.done = 1
    queue.finish(job, {"errors": found.errors, "warnings": found.warnings} if found else {}, now=now)
    return True


def store_items(session: Session, job: Job, now: datetime) -> bool:
    """Store the file ``payload["import_id"]`` as a whole; one that has problems by now is shown with them again."""
    import_id, by = UUID(job.payload["import_id"]), _importer(job)
    try:
        result: dict[str, object] = {"stored": importing.store_held(session, import_id, by=by, now=now).stored}
    except (importing.ImportRefused, importing.WarningsOpen) as refusal:
        importing.check_held(session, import_id, by=by)
        result = {"stored": 0, "refused": refusal.code()}
    else:
        item_review.ask_for_review(session, by=by, now=now)
    job.total = job.done = 1
    queue.finish(job, result, now=now)
    return True


def import_framework(session: Session, job: Job, now: datetime) -> bool:
    """Store the framework of the file ``payload["file_id"]`` as a whole."""
    file_id, base = UUID(job.payload["file_id"]), job.payload["base"]
    answer = holding.confirm(session, file_id, base=base, by=_owner(job), now=now)
    job.total = job.done = answer.new + answer.changed + answer.removed
    queue.finish(job, {"code": answer.code, "new": answer.new, "changed": answer.changed}, now=now)
    return True


def analyse_session(session: Session, job: Job, now: datetime) -> bool:
    """Work out and keep the statistics of the exam session of ``payload["exam_session_id"]``."""
    job.total = 1
    exam_session_id = UUID(job.payload["exam_session_id"])
    kept = analysis.analyse(session, exam_session_id, by=_owner(job), now=now)
    job.done = 1
    queue.finish(job, {"candidates": kept.n}, now=now)
    return True


KINDS: dict[str, Chunk] = {
    "standards.import": import_framework,
    "analysis.session": analyse_session,
    "certificates.issue": certify_next,
    "remarking.apply": remark_next,
    item_review.JOB: review_items,
    importing.CHECK: check_items,
    importing.STORE: store_items,
}
"""Every kind of job and what does one chunk of it."""


def read_assembly(session: Session, job: Job, now: datetime) -> Callable[[], Any]:
    """The search for the papers of ``payload["paper_set_id"]``."""
    set_id = UUID(job.payload["paper_set_id"])
    asked, paper_set = paper_sets.problem_of(session, set_id, now=now), session.get_one(PaperSet, set_id)
    seed, seconds = paper_set.seed, paper_set.seconds

    def search() -> tuple[Problem, Solution | telling.Unsolved]:
        try:
            return asked, paper_sets.solve(asked, seed, seconds)
        except telling.UNSOLVED as refusal:
            return asked, refusal

    return search


def keep_assembly(session: Session, job: Job, outcome: Any, now: datetime) -> None:
    """Keep the papers that were found, or why there are none."""
    set_id, by = UUID(job.payload["paper_set_id"]), _owner(job)
    asked, found = outcome
    if isinstance(found, Solution):
        paper_sets.keep(session, set_id, asked, found, by=by, now=now)
        queue.finish(job, {"papers": len(found.papers), "shared": found.shared}, now=now)
    else:
        paper_sets.refuse(session, set_id, telling.facts_of(found), by=by, now=now)
        queue.fail(job, {"code": found.code()}, now=now)


ASIDES: dict[str, Aside] = {paper_sets.JOB: Aside(read_assembly, keep_assembly)}
"""Every kind of job that computes for long without the database."""


def run(job_id: UUID, lease_id: UUID, *, stop: Event | None = None) -> None:
    """Do a leased job to its end, a unit of work per chunk; give it up when the lease is lost.

    Raises:
        Conflict: somebody changed the same record first; the chunk is tried again when the lease has run out.
    """
    left = True
    while left and not (stop and stop.is_set()):
        now = datetime.now(UTC)
        try:
            with unit_of_work() as session:
                job = queue.hold(session, job_id, lease_id, now=now)
                left = job is not None and not KINDS[job.kind](session, job, now)
        except Conflict:
            raise
        except Refusal as refusal:
            with unit_of_work() as session:
                job = queue.hold(session, job_id, lease_id, now=now)
                if job is not None:
                    queue.fail(job, {"code": refusal.code()}, now=now)
            left = False


def work_once(*, stop: Event | None = None) -> bool:
    """Take one job and do it; False when none was waiting."""
    with unit_of_work() as session:
        job = queue.lease(session, now=datetime.now(UTC))
        taken = (job.id, job.lease, job.status, job.kind) if job else None
    if taken is None:
        return False
    job_id, lease_id, status, kind = taken
    if status is JobStatus.RUNNING and lease_id is not None:
        if kind in ASIDES:
            aside.run(ASIDES[kind], job_id, lease_id, stop=stop)
        else:
            run(job_id, lease_id, stop=stop)
    return True


def number_audit_events(session: Session, now: datetime) -> int:
    """Number the audit events of the last second and sign the new head."""
    return sequencing.sequence(session, now=now)


def close_overdue_attempts(session: Session, now: datetime) -> int:
    """Submit, in their candidates' place, the attempts whose deadline has passed."""
    return len(submission.submit_overdue(session, now=now, at_most=200))


def prepare_own_papers(session: Session, now: datetime) -> int:
    """Make candidates' own papers ahead of their exams."""
    return sitting.prepare_own_papers(session, now=now)


def mark_submitted_attempts(session: Session, now: datetime) -> int:
    """Mark theory attempts that were submitted."""
    return len(scoring.mark_submitted(session, now=now, at_most=50))


RECURRING: tuple[Callable[[Session, datetime], int], ...] = (
    close_overdue_attempts,
    mark_submitted_attempts,
    prepare_own_papers,
    number_audit_events,
)
"""What the worker does between jobs; each in its own unit of work, until it has nothing left."""


def recur() -> int:
    """Do what recurs once; the number of things done."""
    done = 0
    for task in RECURRING:
        try:
            with unit_of_work() as session:
                done += task(session, datetime.now(UTC))
        except Exception:
            log.exception("recurring task %s failed", task.__name__)
            db.session.rollback()
    anchor_head()
    return done


def anchor_head() -> None:
    """Keep the newest audit head outside the database too, so that a cut tail of the trail is noticed."""
    head = sequencing.newest_head(db.session())
    known = (head.size, head.root) if head else None
    db.session.rollback()
    path = current_app.config["SETTINGS"].instance / "audit-head"
    line = f"{known[0]} {known[1]}\n" if known else ""
    if line and (not path.is_file() or path.read_text(encoding="ascii") != line):
        fresh = path.with_suffix(".new")
        fresh.write_text(line, encoding="ascii")
        fresh.replace(path)


def work(*, stop: Event) -> None:
    """Work until told to stop; a fault ends one try of one job, never the worker."""
    while not stop.is_set():
        busy = recur() > 0
        try:
            busy = work_once(stop=stop) or busy
        except Exception:
            log.exception("a job failed; it is tried again when its lease has run out")
            db.session.rollback()
        if not busy:
            time.sleep(PAUSE)
