"""Rules of examinations: life cycles, deadlines, which save wins."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any


class ExamSessionStatus(StrEnum):
    """The life of an exam session."""

    PLANNED = "planned"
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class SessionDuty(StrEnum):
    """What staff do in one exam session."""

    INVIGILATOR = "invigilator"
    EXAMINER = "examiner"


class RegistrationStatus(StrEnum):
    """A candidate's place in an exam session."""

    REGISTERED = "registered"
    ADMITTED = "admitted"
    ABSENT = "absent"
    DISQUALIFIED = "disqualified"
    WITHDRAWN = "withdrawn"


class SubmittedBy(StrEnum):
    """Who handed an attempt in."""

    CANDIDATE = "candidate"
    SERVER = "server"
    INVIGILATOR = "invigilator"


class IncidentKind(StrEnum):
    """What may happen in an exam room."""

    FOCUS_LOST = "focus_lost"
    DEVICE_CHANGED = "device_changed"
    EXTRA_TIME = "extra_time"
    LATE = "late"
    MISCONDUCT = "misconduct"
    TECHNICAL = "technical"
    OTHER = "other"


SIGN_IN_EARLY = timedelta(minutes=30)
"""How long before the start a candidate may sign in."""

LATE_AFTER = timedelta(minutes=15)
"""How late a candidate may still start without the invigilator's leave."""

RUNNABLE = frozenset({ExamSessionStatus.PLANNED, ExamSessionStatus.OPEN, ExamSessionStatus.RUNNING})
"""Sessions in which somebody may still sign in and write."""

SEATED = frozenset({RegistrationStatus.REGISTERED, RegistrationStatus.ADMITTED})
"""Registrations that entitle to a seat."""

LONGEST_TEXT = 20_000
"""Characters of a written answer to a practical task, at most."""


@dataclass(frozen=True)
class Answer:
    """What a candidate answered at one position; a higher ``seq`` was given later."""

    position: int
    value: Any
    seq: int


def deadline(started_at: datetime, minutes: int, extra_minutes: int, ends_at: datetime) -> datetime:
    """When the time of an attempt is over: its minutes, cut at the end of the session, and then the extra time."""
    return min(started_at + timedelta(minutes=minutes), ends_at) + timedelta(minutes=extra_minutes)


def accepts_until(due: datetime, grace_seconds: int) -> datetime:
    """The last instant at which a save or submission on its way still counts."""
    return due + timedelta(seconds=grace_seconds)


def is_late(starts_at: datetime, now: datetime) -> bool:
    """Whether a candidate who has not started by now needs the invigilator's leave."""
    return now > starts_at + LATE_AFTER


def extra_minutes_for(plain: datetime, due: datetime, minutes: int, now: datetime) -> int:
    """Extra minutes in all, when so many more are given now.

    Further minutes begin when the time would have run out; where it has run out already, they begin now.

    Args:
        plain: the deadline without any extra time.
        due: the deadline as it stands.
        minutes: how many more, at least 1.
        now: the time of giving them.

    Raises:
        ValueError: fewer than 1 minute.
    """
    if minutes < 1:
        raise ValueError("extra time is at least 1 minute")
    until = max(due, now) + timedelta(minutes=minutes)
    return ceil((until - plain) / timedelta(minutes=1))


def latest(answers: Iterable[Answer]) -> list[Answer]:
    """One answer per position, the one with the highest ``seq``, in the order of positions."""
    kept: dict[int, Answer] = {}
    for answer in answers:
        earlier = kept.get(answer.position)
        if earlier is None or answer.seq > earlier.seq:
            kept[answer.position] = answer
    return [kept[position] for position in sorted(kept)]


def check_text(value: object) -> str:
    """The written answer to a practical task, as it came.

    Raises:
        ValueError: not a text, or longer than ``LONGEST_TEXT`` characters.
    """
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        raise ValueError("not a text of an allowed length")
    return value
