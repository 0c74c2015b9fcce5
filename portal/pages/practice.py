"""Pages of practice: choose, answer with the verdict at once, look back."""

import secrets
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.practice import service
from certification.practice.models import PracticeQuiz
from certification.practice.rules import SIZES, QuizMode
from certification.standards import service as standards
from certification.standards.rules import Evidence
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db, unit_of_work
from portal.filters import language
from portal.forms.practice import AnswerForm, StartForm
from portal.labels import label
from portal.pages.tables import page_of
from portal.shown import shown

pages = Blueprint("practice", __name__, url_prefix="/practice")


def titles(level: int) -> dict[str, str]:
    """Areas of a level with their titles in the reader's language."""
    session = db.session()
    areas = standards.areas(session, standards.tier_by_level(session, level).id)
    return {
        area.code: f"{area.code} {(area.zh if language() == 'zh' else area.en) or label(Evidence.UNKNOWN)}"
        for area in areas
    }


def chosen_level() -> int:
    """The level asked for, else that of the newest quiz, else the lowest."""
    asked = request.args.get("level", type=int)
    if asked is not None and 1 <= asked <= 5:
        return asked
    newest = db.session.scalar(service.history(by=actor()).limit(1))
    return newest.tier.level if newest else 5


@pages.get("/")
@needs(Permission.PRACTICE)
def index() -> ResponseReturnValue:
    """What to practise, and how far the reader is."""
    return choose(chosen_level(), None)


def choose(level: int, form: StartForm | None) -> str:
    """The page on which a quiz is chosen."""
    session, by = db.session(), actor()
    tier, names = standards.tier_by_level(session, level), titles(level)
    progress = service.progress(session, tier.id, by=by)
    form = form or StartForm([(area.area, names.get(area.area, area.area)) for area in progress], formdata=None)
    return render_template(
        "practice/index.html",
        form=form,
        level=level,
        levels=[row.level for row in standards.tiers(session)],
        progress=progress,
        names=names,
        wrong=service.count_wrong(session, tier.id, by=by),
        recent=session.scalars(service.history(by=by).limit(5)).all(),
    )


@pages.post("/level/<int(max=99):level>/start")
@needs(Permission.PRACTICE)
def start(level: int) -> ResponseReturnValue:
    """Begin a quiz; wrong answers are reviewed without a choice of area."""
    form, by, now = StartForm(list(titles(level).items())), actor(), datetime.now(UTC)
    mode = QuizMode.WRONG if request.form.get("mode") == QuizMode.WRONG else QuizMode.NEW
    if not (mode is QuizMode.WRONG or form.validate()):
        return choose(level, form)
    area, count = (form.area.data or None, int(form.count.data)) if mode is QuizMode.NEW else (None, SIZES[-1])
    try:
        with unit_of_work() as session:
            seed = secrets.randbits(32)
            quiz = service.start(session, level, area=area, count=count, mode=mode, seed=seed, by=by, now=now)
            quiz_id = quiz.id
    except service.NothingToPractise as refusal:
        form.refuse(refusal)
        return choose(level, form)
    return redirect(url_for(".play", quiz_id=quiz_id, position=1))


@pages.route("/quizzes/<uuid:quiz_id>/<int(max=9999):position>", methods=["GET", "POST"])
@needs(Permission.PRACTICE)
def play(quiz_id: UUID, position: int) -> ResponseReturnValue:
    """One item; after the answer its verdict, key and rationale."""
    form, by, now = AnswerForm(), actor(), datetime.now(UTC)
    if form.is_submitted():
        content = service.printed(service.answer_at(db.session(), quiz_id, position, by=by))
        value = form.value(content, request.form) if form.validate() else []
        try:
            with unit_of_work() as session:
                service.answer(session, quiz_id, position, value, by=by, now=now)
            return redirect(url_for(".play", quiz_id=quiz_id, position=position))
        except (service.NoAnswer, service.QuizFinished) as refusal:
            form.refuse(refusal)
    given = service.answer_at(db.session(), quiz_id, position, by=by)
    content = service.printed(given)
    item = shown(content, media, with_key=given.answered_at is not None, given=given.value)
    return render_template(
        "practice/play.html", form=form, given=given, quiz=given.quiz, content=content, item=item, media=media
    )


def media(name: str) -> str:
    """Where a picture of a quiz is."""
    return url_for("media.quiz", name=name)


@pages.post("/quizzes/<uuid:quiz_id>/finish")
@needs(Permission.PRACTICE)
def finish(quiz_id: UUID) -> ResponseReturnValue:
    """End a quiz early."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        service.finish(session, quiz_id, by=by, now=now)
    return redirect(url_for(".show", quiz_id=quiz_id))


@pages.get("/quizzes/<uuid:quiz_id>")
@needs(Permission.PRACTICE)
def show(quiz_id: UUID) -> ResponseReturnValue:
    """The summary of a quiz; an open one offers to go on."""
    quiz = service.by_id(db.session(), quiz_id, by=actor())
    names = titles(quiz.tier.level)
    return render_template("practice/show.html", quiz=quiz, names=names, following=first_open(quiz))


def first_open(quiz: PracticeQuiz) -> int | None:
    """The first place of a running quiz without an answer."""
    places = [answer.position for answer in quiz.answers if answer.answered_at is None]
    return places[0] if places and quiz.finished_at is None else None


@pages.get("/history")
@needs(Permission.PRACTICE)
def history() -> ResponseReturnValue:
    """All quizzes of the reader, newest first."""
    return render_template("practice/history.html", page=page_of(service.history(by=actor())))
