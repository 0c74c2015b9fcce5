"""Saving answers: one statement per batch, in which the highest ``seq`` wins at each position."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from certification.exams import rules
from certification.exams.models import Attempt, DrawnTask, PaperItem, RefusedResponse, Response
from certification.exams.rules import Answer
from certification.exams.submission import (
    NotCounted,
    WrongDevice,
    answers,
    close_overdue,
    locked,
    require_open,
)
from certification.item_bank import kinds
from certification.item_bank.content import Content
from training_base.kernel.errors import Refusal

INSERTS: dict[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(eq=False)
class UnknownPosition(Refusal):
    """The paper has no item at this position; nothing of the batch was saved."""

    position: int


@dataclass(eq=False)
class WrongShape(Refusal):
    """The value is no possible answer at this position; nothing of the batch was saved."""

    position: int


def save(
    session: Session,
    attempt_id: UUID,
    responses: Iterable[Answer],
    device: str,
    *,
    now: datetime,
    registration_id: UUID | None = None,
) -> list[Answer]:
    """Keep answers; at each position the highest ``seq`` counts. All of a batch are kept, or none.

    Args:
        session: the session of the unit of work.
        attempt_id: whose answers.
        responses: answers; of several at one position the one with the highest ``seq`` is taken.
        device: the device that sends them.
        now: when they came.
        registration_id: the registration the asker signed in for; None where the asker is not a candidate.

    Returns:
        What now counts at each position that was sent.

    Raises:
        NotFound: no such attempt, or somebody else's.
        TooLate, AlreadySubmitted, WrongDevice: they cannot count; hand them to ``keep_refused``.
        UnknownPosition, WrongShape: they are no answers to this paper.
    """
    attempt = locked(session, attempt_id, registration_id)
    require_open(attempt, now)
    if attempt.device != device:
        raise WrongDevice
    wanted = rules.latest(responses)
    if not wanted:
        return []
    checked = _checked(session, attempt, wanted)
    if _upsert(session, attempt_id, checked, now) == len(checked):
        return checked
    positions = {answer.position for answer in checked}
    return [answer for answer in answers(session, attempt_id) if answer.position in positions]


def keep_refused(
    session: Session, attempt_id: UUID, responses: Iterable[Answer], refusal: NotCounted, *, now: datetime
) -> None:
    """Keep answers that cannot count, with the reason, and close the attempt if its time is over."""
    session.add_all(
        RefusedResponse(
            attempt_id=attempt_id,
            position=answer.position,
            value=answer.value,
            seq=answer.seq,
            received_at=now,
            reason=refusal.code(),
        )
        for answer in responses
    )
    close_overdue(session, attempt_id, now=now)


def _checked(session: Session, attempt: Attempt, wanted: list[Answer]) -> list[Answer]:
    contents = _contents(session, attempt, [answer.position for answer in wanted])
    checked = []
    for answer in wanted:
        if answer.position not in contents:
            raise UnknownPosition(answer.position)
        try:
            value = _check(answer.value, contents[answer.position])
        except ValueError as error:
            raise WrongShape(answer.position) from error
        checked.append(Answer(answer.position, value, answer.seq))
    return checked


def _check(value: Any, content: Content | None) -> Any:
    """The value, checked as a response to an item, or as the text of a task."""
    return rules.check_text(value) if content is None else kinds.check_response(value, content)


def _contents(session: Session, attempt: Attempt, positions: list[int]) -> dict[int, Content | None]:
    if attempt.paper_id is None:
        drawn = sa.select(DrawnTask.position).where(DrawnTask.registration_id == attempt.registration_id)
        return dict.fromkeys(session.scalars(drawn))
    items = session.scalars(
        sa.select(PaperItem).where(PaperItem.paper_id == attempt.paper_id, PaperItem.position.in_(positions))
    )
    return {item.position: item.content for item in items}


def _upsert(session: Session, attempt_id: UUID, checked: list[Answer], now: datetime) -> int:
    """Put the answers in with one statement that passes over older ones; how many of them count now."""
    table = Response.__table__
    insert = INSERTS[session.get_bind().dialect.name](table).values(
        [
            {
                "attempt_id": attempt_id,
                "position": a.position,
                "value": a.value,
                "seq": a.seq,
                "saved_at": now,
            }
            for a in checked
        ]
    )
    statement = insert.on_conflict_do_update(
        index_elements=["attempt_id", "position"],
        set_={name: insert.excluded[name] for name in ("value", "seq", "saved_at")},
        where=insert.excluded.seq > table.c.seq,
    ).returning(table.c.position)
    return len(session.execute(statement).all())
