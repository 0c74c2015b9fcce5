"""Commands that compare versions; they join the group of standards."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import click

from certification.impact import service as impacts
from certification.impact.rules import Touched
from certification.impact.service import Impact
from certification.standards import pairing, visibility
from certification.standards.comparison import Effect, Fate, Part, Row
from certification.standards.models import Standard
from certification.wording.rules import Piece
from portal.cli.standards import group
from portal.database import db
from portal.errors import sentence
from portal.filters import ZONE
from training_base.centers.rules import day_at
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import Refusal


def pair_of(old: str, new: str) -> tuple[Standard, Standard]:
    """Both versions by code or identifier; one clear line where one is not there."""
    try:
        return visibility.standard(db.session(), old, by=SYSTEM), visibility.standard(db.session(), new, by=SYSTEM)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal


def part_of(part: Part) -> dict[str, Any]:
    """A part as data."""
    return {
        "identifier": str(part.key),
        "kind": part.kind,
        "level": part.level,
        "code": part.code,
        "zh": part.zh,
        "en": part.en,
        "figures": dict(part.figures),
    }


def pieces_of(pieces: Iterable[Piece]) -> list[dict[str, str]]:
    """A changed wording as data."""
    return [{"change": piece.change.value, "text": piece.text} for piece in pieces]


def row_of(row: Row) -> dict[str, Any]:
    """A row as data, with the change of the wording where there is one."""
    facts: dict[str, Any] = {
        "fates": [fate.value for fate in row.fates],
        "old": [part_of(part) for part in row.old],
        "new": [part_of(part) for part in row.new],
    }
    if Fate.REWORDED in row.fates:
        facts |= {"wording": pieces_of(row.wording), "wording_en": pieces_of(row.wording_en)}
    return facts


@group.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--all", "with_unchanged", is_flag=True, help="Name the unchanged parts too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def diff(old: str, new: str, with_unchanged: bool, as_json: bool) -> None:
    """What became of each part of the version OLD in the version NEW, told by links and not by numbers."""
    before, after = pair_of(old, new)
    comparison = pairing.compared(db.session(), before, after)
    rows = [row for row in comparison.rows if with_unchanged or Fate.UNCHANGED not in row.fates]
    if as_json:
        counts = {fate.value: count for fate, count in comparison.counts.items()}
        facts = {"old": before.code, "new": after.code, "counts": counts, "rows": [row_of(row) for row in rows]}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for row in rows:
        names = (
            " + ".join(f"{part.code or ''} {part.zh or '-'}".strip() for part in side) for side in (row.old, row.new)
        )
        click.echo(f"{', '.join(fate.value for fate in row.fates)}: {' -> '.join(name or 'nothing' for name in names)}")


def touched_of(impact: Impact, kind: Touched) -> list[dict[str, Any]]:
    """What of a kind is touched, as data."""
    today = day_at(datetime.now(UTC), ZONE)
    rows = db.session.execute(impacts.listing(impact, kind, by=SYSTEM, on=today)).mappings()
    return [dict(row) for row in rows]


@group.command("impact")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def impact(old: str, new: str, as_json: bool) -> None:
    """What the version NEW touches of what stands on the version OLD: certificates, papers, items, tasks, centers."""
    before, after = pair_of(old, new)
    found = impacts.of(db.session(), before, after)
    counts = impacts.summary(db.session(), found, by=SYSTEM, on=day_at(datetime.now(UTC), ZONE))
    if not as_json:
        for kind, numbers in counts.items():
            said = ", ".join(f"{numbers[effect]} {effect.value}" for effect in Effect if numbers[effect])
            click.echo(f"{kind.value}: {said or 'none'}")
        return
    facts = {
        "old": before.code,
        "new": after.code,
        "levels": [
            {
                "level": one.level,
                "new_level": one.new_level,
                "certificates": one.effect.value,
                "papers": one.paper.value,
                "areas": {code: effect.value for code, effect in one.areas.items()},
            }
            for one in sorted(found.tiers.values(), key=lambda one: one.level)
        ],
        "counts": {kind.value: {effect.value: count for effect, count in n.items()} for kind, n in counts.items()},
        "touched": {kind.value: touched_of(found, kind) for kind in Touched},
    }
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
