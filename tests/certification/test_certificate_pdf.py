"""The A4 certificate, read back."""

import io
import re
from datetime import date
from pathlib import Path

import pytest
import segno
import typst
from pypdf import PdfReader
from sqlalchemy.orm import Session

from certification.certificates import pdf
from certification.certificates.models import Certificate
from certification.certificates.rules import CertificateStatus
from tests.make import Make

SITE = "https://zhixun.example"
HOSTILE = ["#panic()", "*张* _三_", "$x$ 三", '#import "/etc/passwd": *', "@label <b> [李] \\u{41}", '"; 李四']


def text_of(certificate: Certificate) -> str:
    (page,) = PdfReader(io.BytesIO(pdf.render(certificate, public_url=SITE))).pages
    return re.sub(r"\s", "", page.extract_text())


def test_the_page_says_who_reached_what_where_and_when(session: Session, make: Make) -> None:
    center = make.center(name_zh="浦东实训评价中心")
    certificate = make.certificate(
        center, holder_name="张晓岚", document_masked="310***********1234", expires_on=date(2029, 6, 15)
    )

    text = text_of(certificate)

    for expected in ("张晓岚", certificate.number, "浦东实训评价中心", "86.5", "79", "2026年6月15日", "2029年6月14日"):
        assert expected in text
    assert "310***********1234" in text
    assert "zhixun.example" in text
    assert "全国联网查询" in text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_data_never_markup(make: Make, name: str) -> None:
    assert re.sub(r"\s", "", name) in text_of(make.certificate(holder_name=name))


def test_without_a_term_or_a_component_the_page_says_so(make: Make) -> None:
    text = text_of(make.certificate(theory_marks=None, skill_marks=None))

    assert "长期有效" in text
    assert text.count("—") == 2


def test_it_is_one_sheet_of_a4(make: Make) -> None:
    (page,) = PdfReader(io.BytesIO(pdf.render(make.certificate(holder_name="长" * 80), public_url=SITE))).pages

    assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)


def test_the_same_certificate_gives_the_same_bytes(make: Make) -> None:
    certificate = make.certificate()

    assert pdf.render(certificate, public_url=SITE) == pdf.render(certificate, public_url=SITE)


def test_the_code_leads_to_the_check_with_the_key(make: Make) -> None:
    certificate = make.certificate()
    link = f"{SITE}/verify/{certificate.number}?k={certificate.link_key}"

    drawn = pdf.facts_of(certificate, public_url=SITE)["qr"]

    assert pdf.verify_link(certificate, public_url=SITE) == link
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=0, dark=pdf.INK, omitsize=True)
    assert drawn == out.getvalue().decode()


def test_only_a_valid_certificate_is_printed(make: Make) -> None:
    with pytest.raises(pdf.NotPrintable) as refusal:
        pdf.render(make.certificate(status=CertificateStatus.WITHDRAWN), public_url=SITE)

    assert refusal.value.status is CertificateStatus.WITHDRAWN


def test_a_machine_without_the_fonts_says_so(make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare = typst.Compiler(root=str(tmp_path.parent), ignore_system_fonts=True)
    monkeypatch.setattr(pdf, "_compiler", lambda: bare)
    monkeypatch.setattr(pdf, "TEMPLATE", tmp_path / "page.typ")
    (tmp_path / "page.typ").write_text('#set text(font: "Noto Serif CJK SC")\nx')

    with pytest.raises(pdf.NoFonts, match=r"(?i)noto serif cjk sc"):
        pdf.render(make.certificate(), public_url=SITE)
