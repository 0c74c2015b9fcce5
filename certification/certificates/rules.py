"""Closed sets about decisions and certificates."""

from enum import StrEnum


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
