"""Liveness, readiness and metrics for whoever runs the portal."""

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from portal.access import Permission, needs
from portal.database import db
from training_base.kernel.models import AuditEvent, Job
from training_base.kernel.rules import JobStatus

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@needs(Permission.PUBLIC)
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


def waiting_jobs() -> int:
    """Jobs nobody has begun."""
    return db.session.scalar(sa.select(sa.func.count()).where(Job.status == JobStatus.QUEUED)) or 0


def schema_is_current() -> bool:
    """Whether the database stands at the newest migration."""
    folder = ScriptDirectory(str(current_app.extensions["migrate"].directory))
    context = MigrationContext.configure(db.session.connection())
    return context.get_current_revision() == folder.get_current_head()


@pages.get("/readyz")
@needs(Permission.PUBLIC)
def ready() -> ResponseReturnValue:
    """Database, queue and schema are there."""
    try:
        checks = {"database": True, "queue": waiting_jobs() >= 0, "migrations": schema_is_current()}
    except sa.exc.SQLAlchemyError:
        checks = {"database": False}
    good = all(checks.values())
    return jsonify(status="ok" if good else "unavailable", checks=checks), 200 if good else 503


@pages.get("/metrics")
@needs(Permission.PUBLIC)
def metrics() -> Response:
    """Counts that an operator watches; nothing about persons."""
    registry = CollectorRegistry()
    session = db.session
    jobs = Gauge("zhixun_jobs", "Jobs by status", ["status"], registry=registry)
    for status, count in session.execute(sa.select(Job.status, sa.func.count()).group_by(Job.status)):
        jobs.labels(status.value).set(count)
    loose = Gauge("zhixun_audit_unsequenced", "Audit events without a number", registry=registry)
    loose.set(session.scalar(sa.select(sa.func.count()).where(AuditEvent.seq.is_(None))) or 0)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
