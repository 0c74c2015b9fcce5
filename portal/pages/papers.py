"""Papers: the list, assembly from a blueprint, the overview, the frozen content."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.exams import papers
from certification.exams.assembly import InfeasibleBlueprint, ShortCell
from certification.exams.models import Paper
from certification.item_bank.rules import ItemKind
from certification.safekeeping import service as safekeeping
from certification.safekeeping.rules import MarkKind, hidden
from certification.standards import service as standards
from certification.standards.models import Scheme, Tier
from portal.access import Permission, needs
from portal.auth.current import actor, centers_of
from portal.database import db, unit_of_work
from portal.filters import instant, local
from portal.forms.papers import AssembleForm, PaperFilter
from portal.labels import level_name
from portal.pages.tables import ordered, page_of, sort_url
from portal.shown import shown
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal

pages = Blueprint("papers", __name__, url_prefix="/papers")

COLUMNS = {"code": Paper.code, "title": Paper.title, "level": Tier.level, "assembled": Paper.assembled_at}


def schemes_with_theory() -> list[Scheme]:
    """The schemes in force today that examine theory, the highest level last."""
    today = datetime.now(UTC).date()
    found = [one for level in range(5, 0, -1) for one in standards.schemes_in_force(db.session(), level, on=today)]
    return [scheme for scheme in found if scheme.plan.theory is not None]


def assemble_form(by: Actor) -> AssembleForm:
    """The form with the centers and schemes to choose from."""
    form = AssembleForm()
    form.center_id.choices = [(str(center.id), str(local(center, "name"))) for center in centers_of(by)]
    form.scheme_id.choices = [
        (str(scheme.id), f"{level_name(scheme.tier.level)} · {local(scheme, 'title')}")
        for scheme in schemes_with_theory()
    ]
    return form


@pages.get("/")
@needs(Permission.PAPER_READ)
def index() -> ResponseReturnValue:
    """Papers of the reader's centers."""
    form = PaperFilter(request.args)
    level = int(form.level.data) if form.validate() and form.level.data else None
    query, sort = ordered(papers.listing(by=actor(), q=form.q.data, level=level), COLUMNS, "-assembled")
    return render_template("papers/index.html", page=page_of(query), form=form, sort=sort, sort_url=sort_url())


@pages.route("/new", methods=["GET", "POST"])
@needs(Permission.PAPER_ASSEMBLE)
def new() -> ResponseReturnValue:
    """Assemble a paper."""
    by, now = actor(), datetime.now(UTC)
    short: tuple[ShortCell, ...] = ()
    form = assemble_form(by)
    if form.validate_on_submit():
        scheme_id, center_id = UUID(form.scheme_id.data), UUID(form.center_id.data)
        try:
            with unit_of_work() as session:
                paper = papers.assemble(session, scheme_id, center_id, form.title.data, form.seed.data, by=by, now=now)
                paper_id = paper.id
        except Refusal as refusal:
            form.refuse(refusal)
            short = refusal.short if isinstance(refusal, InfeasibleBlueprint) else ()
        else:
            flash(_("The paper is assembled and frozen."), "success")
            return redirect(url_for(".show", paper_id=paper_id))
    return render_template("papers/new.html", form=form, short=short, kinds=ItemKind)


@pages.get("/<uuid:paper_id>")
@needs(Permission.PAPER_READ)
def show(paper_id: UUID) -> ResponseReturnValue:
    """What a paper is made of, without its items."""
    session, by = db.session(), actor()
    paper = papers.by_id(session, paper_id, by=by)
    return render_template(
        "papers/show.html",
        paper=paper,
        cells=papers.cells(session, paper_id),
        sessions=papers.sessions_with(session, paper_id, by=by),
        intact=papers.is_intact(paper),
        readable=actor(Permission.PAPER_ASSEMBLE).may_touch(paper.center_id),
    )


@pages.get("/<uuid:paper_id>/content")
@needs(Permission.PAPER_ASSEMBLE)
def content(paper_id: UUID) -> ResponseReturnValue:
    """The whole paper, with its keys unless they are hidden for printing; that it was read is put on record."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        found = papers.read_content(session, paper_id, by=by, now=now)
        what, count, center_id = found.code, len(found.items), found.center_id
        code = safekeeping.mark(session, MarkKind.PAPER, what, count, center_id=center_id, by=by, now=now).code
    paper = papers.by_id(db.session(), paper_id, by=by)
    with_keys = request.args.get("keys") != "hidden"
    media = partial(_media, paper_id)
    items = {item.position: shown(item.content, media, with_key=with_keys) for item in paper.items}
    marked = {"mark": f"{code} {by.name} {instant(now)}", "trace": hidden(code)}
    return render_template("papers/content.html", paper=paper, with_keys=with_keys, shown=items, media=media, **marked)


def _media(paper_id: UUID, name: str) -> str:
    return url_for("media.paper", paper_id=paper_id, name=name)
