"""What an item says, of any kind, as values: its shape as JSON, its canonical key, and what may be wrong with it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from certification.item_bank.answers import fold, number
from certification.item_bank.rules import NOTE_LENGTH, OPTION_LENGTH, STEM_LENGTH, ItemFacts, ItemKind, key_texts

Key = tuple[Any, ...]
"""A key as JSON values; its shape depends on the kind, see ``Content``."""

GAP = re.compile(r"\{\{(\d{1,2})\}\}")
"""How a gap stands in a stem."""

ASSET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
"""The shape of the name of a picture or a sound."""

ANSWER_LENGTH = 200
"""Characters of an accepted text, and of one that is typed."""

PARTS = ("prompts", "gaps", "image", "case_sensitive", "partial", "option_rationales")
"""Fields that only some kinds fill."""


@dataclass(frozen=True)
class Content:
    """What an item says.

    ``stem`` is Markdown with formulas ($..$, $$..$$) and pictures or sound by name (``![alt](asset:NAME)``); a gap
    is written {{1}}, {{2}}, ... . ``options`` are the choices of a choice item, the parts of an ordering, the targets
    of a matching, else empty. ``prompts`` is the left side of a matching; ``gaps`` the choices of each gap of a gap
    selection; ``image`` the name of a hotspot's picture. ``option_rationales`` has one text per option, or none.

    ``key`` by kind (positions count from 0):

    - true/false: (1,) for true, (0,) for false; single and multiple choice: positions in ``options``
    - short text: accepted texts
    - numeric: pairs (value, tolerance) of decimal strings; any pair may match; the tolerance is absolute
    - matching: for each prompt the position of its target
    - ordering: positions of the options in the right order
    - gap selection: for each gap the position of its choice; gap text: for each gap a tuple of accepted texts
    - hotspot: shapes {"shape": "rect" | "circle" | "poly", "coords": [...]} in thousandths of width and height:
      rect x1 y1 x2 y2; circle x y r, or x y rx ry where the picture is not square; poly x1 y1 x2 y2 ...
    """

    kind: ItemKind
    stem: str
    options: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    gaps: tuple[tuple[str, ...], ...] = ()
    image: str | None = None
    key: Key = ()
    case_sensitive: bool = False
    partial: bool = False
    rationale: str = ""
    option_rationales: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The content as JSON values; ``from_json`` gives it back."""
        return {name: _listed(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Content":
        """The content that ``to_json`` wrote; missing fields have their defaults.

        Raises:
            ValueError: a field is unknown, or has the wrong type.
        """
        names = {field.name for field in fields(cls)}
        if unknown := value.keys() - names:
            raise ValueError(f"unknown fields {sorted(unknown)}")
        if not {"kind", "stem"} <= value.keys():
            raise ValueError("an item has a kind and a stem")
        content = cls(
            **{name: _tupled(part) for name, part in value.items() if name not in {"kind"}},
            kind=ItemKind(value["kind"]),
        )
        _require_types(content)
        return content

    @property
    def parts(self) -> dict[str, Any]:
        """The fields that only some kinds fill, as JSON values, without those at their default."""
        return {name: _listed(getattr(self, name)) for name in PARTS if getattr(self, name)}


def _listed(value: Any) -> Any:
    """Tuples as lists, all the way down."""
    if isinstance(value, tuple | list):
        return [_listed(part) for part in value]
    if isinstance(value, Mapping):
        return {name: _listed(part) for name, part in value.items()}
    return value.value if isinstance(value, ItemKind) else value


def _tupled(value: Any) -> Any:
    """Lists as tuples; the coordinates inside a shape stay a list."""
    if isinstance(value, tuple | list):
        return tuple(_tupled(part) for part in value)
    return _listed(value)


def _texts(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(part, str) for part in value)


def _require_types(content: Content) -> None:
    """Raise ValueError where a field is not of its type."""
    right = {
        "stem": isinstance(content.stem, str),
        "options": _texts(content.options),
        "prompts": _texts(content.prompts),
        "gaps": isinstance(content.gaps, tuple) and all(_texts(gap) for gap in content.gaps),
        "image": content.image is None or isinstance(content.image, str),
        "key": isinstance(content.key, tuple),
        "case_sensitive": isinstance(content.case_sensitive, bool),
        "partial": isinstance(content.partial, bool),
        "rationale": isinstance(content.rationale, str),
        "option_rationales": _texts(content.option_rationales),
    }
    if wrong := [name for name, is_right in right.items() if not is_right]:
        raise ValueError(f"wrong type of {wrong}")


def of_facts(facts: ItemFacts) -> Content:
    """What an item says, without what it is filed under."""
    return of_columns(facts.kind, facts.stem, facts.options, facts.key, {**facts.parts, "rationale": facts.rationale})


def of_columns(
    kind: ItemKind, stem: str, options: Sequence[str], key: Sequence[Any], parts: Mapping[str, Any]
) -> Content:
    """The content that a row of the bank or of a paper keeps in columns; ``parts`` may be empty."""
    return Content.from_json({"kind": kind, "stem": stem, "options": options, "key": key, **parts})


def canonical(content: Content) -> Content:
    """The same content with its key written the one way: choices in order, texts trimmed and once, numbers plain.

    The content is valid: it has no ``faults``.
    """
    key: Key = content.key
    if content.kind in (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE):
        key = tuple(sorted(key))
    elif content.kind is ItemKind.SHORT_TEXT:
        key = _once(key, content)
    elif content.kind is ItemKind.GAP_TEXT:
        key = tuple(_once(gap, content) for gap in key)
    elif content.kind is ItemKind.NUMERIC:
        key = tuple(dict.fromkeys((plain_number(value), plain_number(tolerance)) for value, tolerance in key))
    return replace(content, key=key)


def _once(texts: tuple[str, ...], content: Content) -> tuple[str, ...]:
    """Texts without outer spaces; of those that marking cannot tell apart, the first."""
    kept: dict[str, str] = {}
    for text in texts:
        kept.setdefault(fold(text, case_sensitive=content.case_sensitive), text.strip())
    return tuple(kept.values())


def plain_number(text: str) -> str:
    """A number as digits with at most one point: "1,500.00" is "1500".

    Raises:
        ValueError: it is no number.
    """
    value = number(text)
    if value is None:
        raise ValueError("no number")
    plain = format(value, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in {"-0", ""} else plain


def answer_of(content: Content) -> tuple[Any, ...]:
    """What the key says in words, whatever the order of options: two items that ask the same and differ here conflict.

    The content is valid; the answer can be compared and hashed.
    """
    key, kind = canonical(content).key, content.kind
    options = tuple(fold(option, case_sensitive=True) for option in content.options)
    if kind is ItemKind.MATCHING:
        return tuple(sorted((fold(prompt), options[at]) for prompt, at in zip(content.prompts, key, strict=True)))
    if kind is ItemKind.ORDERING:
        return tuple(options[at] for at in key)
    if kind is ItemKind.GAP_SELECT:
        return tuple(fold(gap[at], case_sensitive=True) for gap, at in zip(content.gaps, key, strict=True))
    if kind is ItemKind.GAP_TEXT:
        return tuple(tuple(sorted(fold(text, case_sensitive=content.case_sensitive) for text in gap)) for gap in key)
    if kind is ItemKind.SHORT_TEXT:
        return tuple(sorted(fold(text, case_sensitive=content.case_sensitive) for text in key))
    if kind is ItemKind.HOTSPOT:
        return tuple(sorted((shape["shape"], *shape["coords"]) for shape in key))
    if kind is ItemKind.NUMERIC:
        return tuple(sorted(key))
    return tuple(sorted(key_texts(content.options, key)))


def answers_alike(one: Content, other: Content) -> bool:
    """Whether two items that ask the same also answer the same."""
    return one.kind is other.kind and answer_of(one) == answer_of(other)


class ContentFault(StrEnum):
    """What may be wrong with what an item says."""

    STEM_MISSING = "stem_missing"
    STEM_TOO_LONG = "stem_too_long"
    OPTIONS_TOO_FEW = "options_too_few"
    OPTIONS_TOO_MANY = "options_too_many"
    OPTION_EMPTY = "option_empty"
    OPTION_TOO_LONG = "option_too_long"
    OPTION_TWICE = "option_twice"
    PROMPTS_TOO_FEW = "prompts_too_few"
    PROMPTS_TOO_MANY = "prompts_too_many"
    PROMPT_EMPTY = "prompt_empty"
    PROMPT_TOO_LONG = "prompt_too_long"
    PROMPT_TWICE = "prompt_twice"
    GAPS_UNMARKED = "gaps_unmarked"
    GAP_CHOICES = "gap_choices"
    IMAGE_MISSING = "image_missing"
    KEY_IMPOSSIBLE = "key_impossible"
    NOTE_TOO_LONG = "note_too_long"
    RATIONALES_COUNT = "rationales_count"
    PART_NOT_ALLOWED = "part_not_allowed"


NONE = range(1)
OPTION_COUNTS: dict[ItemKind, range] = {
    ItemKind.SINGLE_CHOICE: range(2, 9),
    ItemKind.MULTIPLE_CHOICE: range(3, 9),
    ItemKind.MATCHING: range(2, 13),
    ItemKind.ORDERING: range(2, 13),
}
"""How many options an item of a kind has; a kind that is not named has none."""

PROMPT_COUNTS = range(2, 13)
GAP_COUNTS = range(1, 21)
CHOICE_COUNTS = range(2, 13)
ANSWER_COUNTS = range(1, 21)
SHAPE_COUNTS = range(1, 21)
THOUSANDTHS = range(1001)
"""Numbers of prompts, gaps, choices of a gap, accepted answers, shapes; a coordinate of a picture."""


def faults(content: Content) -> tuple[ContentFault, ...]:
    """All that is wrong with a content whose fields have the right types; empty where it may be stored."""
    found = [*_stem_faults(content), *_option_faults(content), *_prompt_faults(content), *_gap_faults(content)]
    if content.kind is ItemKind.HOTSPOT and not (content.image and ASSET_NAME.fullmatch(content.image)):
        found.append(ContentFault.IMAGE_MISSING)
    found += _note_faults(content)
    if not found and not _KEYS[content.kind](content):
        found.append(ContentFault.KEY_IMPOSSIBLE)
    return tuple(dict.fromkeys(found))


def require_sound(content: Content) -> None:
    """See that an item can be put and marked.

    Raises:
        ValueError: it has faults; a form or an import tells them before.
    """
    if found := faults(content):
        raise ValueError(f"the item has faults: {', '.join(found)}")


def _stem_faults(content: Content) -> Iterator[ContentFault]:
    if not content.stem.strip():
        yield ContentFault.STEM_MISSING
    if len(content.stem) > STEM_LENGTH:
        yield ContentFault.STEM_TOO_LONG


def _option_faults(content: Content) -> Iterator[ContentFault]:
    counts = OPTION_COUNTS.get(content.kind, NONE)
    if len(content.options) < counts.start:
        yield ContentFault.OPTIONS_TOO_FEW
    if len(content.options) >= counts.stop:
        yield ContentFault.OPTIONS_TOO_MANY
    if not all(option.strip() for option in content.options):
        yield ContentFault.OPTION_EMPTY
    if any(len(option) > OPTION_LENGTH for option in content.options):
        yield ContentFault.OPTION_TOO_LONG
    if _repeats(content.options):
        yield ContentFault.OPTION_TWICE


def _repeats(texts: Sequence[str]) -> bool:
    return len({fold(text, case_sensitive=True) for text in texts}) < len(texts)


def _prompt_faults(content: Content) -> Iterator[ContentFault]:
    counts = PROMPT_COUNTS if content.kind is ItemKind.MATCHING else NONE
    if len(content.prompts) < counts.start:
        yield ContentFault.PROMPTS_TOO_FEW
    if len(content.prompts) >= counts.stop:
        yield ContentFault.PROMPTS_TOO_MANY
    if not all(prompt.strip() for prompt in content.prompts):
        yield ContentFault.PROMPT_EMPTY
    if any(len(prompt) > OPTION_LENGTH for prompt in content.prompts):
        yield ContentFault.PROMPT_TOO_LONG
    if _repeats(content.prompts):
        yield ContentFault.PROMPT_TWICE


def _gap_faults(content: Content) -> Iterator[ContentFault]:
    has_gaps = content.kind in (ItemKind.GAP_SELECT, ItemKind.GAP_TEXT)
    count = len(content.gaps if content.kind is ItemKind.GAP_SELECT else content.key) if has_gaps else 0
    if has_gaps and (count not in GAP_COUNTS or gaps_of(content.stem) != list(range(1, count + 1))):
        yield ContentFault.GAPS_UNMARKED
    for gap in content.gaps:
        if (
            len(gap) not in CHOICE_COUNTS
            or _repeats(gap)
            or not all(0 < len(text.strip()) <= ANSWER_LENGTH for text in gap)
        ):
            yield ContentFault.GAP_CHOICES


def gaps_of(stem: str) -> list[int]:
    """The numbers of the gaps in a stem, in order of number; one that stands twice is there twice."""
    return sorted(int(found) for found in GAP.findall(stem))


def _note_faults(content: Content) -> Iterator[ContentFault]:
    notes = (content.rationale, *content.option_rationales)
    if any(len(note) > NOTE_LENGTH for note in notes):
        yield ContentFault.NOTE_TOO_LONG
    if content.option_rationales and len(content.option_rationales) != len(content.options):
        yield ContentFault.RATIONALES_COUNT
    if content.gaps and content.kind is not ItemKind.GAP_SELECT:
        yield ContentFault.PART_NOT_ALLOWED
    if content.image is not None and content.kind is not ItemKind.HOTSPOT:
        yield ContentFault.PART_NOT_ALLOWED


def _positions(key: Key, counts: range, choices: range) -> bool:
    """Whether the key is so many distinct positions."""
    return len(key) in counts and len(set(key)) == len(key) and all(type(at) is int and at in choices for at in key)


def _accepted(texts: object) -> bool:
    """Whether these are texts that can be typed as an answer."""
    if not _texts(texts) or len(texts) not in ANSWER_COUNTS:  # type: ignore[arg-type]  # _texts saw that it is a tuple
        return False
    return all(fold(text) and len(text) <= ANSWER_LENGTH for text in texts)  # type: ignore[attr-defined]


def _is_near_pair(pair: object) -> bool:
    if not _texts(pair) or len(pair) != 2:  # type: ignore[arg-type]
        return False
    value, tolerance = (number(text) for text in pair)  # type: ignore[attr-defined]
    return value is not None and tolerance is not None and tolerance >= 0


def _is_shape(shape: object) -> bool:
    if not isinstance(shape, Mapping) or shape.keys() != {"shape", "coords"}:
        return False
    coords = shape["coords"]
    if not isinstance(coords, list | tuple) or not all(type(at) is int and at in THOUSANDTHS for at in coords):
        return False
    if shape["shape"] == "rect":
        return len(coords) == 4 and coords[0] < coords[2] and coords[1] < coords[3]
    if shape["shape"] == "circle":
        return len(coords) in (3, 4) and all(radius > 0 for radius in coords[2:])
    return shape["shape"] == "poly" and len(coords) in range(6, 101, 2)


def _each_in(key: Key, choices: Sequence[int]) -> bool:
    """Whether the key names one of so many choices for each place."""
    return len(key) == len(choices) and all(
        type(at) is int and at in range(count) for at, count in zip(key, choices, strict=True)
    )


_KEYS: dict[ItemKind, Callable[[Content], bool]] = {
    ItemKind.TRUE_FALSE: lambda item: _positions(item.key, range(1, 2), range(2)),
    ItemKind.SINGLE_CHOICE: lambda item: _positions(item.key, range(1, 2), range(len(item.options))),
    ItemKind.MULTIPLE_CHOICE: lambda item: _positions(item.key, range(2, 9), range(len(item.options))),
    ItemKind.SHORT_TEXT: lambda item: _accepted(item.key),
    ItemKind.NUMERIC: lambda item: len(item.key) in ANSWER_COUNTS and all(_is_near_pair(pair) for pair in item.key),
    ItemKind.MATCHING: lambda item: _each_in(item.key, [len(item.options)] * len(item.prompts)),
    ItemKind.ORDERING: lambda item: (
        len(item.key) == len(item.options) and _positions(item.key, range(2, 13), range(len(item.options)))
    ),
    ItemKind.GAP_SELECT: lambda item: _each_in(item.key, [len(gap) for gap in item.gaps]),
    ItemKind.GAP_TEXT: lambda item: all(_accepted(texts) for texts in item.key),
    ItemKind.HOTSPOT: lambda item: len(item.key) in SHAPE_COUNTS and all(_is_shape(shape) for shape in item.key),
}
"""Whether a key is possible, for an item that is right in all else."""
