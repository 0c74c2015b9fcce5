"""The first answer of a repeated deed: a client that asks again gets what it got before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from training_base.kernel import audit
from training_base.kernel.errors import Refusal
from training_base.kernel.models import FirstAnswer


@dataclass(eq=False)
class KeyReused(Refusal):
    """The same key came with another question."""

    key: str


def find_answer(session: Session, deed: str, key: str, asked: dict[str, Any]) -> dict[str, Any] | None:
    """The answer given before to the same question under this key, or None.

    Raises:
        KeyReused: the key was used for another question.
    """
    first = session.scalar(sa.select(FirstAnswer).where(FirstAnswer.deed == deed, FirstAnswer.key == key))
    if first is None:
        return None
    if first.asked != audit.canonical_digest(asked):
        raise KeyReused(key)
    return first.answer


def remember(
    session: Session, deed: str, key: str, *, asked: dict[str, Any], answer: dict[str, Any], at: datetime
) -> None:
    """Keep the answer with the deed, in the same transaction."""
    digest = audit.canonical_digest(asked)
    session.add(FirstAnswer(deed=deed, key=key, asked=digest, answer=answer, at=at))
    session.flush()
