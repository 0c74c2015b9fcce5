"""Closed sets and pure rules about decisions, certificates, their verification and share links."""

import calendar
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

SERIAL_DIGITS = 6
"""Digits of the serial at the end of every number that is issued."""

SHARE_DAYS = (7, 30, 90)
"""How long a share link may stay open, in days."""


class CertificateStatus(StrEnum):
    """What a certificate is worth today, apart from its term."""

    VALID = "valid"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class DecisionOutcome(StrEnum):
    """What an impartial person decided on a passed result."""

    CERTIFY = "certify"
    REFUSE = "refuse"


class ConflictKind(StrEnum):
    """Why somebody may not decide on a result."""

    TAUGHT = "taught"
    EXAMINED = "examined"
    OWN = "own"


class ChangeKind(StrEnum):
    """What may befall a certificate; each needs two people."""

    WITHDRAW = "withdraw"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


class ChangeReason(StrEnum):
    """Why a certificate's status is to change."""

    MISCONDUCT = "misconduct"
    WRONG_FACTS = "wrong_facts"
    ISSUED_IN_ERROR = "issued_in_error"
    HOLDER_REQUEST = "holder_request"
    INVESTIGATION = "investigation"
    INVESTIGATION_CLEARED = "investigation_cleared"
    OTHER = "other"


class ChangeStatus(StrEnum):
    """The life of an asked-for change."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"


class CheckVerdict(StrEnum):
    """What a check of a certificate answers."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    UNKNOWN = "unknown"


TRANSITIONS: Mapping[tuple[CertificateStatus, ChangeKind], CertificateStatus] = {
    (CertificateStatus.VALID, ChangeKind.SUSPEND): CertificateStatus.SUSPENDED,
    (CertificateStatus.VALID, ChangeKind.WITHDRAW): CertificateStatus.WITHDRAWN,
    (CertificateStatus.SUSPENDED, ChangeKind.REINSTATE): CertificateStatus.VALID,
    (CertificateStatus.SUSPENDED, ChangeKind.WITHDRAW): CertificateStatus.WITHDRAWN,
}
"""Which change leads from which status to which; what is missing here cannot be asked for."""


REASONS: dict[ChangeKind, frozenset[ChangeReason]] = {
    ChangeKind.WITHDRAW: frozenset(ChangeReason) - {ChangeReason.INVESTIGATION, ChangeReason.INVESTIGATION_CLEARED},
    ChangeKind.SUSPEND: frozenset(ChangeReason) - {ChangeReason.INVESTIGATION_CLEARED},
    ChangeKind.REINSTATE: frozenset(
        {ChangeReason.INVESTIGATION_CLEARED, ChangeReason.HOLDER_REQUEST, ChangeReason.OTHER}
    ),
}
"""Which grounds a change may have: nothing is withdrawn because an inquiry found nothing."""


def possible_changes(status: CertificateStatus) -> tuple[ChangeKind, ...]:
    """The changes that may be asked for in that status; none once withdrawn or replaced."""
    return tuple(kind for kind in ChangeKind if (status, kind) in TRANSITIONS)


def check(
    status: CertificateStatus | None, *, expires_on: date | None, name_matches: bool | None, today: date
) -> CheckVerdict:
    """Answer a check; a wrong name is answered like a number that does not exist.

    Args:
        status: the certificate's, or None where there is no such certificate.
        expires_on: the first day on which it no longer counts; None where it does not expire.
        name_matches: whether the given name is the holder's, or None where no name was given.
        today: the day in the zone of the center that issued it.
    """
    if status is None or name_matches is False:
        return CheckVerdict.UNKNOWN
    if status is not CertificateStatus.VALID:
        return CheckVerdict(status.value)
    if expires_on is not None and expires_on <= today:
        return CheckVerdict.EXPIRED
    return CheckVerdict.VALID


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_day(expires_on: date | None) -> date | None:
    """The day before the first one on which a certificate no longer counts; None where it does not expire."""
    return None if expires_on is None else expires_on - timedelta(days=1)


def plain_name(name: str) -> str:
    """A name as it is compared: full-width forms, spaces, dots, dashes and case do not matter."""
    wide = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in wide if letter.isalnum())


def same_name(given: str, *known: str | None) -> bool:
    """Whether a given name is one of the known ones; an empty one never is."""
    plain = plain_name(given)
    return plain != "" and any(name is not None and plain_name(name) == plain for name in known)


def mask_name(name: str) -> str:
    """A name of which only its beginning is shown: ``张*``, ``欧**``, ``J*** S****``."""
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())


def mask_address(address: str) -> str:
    """A network address of which only the network is shown: ``203.0.*.*``, ``2001:db8:*``; else ``*``."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "*"
    if isinstance(parsed, IPv6Address):
        return ":".join(group.lstrip("0") or "0" for group in parsed.exploded.split(":")[:2]) + ":*"
    return ".".join(address.split(".")[:2]) + ".*.*"
