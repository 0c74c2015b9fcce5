"""The candidate's desk: signing in with the ticket, the exam itself, the receipt."""

from datetime import UTC, datetime
from secrets import token_urlsafe

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from certification.exams import delivery
from portal.access import Permission, needs
from portal.auth import candidate
from portal.auth.candidate import VALID_SECONDS, Candidate
from portal.auth.current import address
from portal.database import unit_of_work
from portal.forms.desk import DeskForm
from portal.limits import limiter
from training_base.kernel.errors import Refusal

pages = Blueprint("desk", __name__, url_prefix="/desk")

TOKEN, DEVICE = "desk", "desk_device"
"""Cookies of this computer: who sits here now, and what the computer calls itself."""
PATH = "/desk"
YEAR = 365 * 24 * 3600


def _admission_number() -> str:
    """Tries are counted per admission number: a whole room may share one address."""
    return f"{address()}:{request.form.get('admission_number', '')[:40]}"


def _seated() -> Candidate | None:
    """The candidate who signed in on this computer."""
    return candidate.read(request.cookies.get(TOKEN, ""))


def _keep(response: BaseResponse, name: str, value: str, seconds: int) -> None:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(name, value, max_age=seconds, path=PATH, httponly=True, samesite="Strict", secure=secure)


@pages.route("/", methods=["GET", "POST"], strict_slashes=False)
@limiter.limit("10 per minute", methods=["POST"], key_func=_admission_number)
@needs(Permission.PUBLIC)
def index() -> ResponseReturnValue:
    """Sign in with admission number and room code."""
    form = DeskForm()
    if form.validate_on_submit():
        number, code = form.admission_number.data or "", form.access_code.data or ""
        device, now = request.cookies.get(DEVICE) or token_urlsafe(16), datetime.now(UTC)
        try:
            with unit_of_work() as session:
                found = delivery.sign_in(session, number, code, device, now=now)
                token = candidate.token_for(Candidate(found.id, device))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            response = redirect(url_for(".exam"))
            _keep(response, TOKEN, token, VALID_SECONDS)
            _keep(response, DEVICE, device, YEAR)
            return response
    return render_template("desk/index.html", form=form, seated=_seated())


@pages.get("/exam")
@needs(Permission.CANDIDATE)
def exam() -> ResponseReturnValue:
    """The page the exam is sat on; it talks to the API with the token of this computer."""
    who, now = _seated(), datetime.now(UTC)
    if who is None:
        return redirect(url_for(".index"))
    with unit_of_work() as session:
        seat = delivery.seat_of(session, who.registration_id)
        attempt = delivery.attempt_of_registration(session, who.registration_id, now=now)
        if attempt is not None and attempt.submitted_at is not None:
            return redirect(url_for(".receipt"))
        token = request.cookies[TOKEN]
        return render_template("desk/exam.html", seat=seat, exam_session=seat.exam_session, token=token, now=now)


@pages.get("/receipt")
@needs(Permission.CANDIDATE)
def receipt() -> ResponseReturnValue:
    """What was handed in, when, and the receipt for it."""
    who, now = _seated(), datetime.now(UTC)
    if who is None:
        return redirect(url_for(".index"))
    with unit_of_work() as session:
        seat = delivery.seat_of(session, who.registration_id)
        attempt = delivery.attempt_of_registration(session, who.registration_id, now=now)
        if attempt is None or attempt.submitted_at is None:
            return redirect(url_for(".exam"))
        answered = sum(answer.value not in ([], "") for answer in delivery.answers(session, attempt.id))
        asked = len(delivery.questions(session, attempt))
        return render_template(
            "desk/receipt.html", seat=seat, exam_session=seat.exam_session, attempt=attempt,
            answered=answered, asked=asked,
        )  # fmt: skip


@pages.post("/leave")
@needs(Permission.CANDIDATE)
def leave() -> ResponseReturnValue:
    """Free the computer for the next candidate; the attempt stays as it is."""
    response: Response | BaseResponse = redirect(url_for(".index"))
    response.delete_cookie(TOKEN, path=PATH)
    return response
