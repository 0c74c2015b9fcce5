"""Identity numbers: what is possible, how they are kept, searched and shown."""

import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from training_base.kernel.errors import Refusal
from training_base.people.rules import DocumentKind, Sex

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71,),
    )
    for code in codes
)
"""Provincial codes a resident id may begin with. Source: GB/T 2260."""
PERMIT_REGIONS = frozenset({"810000", "820000", "830000"})
"""Region codes of residence permits for Hong Kong, Macau and Taiwan. Source: State Council order 2018/81."""

EARLIEST_YEAR = 1900
NONCE_BYTES = 12
SCHEME = b"\x01"
"""First byte of a kept number, so that another cipher can follow: 1 is AES-256-GCM, nonce of 12 bytes."""


@dataclass(eq=False)
class DocumentRefusal(Refusal):
    """The number cannot be one of this kind."""

    kind: DocumentKind


@dataclass(eq=False)
class NumberLength(DocumentRefusal):
    """It has too few or too many characters."""

    expected: int
    found: int


@dataclass(eq=False)
class NumberCharacter(DocumentRefusal):
    """A character stands where it cannot; ``position`` counts from 1."""

    position: int
    character: str


@dataclass(eq=False)
class NumberShape(DocumentRefusal):
    """It does not have the shape of its kind."""


@dataclass(eq=False)
class NumberRegion(DocumentRefusal):
    """It begins with a region code that does not exist for this kind."""

    region: str


@dataclass(eq=False)
class NumberOfOtherKind(DocumentRefusal):
    """It is a number of another kind."""

    looks_like: DocumentKind


@dataclass(eq=False)
class NumberBirthDate(DocumentRefusal):
    """The digits of the birth date are no day of the calendar."""

    digits: str


@dataclass(eq=False)
class CheckDigitWrong(DocumentRefusal):
    """The last character does not fit the others: at least one is mistyped."""


@dataclass(eq=False)
class BirthDateDiffers(DocumentRefusal):
    """The number states another birth date than the profile."""

    in_number: date
    entered: date


@dataclass(eq=False)
class SexDiffers(DocumentRefusal):
    """The number states the other sex than the profile."""

    in_number: Sex


def normalise(number: str) -> str:
    """A number as it is compared: full-width made plain, upper case, without spaces and hyphens."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", number)).upper()


def check_character(body: str) -> str:
    """The 18th character for the first 17 digits. Source: GB 11643-1999, ISO 7064 MOD 11-2."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return CHECK_CHARACTERS[total % 11]


def _digits(kind: DocumentKind, number: str) -> None:
    """The shape that all numbers of 18 characters share."""
    if len(number) != 18:
        raise NumberLength(kind, 18, len(number))
    for position, character in enumerate(number, 1):
        allowed = "0123456789X" if position == 18 else "0123456789"
        if character not in allowed:
            raise NumberCharacter(kind, position, character)


def _resident(kind: DocumentKind, number: str) -> None:
    if number[0] == "9":
        raise NumberOfOtherKind(kind, DocumentKind.PERMANENT_RESIDENCE)
    if number[:6] in PERMIT_REGIONS:
        raise NumberOfOtherKind(kind, DocumentKind.RESIDENCE_PERMIT_HMT)
    if number[:2] not in PROVINCES:
        raise NumberRegion(kind, number[:2])


def _permit(kind: DocumentKind, number: str) -> None:
    if number[:2] in PROVINCES:
        raise NumberOfOtherKind(kind, DocumentKind.RESIDENT_ID)
    if number[:6] not in PERMIT_REGIONS:
        raise NumberRegion(kind, number[:6])


def _foreign(kind: DocumentKind, number: str) -> None:
    if number[:2] in PROVINCES:
        raise NumberOfOtherKind(kind, DocumentKind.RESIDENT_ID)
    if number[0] != "9":
        raise NumberRegion(kind, number[0])


BEGINNINGS: dict[DocumentKind, Callable[[DocumentKind, str], None]] = {
    DocumentKind.RESIDENT_ID: _resident,
    DocumentKind.RESIDENCE_PERMIT_HMT: _permit,
    DocumentKind.PERMANENT_RESIDENCE: _foreign,
}
"""Kinds of 18 characters with birth date, sex and check character, and what they may begin with.

Sources: GB 11643-1999; residence permits since 2018; the 2023 edition of the permanent residence card.
"""

SHAPES: dict[DocumentKind, re.Pattern[str]] = {
    DocumentKind.TRAVEL_PERMIT_HM: re.compile(r"[HM](\d{8}|\d{10})"),
    DocumentKind.TRAVEL_PERMIT_TW: re.compile(r"\d{8}"),
    DocumentKind.PERMANENT_RESIDENCE_OLD: re.compile(r"[A-Z]{3}\d{12}"),
    DocumentKind.PASSPORT: re.compile(r"(?=.*\d)[A-Z0-9]{5,15}"),
}
"""Kinds whose numbers carry nothing that could be checked beyond their shape.

Sources: travel permits since 2013 (H or M and 8 digits, before with 2 more for the renewal) and, for Taiwan,
since 2015; permanent residence cards up to 2023. Passports of other states follow ICAO 9303 at most.
"""

CHINESE_PASSPORT = re.compile(r"[EG]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]\d{7,8}|[DSP]E\d{7}|[HK]\d{8}|K[A-Z]\d{7}|M[AB]\d{7}")
"""Passports issued by China, Hong Kong and Macau; asked of holders whose nationality is CN."""


@dataclass(frozen=True)
class Stated:
    """What a number of 18 characters says about its holder."""

    born_on: date
    sex: Sex


def stated(kind: DocumentKind, number: str) -> Stated | None:
    """What a normalised number says about its holder; None for kinds that say nothing.

    Raises:
        DocumentRefusal: the number is impossible or mistyped.
    """
    if kind in SHAPES:
        if not SHAPES[kind].fullmatch(number):
            raise NumberShape(kind)
        return None
    _digits(kind, number)
    BEGINNINGS[kind](kind, number)
    birth = number[6:14]
    try:
        born_on = date.fromisoformat(f"{birth[:4]}-{birth[4:6]}-{birth[6:]}")
    except ValueError:
        raise NumberBirthDate(kind, birth) from None
    if born_on.year < EARLIEST_YEAR:
        raise NumberBirthDate(kind, birth)
    if number[17] != check_character(number[:17]):
        raise CheckDigitWrong(kind)
    return Stated(born_on, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def validate(kind: DocumentKind, number: str, *, born_on: date, sex: Sex, nationality: str = "CN") -> str:
    """The normalised number, if it is possible and agrees with what the profile says.

    Args:
        kind: what the document is.
        number: as typed; width, case, spaces and hyphens do not matter.
        born_on: the holder's birth date.
        sex: the holder's sex.
        nationality: ISO 3166-1 alpha-2; Chinese passports have a known shape.

    Raises:
        NumberLength, NumberCharacter, NumberShape: it has not the form of its kind.
        NumberRegion, NumberOfOtherKind, NumberBirthDate: its parts are impossible for this kind.
        CheckDigitWrong: it is mistyped.
        BirthDateDiffers, SexDiffers: it belongs to somebody else than the profile describes.
    """
    plain = normalise(number)
    found = stated(kind, plain)
    if found is None:
        if kind is DocumentKind.PASSPORT and nationality == "CN" and not CHINESE_PASSPORT.fullmatch(plain):
            raise NumberShape(kind)
    elif found.born_on != born_on:
        raise BirthDateDiffers(kind, found.born_on, born_on)
    elif found.sex is not sex:
        raise SexDiffers(kind, found.sex)
    return plain


def mask(number: str) -> str:
    """A number as it is shown: of 18 characters the first 3 and the last 4, of shorter ones less."""
    head, tail = (3, 4) if len(number) >= 15 else (1, 2)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]


def binding(trainer_id: UUID, document_id: UUID) -> bytes:
    """What ties a kept number to its row: copied into another row, it cannot be read."""
    return trainer_id.bytes + document_id.bytes


def encrypt(number: str, *, key: bytes, bound_to: bytes) -> bytes:
    """A number as it is kept: AES-256-GCM under the key, tied to its row."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return SCHEME + nonce + AESGCM(key).encrypt(nonce, number.encode(), SCHEME + bound_to)


def decrypt(kept: bytes, *, key: bytes, bound_to: bytes) -> str:
    """The number behind what is kept.

    Raises:
        ValueError: another key, another row, or changed bytes.
    """
    if kept[:1] != SCHEME:
        raise ValueError("a number kept under an unknown scheme")
    nonce, sealed = kept[1 : 1 + NONCE_BYTES], kept[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, sealed, SCHEME + bound_to).decode()
    except InvalidTag:
        raise ValueError("a kept number does not open: other key, other row or changed bytes") from None


def digest(kind: DocumentKind, number: str, *, key: bytes) -> str:
    """What a number is found by: HMAC-SHA-256 over kind and normalised number, as hexadecimal text."""
    return hmac.digest(key, f"{kind.value}\n{normalise(number)}".encode(), "sha256").hex()
