"""Pages that bring standards in from files and take them out: dry run, confirmation, downloads."""

from collections import Counter
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.standards import exporting, holding, visibility
from certification.standards.exchange import files
from certification.standards.importing import FrameworkRefused, Plan
from certification.standards.models import Standard
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db, unit_of_work
from portal.forms.frameworks import FrameworkForm
from portal.pages.tables import page_of
from portal.sentences.frameworks import problem, remark
from training_base.kernel import queue

pages = Blueprint("frameworks", __name__, url_prefix="/standards/files")

SHOWN = 200
"""Problems shown on a page; who has more has a systematic fault."""
AT_ONCE = 500
"""Items that are stored while the reader waits; more of them are stored by a job."""

KINDS = {
    "case": ("application/json", "json"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "csv": ("text/csv; charset=utf-8", "csv"),
}
"""The media type and the ending of each format."""


def base() -> str:
    """Where the portal is reached."""
    return str(current_app.config["PUBLIC_URL"])


@pages.route("/", methods=["GET", "POST"])
@needs(Permission.STANDARD_WRITE)
def import_file() -> ResponseReturnValue:
    """Hand in a file; it is only checked."""
    form, by, now = FrameworkForm(), actor(), datetime.now(UTC)
    if form.validate_on_submit():
        content, name = form.file.data.read(), form.file.data.filename or ""
        with unit_of_work() as session:
            held_id = holding.hold(session, content, file_name=name, by=by, now=now).id
        return redirect(url_for(".checked", file_id=held_id))
    page = page_of(holding.listing(by=by), per_page=10)
    return render_template("frameworks/import.html", form=form, page=page)


@pages.get("/<uuid:file_id>")
@needs(Permission.STANDARD_WRITE)
def checked(file_id: UUID) -> ResponseReturnValue:
    """The dry run of a file: every problem with its path, what would change."""
    session = db.session()
    held = holding.held_by_id(session, file_id, by=actor())
    plan = holding.plan_of(session, held, base=base(), now=datetime.now(UTC))
    standard = session.get(Standard, held.standard_id) if held.standard_id else None
    notes = Counter(note.remark for note in plan.reading.notes) if plan else Counter()
    count = len(plan.reading.package.items) if plan and plan.reading.package else 0
    return render_template(
        "frameworks/checked.html", count=count, held=held, plan=plan, standard=standard, problem=problem, shown=SHOWN,
        notes=[(count, remark(each)) for each, count in notes.most_common()],
    )  # fmt: skip


def _is_long(plan: Plan | None) -> bool:
    return plan is not None and plan.reading.package is not None and len(plan.reading.package.items) > AT_ONCE


@pages.post("/<uuid:file_id>/confirm")
@needs(Permission.STANDARD_WRITE)
def confirm(file_id: UUID) -> ResponseReturnValue:
    """Store the file as a whole: at once, or by a job where it is long."""
    by, now = actor(), datetime.now(UTC)
    held = holding.held_by_id(db.session(), file_id, by=by)
    if _is_long(holding.plan_of(db.session(), held, base=base(), now=now)):
        with unit_of_work() as session:
            payload = {"file_id": str(file_id), "base": base()}
            job = queue.enqueue(session, "standards.import", payload, by=by, now=now, key=f"framework:{file_id}").id
        return redirect(url_for("jobs.show", job_id=job))
    try:
        with unit_of_work() as session:
            code = holding.confirm(session, file_id, base=base(), by=by, now=now).code
    except FrameworkRefused:
        flash(_("The file has problems; nothing was stored."), "danger")
    else:
        flash(_("The draft %(code)s is stored.", code=code), "success")
    return redirect(url_for(".checked", file_id=file_id))


@pages.post("/<uuid:file_id>/discard")
@needs(Permission.STANDARD_WRITE)
def discard(file_id: UUID) -> ResponseReturnValue:
    """Throw the file away."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        holding.discard(session, file_id, by=by, now=now)
    flash(_("The file is thrown away; nothing was stored."), "info")
    return redirect(url_for(".import_file"))


@pages.get("/<key>.<any(case, xlsx, csv):form>")
@needs(Permission.PUBLIC)
def export(key: str, form: str) -> ResponseReturnValue:
    """A standard as a file; a private draft is there for those who write standards only."""
    session = db.session()
    standard = visibility.standard(session, key, by=actor(Permission.STANDARD_WRITE))
    written = files.write(exporting.package_of(session, standard, base=base()), form)
    kind, ending = KINDS[form]
    name = f"{standard.code}.{ending}"
    return send_file(BytesIO(written.content), kind, as_attachment=True, download_name=name)
