"""Pages of those who write standards: every document, a new one, the steps of its life and what they wait for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.standards import consultation, lifecycle, service, versions, visibility
from certification.standards.completeness import blocking
from certification.standards.models import Standard
from certification.standards.rules import StandardKind, StandardStatus
from certification.standards.versions import DraftFacts
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db
from portal.forms import standards as forms
from portal.pages.documents import life as life_steps
from portal.pages.documents import today
from portal.pages.gaps import described
from portal.pages.keeping import kept
from portal.pages.tables import ordered, page_of, sort_url

pages = Blueprint("drafting", __name__, url_prefix="/standards/drafts")

COLUMNS = {
    "title": Standard.title_zh,
    "series": Standard.series,
    "status": Standard.status,
    "changed": Standard.changed_at,
}
S = StandardStatus
USUAL_DAYS = 30
GAPS_AT_ONCE = 100
STEPS = {"trial": S.TRIAL, "adopted": S.ADOPTED, "deprecated": S.DEPRECATED}


@pages.get("/")
@needs(Permission.STANDARD_WRITE)
def index() -> ResponseReturnValue:
    """All documents, private drafts among them."""
    form = forms.DocumentFilter(request.args)
    query, sort = ordered(service.listing(by=actor()), COLUMNS, "-changed")
    if form.status.data in set(S):
        query = query.where(Standard.status == form.status.data)
    return render_template("drafting/index.html", form=form, page=page_of(query), sort=sort, sort_url=sort_url())


def facts_of(form: Any, kind: StandardKind = StandardKind.MUNICIPAL) -> DraftFacts:
    """What a form says of a new edition."""
    return DraftFacts(form.code.data, form.version.data, form.title_zh.data, form.title_en.data, kind)


@pages.route("/new", methods=["GET", "POST"])
@needs(Permission.STANDARD_WRITE)
def new() -> ResponseReturnValue:
    """Begin a standard."""
    form, by, now = forms.BeginForm(), actor(), datetime.now(UTC)
    if form.validate_on_submit():
        facts = facts_of(form, StandardKind(form.kind.data))
        if made := kept(form, lambda session: versions.begin(session, facts, by=by, now=now).id):
            return redirect(url_for("editor.edit", standard_id=made))
    return render_template("drafting/form.html", form=form, title=_("New standard"), standard=None, lead=None)


@pages.route("/<uuid:standard_id>/revise", methods=["GET", "POST"])
@needs(Permission.STANDARD_WRITE)
def revise(standard_id: UUID) -> ResponseReturnValue:
    """Begin the next edition of a published standard."""
    form, by, now = forms.EditionForm(), actor(), datetime.now(UTC)
    old = visibility.standard(db.session(), standard_id, by=by)
    if form.validate_on_submit():
        facts = facts_of(form)
        if made := kept(form, lambda session: versions.revise(session, standard_id, facts, by=by, now=now).id):
            flash(_("The new edition has the same text; change it now."), "success")
            return redirect(url_for("editor.edit", standard_id=made))
    elif not form.is_submitted():
        form.title_zh.data, form.title_en.data = old.title_zh, old.title_en
    lead = _("The new edition begins with the text of this one. Each part is tied to the part it comes from.")
    return render_template("drafting/form.html", form=form, title=_("New edition"), standard=old, lead=lead)


@pages.get("/<uuid:standard_id>/life")
@needs(Permission.STANDARD_WRITE)
def life(standard_id: UUID) -> ResponseReturnValue:
    """The steps of a standard's life and what they wait for."""
    return life_page(visibility.standard(db.session(), standard_id, by=actor()), {})


def life_page(standard: Standard, forms_sent: dict[str, Any]) -> str:
    """The page of the steps; a form that was refused is shown again."""
    session, day = db.session(), today()
    gaps = lifecycle.missing(session, standard)
    waiting = {step: len(blocking(gaps, step)) for step in lifecycle.STEPS[standard.status]}
    return render_template(
        "drafting/life.html",
        standard=standard,
        steps=life_steps(standard),
        waiting=waiting,
        forms=step_forms(standard, day) | forms_sent,
        gaps=described(session, gaps[:GAPS_AT_ONCE]),
        gap_count=len(gaps),
        counts=consultation.counts(session, standard.id),
        wrote=actor(Permission.STANDARD_PUBLISH).id in lifecycle.writers(session, standard),
    )


def step_forms(standard: Standard, day: date) -> dict[str, Any]:
    """The forms of the steps from here, by name."""
    found: dict[str, Any] = {}
    ahead = lifecycle.STEPS[standard.status]
    if S.CONSULTATION in ahead:
        days = {"from_on": day, "until_on": day + timedelta(days=USUAL_DAYS)}
        found["consultation"] = forms.ConsultForm(formdata=None, data=days)
    if standard.status is S.CONSULTATION and standard.consultation_until_on:
        later = max(day, standard.consultation_until_on) + timedelta(days=1)
        found["extend"] = forms.ExtendForm(formdata=None, data={"until_on": later})
    for name, step in STEPS.items():
        if step in ahead:
            found[name] = forms.ForceForm(formdata=None, data={"on": day})
    return found


def step_taken(standard_id: UUID, name: str, form: Any, do: Any, said: str) -> ResponseReturnValue:
    """Take a step; show the page again where it was refused."""
    by = actor()
    if form.validate_on_submit() and kept(form, lambda session: do(session).id):
        flash(said, "success")
        return redirect(url_for("drafting.life", standard_id=standard_id))
    return life_page(visibility.standard(db.session(), standard_id, by=by), {name: form})


@pages.post("/<uuid:standard_id>/consult")
@needs(Permission.STANDARD_PUBLISH)
def consult(standard_id: UUID) -> ResponseReturnValue:
    """Open a draft to comments."""
    form: Any = forms.ConsultForm()
    by, now = actor(), datetime.now(UTC)
    return step_taken(
        standard_id,
        "consultation",
        form,
        lambda session: lifecycle.consult(session, standard_id, form.from_on.data, form.until_on.data, by=by, now=now),
        _("The draft is open to comments. Its text no longer changes."),
    )


@pages.post("/<uuid:standard_id>/extend")
@needs(Permission.STANDARD_PUBLISH)
def extend(standard_id: UUID) -> ResponseReturnValue:
    """Let comments come in for longer."""
    form: Any = forms.ExtendForm()
    by, now = actor(), datetime.now(UTC)
    return step_taken(
        standard_id,
        "extend",
        form,
        lambda session: lifecycle.extend(session, standard_id, form.until_on.data, by=by, now=now),
        _("Comments may come in for longer."),
    )


@pages.post("/<uuid:standard_id>/<any(trial,adopted):to>")
@needs(Permission.STANDARD_PUBLISH)
def put_in_force(standard_id: UUID, to: str) -> ResponseReturnValue:
    """Begin the trial of an edition, or adopt it."""
    form: Any = forms.ForceForm()
    by, now, step = actor(), datetime.now(UTC), STEPS[to]
    return step_taken(
        standard_id,
        to,
        form,
        lambda session: lifecycle.put_in_force(session, standard_id, step, form.on.data, by=by, now=now),
        _("The edition is in force."),
    )


@pages.post("/<uuid:standard_id>/deprecated")
@needs(Permission.STANDARD_PUBLISH)
def deprecate(standard_id: UUID) -> ResponseReturnValue:
    """End an edition."""
    form: Any = forms.ForceForm()
    by, now = actor(), datetime.now(UTC)
    return step_taken(
        standard_id,
        "deprecated",
        form,
        lambda session: lifecycle.deprecate(session, standard_id, form.on.data, by=by, now=now),
        _("The edition has ended. Certificates keep the edition they were earned under."),
    )
