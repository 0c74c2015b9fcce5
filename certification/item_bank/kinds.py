"""The kinds of item: shape of a response, check of a key, marking; one class each, and the table of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from certification.item_bank.rules import ItemKind

TRUE, FALSE = 1, 0


class Kind(Protocol):
    """What the bank, the player and the scorer need to know of a kind."""

    @property
    def kind(self) -> ItemKind:
        """The kind's name."""

    @property
    def options(self) -> range:
        """How many options an item may have."""

    def check_key(self, key: Sequence[int], options_count: int) -> None:
        """Raise ValueError unless the key is possible."""

    def check_response(self, value: object, options_count: int) -> list[int]:
        """The response as a sorted list of positions, [] for cleared; ValueError where it is none."""

    def is_correct(self, value: Sequence[int] | None, key: Sequence[int]) -> bool:
        """Whether the response earns the marks."""


def _positions(value: object, choices: range) -> list[int]:
    """The value as sorted distinct positions.

    Raises:
        ValueError: it is not a list of them.
    """
    if not isinstance(value, list | tuple) or not all(type(part) is int for part in value):
        raise ValueError("a response is a list of positions")
    if len(set(value)) != len(value) or not all(part in choices for part in value):
        raise ValueError("a position stands twice or is not offered")
    return sorted(value)


@dataclass(frozen=True)
class TrueFalse:
    """A statement to judge; the response is [1] for true, [0] for false."""

    kind: ItemKind = ItemKind.TRUE_FALSE
    options: range = range(1)

    def check_key(self, key: Sequence[int], options_count: int) -> None:
        """Raise ValueError unless the key is [1] or [0] and there are no options."""
        if options_count or len(_positions(key, range(2))) != 1:
            raise ValueError("the key of a true/false item is true or false")

    def check_response(self, value: object, options_count: int) -> list[int]:
        """At most one of 0 and 1; the number of options does not matter."""
        positions = _positions(value, range(2))
        if len(positions) > 1:
            raise ValueError("a statement is true or false, not both")
        return positions

    def is_correct(self, value: Sequence[int] | None, key: Sequence[int]) -> bool:
        """Whether the judgement is the key's."""
        return value is not None and list(value) == list(key)


@dataclass(frozen=True)
class SingleChoice:
    """One option of several is right."""

    kind: ItemKind = ItemKind.SINGLE_CHOICE
    options: range = range(2, 6)

    def check_key(self, key: Sequence[int], options_count: int) -> None:
        """Raise ValueError unless the key names exactly one option."""
        if options_count not in self.options or len(_positions(key, range(options_count))) != 1:
            raise ValueError("the key of a single choice is one of its options")

    def check_response(self, value: object, options_count: int) -> list[int]:
        """At most one of the options."""
        positions = _positions(value, range(options_count))
        if len(positions) > 1:
            raise ValueError("only one option may be chosen")
        return positions

    def is_correct(self, value: Sequence[int] | None, key: Sequence[int]) -> bool:
        """Whether the chosen option is the key."""
        return value is not None and list(value) == list(key)


@dataclass(frozen=True)
class MultipleChoice:
    """Two options or more are right; all of them and no other earn the marks, anything else earns none."""

    kind: ItemKind = ItemKind.MULTIPLE_CHOICE
    options: range = range(3, 6)

    def check_key(self, key: Sequence[int], options_count: int) -> None:
        """Raise ValueError unless the key names at least two options."""
        if options_count not in self.options or len(_positions(key, range(options_count))) < 2:
            raise ValueError("the key of a multiple choice is two of its options or more")

    def check_response(self, value: object, options_count: int) -> list[int]:
        """Any of the options."""
        return _positions(value, range(options_count))

    def is_correct(self, value: Sequence[int] | None, key: Sequence[int]) -> bool:
        """Whether exactly the options of the key are chosen."""
        return value is not None and set(value) == set(key)


KINDS: dict[ItemKind, Kind] = {kind.kind: kind for kind in (TrueFalse(), SingleChoice(), MultipleChoice())}
"""Every kind by its name."""
