"""The gaps of Moodle's Cloze questions: ``{1:SHORTANSWER:=Berlin~%50%Bonn#Once.}``, read and written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape, unescape

from certification.item_bank.exchange.elements import decimal

_WORDS = re.compile(r"\w+")
CHOICE = frozenset(
    _WORDS.findall(
        "MULTICHOICE MC MULTICHOICE_V MCV MULTICHOICE_H MCH MULTICHOICE_S MCS MULTICHOICE_VS MCVS MULTICHOICE_HS MCHS"
    )
)
TEXT = frozenset(("SHORTANSWER", "SA", "MW"))
TEXT_BY_CASE = frozenset(("SHORTANSWER_C", "SAC", "MWC"))
OTHERS = frozenset(
    _WORDS.findall("NUMERICAL NM MULTIRESPONSE MR MULTIRESPONSE_H MRH MULTIRESPONSE_S MRS MULTIRESPONSE_HS MRHS")
)
TYPES = "|".join(sorted(CHOICE | TEXT | TEXT_BY_CASE | OTHERS, key=len, reverse=True))

FIELD = re.compile(rf"\{{(\d*):({TYPES}):((?:\\.|[^\\}}])*)\}}", re.DOTALL)
PIECE = re.compile(r"\\.|&#?\w+;|.", re.DOTALL)
FRACTION = re.compile(r"%(-?\d+(?:\.\d+)?)%")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
MARKS = re.compile(r"<[^>]*>")
SPECIAL = re.compile(r"([\\~#}\"=%*{/])")


@dataclass(frozen=True)
class Answer:
    """An answer of a gap: its text, the share of the mark in percent, what is said to it; whether it is a pattern."""

    text: str
    percent: Decimal
    feedback: str
    wildcard: bool = False


@dataclass(frozen=True)
class Gap:
    """A gap: the name of its type, its weight, its answers."""

    type: str
    weight: int
    answers: tuple[Answer, ...]


def read(source: str) -> tuple[str, tuple[Gap, ...]]:
    """A text with {{1}}, {{2}}, ... where its gaps stand, and the gaps."""
    gaps: list[Gap] = []

    def take(match: "re.Match[str]") -> str:
        weight, kind, body = match.groups()
        gaps.append(Gap(kind, int(weight or 1), tuple(_answer(part) for part in _split(body, "~"))))
        return f"{{{{{len(gaps)}}}}}"

    return FIELD.sub(take, source), tuple(gaps)


def _answer(part: str) -> Answer:
    text, *feedback = _split(part.strip(), "#")
    percent = Decimal(0)
    if text.startswith("="):
        text, percent = text[1:], Decimal(100)
    elif found := FRACTION.match(text):
        text, percent = text[found.end() :], decimal(found.group(1)) or Decimal(0)
    return Answer(_plain(text), percent, _plain("#".join(feedback)), wildcard="*" in PIECE.findall(text))


def _split(text: str, sign: str) -> list[str]:
    """The parts between a sign where it is not escaped."""
    parts = [""]
    for piece in PIECE.findall(text):
        if piece == sign:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _plain(text: str) -> str:
    """The text without escapes, marks and entities."""
    return " ".join(unescape(MARKS.sub("", ESCAPED.sub(r"\1", text))).split())


def write(kind: str, answers: Sequence[tuple[str, bool]]) -> str:
    """A gap whose answers are right or wrong, as HTML."""
    parts = [("=" if right else "") + SPECIAL.sub(r"\\\1", escape(text, quote=False)) for text, right in answers]
    return f"{{1:{kind}:{'~'.join(parts)}}}"
