"""Stores a framework over a draft: known nodes are changed, new ones inserted in bulk, those that are gone deleted."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards import objects
from certification.standards.exchange import rows
from certification.standards.exchange.package import CHILD, OURS, Association, Document, Package
from certification.standards.exchange.rows import Placed, Role, ours_of
from certification.standards.exchange.values import identifier as as_identifier
from certification.standards.models import (
    KnowledgePoint,
    NodeLink,
    Standard,
    StandardNode,
    StandardPart,
    Tier,
    TierWeight,
)
from certification.standards.rules import Component, Evidence, LinkKind, StandardKind, StandardStatus

CHUNK = 500
"""Values in one IN list: below the limit of every database."""

LINK_KINDS = {kind.value: kind for kind in LinkKind}


def store(session: Session, standard: Standard, package: Package) -> None:
    """Bring a draft to what a package says."""
    for name, value in standard_columns(package).items():
        if name != "code" or standard.code is None:
            setattr(standard, name, value)
    session.add(standard)
    session.flush()
    own_tiers = sa.select(Tier.id).where(Tier.standard_id == standard.id)
    session.execute(sa.delete(TierWeight).where(TierWeight.tier_id.in_(own_tiers)))
    session.execute(sa.delete(NodeLink).where(NodeLink.standard_id == standard.id))
    session.execute(sa.delete(StandardPart).where(StandardPart.standard_id == standard.id))
    placed = rows.in_tree_order(package)
    tiers = _store_tiers(session, standard, [part for part in placed if part.role is Role.TIER])
    tier_of = _tiers_of(placed, tiers)
    nodes = _store_nodes(session, standard, [part for part in placed if part.role is Role.NODE], tier_of)
    points = [part for part in placed if part.role is Role.POINT]
    _store_points(session, standard, points, tier_of)
    _drop_tiers(session, standard, set(tiers.values()))
    _insert(session, TierWeight, _weight_rows(placed, tiers, nodes))
    _insert(session, NodeLink, [link_row(link, standard.id) for link in package.associations if link.kind != CHILD])
    known = {objects.type_identifier(kind) for kind in objects.ITEM_TYPES}
    parts = [row for row in rows.part_rows(package) if row["identifier"] not in known]
    _insert(session, StandardPart, [{"id": uuid4(), "standard_id": standard.id, **row} for row in parts])
    session.flush()
    session.expire_all()


def standard_columns(package: Package) -> dict[str, Any]:
    """The columns of a standard that its document fills; what of ours it brings says more than CASE does."""
    document = package.document
    mine = ours_of(document.extensions)
    is_ours = "role" in mine
    kept = rows.leftover(document, "identifier", "title", "lastChangeDateTime", "extensions", "version")
    others = {name: value for name, value in document.extensions.items() if name != OURS or not is_ours}
    extra = {
        rows.CASE: kept | ({"extensions": others} if others else {}),
        "foreign": not is_ours,
        "package": dict(package.extensions),
        "definitions": dict(package.definitions.extensions),
        "came_with": mine.get("life"),
    }
    code = str(mine.get("code") or f"case-{document.identifier.hex[:12]}")
    return {
        "identifier": document.identifier,
        "code": code,
        "series": mine.get("series", code),
        "version": document.version or code,
        "occupation_code": mine.get("occupation_code"),
        "kind": StandardKind(mine.get("kind", StandardKind.OTHER)),
        "status": StandardStatus.PRIVATE_DRAFT,
        "language": document.language or _language(document),
        "title_zh": document.title,
        "title_en": mine.get("title_en", document.title),
        "issuers_zh": mine.get("issuers_zh", [document.creator]),
        "published": mine.get("published"),
        "changed_at": document.changed_at,
        "evidence": Evidence(mine.get("evidence", Evidence.SEEN)),
        "source": mine.get("source"),
        "facts": mine.get("facts", {}),
        "extra": {name: value for name, value in extra.items() if value},
    }


def _language(document: Document) -> str:
    return "zh" if rows.is_chinese(None, document.title) else "en"


def _tiers_of(placed: Iterable[Placed], tiers: Mapping[UUID, UUID]) -> dict[UUID, UUID | None]:
    """The row of the tier in which each item stands."""
    found: dict[UUID, UUID | None] = {}
    for part in placed:
        own = part.item.identifier
        above = found.get(part.parent.identifier) if part.parent else None
        found[own] = tiers.get(own, above)
    return found


def _store_tiers(session: Session, standard: Standard, placed: Iterable[Placed]) -> dict[UUID, UUID]:
    """Insert or change tiers; give their rows by identifier."""
    known = {tier.identifier: tier for tier in session.scalars(sa.select(Tier).where(Tier.standard_id == standard.id))}
    found: dict[UUID, UUID] = {}
    for part in placed:
        item, mine = part.item, part.ours
        tier = known.get(item.identifier) or Tier(id=uuid4(), identifier=item.identifier, standard_id=standard.id)
        names = ("identifier", "fullStatement", "humanCodingScheme", "extensions", "CFItemType", "CFItemTypeURI")
        extra: dict[str, Any] = {rows.CASE: rows.leftover(item, *names)}
        if others := rows.own_extensions(item):
            extra[rows.CASE]["extensions"] = others
        if part.link is not None:
            extra[rows.PLACEMENT] = rows.leftover(part.link, "associationType")
        tier.level, tier.title_zh, tier.title_en = mine["level"], item.statement, mine.get("en", item.statement)
        tier.training_hours, tier.validity_months = mine.get("training_hours"), mine.get("validity_months")
        tier.evidence = Evidence(mine.get("evidence", Evidence.SEEN))
        tier.source, tier.facts, tier.extra = mine.get("source"), mine.get("facts", {}), extra
        session.add(tier)
        found[item.identifier] = tier.id
    session.flush()
    return found


def _store_nodes(
    session: Session, standard: Standard, placed: Sequence[Placed], tier_of: Mapping[UUID, UUID | None]
) -> dict[UUID, UUID]:
    """Insert new nodes, change known ones, remove those that are gone; give their rows by identifier."""
    query = sa.select(StandardNode.identifier, StandardNode.id).where(StandardNode.standard_id == standard.id)
    known = dict(session.execute(query).all())
    ids = {part.item.identifier: known.get(part.item.identifier) or uuid4() for part in placed}
    fresh: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for part in placed:
        row = rows.node_row(part)
        own = part.item.identifier
        row |= {
            "id": ids[own],
            "standard_id": standard.id,
            "tier_id": tier_of[own],
            "parent_id": ids.get(part.parent.identifier) if part.parent else None,
        }
        (changed if own in known else fresh).append(row)
    _insert(session, StandardNode, fresh)
    _update(session, changed)
    gone = [row_id for own, row_id in known.items() if own not in ids]
    _delete_nodes(session, standard, set(gone))
    return ids


def _update(session: Session, changed: Sequence[dict[str, Any]]) -> None:
    """Write known nodes anew; the revision counts on, so that an editor who has one open notices."""
    if not changed:
        return
    table = StandardNode.__table__
    names = [name for name in changed[0] if name != "id"]
    statement = (
        sa.update(table)  # type: ignore[arg-type]
        .where(table.c.id == sa.bindparam("row_id"))
        .values({name: sa.bindparam(f"new_{name}") for name in names} | {"revision": table.c.revision + 1})
    )
    session.execute(
        statement, [{"row_id": row["id"], **{f"new_{name}": row[name] for name in names}} for row in changed]
    )


def _delete_nodes(session: Session, standard: Standard, gone: set[UUID]) -> None:
    """Delete nodes, those without children first."""
    query = sa.select(StandardNode.id, StandardNode.parent_id).where(StandardNode.standard_id == standard.id)
    parents = {own: above for own, above in session.execute(query) if own in gone}
    while parents:
        leaves = list(parents.keys() - set(parents.values()))
        for start in range(0, len(leaves), CHUNK):
            session.execute(sa.delete(StandardNode).where(StandardNode.id.in_(leaves[start : start + CHUNK])))
        for own in leaves:
            del parents[own]


def _store_points(
    session: Session, standard: Standard, placed: Iterable[Placed], tier_of: Mapping[UUID, UUID | None]
) -> None:
    query = sa.select(KnowledgePoint).join(KnowledgePoint.tier).where(Tier.standard_id == standard.id)
    known = {point.identifier: point for point in session.scalars(query)}
    for part in placed:
        item, mine = part.item, part.ours
        point = known.pop(item.identifier, None) or KnowledgePoint(id=uuid4(), identifier=item.identifier)
        tier_id = tier_of[item.identifier]
        if tier_id is None or item.code is None:
            raise ValueError("a knowledge point without its tier or code was let through")
        point.tier_id, point.code, point.area, point.title = tier_id, item.code, mine["area"], item.statement
        point.evidence, point.source = Evidence(mine.get("evidence", Evidence.SEEN)), mine.get("source")
        session.add(point)
    for point in known.values():
        session.delete(point)
    session.flush()


def _drop_tiers(session: Session, standard: Standard, kept: set[UUID]) -> None:
    for tier in session.scalars(sa.select(Tier).where(Tier.standard_id == standard.id)):
        if tier.id not in kept:
            session.delete(tier)
    session.flush()


def _weight_rows(
    placed: Iterable[Placed], tiers: Mapping[UUID, UUID], nodes: Mapping[UUID, UUID]
) -> list[dict[str, Any]]:
    found = []
    for part in placed:
        for weight in part.ours.get("weights", ()) if part.role is Role.TIER else ():
            node = as_identifier(str(weight.get("node")))
            found.append({
                "id": uuid4(),
                "tier_id": tiers[part.item.identifier],
                "component": Component(weight["component"]),
                "zh": weight["zh"],
                "en": weight["en"],
                "percent": weight.get("percent"),
                "inferred_percent": weight.get("inferred_percent"),
                "node_id": nodes.get(node) if node else None,
                "evidence": Evidence(weight["evidence"]),
                "source": weight.get("source"),
                "position": weight["position"],
            })  # fmt: skip
    return found


def link_row(link: Association, standard_id: UUID) -> dict[str, Any]:
    """The columns of an association that is not part of the tree."""
    kind = LINK_KINDS.get(link.kind, LinkKind.OTHER)
    extra: dict[str, Any] = {rows.CASE: rows.leftover(link, "identifier", "associationType", "sequenceNumber")}
    return {
        "id": uuid4(),
        "identifier": link.identifier,
        "standard_id": standard_id,
        "kind": kind,
        "origin_identifier": as_identifier(link.origin.identifier),
        "origin_uri": link.origin.uri,
        "destination_identifier": as_identifier(link.destination.identifier),
        "destination_uri": link.destination.uri,
        "sequence": link.sequence,
        "extra": extra | ({"kind": link.kind} if kind is LinkKind.OTHER else {}),
    }


def _insert(session: Session, table: type[Any], found: Sequence[Mapping[str, Any]]) -> None:
    if found:
        session.execute(sa.insert(table), list(found))
