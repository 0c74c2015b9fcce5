"""Deeds of the import: check a file against the bank, keep it for confirmation, store it as a whole."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.item_bank import exchange, service
from certification.item_bank.content import answers_alike
from certification.item_bank.exchange.report import Fault, ImportedItem, ImportReport, Problem
from certification.item_bank.models import Item, ItemImport, ItemVersion
from certification.item_bank.rules import LANGUAGES, ItemFacts, ItemStatus, ItemUse, stem_digest
from certification.standards import service as standards
from certification.standards.models import KnowledgePoint, Tier
from training_base.kernel import audit, idempotency
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

DEED = "item.imported"
CHUNK = 400
"""Values in one IN list: below the limit of every database."""


@dataclass(eq=False)
class ImportRefused(Refusal):
    """The file has problems; nothing of it is stored."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class ImportAnswer:
    """What an import stored; ``repeated`` when it is the first answer to the same file given again."""

    stored: int
    digest: str
    repeated: bool


def check(session: Session, report: ImportReport, *, center_id: UUID | None) -> ImportReport:
    """The report with what only the bank can tell: unknown levels and points, codes taken, stems there already.

    Args:
        center_id: whose bank the items are to join; None is the city's common bank.
    """
    tiers = {tier.level: tier for tier in standards.tiers(session)}
    found = [
        *_missing(report),
        *_unknown_places(session, report, tiers),
        *_codes_taken(session, report),
        *_stems_taken(session, report, tiers, center_id),
    ]
    return replace(report, problems=tuple(sorted((*report.problems, *found))))


def facts_of(item: ImportedItem) -> ItemFacts:
    """An item of a file as facts; what the file leaves open is empty."""
    content = item.content
    return ItemFacts(
        code=item.code or "",
        level=item.level or 0,
        kind=content.kind,
        stem=content.stem,
        options=content.options,
        key=content.key,
        rationale=content.rationale,
        reference=item.reference or "",
        knowledge_point=item.knowledge_point or "",
        difficulty=item.difficulty or 3,
        use=item.use or ItemUse.EXAM,
        parts=content.parts,
        suggested_marks=item.marks,
        language=item.language if item.language in LANGUAGES else LANGUAGES[0],
    )


def _missing(report: ImportReport) -> Iterator[Problem]:
    """What the bank needs of every item and some item has not."""
    for item in report.items:
        for name in ("code", "level", "knowledge_point"):
            if getattr(item, name) is None:
                yield Problem(item.at(name), Fault.MISSING, other=name)


def _unknown_places(session: Session, report: ImportReport, tiers: dict[int, Tier]) -> Iterator[Problem]:
    points = {level: _points(session, tier) for level, tier in tiers.items()}
    for item in report.items:
        level, point = item.level, item.knowledge_point
        if level is not None and level not in tiers:
            yield Problem(item.at("level"), Fault.LEVEL_UNKNOWN, str(level))
        elif level is not None and point is not None and point not in points[level]:
            yield Problem(item.at("knowledge_point"), Fault.POINT_UNKNOWN, point[:80], str(level))


def _points(session: Session, tier: Tier) -> dict[str, UUID]:
    """Codes of a tier's knowledge points, in the case a sheet is read in, with their identifiers."""
    query = sa.select(KnowledgePoint.code, KnowledgePoint.id).where(KnowledgePoint.tier_id == tier.id)
    return {code.upper(): point_id for code, point_id in session.execute(query)}


def _codes_taken(session: Session, report: ImportReport) -> Iterator[Problem]:
    taken: set[str] = set()
    for codes in _chunks([item.code for item in report.items if item.code]):
        taken.update(session.scalars(sa.select(Item.code).where(Item.code.in_(codes))))
    for item in report.items:
        if item.code in taken:
            yield Problem(item.at("code"), Fault.CODE_TAKEN, item.code, item.code)


def _chunks(values: list[str]) -> Iterable[list[str]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def _stems_taken(
    session: Session, report: ImportReport, tiers: dict[int, Tier], center_id: UUID | None
) -> Iterator[Problem]:
    levelled = [item for item in report.items if item.level in tiers]
    by_level = sorted(levelled, key=lambda item: (item.level or 0, item.place))
    for level, group in groupby(by_level, key=lambda item: item.level or 0):
        stems = {stem_digest(item.stem): item for item in group}
        for digests in _chunks(list(stems)):
            query = service.same_stem(tiers[level].id, center_id=center_id)
            query = query.where(ItemVersion.stem_digest.in_(digests))
            for code, version in session.execute(query):
                item = stems[version.stem_digest]
                yield _taken(item, version, code)


def _taken(item: ImportedItem, version: ItemVersion, code: str) -> Problem:
    same = answers_alike(version.content, item.content)
    column, fault = ("stem", Fault.STEM_IN_BANK) if same else ("key", Fault.KEY_CONFLICT_BANK)
    return Problem(item.at(column), fault, item.stem[:80], code)


def import_items(
    session: Session,
    report: ImportReport,
    *,
    approved_by: Actor | None = None,
    center_id: UUID | None = None,
    by: Actor,
    now: datetime,
) -> ImportAnswer:
    """Store all items of a file or none; the same file for the same bank gives the first answer again.

    The items await review, or are approved at once when ``approved_by`` vouches for them.

    Raises:
        NotFound: the bank is not the actor's.
        OwnItem: the actor is to approve the own items.
        ImportRefused: the file has problems.
    """
    if not by.may_touch(center_id):
        raise NotFound("training_center", center_id)
    if approved_by is not None and approved_by.id == by.id:
        raise service.OwnItem((report.items[0].code or "") if report.items else "")
    key = f"{report.digest}:{center_id}"
    asked = {"digest": report.digest, "center_id": center_id}
    first = idempotency.find_answer(session, DEED, key, asked)
    if first is not None:
        return ImportAnswer(first["stored"], report.digest, repeated=True)
    checked = check(session, report, center_id=center_id)
    if not checked.is_clean:
        raise ImportRefused(checked.problems)
    _store(session, checked, approved_by=approved_by, center_id=center_id, by=by, now=now)
    stored = len(checked.items)
    idempotency.remember(session, DEED, key, asked=asked, answer={"stored": stored}, at=now)
    return ImportAnswer(stored, report.digest, repeated=False)


def _store(
    session: Session,
    report: ImportReport,
    *,
    approved_by: Actor | None,
    center_id: UUID | None,
    by: Actor,
    now: datetime,
) -> None:
    """Put checked items into the bank, each with its event."""
    tiers = {tier.level: tier for tier in standards.tiers(session)}
    points = {level: _points(session, tier) for level, tier in tiers.items()}
    stored = [
        service.store(
            session,
            facts,
            tiers[facts.level].id,
            points[facts.level][facts.knowledge_point],
            center_id=center_id,
            status=ItemStatus.REVIEW,
            by=by,
            now=now,
        )
        for facts in map(facts_of, report.items)
    ]
    session.flush()
    for item, imported in zip(stored, report.items, strict=True):
        details = {"digest": report.digest, "place": str(imported.place)}
        audit.record(session, DEED, item, by=by, at=now, details=details)
        if approved_by is not None:
            before = audit.state_digest(item)
            item.status, item.approved_by, item.approved_at = ItemStatus.APPROVED, approved_by.id, now
            audit.record(session, "item.approved", item, by=approved_by, at=now, before=before)


def hold(
    session: Session, content: bytes, *, file_name: str, center_id: UUID | None, by: Actor, now: datetime
) -> ItemImport:
    """Keep a file between its dry run and its confirmation.

    Raises:
        NotFound: the bank is not the actor's.
    """
    if not by.may_touch(center_id):
        raise NotFound("training_center", center_id)
    held = ItemImport(
        id=uuid4(),
        center_id=center_id,
        file_name=file_name[-120:],
        digest=exchange.read(content, name=file_name).digest,
        content=content,
        asked_by=by.id,
        asked_at=now,
    )
    session.add(held)
    audit.record(session, "item_import.checked", held, by=by, at=now)
    return held


def held_by_id(session: Session, import_id: UUID, *, by: Actor) -> ItemImport:
    """A file that the actor handed in.

    Raises:
        NotFound: there is none.
    """
    held = session.scalar(sa.select(ItemImport).where(ItemImport.id == import_id, ItemImport.asked_by == by.id))
    if held is None:
        raise NotFound("item_import", import_id)
    return held


def report_of(session: Session, held: ItemImport) -> ImportReport | None:
    """The dry run of a kept file; None once it is stored or thrown away."""
    if held.content is None:
        return None
    return check(session, exchange.read(held.content, name=held.file_name), center_id=held.center_id)


def confirm(session: Session, import_id: UUID, *, by: Actor, now: datetime) -> ImportAnswer:
    """Store a kept file; confirming again gives the first answer.

    Raises:
        NotFound: the actor handed in no such file, or it was thrown away.
        ImportRefused: it has problems, perhaps new ones since the dry run.
    """
    held = held_by_id(session, import_id, by=by)
    if held.stored is not None:
        return ImportAnswer(held.stored, held.digest, repeated=True)
    if held.content is None:
        raise NotFound("item_import", import_id)
    report = exchange.read(held.content, name=held.file_name)
    answer = import_items(session, report, center_id=held.center_id, by=by, now=now)
    before = audit.state_digest(held)
    held.content, held.stored, held.stored_at = None, answer.stored, now
    audit.record(session, "item_import.stored", held, by=by, at=now, before=before)
    return answer


def discard(session: Session, import_id: UUID, *, by: Actor, now: datetime) -> ItemImport:
    """Throw a kept file away; its name and digest stay on record.

    Raises:
        NotFound: the actor handed in no such file, or it was stored or thrown away before.
    """
    held = held_by_id(session, import_id, by=by)
    if held.content is None:
        raise NotFound("item_import", import_id)
    before = audit.state_digest(held)
    held.content = None
    audit.record(session, "item_import.discarded", held, by=by, at=now, before=before)
    return held


def imports(*, by: Actor) -> sa.Select[ItemImport]:
    """Files that the actor handed in, the newest first."""
    return sa.select(ItemImport).where(ItemImport.asked_by == by.id).order_by(ItemImport.asked_at.desc(), ItemImport.id)
