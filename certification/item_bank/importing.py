"""Deeds of the import: keep a file for confirmation, check it, store it as a whole; in a job where it is large."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.item_bank import assets, exchange, import_checks, service
from certification.item_bank.content import Content
from certification.item_bank.dry_run import DryRun
from certification.item_bank.exchange.report import ImportedItem, ImportReport, Problem
from certification.item_bank.filling import Wishes, filled
from certification.item_bank.models import ItemImport
from certification.item_bank.rules import LANGUAGES, ItemFacts, ItemStatus, ItemUse
from certification.standards import service as standards
from training_base.kernel import audit, idempotency, queue
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

DEED = "item.imported"
LARGE = 128 * 1024
"""Bytes from which a file is checked and stored by a job."""
NO_WISHES = Wishes()
CHECK, STORE = "items.check", "items.import"
"""The kinds of job."""


@dataclass(eq=False)
class ImportRefused(Refusal):
    """The file has problems; nothing of it is stored."""

    problems: tuple[Problem, ...]


@dataclass(eq=False)
class WarningsOpen(Refusal):
    """The file has warnings that nobody has accepted; nothing of it is stored."""

    count: int


@dataclass(eq=False)
class StillAtWork(Refusal):
    """A job is at the file."""


@dataclass(frozen=True)
class ImportAnswer:
    """What an import stored; ``repeated`` when it is the first answer to the same file given again."""

    stored: int
    digest: str
    repeated: bool


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


def import_items(
    session: Session,
    report: ImportReport,
    *,
    status: ItemStatus = ItemStatus.DRAFT,
    approved_by: Actor | None = None,
    center_id: UUID | None = None,
    by: Actor,
    now: datetime,
) -> ImportAnswer:
    """Store all items of a file or none; the same file for the same bank gives the first answer again.

    The items are drafts, await review where ``status`` says so, or are approved at once when ``approved_by`` vouches.

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
    checked = import_checks.check(session, report, center_id=center_id)
    if not checked.is_clean:
        raise ImportRefused(checked.problems)
    status = ItemStatus.REVIEW if approved_by is not None else status
    _store(session, checked, status=status, approved_by=approved_by, center_id=center_id, by=by, now=now)
    stored = len(checked.items)
    idempotency.remember(session, DEED, key, asked=asked, answer={"stored": stored}, at=now)
    return ImportAnswer(stored, report.digest, repeated=False)


def _store(
    session: Session,
    report: ImportReport,
    *,
    status: ItemStatus,
    approved_by: Actor | None,
    center_id: UUID | None,
    by: Actor,
    now: datetime,
) -> None:
    """Put checked items into the bank, each with its event."""
    items = _with_media(session, report, center_id=center_id, by=by, now=now)
    tiers = {tier.level: tier for tier in standards.tiers(session)}
    points = {level: import_checks.points_of(session, tier) for level, tier in tiers.items()}
    stored = [
        service.store(
            session,
            facts,
            tiers[facts.level].id,
            points[facts.level][facts.knowledge_point],
            center_id=center_id,
            status=status,
            by=by,
            now=now,
        )
        for facts in map(facts_of, items)
    ]
    session.flush()
    for item, imported in zip(stored, report.items, strict=True):
        details = {"digest": report.digest, "place": str(imported.place)}
        audit.record(session, DEED, item, by=by, at=now, details=details)
        if approved_by is not None:
            before = audit.state_digest(item)
            item.status, item.approved_by, item.approved_at = ItemStatus.APPROVED, approved_by.id, now
            audit.record(session, "item.approved", item, by=approved_by, at=now, before=before)


def _with_media(
    session: Session, report: ImportReport, *, center_id: UUID | None, by: Actor, now: datetime
) -> list[ImportedItem]:
    """The items with the pictures and sounds of the file kept in the bank, under the names they have there."""
    used = {name for item in report.items for name in assets.names_in(item.content)}
    names = {
        asset.name: assets.add(
            session, asset.content, file_name=asset.name, description="", center_id=center_id, by=by, now=now
        ).name
        for asset in report.assets
        if asset.name in used
    }
    return [replace(item, content=_renamed(item, names)) for item in report.items] if names else list(report.items)


def _renamed(item: ImportedItem, names: dict[str, str]) -> Content:
    """The content of an item with other names of pictures and sounds."""

    def name_in(text: str) -> str:
        return assets.NAMED.sub(lambda found: found[0].replace(found[1], names.get(found[1], found[1])), text)

    content = item.content
    return replace(
        content,
        stem=name_in(content.stem),
        rationale=name_in(content.rationale),
        options=tuple(map(name_in, content.options)),
        prompts=tuple(map(name_in, content.prompts)),
        option_rationales=tuple(map(name_in, content.option_rationales)),
        gaps=tuple(tuple(map(name_in, gap)) for gap in content.gaps),
        image=names.get(content.image, content.image) if content.image else None,
    )


def hold(
    session: Session,
    content: bytes,
    *,
    file_name: str,
    wishes: Wishes = NO_WISHES,
    center_id: UUID | None,
    by: Actor,
    now: datetime,
) -> ItemImport:
    """Keep a file between its dry run and its confirmation; a job makes the dry run of a large one.

    Raises:
        NotFound: the bank is not the actor's.
    """
    if not by.may_touch(center_id):
        raise NotFound("training_center", center_id)
    held = ItemImport(
        id=uuid4(),
        center_id=center_id,
        file_name=file_name[-120:],
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        wishes=wishes.to_json(),
        asked_by=by.id,
        asked_at=now,
    )
    session.add(held)
    audit.record(session, "item_import.checked", held, by=by, at=now)
    if len(content) > LARGE:
        _enqueue(session, held, CHECK, by=by, now=now)
    return held


def _enqueue(session: Session, held: ItemImport, kind: str, *, by: Actor, now: datetime) -> None:
    payload = {"import_id": str(held.id)}
    held.job_id = queue.enqueue(session, kind, payload, by=by, now=now, center_id=held.center_id).id


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
    wishes = Wishes.from_json(held.wishes)
    read = exchange.read(held.content, wishes.format, name=held.file_name, encoding=wishes.encoding)
    return import_checks.check(session, filled(read, wishes), center_id=held.center_id)


def dry_run_of(session: Session, held: ItemImport) -> DryRun | None:
    """What the dry run of a kept file showed; None while a job is at it, or once it is stored or thrown away."""
    if held.findings is not None:
        return DryRun.from_json(held.findings)
    report = report_of(session, held) if held.job_id is None else None
    return None if report is None else _shown(session, held, report)


def _shown(session: Session, held: ItemImport, report: ImportReport) -> DryRun:
    """What is shown of a file: what is wrong, and what a careful reader would question."""
    return DryRun.of(import_checks.advised(session, report, center_id=held.center_id))


def check_held(session: Session, import_id: UUID, *, by: Actor) -> DryRun | None:
    """Make the dry run of a kept file and keep what it shows, for a job.

    Raises:
        NotFound: the actor handed in no such file.
    """
    held = held_by_id(session, import_id, by=by)
    report = report_of(session, held)
    found = None if report is None else _shown(session, held, report)
    held.findings, held.job_id = found.to_json() if found else None, None
    return found


def confirm(
    session: Session,
    import_id: UUID,
    *,
    accepted: bool = False,
    status: ItemStatus = ItemStatus.DRAFT,
    by: Actor,
    now: datetime,
) -> ImportAnswer | None:
    """Store a kept file; confirming again gives the first answer, None stands for a job that does it.

    Args:
        accepted: whether the actor has looked at the warnings and takes them.

    Raises:
        NotFound: the actor handed in no such file, or it was thrown away.
        StillAtWork: a job is at it.
        ImportRefused: it has problems, perhaps new ones since the dry run.
        WarningsOpen: it has warnings that are not accepted.
    """
    held = held_by_id(session, import_id, by=by)
    if held.stored is not None:
        return ImportAnswer(held.stored, held.digest, repeated=True)
    if held.content is None:
        raise NotFound("item_import", import_id)
    if held.job_id is not None:
        raise StillAtWork
    held.wishes = {**held.wishes, "accepted": accepted, "status": status.value}
    if len(held.content) <= LARGE:
        return store_held(session, import_id, by=by, now=now)
    found = dry_run_of(session, held)
    if found is not None and found.warnings and not accepted:
        raise WarningsOpen(found.warnings)
    _enqueue(session, held, STORE, by=by, now=now)
    return None


def store_held(session: Session, import_id: UUID, *, by: Actor, now: datetime) -> ImportAnswer:
    """Store a kept file as it was confirmed.

    Raises:
        NotFound: the actor handed in no such file, or it was thrown away.
        ImportRefused: it has problems.
        WarningsOpen: it has warnings that were not accepted.
    """
    held = held_by_id(session, import_id, by=by)
    report = report_of(session, held)
    if report is None:
        raise NotFound("item_import", import_id)
    if report.is_clean and report.warnings and not held.wishes.get("accepted"):
        raise WarningsOpen(len(report.warnings))
    status = ItemStatus(held.wishes.get("status", ItemStatus.DRAFT.value))
    answer = import_items(session, report, status=status, center_id=held.center_id, by=by, now=now)
    before = audit.state_digest(held)
    held.content, held.findings, held.job_id = None, None, None
    held.stored, held.stored_at = answer.stored, now
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
    held.content, held.findings, held.job_id = None, None, None
    audit.record(session, "item_import.discarded", held, by=by, at=now, before=before)
    return held


def imports(*, by: Actor) -> sa.Select[ItemImport]:
    """Files that the actor handed in, the newest first."""
    return sa.select(ItemImport).where(ItemImport.asked_by == by.id).order_by(ItemImport.asked_at.desc(), ItemImport.id)
