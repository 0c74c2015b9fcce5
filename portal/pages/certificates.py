"""Certificates: what waits for a decision, deciding, issuing, the list, one certificate, the holder's own."""

import csv
from datetime import UTC, datetime
from io import SEEK_END, StringIO
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.certificates import changes, pdf, service, verification
from certification.certificates.models import Certificate
from certification.certificates.rules import (
    CertificateStatus,
    ChangeKind,
    ChangeReason,
    ChangeStatus,
    DecisionOutcome,
    possible_changes,
)
from certification.standards.models import Tier
from portal.access import Permission, needs
from portal.auth.current import actor, may
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.forms.certificates import CertificateFilter, ChangeForm, DecideForm, ManyForm
from portal.labels import label, level_name
from portal.pages.tables import ordered, page_of, sort_url
from portal.sentences.certificates import CONFLICT_WORDS, CONFLICTS, WORDS
from training_base.centers import service as centers
from training_base.kernel import queue
from training_base.kernel.errors import Refusal

pages = Blueprint("certificates", __name__, url_prefix="/certificates")

COLUMNS = {
    "number": Certificate.number,
    "holder": Certificate.holder_name,
    "level": Tier.level,
    "issued": Certificate.issued_on,
}


def pdf_answer(certificate: Certificate) -> ResponseReturnValue:
    """The certificate as a file to keep."""
    page = pdf.render(certificate, public_url=current_app.config["PUBLIC_URL"])
    name = f'attachment; filename="{certificate.number}.pdf"'
    return current_app.response_class(page, mimetype="application/pdf", headers={"Content-Disposition": name})


@pages.get("/")
@needs(Permission.CERTIFICATE_READ)
def index() -> ResponseReturnValue:
    """The certificates of the actor's centers."""
    form = CertificateFilter(request.args).offer()
    query, sort = ordered(chosen_by(form), COLUMNS, "-issued")
    page, now = page_of(query.order_by(Certificate.number.desc())), datetime.now(UTC)
    verdicts = {row.id: verification.verdict_on(row, now=now) for row in page}
    return render_template(
        "certificates/index.html", page=page, form=form, sort=sort, sort_url=sort_url(), verdicts=verdicts, words=WORDS
    )


def chosen_by(form: CertificateFilter) -> sa.Select[Certificate]:
    """The certificates that the filter leaves; what it does not know narrows nothing."""
    status = CertificateStatus(form.status.data) if form.status.data in set(CertificateStatus) else None
    level = int(form.level.data) if form.level.data in {"1", "2", "3", "4", "5"} else None
    return service.listing(by=actor(), q=form.q.data, status=status, level=level)


@pages.get("/export.csv")
@needs(Permission.CERTIFICATE_READ)
def export() -> ResponseReturnValue:
    """The filtered list as a file for a spreadsheet."""
    query, now = chosen_by(CertificateFilter(request.args).offer()).order_by(Certificate.number), datetime.now(UTC)
    heads = [_("Number"), _("Holder"), _("Level"), _("Center"), _("Issued on"), _("Valid until"), _("Status today")]
    file = StringIO("\ufeff")
    file.seek(0, SEEK_END)
    sheet = csv.writer(file)
    sheet.writerow(heads)
    for row in db.session.scalars(query.execution_options(yield_per=500)):
        sheet.writerow(plain(cell) for cell in cells_of(row, now))
    headers = {"Content-Disposition": 'attachment; filename="certificates.csv"'}
    return current_app.response_class(file.getvalue(), mimetype="text/csv", headers=headers)


def plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def cells_of(row: Certificate, now: datetime) -> list[str]:
    """One certificate as the cells of a spreadsheet."""
    last_day = row.last_day.isoformat() if row.last_day else ""
    verdict = str(WORDS[verification.verdict_on(row, now=now)])
    level = level_name(row.tier.level)
    return [row.number, row.holder_name, level, row.center.name_zh, row.issued_on.isoformat(), last_day, verdict]


@pages.get("/awaiting")
@needs(Permission.CERTIFICATE_DECIDE)
def awaiting() -> ResponseReturnValue:
    """Passed results that wait for a decision, with the reader's conflicts of interest, and for their number."""
    by, session = actor(), db.session()
    page = page_of(service.awaiting_decision(by=by))
    conflicts = {row.id: service.conflict_of(session, row, by=by) for row in page}
    decided = session.scalars(service.awaiting_issue(by=by).limit(100)).all()
    return render_template(
        "certificates/awaiting.html", page=page, conflicts=conflicts, conflict_words=CONFLICT_WORDS, decided=decided
    )


@pages.post("/awaiting")
@needs(Permission.CERTIFICATE_DECIDE)
def certify_many() -> ResponseReturnValue:
    """Certify the chosen results and issue their certificates, as a job per center."""
    form, by, now, jobs = ManyForm(), actor(), datetime.now(UTC), []
    chosen = form.results.data if form.validate_on_submit() else None
    with unit_of_work() as session:
        for center_id, ids in service.by_center(session, chosen or (), by=by).items():
            payload = {"result_ids": [str(result_id) for result_id in ids]}
            jobs.append(queue.enqueue(session, "certificates.issue", payload, by=by, now=now, center_id=center_id).id)
    if not jobs:
        flash(_("Choose the results first."), "warning")
        return redirect(url_for(".awaiting"))
    return redirect(url_for("jobs.show", job_id=jobs[0]) if len(jobs) == 1 else url_for("jobs.index"))


@pages.route("/results/<uuid:result_id>", methods=["GET", "POST"])
@needs(Permission.CERTIFICATE_DECIDE)
def decide(result_id: UUID) -> ResponseReturnValue:
    """Decide on a passed result."""
    form, by, now = DecideForm().offer(), actor(), datetime.now(UTC)
    if form.validate_on_submit():
        outcome = DecisionOutcome(form.outcome.data)
        try:
            with unit_of_work() as session:
                service.decide(session, result_id, outcome, reason=form.reason.data, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The decision is recorded."), "success")
            return redirect(url_for(".decide", result_id=result_id))
    return render_template("certificates/decide.html", form=form, **decision_facts(result_id))


def decision_facts(result_id: UUID) -> dict[str, object]:
    """What somebody who decides must see."""
    session, by = db.session(), actor()
    result = service.result_by_id(session, result_id, by=by)
    conflict = service.conflict_of(session, result, by=by)
    return {
        "result": result,
        "center": centers.by_id(session, result.center_id, by=by),
        "decision": service.find_decision(session, result_id),
        "certificate": service.find_of_result(session, result_id),
        "conflict": CONFLICTS[conflict] if conflict else None,
    }


@pages.post("/results/<uuid:result_id>/issue")
@needs(Permission.CERTIFICATE_DECIDE)
def issue(result_id: UUID) -> ResponseReturnValue:
    """Give a certified result its number."""
    by, now = actor(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            number = service.issue(session, result_id, by=by, now=now).number
    except service.AlreadyIssued as refusal:
        flash(sentence(refusal), "info")
        return redirect(url_for(".show", number=refusal.number))
    flash(_("The certificate is issued: %(number)s.", number=number), "success")
    return redirect(url_for(".show", number=number))


@pages.get("/changes")
@needs(Permission.CERTIFICATE_CHANGE)
def waiting() -> ResponseReturnValue:
    """Changes that wait for a second person, and those decided before."""
    by = actor()
    status = None if request.args.get("all") else ChangeStatus.ASKED
    page = page_of(changes.listing(by=by, status=status))
    return render_template("certificates/changes.html", page=page, by=by, everything=status is None)


@pages.post("/changes/<uuid:change_id>/approve")
@needs(Permission.CERTIFICATE_CHANGE)
def approve(change_id: UUID) -> ResponseReturnValue:
    """Let a change take effect."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        number = service.approve_change(session, change_id, by=by, now=now).number
    flash(_("The change has taken effect."), "success")
    return redirect(url_for(".show", number=number))


@pages.post("/changes/<uuid:change_id>/decline")
@needs(Permission.CERTIFICATE_CHANGE)
def decline(change_id: UUID) -> ResponseReturnValue:
    """Turn a change down."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        number = service.decline_change(session, change_id, by=by, now=now).certificate.number
    flash(_("The change is declined; the certificate stays as it is."), "success")
    return redirect(url_for(".show", number=number))


@pages.get("/mine")
@needs(Permission.PROFILE_OWN)
def mine() -> ResponseReturnValue:
    """The reader's own certificates."""
    by, now = actor(), datetime.now(UTC)
    own = service.of_trainer(db.session(), by.trainer_id) if by.trainer_id else []
    verdicts = {row.id: verification.verdict_on(row, now=now) for row in own}
    return render_template("certificates/mine.html", certificates=own, verdicts=verdicts, words=WORDS)


@pages.get("/mine/<number>.pdf")
@needs(Permission.PROFILE_OWN)
def mine_pdf(number: str) -> ResponseReturnValue:
    """One of the reader's own certificates as PDF."""
    return pdf_answer(service.by_number(db.session(), number, by=actor()))


@pages.get("/<number>.pdf")
@needs(Permission.CERTIFICATE_READ)
def download(number: str) -> ResponseReturnValue:
    """A certificate as PDF."""
    return pdf_answer(service.by_number(db.session(), number, by=actor()))


@pages.get("/<number>")
@needs(Permission.CERTIFICATE_READ)
def show(number: str) -> ResponseReturnValue:
    """One certificate with its history."""
    session, by = db.session(), actor()
    certificate = service.by_number(session, number, by=by)
    return render_template(
        "certificates/show.html",
        certificate=certificate,
        verdict=verification.verdict_on(certificate, now=datetime.now(UTC)),
        words=WORDS,
        decision=service.find_decision(session, certificate.result_id),
        waiting=changes.find_waiting(session, certificate.id),
        possible=possible_changes(certificate.status),
        by=by,
        may_change=may(Permission.CERTIFICATE_CHANGE),
    )


@pages.route("/<number>/change", methods=["GET", "POST"])
@needs(Permission.CERTIFICATE_CHANGE)
def ask(number: str) -> ResponseReturnValue:
    """Ask for a change that somebody else decides on."""
    by, now = actor(), datetime.now(UTC)
    certificate = service.by_number(db.session(), number, by=by)
    kinds = [(kind.value, label(kind)) for kind in possible_changes(certificate.status)]
    form = ChangeForm(kind=request.args.get("kind")).offer(kinds)
    if form.validate_on_submit():
        kind, reason, text = ChangeKind(form.kind.data), ChangeReason(form.reason.data), str(form.explanation.data)
        try:
            with unit_of_work() as session:
                service.ask_change(session, number, kind, reason, text, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The change is asked for. It takes effect when somebody else approves it."), "success")
            return redirect(url_for(".show", number=number))
    return render_template("certificates/ask.html", form=form, certificate=certificate)
