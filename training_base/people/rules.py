"""Closed sets about people, what is stated about them, and what of it is plausible."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """As identity documents of the country state it."""

    FEMALE = "female"
    MALE = "male"


class DocumentKind(StrEnum):
    """Kinds of identity document that a trainer may show."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT_HMT = "residence_permit_hmt"
    TRAVEL_PERMIT_HM = "travel_permit_hm"
    TRAVEL_PERMIT_TW = "travel_permit_tw"
    PERMANENT_RESIDENCE_OLD = "permanent_residence_old"
    PERMANENT_RESIDENCE = "permanent_residence"
    PASSPORT = "passport"


class EducationLevel(StrEnum):
    """Kinds of schooling, as the eligibility rules tell them apart."""

    JUNIOR_MIDDLE = "junior_middle"
    SENIOR_MIDDLE = "senior_middle"
    SECONDARY_VOCATIONAL = "secondary_vocational"
    TECHNICAL_SCHOOL = "technical_school"
    TECHNICAL_SENIOR = "technical_senior"
    HIGHER_VOCATIONAL = "higher_vocational"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"


class TitleRank(StrEnum):
    """Ranks of a professional title, the lowest first."""

    JUNIOR = "junior"
    INTERMEDIATE = "intermediate"
    SENIOR = "senior"


class Domain(StrEnum):
    """Fields in which a trainer works."""

    MEDICAL_IMAGING = "medical_imaging"
    FINANCIAL_RISK = "financial_risk"
    GOVERNMENT_DIALOGUE = "government_dialogue"
    CUSTOMER_SERVICE = "customer_service"
    AUTONOMOUS_DRIVING = "autonomous_driving"
    INDUSTRIAL_INSPECTION = "industrial_inspection"
    SPEECH = "speech"
    EDUCATION = "education"
    LANGUAGE_MODELS = "language_models"


class CoreTask(StrEnum):
    """The three core tasks of the occupation that a skill profile rates."""

    ANNOTATION = "annotation"
    OPTIMISATION = "optimisation"
    TESTING = "testing"


@dataclass(frozen=True)
class TrainerFacts:
    """What a profile says about a person.

    ``nationality`` is an ISO 3166-1 alpha-2 code; ``skill_profile`` rates each core task from 0 to 100.
    """

    name: str
    sex: Sex
    born_on: date
    name_latin: str | None = None
    nationality: str = "CN"
    phone: str | None = None
    email: str | None = None
    domains: tuple[Domain, ...] = ()
    skill_profile: Mapping[CoreTask, int] = field(default_factory=dict)
    apprenticeship_completed: bool = False


@dataclass(frozen=True)
class ContactFacts:
    """What trainers change themselves."""

    phone: str | None = None
    email: str | None = None
    domains: tuple[Domain, ...] = ()


@dataclass(frozen=True)
class DocumentFacts:
    """An identity document as somebody typed it."""

    kind: DocumentKind
    number: str
    valid_until: date | None = None


@dataclass(frozen=True)
class EducationFacts:
    """A course of schooling; ``ended_on`` may be None, or lie ahead, only in the final year."""

    level: EducationLevel
    school: str
    subject: str
    is_related: bool = False
    in_final_year: bool = False
    ended_on: date | None = None


@dataclass(frozen=True)
class EmploymentFacts:
    """Time at work; ``ended_on`` is None while it lasts."""

    employer: str
    job: str
    is_in_occupation: bool
    started_on: date
    ended_on: date | None = None


@dataclass(frozen=True)
class TitleFacts:
    """A professional title (职称)."""

    name: str
    rank: TitleRank
    matches_subject: bool
    awarded_on: date


@dataclass(frozen=True)
class EarlierCertificateFacts:
    """A certificate earned elsewhere, as the paper states it."""

    occupation_code: str
    level: int
    number: str
    issuer: str
    issued_on: date


OLDEST_YEARS = 100
YOUNGEST_YEARS = 14
PHONE = re.compile(r"\+?\d[\d \-]{4,18}\d")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def tidy(text: str) -> str:
    """A name or phrase without surrounding or doubled white space and without control characters, width made plain."""
    words = " ".join(unicodedata.normalize("NFKC", text).split())
    return "".join(letter for letter in words if unicodedata.category(letter) not in {"Cc", "Cs"})


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name; white space, case, width and middle dots do not count."""
    plain = (re.sub(r"[\s·•・.]", "", tidy(name)).casefold() for name in (one, other))
    return next(plain) == next(plain)


def age_on(born_on: date, day: date) -> int:
    """Full years of life that day; a birthday of 29 February counts from 1 March in other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def is_plausible_birth(born_on: date, day: date) -> bool:
    """Whether somebody born then may be on file that day; the age an exam asks for is another matter."""
    return YOUNGEST_YEARS <= age_on(born_on, day) <= OLDEST_YEARS


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two periods share more than a day on which one ends and the other begins; None is open."""
    return one[0] < (other[1] or date.max) and other[0] < (one[1] or date.max)
