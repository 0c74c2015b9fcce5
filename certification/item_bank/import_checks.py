"""What only the bank can say of a file: unknown levels and points, codes and stems it has, pictures it has not.

A further check is one more function in ``LOOKS``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.item_bank import assets, import_lint, media, service
from certification.item_bank.content import answers_alike
from certification.item_bank.exchange.report import Fault, ImportedItem, ImportReport, Place, Problem
from certification.item_bank.models import Item, ItemVersion
from certification.item_bank.rules import stem_digest
from certification.standards import service as standards
from certification.standards.models import KnowledgePoint, Tier

CHUNK = 400
"""Values in one IN list: below the limit of every database."""


@dataclass(frozen=True)
class Bank:
    """The bank that items are to join: its tiers by level, its center, None for the city's common bank."""

    session: Session
    tiers: dict[int, Tier]
    center_id: UUID | None


def check(session: Session, report: ImportReport, *, center_id: UUID | None) -> ImportReport:
    """The report with what only the bank can tell: unknown levels and points, codes taken, stems there already.

    Args:
        center_id: whose bank the items are to join; None is the city's common bank.
    """
    tiers = {tier.level: tier for tier in standards.tiers(session)}
    bank = Bank(session, tiers, center_id)
    found = [problem for look in LOOKS for problem in look(report, bank)]
    return replace(report, problems=tuple(sorted((*report.problems, *found))))


def advised(session: Session, report: ImportReport, *, center_id: UUID | None) -> ImportReport:
    """The report with what a careful reader would question: single items, near copies, patterns of the keys."""
    found = [*import_lint.linted(report.items), *import_lint.patterns(report.items)]
    for tier in standards.tiers(session):
        items = [item for item in report.items if item.level == tier.level]
        if items:
            rows = session.execute(service.same_stem(tier.id, center_id=center_id).order_by(Item.code))
            found += import_lint.alike(items, {code: version.content for code, version in rows})
    return replace(report, advice=tuple(sorted(found)))


def _missing(report: ImportReport, bank: Bank) -> Iterator[Problem]:
    """What the bank needs of every item and some item has not."""
    for item in report.items:
        for name in ("code", "level", "knowledge_point"):
            if getattr(item, name) is None:
                yield Problem(item.at(name), Fault.MISSING, other=name)


def _unknown_places(report: ImportReport, bank: Bank) -> Iterator[Problem]:
    points = {level: points_of(bank.session, tier) for level, tier in bank.tiers.items()}
    for item in report.items:
        level, point = item.level, item.knowledge_point
        if level is not None and level not in bank.tiers:
            yield Problem(item.at("level"), Fault.LEVEL_UNKNOWN, str(level))
        elif level is not None and point is not None and point not in points[level]:
            yield Problem(item.at("knowledge_point"), Fault.POINT_UNKNOWN, point[:80], str(level))


def points_of(session: Session, tier: Tier) -> dict[str, UUID]:
    """Codes of a tier's knowledge points, in the case a sheet is read in, with their identifiers."""
    query = sa.select(KnowledgePoint.code, KnowledgePoint.id).where(KnowledgePoint.tier_id == tier.id)
    return {code.upper(): point_id for code, point_id in session.execute(query)}


def _codes_taken(report: ImportReport, bank: Bank) -> Iterator[Problem]:
    taken: set[str] = set()
    for codes in _chunks([item.code for item in report.items if item.code]):
        taken.update(bank.session.scalars(sa.select(Item.code).where(Item.code.in_(codes))))
    for item in report.items:
        if item.code in taken:
            yield Problem(item.at("code"), Fault.CODE_TAKEN, item.code, item.code)


def _chunks(values: list[str]) -> Iterable[list[str]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def _stems_taken(report: ImportReport, bank: Bank) -> Iterator[Problem]:
    levelled = [item for item in report.items if item.level in bank.tiers]
    by_level = sorted(levelled, key=lambda item: (item.level or 0, item.place))
    for level, group in groupby(by_level, key=lambda item: item.level or 0):
        stems = {stem_digest(item.stem): item for item in group}
        for digests in _chunks(list(stems)):
            query = service.same_stem(bank.tiers[level].id, center_id=bank.center_id)
            query = query.where(ItemVersion.stem_digest.in_(digests))
            for code, version in bank.session.execute(query):
                item = stems[version.stem_digest]
                yield _taken(item, version, code)


def _taken(item: ImportedItem, version: ItemVersion, code: str) -> Problem:
    same = answers_alike(version.content, item.content)
    column, fault = ("stem", Fault.STEM_IN_BANK) if same else ("key", Fault.KEY_CONFLICT_BANK)
    return Problem(item.at(column), fault, item.stem[:80], code)


def _media(report: ImportReport, bank: Bank) -> Iterator[Problem]:
    """Pictures and sounds that neither file nor bank has, and those of the file that may not be shown."""
    brought = {asset.name for asset in report.assets}
    for asset in report.assets:
        try:
            media.recognise(asset.content)
        except ValueError:
            yield Problem(Place(part=asset.name), Fault.ASSET_REFUSED, asset.name)
    wanted = {item.place: assets.names_in(item.content) - brought for item in report.items}
    names = sorted({name for found in wanted.values() for name in found})
    known = {
        asset.name for chunk in _chunks(names) for asset in assets.found(bank.session, chunk, center_id=bank.center_id)
    }
    for place, found in wanted.items():
        for name in sorted(found - known):
            yield Problem(place, Fault.ASSET_MISSING, name)


Look = Callable[[ImportReport, Bank], Iterable[Problem]]
LOOKS: tuple[Look, ...] = (_missing, _unknown_places, _codes_taken, _stems_taken, _media)
"""What is looked at, in order."""
