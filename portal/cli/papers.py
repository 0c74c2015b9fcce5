"""Commands of papers: assemble one or parallel ones, list and compare them, check that none was changed."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy.orm import selectinload

from certification.assembly import service as blueprints
from certification.assembly import telling
from certification.assembly.rules import Problem, overlaps
from certification.exams import paper_sets, papers
from certification.exams.assembly import InfeasibleBlueprint
from certification.exams.models import Paper, PaperSet
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
    query = papers.listing(by=SYSTEM, own=True).options(selectinload(Paper.items)).execution_options(yield_per=50)
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


def set_facts(paper_set: PaperSet) -> dict[str, Any]:
    """A set of parallel papers as data: what the search gave, and the figures of each paper."""
    facts: dict[str, Any] = {
        "id": str(paper_set.id),
        "blueprint": paper_set.blueprint_version.blueprint.title,
        "version": paper_set.blueprint_version.number,
        "status": paper_set.status.value,
        "count": paper_set.count,
        "seed": paper_set.seed,
        **paper_set.outcome,
    }
    if paper_set.content:
        asked = paper_sets.solved_problem(paper_set)
        solved = paper_sets.solved_papers(paper_set, asked)
        facts["overlaps"] = overlaps(solved)
        facts["papers"] = [
            {
                "difficulty": round(found.difficulty, 4),
                "information": {f"{ability:g}": round(value, 4) for ability, value in found.information.items()},
                "new": found.fresh,
                "calibrated": found.calibrated,
            }
            for found in (paper_sets.compare(paper, (-2.0, -1.0, 0.0, 1.0, 2.0)) for paper in solved)
        ]
        facts["codes"] = [paper.code for paper in paper_sets.frozen_papers(db.session(), paper_set.id)]
    return facts


def print_set(paper_set: PaperSet, as_json: bool) -> None:
    """Print a set as JSON, or a line for it and one per paper."""
    facts = set_facts(paper_set)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(f"{facts['id']}  {facts['status']}  {facts['count']} papers  {facts.get('shared', '-')} shared")
    for number, paper in enumerate(facts.get("papers", []), start=1):
        information = "  ".join(f"I({at})={value:.2f}" for at, value in paper["information"].items())
        click.echo(f"{number:>3}  difficulty {paper['difficulty']:+.3f}  {information}")


@group.command("parallel")
@click.option("--blueprint", required=True, type=click.UUID, help="The blueprint's identifier.")
@click.option("--count", default=2, show_default=True, type=click.IntRange(1, paper_sets.MOST_PAPERS), help="Papers.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=None, help="The same seed: the same papers.")
@click.option("--seconds", default=60, show_default=True, type=click.IntRange(5, 1800), help="Time of the search.")
@click.option("--freeze", is_flag=True, help="Freeze the papers at once.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def parallel(blueprint: UUID, count: int, seed: int | None, seconds: int, freeze: bool, as_json: bool) -> None:
    """Solve a blueprint into parallel papers."""
    now, seed = datetime.now(UTC), secrets.randbits(31) if seed is None else seed
    wish = {"count": count, "seed": seed, "seconds": seconds}
    try:
        with unit_of_work() as session:
            set_id = paper_sets.begin(session, blueprint, **wish, by=SYSTEM, now=now).id
        asked = paper_sets.problem_of(db.session(), set_id, now=now)
        db.session.rollback()
        keep_or_refuse(set_id, asked, seed, seconds)
        if freeze:
            with unit_of_work() as session:
                paper_sets.freeze(session, set_id, by=SYSTEM, now=datetime.now(UTC))
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    print_set(paper_sets.by_id(db.session(), set_id, by=SYSTEM), as_json)


def keep_or_refuse(set_id: UUID, asked: Problem, seed: int, seconds: int) -> None:
    """Solve, and keep the papers; a refusal is kept with the set and raised."""
    try:
        solution = paper_sets.solve(asked, seed, seconds)
    except telling.UNSOLVED as refusal:
        with unit_of_work() as session:
            paper_sets.refuse(session, set_id, telling.facts_of(refusal), by=SYSTEM, now=datetime.now(UTC))
        raise
    with unit_of_work() as session:
        paper_sets.keep(session, set_id, asked, solution, by=SYSTEM, now=datetime.now(UTC))


@group.command("show")
@click.argument("paper_set", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(paper_set: UUID, as_json: bool) -> None:
    """Show a set of parallel papers: difficulty, information, shared items."""
    try:
        print_set(paper_sets.by_id(db.session(), paper_set, by=SYSTEM), as_json)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal


@group.command("check")
@click.argument("paper_set", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(paper_set: UUID, as_json: bool) -> None:
    """Count every limit of a set again, without the solver; exits with 1 when one is broken."""
    try:
        found = paper_sets.faults(db.session(), paper_sets.by_id(db.session(), paper_set, by=SYSTEM))
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    click.echo(json.dumps({"faults": found}) if as_json else f"{len(found)} limits broken")
    if found:
        raise click.ClickException("; ".join(found))


@group.command("blueprints")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_blueprints(as_json: bool) -> None:
    """List blueprints with their identifiers."""
    rows = [
        {"id": str(one.id), "title": one.title, "scheme": one.scheme.code, "version": one.version}
        for one in db.session.scalars(blueprints.listing(by=SYSTEM).limit(1000))
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['scheme']:<24}  v{row['version']}  {row['title']}")
