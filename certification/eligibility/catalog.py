"""Reads rule sets and related lists from data files; what was not published stays unknown."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.eligibility.models import EligibilityRuleSet, RelatedList
from certification.eligibility.rules import RelatedKind, check_rules
from certification.standards import service as standards
from certification.standards.rules import Evidence
from training_base.kernel import audit
from training_base.kernel.actor import Actor

RULE_SETS = Path(__file__).resolve().parent.parent / "data" / "eligibility"
RELATED = RULE_SETS.parent / "related"


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


def load_related(session: Session, folder: Path = RELATED, *, by: Actor, now: datetime) -> list[RelatedList]:
    """Take over the lists of related occupations and subjects of a folder; one that is there is left as it is.

    Returns:
        the lists that were not there before.

    Raises:
        ValueError: a list is of no known kind, or a day is none.
        KeyError: a file lacks a field.
    """
    known = set(session.scalars(sa.select(RelatedList.code)))
    loaded = []
    for path in sorted(folder.glob("*.json")):
        for facts in json.loads(path.read_text(encoding="utf-8"))["lists"]:
            if facts["code"] not in known:
                loaded.append(_related(facts))
    session.add_all(loaded)
    session.flush()
    for one in loaded:
        audit.record(session, "related.loaded", one, by=by, at=now)
    return loaded


def _related(facts: Mapping[str, Any]) -> RelatedList:
    entries = facts["entries"]
    return RelatedList(
        code=facts["code"],
        kind=RelatedKind(facts["kind"]),
        title_zh=facts["title_zh"],
        title_en=facts["title_en"],
        entries=None if entries is None else [{"zh": entry["zh"], "en": entry["en"]} for entry in entries],
        evidence=Evidence(facts["evidence"]),
        source=facts["source"],
        from_on=date.fromisoformat(facts["from_on"]),
        until_on=None if facts["until_on"] is None else date.fromisoformat(facts["until_on"]),
    )
