"""Statistics: exam sessions that are over, what one of them says of its paper and items, an item's history."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import numpy as np
from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from certification.analysis import report, service
from certification.analysis.models import SessionAnalysis
from certification.exams import service as exams
from certification.exams.models import ExamSession, PaperItem
from certification.item_bank import service as items
from certification.item_bank.calibration import calibrations
from certification.psychometrics.dif import LEAST_GROUP
from certification.psychometrics.irt import probabilities
from portal.access import Permission, needs
from portal.auth.current import actor, may
from portal.database import db, unit_of_work
from portal.pages import analysis_sheet, analysis_words, charts
from portal.pages.tables import page_of
from training_base.kernel.actor import Actor

pages = Blueprint("analysis", __name__, url_prefix="/analysis")

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

SORTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "number": lambda item: item["number"],
    "facility": lambda item: item["facility"] if item["facility"] is not None else -1,
    "r": lambda item: item["corrected_r"] if item["corrected_r"] is not None else -2,
    "efficiency": lambda item: item["discriminative_efficiency"] or -1000,
    "b": lambda item: (item.get("2pl") or {}).get("b") or 0,
}


@pages.get("/")
@needs(Permission.ANALYSIS_READ)
def index() -> ResponseReturnValue:
    """Theory sessions that are over, with or without an analysis."""
    page = page_of(service.listing(by=actor()))
    known = service.by_sessions(db.session(), [one.id for one in page])
    return render_template("analysis/index.html", page=page, known=known, least=report.LEAST_SHOWN)


@pages.post("/sessions/<uuid:exam_session_id>/run")
@needs(Permission.ANALYSIS_READ)
def run(exam_session_id: UUID) -> ResponseReturnValue:
    """Have a session analysed; the work is a job."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        job_id = service.order(session, exam_session_id, by=by, now=now).id
    return redirect(url_for("jobs.show", job_id=job_id))


@pages.get("/sessions/<uuid:exam_session_id>")
@needs(Permission.ANALYSIS_READ)
def session_of(exam_session_id: UUID) -> ResponseReturnValue:
    """What a session says: doubtful keys first, then the paper, its items, group differences, signs of leakage."""
    by = actor()
    exam_session = exams.by_id(db.session(), exam_session_id, by=by)
    kept = service.by_session(db.session(), exam_session_id, by=by)
    if kept is None or kept.n < report.LEAST_SHOWN:
        return render_template("analysis/none.html", exam_session=exam_session, kept=kept, least=report.LEAST_SHOWN)
    return render_template("analysis/session.html", **_facts(exam_session, kept, by))


def _facts(exam_session: ExamSession, kept: SessionAnalysis, by: Actor) -> dict[str, Any]:
    """A session's report as its page shows it."""
    found = kept.report
    rows = [{"number": number, **item} for number, item in enumerate(found["items"], start=1)]
    sort = request.args.get("sort", "number")
    sort = sort if sort.removeprefix("-") in SORTS else "number"
    information = {name: model["information"] for name, model in found["models"].items()}
    top = charts.ceiling([one for curve in information.values() for one in curve])
    scale = charts.Scale((report.THETAS[0], report.THETAS[-1]), (0, top))
    return {
        "exam_session": exam_session,
        "kept": kept,
        "found": found,
        "rows": sorted(rows, key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-")),
        "sort": sort,
        "sort_url": lambda key: url_for(".session_of", exam_session_id=exam_session.id, sort=key),
        "alarmed": [row for row in rows if row["alarm"]],
        "drifted": [row for row in rows if row["drift"] and row["drift"]["changed"]],
        "differing": [(row, one) for row in rows for one in row["dif"] if one["mh"]["ets"] in ("B", "C")],
        "compared": sorted(
            {(one["reference"], one["focal"]) for row in rows for one in row["dif"] if one["n_focal"] >= LEAST_GROUP}
        ),
        "numbers": service.admission_numbers(db.session(), kept, by=by),
        "histogram": charts.histogram(found["distribution"], found["maximum"] / 100),
        "information": charts.curves(
            scale,
            [(name.upper(), report.THETAS, curve, name == "2pl") for name, curve in information.items()],
            range(-4, 5, 2),
            [top * part / 4 for part in range(5)],
        ),
        "thetas": report.THETAS,
        "words": analysis_words,
    }


@pages.get("/sessions/<uuid:exam_session_id>/items/<int(max=1000000):number>")
@needs(Permission.ANALYSIS_READ)
def item_of(exam_session_id: UUID, number: int) -> ResponseReturnValue:
    """One item of a session: its options with trace lines, its curve, group differences."""
    by = actor()
    exam_session = exams.by_id(db.session(), exam_session_id, by=by)
    kept = service.by_session(db.session(), exam_session_id, by=by)
    if kept is None or kept.n < report.LEAST_SHOWN or not 1 <= number <= len(kept.report["items"]):
        abort(404)
    item: dict[str, Any] = kept.report["items"][number - 1]
    frozen: PaperItem = service.paper_items(db.session(), exam_session)[number - 1]
    return render_template(
        "analysis/item.html",
        exam_session=exam_session,
        number=number,
        item=item,
        last=len(kept.report["items"]),
        item_id=frozen.item_id if may(Permission.ITEM_READ) else None,
        traces=_traces(item),
        curve=_curve(item),
        words=analysis_words,
    )


def _traces(item: dict[str, Any]) -> charts.Chart | None:
    """The share of each option over fifths of the candidates."""
    if not item["options"]:
        return None
    named = [
        (analysis_words.option_name(one["name"]), range(1, 6), one["trace"], one["is_key"])
        for one in item["options"]
        if one["chosen"]
    ]
    return charts.curves(charts.Scale((0.8, 5.2), (0, 1)), named, range(1, 6), [0, 0.25, 0.5, 0.75, 1])


def _curve(item: dict[str, Any]) -> charts.Chart | None:
    """The characteristic curves of the fitted models."""
    named = [
        (name.upper(), report.THETAS, _chances(item[name]), name == "2pl")
        for name in ("2pl", "rasch")
        if item.get(name) and item[name]["a"] is not None
    ]
    if not named:
        return None
    return charts.curves(charts.Scale((-4, 4), (0, 1)), named, range(-4, 5, 2), [0, 0.25, 0.5, 0.75, 1])


def _chances(model: dict[str, Any]) -> list[float]:
    """The chance of a right answer over the abilities."""
    found = probabilities(np.array(report.THETAS), np.array([model["a"]]), np.array([model["d"]]))
    return [float(one) for one in found[:, 0]]


@pages.get("/sessions/<uuid:exam_session_id>/export.xlsx")
@needs(Permission.ANALYSIS_READ)
def export(exam_session_id: UUID) -> ResponseReturnValue:
    """All figures of a session as a workbook."""
    by = actor()
    exam_session = exams.by_id(db.session(), exam_session_id, by=by)
    kept = service.by_session(db.session(), exam_session_id, by=by)
    if kept is None or kept.n < report.LEAST_SHOWN:
        abort(404)
    content = analysis_sheet.workbook(kept.report)
    return send_file(BytesIO(content), EXCEL, as_attachment=True, download_name=f"statistics-{exam_session.code}.xlsx")


@pages.get("/items/<uuid:item_id>")
@needs(Permission.ITEM_READ)
def history(item_id: UUID) -> ResponseReturnValue:
    """What every session said of an item, and its latest calibration."""
    item = items.by_id(db.session(), item_id, by=actor())
    page = page_of(service.history_of(item_id).where(service.ENOUGH))
    rows = list(reversed(page.items))
    chart = charts.curves(
        charts.Scale((0.5, max(len(rows), 1) + 0.5), (0, 1)),
        [("", range(1, len(rows) + 1), [row.facility for row in rows], True)],
        range(1, len(rows) + 1),
        [0, 0.25, 0.5, 0.75, 1],
    )
    known = calibrations(db.session(), [item_id]).get(item_id)
    return render_template("analysis/history.html", item=item, page=page, known=known, chart=chart)
