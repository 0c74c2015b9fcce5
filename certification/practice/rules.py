"""Rules of practice: the kinds of quiz, what it is drawn from, how far somebody is."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")

SIZES = (5, 10, 20)
"""How many items a quiz may be asked for."""


class QuizMode(StrEnum):
    """What a quiz is drawn from."""

    NEW = "new"
    WRONG = "wrong"


@dataclass(frozen=True)
class AreaProgress:
    """How far a trainer is in one area: items there, items answered, items whose newest answer was right."""

    area: str
    items: int
    answered: int
    right: int

    @property
    def right_percent(self) -> int | None:
        """The share of right answers among the items answered; None where none was answered."""
        return round(100 * self.right / self.answered) if self.answered else None


def choose(fresh: Sequence[T], seen: Sequence[T], count: int, seed: int) -> list[T]:
    """Items for a quiz in random order: those never answered come before those answered.

    Args:
        fresh: never answered.
        seen: answered before.
        count: at most so many are given.
        seed: the same seed gives the same items.
    """
    chance = random.Random(seed)  # noqa: S311  a quiz is no secret
    chosen = [*chance.sample(fresh, len(fresh)), *chance.sample(seen, len(seen))][:count]
    chance.shuffle(chosen)
    return chosen
