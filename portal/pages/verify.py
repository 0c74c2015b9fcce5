"""The public check of a certificate."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from certification.certificates.verification import Check, check_number
from portal.access import Permission, needs
from portal.database import db
from portal.forms.certificates import VerifyForm
from portal.limits import limiter
from portal.sentences.certificates import NUMBER_KINDS, OFFICIAL_QUERY, PROBLEMS, VERDICTS

pages = Blueprint("verify", __name__, url_prefix="/verify")

LIMIT = "60 per minute"


def answer_facts(check: Check | None, now: datetime) -> dict[str, object]:
    """What the fragment with the answer needs."""
    return {
        "check": check,
        "now": now,
        "official_query": OFFICIAL_QUERY,
        "verdicts": VERDICTS,
        "problems": PROBLEMS,
        "number_kinds": NUMBER_KINDS,
    }


@pages.route("/", methods=["GET", "POST"], strict_slashes=False)
@needs(Permission.PUBLIC)
@limiter.limit(LIMIT, methods=["POST"])
def index() -> ResponseReturnValue:
    """Check number and name."""
    form, now, check = VerifyForm(data={"number": request.args.get("number", "")}), datetime.now(UTC), None
    if form.validate_on_submit():
        check = check_number(db.session(), str(form.number.data), name=str(form.name.data), now=now)
    return render_template("verify/index.html", form=form, **answer_facts(check, now))


@pages.get("/<number>")
@needs(Permission.PUBLIC)
@limiter.limit(LIMIT)
def show(number: str) -> ResponseReturnValue:
    """What the number alone tells, or all of it for whoever has the key of the QR code."""
    now = datetime.now(UTC)
    check = check_number(db.session(), number, key=request.args.get("k"), now=now)
    status = 200 if check.facts else 404
    return render_template("verify/show.html", **answer_facts(check, now)), status
