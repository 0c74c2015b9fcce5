"""Crosswalks: the list, the document with its matrix, its rows and gaps, and what a certificate counts for."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from certification.certificates import verification
from certification.crosswalks import deciding, service, standing
from certification.crosswalks.models import Crosswalk
from certification.crosswalks.rules import Relation, RowStatus
from certification.standards import service as standards
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.filters import local
from portal.forms import crosswalks as forms
from portal.labels import label
from portal.limits import limiter
from portal.pages.keeping import kept
from portal.pages.tables import page_of
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal

pages = Blueprint("crosswalks", __name__, url_prefix="/crosswalks")


def reader() -> Actor:
    """Whoever reads, as one who may or may not know of drafts."""
    return actor(Permission.STANDARD_WRITE)


def done(crosswalk_id: UUID, deed: Callable[[Session], Any], said: str) -> ResponseReturnValue:
    """Run a deed without fields, say what came of it, and go back to the crosswalk."""
    try:
        with unit_of_work() as session:
            deed(session)
    except Refusal as refusal:
        flash(sentence(refusal), "danger")
    else:
        flash(said, "success")
    return redirect(url_for(".show", crosswalk_id=crosswalk_id))


@pages.get("/")
@needs(Permission.PUBLIC)
def index() -> ResponseReturnValue:
    """The crosswalks that the reader may know of."""
    return render_template("crosswalks/index.html", page=page_of(service.listing(by=reader())))


@pages.route("/new", methods=["GET", "POST"])
@needs(Permission.STANDARD_WRITE)
def new() -> ResponseReturnValue:
    """Begin a crosswalk."""
    by, now = actor(), datetime.now(UTC)
    form = forms.NewCrosswalkForm(origin=request.args.get("origin"), destination=request.args.get("destination"))
    editions = db.session.scalars(standards.listing(by=by)).all()
    form.origin.choices = [(one.code, f"{local(one, 'title')} · {label(one.status)}") for one in editions]
    form.destination.choices = form.origin.choices
    if form.validate_on_submit():
        ends = form.origin.data, form.destination.data
        made = kept(form, lambda s: service.draft(s, *ends, form.facts(), by=by, now=now).id)
        if made:
            flash(_("The crosswalk is begun. Set the tiers against each other first."), "success")
            return redirect(url_for(".show", crosswalk_id=made))
    return render_template("crosswalks/form.html", form=form, crosswalk=None)


@pages.route("/<uuid:crosswalk_id>/edit", methods=["GET", "POST"])
@needs(Permission.STANDARD_WRITE)
def edit(crosswalk_id: UUID) -> ResponseReturnValue:
    """Change what a draft says about itself."""
    by, now = actor(), datetime.now(UTC)
    crosswalk = service.by_id(db.session(), crosswalk_id, by=by)
    form = forms.CrosswalkForm(obj=crosswalk)
    if form.validate_on_submit():
        facts = form.facts()
        if kept(form, lambda s: service.edit(s, crosswalk_id, facts, by=by, now=now)):
            flash(_("The crosswalk is saved."), "success")
            return redirect(url_for(".show", crosswalk_id=crosswalk_id))
    return render_template("crosswalks/form.html", form=form, crosswalk=crosswalk)


@pages.get("/<uuid:crosswalk_id>")
@needs(Permission.PUBLIC)
def show(crosswalk_id: UUID) -> ResponseReturnValue:
    """The document: what it is, the matrix of grades and tiers, coverage and gaps."""
    session = db.session()
    crosswalk = service.by_id(session, crosswalk_id, by=reader())
    return render_template(
        "crosswalks/show.html",
        crosswalk=crosswalk,
        matrix=standing.matrix(session, crosswalk),
        ours=standing.coverage(session, crosswalk, of_origin=True),
        theirs=standing.coverage(session, crosswalk, of_origin=False),
        counts=service.counts(session, crosswalk.id),
        form=forms.SendBackForm(),
        **rights(crosswalk),
    )


def rights(crosswalk: Crosswalk) -> dict[str, bool]:
    """What the reader may do with a crosswalk."""
    writes = reader().everywhere
    return {"writes": writes, "editing": writes and crosswalk.status.value == "draft"}


@pages.get("/<uuid:crosswalk_id>/rows")
@needs(Permission.PUBLIC)
def rows(crosswalk_id: UUID) -> ResponseReturnValue:
    """The rows with reason and who decided; proposals with a place to decide them."""
    crosswalk = service.by_id(db.session(), crosswalk_id, by=reader())
    form = forms.RowFilter(request.args)
    status = RowStatus(form.status.data) if form.validate() and form.status.data else None
    page = page_of(deciding.rows(crosswalk.id, status=status))
    return render_template("crosswalks/rows.html", crosswalk=crosswalk, page=page, form=form, **rights(crosswalk))


@pages.get("/<uuid:crosswalk_id>/gaps")
@needs(Permission.PUBLIC)
def gaps(crosswalk_id: UUID) -> ResponseReturnValue:
    """The nodes of one side about which no row says anything."""
    crosswalk = service.by_id(db.session(), crosswalk_id, by=reader())
    of_origin = request.args.get("side") != "destination"
    page = page_of(standing.gaps(crosswalk, of_origin=of_origin))
    facts = {"page": page, "of_origin": of_origin, **rights(crosswalk)}
    return render_template("crosswalks/gaps.html", crosswalk=crosswalk, **facts)


@pages.post("/<uuid:crosswalk_id>/propose")
@needs(Permission.STANDARD_WRITE)
def propose(crosswalk_id: UUID) -> ResponseReturnValue:
    """Compare the texts and put what is alike before whoever decides."""
    by, now = actor(), datetime.now(UTC)
    try:
        found = deciding.proposals(db.session(), crosswalk_id, by=by)
        with unit_of_work() as session:
            count = deciding.propose(session, crosswalk_id, found, by=by, now=now)
    except Refusal as refusal:
        flash(sentence(refusal), "danger")
        return redirect(url_for(".show", crosswalk_id=crosswalk_id))
    said = ngettext("%(num)s new proposal waits for you.", "%(num)s new proposals wait for you.", count)
    flash(said, "success")
    return redirect(url_for(".rows", crosswalk_id=crosswalk_id, status="proposed"))


@pages.route("/<uuid:crosswalk_id>/relate/<uuid:origin>", methods=["GET", "POST"])
@needs(Permission.STANDARD_WRITE)
def relate(crosswalk_id: UUID, origin: UUID) -> ResponseReturnValue:
    """Say by hand what a tier or node is to another."""
    by, now, session = actor(), datetime.now(UTC), db.session()
    crosswalk, form, find = (
        service.by_id(session, crosswalk_id, by=by),
        forms.RelateForm(),
        forms.FindForm(request.args),
    )
    end = deciding.end_of(session, crosswalk, origin)
    others = deciding.candidates(session, crosswalk, end, q=find.q.data)
    form.destination.choices = [*((str(one.identifier), "") for one, _likeness in others), ("none", "")]
    if form.validate_on_submit():
        chosen = None if form.destination.data == "none" else UUID(form.destination.data)
        ends, relation, reason = deciding.Ends(origin, chosen), Relation(form.relation.data), form.reason.data
        if kept(form, lambda s: deciding.relate(s, crosswalk_id, ends, relation, reason, by=by, now=now)):
            flash(_("The row is decided."), "success")
            return redirect(url_for(".show", crosswalk_id=crosswalk_id))
    facts = {"form": form, "find": find, "end": end, "others": others}
    return render_template("crosswalks/relate.html", crosswalk=crosswalk, **facts)


@pages.route("/rows/<uuid:row_id>", methods=["GET", "POST"])
@needs(Permission.STANDARD_WRITE)
def decide(row_id: UUID) -> ResponseReturnValue:
    """Accept or decline a row, with the relation and the reason."""
    by, now = actor(), datetime.now(UTC)
    row = deciding.row_by_id(db.session(), row_id, by=by)
    form, crosswalk = forms.DecideForm(obj=row), service.by_id(db.session(), row.crosswalk_id, by=by)
    if form.validate_on_submit():
        relation, reason = Relation(form.relation.data or Relation.RELATED), form.reason.data
        if form.decision.data == "accept":
            kept_row = kept(form, lambda s: deciding.accept(s, row_id, relation, reason, by=by, now=now))
        else:
            kept_row = kept(form, lambda s: deciding.decline(s, row_id, reason, by=by, now=now))
        if kept_row:
            flash(_("The row is decided."), "success")
            return redirect(url_for(".rows", crosswalk_id=crosswalk.id, status=request.args.get("status")))
    return render_template("crosswalks/decide.html", crosswalk=crosswalk, row=row, form=form)


@pages.post("/<uuid:crosswalk_id>/hand-in")
@needs(Permission.STANDARD_WRITE)
def hand_in(crosswalk_id: UUID) -> ResponseReturnValue:
    """Lay a draft before a second person."""
    by, now = actor(), datetime.now(UTC)
    said = _("The crosswalk is handed in; a second person publishes it.")
    return done(crosswalk_id, lambda s: service.hand_in(s, crosswalk_id, by=by, now=now), said)


@pages.post("/<uuid:crosswalk_id>/publish")
@needs(Permission.CROSSWALK_PUBLISH)
def publish(crosswalk_id: UUID) -> ResponseReturnValue:
    """Publish what somebody else handed in."""
    by, now = actor(), datetime.now(UTC)
    said = _("The crosswalk is published. Profiles and certificates now show both standards.")
    return done(crosswalk_id, lambda s: service.publish(s, crosswalk_id, by=by, now=now), said)


@pages.post("/<uuid:crosswalk_id>/send-back")
@needs(Permission.CROSSWALK_PUBLISH)
def send_back(crosswalk_id: UUID) -> ResponseReturnValue:
    """Send back what was handed in, with the reason."""
    by, now, form = actor(), datetime.now(UTC), forms.SendBackForm()
    if not form.validate_on_submit():
        flash(_("Give the reason."), "danger")
        return redirect(url_for(".show", crosswalk_id=crosswalk_id))
    reason = form.reason.data
    said = _("The crosswalk is a draft again.")
    return done(crosswalk_id, lambda s: service.send_back(s, crosswalk_id, reason, by=by, now=now), said)


@pages.post("/<uuid:crosswalk_id>/revise")
@needs(Permission.STANDARD_WRITE)
def revise(crosswalk_id: UUID) -> ResponseReturnValue:
    """Begin the next version of a published crosswalk."""
    by, now = actor(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            made = service.revise(session, crosswalk_id, by=by, now=now).id
    except Refusal as refusal:
        flash(sentence(refusal), "danger")
        return redirect(url_for(".show", crosswalk_id=crosswalk_id))
    flash(_("The next version is begun; the published one stays in force until it is replaced."), "success")
    return redirect(url_for(".show", crosswalk_id=made))


@pages.get("/certificates/<number>")
@needs(Permission.PUBLIC)
@limiter.limit("60 per minute")
def certificate(number: str) -> ResponseReturnValue:
    """What a certificate counts for under other standards, and by which way; it names no holder."""
    tier = verification.tier_of(db.session(), number)
    answers = standing.standings(db.session(), tier, by=reader())
    return render_template("crosswalks/certificate.html", number=number, tier=tier, answers=answers)
