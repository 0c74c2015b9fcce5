"""Pages that bring items in from files and take them out: dry run, confirmation, export, empty form."""

from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.item_bank import exchange, exporting, importing
from portal.access import Permission, needs
from portal.auth.current import actor, centers_of
from portal.database import db, unit_of_work
from portal.forms.items import ImportForm, ItemSearch, bank_choices, bank_of
from portal.pages.tables import page_of
from portal.sentences.items import problem

pages = Blueprint("item_files", __name__, url_prefix="/items")

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200
"""Problems shown on a page; who has more has a systematic fault."""


@pages.route("/import", methods=["GET", "POST"])
@needs(Permission.ITEM_WRITE)
def import_file() -> ResponseReturnValue:
    """Hand in a file; it is only checked."""
    form, by, now = ImportForm(), actor(), datetime.now(UTC)
    form.bank.choices = bank_choices(centers_of(by), common=by.everywhere)
    if form.validate_on_submit():
        content, name = form.file.data.read(), form.file.data.filename or ""
        with unit_of_work() as session:
            center_id = bank_of(form.bank.data)
            held_id = importing.hold(session, content, file_name=name, center_id=center_id, by=by, now=now).id
        return redirect(url_for(".checked", import_id=held_id))
    return render_template("items/import.html", form=form, page=page_of(importing.imports(by=by), per_page=10))


@pages.get("/import/<uuid:import_id>")
@needs(Permission.ITEM_WRITE)
def checked(import_id: UUID) -> ResponseReturnValue:
    """The dry run of a file: every problem by row and column."""
    session = db.session()
    held = importing.held_by_id(session, import_id, by=actor())
    report = importing.report_of(session, held)
    return render_template("items/checked.html", held=held, report=report, problem=problem, shown=SHOWN)


@pages.post("/import/<uuid:import_id>/confirm")
@needs(Permission.ITEM_WRITE)
def confirm(import_id: UUID) -> ResponseReturnValue:
    """Store the file as a whole."""
    by, now = actor(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            answer = importing.confirm(session, import_id, by=by, now=now)
    except importing.ImportRefused:
        flash(_("The file has problems; nothing was stored."), "danger")
    else:
        flash(_("%(count)s items are stored and wait for review.", count=answer.stored), "success")
    return redirect(url_for(".checked", import_id=import_id))


@pages.post("/import/<uuid:import_id>/discard")
@needs(Permission.ITEM_WRITE)
def discard(import_id: UUID) -> ResponseReturnValue:
    """Throw the file away."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        importing.discard(session, import_id, by=by, now=now)
    flash(_("The file is thrown away; nothing was stored."), "info")
    return redirect(url_for(".import_file"))


@pages.get("/template.xlsx")
@needs(Permission.ITEM_WRITE)
def template() -> ResponseReturnValue:
    """The empty form of a sheet of items."""
    return send_file(
        BytesIO(exchange.write([], "xlsx")[0]), EXCEL, as_attachment=True, download_name="items-template.xlsx"
    )


@pages.get("/export.<any(xlsx, csv):form>")
@needs(Permission.ITEM_WRITE)
def export(form: str) -> ResponseReturnValue:
    """The items of a search as a sheet; taking them out is on record."""
    by, now = actor(), datetime.now(UTC)
    only = ItemSearch(request.args).filter()
    with unit_of_work() as session:
        facts = exporting.take_out(session, only, by=by, now=now)
    content, _losses = exchange.write(facts, form)
    kind = exchange.FORMATS[form].media_type
    return send_file(BytesIO(content), kind, as_attachment=True, download_name=f"items.{form}")
