"""Reads standards, knowledge points and schemes from data files; what they leave open stays unknown."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards import service
from certification.standards.models import KnowledgePoint, Scheme, Standard, StandardNode, Tier, TierWeight
from certification.standards.rules import (
    Component,
    Evidence,
    LinkKind,
    NodeKind,
    StandardKind,
    StandardStatus,
    fact_identifier,
    read_plan,
)
from training_base.kernel import audit
from training_base.kernel.actor import Actor

DATA = Path(__file__).resolve().parent.parent / "data"
NATIONAL = DATA / "standards" / "ai-trainer-national-2021.json"
SCHEMES = DATA / "schemes"
KNOWLEDGE_POINTS = DATA / "knowledge_points"

KEPT = (
    "compiled", "purpose", "evidence_classes", "field_notes", "sources", "occupation", "jobs", "standard",
    "higher_level_covers_lower", "examination", "basic_requirements", "local_profiles", "unknown",
)  # fmt: skip
"""Parts of the file that are kept with the edition as they stand."""

OWN_COLUMNS = {"code", "zh", "en", "evidence", "skills", "work_contents", "themes", "related_knowledge"}


def load_standard(session: Session, path: Path = NATIONAL, *, by: Actor, now: datetime) -> Standard:
    """Take over an edition with its tiers, nodes and weights; one that is already there is left as it is.

    ``null`` in the file stays None; figures that the file calls inferred go to ``inferred_percent`` only.

    Args:
        path: a file of the shape of ``certification/data/standards/ai-trainer-national-2021.json``.

    Raises:
        KeyError: the file lacks a field.
    """
    facts = json.loads(path.read_text(encoding="utf-8"))
    edition = facts["standard"]
    earlier = session.scalar(sa.select(Standard).where(Standard.code == edition["id"]))
    if earlier is not None:
        return earlier
    standard = Standard(
        id=uuid4(),
        identifier=fact_identifier(edition["id"]),
        code=edition["id"],
        series=edition.get("series", edition["id"]),
        version=edition.get("version", edition["id"]),
        occupation_code=facts["occupation"]["code"],
        kind=StandardKind.NATIONAL,
        status=StandardStatus.ADOPTED,
        title_zh=edition["title_zh"],
        title_en=edition["title_en"],
        issuers_zh=edition["issuers_zh"],
        published=edition["published"],
        created_at=now,
        changed_at=now,
        evidence=Evidence(edition["evidence"]),
        source=named(edition),
        facts={name: facts[name] for name in KEPT} | {"zh": _in_chinese(path)},
    )
    session.add(standard)
    session.flush()
    for level in facts["levels"]:
        _load_tier(session, standard, level, facts)
    audit.record(session, "standard.loaded", standard, by=by, at=now)
    return standard


def _in_chinese(path: Path) -> dict[str, Any]:
    """The file's remarks in Chinese, from ``<name>.zh.json`` beside it; empty where there is none."""
    beside = path.with_suffix(".zh.json")
    return dict(json.loads(beside.read_text(encoding="utf-8"))) if beside.is_file() else {}


def named(fact: Mapping[str, Any]) -> str | None:
    """The names of the sources of a fact, as one text."""
    return ", ".join(fact.get("sources", ())) or None


def _load_tier(session: Session, standard: Standard, level: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    number = str(level["level"])
    tier = Tier(
        id=uuid4(),
        identifier=fact_identifier(standard.code, f"level:{number}"),
        standard_id=standard.id,
        level=level["level"],
        title_zh=level["zh"],
        title_en=level["en"],
        training_hours=level["reference_training_hours"],
        validity_months=None,
        evidence=Evidence(level["evidence"]),
        source=named(level),
        facts={"sources": level["sources"], "weights": _notes(facts["weights"], number)},
    )
    session.add(tier)
    session.flush()
    nodes = _nodes(standard, tier, facts["functions"][number])
    session.add_all(nodes)
    session.flush()
    functions = {node.zh: node.id for node in nodes if node.kind is NodeKind.FUNCTION}
    for component in (Component.THEORY, Component.SKILL):
        rows = _weights(tier.id, component, facts["weights"][component], number)
        session.add_all(rows)
        for row in rows:
            row.node_id = functions.get(row.zh)
    session.flush()


def _nodes(standard: Standard, tier: Tier, functions: Iterable[Mapping[str, Any]]) -> list[StandardNode]:
    """The tree of a tier, parents before children."""
    made: list[StandardNode] = []
    places: Counter[tuple[UUID | None, NodeKind]] = Counter()

    def add(kind: NodeKind, source: Mapping[str, Any], parent: StandardNode | None, code: str | None) -> StandardNode:
        titled = not source.get("title_unknown")
        remark = {} if titled else {"remark_en": source["en"]}
        above = parent.identifier if parent else tier.identifier
        places[above, kind] += 1
        identifier = fact_identifier(str(above), f"{kind.value}:{code or '#' + str(places[above, kind])}")
        node = StandardNode(
            id=uuid4(),
            identifier=identifier,
            placement_identifier=fact_identifier(str(identifier), LinkKind.IS_CHILD_OF.value),
            standard_id=standard.id,
            tier_id=tier.id,
            parent_id=parent.id if parent else None,
            kind=kind,
            code=code,
            zh=source["zh"],
            en=source["en"] if titled else None,
            evidence=Evidence(source["evidence"]) if titled else Evidence.UNKNOWN,
            source=named(source),
            facts={name: value for name, value in source.items() if name not in OWN_COLUMNS} | remark,
            position=len(made) + 1,
        )
        made.append(node)
        return node

    for source in functions:
        function = add(NodeKind.FUNCTION, source, None, str(source["no"]))
        for content in source["work_contents"] or ():
            duty = add(NodeKind.DUTY, content, function, content["code"])
            for skill in content["skills"] or ():
                add(NodeKind.CRITERION, skill, duty, skill["code"])
            for knowledge in content.get("related_knowledge", ()):
                add(NodeKind.KNOWLEDGE, knowledge, duty, knowledge["code"])
        for theme in source.get("themes", ()):
            add(NodeKind.THEME, theme, function, None)
    return made


def _weights(tier_id: UUID, component: Component, table: Mapping[str, Any], level: str) -> list[TierWeight]:
    inferred = table["inferred"].get(level, {"values": [None] * len(table["rows"])})["values"]
    rows = zip(table["rows"], table["rows_en"], table["columns"][level], inferred, strict=True)
    return [
        TierWeight(
            tier_id=tier_id,
            component=component,
            zh=zh,
            en=en,
            percent=percent,
            inferred_percent=guess if percent is None else None,
            evidence=_weight_evidence(table["evidence"], level, percent, guess),
            source=named(_weight_note(table, level, percent)),
            position=position,
        )
        for position, (zh, en, percent, guess) in enumerate(rows)
    ]


def _weight_note(table: Mapping[str, Any], level: str, percent: int | None) -> Mapping[str, Any]:
    """What the file says about how a figure is known."""
    if percent is None:
        return dict(table["inferred"].get(level, {}))
    return dict(table["evidence"]["absent_cells" if percent == 0 else level])


def _weight_evidence(evidence: Mapping[str, Any], level: str, percent: int | None, guess: int | None) -> Evidence:
    if percent is None:
        return Evidence.UNKNOWN if guess is None else Evidence.INFERRED
    return Evidence(evidence["absent_cells" if percent == 0 else level]["class"])


def _notes(weights: Mapping[str, Any], level: str) -> dict[str, Any]:
    """What the file says about the figures of a level: where read, how inferred."""
    notes: dict[str, Any] = {}
    for component in (Component.THEORY, Component.SKILL):
        table = weights[component]
        notes[component.value] = {
            "read": table["evidence"].get(level),
            "absent": table["evidence"]["absent_cells"],
            "inferred": {name: value for name, value in table["inferred"].get(level, {}).items() if name != "values"},
        }
    return notes


def load_schemes(session: Session, folder: Path = SCHEMES, *, by: Actor, now: datetime) -> list[Scheme]:
    """Take over the schemes of a folder; one that is already there is left as it is.

    Raises:
        NotFound: the tier of a scheme is not loaded.
        ValueError: the numbers of a scheme do not add up.
        KeyError: a file lacks a field.
    """
    return [_load_scheme(session, path, by=by, now=now) for path in sorted(folder.glob("*.json"))]


def _load_scheme(session: Session, path: Path, *, by: Actor, now: datetime) -> Scheme:
    facts = json.loads(path.read_text(encoding="utf-8"))
    earlier = session.scalar(sa.select(Scheme).where(Scheme.code == facts["code"]))
    if earlier is not None:
        return earlier
    read_plan(facts["content"])
    scheme = Scheme(
        code=facts["code"],
        tier_id=service.tier_by_level(session, facts["level"]).id,
        title_zh=facts["title_zh"],
        title_en=facts["title_en"],
        is_demonstration=facts["is_demonstration"],
        from_on=date.fromisoformat(facts["from_on"]),
        until_on=date.fromisoformat(facts["until_on"]) if facts["until_on"] else None,
        content=facts["content"],
    )
    session.add(scheme)
    audit.record(session, "scheme.loaded", scheme, by=by, at=now)
    return scheme


def load_knowledge_points(session: Session, folder: Path = KNOWLEDGE_POINTS, *, by: Actor, now: datetime) -> int:
    """Take over the points of a folder's .csv files (编号, 等级, 领域, 名称); give how many were new.

    Raises:
        NotFound: the tier of a point is not loaded.
        KeyError: a file lacks a column.
    """
    tiers: dict[int, Tier] = {}
    new: dict[int, int] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                level = int(row["等级"])
                if level not in tiers:
                    tiers[level] = service.tier_by_level(session, level)
                new[level] = new.get(level, 0) + _load_point(session, tiers[level], row)
    for level, count in new.items():
        if count:
            details = {"level": level, "count": count}
            audit.record(session, "knowledge_point.loaded", tiers[level], by=by, at=now, details=details)
    return sum(new.values())


def _load_point(session: Session, tier: Tier, row: Mapping[str, str]) -> bool:
    """Add a point unless the tier has its code; say whether it was added."""
    known = sa.select(KnowledgePoint.id).where(KnowledgePoint.tier_id == tier.id, KnowledgePoint.code == row["编号"])
    if session.scalar(known) is not None:
        return False
    identifier = fact_identifier(str(tier.identifier), f"knowledge_point:{row['编号']}")
    facts = {"code": row["编号"], "area": row["领域"], "title": row["名称"]}
    session.add(KnowledgePoint(identifier=identifier, tier_id=tier.id, evidence=Evidence.OWN, **facts))
    return True
