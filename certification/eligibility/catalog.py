"""Reads eligibility rule sets from data files; what was not published stays unknown."""

import json
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.eligibility.models import EligibilityRuleSet
from certification.eligibility.rules import check_rules
from certification.standards import service as standards
from certification.standards.rules import Evidence
from training_base.kernel import audit
from training_base.kernel.actor import Actor

RULE_SETS = Path(__file__).resolve().parent.parent / "data" / "eligibility"


def load_rule_sets(session: Session, folder: Path = RULE_SETS, *, by: Actor, now: datetime) -> list[EligibilityRuleSet]:
    """Take over the rule sets of a folder for the tiers of the adopted national standard.

    One that is already there is left as it is: a change is a new file with a new code.

    Args:
        session: the session of the deed.
        folder: files of the shape of ``certification/data/eligibility/*.json``.
        by: who loads.
        now: when.

    Returns:
        the sets that were not there before.

    Raises:
        NotFound: the standard is not loaded.
        ValueError: a condition is not one that can be judged.
        KeyError: a file lacks a field.
    """
    return [
        rule_set for path in sorted(folder.glob("*.json")) for rule_set in _load_file(session, path, by=by, now=now)
    ]


def _load_file(session: Session, path: Path, *, by: Actor, now: datetime) -> list[EligibilityRuleSet]:
    content = json.loads(path.read_text(encoding="utf-8"))
    until_on = content["until_on"]
    loaded = []
    for level, facts in content["tiers"].items():
        tier = standards.tier_by_level(session, int(level))
        known = sa.select(EligibilityRuleSet.id).where(
            EligibilityRuleSet.code == content["code"], EligibilityRuleSet.tier_id == tier.id
        )
        if session.scalar(known) is not None:
            continue
        check_rules(facts["any_of"] or ())
        rule_set = EligibilityRuleSet(
            code=content["code"],
            tier_id=tier.id,
            title_zh=content["title_zh"],
            title_en=content["title_en"],
            rules=facts["any_of"],
            evidence=Evidence(facts["evidence"]),
            from_on=date.fromisoformat(content["from_on"]),
            until_on=None if until_on is None else date.fromisoformat(until_on),
        )
        session.add(rule_set)
        session.flush()
        audit.record(session, "eligibility.loaded", rule_set, by=by, at=now, details={"level": tier.level})
        loaded.append(rule_set)
    return loaded
