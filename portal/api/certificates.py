"""Public verdicts on certificates as JSON."""

from datetime import UTC, date, datetime

from flask import Blueprint, request

from certification.certificates.numbering import NumberProblem
from certification.certificates.rules import CheckVerdict
from certification.certificates.verification import Check, check_number
from certification.standards.rules import OCCUPATION
from portal.access import Permission, needs
from portal.api.contract import Out, contract
from portal.database import db
from portal.limits import limiter
from portal.sentences.certificates import OFFICIAL_QUERY

api = Blueprint("api_certificates", __name__, url_prefix="/api/v1/certificates")


class CheckOut(Out):
    """A verdict; ``holder`` is masked and the fields after ``level`` are null unless name or key were right."""

    number: str
    verdict: CheckVerdict
    checked_at: datetime
    official_query: str = OFFICIAL_QUERY
    problem: NumberProblem | None = None
    holder: str | None = None
    level: int | None = None
    occupation: str | None = None
    standard: str | None = None
    center: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    status_at: datetime | None = None

    @classmethod
    def of(cls, check: Check, now: datetime) -> "CheckOut":
        """What the API tells of a check."""
        facts = check.facts
        if facts is None:
            return cls(number=check.number, verdict=check.verdict, checked_at=now, problem=check.problem)
        return cls(
            number=check.number,
            verdict=check.verdict,
            checked_at=now,
            holder=facts.holder,
            level=facts.level,
            occupation=OCCUPATION,
            standard=facts.standard.code if facts.standard else None,
            center=facts.center.name_zh if facts.center else None,
            issued_on=facts.issued_on,
            expires_on=facts.expires_on,
            status_at=facts.status_at,
        )


@api.get("/<number>")
@needs(Permission.PUBLIC)
@limiter.limit("120 per minute")
@contract(CheckOut)
def show(number: str) -> CheckOut:
    """Check a certificate by its number; with ``?name=`` or the ``?k=`` of its QR code the answer is in full."""
    now = datetime.now(UTC)
    name, key = request.args.get("name"), request.args.get("k")
    return CheckOut.of(check_number(db.session(), number, name=name, key=key, now=now), now)
