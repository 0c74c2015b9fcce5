"""Rules of practice: the kinds of quiz."""

from enum import StrEnum


class QuizMode(StrEnum):
    """What a quiz is drawn from."""

    NEW = "new"
    WRONG = "wrong"
