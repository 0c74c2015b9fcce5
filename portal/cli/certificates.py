"""Commands of certificates: list them, show one, write its PDF, check a number."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from certification.certificates import pdf, service, verification
from certification.certificates.models import Certificate
from certification.certificates.rules import CertificateStatus, CheckVerdict
from portal.api.certificates import CheckOut
from portal.database import db
from portal.errors import sentence
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import Refusal

group = AppGroup("certificates", help="Certificates: list, show, write the PDF, check a number.")


def facts_of(certificate: Certificate) -> dict[str, Any]:
    """A certificate as data; marks are in hundredths."""
    return {
        "number": certificate.number,
        "holder": certificate.holder_name,
        "level": certificate.tier.level,
        "status": certificate.status.value,
        "center": certificate.center.code,
        "issued_on": certificate.issued_on.isoformat(),
        "expires_on": certificate.expires_on.isoformat() if certificate.expires_on else None,
        "theory_marks": certificate.theory_marks,
        "skill_marks": certificate.skill_marks,
    }


def find(number: str) -> Certificate:
    """The certificate of a number; a clear line and a non-zero exit where there is none."""
    try:
        return service.by_number(db.session(), number, by=SYSTEM)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal


@group.command("list")
@click.option("--q", default=None, help="Start of a number, or part of a name.")
@click.option("--status", type=click.Choice([status.value for status in CertificateStatus]), help="Only this status.")
@click.option("--level", type=click.IntRange(1, 5), help="Only this level.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_certificates(q: str | None, status: str | None, level: int | None, limit: int, as_json: bool) -> None:
    """List certificates, the newest first."""
    wanted = CertificateStatus(status) if status else None
    query = service.listing(by=SYSTEM, q=q, status=wanted, level=level)
    newest = query.order_by(Certificate.issued_on.desc(), Certificate.number.desc()).limit(limit)
    rows = [facts_of(one) for one in db.session.scalars(newest)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['number']}  L{row['level']}  {row['status']:<9}  {row['issued_on']}  {row['holder']}")


@group.command("show")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(number: str, as_json: bool) -> None:
    """Show the certificate with this NUMBER."""
    facts = facts_of(find(number))
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for name, value in facts.items():
        click.echo(f"{name:<13} {'-' if value is None else value}")


@group.command("pdf")
@click.argument("number")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def write_pdf(number: str, file: Path) -> None:
    """Write the PDF of the certificate with this NUMBER to a FILE."""
    try:
        page = pdf.render(find(number), public_url=current_app.config["PUBLIC_URL"])
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    file.write_bytes(page)
    click.echo(f"{file}: {len(page)} bytes")


@group.command("verify")
@click.argument("number")
@click.option("--name", help="The holder's name.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as the API answers.")
def verify(number: str, name: str | None, as_json: bool) -> None:
    """Check a NUMBER as the public page does; exits with 1 unless the certificate is valid."""
    now = datetime.now(UTC)
    answer = CheckOut.of(verification.check_number(db.session(), number, name=name, now=now), now)
    if as_json:
        click.echo(answer.model_dump_json())
    else:
        told = [answer.verdict.value, answer.problem and answer.problem.value, answer.holder]
        click.echo("  ".join([answer.number, *(part for part in told if part)]))
    if answer.verdict is not CheckVerdict.VALID:
        raise SystemExit(1)
