"""Commands of standards: load, list, show."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from certification.eligibility import catalog as eligibility
from certification.standards import catalog, service
from certification.standards.models import Tier
from portal.cli import frameworks
from portal.database import db, unit_of_work
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import NotFound

group = AppGroup("standards", help="Standards, their schemes and knowledge points: load, list, show.")

group.add_command(frameworks.import_file)
group.add_command(frameworks.export)

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group.command("load")
@click.argument("file", type=FILE, default=catalog.NATIONAL)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def load(file: Path, as_json: bool) -> None:
    """Load an edition from FILE (by default the national standard that ships), schemes, points, eligibility rules.

    What is loaded already is left as it is.
    """
    now = datetime.now(UTC)
    try:
        with unit_of_work() as session:
            standard = catalog.load_standard(session, file, by=SYSTEM, now=now)
            schemes = catalog.load_schemes(session, by=SYSTEM, now=now)
            points = catalog.load_knowledge_points(session, by=SYSTEM, now=now)
            rules = eligibility.load_rule_sets(session, by=SYSTEM, now=now)
            lists = eligibility.load_related(session, by=SYSTEM, now=now)
            facts = {
                "standard": standard.code,
                "schemes": [scheme.code for scheme in schemes],
                "new_knowledge_points": points,
                "new_rule_sets": len(rules),
                "new_related_lists": len(lists),
            }
    except (KeyError, TypeError, ValueError) as error:
        raise click.ClickException(f"{file} is not a standard: {error!r}") from error
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else f"{standard_line(facts)} is loaded.")


def standard_line(facts: dict[str, Any]) -> str:
    """One line about what was loaded."""
    return f"{facts['standard']} with {len(facts['schemes'])} schemes ({facts['new_knowledge_points']} new points)"


@group.command("list")
@click.option("--public", "as_outsider", is_flag=True, help="Leave out what outsiders may not know of.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def listing(as_outsider: bool, as_json: bool) -> None:
    """List the editions and their tiers, private drafts among them."""
    by = replace(SYSTEM, everywhere=not as_outsider)
    rows = [
        {
            "identifier": str(standard.identifier),
            "code": standard.code,
            "title": standard.title_zh,
            "status": standard.status.value,
            "tiers": [{"level": tier.level, "training_hours": tier.training_hours} for tier in standard.tiers],
        }
        for standard in db.session.scalars(service.listing(by=by))
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['code']:<16}  {row['status']:<10}  {row['title']}")


@group.command("show")
@click.argument("level", type=click.IntRange(1, 5))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(level: int, as_json: bool) -> None:
    """Show what is known of a LEVEL; null means not published."""
    try:
        tier = service.tier_by_level(db.session(), level)
    except NotFound as error:
        raise click.ClickException(f"no tier of level {level} is loaded; run: flask standards load") from error
    facts = tier_facts(tier)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(f"{tier.title_en} ({tier.title_zh}), {tier.training_hours} training hours")
    for node in facts["nodes"]:
        click.echo(f"  {node['code'] or '-':<8} {node['kind']:<10} {node['zh'] or 'not published'}")


def tier_facts(tier: Tier) -> dict[str, Any]:
    """A tier as plain values."""
    weights = service.weights(db.session(), tier.id)
    return {
        "level": tier.level,
        "title": tier.title_zh,
        "training_hours": tier.training_hours,
        "nodes": [
            {"kind": node.kind.value, "code": node.code, "zh": node.zh, "evidence": node.evidence.value}
            for node in service.in_order(service.tree(db.session(), tier.id))
        ],
        "weights": {
            component.value: [
                {"area": row.zh, "percent": row.percent, "inferred_percent": row.inferred_percent} for row in rows
            ]
            for component, rows in weights.items()
        },
    }
