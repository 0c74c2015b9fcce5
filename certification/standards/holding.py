"""Keeps a framework's file between its dry run and its confirmation, then stores it as a whole."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards import importing
from certification.standards.exchange import files
from certification.standards.importing import ImportAnswer, Plan
from certification.standards.models import FrameworkFile, Standard
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound


def hold(session: Session, content: bytes, *, file_name: str, by: Actor, now: datetime) -> FrameworkFile:
    """Keep a file that was handed in."""
    held = FrameworkFile(
        id=uuid4(),
        file_name=file_name[-120:],
        digest=files.read(content, file_name).digest,
        content=content,
        asked_by=by.id,
        asked_at=now,
    )
    session.add(held)
    audit.record(session, "framework_file.checked", held, by=by, at=now)
    return held


def held_by_id(session: Session, file_id: UUID, *, by: Actor) -> FrameworkFile:
    """A file that the actor handed in.

    Raises:
        NotFound: there is none.
    """
    held = session.scalar(sa.select(FrameworkFile).where(FrameworkFile.id == file_id, FrameworkFile.asked_by == by.id))
    if held is None:
        raise NotFound("framework_file", file_id)
    return held


def listing(*, by: Actor) -> sa.Select[FrameworkFile]:
    """Files that the actor handed in, the newest first."""
    mine = sa.select(FrameworkFile).where(FrameworkFile.asked_by == by.id)
    return mine.order_by(FrameworkFile.asked_at.desc(), FrameworkFile.id)


def plan_of(session: Session, held: FrameworkFile, *, base: str, now: datetime) -> Plan | None:
    """The dry run of a kept file; None once it is stored or thrown away."""
    if held.content is None:
        return None
    return importing.check(session, files.read(held.content, held.file_name), base=base, now=now)


def confirm(session: Session, file_id: UUID, *, base: str, by: Actor, now: datetime) -> ImportAnswer:
    """Store a kept file; confirming again gives the standard that it became.

    Raises:
        NotFound: the actor handed in no such file, or it was thrown away.
        FrameworkRefused: it has problems, perhaps new ones since the dry run.
    """
    held = held_by_id(session, file_id, by=by)
    if held.standard_id is not None:
        standard = session.get_one(Standard, held.standard_id)
        return ImportAnswer(standard.id, standard.code, 0, 0, 0, unchanged=True)
    if held.content is None:
        raise NotFound("framework_file", file_id)
    reading = files.read(held.content, held.file_name)
    answer = importing.import_framework(session, reading, base=base, by=by, now=now)
    held = held_by_id(session, file_id, by=by)
    before = audit.state_digest(held)
    held.content, held.standard_id, held.stored_at = None, answer.standard_id, now
    audit.record(session, "framework_file.stored", held, by=by, at=now, before=before)
    return answer


def discard(session: Session, file_id: UUID, *, by: Actor, now: datetime) -> FrameworkFile:
    """Throw a kept file away; its name and digest stay on record.

    Raises:
        NotFound: the actor handed in no such file, or it was stored or thrown away before.
    """
    held = held_by_id(session, file_id, by=by)
    if held.content is None:
        raise NotFound("framework_file", file_id)
    before = audit.state_digest(held)
    held.content = None
    audit.record(session, "framework_file.discarded", held, by=by, at=now, before=before)
    return held
