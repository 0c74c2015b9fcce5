"""Commands of eligibility: how a trainer stands to the rules; they join the group of people."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from certification.certificates import service as certificates
from certification.eligibility import service
from certification.eligibility.rules import Assessment, EligibilityAnswer, HeldCertificate
from portal.cli.people import group, here
from portal.errors import sentence
from portal.filters import ZONE
from training_base.centers.rules import day_at
from training_base.kernel.errors import Refusal

DAY = click.DateTime(formats=["%Y-%m-%d"])


def held(session: Session, trainer_id: UUID, on: date) -> list[HeldCertificate]:
    """The certificates of this portal on which a trainer may rely that day."""
    found = certificates.of_trainer(session, trainer_id)
    return [HeldCertificate(one.tier.level, one.issued_on) for one in found if one.holds_on(on)]


def day_of(day: date | None) -> str | None:
    """A day as JSON has it."""
    return None if day is None else day.isoformat()


def facts_of(answer: EligibilityAnswer, *, decides: bool) -> dict[str, Any]:
    """What one set of rules says, as data; null where it was not published."""
    return {
        "rules": answer.code or None,
        "title": answer.title_zh or None,
        "decides": decides,
        "published": answer.published,
        "met": answer.met,
        "from_on": day_of(answer.from_on),
        "tried": [
            {
                "rule": rule.rule_id,
                "met": rule.met,
                "from_on": day_of(rule.from_on),
                "conditions": [
                    {
                        "kind": one.kind.value,
                        "standing": one.standing.value,
                        "asked": dict(one.asked),
                        "have": one.have,
                        "from_on": day_of(one.from_on),
                    }
                    for one in rule.conditions
                ],
            }
            for rule in answer.tried
        ],
    }


def level_facts(found: Assessment) -> dict[str, Any]:
    """What all sets of rules say about a level."""
    return {
        "level": found.deciding.level,
        "on": found.deciding.on.isoformat(),
        "eligible": found.deciding.met is not None,
        "answers": [facts_of(one, decides=one is found.deciding) for one in found.answers],
    }


def line(facts: dict[str, Any]) -> str:
    """One line about a level."""
    deciding = facts["answers"][0]
    if not deciding["published"]:
        said = "not published"
    elif deciding["met"]:
        said = f"met by {deciding['met']}"
    else:
        said = f"not met; by time alone from {deciding['from_on'] or 'no day'}"
    return f"level {facts['level']} on {facts['on']}: {said} ({deciding['rules'] or 'no rules'})"


@group.command("eligibility")
@click.argument("trainer_id", type=click.UUID)
@click.option("--level", type=click.IntRange(1, 5), help="Only this level.")
@click.option("--on", "day", type=DAY, help="The day to judge, by default today.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def eligibility(trainer_id: UUID, level: int | None, day: datetime | None, as_json: bool) -> None:
    """How a trainer stands to every rule: what is met, what is missing, from when time alone meets it."""
    session, on = here(), day.date() if day else day_at(datetime.now(UTC), ZONE)
    own = held(session, trainer_id, on)
    try:
        found = [
            level_facts(service.assess(session, trainer_id, number, on=on, held=own))
            for number in ([level] if level else range(5, 0, -1))
        ]
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for facts in found:
        click.echo(line(facts))
