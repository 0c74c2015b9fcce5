"""Results: the list, one result, publication of a session, a trainee's own results."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.analysis import service as analysis
from certification.exams import service as exams
from certification.exams.models import ExamSession
from certification.exams.rules import ExamSessionStatus
from certification.remarking import service as remarkings
from certification.scoring import conversion, publication, rules, service, worklist
from certification.scoring.models import Result
from certification.standards.models import Tier
from certification.standards.rules import Component
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db, unit_of_work
from portal.forms.results import PublishForm, ResultFilter
from portal.pages import areas
from portal.pages.tables import ordered, page_of, sort_url
from training_base.centers.rules import day_at
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal
from training_base.people.models import Trainer

pages = Blueprint("results", __name__, url_prefix="/results")

SORTS = {"name": Trainer.name, "level": Tier.level, "passed": Result.passed, "updated": Result.updated_at}
SESSION_SORTS = {"starts": ExamSession.starts_at, "title": ExamSession.title}


@pages.get("/")
@needs(Permission.RESULT_READ)
def index() -> ResponseReturnValue:
    form = ResultFilter(request.args)
    query = service.results_listing(by=actor(), passed=form.wanted(), level=form.level.data, q=form.q.data)
    query, sort = ordered(query, SORTS, "-updated")
    return render_template("results/index.html", page=page_of(query), form=form, sort=sort, sort_url=sort_url())


@pages.get("/<uuid:result_id>")
@needs(Permission.RESULT_READ)
def show(result_id: UUID) -> ResponseReturnValue:
    result = service.result_by_id(db.session(), result_id, by=actor())
    return render_template("results/show.html", **_facts(result))


@pages.get("/mine")
@needs(Permission.PROFILE_OWN)
def mine() -> ResponseReturnValue:
    return render_template("results/mine.html", page=page_of(service.own_results(by=actor())))


@pages.get("/mine/<uuid:result_id>")
@needs(Permission.PROFILE_OWN)
def own(result_id: UUID) -> ResponseReturnValue:
    result = service.own_result(db.session(), result_id, by=actor())
    return render_template("results/own.html", **_facts(result))


def _facts(result: Result) -> dict[str, Any]:
    """A result with its marks per component, its areas and their titles."""
    session = db.session()
    marks = service.marks_of(session, [one.registration_id for one in result.components])
    details = {
        one.component: marks[one.registration_id].detail for one in result.components if one.registration_id in marks
    }
    return {
        "result": result,
        "parts": {one.component: one for one in result.components},
        "plan": result.scheme.plan,
        "areas": rules.by_area(details.get(Component.THEORY, [])),
        "tasks": details.get(Component.SKILL, []),
        "titles": areas.names(session, result.tier_id),
        "remarked": remarkings.of_result(session, result.id),
    }


@pages.get("/sessions")
@needs(Permission.RESULT_READ)
def sessions() -> ResponseReturnValue:
    """Exam sessions that are over: to be published, or published."""
    status = ExamSessionStatus.PUBLISHED if request.args.get("show") == "published" else ExamSessionStatus.CLOSED
    query = exams.listing(by=actor(), status=status)
    query, sort = ordered(query, SESSION_SORTS, "-starts")
    page = page_of(query)
    progress = worklist.progress(db.session(), [one.id for one in page])
    return render_template(
        "results/sessions.html", page=page, progress=progress, status=status.value, sort=sort, sort_url=sort_url()
    )


@pages.get("/sessions/<uuid:exam_session_id>")
@needs(Permission.RESULT_READ)
def session_of(exam_session_id: UUID) -> ResponseReturnValue:
    """Who passes, before publication and after."""
    return _preview(exam_session_id, PublishForm(), actor())


@pages.post("/sessions/<uuid:exam_session_id>/publish")
@needs(Permission.RESULT_PUBLISH)
def publish(exam_session_id: UUID) -> ResponseReturnValue:
    form, by, now = PublishForm(), actor(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            service.publish(session, exam_session_id, by=by, now=now)
            analysis.order(session, exam_session_id, by=by, now=now)
    except Refusal as refusal:
        form.refuse(refusal)
        return _preview(exam_session_id, form, by)
    flash(_("The results are published."), "success")
    return redirect(url_for(".session_of", exam_session_id=exam_session_id))


def _preview(exam_session_id: UUID, form: PublishForm, by: Actor) -> ResponseReturnValue:
    session = db.session()
    exam_session = exams.by_id(session, exam_session_id, by=by)
    standings = publication.standings_of(session, exam_session, on=day_at(datetime.now(UTC), exam_session.center.zone))
    pass_mark = conversion.pass_marks(session, exam_session.scheme, exam_session.paper_id)[exam_session.component]
    return render_template(
        "results/session.html",
        exam_session=exam_session,
        standings=standings,
        form=form,
        pass_mark=pass_mark,
        raw=publication.raw_where_converted(session, exam_session),
        components={one.value: one for one in Component},
        passing=sum(one.passed(pass_mark) for one in standings),
        missing=sum(one.marks is None for one in standings),
        bins=rules.distribution(one.marks for one in standings if one.sat and one.marks is not None),
    )
