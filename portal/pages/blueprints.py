"""Pages of blueprints: weights, limits, supply; parallel papers asked for, compared and frozen."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from certification.assembly import rules, service
from certification.assembly.models import PaperBlueprint
from certification.exams import paper_sets
from certification.item_bank.rules import ItemKind
from certification.standards import service as standards
from certification.standards.models import Scheme
from certification.standards.rules import TheoryPlan
from portal.access import Permission, needs
from portal.auth.current import actor, centers_of
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.filters import local
from portal.forms.blueprints import AssembleSetForm, BlueprintForm, SchemeChoice, areas_of, form_for, typed
from portal.labels import level_name
from portal.pages.paper_comparison import comparison
from portal.pages.tables import page_of
from portal.sentences.assembly import outcome_lines, supply_lines
from training_base.centers.models import TrainingCenter
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.kernel.models import Job

pages = Blueprint("blueprints", __name__, url_prefix="/blueprints")


def schemes_with_theory() -> list[Scheme]:
    """Schemes in force that have a theory exam."""
    session, today = db.session(), datetime.now(UTC).date()
    found = [one for level in range(5, 0, -1) for one in standards.schemes_in_force(session, level, on=today)]
    return [one for one in found if one.plan.theory is not None]


@pages.get("/")
@needs(Permission.PAPER_READ)
def index() -> ResponseReturnValue:
    """Blueprints of the reader's centers."""
    return render_template("blueprints/index.html", page=page_of(service.listing(by=actor())))


@pages.route("/new", methods=["GET", "POST"])
@needs(Permission.PAPER_ASSEMBLE)
def new() -> ResponseReturnValue:
    """Choose scheme and center, then write a new blueprint."""
    by, found = actor(), schemes_with_theory()
    choice = SchemeChoice(request.args)
    choice.center_id.choices = [(str(one.id), str(local(one, "name"))) for one in centers_of(by)]
    choice.scheme_id.choices = [(str(one.id), f"{level_name(one.tier.level)} · {local(one, 'title')}") for one in found]
    scheme = next((one for one in found if str(one.id) == request.args.get("scheme_id")), None)
    center = next((one for one in centers_of(by) if str(one.id) == request.args.get("center_id")), None)
    if scheme is None or center is None:
        return render_template("blueprints/choose.html", form=choice)
    plan = plan_of(scheme)
    form = form_for(plan, typed(plan, rules.specification_of(plan), ""))
    if form.validate_on_submit() and not request.form.get("count_only"):
        blueprint_id = kept(form, lambda session, by, now: service.draft(
            session, scheme.id, center.id, title=form.title.data, specification=form.specification(), by=by, now=now
        ))  # fmt: skip
        if blueprint_id is not None:
            return redirect(url_for(".show", blueprint_id=blueprint_id))
    return render_template("blueprints/edit.html", **editor(form, scheme, center), blueprint=None)


def plan_of(scheme: Scheme) -> TheoryPlan:
    """The theory plan of a scheme that has one."""
    if scheme.plan.theory is None:
        raise NotFound("scheme", scheme.id)
    return scheme.plan.theory


def kept(form: BlueprintForm, deed: Callable[[Session, Actor, datetime], PaperBlueprint]) -> UUID | None:
    """Do the deed of an editor; None, with the refusal in the form, where it was refused."""
    by, now = actor(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            blueprint_id = deed(session, by, now).id
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    flash(_("The blueprint is kept."), "success")
    return blueprint_id


def editor(form: BlueprintForm, scheme: Scheme, center: TrainingCenter) -> dict[str, Any]:
    """What the editor shows: the form, and the supply for what stands in it."""
    specification, count = form.specification(), form.papers.data or 1
    found = paper_sets.supplied(db.session(), scheme, center, specification, count, now=datetime.now(UTC))
    return {
        "form": form,
        "scheme": scheme,
        "center": center,
        "areas": areas_of(form.plan),
        "kinds": [ItemKind(part.kind) for part in form.plan.parts],
        "count": count,
        "supplied": found,
        "supply": {(one.cell.part, one.cell.area): one for one in found.cells},
        "lines": supply_lines(found),
    }


@pages.route("/<uuid:blueprint_id>/edit", methods=["GET", "POST"])
@needs(Permission.PAPER_ASSEMBLE)
def edit(blueprint_id: UUID) -> ResponseReturnValue:
    """Give a blueprint a new version."""
    blueprint = service.by_id(db.session(), blueprint_id, by=actor())
    plan = plan_of(blueprint.scheme)
    form = form_for(plan, typed(plan, blueprint.current.specification, blueprint.title))
    if form.validate_on_submit() and not request.form.get("count_only"):
        done = kept(form, lambda session, by, now: service.revise(
            session, blueprint_id, title=form.title.data, specification=form.specification(), by=by, now=now
        ))  # fmt: skip
        if done is not None:
            return redirect(url_for(".show", blueprint_id=blueprint_id))
        blueprint = service.by_id(db.session(), blueprint_id, by=actor())
    return render_template(
        "blueprints/edit.html", **editor(form, blueprint.scheme, blueprint.center), blueprint=blueprint
    )


@pages.get("/<uuid:blueprint_id>")
@needs(Permission.PAPER_READ)
def show(blueprint_id: UUID) -> ResponseReturnValue:
    """One blueprint: limits, supply, versions and sets of papers."""
    return shown(blueprint_id, AssembleSetForm(formdata=None))


def shown(blueprint_id: UUID, form: AssembleSetForm) -> ResponseReturnValue:
    """The page of a blueprint with the form that asks for papers."""
    session, by = db.session(), actor(Permission.PAPER_READ)
    blueprint = service.by_id(session, blueprint_id, by=by)
    specification, count = blueprint.current.specification, form.count.data or 1
    found = paper_sets.supplied(
        session, blueprint.scheme, blueprint.center, specification, count, now=datetime.now(UTC)
    )
    return render_template(
        "blueprints/show.html",
        blueprint=blueprint,
        specification=specification,
        supplied=found,
        lines=supply_lines(found),
        count=count,
        form=form,
        kinds=ItemKind,
        writes=actor(Permission.PAPER_ASSEMBLE).may_touch(blueprint.center_id),
        page=page_of(paper_sets.listing(by=by, blueprint_id=blueprint_id)),
    )


@pages.post("/<uuid:blueprint_id>/assemble")
@needs(Permission.PAPER_ASSEMBLE)
def assemble(blueprint_id: UUID) -> ResponseReturnValue:
    """Ask for parallel papers; a job solves them."""
    form, by, now = AssembleSetForm(), actor(), datetime.now(UTC)
    service.by_id(db.session(), blueprint_id, by=by)
    if form.validate_on_submit():
        wish = {"count": form.count.data, "seed": form.chosen_seed(), "seconds": form.seconds.data}
        try:
            with unit_of_work() as session:
                set_id = paper_sets.ask(session, blueprint_id, **wish, by=by, now=now).id
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for(".show_set", paper_set_id=set_id))
    return shown(blueprint_id, form)


@pages.get("/sets/<uuid:paper_set_id>")
@needs(Permission.PAPER_READ)
def show_set(paper_set_id: UUID) -> ResponseReturnValue:
    """Parallel papers: progress of the search, then their comparison."""
    session, by = db.session(), actor()
    paper_set = paper_sets.by_id(session, paper_set_id, by=by)
    return render_template(
        "blueprints/set.html",
        paper_set=paper_set,
        blueprint=paper_set.blueprint_version.blueprint,
        job=session.get(Job, paper_set.job_id) if paper_set.job_id else None,
        comparison=comparison(paper_set),
        lines=outcome_lines(paper_set.outcome),
        frozen=paper_sets.frozen_papers(session, paper_set_id),
        sessions=paper_sets.sessions_with(session, paper_set_id, by=by),
        writes=actor(Permission.PAPER_ASSEMBLE).may_touch(paper_set.center_id),
    )


@pages.post("/sets/<uuid:paper_set_id>/freeze")
@needs(Permission.PAPER_ASSEMBLE)
def freeze(paper_set_id: UUID) -> ResponseReturnValue:
    """Freeze the papers of a set."""
    by, now = actor(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            count = len(paper_sets.freeze(session, paper_set_id, by=by, now=now))
    except (paper_sets.ItemsGone, paper_sets.SetNotOpen) as refusal:
        flash(sentence(refusal), "danger")
    else:
        flash(_("%(count)s papers are frozen.", count=count), "success")
    return redirect(url_for(".show_set", paper_set_id=paper_set_id))


@pages.post("/sets/<uuid:paper_set_id>/discard")
@needs(Permission.PAPER_ASSEMBLE)
def discard(paper_set_id: UUID) -> ResponseReturnValue:
    """Throw a set away."""
    by, now = actor(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            paper_sets.discard(session, paper_set_id, by=by, now=now)
    except paper_sets.SetNotOpen as refusal:
        flash(sentence(refusal), "danger")
    else:
        flash(_("The papers are thrown away; their items are free again."), "info")
    return redirect(url_for(".show_set", paper_set_id=paper_set_id))
