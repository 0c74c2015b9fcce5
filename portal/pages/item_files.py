"""Pages that bring items in from files and take them out: dry run, confirmation, export, empty form."""

from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.item_bank import exchange, exporting, importing
from certification.item_bank.exchange import template as blank
from certification.item_bank.service import ItemFilter
from certification.item_review import service as item_review
from certification.safekeeping import service as safekeeping
from certification.safekeeping.rules import MarkKind
from certification.safekeeping.stamping import stamp
from portal.access import Permission, needs
from portal.auth.current import actor, centers_of
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.filters import instant
from portal.forms.item_files import ConfirmForm, ExportForm, ImportForm
from portal.forms.items import ItemSearch, bank_choices, bank_of
from portal.pages.tables import page_of
from portal.sentences.items import feature, problem
from training_base.kernel.models import Job

pages = Blueprint("item_files", __name__, url_prefix="/items")

EXCEL = exchange.FORMATS["xlsx"].media_type
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
            held_id = importing.hold(
                session,
                content,
                file_name=name,
                wishes=form.wishes(),
                center_id=bank_of(form.bank.data),
                by=by,
                now=now,
            ).id
        return redirect(url_for(".checked", import_id=held_id))
    return render_template("items/import.html", form=form, page=page_of(importing.imports(by=by), per_page=10))


@pages.get("/import/<uuid:import_id>")
@needs(Permission.ITEM_WRITE)
def checked(import_id: UUID) -> ResponseReturnValue:
    """The dry run of a file: every problem with its place."""
    session = db.session()
    held = importing.held_by_id(session, import_id, by=actor())
    return render_template(
        "items/checked.html",
        held=held,
        job=session.get(Job, held.job_id) if held.job_id else None,
        run=importing.dry_run_of(session, held),
        form=ConfirmForm(),
        problem=problem,
        shown=SHOWN,
    )


@pages.post("/import/<uuid:import_id>/confirm")
@needs(Permission.ITEM_WRITE)
def confirm(import_id: UUID) -> ResponseReturnValue:
    """Store the file as a whole."""
    form, by, now = ConfirmForm(), actor(), datetime.now(UTC)
    accepted, status = bool(form.accepted.data), form.status()
    try:
        with unit_of_work() as session:
            answer = importing.confirm(session, import_id, accepted=accepted, status=status, by=by, now=now)
            if answer is not None:
                item_review.ask_for_review(session, by=by, now=now)
    except importing.ImportRefused:
        flash(_("The file has problems; nothing was stored."), "danger")
    except (importing.WarningsOpen, importing.StillAtWork) as refusal:
        flash(sentence(refusal), "danger")
    else:
        if answer is not None:
            flash(_("%(count)s items are stored.", count=answer.stored), "success")
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
    """The empty form of a sheet of items, with drop-downs, examples and a legend."""
    return send_file(BytesIO(blank.write_template()), EXCEL, as_attachment=True, download_name="items-template.xlsx")


def _search() -> dict[str, str]:
    """What narrows the list, to be kept in links."""
    return {name: value for name, value in request.args.items() if name in ItemFilter.__dataclass_fields__}


@pages.get("/export")
@needs(Permission.ITEM_WRITE)
def preview() -> ResponseReturnValue:
    """What a format would leave out of the items of a search, before they are taken out."""
    form, by, session = ExportForm(request.args), actor(), db.session()
    items = exporting.found(session, ItemSearch(request.args).filter(), by=by)
    _content, report = exchange.write(items, form.chosen(), assets=exporting.media_of(session, items, by=by))
    return render_template(
        "items/export.html", form=form, count=len(items), report=report, feature=feature, shown=SHOWN, search=_search()
    )


@pages.get("/export.<form>")
@needs(Permission.ITEM_WRITE)
def export(form: str) -> ResponseReturnValue:
    """The items of a search as a file; taking them out is on record."""
    if form not in exchange.WRITABLE:
        abort(404)
    by, now = actor(), datetime.now(UTC)
    only = ItemSearch(request.args).filter()
    with unit_of_work() as session:
        items = exporting.take_out(session, only, by=by, now=now)
        assets = exporting.media_of(session, items, by=by)
        center_id = None if by.everywhere else next(iter(by.center_ids), None)
        code = safekeeping.mark(session, MarkKind.ITEMS, form, len(items), center_id=center_id, by=by, now=now).code
    content, _losses = exchange.write(items, form, assets=assets)
    kind = exchange.FORMATS[form]
    line = _("This file carries your mark: %(mark)s", mark=f"{code} {by.name} {instant(now)}")
    marked = BytesIO(stamp(content, kind.suffix.rpartition(".")[2], code, line))
    return send_file(marked, kind.media_type, as_attachment=True, download_name=f"items{kind.suffix}")
