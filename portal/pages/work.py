"""Long work: the list of jobs, and one job with its progress."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db
from portal.pages.tables import page_of
from training_base.kernel import queue

pages = Blueprint("jobs", __name__, url_prefix="/jobs")


@pages.get("/")
@needs(Permission.JOB_READ)
def index() -> ResponseReturnValue:
    """The jobs of the reader and of their centers."""
    return render_template("jobs/index.html", page=page_of(queue.listing(by=actor())))


@pages.get("/<uuid:job_id>")
@needs(Permission.SIGNED_IN)
def show(job_id: UUID) -> ResponseReturnValue:
    """One job; the page asks again while it runs."""
    by = actor(Permission.JOB_READ)
    return render_template("jobs/show.html", job=queue.by_id(db.session(), job_id, by=by))


@pages.get("/<uuid:job_id>/progress")
@needs(Permission.SIGNED_IN)
def progress(job_id: UUID) -> ResponseReturnValue:
    """The part of the page that changes."""
    by = actor(Permission.JOB_READ)
    return render_template("jobs/_progress.html", job=queue.by_id(db.session(), job_id, by=by))
