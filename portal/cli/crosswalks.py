"""Commands of crosswalks; they join the group of standards."""

import json
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from certification.crosswalks import deciding, service, standing
from certification.crosswalks.models import Crosswalk, CrosswalkRow
from certification.standards.models import StandardNode, Tier
from portal.cli.standards import group
from portal.database import db
from portal.errors import sentence
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import Refusal


def end_of(end: Tier | StandardNode | None) -> dict[str, Any] | None:
    """An end of a row as data; null where there is no counterpart."""
    if end is None:
        return None
    if isinstance(end, Tier):
        return {"identifier": str(end.identifier), "kind": "tier", "level": end.level, "title": end.title_zh}
    level = end.tier.level if end.tier else None
    return {"identifier": str(end.identifier), "kind": end.kind.value, "level": level, "code": end.code, "zh": end.zh}


def row_of(row: CrosswalkRow) -> dict[str, Any]:
    """A row as data."""
    return {
        "identifier": str(row.identifier),
        "origin": end_of(row.origin),
        "destination": end_of(row.destination),
        "relation": row.relation and row.relation.value,
        "status": row.status.value,
        "likeness": None if row.likeness is None else row.likeness / 1000,
        "reason": row.reason,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at and row.decided_at.isoformat(),
    }


def coverage_of(session: Session, crosswalk: Crosswalk) -> dict[str, Any]:
    """What is covered of both sides, by kind of node."""
    return {
        side: {
            one.kind.value: {"related": one.related, "none": one.none, "open": one.gaps}
            for one in standing.coverage(session, crosswalk, of_origin=side == "origin")
        }
        for side in ("origin", "destination")
    }


def matrix_of(session: Session, crosswalk: Crosswalk) -> list[dict[str, Any]]:
    """The eight grades and what they are under both standards; null where nothing was decided."""
    matrix = standing.matrix(session, crosswalk)
    return [
        {
            "grade": None if line.grade is None else line.grade.name.lower(),
            "level": line.tier and line.tier.level,
            "counterparts": [
                {"level": column.level, "relation": row.relation}
                for column, row in zip(matrix.columns, line.cells, strict=True)
                if row is not None
            ],
            "none": line.none is not None,
        }
        for line in matrix.lines
    ]


def facts_of(session: Session, crosswalk: Crosswalk) -> dict[str, Any]:
    """A crosswalk as data."""
    return {
        "identifier": str(crosswalk.identifier),
        "version": crosswalk.version,
        "status": crosswalk.status.value,
        "title": crosswalk.title_zh,
        "title_en": crosswalk.title_en,
        "origin": crosswalk.origin.code,
        "destination": crosswalk.destination.code,
        "evidence": crosswalk.evidence,
        "review_on": crosswalk.review_on and crosswalk.review_on.isoformat(),
        "author": crosswalk.author,
        "published_by": crosswalk.published_by,
        "published_at": crosswalk.published_at and crosswalk.published_at.isoformat(),
        "matrix": matrix_of(session, crosswalk),
        "coverage": coverage_of(session, crosswalk),
        "rows": [row_of(row) for row in session.scalars(deciding.rows(crosswalk.id))],
    }


@group.command("crosswalk")
@click.argument("crosswalk_id", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def crosswalk(crosswalk_id: UUID, as_json: bool) -> None:
    """Show the crosswalk CROSSWALK_ID: what it is, its matrix, its coverage and its rows."""
    session = db.session()
    try:
        facts = facts_of(session, service.by_id(session, crosswalk_id, by=SYSTEM))
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    click.echo(f"{facts['title']} (version {facts['version']}, {facts['status']})")
    for row in facts["rows"]:
        other = row["destination"] or {}
        click.echo(f"  {name_of(row['origin'])} -> {name_of(other)}: {row['relation'] or row['status']}")


def name_of(end: dict[str, Any]) -> str:
    """What an end is called on one line."""
    return " ".join(str(end[part]) for part in ("code", "title", "zh") if end.get(part)) or "no counterpart"


@group.command("crosswalks")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def crosswalks(as_json: bool) -> None:
    """List the crosswalks."""
    found = [
        {"identifier": str(one.identifier), "title": one.title_zh, "version": one.version, "status": one.status.value}
        for one in db.session.scalars(service.listing(by=SYSTEM))
    ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one['identifier']}  {one['status']:<10}  {one['title']} ({one['version']})")
