"""Pages of a standard as a document: its life, its tree read part by part, its nodes, what is unknown in it."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.standards import consultation, reading, visibility
from certification.standards.lifecycle import ZONE
from certification.standards.models import Standard, Tier
from certification.standards.rules import Evidence, NodeKind, StandardStatus
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db
from portal.filters import day, language
from portal.labels import label
from portal.pages.standards import remarks
from portal.pages.tables import page_of
from training_base.centers.rules import day_at
from training_base.kernel.actor import Actor

pages = Blueprint("documents", __name__, url_prefix="/standards")

S = StandardStatus


def reader() -> Actor:
    """Whoever reads, as one who may or may not know of private drafts."""
    return actor(Permission.STANDARD_WRITE)


def today() -> date:
    """The day where the standards are written."""
    return day_at(datetime.now(UTC), ZONE)


def said(record: Any) -> str:
    """The words of a node, a tier or a weight in the reader's language; its code or a dash where it has none."""
    first, second = (record.zh, record.en) if language() == "zh" else (record.en, record.zh)
    return str(first or second or _("Not published"))


def chosen(standard: Standard) -> Tier | None:
    """The tier that the address asks for; else the first."""
    asked = request.args.get("tier", type=int)
    return next((tier for tier in standard.tiers if tier.level == asked), next(iter(standard.tiers), None))


def life(standard: Standard) -> list[tuple[str, str, str | None]]:
    """The life cycle as steps: name, state, day."""
    days = {
        S.CONSULTATION: standard.consultation_from_on,
        S.TRIAL: standard.trial_from_on,
        S.ADOPTED: standard.adopted_on,
        S.DEPRECATED: standard.deprecated_on,
    }
    order, steps = list(S), []
    for status in S:
        note = day(days[status]) if days.get(status) else None
        if status is standard.status:
            state = "current"
        elif order.index(status) > order.index(standard.status):
            state = "todo"
        else:
            state = "done" if note or status is S.PRIVATE_DRAFT else "blocked"
        steps.append((label(status), state, note))
    return steps


@pages.get("/documents/<uuid:standard_id>")
@needs(Permission.PUBLIC)
def show(standard_id: UUID) -> ResponseReturnValue:
    """A document: where it stands in its life, its editions, its tiers and the first rows of its tree."""
    session, by = db.session(), reader()
    standard = visibility.standard(session, standard_id, by=by)
    tier = chosen(standard)
    twigs = reading.children(session, standard, tier.id if tier else None, None)
    return render_template(
        "documents/show.html",
        standard=standard,
        steps=life(standard),
        tier=tier,
        twigs=twigs,
        count=reading.count_nodes(session, standard.id),
        editions=reading.editions(session, standard.series, visibility.readable(by)),
        is_open=consultation.is_open(standard, today()),
        comments=sum(consultation.counts(session, standard.id).values()),
        said=said,
    )


@pages.get("/documents/<uuid:standard_id>/children")
@needs(Permission.PUBLIC)
def children(standard_id: UUID) -> ResponseReturnValue:
    """The rows under one place of the tree, to be put into a page that shows it."""
    session = db.session()
    standard = visibility.standard(session, standard_id, by=reader())
    tier_id, parent_id = (request.args.get(name, type=UUID) for name in ("tier_id", "parent_id"))
    start = max(request.args.get("start", 0, type=int), 0)
    twigs = reading.children(session, standard, tier_id, parent_id, start=min(start, 10**6))
    place = {"tier_id": tier_id, "parent_id": parent_id}
    page = "editor.edit" if request.args.get("edit") else "documents.node"
    return render_template(
        "documents/_children.html", twigs=twigs, standard=standard, place=place, said=said, page=page
    )


@pages.get("/nodes/<uuid:node_id>")
@needs(Permission.PUBLIC)
def node(node_id: UUID) -> ResponseReturnValue:
    """A node: the way to it, what it says, how that is known, what stands beneath it, what is said about it."""
    session, by = db.session(), reader()
    found = visibility.node(session, node_id, by=by)
    standard = found.standard
    return render_template(
        "documents/node.html",
        node=found,
        standard=standard,
        way=reading.way_to(session, found),
        twigs=reading.children(session, standard, found.tier_id, found.id),
        comments=page_of(consultation.listing(standard.id, by=by, node_id=found.id)),
        is_open=consultation.is_open(standard, today()),
        said=said,
    )


@pages.get("/documents/<uuid:standard_id>/unknown")
@needs(Permission.PUBLIC)
def unknown(standard_id: UUID) -> ResponseReturnValue:
    """What is unknown in a document: per tier and kind, then one by one."""
    session = db.session()
    standard = visibility.standard(session, standard_id, by=reader())
    asked = request.args.get("tier", type=int)
    tier = next((tier for tier in standard.tiers if tier.level == asked), None)
    narrow = {"tier_id": tier.id} if tier else {}
    return render_template(
        "documents/unknown.html",
        standard=standard,
        tier=tier,
        known=reading.how_known(session, standard),
        evidences=list(Evidence),
        classes=[(None, label(evidence), "num") for evidence in Evidence],
        kind_name=kind_name,
        remarks=remarks(standard.facts)["unknown"],
        page=page_of(reading.unknown_nodes(standard.id, **narrow)),
        weights=list(session.scalars(reading.unknown_weights(standard.id, **narrow).limit(200))),
        said=said,
    )


def kind_name(kind: NodeKind | str) -> str:
    """What a kind of fact is called; weights and knowledge points are no nodes."""
    if isinstance(kind, NodeKind):
        return label(kind)
    return str(_("Weights") if kind == reading.WEIGHTS else _("Knowledge points"))
