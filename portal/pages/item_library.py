"""Pages of the library of the bank: pictures and sounds, and stimuli that several items share."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.item_bank import assets, stimuli
from portal.access import Permission, needs
from portal.auth.current import actor, centers_of
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.forms.item_library import AssetForm, AssetSearch, NewStimulus, StimulusForm, StimulusSearch
from portal.forms.items import bank_choices, bank_of
from portal.pages.tables import page_of
from training_base.kernel.errors import Refusal

pages = Blueprint("item_library", __name__, url_prefix="/items")


def media(name: str) -> str:
    """Where a picture or a sound of the bank is."""
    return url_for("media.bank", name=name)


@pages.route("/assets", methods=["GET", "POST"])
@needs(Permission.ITEM_WRITE)
def library() -> ResponseReturnValue:
    """Pictures and sounds of the reader's banks; new ones are added here."""
    form, by, now = AssetForm(), actor(), datetime.now(UTC)
    form.bank.choices = bank_choices(centers_of(by), common=by.everywhere)
    if form.validate_on_submit():
        content, center_id = form.file.data.read(), bank_of(form.bank.data)
        facts = {"file_name": form.file.data.filename or "", "description": form.description.data or ""}
        try:
            with unit_of_work() as session:
                name = assets.add(session, content, **facts, center_id=center_id, by=by, now=now).name
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(name)s is in the library.", name=name), "success")
            return redirect(url_for(".asset", name=name))
    search = AssetSearch(request.args)
    page = page_of(assets.listing(by=by, kind=search.chosen_kind(), q=search.q.data))
    return render_template("items/assets.html", form=form, search=search, page=page, media=media)


@pages.get("/assets/<name>")
@needs(Permission.ITEM_WRITE)
def asset(name: str) -> ResponseReturnValue:
    """One picture or sound, how it is named in an item, and where it is used."""
    session, by = db.session(), actor()
    found = assets.by_name(session, name, by=by)
    return render_template(
        "items/asset.html",
        asset=found,
        items=assets.items_with(session, found, by=by),
        stimuli=assets.stimuli_with(session, found, by=by),
        media=media,
    )


@pages.post("/assets/<name>/remove")
@needs(Permission.ITEM_WRITE)
def remove(name: str) -> ResponseReturnValue:
    """Take out what nothing shows."""
    by, now = actor(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            assets.remove(session, name, by=by, now=now)
    except assets.AssetInUse as refusal:
        flash(sentence(refusal), "danger")
        return redirect(url_for(".asset", name=name))
    flash(_("%(name)s is taken out.", name=name), "success")
    return redirect(url_for(".library"))


@pages.get("/stimuli")
@needs(Permission.ITEM_READ)
def stimuli_index() -> ResponseReturnValue:
    """Stimuli of the reader's banks."""
    search = StimulusSearch(request.args)
    query = stimuli.listing(by=actor(), level=search.chosen_level(), q=search.q.data)
    return render_template("items/stimuli.html", search=search, page=page_of(query))


@pages.get("/stimuli/<uuid:stimulus_id>")
@needs(Permission.ITEM_WRITE)
def stimulus(stimulus_id: UUID) -> ResponseReturnValue:
    """One stimulus with its items."""
    found = stimuli.by_id(db.session(), stimulus_id, by=actor())
    return render_template("items/stimulus.html", stimulus=found, media=media)


@pages.route("/stimuli/new", methods=["GET", "POST"])
@needs(Permission.ITEM_WRITE)
def new_stimulus() -> ResponseReturnValue:
    """Write a stimulus."""
    form, by, now = NewStimulus(), actor(), datetime.now(UTC)
    form.bank.choices = bank_choices(centers_of(by), common=by.everywhere)
    if form.validate_on_submit() and not form.is_preview:
        code, level, center_id = str(form.code.data), form.level.data, bank_of(form.bank.data)
        said = {"title": form.title.data or "", "body": form.body.data or ""}
        try:
            with unit_of_work() as session:
                made = stimuli.draft(session, code, level, **said, center_id=center_id, by=by, now=now).id
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The stimulus is kept. Name its code in the items that share it."), "success")
            return redirect(url_for(".stimulus", stimulus_id=made))
    return render_template("items/edit_stimulus.html", form=form, stimulus=None, media=media)


@pages.route("/stimuli/<uuid:stimulus_id>/revise", methods=["GET", "POST"])
@needs(Permission.ITEM_WRITE)
def revise_stimulus(stimulus_id: UUID) -> ResponseReturnValue:
    """Give a stimulus a new version; its items become drafts."""
    by, now = actor(), datetime.now(UTC)
    found = stimuli.by_id(db.session(), stimulus_id, by=by)
    form = StimulusForm(data={"title": found.current.title, "body": found.current.body})
    if form.validate_on_submit() and not form.is_preview:
        said = {"title": form.title.data or "", "body": form.body.data or ""}
        try:
            with unit_of_work() as session:
                stimuli.revise(session, stimulus_id, **said, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The new version is kept. Its items are drafts again and have to be approved."), "success")
            return redirect(url_for(".stimulus", stimulus_id=stimulus_id))
    return render_template("items/edit_stimulus.html", form=form, stimulus=found, media=media)
