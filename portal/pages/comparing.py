"""Two versions of a standard side by side, and what the later one touches."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from io import BytesIO

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_sqlalchemy.pagination import Pagination

from certification.impact import service as impacts
from certification.impact.rules import Touched
from certification.standards import pairing, visibility
from certification.standards import service as standards
from certification.standards.comparison import Comparison, Effect, Fate, Row
from certification.standards.models import Standard
from certification.standards.rules import NodeKind
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db
from portal.filters import ZONE, local
from portal.forms import comparing as forms
from portal.labels import label
from portal.pages.impact_book import book_of
from portal.pages.tables import rows_page_of
from training_base.centers.rules import day_at
from training_base.kernel.actor import Actor

pages = Blueprint("comparing", __name__, url_prefix="/standards/compare")

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 50


class RowPage(Pagination):
    """A page of rows that are worked out and not stored; only those that are shown are put into words."""

    def _query_items(self) -> list[Row]:
        rows: list[Row] = self._query_args["rows"]
        return rows[self._query_offset : self._query_offset + self.per_page]

    def _query_count(self) -> int:
        return len(self._query_args["rows"])


def reader() -> Actor:
    """Whoever reads, as one who may or may not know of drafts."""
    return actor(Permission.STANDARD_WRITE)


def pair_of(old: str, new: str) -> tuple[Standard, Standard]:
    """Both versions, if the reader may know of them."""
    return visibility.standard(db.session(), old, by=reader()), visibility.standard(db.session(), new, by=reader())


def kind_name(row: Row) -> str:
    """What the parts of a row are called."""
    return _("Level") if row.kind == pairing.TIER else label(NodeKind(row.kind))


def today() -> date:
    """The day in the city."""
    return day_at(datetime.now(UTC), ZONE)


@pages.get("/")
@needs(Permission.PUBLIC)
def index() -> ResponseReturnValue:
    """Choose two versions."""
    form = forms.VersionsForm(request.args)
    editions = db.session.scalars(standards.listing(by=reader())).all()
    form.old.choices = [(one.code, f"{local(one, 'title')} · {label(one.status)}") for one in editions]
    form.new.choices = form.old.choices
    if request.args.get("new") and form.validate():
        return redirect(url_for(".diff", old=form.old.data, new=form.new.data))
    followers = [one for one in editions if one.replaces_id is not None]
    by_id = {one.id: one for one in editions}
    pairs = [(by_id[one.replaces_id], one) for one in followers if one.replaces_id in by_id]
    return render_template("comparing/index.html", form=form, pairs=pairs)


def chosen(comparison: Comparison, form: forms.RowsForm) -> Iterator[Row]:
    """The rows that the filter asks for."""
    fate, level, wanted = form.fate.data, form.level.data, (form.q.data or "").casefold()
    for row in comparison.rows:
        if fate != "all" and not (Fate(fate) in row.fates if fate else Fate.UNCHANGED not in row.fates):
            continue
        if level and all(str(part.level) != level for part in (*row.old, *row.new)):
            continue
        if wanted in " ".join(texts(row)).casefold():
            yield row


def texts(row: Row) -> Iterable[str]:
    """What a search looks through."""
    return (text for part in (*row.old, *row.new) for text in (part.code, part.zh, part.en) if text)


@pages.get("/<old>/<new>")
@needs(Permission.PUBLIC)
def diff(old: str, new: str) -> ResponseReturnValue:
    """The two side by side, by links and not by numbers."""
    before, after = pair_of(old, new)
    form = forms.RowsForm(request.args)
    comparison = pairing.compared(db.session(), before, after)
    rows = list(chosen(comparison, form)) if form.validate() else []
    asked = min(max(request.args.get("page", 1, type=int), 1), max(1, -(-len(rows) // PER_PAGE)))
    page = RowPage(page=asked, per_page=PER_PAGE, error_out=False, rows=rows)
    facts = {"comparison": comparison, "page": page, "form": form, "writes": reader().everywhere}
    return render_template("comparing/diff.html", before=before, after=after, kind_name=kind_name, **facts)


@pages.get("/<old>/<new>/impact")
@needs(Permission.STANDARD_WRITE)
def impact(old: str, new: str) -> ResponseReturnValue:
    """What the later version touches, by kind, with the effect on each."""
    before, after = pair_of(old, new)
    form, on, by = forms.EffectForm(request.args), today(), actor()
    kind = next((one for one in Touched if one.value == request.args.get("kind")), Touched.CERTIFICATES)
    found = impacts.of(db.session(), before, after)
    effect = Effect(form.effect.data) if form.validate() and form.effect.data else None
    page = rows_page_of(impacts.listing(found, kind, by=by, on=on, effect=effect))
    counts = impacts.summary(db.session(), found, by=by, on=on)
    facts = {"form": form, "kind": kind, "page": page, "counts": counts, "effects": Effect}
    return render_template("comparing/impact.html", impact=found, before=before, after=after, **facts)


@pages.get("/<old>/<new>/impact.xlsx")
@needs(Permission.STANDARD_WRITE)
def impact_sheet(old: str, new: str) -> ResponseReturnValue:
    """The whole report as a workbook, a sheet for each kind."""
    before, after = pair_of(old, new)
    found, on, by = impacts.of(db.session(), before, after), today(), actor()
    rows = {kind: db.session.execute(impacts.listing(found, kind, by=by, on=on)).yield_per(1000) for kind in Touched}
    content = book_of(found, rows, impacts.summary(db.session(), found, by=by, on=on))
    name = f"impact-{before.code}-{after.code}.xlsx"
    return send_file(BytesIO(content), mimetype=SHEET, as_attachment=True, download_name=name)
