"""The main navigation: what each audience sees first."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _

from portal.access import Permission
from portal.auth.current import account, may


@dataclass(frozen=True)
class Entry:
    """A place in the navigation."""

    label: str
    url: str
    icon: str
    current: bool


PLACES: tuple[tuple[str, object, str, Permission], ...] = (
    ("people.me", _("My profile"), "user", Permission.PROFILE_OWN),
    ("practice.index", _("Practice"), "book", Permission.PRACTICE),
    ("exams.mine", _("My exams"), "exam", Permission.PROFILE_OWN),
    ("results.mine", _("My results"), "chart", Permission.PROFILE_OWN),
    ("certificates.mine", _("My certificates"), "certificate", Permission.PROFILE_OWN),
    ("people.index", _("Trainers"), "user", Permission.TRAINER_READ),
    ("cohorts.index", _("Cohorts"), "book", Permission.COHORT_READ),
    ("exams.index", _("Exam sessions"), "exam", Permission.EXAM_READ),
    ("papers.index", _("Papers"), "item", Permission.PAPER_READ),
    ("invigilation.index", _("Invigilation"), "clock", Permission.EXAM_INVIGILATE),
    ("marking.index", _("Marking"), "mark", Permission.MARK_AWARD),
    ("results.index", _("Results"), "chart", Permission.RESULT_READ),
    ("panels.mine", _("Panels to judge"), "mark", Permission.PANEL_JUDGE),
    ("analysis.index", _("Statistics"), "chart", Permission.ANALYSIS_READ),
    ("certificates.index", _("Certificates"), "certificate", Permission.CERTIFICATE_READ),
    ("items.index", _("Item bank"), "item", Permission.ITEM_READ),
    ("tasks.index", _("Skill tasks"), "edit", Permission.ITEM_READ),
    ("centers.index", _("Training centers"), "center", Permission.CENTER_READ),
    ("standards.index", _("Standards"), "flag", Permission.PUBLIC),
    ("verify.index", _("Verify a certificate"), "verify", Permission.PUBLIC),
    ("accounts.index", _("Accounts"), "lock", Permission.ACCOUNT_READ),
    ("audit.index", _("Audit trail"), "audit", Permission.AUDIT_READ),
)


def entries() -> list[Entry]:
    """The places the reader may go, in the order of the main job."""
    here = (request.endpoint or "").partition(".")[0]
    own = (request.endpoint or "").endswith((".me", ".mine"))
    return [
        Entry(
            str(label),
            url_for(endpoint),
            icon,
            request.endpoint == endpoint if own else endpoint.startswith(f"{here}."),
        )
        for endpoint, label, icon, permission in PLACES
        if endpoint in current_app.view_functions and may(permission)
    ]


def register(app: Flask) -> None:
    """Offer the navigation and the signed-in account to every template."""
    app.jinja_env.globals.update(nav_entries=entries, may=may)

    @app.context_processor
    def who() -> dict[str, object]:
        return {"current_account": account()}
