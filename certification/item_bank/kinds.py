"""The kinds of item: shape of a response, marking, order of what is printed; one class each, and the table of them.

The shape of a key stands in ``content``. A response that was cleared is [] for every kind.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from certification.item_bank.answers import NUMBER_LENGTH, fold, is_inside, is_near, number
from certification.item_bank.content import ANSWER_LENGTH, THOUSANDTHS, Content
from certification.item_bank.rules import ItemKind

TRUE, FALSE = 1, 0
CLEARED: list[Any] = []


class Kind(Protocol):
    """What the player and the scorer need to know of a kind; the content is valid."""

    @property
    def kind(self) -> ItemKind:
        """The kind's name."""

    def check_response(self, value: object, content: Content) -> Any:
        """The response as it is kept, [] for cleared; ValueError where it is none."""

    def right(self, value: Any, content: Content) -> tuple[int, int]:
        """How many parts of a kept response are right, and of how many; an item of one part has (0 or 1, 1)."""

    def shuffled(self, content: Content, seed: str) -> Content:
        """The content with its choices in another order and the key moved along; the same seed, the same order."""


def check_response(value: object, content: Content) -> Any:
    """A response to an item as it is kept: JSON values, [] for cleared.

    Raises:
        ValueError: it is no possible response.
    """
    return KINDS[content.kind].check_response(value, content)


def earned(value: Any, content: Content, marks: int) -> int:
    """The marks that a kept response earns, in hundredths.

    All or nothing; where the item gives marks in proportion, so much of the whole as parts are right, a half
    hundredth rounded up in the candidate's favour.

    Args:
        value: as ``check_response`` gave it; None or [] where nothing was answered.
        content: the item, its key in the order that was shown.
        marks: what the item carries, in hundredths.
    """
    if not value:
        return 0
    right, parts = KINDS[content.kind].right(value, content)
    if content.partial:
        return (2 * marks * right + parts) // (2 * parts)
    return marks if right == parts else 0


def is_correct(value: Any, content: Content) -> bool:
    """Whether a kept response is right in every part."""
    if not value:
        return False
    right, parts = KINDS[content.kind].right(value, content)
    return right == parts


def shuffled(content: Content, seed: str) -> Content:
    """The content as a paper prints it; the same seed gives the same order."""
    return KINDS[content.kind].shuffled(content, seed)


def _order(count: int, seed: str) -> list[int]:
    """The old positions in their new order."""
    order = list(range(count))
    random.Random(f"options:{seed}").shuffle(order)  # noqa: S311  a draw that can be repeated, not a secret
    return order


def _reordered(content: Content, order: Sequence[int]) -> Content:
    """Options, and what is said about each, in another order; the key moved along as it stands."""
    places = {old: new for new, old in enumerate(order)}
    notes = content.option_rationales
    return replace(
        content,
        options=tuple(content.options[old] for old in order),
        option_rationales=tuple(notes[old] for old in order) if notes else (),
        key=tuple(places[old] for old in content.key),
    )


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


def _one_each(value: object, choices: Sequence[int]) -> list[int | None]:
    """The value as one choice or None for each place; [] where every place is empty.

    Raises:
        ValueError: it is not.
    """
    if value == []:
        return []
    if not isinstance(value, list | tuple) or len(value) != len(choices):
        raise ValueError("a response has one choice for each place")
    for at, count in zip(value, choices, strict=True):
        if at is not None and (type(at) is not int or at not in range(count)):
            raise ValueError("a choice is not offered")
    return list(value) if any(at is not None for at in value) else []


def _typed(value: object, most: int) -> str:
    """A typed text, without outer spaces.

    Raises:
        ValueError: it is none, or too long.
    """
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        raise ValueError("a response is a text, and not too long")
    return value.strip()


def _agreeing(value: Sequence[Any], key: Sequence[Any]) -> tuple[int, int]:
    """How many places hold what the key says there."""
    return sum(one == other for one, other in zip(value, key, strict=True)), len(key)


class _Fixed:
    """A kind in which nothing can change its place."""

    def shuffled(self, content: Content, seed: str) -> Content:
        """The content as it is."""
        return content


@dataclass(frozen=True)
class TrueFalse(_Fixed):
    """A statement to judge; the response is [1] for true, [0] for false."""

    kind: ItemKind = ItemKind.TRUE_FALSE

    def check_response(self, value: object, content: Content) -> Any:
        """At most one of 0 and 1."""
        positions = _positions(value, range(2))
        if len(positions) > 1:
            raise ValueError("a statement is true or false, not both")
        return positions

    def right(self, value: Any, content: Content) -> tuple[int, int]:
        """Whether the judgement is the key's."""
        return int(list(value) == list(content.key)), 1


@dataclass(frozen=True)
class SingleChoice:
    """One option of several is right; the response is a list of at most one position."""

    kind: ItemKind = ItemKind.SINGLE_CHOICE

    def check_response(self, value: object, content: Content) -> Any:
        """At most one of the options."""
        positions = _positions(value, range(len(content.options)))
        if len(positions) > 1:
            raise ValueError("only one option may be chosen")
        return positions

    def right(self, value: Any, content: Content) -> tuple[int, int]:
        """Whether the chosen option is the key."""
        return int(list(value) == list(content.key)), 1

    def shuffled(self, content: Content, seed: str) -> Content:
        """The options in another order."""
        return _sorted_key(_reordered(content, _order(len(content.options), seed)))


def _sorted_key(content: Content) -> Content:
    return replace(content, key=tuple(sorted(content.key)))


@dataclass(frozen=True)
class MultipleChoice:
    """Two options or more are right; all of them and no other earn the marks, anything else earns none."""

    kind: ItemKind = ItemKind.MULTIPLE_CHOICE

    def check_response(self, value: object, content: Content) -> Any:
        """Any of the options."""
        return _positions(value, range(len(content.options)))

    def right(self, value: Any, content: Content) -> tuple[int, int]:
        """Whether exactly the options of the key are chosen."""
        return int(set(value) == set(content.key)), 1

    def shuffled(self, content: Content, seed: str) -> Content:
        """The options in another order."""
        return _sorted_key(_reordered(content, _order(len(content.options), seed)))


@dataclass(frozen=True)
class ShortText(_Fixed):
    """A word or a few; the response is the text as typed."""

    kind: ItemKind = ItemKind.SHORT_TEXT

    def check_response(self, value: object, content: Content) -> Any:
        """A text of at most ``ANSWER_LENGTH`` characters."""
        return (value != [] and _typed(value, ANSWER_LENGTH)) or []

    def right(self, value: Any, content: Content) -> tuple[int, int]:
        """Whether it is one of the accepted texts."""
        return int(_is_accepted(value, content.key, content)), 1


def _is_accepted(text: str, accepted: Sequence[str], content: Content) -> bool:
    given = fold(text, case_sensitive=content.case_sensitive)
    return any(given == fold(other, case_sensitive=content.case_sensitive) for other in accepted)


@dataclass(frozen=True)
class Numeric(_Fixed):
    """A number; the response is the text as typed, also one that is no number (yet): it earns nothing."""

    kind: ItemKind = ItemKind.NUMERIC

    def check_response(self, value: object, content: Content) -> Any:
        """A text of at most ``NUMBER_LENGTH`` characters."""
        return (value != [] and _typed(value, NUMBER_LENGTH)) or []

    def right(self, value: Any, content: Content) -> tuple[int, int]:
        """Whether it lies near enough to one of the key's values."""
        given = number(value)
        if given is None:
            return 0, 1
        pairs = ((number(one), number(tolerance)) for one, tolerance in content.key)
        return int(any(is_near(given, one, slack) for one, slack in pairs if one is not None and slack is not None)), 1


@dataclass(frozen=True)
class Matching:
    """Prompts, each with one target; the response is a target's position, or None, for each prompt."""

    kind: ItemKind = ItemKind.MATCHING

    def check_response(self, value: object, content: Content) -> Any:
        """One target for each prompt; a target may serve several."""
        return _one_each(value, [len(content.options)] * len(content.prompts))

    def right(self, value: Any, content: Content) -> tuple[int, int]:
        """How many prompts have their target."""
        return _agreeing(value, content.key)

    def shuffled(self, content: Content, seed: str) -> Content:
        """The targets in another order; the prompts stay."""
        return _reordered(content, _order(len(content.options), seed))


@dataclass(frozen=True)
class Ordering:
    """Parts to be put in order; the response is their positions, as printed, in the order that was chosen."""

    kind: ItemKind = ItemKind.ORDERING

    def check_response(self, value: object, content: Content) -> Any:
        """Every part once, or none."""
        if value == []:
            return []
        _positions(value, range(len(content.options)))
        if not isinstance(value, list | tuple) or len(value) != len(content.options):
            raise ValueError("an order names every part")
        return list(value)

    def right(self, value: Any, content: Content) -> tuple[int, int]:
        """How many parts stand in their place, counted from the first."""
        return _agreeing(value, content.key)

    def shuffled(self, content: Content, seed: str) -> Content:
        """The parts in another order, and never in the right one."""
        order = _order(len(content.options), seed)
        if order == list(content.key):
            order = [*order[1:], order[0]]
        return _reordered(content, order)


@dataclass(frozen=True)
class GapSelect:
    """Gaps in a text, each with its choices; the response is a choice's position, or None, for each gap."""

    kind: ItemKind = ItemKind.GAP_SELECT

    def check_response(self, value: object, content: Content) -> Any:
        """One choice for each gap."""
        return _one_each(value, [len(gap) for gap in content.gaps])

    def right(self, value: Any, content: Content) -> tuple[int, int]:
        """How many gaps hold their choice."""
        return _agreeing(value, content.key)

    def shuffled(self, content: Content, seed: str) -> Content:
        """The choices of each gap in another order."""
        orders = [_order(len(gap), f"{seed}:{number}") for number, gap in enumerate(content.gaps)]
        return replace(
            content,
            gaps=tuple(tuple(gap[old] for old in order) for gap, order in zip(content.gaps, orders, strict=True)),
            key=tuple(order.index(at) for at, order in zip(content.key, orders, strict=True)),
        )


@dataclass(frozen=True)
class GapText(_Fixed):
    """Gaps in a text to be filled in; the response is a text, perhaps "", for each gap."""

    kind: ItemKind = ItemKind.GAP_TEXT

    def check_response(self, value: object, content: Content) -> Any:
        """One text for each gap; [] where all are empty."""
        if value == []:
            return []
        if not isinstance(value, list | tuple) or len(value) != len(content.key):
            raise ValueError("a response has one text for each gap")
        texts = [_typed(text, ANSWER_LENGTH) for text in value]
        return texts if any(texts) else []

    def right(self, value: Any, content: Content) -> tuple[int, int]:
        """How many gaps hold one of their accepted texts."""
        gaps = zip(value, content.key, strict=True)
        return sum(_is_accepted(text, accepted, content) for text, accepted in gaps), len(content.key)


@dataclass(frozen=True)
class Hotspot(_Fixed):
    """A place to be shown on a picture; the response is [x, y] in thousandths of its width and height."""

    kind: ItemKind = ItemKind.HOTSPOT

    def check_response(self, value: object, content: Content) -> Any:
        """One point of the picture."""
        if value == []:
            return []
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError("a response is one point")
        if not all(type(at) is int and at in THOUSANDTHS for at in value):
            raise ValueError("a point lies on the picture")
        return list(value)

    def right(self, value: Any, content: Content) -> tuple[int, int]:
        """Whether the point lies in one of the shapes."""
        x, y = value
        return int(any(is_inside(x, y, shape) for shape in content.key)), 1


_ALL: tuple[Kind, ...] = (
    TrueFalse(), SingleChoice(), MultipleChoice(), ShortText(), Numeric(),
    Matching(), Ordering(), GapSelect(), GapText(), Hotspot(),
)  # fmt: skip
KINDS: dict[ItemKind, Kind] = {kind.kind: kind for kind in _ALL}
"""Every kind by its name."""
