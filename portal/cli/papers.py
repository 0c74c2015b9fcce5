"""Commands of papers: assemble one, list them, check that none was changed."""

import json
from datetime import UTC, datetime
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import selectinload

from certification.exams import papers
from certification.exams.assembly import InfeasibleBlueprint
from certification.exams.models import Paper
from certification.standards import service as standards
from portal.database import db, unit_of_work
from portal.errors import sentence
from training_base.centers import service as centers
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import Refusal

group = AppGroup("papers", help="Papers: assemble, list, check that none was changed.")


def facts_of(paper: Paper) -> dict[str, Any]:
    """A paper as data, without its items; the total is in hundredths of a mark."""
    return {
        "id": str(paper.id),
        "code": paper.code,
        "title": paper.title,
        "scheme": paper.scheme.code,
        "minutes": paper.minutes,
        "total": paper.total,
        "seed": paper.seed,
        "digest": paper.digest,
        "assembled_at": paper.assembled_at.isoformat(),
    }


def said(refusal: Refusal) -> str:
    """A refusal in one line, with what is missing where the bank is too small."""
    short = refusal.short if isinstance(refusal, InfeasibleBlueprint) else ()
    cells = "; ".join(f"{cell.kind} {cell.area}: {cell.available}/{cell.wanted}" for cell in short)
    return f"{sentence(refusal)} {cells}".strip()


@group.command("assemble")
@click.option("--scheme", required=True, help="The scheme's code.")
@click.option("--center", required=True, help="The center's code of 13 characters.")
@click.option("--title", default=None, help="What the paper is called; by default after its scheme.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=None, help="The same seed on the same bank: the same paper."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def assemble(scheme: str, center: str, title: str | None, seed: int | None, as_json: bool) -> None:
    """Assemble a paper by a scheme's blueprint, and freeze it."""
    now = datetime.now(UTC)
    try:
        with unit_of_work() as session:
            found = standards.scheme_by_code(session, scheme)
            body = centers.by_code(session, center, by=SYSTEM)
            paper = papers.assemble(session, found.id, body.id, title or found.title_zh, seed, by=SYSTEM, now=now)
            facts = facts_of(paper)
    except Refusal as refusal:
        raise click.ClickException(said(refusal)) from refusal
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else f"{facts['code']}  {facts['digest']}")


@group.command("list")
@click.option("--q", default=None, help="Part of a code or title.")
@click.option("--level", type=click.IntRange(1, 5), help="Only this level.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_papers(q: str | None, level: int | None, limit: int, as_json: bool) -> None:
    """List papers, the newest first."""
    rows = [facts_of(paper) for paper in db.session.scalars(papers.listing(by=SYSTEM, q=q, level=level).limit(limit))]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['code']}  {row['scheme']:<24}  {row['minutes']:>3} min  {row['title']}")


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(as_json: bool) -> None:
    """Check every paper against the digest taken at assembly; exits with 1 when one was changed."""
    query = papers.listing(by=SYSTEM).options(selectinload(Paper.items)).execution_options(yield_per=50)
    count, changed = 0, []
    for paper in db.session.scalars(query):
        count += 1
        if not papers.is_intact(paper):
            changed.append(paper.code)
    if as_json:
        click.echo(json.dumps({"papers": count, "changed": changed}))
    else:
        click.echo(f"{count} papers, {len(changed)} changed")
    if changed:
        raise click.ClickException(f"changed since assembly: {', '.join(changed)}")
