"""The public check of a certificate: what anybody may learn from a number, a name or the key of a link."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.certificates import numbering
from certification.certificates.models import Certificate
from certification.certificates.numbering import Number, NumberProblem
from certification.certificates.rules import CheckVerdict, check, last_day, mask_name, same_name
from certification.standards.models import Standard, Tier
from training_base.centers.models import TrainingCenter
from training_base.kernel.errors import NotFound

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Facts:
    """What is told of a certificate; everything but the first four only to whoever knew the name or has the link.

    ``holder`` is masked unless ``in_full``; document numbers are never among the facts.
    """

    number: str
    holder: str
    level: int
    in_full: bool
    center: TrainingCenter | None = None
    standard: Standard | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    status_at: datetime | None = None

    @property
    def last_day(self) -> date | None:
        """The last day of its term; None where it does not expire."""
        return last_day(self.expires_on)


@dataclass(frozen=True)
class Check:
    """The answer to a check; ``facts`` is None where the verdict is unknown.

    ``problem`` says what is wrong with the number as such; it does not depend on any certificate.
    """

    number: str
    verdict: CheckVerdict
    facts: Facts | None = None
    problem: NumberProblem | None = None
    parsed: Number | None = None


def check_number(
    session: Session, number: str, *, now: datetime, name: str | None = None, key: str | None = None
) -> Check:
    """Check a certificate by its number, and by a name or the key of its link where one is given.

    A wrong name gets the answer of a number that does not exist, so that nobody can find out whose number it is.

    Args:
        number: as typed.
        name: the holder's, as typed.
        key: as it stands in the QR code; a wrong one counts as none.
        now: the instant of the check.
    """
    plain, today = numbering.normal_number(number), now.astimezone(ZONE).date()
    parsed = numbering.parse(plain)
    certificate = _find(session, plain)
    matches = None if name is None else _is_holder(certificate, name)
    if certificate is None:
        verdict = check(None, expires_on=None, name_matches=matches, today=today)
    else:
        verdict = verdict_on(certificate, name_matches=matches, now=now)
    if certificate is None or verdict is CheckVerdict.UNKNOWN:
        problem = number_problem(session, plain, today=today)
        return Check(plain, verdict, problem=problem, parsed=parsed)
    has_key = key is not None and hmac.compare_digest(key.encode(), certificate.link_key.encode())
    return Check(plain, verdict, facts=facts_of(certificate, in_full=bool(matches) or has_key), parsed=parsed)


def tier_of(session: Session, number: str) -> Tier:
    """The tier that a certificate was issued under; it names no holder.

    Raises:
        NotFound: no certificate has that number.
    """
    certificate = _find(session, numbering.normal_number(number))
    if certificate is None:
        raise NotFound("certificate", number)
    return certificate.tier


def number_problem(session: Session, number: str, *, today: date) -> NumberProblem | None:
    """What is wrong with a number as such, its body's code included; None where it could be one of ours."""
    found = numbering.problem(number, today=today)
    parsed = numbering.parse(number)
    if found is not None or parsed is None:
        return found
    body = sa.select(TrainingCenter.id).where(TrainingCenter.code == parsed.body)
    return NumberProblem.UNKNOWN_BODY if session.scalar(body) is None else None


def facts_of(certificate: Certificate, *, in_full: bool) -> Facts:
    """What is told of a certificate, in full or masked."""
    if not in_full:
        masked = mask_name(certificate.holder_name)
        return Facts(certificate.number, masked, certificate.tier.level, in_full=False)
    return Facts(
        certificate.number,
        certificate.holder_name,
        certificate.tier.level,
        in_full=True,
        center=certificate.center,
        standard=certificate.tier.standard,
        issued_on=certificate.issued_on,
        expires_on=certificate.expires_on,
        status_at=certificate.status_at,
    )


def verdict_on(certificate: Certificate, *, now: datetime, name_matches: bool | None = None) -> CheckVerdict:
    """What a check of this certificate answers now, in the zone of its center."""
    today = now.astimezone(ZoneInfo(certificate.center.zone)).date()
    return check(certificate.status, expires_on=certificate.expires_on, name_matches=name_matches, today=today)


def _find(session: Session, number: str) -> Certificate | None:
    loaded = (
        joinedload(Certificate.center),
        joinedload(Certificate.trainer),
        joinedload(Certificate.tier).joinedload(Tier.standard),
    )
    return session.scalar(sa.select(Certificate).where(Certificate.number == number).options(*loaded))


def _is_holder(certificate: Certificate | None, name: str) -> bool:
    if certificate is None:
        return False
    return same_name(name, certificate.holder_name, certificate.trainer.name_latin)
