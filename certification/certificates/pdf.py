"""The A4 certificate as PDF with its QR code, set by typst; facts about the holder are data, never markup."""

import io
import json
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, cast

import segno
import typst

from certification.certificates.models import Certificate
from certification.certificates.rules import CertificateStatus
from certification.standards.rules import OCCUPATION
from training_base.kernel.errors import Refusal

TEMPLATE = Path(__file__).parent / "templates" / "certificate.typ"
INK = "#14202b"


class NoFonts(RuntimeError):
    """The machine lacks the Chinese fonts of the certificate: install fonts-noto-cjk."""


class NotPrintable(Refusal):
    """Only a valid certificate is printed."""

    def __init__(self, status: CertificateStatus) -> None:
        super().__init__(status)
        self.status = status


def verify_link(certificate: Certificate, *, public_url: str) -> str:
    """The address that the QR code leads to: the check in full, for whoever holds the certificate."""
    return f"{public_url}/verify/{certificate.number}?k={certificate.link_key}"


def qr_svg(link: str) -> str:
    """A QR code of medium error correction as SVG text, without a quiet zone."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=0, dark=INK, omitsize=True)
    return out.getvalue().decode()


def render(certificate: Certificate, *, public_url: str) -> bytes:
    """The certificate as one A4 page; the same certificate always gives the same bytes.

    Args:
        certificate: with its center and tier.
        public_url: where others reach the portal, without a slash at the end.

    Raises:
        NotPrintable: it is suspended, withdrawn or replaced.
        NoFonts: the machine lacks a font of the page.
    """
    if certificate.status is not CertificateStatus.VALID:
        raise NotPrintable(certificate.status)
    inputs = {"facts": json.dumps(facts_of(certificate, public_url=public_url), ensure_ascii=False)}
    stamp = datetime.combine(certificate.issued_on, time(), tzinfo=UTC)
    pdf, warnings = _compiler().compile_with_warnings(
        input=str(TEMPLATE), format="pdf", sys_inputs=inputs, pdf_standards="a-2b", timestamp=stamp
    )
    missing = [warning.message for warning in warnings if "font" in warning.message]
    if missing:
        raise NoFonts("; ".join(missing))
    return cast(bytes, pdf)


def facts_of(certificate: Certificate, *, public_url: str) -> dict[str, Any]:
    """What the page shows, as plain values; days are [year, month, day]."""
    return {
        "number": certificate.number,
        "name": certificate.holder_name,
        "document": certificate.document_masked,
        "occupation": OCCUPATION,
        "level": certificate.tier.level,
        "level_title": certificate.tier.title_zh,
        "center": certificate.center.name_zh,
        "center_code": certificate.center.code,
        "theory": _marks(certificate.theory_marks),
        "skill": _marks(certificate.skill_marks),
        "issued": _day(certificate.issued_on),
        "last_day": certificate.last_day and _day(certificate.last_day),
        "site": public_url.rsplit("://", maxsplit=1)[-1],
        "qr": qr_svg(verify_link(certificate, public_url=public_url)),
    }


def _day(day: date) -> list[int]:
    return [day.year, day.month, day.day]


def _marks(hundredths: int | None) -> str | None:
    """86.5 of 8650; None where the component was not examined."""
    return None if hundredths is None else f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


@cache
def _compiler() -> typst.Compiler:
    """The compiler with the machine's fonts read once; reading them takes longer than a page."""
    return typst.Compiler(root=str(TEMPLATE.parent))
