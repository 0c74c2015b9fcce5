"""Rules of examinations: life cycles, deadlines, which save wins."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any

from certification.standards.rules import Component


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

RUNNABLE = frozenset({ExamSessionStatus.OPEN, ExamSessionStatus.RUNNING})
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
    """When an attempt's time is over: its minutes, cut at the end of the session, then the extra time."""
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


MOVES: dict[ExamSessionStatus, frozenset[ExamSessionStatus]] = {
    ExamSessionStatus.PLANNED: frozenset(
        {ExamSessionStatus.OPEN, ExamSessionStatus.RUNNING, ExamSessionStatus.CLOSED, ExamSessionStatus.CANCELLED}
    ),
    ExamSessionStatus.OPEN: frozenset(
        {ExamSessionStatus.RUNNING, ExamSessionStatus.CLOSED, ExamSessionStatus.CANCELLED}
    ),
    ExamSessionStatus.RUNNING: frozenset({ExamSessionStatus.CLOSED}),
    ExamSessionStatus.CLOSED: frozenset({ExamSessionStatus.PUBLISHED}),
    ExamSessionStatus.PUBLISHED: frozenset(),
    ExamSessionStatus.CANCELLED: frozenset(),
}
"""Which status may follow which; a session in which somebody sat is never cancelled."""

LEAST_STAFF = {
    Component.THEORY: {SessionDuty.INVIGILATOR: 1, SessionDuty.EXAMINER: 0},
    Component.SKILL: {SessionDuty.INVIGILATOR: 0, SessionDuty.EXAMINER: 2},
    Component.REVIEW: {SessionDuty.INVIGILATOR: 0, SessionDuty.EXAMINER: 2},
}
"""How many must do a duty in a session, at least; practical work is rated by two."""

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Characters of a room code: none that is taken for another when read from a board (no 0 O, 1 I L)."""


def room_code(digest: bytes, length: int = 8) -> str:
    """A room code from the bytes of a keyed digest, at least as many as the code has characters."""
    number = int.from_bytes(digest, "big")
    characters = []
    for _ in range(length):
        number, place = divmod(number, len(CODE_ALPHABET))
        characters.append(CODE_ALPHABET[place])
    return "".join(characters)


def session_code(day: date, serial: int) -> str:
    """The code of the n-th exam session of a day in the city: E20260615-001."""
    return f"E{day:%Y%m%d}-{serial:03d}"


def admission_number(code: str, ordinal: int) -> str:
    """The admission number of the n-th ticket of a session: 12 to 14 digits for day, session and ticket.

    Args:
        code: the session's code, as ``session_code`` gives it.
        ordinal: 1 to 999, never given twice in a session.

    Raises:
        ValueError: the ordinal has more than three digits; numbers of two sessions could then be the same.
    """
    if not 1 <= ordinal <= 999:
        raise ValueError(f"no ticket number {ordinal}")
    return f"{code.removeprefix('E').replace('-', '')[2:]}{ordinal:03d}"


def free_seat(capacity: int, taken: Iterable[int], seed: str) -> int:
    """A seat by lot among those that are free; the same seed gives the same one.

    Raises:
        ValueError: no seat is free.
    """
    free = sorted(set(range(1, capacity + 1)) - set(taken))
    if not free:
        raise ValueError("no seat is free")
    return random.Random(f"seat:{seed}").choice(free)  # noqa: S311  a lot that can be repeated, not a secret


class PaperSetStatus(StrEnum):
    """The life of a set of parallel papers."""

    SOLVING = "solving"
    SOLVED = "solved"
    FAILED = "failed"
    FROZEN = "frozen"
    DISCARDED = "discarded"


SEATS_IN_ROW = 6
"""Seats counted as one row of a room when papers are dealt out; rooms keep no plan of their seats."""


def paper_of_seat(seat: int, count: int, columns: int = SEATS_IN_ROW) -> int:
    """Which of ``count`` parallel papers (from 0) lies at a seat, so that neighbours differ.

    With two papers those to the left and right differ; with three also those in front and behind; from five on
    also those across the corner: the papers move on by one along a row and by two from row to row.
    """
    row, column = divmod(seat - 1, columns)
    return (column + 2 * row) % count
