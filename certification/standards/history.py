"""The history of a draft: what each edit changed, so that it can be undone and done again.

An edit keeps the rows it touched as they were before and after. It is undone by its own editor, the last one first, and
only while nobody has changed the same rows since.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards import ordering, visibility
from certification.standards.models import NodeLink, Standard, StandardEdit, StandardNode, Tier, TierWeight
from certification.standards.rules import EditKind, StandardStatus
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal
from training_base.kernel.orm import Base

NODE, WEIGHT, TIER, LINK, STANDARD = "node", "weight", "tier", "link", "standard"
KEPT: dict[str, tuple[type[Base], tuple[str, ...]]] = {
    NODE: (
        StandardNode,
        ("identifier", "placement_identifier", "standard_id", "tier_id", "parent_id", "kind", "code", "zh", "en",
         "evidence", "source", "facts", "extra", "position"),
    ),
    WEIGHT: (
        TierWeight,
        ("tier_id", "component", "zh", "en", "percent", "inferred_percent", "node_id", "evidence", "source",
         "position"),
    ),
    TIER: (
        Tier,
        ("identifier", "standard_id", "level", "title_zh", "title_en", "training_hours", "validity_months", "evidence",
         "source", "facts", "extra"),
    ),
    LINK: (
        NodeLink,
        ("identifier", "standard_id", "kind", "origin_identifier", "origin_uri", "destination_identifier",
         "destination_uri", "sequence", "extra"),
    ),
    STANDARD: (Standard, ("title_zh", "title_en", "version", "evidence", "source")),
}  # fmt: skip
"""The tables an edit may touch, and the columns that make up a row of each."""

NAMES = {model: name for name, (model, _columns) in KEPT.items()}
PLACE = ("position", "after")
"""Where a node stands among its siblings; another node's move may shift it without changing it."""


@dataclass(eq=False)
class NotADraft(Refusal):
    """The text is published; a change is a new version."""

    status: StandardStatus


class EditedMeanwhile(Refusal):
    """Somebody else changed the same place first."""


class NothingToUndo(Refusal):
    """The editor has changed nothing that could be undone."""


class NothingToRedo(Refusal):
    """The editor has undone nothing that could be done again."""


def draft(session: Session, standard_id: UUID, *, by: Actor) -> Standard:
    """A private draft, locked against other editors until the end of the transaction.

    Raises:
        NotFound: no such standard that the actor may know of.
        NotADraft: its text is published.
    """
    standard = visibility.standard(session, standard_id, by=by)
    session.refresh(standard, with_for_update=True)
    if not standard.is_draft:
        raise NotADraft(standard.status)
    return standard


class Log:
    """Notes the rows that an edit is about to touch."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.before: dict[tuple[str, UUID], dict[str, Any] | None] = {}

    def note(self, *records: Base, new: bool = False) -> None:
        """Keep rows as they are now; new ones were not there."""
        for record in records:
            state = None if new else snapshot(self.session, record)
            self.before.setdefault((NAMES[type(record)], record.id), state)

    def changes(self) -> list[dict[str, Any]]:
        """What became of the rows."""
        self.session.flush()
        found = []
        for (name, key), before in self.before.items():
            record = self.session.get(KEPT[name][0], key)
            after = None if record is None else snapshot(self.session, record)
            if before != after:
                found.append({"table": name, "id": str(key), "before": before, "after": after})
        return found


@contextmanager
def recording(session: Session, standard: Standard, kind: EditKind, *, by: Actor, now: datetime) -> Iterator[Log]:
    """Keep what the block changes as one edit of the draft; what was undone before can no longer be done again."""
    log = Log(session)
    before = audit.state_digest(standard)
    yield log
    changes = log.changes()
    if not changes:
        return
    undone = sa.select(StandardEdit).where(
        StandardEdit.standard_id == standard.id, StandardEdit.undone_at.is_not(None), StandardEdit.is_redoable
    )
    for edit in session.scalars(undone.where(StandardEdit.by_id == by.id)):
        edit.is_redoable = False
    last = session.scalar(sa.select(sa.func.max(StandardEdit.number)).where(StandardEdit.standard_id == standard.id))
    number = (last or 0) + 1
    facts = {"standard_id": standard.id, "number": number, "kind": kind, "changes": changes}
    session.add(StandardEdit(**facts, at=now, by_id=by.id, by_name=by.name))
    standard.changed_at = now
    details = {"number": number, "kind": kind.value, "rows": len(changes)}
    audit.record(session, "standard.edited", standard, by=by, at=now, before=before, details=details)


def undo(session: Session, standard_id: UUID, *, by: Actor, now: datetime) -> StandardEdit:
    """Take back the editor's last edit.

    Raises:
        NotFound, NotADraft: as in ``draft``.
        NothingToUndo: there is none.
        EditedMeanwhile: somebody changed the same rows since.
    """
    standard = draft(session, standard_id, by=by)
    query = sa.select(StandardEdit).where(StandardEdit.standard_id == standard.id, StandardEdit.by_id == by.id)
    edit = session.scalar(query.where(StandardEdit.undone_at.is_(None)).order_by(StandardEdit.number.desc()).limit(1))
    if edit is None:
        raise NothingToUndo
    turn(session, standard, edit.changes, "after", "before", by=by, now=now)
    edit.undone_at, edit.is_redoable = now, True
    session.flush()
    return edit


def redo(session: Session, standard_id: UUID, *, by: Actor, now: datetime) -> StandardEdit:
    """Do again what the editor undid last.

    Raises:
        NotFound, NotADraft: as in ``draft``.
        NothingToRedo: there is nothing, or the editor has changed something else since.
        EditedMeanwhile: somebody changed the same rows since.
    """
    standard = draft(session, standard_id, by=by)
    query = sa.select(StandardEdit).where(StandardEdit.standard_id == standard.id, StandardEdit.by_id == by.id)
    edit = session.scalar(query.where(StandardEdit.is_redoable).order_by(StandardEdit.number).limit(1))
    if edit is None:
        raise NothingToRedo
    turn(session, standard, edit.changes, "before", "after", by=by, now=now)
    edit.undone_at, edit.is_redoable = None, False
    session.flush()
    return edit


def turn(
    session: Session, standard: Standard, changes: list[dict[str, Any]], *ends: str, by: Actor, now: datetime
) -> None:
    """Bring the rows from one end of an edit to the other."""
    was, wanted = ends
    digest = audit.state_digest(standard)
    for change in changes:
        record = session.get(KEPT[change["table"]][0], UUID(change["id"]))
        if same(None if record is None else snapshot(session, record)) != same(change[was]):
            raise EditedMeanwhile
    gone = [change for change in reversed(changes) if change[wanted] is None]
    for change in [*(one for one in changes if one[wanted] is not None), *gone]:
        restore(session, change["table"], UUID(change["id"]), change[wanted])
    standard.changed_at = now
    details = {"rows": len(changes), "to": wanted}
    audit.record(session, "standard.edit_turned", standard, by=by, at=now, before=digest, details=details)


def same(state: dict[str, Any] | None) -> dict[str, Any] | None:
    """A row without its place among its siblings."""
    return None if state is None else {name: value for name, value in state.items() if name not in PLACE}


def snapshot(session: Session, record: Base) -> dict[str, Any]:
    """A row as plain values; of a node also which sibling it stands behind."""
    name = NAMES[type(record)]
    values = {column: plain(getattr(record, column)) for column in KEPT[name][1]}
    if isinstance(record, StandardNode):
        values["after"] = plain(ordering.before(session, record))
    return values


def restore(session: Session, name: str, key: UUID, state: dict[str, Any] | None) -> None:
    """Give a row that state; None takes it away."""
    model, columns = KEPT[name]
    if state is None:
        session.delete(session.get_one(model, key))
        session.flush()
        return
    record = session.get(model, key)
    types = sa.inspect(model).columns
    values = {column: typed(types[column], state[column]) for column in columns}
    if record is None:
        record = model(id=key, **values)
        session.add(record)
    else:
        for column, value in values.items():
            setattr(record, column, value)
    session.flush()
    if isinstance(record, StandardNode):
        ordering.put(session, record, UUID(state["after"]) if state["after"] else None)
        session.flush()


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID | date) else value


def typed(column: sa.Column[Any], value: Any) -> Any:
    """A value as the column keeps it."""
    if value is None:
        return None
    kind = column.type.python_type
    if kind is UUID or issubclass(kind, Enum):
        return kind(value)
    return value
