"""An item as a page shows it: its texts as HTML, its key and an answer told apart, whatever its kind."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from certification.item_bank.answers import is_inside
from certification.item_bank.content import Content
from certification.item_bank.kinds import KINDS
from certification.item_bank.rules import ItemKind
from portal.richtext import Address, rich, rich_line, with_gaps

LETTERS = "ABCDEFGHIJKL"
GAPPED = (ItemKind.GAP_SELECT, ItemKind.GAP_TEXT)


@dataclass(frozen=True)
class Choice:
    """An option, part or target: its letter, its text, whether it is right and chosen, what is said about it."""

    mark: str
    text: Markup
    right: bool = False
    chosen: bool = False
    note: Markup | None = None


@dataclass(frozen=True)
class Pair:
    """A prompt, a gap or a question, what belongs there, and what was given; ``is_right`` is None without an answer."""

    left: Markup
    right: Markup
    given: Markup | None = None
    is_right: bool | None = None


@dataclass(frozen=True)
class Shape:
    """A shape of a picture's key as an element of an SVG of 1000 by 1000."""

    name: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """All that a page draws of an item; lists that its kind has not are empty."""

    content: Content
    stem: Markup
    choices: tuple[Choice, ...] = ()
    pairs: tuple[Pair, ...] = ()
    picture: str = ""
    shapes: tuple[Shape, ...] = ()
    point: tuple[int, int] | None = None
    rationale: Markup | None = None


def shown(content: Content, address: Address, *, with_key: bool = True, given: Any = None) -> Shown:
    """An item for reading.

    Args:
        content: the item, its options in the order that is to be shown.
        address: where its pictures and sounds are.
        with_key: whether the key, the rationale and what is said about options may be seen.
        given: a kept response, to be shown beside the key.
    """
    view = _View(content, address, with_key, given or [])
    return Shown(
        content,
        with_gaps(rich(content.stem, address), _numbered) if content.kind in GAPPED else rich(content.stem, address),
        tuple(view.choices()),
        tuple(_PAIRS[content.kind](view)) if with_key and content.kind in _PAIRS else (),
        address(content.image) if content.image else "",
        tuple(map(_shape, content.key)) if with_key and content.kind is ItemKind.HOTSPOT else (),
        (given[0], given[1]) if given and content.kind is ItemKind.HOTSPOT else None,
        rich(content.rationale, address) if with_key else None,
    )


def _numbered(number: int) -> Markup:
    return Markup('<span class="gap gap--number">{}</span>').format(number)


def _shape(shape: Mapping[str, Any]) -> Shape:
    at = shape["coords"]
    if shape["shape"] == "rect":
        return Shape("rect", {"x": at[0], "y": at[1], "width": at[2] - at[0], "height": at[3] - at[1]})
    if shape["shape"] == "circle":
        return Shape("ellipse", {"cx": at[0], "cy": at[1], "rx": at[2], "ry": at[-1]})
    return Shape("polygon", {"points": " ".join(map(str, at))})


@dataclass(frozen=True)
class _View:
    content: Content
    address: Address
    with_key: bool
    given: Any

    def line(self, text: str) -> Markup:
        return rich_line(text, self.address)

    def choices(self) -> Iterator[Choice]:
        """Options of a choice; parts of an ordering and targets of a matching where the key is not to be seen."""
        content, kind = self.content, self.content.kind
        if kind is ItemKind.TRUE_FALSE:
            for value, text in ((1, _("True")), (0, _("False"))):
                right = self.with_key and value in content.key
                yield Choice("", Markup.escape(text), right, value in self.given)
            return
        marked = kind in (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE)
        if not marked and self.with_key:
            return
        for place, text in enumerate(content.options):
            right = self.with_key and marked and place in content.key
            note = self.line(content.option_rationales[place]) if self.with_key and content.option_rationales else None
            yield Choice(LETTERS[place], self.line(text), right, marked and place in self.given, note)

    def accepted(self) -> Iterator[Pair]:
        texts = [f"{key[0]} ± {key[1]}" if isinstance(key, tuple) else key for key in self.content.key]
        right = bool(KINDS[self.content.kind].right(self.given, self.content)[0]) if self.given else None
        given = Markup.escape(self.given) if self.given else None
        yield Pair(Markup.escape(_("Accepted answers")), Markup.escape(_("; ").join(texts)), given, right)

    def placed(self, left: list[Markup], right: list[Markup], name: Callable[[int, Any], Markup]) -> Iterator[Pair]:
        """Places with what belongs there and what was put there."""
        for place, key in enumerate(self.content.key):
            value = self.given[place] if self.given else None
            given = None if value in (None, "") else name(place, value)
            yield Pair(left[place], right[place], given, self._agrees(place, key, value) if self.given else None)

    def _agrees(self, place: int, key: Any, value: Any) -> bool:
        """Whether one place is right, as marking sees it."""
        if self.content.kind is not ItemKind.GAP_TEXT:
            return bool(value == key)
        one = Content(ItemKind.SHORT_TEXT, "-", key=tuple(key), case_sensitive=self.content.case_sensitive)
        return bool(value) and bool(KINDS[ItemKind.SHORT_TEXT].right(value, one)[0])

    def matched(self) -> Iterator[Pair]:
        content = self.content
        targets = [self.line(text) for text in content.options]
        left = [self.line(text) for text in content.prompts]
        return self.placed(left, [targets[at] for at in content.key], lambda _place, at: targets[at])

    def ordered(self) -> Iterator[Pair]:
        parts = [self.line(text) for text in self.content.options]
        left = [Markup.escape(place + 1) for place in range(len(parts))]
        return self.placed(left, [parts[at] for at in self.content.key], lambda _place, at: parts[at])

    def chosen_gaps(self) -> Iterator[Pair]:
        gaps = [[self.line(text) for text in gap] for gap in self.content.gaps]
        left = [_gap_name(place) for place in range(len(gaps))]
        right = [gap[at] for gap, at in zip(gaps, self.content.key, strict=True)]
        return self.placed(left, right, lambda place, at: gaps[place][at])

    def filled_gaps(self) -> Iterator[Pair]:
        left = [_gap_name(place) for place in range(len(self.content.key))]
        right = [Markup.escape(_("; ").join(texts)) for texts in self.content.key]
        return self.placed(left, right, lambda _place, text: Markup.escape(text))

    def pointed(self) -> Iterator[Pair]:
        if self.given:
            x, y = self.given
            right = any(is_inside(x, y, shape) for shape in self.content.key)
            yield Pair(
                Markup.escape(_("Marked place")),
                Markup.escape(_("inside the marked shapes")),
                Markup.escape(f"{x}, {y}"),
                right,
            )


def _gap_name(place: int) -> Markup:
    return Markup.escape(_("Gap %(number)s", number=place + 1))


_PAIRS: dict[ItemKind, Callable[[_View], Iterator[Pair]]] = {
    ItemKind.SHORT_TEXT: _View.accepted,
    ItemKind.NUMERIC: _View.accepted,
    ItemKind.MATCHING: _View.matched,
    ItemKind.ORDERING: _View.ordered,
    ItemKind.GAP_SELECT: _View.chosen_gaps,
    ItemKind.GAP_TEXT: _View.filled_gaps,
    ItemKind.HOTSPOT: _View.pointed,
}
"""How each kind that has no options to choose shows its key."""
