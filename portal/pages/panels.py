"""Standard setting: panels, their rounds, a panellist's own page, adoption."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from certification.analysis import panels, rules
from certification.analysis.models import StandardSetting
from certification.analysis.rules import SettingMethod, SettingStatus
from certification.exams import papers
from certification.scoring.conversion import BY_PANEL
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.forms.analysis import DeedForm, PanelForm
from portal.pages.tables import page_of
from training_base.centers import service as centers
from training_base.centers.rules import StaffDuty
from training_base.kernel.errors import Refusal

pages = Blueprint("panels", __name__, url_prefix="/panels")

JUDGES = (StaffDuty.ITEM_WRITER, StaffDuty.EXAMINER, StaffDuty.TEACHER)
"""Duties whose holders may be on a panel."""


@pages.get("/")
@needs(Permission.STANDARD_SET)
def index() -> ResponseReturnValue:
    """Standard settings of the reader's centers."""
    return render_template("panels/index.html", page=page_of(panels.listing(by=actor())))


@pages.get("/new")
@needs(Permission.STANDARD_SET)
def choose_paper() -> ResponseReturnValue:
    """Papers to choose one from."""
    return render_template("panels/choose.html", page=page_of(papers.listing(by=actor())))


@pages.route("/new/<uuid:paper_id>", methods=["GET", "POST"])
@needs(Permission.STANDARD_SET)
def new(paper_id: UUID) -> ResponseReturnValue:
    """Name the panel of a paper."""
    form, by, now = PanelForm(), actor(), datetime.now(UTC)
    paper = papers.by_id(db.session(), paper_id, by=by)
    people = _people(paper.center_id, now)
    form.panel.choices = [(str(one), name) for one, name in people.items()]
    if form.validate_on_submit():
        chosen = {UUID(one): people[UUID(one)] for one in form.panel.data or []}
        method = SettingMethod(form.method.data)
        try:
            with unit_of_work() as session:
                setting_id = panels.open_setting(session, paper_id, method, chosen, by=by, now=now).id
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The panel can judge now: each finds the paper under Panels to judge."), "success")
            return redirect(url_for(".show", setting_id=setting_id))
    return render_template("panels/new.html", form=form, paper=paper, wise=rules.WISE_PANEL)


def _people(center_id: UUID, now: datetime) -> dict[UUID, str]:
    """Who may judge at a center, by name."""
    query = centers.staff_listing(center_id=center_id, on=now.date())
    found = {role.actor_id: role.name for role in db.session.scalars(query) if role.duty in JUDGES}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


@pages.get("/<uuid:setting_id>")
@needs(Permission.STANDARD_SET)
def show(setting_id: UUID) -> ResponseReturnValue:
    """How far the panel is, what its rounds came to, what may be done next."""
    session, by = db.session(), actor()
    setting = panels.by_id(session, setting_id, by=by)
    return render_template(
        "panels/show.html",
        setting=setting,
        form=DeedForm(),
        progress=panels.progress(session, setting),
        wanted=len(panels.positions(setting)),
        judged=by.id == setting.opened_by or any(one.actor_id == by.id for one in setting.panel),
        legal=setting.paper.scheme.plan.pass_marks,
        counts=setting.paper.scheme.content.get("pass_mark_rule") == BY_PANEL,
        most=rules.MOST_ROUNDS,
    )


def _done(setting_id: UUID, deed: Callable[[Session], object], words: str) -> ResponseReturnValue:
    """Do a deed and go back to the panel's page, with its success or its refusal."""
    try:
        with unit_of_work() as session:
            deed(session)
    except (panels.RatingsMissing, panels.RoundClosed, panels.NoRoundYet, panels.SecondPerson) as refusal:
        flash(sentence(refusal), "danger")
    else:
        flash(words, "success")
    return redirect(url_for(".show", setting_id=setting_id))


@pages.post("/<uuid:setting_id>/close")
@needs(Permission.STANDARD_SET)
def close(setting_id: UUID) -> ResponseReturnValue:
    """End the round."""
    by, now = actor(), datetime.now(UTC)
    return _done(
        setting_id,
        lambda session: panels.close_round(session, setting_id, by=by, now=now),
        _("The round is closed. The panel now sees how it judged."),
    )


@pages.post("/<uuid:setting_id>/next")
@needs(Permission.STANDARD_SET)
def again(setting_id: UUID) -> ResponseReturnValue:
    """Open another round."""
    by, now = actor(), datetime.now(UTC)
    return _done(
        setting_id,
        lambda session: panels.next_round(session, setting_id, by=by, now=now),
        _("Another round is open; each begins from the own judgements of the last."),
    )


@pages.post("/<uuid:setting_id>/adopt")
@needs(Permission.STANDARD_SET)
def adopt(setting_id: UUID) -> ResponseReturnValue:
    """Bind the recommended pass mark to the paper."""
    by, now = actor(), datetime.now(UTC)
    return _done(
        setting_id,
        lambda session: panels.adopt(session, setting_id, by=by, now=now),
        _("The pass mark is bound to the paper."),
    )


@pages.post("/<uuid:setting_id>/drop")
@needs(Permission.STANDARD_SET)
def drop(setting_id: UUID) -> ResponseReturnValue:
    """Give the standard setting up."""
    by, now = actor(), datetime.now(UTC)
    return _done(
        setting_id,
        lambda session: panels.drop(session, setting_id, by=by, now=now),
        _("The standard setting is given up; what was judged stays on record."),
    )


@pages.get("/mine")
@needs(Permission.PANEL_JUDGE)
def mine() -> ResponseReturnValue:
    """The papers that the reader is asked to judge."""
    return render_template("panels/mine.html", page=page_of(panels.to_judge(by=actor())))


@pages.route("/<uuid:setting_id>/judge", methods=["GET", "POST"])
@needs(Permission.PANEL_JUDGE)
def judge(setting_id: UUID) -> ResponseReturnValue:
    """A panellist's own page: to judge while the round is open, to see the panel when it is closed."""
    form, by, now = DeedForm(), actor(), datetime.now(UTC)
    with unit_of_work() as session:
        panels.read_booklet(session, setting_id, by=by, now=now)
    setting = panels.own(db.session(), setting_id, by=by)
    if form.validate_on_submit():
        given, wrong = typed(setting)
        if not wrong:
            return _kept(setting_id, given)
        form.refusals.append(_("Judgements are whole numbers: %(numbers)s.", numbers=", ".join(wrong)))
    return render_template("panels/judge.html", form=form, **_judging(setting, by.id))


def _kept(setting_id: UUID, given: dict[int, int]) -> ResponseReturnValue:
    by, now = actor(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            panels.rate(session, setting_id, given, by=by, now=now)
    except panels.RoundClosed as refusal:
        flash(sentence(refusal), "danger")
    else:
        flash(_("Your judgements are kept. You may change them until the round closes."), "success")
    return redirect(url_for(".judge", setting_id=setting_id))


def typed(setting: StandardSetting) -> tuple[dict[int, int], list[str]]:
    """The judgements of a request by position, and the items whose judgement is none."""
    most = 100 if setting.method is SettingMethod.ANGOFF else len(setting.paper.items)
    given, wrong = {}, []
    for position in panels.positions(setting):
        text = request.form.get(f"p{position}", "").strip()
        if text.isdecimal() and len(text) < 4 and int(text) <= most:
            given[position] = int(text)
        elif text:
            wrong.append(str(position or _("bookmark")))
    return given, wrong


def _judging(setting: StandardSetting, actor_id: UUID) -> dict[str, Any]:
    """A panellist's booklet with the own judgements, and the feedback where the round is closed."""
    session = db.session()
    place = next(place for place, one in enumerate(setting.panel) if one.actor_id == actor_id)
    me = setting.panel[place]
    closed = setting.rounds[-1] if setting.rounds else None
    return {
        "setting": setting,
        "items": panels.booklet(session, setting),
        "mine": panels.ratings_of(session, me.id, setting.round),
        "typed": request.form,
        "open": setting.status is SettingStatus.RATING,
        "closed": closed,
        "own": closed.result["by_judge"][place] if closed else None,
        "facilities": panels.facilities(session, setting) if closed else {},
        "index": {item.position: n for n, item in enumerate(setting.paper.items)},
    }
