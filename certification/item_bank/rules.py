"""Closed sets about items, what an item says as values, and how two items are compared."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ItemKind(StrEnum):
    """Kinds of theory item."""

    TRUE_FALSE = "true_false"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    SHORT_TEXT = "short_text"
    NUMERIC = "numeric"
    MATCHING = "matching"
    ORDERING = "ordering"
    GAP_SELECT = "gap_select"
    GAP_TEXT = "gap_text"
    HOTSPOT = "hotspot"


CHOICE_KINDS = (ItemKind.TRUE_FALSE, ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE)
"""The kinds whose key is a list of positions; the sheet of items carries these."""


class ItemStatus(StrEnum):
    """The life of an item."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    RETIRED = "retired"


class ItemUse(StrEnum):
    """Where an item may appear; what is examined is never practised."""

    EXAM = "exam"
    PRACTICE = "practice"


class AssetKind(StrEnum):
    """What a reader does with an asset."""

    IMAGE = "image"
    AUDIO = "audio"


class CognitiveLevel(StrEnum):
    """What an item asks of the mind, after Bloom's taxonomy as revised in 2001."""

    REMEMBER = "remember"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYSE = "analyse"
    EVALUATE = "evaluate"
    CREATE = "create"


LANGUAGES = ("zh", "en")
"""Languages that an item may be written in."""

DIFFICULTIES = range(1, 6)
"""From 1, easy, to 5, hard."""

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
"""The shape of an item's code."""

STEM_LENGTH = 2000
OPTION_LENGTH = 500
NOTE_LENGTH = 2000


@dataclass(frozen=True)
class ItemFacts:
    """All that a version of an item says, and what it is filed under.

    ``key`` has the shape that its kind asks, see ``content.Content``; ``parts`` are the fields of a content that only
    some kinds fill, by name. ``knowledge_point`` is the code of the point. ``suggested_marks`` are hundredths; the
    blueprint decides what an item carries. ``stimulus`` is the code of the passage or picture it belongs to, where
    ``stimulus_position`` is its place among the items of it, from 1.
    """

    code: str
    level: int
    kind: ItemKind
    stem: str
    options: tuple[str, ...]
    key: tuple[Any, ...]
    rationale: str
    reference: str
    knowledge_point: str
    difficulty: int
    use: ItemUse
    parts: Mapping[str, Any] = field(default_factory=dict)
    cognitive_level: CognitiveLevel | None = None
    suggested_marks: int | None = None
    language: str = LANGUAGES[0]
    stimulus: str | None = None
    stimulus_position: int | None = None


def stem_digest(stem: str) -> str:
    """The SHA-256 of a stem without what the eye passes over: width, case, spaces and punctuation."""
    plain = unicodedata.normalize("NFKC", stem).casefold()
    kept = "".join(char for char in plain if unicodedata.category(char)[0] not in "PZC")
    return hashlib.sha256((kept or plain).encode()).hexdigest()


def key_texts(options: Sequence[str], key: Sequence[int]) -> frozenset[str]:
    """What the key says, whatever the order of the options; true/false gives the key itself."""
    if not options:
        return frozenset(str(position) for position in key)
    return frozenset(unicodedata.normalize("NFKC", options[position]).strip() for position in key)
