"""Formats of certificate numbers, and their allocation without gaps or duplicates."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from certification.certificates.journal import journal
from certification.certificates.models import NumberCounter
from certification.certificates.rules import SERIAL_DIGITS
from training_base.kernel.errors import Refusal
from training_base.kernel.keyring import keyring

LAST_SERIAL = 10**SERIAL_DIGITS - 1
UPSERT: Mapping[str, Callable[[type[NumberCounter]], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class NumberKind(StrEnum):
    """Formats of certificate numbers that are told apart."""

    SKILL_LEVEL = "skill_level"
    SPECIAL_GRADE = "special_grade"
    SKILL_LEVEL_OLD = "skill_level_old"
    QUALIFICATION = "qualification"


class NumberProblem(StrEnum):
    """What is wrong with a number that a person typed."""

    EMPTY = "empty"
    CHARACTERS = "characters"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    BODY = "body"
    YEAR = "year"
    LEVEL = "level"
    SERIAL = "serial"
    UNKNOWN_BODY = "unknown_body"
    OTHER_FORMAT = "other_format"


@dataclass(frozen=True)
class Number:
    """A certificate number in parts; ``level`` is None where the format writes a grade that is no level."""

    kind: NumberKind
    body: str
    year: int
    level: int | None
    serial: int


class NumberFormat(Protocol):
    """A way to write certificate numbers."""

    @property
    def kind(self) -> NumberKind:
        """Which one."""

    def parse(self, text: str) -> Number | None:
        """The parts of a number in this format, or None where it is in another one."""

    def format(self, number: Number) -> str:
        """The number as it is written.

        Raises:
            ValueError: a part does not fit its place.
        """


@dataclass(frozen=True)
class PatternFormat:
    """A format of fixed places: ``pattern`` names the parts, ``template`` writes them."""

    kind: NumberKind
    pattern: re.Pattern[str]
    template: str

    def parse(self, text: str) -> Number | None:
        """The parts of a number in this format, or None where it is in another one."""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        parts = match.groupdict()
        level = parts.get("level")
        return Number(
            self.kind,
            parts["body"],
            2000 + int(parts["year"]),
            None if level is None else int(level),
            int(parts["serial"]),
        )

    def format(self, number: Number) -> str:
        """The number as it is written.

        Raises:
            ValueError: a part does not fit its place, or the format needs a level.
        """
        text = self.template.format(body=number.body, year=number.year % 100, level=number.level, serial=number.serial)
        if self.parse(text) != number:
            raise ValueError(f"{number} cannot be written as {self.kind}")
        return text


SKILL_LEVEL = PatternFormat(
    NumberKind.SKILL_LEVEL,
    re.compile(r"(?P<body>[SY][0-9]{12})(?P<year>[0-9]{2})(?P<level>[1-5])(?P<serial>[0-9]{6})"),
    "{body}{year:02}{level}{serial:06}",
)
"""22 characters: S (third party) or Y (employer), 4 digits of the body, 2 of the province, 6 of the body's site,
2 of the year, 1 of the level, 6 of the serial. Source: coding rules of vocational skill level certificates (2019)."""

SPECIAL_GRADE = PatternFormat(
    NumberKind.SPECIAL_GRADE,
    re.compile(r"(?P<body>[SY][0-9]{12})(?P<year>[0-9]{2})[A-Z](?P<serial>[0-9]{6})"),
    "",
)
"""Two letters and 20 digits, for grades above level 1; the place of the second letter is inferred from the parts."""

SKILL_LEVEL_OLD = PatternFormat(
    NumberKind.SKILL_LEVEL_OLD,
    re.compile(r"(?P<body>R[GSCX][NW][0-9]{9})(?P<year>[0-9]{2})(?P<level>[1-5])(?P<serial>[0-9]{5})"),
    "{body}{year:02}{level}{serial:05}",
)
"""20 characters of the first pilots: three letters, 6 digits of the region, 3 of the body, year, level, 5 of
the serial."""

QUALIFICATION = PatternFormat(
    NumberKind.QUALIFICATION,
    re.compile(r"(?P<year>[0-9]{2})(?P<body>[0-9]{4}[0-4][0-9]{3})(?P<level>[1-5])(?P<serial>[0-9]{5})"),
    "{year:02}{body}{level}{serial:05}",
)
"""16 digits of national vocational qualification certificates: year, province, city, kind and number of the
body, level, 5 digits of the serial."""

FORMATS: tuple[NumberFormat, ...] = (SKILL_LEVEL, SPECIAL_GRADE, SKILL_LEVEL_OLD, QUALIFICATION)
"""Every format that is recognised; the first is the one that is issued."""

ISSUED = SKILL_LEVEL
ISSUED_LENGTH = 22


@dataclass(eq=False)
class SerialsExhausted(Refusal):
    """The six digits of the serial are used up under this prefix."""

    prefix: str


def normal_number(text: str) -> str:
    """A typed number as it is stored: full-width forms, spaces, dashes and case do not matter."""
    wide = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in wide if letter.isprintable() and letter not in " -‐‑‒–—−_.·")


def parse(text: str) -> Number | None:
    """The parts of a number in whichever format it is written, or None where it is in none."""
    found = (known.parse(normal_number(text)) for known in FORMATS)
    return next((number for number in found if number is not None), None)


def problem(text: str, *, today: date) -> NumberProblem | None:
    """What is wrong with a typed number before any record is looked at; None where it could be one of ours.

    Args:
        text: the number as typed.
        today: no number is from a later year.
    """
    plain = normal_number(text)
    number = parse(plain)
    if number is None:
        return _shape_problem(plain)
    if number.kind is not ISSUED.kind:
        return NumberProblem.OTHER_FORMAT
    if number.year > today.year:
        return NumberProblem.YEAR
    return NumberProblem.SERIAL if number.serial == 0 else None


SHAPE: Mapping[NumberProblem, re.Pattern[str]] = {
    NumberProblem.EMPTY: re.compile(r".+"),
    NumberProblem.CHARACTERS: re.compile(r"[0-9A-Z]+"),
    NumberProblem.TOO_SHORT: re.compile(r".{22,}"),
    NumberProblem.TOO_LONG: re.compile(r".{,22}"),
    NumberProblem.BODY: re.compile(r"[SY][0-9]{12}.*"),
    NumberProblem.LEVEL: re.compile(r".{13}[0-9]{2}[1-5].*"),
}
"""What each part must look like, in the order in which a person should hear of it."""


def _shape_problem(plain: str) -> NumberProblem:
    for found, pattern in SHAPE.items():
        if pattern.fullmatch(plain) is None:
            return found
    return NumberProblem.SERIAL


def prefix_of(body: str, year: int, level: int) -> str:
    """The part of a number before its serial.

    Raises:
        ValueError: the body's code is not 13 characters, or the level is none.
    """
    return ISSUED.format(Number(ISSUED.kind, body, year, level, 1))[:-SERIAL_DIGITS]


def allocate(session: Session, prefix: str, result_id: UUID) -> str:
    """The number of a result's certificate: the one reserved for it before, else the next.

    The counter's row stays locked until the transaction ends, so that a rolled back number is the next one again.
    It lies above both the counter and the journal: a restored database does not give a number out twice.

    Args:
        session: a unit of work.
        prefix: as ``prefix_of`` gives it.
        result_id: whose certificate it is to be.

    Raises:
        SerialsExhausted: 999,999 numbers were given out under the prefix.
    """
    insert = UPSERT[session.get_bind().dialect.name]
    session.execute(insert(NumberCounter).values(prefix=prefix, last=0).on_conflict_do_nothing())
    counter = session.scalars(
        sa.select(NumberCounter).where(NumberCounter.prefix == prefix).with_for_update()
        .execution_options(populate_existing=True)
    ).one()  # fmt: skip
    reserved = journal(keyring(session).number_journal).look_up(prefix, result_id)
    last = max(counter.last, reserved.highest)
    serial = last + 1 if reserved.number is None else int(reserved.number[-SERIAL_DIGITS:])
    if serial > LAST_SERIAL:
        raise SerialsExhausted(prefix)
    counter.last = max(last, serial)
    session.flush()
    return f"{prefix}{serial:0{SERIAL_DIGITS}}"


def reserve(session: Session, number: str, result_id: UUID) -> None:
    """Write the number into the journal, as the last thing before the commit; a repeat writes nothing."""
    journal(keyring(session).number_journal).append(number, result_id)
