"""Closed sets about items."""

from enum import StrEnum


class ItemKind(StrEnum):
    """Kinds of theory item."""

    TRUE_FALSE = "true_false"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"


class ItemStatus(StrEnum):
    """The life of an item."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    RETIRED = "retired"


class ItemUse(StrEnum):
    """Where an item may appear; what is examined is never practised."""

    EXAM = "exam"
    PRACTICE = "practice"
