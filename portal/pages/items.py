"""Pages of the item bank: list, one item, editor, review."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.item_bank import assets, service
from certification.item_bank.models import Item
from certification.item_bank.rules import AssetKind, ItemKind
from certification.item_review import service as review_service
from certification.standards import service as standards
from certification.standards.models import KnowledgePoint
from portal.access import Permission, needs
from portal.auth.current import actor, centers_of
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.forms.item_editor import EditorForm, NewItem, editor, written
from portal.forms.item_rows import SHAPES
from portal.forms.items import ItemSearch, ReasonForm, bank_choices, bank_of
from portal.pages.item_library import media
from portal.pages.item_review import facts_of
from portal.pages.tables import ordered, page_of, sort_url
from portal.shown import shown
from training_base.kernel.errors import Refusal

pages = Blueprint("items", __name__, url_prefix="/items")

SORTS = {"code": Item.code, "difficulty": Item.difficulty, "status": Item.status, "kind": Item.kind}


@pages.get("/")
@needs(Permission.ITEM_READ)
def index() -> ResponseReturnValue:
    """Items of the reader's banks."""
    form, by = ItemSearch(request.args), actor()
    only = form.filter()
    query, sort = ordered(service.listing(only, by=by), SORTS, "code")
    waiting = db.paginate(service.awaiting(by=by), page=1, per_page=1, error_out=False).total
    return render_template(
        "items/index.html", page=page_of(query), form=form, only=only, sort=sort, sort_url=sort_url(), waiting=waiting
    )


@pages.get("/review")
@needs(Permission.ITEM_APPROVE)
def review() -> ResponseReturnValue:
    """Items in review that others wrote."""
    return render_template("items/review.html", page=page_of(service.awaiting(by=actor())))


@pages.get("/<uuid:item_id>")
@needs(Permission.ITEM_READ)
def show(item_id: UUID) -> ResponseReturnValue:
    """One item with its versions; reading a live exam item is on record."""
    item, by = _opened(item_id), actor()
    is_writer = by.id in (item.written_by, item.current.written_by)
    versions = {version.number: shown(version.content, media) for version in item.versions}
    return render_template(
        "items/show.html",
        item=item,
        is_writer=is_writer,
        reason=ReasonForm(),
        versions=versions,
        media=media,
        **facts_of(item),
    )


def _opened(item_id: UUID) -> Item:
    """The item as a person reads it; the reading of a live exam item is on record."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        service.open_item(session, item_id, by=by, now=now)
    return service.by_id(db.session(), item_id, by=by)


def _points() -> list[KnowledgePoint]:
    """Knowledge points of all levels, for the list of suggestions."""
    session = db.session()
    return [
        point for tier in standards.tiers(session) for point in session.scalars(standards.knowledge_points(tier.id))
    ]


def _asked_kind(default: ItemKind) -> ItemKind:
    """The kind that is being written."""
    asked = request.form.get("kind") or request.args.get("kind")
    return next((kind for kind in ItemKind if kind.value == asked), default)


def _change(form: EditorForm) -> bool:
    """Whether a row was to come or go, or a look was asked for; then nothing is kept."""
    change = request.form.get("change", "")
    if change and change not in ("preview", "keep"):
        form.change_rows(change)
    return bool(change)


def _editor(form: EditorForm, kind: ItemKind, item: Item | None) -> str:
    """The page of the editor, with the item as it looks where that was asked for."""
    names = assets.listing(by=actor(), kind=AssetKind.IMAGE).limit(500)
    form.offer_pictures([asset.name for asset in db.session.scalars(names)])
    preview = None
    if request.form.get("change") == "preview" and form.validate() | (not form.found):
        preview = shown(form.content(), media)
    return render_template(
        "items/edit.html",
        form=form, item=item, kind=kind, kinds=ItemKind, shape=SHAPES[kind], points=_points(), preview=preview,
        media=media,
    )  # fmt: skip


@pages.route("/new", methods=["GET", "POST"])
@needs(Permission.ITEM_WRITE)
def new() -> ResponseReturnValue:
    """Write a new item."""
    kind = _asked_kind(ItemKind.SINGLE_CHOICE)
    form, by, now = editor(kind, NewItem)(data={"kind": kind.value}), actor(), datetime.now(UTC)
    form.bank.choices = bank_choices(centers_of(by), common=by.everywhere)
    if form.is_submitted() and not _change(form) and form.validate():
        facts, center_id = form.facts(str(form.code.data).upper(), form.level.data), bank_of(form.bank.data)
        try:
            with unit_of_work() as session:
                item_id = service.draft(session, facts, center_id=center_id, by=by, now=now).id
                review_service.check_item(session, item_id, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The draft is kept. Submit it when it is ready for review."), "success")
            return redirect(url_for(".show", item_id=item_id))
    return _editor(form, kind, None)


@pages.route("/<uuid:item_id>/revise", methods=["GET", "POST"])
@needs(Permission.ITEM_WRITE)
def revise(item_id: UUID) -> ResponseReturnValue:
    """Give an item a new version."""
    item, by, now = _opened(item_id), actor(), datetime.now(UTC)
    kind = _asked_kind(item.kind)
    form = editor(kind, EditorForm)(data={**written(service.facts_of(item), kind), "kind": kind.value})
    if form.is_submitted() and not _change(form) and form.validate():
        facts = form.facts(item.code, item.tier.level)
        try:
            with unit_of_work() as session:
                service.revise(session, item_id, facts, by=by, now=now)
                review_service.check_item(session, item_id, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The new version is kept as a draft."), "success")
            return redirect(url_for(".show", item_id=item_id))
    return _editor(form, kind, service.by_id(db.session(), item_id, by=by))


@pages.post("/<uuid:item_id>/submit")
@needs(Permission.ITEM_WRITE)
def submit(item_id: UUID) -> ResponseReturnValue:
    """Hand a draft to the reviewers."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        service.submit(session, item_id, by=by, now=now)
    flash(_("The item is in review. Somebody else approves it."), "success")
    return redirect(url_for(".show", item_id=item_id))


@pages.post("/<uuid:item_id>/approve")
@needs(Permission.ITEM_APPROVE)
def approve(item_id: UUID) -> ResponseReturnValue:
    """Let an item into the pool, in the version that was read."""
    by, now, version = actor(), datetime.now(UTC), request.args.get("version", type=int)
    try:
        with unit_of_work() as session:
            review_service.require_clear(session, item_id, by=by)
            service.approve(session, item_id, version=version, by=by, now=now)
    except (service.OwnItem, review_service.SeriousFindings) as refusal:
        flash(sentence(refusal), "danger")
    else:
        flash(_("The item is approved."), "success")
    return redirect(url_for(".review") if request.form.get("queue") else url_for(".show", item_id=item_id))


@pages.post("/<uuid:item_id>/send-back")
@needs(Permission.ITEM_APPROVE)
def send_back(item_id: UUID) -> ResponseReturnValue:
    """Give an item back to its writer."""
    form, by, now = ReasonForm(), actor(), datetime.now(UTC)
    service.by_id(db.session(), item_id, by=by)
    if form.validate_on_submit():
        with unit_of_work() as session:
            service.send_back(session, item_id, reason=form.reason.data, by=by, now=now)
        flash(_("The item went back to its writer."), "success")
    else:
        flash(_("Say why the item goes back."), "danger")
    return redirect(url_for(".show", item_id=item_id))


@pages.post("/<uuid:item_id>/retire")
@needs(Permission.ITEM_APPROVE)
def retire(item_id: UUID) -> ResponseReturnValue:
    """Take an item out of use."""
    form, by, now = ReasonForm(), actor(), datetime.now(UTC)
    service.by_id(db.session(), item_id, by=by)
    if form.validate_on_submit():
        with unit_of_work() as session:
            service.retire(session, item_id, reason=form.reason.data, by=by, now=now)
        flash(_("The item is retired. Papers that hold it keep it."), "success")
    else:
        flash(_("Say why the item is retired."), "danger")
    return redirect(url_for(".show", item_id=item_id))
