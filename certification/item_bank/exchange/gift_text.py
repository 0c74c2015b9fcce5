"""GIFT as text: items with their lines, categories and tags; what is escaped, and where answers begin."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

SPECIAL = "~=#{}:"
"""Signs that stand for themselves only behind a backslash."""
CATEGORY = re.compile(r"\s*\$CATEGORY:\s*(.*)$")
ID = re.compile(r"\[id:((?:\\\]|[^\]])*)\]")
TAG = re.compile(r"\[tag:((?:\\\]|[^\]])*)\]")
ESCAPE = re.compile(r"\\([~=#{}:\\])")
BREAK = re.compile(r"\\n")
HIDDEN = {sign: chr(0xE100 + at) for at, sign in enumerate(SPECIAL + "\\n")}
SHOWN = str.maketrans({code: "\n" if sign == "n" else sign for sign, code in HIDDEN.items()})
PRIVATE = re.compile("[\ue100-\ue107]")


@dataclass(frozen=True)
class Block:
    """One item: its text with escaped signs hidden, the line it begins in, and what the comments above it say."""

    text: str
    line: int
    category: str = ""
    code: str = ""
    tags: tuple[str, ...] = ()


@dataclass
class _Reading:
    """The lines of an item so far."""

    lines: list[str] = field(default_factory=list)
    line: int = 0
    code: str = ""
    tags: list[str] = field(default_factory=list)


def hidden(text: str) -> str:
    """Escaped signs as private characters, so that the plain ones can be looked for."""
    text = ESCAPE.sub(lambda found: HIDDEN[found[1]], PRIVATE.sub("", text))
    return BREAK.sub(HIDDEN["n"], text)


def shown(text: str) -> str:
    """A piece of a hidden text as a person reads it."""
    return text.translate(SHOWN)


def escaped(text: str) -> str:
    """A text as GIFT writes it: nothing in it means anything."""
    text = re.sub(r"([\\~=#{}:])", r"\\\1", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.replace("\n", "\\n")


def blocks(text: str) -> Iterator[Block]:
    """The items of a text: parted by empty lines, comments taken out, line numbers kept."""
    reading, category = _Reading(), ""
    for number, line in enumerate([*re.split(r"\r\n|\r|\n", text), ""], 1):
        found = CATEGORY.match(line)
        if found:
            category = found[1].strip()
        elif line.lstrip().startswith("//"):
            _comment(reading, line)
        elif line.strip():
            reading.line = reading.line or number
            reading.lines.append(line)
        elif reading.lines:
            yield Block(hidden("\n".join(reading.lines)), reading.line, category, reading.code, tuple(reading.tags))
            reading = _Reading()


def _comment(reading: _Reading, line: str) -> None:
    """Moodle keeps an item's own number and tags in a comment above it."""
    if found := ID.search(line):
        reading.code = found[1].replace("\\]", "]").strip()
    reading.tags += [tag.replace("\\]", "]").strip() for tag in TAG.findall(line)]


@dataclass(frozen=True)
class Answer:
    """One answer between the braces: its sign (``=`` or ``~``), its weight in percent, its text and feedback."""

    sign: str
    weight: float | None
    text: str
    feedback: str
    line: int


WEIGHT = re.compile(r"%\s*([+-]?\d{1,3}(?:[.,]\d{1,6})?)\s*%")


def answers(text: str, line: int) -> list[Answer]:
    """The answers of a hidden text; what stands before the first sign is left out.

    Args:
        line: the line in which the text begins.
    """
    found = []
    marks = list(re.finditer("[~=]", text))
    ends = [*(other.start() for other in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        said, _, feedback = text[mark.end() : end].partition("#")
        weight = WEIGHT.match(said.lstrip())
        rest = said.lstrip()[weight.end() :] if weight else said
        at = line + text.count("\n", 0, mark.start())
        share = float(weight[1].replace(",", ".")) if weight else None
        found.append(Answer(mark[0], share, shown(rest).strip(), shown(feedback).strip(), at))
    return found
