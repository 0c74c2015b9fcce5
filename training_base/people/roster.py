"""Rosters: many trainers from one .xlsx or .csv file, whole or not at all, every bad cell by row and column."""

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal
from training_base.kernel.keyring import keyring
from training_base.people import documents, identity, profile, service, sheet
from training_base.people.models import IdentityDocument, Trainer
from training_base.people.rules import DocumentFacts, DocumentKind, Sex, TrainerFacts

KINDS: Mapping[str, DocumentKind] = {
    "居民身份证": DocumentKind.RESIDENT_ID,
    "身份证": DocumentKind.RESIDENT_ID,
    "港澳台居民居住证": DocumentKind.RESIDENCE_PERMIT_HMT,
    "港澳居民来往内地通行证": DocumentKind.TRAVEL_PERMIT_HM,
    "台湾居民来往大陆通行证": DocumentKind.TRAVEL_PERMIT_TW,
    "外国人永久居留身份证": DocumentKind.PERMANENT_RESIDENCE,
    "外国人永久居留身份证(旧版)": DocumentKind.PERMANENT_RESIDENCE_OLD,
    "护照": DocumentKind.PASSPORT,
    **{kind.value: kind for kind in DocumentKind},
}
SEXES: Mapping[str, Sex] = {
    "男": Sex.MALE,
    "女": Sex.FEMALE,
    **{sex.value: sex for sex in Sex},
}

T = TypeVar("T")


@dataclass(eq=False)
class CellEmpty(Refusal):
    """A cell that is needed is empty."""


@dataclass(eq=False)
class CellChoice(Refusal):
    """The cell holds none of the values it may."""

    value: str
    choices: tuple[str, ...]


@dataclass(eq=False)
class CellDay(Refusal):
    """The cell holds no day of the calendar."""

    value: str


@dataclass(eq=False)
class CellRounded(Refusal):
    """The spreadsheet kept the number as a figure and lost its last digits."""

    value: str


@dataclass(eq=False)
class RepeatedInRoster(Refusal):
    """The same document stands in an earlier row."""

    row: int


@dataclass(frozen=True)
class RosterFault:
    """What is wrong in one cell; ``row`` counts as the spreadsheet does, the heading is row 1."""

    row: int
    column: str
    refusal: Refusal


@dataclass(frozen=True)
class Newcomer:
    """A person of the roster, ready to be put on file."""

    row: int
    facts: TrainerFacts
    document: DocumentFacts


@dataclass(frozen=True)
class RosterReport:
    """What a check of a roster found."""

    rows: int
    newcomers: tuple[Newcomer, ...]
    faults: tuple[RosterFault, ...]


@dataclass(eq=False)
class RosterFaulty(Refusal):
    """At least one cell is wrong, so nobody was put on file."""

    report: RosterReport


def _needed(value: str) -> str:
    if not value:
        raise CellEmpty
    if value.startswith(sheet.LOST):
        raise CellRounded(value.removeprefix(sheet.LOST))
    return value


def _kind(value: str) -> DocumentKind:
    plain = value or "居民身份证"
    if plain not in KINDS:
        raise CellChoice(value, tuple(name for name in KINDS if not name.isascii()))
    return KINDS[plain]


def _sex(value: str) -> Sex | None:
    if not value:
        return None
    if value not in SEXES:
        raise CellChoice(value, ("男", "女"))
    return SEXES[value]


def _day(value: str) -> date | None:
    if not value:
        return None
    parts = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", value)
    if parts:
        year, month, day = (int(part) for part in parts.groups())
        with contextlib.suppress(ValueError):
            return date(year, month, day)
    raise CellDay(value)


def _nationality(value: str) -> str:
    plain = value.upper() or "CN"
    if plain in {"中国", "CHN"}:
        return "CN"
    if not re.fullmatch(r"[A-Z]{2}", plain):
        raise CellChoice(value, ("CN", "FR", "US"))
    return plain


class _Reader:
    """Reads the cells of one row and gathers what is wrong with them."""

    def __init__(self, row: int, cells: Mapping[str, str]) -> None:
        self.row, self.cells, self.faults = row, cells, list[RosterFault]()

    def take(self, column: str, parse: Callable[[str], T]) -> T | None:
        try:
            return parse(self.cells.get(column, ""))
        except Refusal as refusal:
            self.blame(column, refusal)
            return None

    def blame(self, column: str, refusal: Refusal) -> None:
        self.faults.append(RosterFault(self.row, column, refusal))


CULPRITS: Mapping[type[Refusal], str] = {
    profile.NameMissing: "name",
    profile.BirthImplausible: "born_on",
    documents.BirthDateDiffers: "born_on",
    documents.SexDiffers: "sex",
    profile.PhoneShape: "phone",
    profile.EmailShape: "email",
}
"""The column a refusal of a whole row points at; the document number for all others."""


def _newcomer(reader: _Reader, *, today: date) -> Newcomer | None:
    """The person of a row, or None with the faults in the reader."""
    name = reader.take("name", _needed)
    number = reader.take("document_number", _needed)
    kind = reader.take("document_kind", _kind)
    sex, born_on = reader.take("sex", _sex), reader.take("born_on", _day)
    nationality = reader.take("nationality", _nationality)
    if reader.faults or name is None or number is None or kind is None or nationality is None:
        return None
    try:
        stated = documents.stated(kind, documents.normalise(number))
        if stated is not None:
            sex, born_on = sex or stated.sex, born_on or stated.born_on
    except Refusal as refusal:
        reader.blame("document_number", refusal)
        return None
    for column, value in (("sex", sex), ("born_on", born_on)):
        if value is None:
            reader.blame(column, CellEmpty())
    if sex is None or born_on is None:
        return None
    facts = TrainerFacts(
        name=name,
        sex=sex,
        born_on=born_on,
        nationality=nationality,
        phone=reader.cells.get("phone"),
        email=reader.cells.get("email"),
    )
    try:
        profile.check(facts, day=today)
        documents.validate(kind, number, born_on=born_on, sex=sex, nationality=nationality)
    except Refusal as refusal:
        reader.blame(CULPRITS.get(type(refusal), "document_number"), refusal)
        return None
    return Newcomer(reader.row, facts, DocumentFacts(kind, number))


def _on_file(session: Session, digests: Iterable[str]) -> dict[str, Trainer]:
    """Whose documents are on file already, by digest."""
    wanted, found = list(digests), dict[str, Trainer]()
    for start in range(0, len(wanted), 500):
        query = sa.select(IdentityDocument.number_digest, Trainer).join(IdentityDocument.trainer)
        query = query.where(IdentityDocument.number_digest.in_(wanted[start : start + 500]))
        found.update((digest, trainer) for digest, trainer in session.execute(query))
    return found


def check(session: Session, content: bytes, *, by: Actor, now: datetime) -> RosterReport:
    """Read a roster and say everything that is wrong with it; nothing is stored.

    Raises:
        RosterUnreadable, RosterColumns, RosterEmpty, RosterTooLong: it cannot be read as a roster at all.
    """
    rows, key = sheet.read(content), keyring(session).digest
    newcomers: dict[str, Newcomer] = {}
    faults: list[RosterFault] = []
    for number, cells in rows:
        reader = _Reader(number, cells)
        newcomer = _newcomer(reader, today=now.date())
        if newcomer is not None:
            digest = documents.digest(newcomer.document.kind, newcomer.document.number, key=key)
            if digest in newcomers:
                reader.blame("document_number", RepeatedInRoster(newcomers[digest].row))
            newcomers.setdefault(digest, newcomer)
        faults += reader.faults
    for digest, trainer in _on_file(session, newcomers).items():
        refusal = identity.refusal_for(trainer, by)
        faults.append(RosterFault(newcomers[digest].row, "document_number", refusal))
    faults.sort(key=lambda fault: fault.row)
    return RosterReport(len(rows), tuple(newcomers.values()), tuple(faults))


def put_on_file(session: Session, content: bytes, *, center_id: UUID, by: Actor, now: datetime) -> list[Trainer]:
    """Put everyone of a roster on file at a center, or nobody.

    Raises:
        NotFound: the center is none of the actor's.
        RosterUnreadable, RosterColumns, RosterEmpty, RosterTooLong: it cannot be read as a roster at all.
        RosterFaulty: at least one cell is wrong; the report has all of them.
    """
    report = check(session, content, by=by, now=now)
    if report.faults:
        raise RosterFaulty(report)
    return [
        service.create(session, newcomer.facts, newcomer.document, center_id=center_id, by=by, now=now)
        for newcomer in report.newcomers
    ]
