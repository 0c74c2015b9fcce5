"""Equating: two papers, the table and curve of what marks are worth, adoption by a second person."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.analysis import equatings
from certification.analysis.models import Equating
from certification.exams import papers
from certification.exams.models import Paper
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.forms.analysis import METHOD_NAMES, DeedForm, EquatingForm
from portal.pages import charts
from portal.pages.tables import page_of
from training_base.kernel.errors import Refusal

pages = Blueprint("equatings", __name__, url_prefix="/equatings")

OFFERED = 200
"""Papers offered in a list, the newest first."""

SHOWN_ROWS = 101


@pages.get("/")
@needs(Permission.STANDARD_SET)
def index() -> ResponseReturnValue:
    """Equatings of the reader's centers."""
    return render_template("equatings/index.html", page=page_of(equatings.listing(by=actor())), names=METHOD_NAMES)


@pages.route("/new", methods=["GET", "POST"])
@needs(Permission.STANDARD_SET)
def new() -> ResponseReturnValue:
    """Choose two papers and a method; the result is worked out at once."""
    form, by, now = EquatingForm(), actor(), datetime.now(UTC)
    newest = papers.listing(by=by).order_by(None).order_by(Paper.assembled_at.desc())
    offered = db.session.scalars(newest.limit(OFFERED))
    form.new_id.choices = form.old_id.choices = [(str(one.id), f"{one.code} {one.title}") for one in offered]
    if form.validate_on_submit():
        chosen, smooth = (UUID(form.new_id.data), UUID(form.old_id.data), form.method.data), int(form.smooth.data or 0)
        try:
            with unit_of_work() as session:
                row_id = equatings.propose(session, *chosen, smooth=smooth, by=by, now=now).id
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for(".show", equating_id=row_id))
    return render_template("equatings/new.html", form=form)


@pages.get("/<uuid:equating_id>")
@needs(Permission.STANDARD_SET)
def show(equating_id: UUID) -> ResponseReturnValue:
    """What each mark is worth, with its error; adopted or to be adopted."""
    by = actor()
    row = equatings.by_id(db.session(), equating_id, by=by)
    return render_template(
        "equatings/show.html",
        row=row,
        name=METHOD_NAMES[row.method],
        table=_table(row),
        chart=_chart(row),
        form=DeedForm(),
        own=row.proposed_by == by.id,
    )


def _table(row: Equating) -> list[tuple[float, float, float | None]]:
    """Marks, their worth and the error of it, in marks; not more rows than whole marks where steps are finer."""
    every = -(-len(row.values) // SHOWN_ROWS)
    scale = row.step / 100
    return [
        (n * scale, value * scale, row.errors[n] * scale if row.errors else None)
        for n, value in enumerate(row.values)
        if n % every == 0
    ]


def _chart(row: Equating) -> charts.Chart:
    """The curve against the line on which marks stay as they are."""
    scale = row.step / 100
    top = max((len(row.values) - 1) * scale, row.old_paper.total / 100)
    at = [n * scale for n in range(len(row.values))]
    kept = [min(max(value * scale, 0), top) for value in row.values]
    ticks = [top * part / 4 for part in range(5)]
    named = [(_("equated"), at, kept, True), (_("marks as they are"), [0.0, top], [0.0, top], False)]
    return charts.curves(charts.Scale((0, top), (0, top)), named, ticks, ticks)


@pages.post("/<uuid:equating_id>/adopt")
@needs(Permission.STANDARD_SET)
def adopt(equating_id: UUID) -> ResponseReturnValue:
    """Have marks published as marks on the reference paper from now on."""
    by, now = actor(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            equatings.adopt(session, equating_id, by=by, now=now)
    except (equatings.NotProposed, equatings.OwnProposal) as refusal:
        flash(sentence(refusal), "danger")
    else:
        flash(_("Adopted: results published from now on show raw and converted marks."), "success")
    return redirect(url_for(".show", equating_id=equating_id))


@pages.post("/<uuid:equating_id>/drop")
@needs(Permission.STANDARD_SET)
def drop(equating_id: UUID) -> ResponseReturnValue:
    """Give a proposal up."""
    by, now = actor(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            equatings.drop(session, equating_id, by=by, now=now)
    except equatings.NotProposed as refusal:
        flash(sentence(refusal), "danger")
    else:
        flash(_("The proposal is given up."), "success")
    return redirect(url_for(".show", equating_id=equating_id))
