"""The editor of a draft: its tree, the words of a node, weights, what is missing; every edit can be undone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from certification.standards import descent, editing, history, lifecycle, placing, reading, visibility, weighing
from certification.standards.editing import NodeFacts, Place
from certification.standards.models import Standard, StandardNode, Tier
from certification.standards.placing import Way
from certification.standards.rules import Component, Evidence, NodeKind
from certification.standards.weighing import TierFacts, WeightFacts
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.forms import standards as forms
from portal.pages.documents import chosen, said
from portal.pages.gaps import described
from portal.pages.keeping import kept
from training_base.kernel.errors import NotFound, Refusal

pages = Blueprint("editor", __name__, url_prefix="/standards/drafts")

SHOWN_GAPS = 12
BLANK_ROWS = 2


def uuid(text: str | None) -> UUID | None:
    """An identifier that a form sends; None for nothing, and for what is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def whole(text: str | None) -> int | None:
    """A revision that a form sends; what is no number never fits."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else -1


def deed(do: Callable[[Session], Any]) -> Any:
    """What a deed gave; a refusal is shown on the next page."""
    try:
        with unit_of_work() as session:
            return do(session)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "danger")
        return None


def to_node(standard_id: UUID, node_id: UUID | None = None, **more: Any) -> ResponseReturnValue:
    """Back to the editor, at a node."""
    return redirect(url_for("editor.edit", standard_id=standard_id, node=node_id, **more))


def find(standard: Standard) -> StandardNode | None:
    """The node of a standard that the address asks for."""
    key = request.args.get("node", type=UUID)
    if key is None:
        return None
    node = visibility.node(db.session(), key, by=actor())
    if node.standard_id != standard.id:
        raise NotFound("standard_node", key)
    return node


@pages.route("/<uuid:standard_id>/edit", methods=["GET", "POST"])
@needs(Permission.STANDARD_WRITE)
def edit(standard_id: UUID) -> ResponseReturnValue:
    """The editor; sent, it keeps the words of the chosen node."""
    standard = visibility.standard(db.session(), standard_id, by=actor())
    if not standard.is_draft:
        return redirect(url_for("documents.show", standard_id=standard.id))
    node = find(standard)
    form = forms.NodeForm(obj=node)
    if node is None:
        return editor_page(standard, None, None)
    if form.validate_on_submit():
        facts = NodeFacts(form.code.data, form.zh.data, form.en.data, Evidence(form.evidence.data), form.source.data)
        by, now, key, seen = actor(), datetime.now(UTC), node.id, whole(form.revision.data)
        if kept(form, lambda session: editing.change(session, key, facts, revision=seen, by=by, now=now)):
            flash(_("Saved."), "success")
            return to_node(standard_id, key)
        db.session.refresh(node)
        form.revision.data = str(node.revision)
    return editor_page(db.session.get_one(Standard, standard_id), db.session.get_one(StandardNode, node.id), form)


def editor_page(standard: Standard, node: StandardNode | None, form: forms.NodeForm | None) -> str:
    """The tree on one side, the chosen node or tier on the other."""
    session = db.session()
    way = reading.way_to(session, node) if node else []
    tier = node.tier if node and node.tier else chosen(standard)
    opened = [*(one.id for one in way), *((node.id,) if node else ())]
    tier_id = None if node and not node.tier_id else (tier.id if tier else None)
    gaps = lifecycle.missing(session, standard)
    return render_template(
        "drafting/editor.html",
        standard=standard,
        tier=tier,
        node=node,
        way=way,
        form=form,
        twigs=reading.children(session, standard, tier_id, None, opened=opened),
        adding=adding(node, tier),
        tier_form=forms.TierForm(obj=tier, formdata=None) if tier else None,
        new_tier=forms.TierForm(formdata=None),
        columns=columns(session, tier) if tier and node is None else [],
        gaps=described(session, gaps[:SHOWN_GAPS]),
        gap_count=len(gaps),
        origins=descent.origins(session, node) if node else [],
        origin_form=forms.OriginForm(formdata=None),
        said=said,
        ways=list(Way),
    )


def adding(node: StandardNode | None, tier: Tier | None) -> list[tuple[str, forms.NewNodeForm]]:
    """The forms by which something is added: beneath the node and beside it, or at the top."""
    found = []
    if node is not None and (below := placing.holds(node.kind, in_tier=node.tier_id is not None)):
        place = {"parent_id": node.id, "after": "last"}
        found.append((_("Add beneath"), forms.NewNodeForm(formdata=None, kinds=below, data=place, prefix="below-")))
    if node is not None:
        place = {"parent_id": node.parent_id, "tier_id": node.tier_id, "after": node.id}
        form = forms.NewNodeForm(formdata=None, kinds=(node.kind,), data=place, prefix="beside-")
        found.append((_("Add after this"), form))
    else:
        place = {"tier_id": tier.id if tier else None, "after": "last"}
        kinds = placing.roots(in_tier=tier is not None)
        found.append((_("Add at the end"), forms.NewNodeForm(formdata=None, kinds=kinds, data=place, prefix="top-")))
    return found


def columns(session: Session, tier: Tier) -> list[tuple[Component, forms.WeightsForm, int]]:
    """The weights of each component as a form, with their sum; an empty column proposes the functions."""
    tops = [twig.node for twig in reading.children(session, tier.standard, tier.id, None).rows]
    functions = [(str(node.id), said(node)) for node in tops if node.kind is NodeKind.FUNCTION]
    found = []
    for component in (Component.THEORY, Component.SKILL):
        rows: list[dict[str, Any]] = [
            {"zh": row.zh, "en": row.en, "percent": row.percent, "node_id": str(row.node_id or "")}
            for row in tier.weights
            if row.component is component
        ]
        total = sum(row["percent"] or 0 for row in rows)
        if not rows:
            rows = [{"zh": node.zh, "en": node.en, "percent": None, "node_id": str(node.id)} for node in tops]
        data = {"rows": rows + [{}] * BLANK_ROWS, "revision": tier.revision}
        form = forms.WeightsForm(formdata=None, data=data, prefix=f"{component.value}-")
        form.offer(functions)
        found.append((component, form, total))
    return found


@pages.post("/<uuid:standard_id>/add/<any(below,beside,top):where>")
@needs(Permission.STANDARD_WRITE)
def add(standard_id: UUID, where: str) -> ResponseReturnValue:
    """Add a node."""
    form, by, now = forms.NewNodeForm(prefix=f"{where}-"), actor(), datetime.now(UTC)
    place_id = uuid(form.after.data) or uuid(form.parent_id.data)
    if not form.validate_on_submit():
        flash(_("Enter the text of the new part."), "danger")
        return to_node(standard_id, place_id)
    place = Place(uuid(form.tier_id.data), uuid(form.parent_id.data), uuid(form.after.data))
    facts = NodeFacts(form.code.data, form.zh.data, form.en.data)
    kind = NodeKind(form.kind.data) if form.kind.data else None
    last = form.after.data == "last"
    made = deed(lambda session: editing.add(session, standard_id, place, facts, kind=kind, last=last, by=by, now=now))
    return to_node(standard_id, made.id if made else place_id)


def node_deed(node_id: UUID, do: Callable[[Session, int | None], Any], stay: UUID | None) -> ResponseReturnValue:
    """A deed on one node of a draft, then back to a node."""
    form = forms.MoveForm()
    standard_id = visibility.node(db.session(), node_id, by=actor()).standard_id
    seen = whole(form.revision.data)
    deed(lambda session: do(session, seen))
    return to_node(standard_id, stay)


@pages.post("/nodes/<uuid:node_id>/remove")
@needs(Permission.STANDARD_WRITE)
def remove(node_id: UUID) -> ResponseReturnValue:
    """Remove a node with all beneath it."""
    by, now = actor(), datetime.now(UTC)
    node = visibility.node(db.session(), node_id, by=by)
    standard_id, parent_id, level = node.standard_id, node.parent_id, node.tier.level if node.tier else None
    seen = whole(forms.MoveForm().revision.data)
    gone = deed(lambda session: editing.remove(session, node_id, revision=seen, by=by, now=now))
    if gone:
        flash(_("Removed. Undo brings it back."), "success")
        return to_node(standard_id, parent_id, tier=None if parent_id else level)
    return to_node(standard_id, node_id)


@pages.post("/nodes/<uuid:node_id>/step/<any(up,down,indent,outdent):way>")
@needs(Permission.STANDARD_WRITE)
def step(node_id: UUID, way: str) -> ResponseReturnValue:
    """Move a node one step."""
    by, now, to = actor(), datetime.now(UTC), Way(way)
    return node_deed(
        node_id, lambda session, seen: editing.step(session, node_id, to, revision=seen, by=by, now=now), node_id
    )


@pages.post("/nodes/<uuid:node_id>/move")
@needs(Permission.STANDARD_WRITE)
def move(node_id: UUID) -> ResponseReturnValue:
    """Move a node to where it was dragged."""
    form, by, now = forms.MoveForm(), actor(), datetime.now(UTC)
    place = Place(uuid(form.tier_id.data), uuid(form.parent_id.data), uuid(form.after.data))
    return node_deed(
        node_id, lambda session, seen: editing.move(session, node_id, place, revision=seen, by=by, now=now), node_id
    )


@pages.post("/nodes/<uuid:node_id>/origins")
@needs(Permission.STANDARD_WRITE)
def tie(node_id: UUID) -> ResponseReturnValue:
    """Say that a node comes from a part of the edition before."""
    form, by, now = forms.OriginForm(), actor(), datetime.now(UTC)
    standard_id, code = visibility.node(db.session(), node_id, by=by).standard_id, str(form.code.data or "")
    if deed(lambda session: descent.tie(session, node_id, code, by=by, now=now)):
        flash(_("Saved."), "success")
    return to_node(standard_id, node_id)


@pages.post("/nodes/<uuid:node_id>/origins/<uuid:origin_id>/remove")
@needs(Permission.STANDARD_WRITE)
def untie(node_id: UUID, origin_id: UUID) -> ResponseReturnValue:
    """Say that a node does not come from that part."""
    by, now = actor(), datetime.now(UTC)
    standard_id = visibility.node(db.session(), node_id, by=by).standard_id
    deed(lambda session: descent.untie(session, node_id, origin_id, by=by, now=now))
    return to_node(standard_id, node_id)


@pages.post("/<uuid:standard_id>/<any(undo,redo):way>")
@needs(Permission.STANDARD_WRITE)
def turn(standard_id: UUID, way: str) -> ResponseReturnValue:
    """Undo the last edit, or do it again."""
    by, now, do = actor(), datetime.now(UTC), history.undo if way == "undo" else history.redo
    if deed(lambda session: do(session, standard_id, by=by, now=now)):
        flash(_("Undone.") if way == "undo" else _("Done again."), "success")
    key = request.args.get("node", type=UUID)
    there = key and db.session.get(StandardNode, key)
    return to_node(standard_id, key if there else None, tier=request.args.get("tier", type=int))


@pages.post("/tiers/<uuid:tier_id>/weights/<any(theory,skill):column>")
@needs(Permission.STANDARD_WRITE)
def weigh(tier_id: UUID, column: str) -> ResponseReturnValue:
    """Keep a column of weights."""
    tier = visibility.tier(db.session(), tier_id, by=actor())
    standard_id, level = tier.standard_id, tier.level
    form, by, now = forms.WeightsForm(prefix=f"{column}-"), actor(), datetime.now(UTC)
    tops = reading.children(db.session(), tier.standard, tier.id, None).rows
    form.offer([(str(twig.node.id), "") for twig in tops])
    if not form.validate_on_submit():
        flash(_("Weights are whole numbers from 0 to 100; leave open what is not decided."), "danger")
        return to_node(standard_id, tier=level)
    rows = [
        WeightFacts(row["zh"] or row["en"], row["en"] or row["zh"], row["percent"], uuid(row["node_id"]))
        for row in form.rows.data
        if row["zh"] or row["en"]
    ]
    seen, component = whole(form.revision.data), Component(column)
    if deed(lambda s: (weighing.weigh(s, tier_id, component, rows, revision=seen, by=by, now=now), True)):
        flash(_("Saved."), "success")
    return to_node(standard_id, tier=level)


def tier_facts(form: forms.TierForm) -> TierFacts:
    """What the form says of a tier."""
    return TierFacts(form.level.data or 0, str(form.title_zh.data), str(form.title_en.data), form.training_hours.data)


@pages.post("/tiers/<uuid:tier_id>")
@needs(Permission.STANDARD_WRITE)
def change_tier(tier_id: UUID) -> ResponseReturnValue:
    """Keep what a tier says about itself."""
    form, by, now = forms.TierForm(), actor(), datetime.now(UTC)
    tier = visibility.tier(db.session(), tier_id, by=by)
    standard_id, level = tier.standard_id, tier.level
    if not form.validate_on_submit():
        flash(_("Enter both titles, a level from 1 to 9, and hours as a number."), "danger")
        return to_node(standard_id, tier=level)
    facts, seen = tier_facts(form), whole(form.revision.data)
    if deed(lambda session: weighing.change_tier(session, tier_id, facts, revision=seen, by=by, now=now)):
        flash(_("Saved."), "success")
        level = facts.level
    return to_node(standard_id, tier=level)


@pages.post("/<uuid:standard_id>/tiers")
@needs(Permission.STANDARD_WRITE)
def add_tier(standard_id: UUID) -> ResponseReturnValue:
    """Add a tier."""
    form, by, now = forms.TierForm(), actor(), datetime.now(UTC)
    if not form.validate_on_submit():
        flash(_("Enter both titles, a level from 1 to 9, and hours as a number."), "danger")
        return to_node(standard_id)
    facts = tier_facts(form)
    made = deed(lambda session: weighing.add_tier(session, standard_id, facts, by=by, now=now))
    return to_node(standard_id, tier=facts.level if made else None)


@pages.post("/tiers/<uuid:tier_id>/remove")
@needs(Permission.STANDARD_WRITE)
def remove_tier(tier_id: UUID) -> ResponseReturnValue:
    """Take an empty tier out."""
    by, now = actor(), datetime.now(UTC)
    tier = visibility.tier(db.session(), tier_id, by=by)
    standard_id, level = tier.standard_id, tier.level
    deed(lambda session: weighing.remove_tier(session, tier_id, by=by, now=now))
    return to_node(standard_id, tier=level)
