"""Closed sets of re-marking, what it leads to, and what a request foresees as numbers."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from certification.certificates.rules import CertificateStatus


class RemarkingStatus(StrEnum):
    """The life of a request to mark an item anew."""

    ASKED = "asked"
    APPROVED = "approved"
    APPLIED = "applied"
    DECLINED = "declined"


class Consequence(StrEnum):
    """What new marks lead to for one candidate, from the gravest."""

    WITHDRAW = "withdraw"
    LOST = "lost"
    CERTIFY = "certify"
    REPLACE = "replace"
    MARKS_ONLY = "marks_only"


@dataclass(frozen=True)
class Foreseen:
    """What a re-marking would do, in numbers of candidates.

    ``marked`` have a mark for the paper; ``component_gained`` and ``component_lost`` speak of published results of
    the component, the consequences of all components together.
    """

    marked: int
    up: int
    down: int
    component_gained: int
    component_lost: int
    consequences: dict[str, int]
    digest: str

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the request."""
        return asdict(self)


@dataclass(frozen=True)
class Line:
    """What is foreseen for one candidate, as far as numbers go; marks in hundredths."""

    registration: str
    marks_before: int
    marks_after: int
    passed_before: bool | None
    passed_after: bool | None
    consequence: Consequence


def consequence(
    *,
    result_before: bool | None,
    result_after: bool | None,
    certificate: CertificateStatus | None,
    marks_shown: int | None = None,
    marks_counting: int | None = None,
) -> Consequence:
    """What new marks of one candidate lead to.

    A pass that is lost asks for the withdrawal of a certificate that still stands. A pass that is gained leads to a
    decision, unless the certificate that lost its ground before still stands. A certificate that shows other marks
    than those that count now is to be replaced.

    Args:
        result_before: whether all components were passed; None where nothing was published.
        result_after: whether they are now.
        certificate: the status of the result's certificate, None where there is none.
        marks_shown: the component's marks on the certificate, in hundredths.
        marks_counting: the component's marks that count now.
    """
    stands = certificate in {CertificateStatus.VALID, CertificateStatus.SUSPENDED}
    if result_before and not result_after:
        return Consequence.WITHDRAW if stands else Consequence.LOST
    if result_after and not result_before and not stands:
        return Consequence.CERTIFY
    if stands and marks_shown is not None and marks_shown != marks_counting:
        return Consequence.REPLACE
    return Consequence.MARKS_ONLY


def foreseen(marked: int, lines: Iterable[Line]) -> Foreseen:
    """The numbers of some candidates, with a digest by which a later look tells whether anything has changed."""
    ordered = sorted(lines, key=lambda line: line.registration)
    text = "\n".join("|".join(str(part) for part in asdict(line).values()) for line in ordered)
    counts = Counter(line.consequence.value for line in ordered)
    return Foreseen(
        marked=marked,
        up=sum(line.marks_after > line.marks_before for line in ordered),
        down=sum(line.marks_after < line.marks_before for line in ordered),
        component_gained=sum(line.passed_before is False and line.passed_after is True for line in ordered),
        component_lost=sum(line.passed_before is True and line.passed_after is False for line in ordered),
        consequences={one.value: counts[one.value] for one in Consequence},
        digest=hashlib.sha256(f"{marked}\n{text}".encode()).hexdigest(),
    )
