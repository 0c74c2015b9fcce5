"""Gives rows of standards as the objects of a competency framework; nothing here asks who may see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from certification.standards.exchange import package as case
from certification.standards.exchange import rows
from certification.standards.exchange.fields import properties
from certification.standards.exchange.values import instant_text
from certification.standards.models import (
    KnowledgePoint,
    NodeLink,
    Standard,
    StandardNode,
    StandardPart,
    Tier,
    TierWeight,
)
from certification.standards.rules import Evidence, LinkKind, NodeKind, StandardStatus, fact_identifier

PATH = "/ims/case/v1p1"
"""Where, below the portal's address, the interface of CASE 1.1 stands."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ADOPTION = {
    StandardStatus.PRIVATE_DRAFT: "Private Draft",
    StandardStatus.CONSULTATION: "Draft",
    StandardStatus.TRIAL: "Draft",
    StandardStatus.ADOPTED: "Adopted",
    StandardStatus.DEPRECATED: "Deprecated",
}
"""The words of CASE for where a framework stands; which of them says 试行 stands under our extension."""

ITEM_TYPES = {
    "tier": "等级",
    NodeKind.FUNCTION: "职业功能",
    NodeKind.DUTY: "工作内容",
    NodeKind.CRITERION: "技能要求",
    NodeKind.KNOWLEDGE: "相关知识要求",
    NodeKind.THEME: "主题",
    NodeKind.KNOWLEDGE_POINT: "鉴定点",
}
"""What the item types of our own standards are called, in the words of the national standard."""

DATES = ("consultation_from_on", "consultation_until_on", "trial_from_on", "adopted_on", "deprecated_on")


def type_identifier(kind: str) -> UUID:
    """The identifier of an item type of ours, the same in every installation."""
    return fact_identifier("item_type", kind)


@dataclass(frozen=True)
class Frame:
    """What an object of a standard needs to know of its document; ``base`` is where the portal is reached."""

    base: str
    document: UUID
    uri: str
    title: str
    changed_at: datetime

    @classmethod
    def of(cls, standard: Standard, base: str) -> "Frame":
        """The frame of a standard."""
        changed, base = standard.changed_at or standard.created_at or EPOCH, base.rstrip("/")
        uri = standard.extra.get(rows.CASE, {}).get("uri", f"{base}{PATH}/CFDocuments/{standard.identifier}")
        return cls(base, standard.identifier, uri, standard.title_zh, changed)

    def address(self, kind: str, identifier: UUID | str) -> str:
        """Where an object is found."""
        return f"{self.base}{PATH}/{kind}/{identifier}"

    def link(self, kind: str, identifier: UUID, title: str) -> dict[str, str]:
        """A reference to an object."""
        return {"title": title, "identifier": str(identifier), "uri": self.address(kind, identifier)}


def document_of(standard: Standard, base: str) -> case.Document:
    """A standard as the document of a framework."""
    frame, kept = Frame.of(standard, base), standard.extra.get(rows.CASE, {})
    foreign = rows.CASE in standard.extra and standard.extra.get("foreign", False)
    ours = {} if foreign else {name: value for name, value in _document_facts(standard).items() if value}
    made = {
        **kept,
        "uri": frame.uri,
        **_status(standard, kept),
        "identifier": str(standard.identifier),
        "creator": _creator(standard, kept),
        "title": standard.title_zh,
        "lastChangeDateTime": instant_text(frame.changed_at),
        "version": None if foreign and standard.version == standard.code else standard.version,
        "language": kept.get("language") if foreign else standard.language,
        "extensions": _extended(kept.get("extensions", {}), ours),
    }
    found: case.Document = rows.restored(case.Document, made)
    return found


def _creator(standard: Standard, kept: Mapping[str, Any]) -> str:
    stored = kept.get("creator", "")
    return stored if standard.issuers_zh == [stored] else "、".join(standard.issuers_zh) or stored


def _status(standard: Standard, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Where the framework stands; while it is a draft here, what its publisher said of it is kept."""
    if standard.status is StandardStatus.PRIVATE_DRAFT and rows.CASE in standard.extra:
        return {}
    first, last = standard.adopted_on or standard.trial_from_on, standard.deprecated_on
    if standard.status is StandardStatus.CONSULTATION:
        first, last = standard.consultation_from_on, standard.consultation_until_on
    return {
        "adoptionStatus": ADOPTION[standard.status],
        "statusStartDate": first.isoformat() if first else None,
        "statusEndDate": last.isoformat() if last else None,
    }


def _document_facts(standard: Standard) -> dict[str, Any]:
    """What of a standard CASE has no place for."""
    came_with = standard.extra.get("came_with")
    dates = {name: getattr(standard, name) for name in DATES}
    life = came_with or {
        "status": standard.status.value,
        **{name: day.isoformat() for name, day in dates.items() if day is not None},
    }
    return {
        "role": "standard",
        "code": standard.code,
        "series": standard.series,
        "occupation_code": standard.occupation_code,
        "kind": standard.kind.value,
        "title_en": standard.title_en,
        "issuers_zh": standard.issuers_zh,
        "published": standard.published,
        "evidence": standard.evidence.value,
        "source": standard.source,
        "facts": standard.facts,
        "life": life,
    }


def _extended(kept: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    """Extensions of others and ours together."""
    mine = {**kept.get(case.OURS, {}), **ours}
    rest = {name: value for name, value in kept.items() if name != case.OURS}
    return rest | ({case.OURS: mine} if mine else {})


def item_of(node: StandardNode, frame: Frame) -> case.Item:
    """A node as an item."""
    kept = node.extra.get(rows.CASE, {})
    statement = node.zh if node.zh is not None else node.en
    ours = {
        "kind": None if node.kind is NodeKind.ITEM else node.kind.value,
        "en": node.en if node.zh is not None else None,
        "evidence": None if node.evidence is Evidence.SEEN else node.evidence.value,
        "source": node.source,
        "facts": node.facts,
        "unpublished": statement is None,
    }
    language = kept.get("language")
    if rows.CASE not in node.extra or rows.is_chinese(language, statement or "") != (node.zh is not None):
        language = "zh" if node.zh is not None or statement is None else "en"
    made = {
        "uri": frame.address("CFItems", node.identifier),
        "lastChangeDateTime": instant_text(frame.changed_at),
        **kept,
        **_typed(node.kind, frame),
        "identifier": str(node.identifier),
        "fullStatement": statement or node.code or rows.UNPUBLISHED,
        "humanCodingScheme": node.code,
        "language": language,
        "extensions": _extended(kept.get("extensions", {}), {name: value for name, value in ours.items() if value}),
    }
    found: case.Item = rows.restored(case.Item, made)
    return found


def _typed(kind: str, frame: Frame) -> dict[str, Any]:
    """The item type of a node or tier of ours."""
    if kind not in ITEM_TYPES:
        return {}
    title = ITEM_TYPES[kind]
    return {"CFItemType": title, "CFItemTypeURI": frame.link("CFItemTypes", type_identifier(kind), title)}


def item_type(kind: str, frame: Frame) -> case.ItemType:
    """An item type of ours."""
    own = type_identifier(kind)
    title = ITEM_TYPES[kind]
    code = str([*ITEM_TYPES].index(kind) + 1)
    return case.ItemType(
        identifier=own, uri=frame.address("CFItemTypes", own), title=title, description=title,
        hierarchy_code=code, type_code=str(kind), changed_at=frame.changed_at,
    )  # fmt: skip


def tier_item(tier: Tier, weights: Iterable[Mapping[str, Any]], frame: Frame) -> case.Item:
    """A tier as an item, its weights under our extension."""
    kept = tier.extra.get(rows.CASE, {})
    ours = {
        "role": rows.Role.TIER.value,
        "level": tier.level,
        "en": tier.title_en,
        "training_hours": tier.training_hours,
        "validity_months": tier.validity_months,
        "evidence": tier.evidence.value,
        "source": tier.source,
        "facts": tier.facts,
        "weights": list(weights),
    }
    made = {
        "uri": frame.address("CFItems", tier.identifier),
        "lastChangeDateTime": instant_text(frame.changed_at),
        "language": "zh",
        "educationLevel": [str(tier.level)],
        **kept,
        **_typed("tier", frame),
        "identifier": str(tier.identifier),
        "fullStatement": tier.title_zh,
        "humanCodingScheme": f"L{tier.level}",
        "extensions": _extended(kept.get("extensions", {}), {name: value for name, value in ours.items() if value}),
    }
    found: case.Item = rows.restored(case.Item, made)
    return found


def point_item(point: KnowledgePoint, frame: Frame) -> case.Item:
    """A knowledge point as an item."""
    ours = {
        "role": rows.Role.POINT.value,
        "area": point.area,
        "evidence": point.evidence.value,
        "source": point.source,
    }
    made = {
        "identifier": str(point.identifier),
        "uri": frame.address("CFItems", point.identifier),
        "lastChangeDateTime": instant_text(frame.changed_at),
        "language": "zh",
        **_typed(NodeKind.KNOWLEDGE_POINT, frame),
        "fullStatement": point.title,
        "humanCodingScheme": point.code,
        "extensions": {case.OURS: {name: value for name, value in ours.items() if value}},
    }
    found: case.Item = rows.restored(case.Item, made)
    return found


def weight_facts(row: TierWeight, functions: Mapping[UUID, UUID]) -> dict[str, Any]:
    """A row of the table of weights as JSON values; ``functions`` gives identifiers of nodes by row."""
    found = {
        "component": row.component.value,
        "zh": row.zh,
        "en": row.en,
        "percent": row.percent,
        "inferred_percent": row.inferred_percent,
        "evidence": row.evidence.value,
        "source": row.source,
        "position": row.position,
        "node": str(functions[row.node_id]) if row.node_id else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def placement(
    item: case.Item, identifier: UUID, parent: case.Item | None, *, sequence: int | None, kept: Mapping[str, Any],
    frame: Frame,
) -> case.Association:  # fmt: skip
    """The association that hangs an item under its parent or the document."""
    above = str(parent.identifier) if parent else str(frame.document)
    ends = {
        "originNodeURI": {
            "title": item.code or item.statement[:80],
            "identifier": str(item.identifier),
            "uri": item.uri,
        },
        "destinationNodeURI": {
            "title": (parent.code or parent.statement[:80]) if parent else frame.title,
            "identifier": above,
            "uri": parent.uri if parent else frame.uri,
        },
    }
    if kept.get("destinationNodeURI", {}).get("identifier") == above:
        ends |= {name: kept[name] for name in ends}
    made = {
        "uri": frame.address("CFAssociations", identifier),
        "lastChangeDateTime": instant_text(frame.changed_at),
        **kept,
        **ends,
        "identifier": str(identifier),
        "associationType": case.CHILD,
        "sequenceNumber": sequence,
    }
    found: case.Association = rows.restored(case.Association, made)
    return found


def association_of(link: NodeLink, frame: Frame) -> case.Association:
    """A link as an association."""
    kept = link.extra.get(rows.CASE, {})
    made = {
        "uri": frame.address("CFAssociations", link.identifier),
        "lastChangeDateTime": instant_text(frame.changed_at),
        **kept,
        "identifier": str(link.identifier),
        "associationType": link.extra.get("kind", "ext:other") if link.kind is LinkKind.OTHER else link.kind.value,
        "sequenceNumber": link.sequence,
        "originNodeURI": _end(kept, "originNodeURI", link.origin_identifier, link.origin_uri, frame),
        "destinationNodeURI": _end(
            kept, "destinationNodeURI", link.destination_identifier, link.destination_uri, frame
        ),
    }
    found: case.Association = rows.restored(case.Association, made)
    return found


def _end(kept: Mapping[str, Any], name: str, identifier: UUID | None, uri: str | None, frame: Frame) -> dict[str, Any]:
    own = str(identifier) if identifier else (uri or "")
    return {
        "title": "",
        "identifier": own,
        "uri": uri or frame.address("CFItems", own),
        **kept.get(name, {}),
        **({"identifier": own} if identifier else {}),
    }


def part_of(part: StandardPart) -> Any:
    """A definition or rubric as it was taken over."""
    return rows.restored(PART_SHAPES[part.kind], part.content)


PART_SHAPES: dict[str, type[Any]] = {
    entry.name: entry.part
    for shape in (case.Definitions, case.Package)
    for entry in properties(shape)
    if entry.part is not None and entry.name not in ("CFDocument", "CFItems", "CFAssociations", "CFDefinitions")
}
"""The shape of every kind of part, by the property that lists it."""
