"""Who may do what: permissions, roles, the table that grants them, and the guard of every route."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.exceptions import Forbidden

from training_base.centers.rules import StaffDuty


class Permission(StrEnum):
    """One right; every route names the one it needs."""

    PUBLIC = "public"
    SIGNED_IN = "account.own"
    CANDIDATE = "attempt.own"
    PROFILE_OWN = "profile.own"
    PRACTICE = "practice.take"
    SHARE = "share.manage"
    TRAINER_READ = "trainer.read"
    TRAINER_WRITE = "trainer.write"
    TRAINER_UNMASK = "trainer.unmask"
    CENTER_READ = "center.read"
    CENTER_WRITE = "center.write"
    CENTER_CREATE = "center.create"
    STAFF_WRITE = "staff.write"
    COHORT_READ = "cohort.read"
    COHORT_WRITE = "cohort.write"
    HOURS_RECORD = "hours.record"
    STANDARD_WRITE = "standard.write"
    STANDARD_PUBLISH = "standard.publish"
    CROSSWALK_PUBLISH = "crosswalk.publish"
    ITEM_READ = "item.read"
    ITEM_WRITE = "item.write"
    ITEM_APPROVE = "item.approve"
    PAPER_READ = "paper.read"
    PAPER_ASSEMBLE = "paper.assemble"
    EXAM_READ = "exam.read"
    EXAM_WRITE = "exam.write"
    EXAM_INVIGILATE = "exam.invigilate"
    MARK_READ = "mark.read"
    MARK_AWARD = "mark.award"
    RESULT_READ = "result.read"
    RESULT_PUBLISH = "result.publish"
    ANALYSIS_READ = "analysis.read"
    STANDARD_SET = "standard.set"
    PANEL_JUDGE = "panel.judge"
    REMARKING_READ = "remarking.read"
    REMARKING_ASK = "remarking.ask"
    REMARKING_APPROVE = "remarking.approve"
    CERTIFICATE_READ = "certificate.read"
    CERTIFICATE_DECIDE = "certificate.decide"
    CERTIFICATE_CHANGE = "certificate.change"
    AUDIT_READ = "audit.read"
    JOB_READ = "job.read"
    ACCOUNT_READ = "account.read"
    ACCOUNT_WRITE = "account.write"


class Role(StrEnum):
    """Roles that hold everywhere; duties at one center are ``StaffDuty``."""

    TRAINEE = "trainee"
    EMPLOYER = "employer"
    SCHEME_OWNER = "scheme_owner"
    ADMINISTRATOR = "administrator"


P = Permission
ALL_STAFF = {P.CENTER_READ, P.COHORT_READ, P.EXAM_READ, P.JOB_READ}

GRANTS: dict[Role | StaffDuty, frozenset[Permission]] = {
    Role.TRAINEE: frozenset({P.PROFILE_OWN, P.PRACTICE, P.SHARE}),
    Role.EMPLOYER: frozenset(),
    Role.SCHEME_OWNER: frozenset(
        {P.CENTER_READ, P.CENTER_WRITE, P.CENTER_CREATE, P.COHORT_READ, P.STANDARD_WRITE, P.STANDARD_PUBLISH,
         P.CROSSWALK_PUBLISH, P.ITEM_READ, P.ITEM_WRITE, P.ITEM_APPROVE, P.PAPER_READ, P.EXAM_READ, P.RESULT_READ,
         P.REMARKING_READ, P.REMARKING_ASK, P.REMARKING_APPROVE,
         P.ANALYSIS_READ, P.STANDARD_SET, P.CERTIFICATE_READ, P.JOB_READ, P.AUDIT_READ}
    ),
    Role.ADMINISTRATOR: frozenset(
        {P.CENTER_READ, P.CENTER_CREATE, P.CENTER_WRITE, P.STAFF_WRITE, P.ACCOUNT_READ, P.ACCOUNT_WRITE,
         P.AUDIT_READ, P.JOB_READ}
    ),
    StaffDuty.MANAGER: frozenset(
        ALL_STAFF | {P.CENTER_WRITE, P.STAFF_WRITE, P.ACCOUNT_READ, P.ACCOUNT_WRITE, P.TRAINER_READ, P.TRAINER_WRITE,
                     P.TRAINER_UNMASK, P.COHORT_WRITE, P.HOURS_RECORD, P.PAPER_READ, P.PAPER_ASSEMBLE, P.EXAM_WRITE,
                     P.MARK_READ, P.RESULT_READ, P.RESULT_PUBLISH, P.REMARKING_READ, P.REMARKING_ASK,
                     P.CERTIFICATE_READ, P.AUDIT_READ}
    ),
    StaffDuty.TEACHER: frozenset(ALL_STAFF | {P.TRAINER_READ, P.HOURS_RECORD, P.PANEL_JUDGE}),
    StaffDuty.ITEM_WRITER: frozenset(
        {P.CENTER_READ, P.JOB_READ, P.ITEM_READ, P.ITEM_WRITE, P.ITEM_APPROVE, P.PANEL_JUDGE}
    ),
    StaffDuty.EXAMINER: frozenset(ALL_STAFF | {P.MARK_READ, P.MARK_AWARD, P.PANEL_JUDGE}),
    StaffDuty.INVIGILATOR: frozenset(ALL_STAFF | {P.EXAM_INVIGILATE}),
    StaffDuty.QUALITY_SUPERVISOR: frozenset(
        ALL_STAFF | {P.TRAINER_READ, P.PAPER_READ, P.MARK_READ, P.RESULT_READ, P.RESULT_PUBLISH, P.REMARKING_READ,
                     P.REMARKING_ASK, P.REMARKING_APPROVE, P.ANALYSIS_READ, P.STANDARD_SET,
                     P.CERTIFICATE_READ, P.AUDIT_READ}
    ),
    StaffDuty.CERTIFICATION_OFFICER: frozenset(
        ALL_STAFF | {P.TRAINER_READ, P.RESULT_READ, P.REMARKING_READ, P.CERTIFICATE_READ, P.CERTIFICATE_DECIDE,
                     P.CERTIFICATE_CHANGE, P.AUDIT_READ}
    ),
}  # fmt: skip
"""Which role grants which right: a duty in the center where it is held, a role everywhere."""

F = TypeVar("F", bound=Callable[..., Any])


def needs(permission: Permission) -> Callable[[F], F]:
    """Declare the right that a view needs; the guard asks for it before the view runs."""

    def mark(view: F) -> F:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def declared(view: Callable[..., Any]) -> Permission | None:
    """The right a view declares, or None where it declares none."""
    permission = getattr(view, "permission", None)
    return permission if isinstance(permission, Permission) else None


def register_guard(app: Flask, may: Callable[[Permission], None]) -> None:
    """Ask before every view; ``may`` raises where the right is missing. A view without a declaration is refused."""

    @app.before_request
    def guard() -> None:
        if request.endpoint is None or request.endpoint == "static":
            return
        permission = declared(current_app.view_functions[request.endpoint])
        if permission is None:
            raise Forbidden
        g.permission = permission
        if permission is not Permission.PUBLIC:
            may(permission)
