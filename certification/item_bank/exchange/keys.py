"""Answers and lists as the cells of a sheet write them; every function is a plain reading of a text."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from certification.item_bank.answers import number
from certification.item_bank.content import plain_number
from certification.item_bank.exchange.headings import LETTERS, plain
from certification.item_bank.exchange.report import Fault
from certification.item_bank.exchange.words import JUDGEMENTS
from certification.item_bank.kinds import FALSE, TRUE

SEPARATORS = re.compile(r"[\s,;、/|+&.。·和与]+")
LINE_MARK = re.compile(r"^[ \t]*(?:\(([A-L])\)[.、:]?|\[([A-L])\]|([A-L])(?:[.、:)]|[ \t]))[ \t]*", re.MULTILINE)
INLINE_MARK = re.compile(r"(?<![A-Za-z0-9.])(?:\(([A-L])\)[.、:]?|\[([A-L])\]|([A-L])[.、:)])[ \t]*")
HALF = str.maketrans("（）［］：．" + "".join(chr(0xFF21 + at) for at in range(12)), "()[]:." + "ABCDEFGHIJKL")
ESCAPED = re.compile(r"(\\*)(\||<br>)")
SPLIT = re.compile(r"(\\*)(\||<br>|\n)")
RANGE = re.compile(
    r"\[?\s*([+-]?[\d.,eE]+)\s*(?:~|～|\.\.|至|到|,(?=\s*[+-]?\d+(?:\.\d+)?\s*\]))\s*([+-]?[\d.,eE]+)\s*\]?"
)
NEAR = re.compile(r"([^±]+?)\s*(?:±|\+/-|\+-)\s*([^±]+)")
PAIR = re.compile(r"\(?(\d{1,2})\)?\s*(?:-|—|–|=|:|\.|、|→|->)?\s*([A-L])", re.IGNORECASE)


def judgement(text: str, options: Sequence[str] = ()) -> int | None:
    """True or false as 1 or 0; None where it is neither.

    Args:
        options: what the item spells out as its A and B, where it does.
    """
    word = plain(text).strip("().。")
    if word and options and word[0] in LETTERS[: len(options)] and word not in JUDGEMENTS:
        spelled = JUDGEMENTS.get(plain(options[LETTERS.index(word[0])]))
        said = JUDGEMENTS.get(word[1:].strip(" .、:"), spelled)
        return spelled if said == spelled else None
    if word in ("A", "B"):
        return TRUE if word == "A" else FALSE
    return JUDGEMENTS.get(re.sub(r"^[AB][.、:\s]+", "", word))


def positions(text: str, options: Sequence[str], *, numbered: bool = False) -> tuple[int, ...] | Fault:
    """The positions that an answer such as ``ＡＣ``, ``A、C`` or the text of an option names, in its order.

    Args:
        numbered: whether the options are headed 1, 2, 3 instead of A, B, C.
    """
    named = _letters(text, numbered=numbered)
    same = [at for at, option in enumerate(options) if option and plain(option) == plain(text)]
    if same and named is not None and named != tuple(same):
        return Fault.ANSWER_AMBIGUOUS
    if same:
        return tuple(same) if len(same) == 1 else Fault.ANSWER_AMBIGUOUS
    if named is None:
        return _by_text(text, options)
    if named and max(named) >= len(options):
        return Fault.ANSWER_NO_OPTION
    return named


def beyond(text: str, count: int) -> str:
    """The first letter of an answer that stands for no option."""
    return next((char for char in plain(text) if LETTERS.find(char) >= count), "")


def unlettered(options: Sequence[str]) -> list[str]:
    """Options without the letters that stand before all of them: ``A. yes``, ``B. no``."""
    matches = [re.match(rf"{letter}[.、．)）]\s*(?=\S)", text) for letter, text in zip(LETTERS, options, strict=False)]
    if len(options) < 2 or not all(matches):
        return list(options)
    return [text[match.end() :] for match, text in zip(matches, options, strict=False) if match]


def relettered(options: Sequence[str]) -> list[str]:
    """Options as a sheet has to hold them so that ``unlettered`` gives them back."""
    if unlettered(options) == list(options):
        return list(options)
    return [f"{letter}. {text}" for letter, text in zip(LETTERS, options, strict=False)]


def unnumbered(lines: Sequence[str]) -> list[str]:
    """Lines without the numbers that stand before all of them: ``1. one``, ``2. two``."""
    matches = [
        re.match(rf"[(（]?{number}(?:[)）、]|[.．](?!\d))\s*(?=\S)", line) for number, line in enumerate(lines, 1)
    ]
    if not all(matches):
        return list(lines)
    return [line[match.end() :] for match, line in zip(matches, lines, strict=True) if match]


def _letters(text: str, *, numbered: bool) -> tuple[int, ...] | None:
    word = plain(text).strip("()[]")
    parts = [part for part in SEPARATORS.split(word) if part]
    if numbered and parts and all(part.isdecimal() and 0 < int(part) <= len(LETTERS) for part in parts):
        found = [int(part) - 1 for part in parts]
    else:
        found = [LETTERS.find(char) for char in "".join(parts)]
    if not found or -1 in found or len(set(found)) < len(found):
        return None
    return tuple(found)


def _by_text(text: str, options: Sequence[str]) -> tuple[int, ...] | Fault:
    """An answer that repeats options with or without their letters, one a line or behind ``|``."""
    by_text = {plain(option): at for at, option in enumerate(options) if option}
    found = []
    for line in re.split(r"[\n|]", text):
        word = plain(line)
        bare = re.sub(r"^([A-L])[.、:)\s]+\s*", "", word)
        at = by_text.get(word, by_text.get(bare))
        if at is None or (word != bare and at != LETTERS.index(word[0]) and word not in by_text):
            return Fault.ANSWER_UNREADABLE
        found.append(at)
    return tuple(found) if len(set(found)) == len(found) else Fault.ANSWER_UNREADABLE


def options_of(text: str) -> list[str] | None:
    """The options that stand in one cell: behind their letters, on lines, or behind one kind of separator.

    None where they cannot be told apart without guessing.
    """
    lettered = _lettered(text)
    if lettered is not None:
        return lettered or None
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) > 1:
        return lines
    for signs in ("|｜", ";；", "\t"):
        parts = [part.strip() for part in re.split(f"[{signs}]", text)]
        if len(parts) > 1:
            return parts if all(parts) else None
    return None


def _lettered(text: str) -> list[str] | None:
    """Options behind A, B, C ...; None where no letters stand before them, [] where the letters are out of order."""
    half = text.translate(HALF)
    for mark in (LINE_MARK, INLINE_MARK):
        found = list(mark.finditer(half))
        names = "".join(next(name for name in match.groups() if name) for match in found)
        if len(names) > 1 and names == LETTERS[: len(names)] and not half[: found[0].start()].strip():
            ends = [match.start() for match in found[1:]] + [len(text)]
            return [
                text[match.end() : end].strip().strip(";；|,，/").strip()
                for match, end in zip(found, ends, strict=True)
            ]
    return [] if names.startswith("A") and "B" in names else None


def written(parts: Iterable[str], sign: str = "\n") -> str:
    """Texts as one cell, a line each or behind ``|``; ``texts`` gives them back."""
    return sign.join(_escaped(part, sign) for part in parts)


def _escaped(text: str, sign: str) -> str:
    kept = ESCAPED.sub(lambda found: found[1] * 2 + "\\" + found[2], text)
    kept = re.sub(r"(\\*)\n", lambda found: found[1] * 2 + "<br>", kept)
    return re.sub(r"(\\+)$", lambda found: found[1] * 2, kept)


def texts(cell: str, signs: str = "\n|") -> list[str]:
    """The texts of a cell, a line each or behind ``|``; ``\\|`` is the sign itself, ``<br>`` a line break in a text."""
    found, start = [""], 0
    for match in SPLIT.finditer(cell):
        slashes, sign = match[1], match[2]
        found[-1] += cell[start : match.start()] + slashes[: len(slashes) // 2]
        start = match.end()
        if sign == "\n":
            found[-1] += slashes[len(slashes) // 2 * 2 :]
        if len(slashes) % 2 and sign != "\n":
            found[-1] += sign
        elif sign in signs:
            found.append("")
        else:
            found[-1] += "\n" if sign == "<br>" else sign
    tail = cell[start:]
    ends = len(tail) - len(tail.rstrip("\\"))
    found[-1] += tail[: len(tail) - ends // 2]
    return [text.strip() for text in found if text.strip()]


def numbers(text: str, tolerance: str = "") -> tuple[tuple[str, str], ...] | None:
    """Pairs of value and tolerance: ``3.14±0.01``, ``[3.1, 3.2]``, ``3``; several on lines or behind ``|``.

    Args:
        tolerance: that of numbers that name none, from a column of its own.
    """
    pairs = [_pair(part, tolerance) for part in texts(text)]
    return tuple(pair for pair in pairs if pair) if pairs and all(pairs) else None


def _pair(text: str, tolerance: str) -> tuple[str, str] | None:
    if found := RANGE.fullmatch(text):
        low, high = number(found[1]), number(found[2])
        return None if low is None or high is None or low > high else middle(low, high)
    near = NEAR.fullmatch(text)
    value, slack = (near[1], near[2]) if near else (text, tolerance or "0")
    if number(value) is None or number(slack) is None or (number(slack) or Decimal()) < 0:
        return None
    return plain_number(value), plain_number(slack)


def middle(low: Decimal, high: Decimal) -> tuple[str, str]:
    """A range as its middle and the distance to its ends, exact."""
    return plain_number(format((low + high) / 2, "f")), plain_number(format((high - low) / 2, "f"))


def matches(text: str, prompts: int, options: int) -> tuple[int, ...] | None:
    """For each prompt its option: ``1-A; 2-C``, ``1A2C`` or ``AC``; None where a prompt has none or two."""
    word = plain(text)
    pairs = PAIR.findall(word)
    if pairs and not re.sub(PAIR, "", word).strip(" ;,、|/\n"):
        found: dict[int, int] = {int(prompt) - 1: LETTERS.index(option.upper()) for prompt, option in pairs}
        if len(found) < len(pairs) or sorted(found) != list(range(prompts)):
            return None
        key: tuple[int, ...] | None = tuple(found[at] for at in range(prompts))
    else:
        found_letters = [LETTERS.find(char) for char in SEPARATORS.sub("", word)]
        key = tuple(found_letters) if len(found_letters) == prompts else None
    return None if key is None or any(at not in range(options) for at in key) else key


def gap_texts(text: str, gaps: int) -> tuple[tuple[str, ...], ...] | None:
    """The accepted texts of each gap: a line for each, else parted by ``|`` or ``;`` where that gives one for each."""
    if gaps == 1:
        return (tuple(texts(text)),)
    lines = texts(text, "\n")
    if len(lines) == gaps:
        return tuple(tuple(texts(line)) for line in (part for part in text.split("\n") if part.strip()))
    if len(lines) > 1:
        return None
    for parts in (texts(text), [part.strip() for part in re.split("[;；]", text)]):
        if len(parts) == gaps and all(parts):
            return tuple((part,) for part in parts)
    return None


def choices(text: str) -> list[tuple[str, ...]]:
    """The choices of each gap: a line for each, choices behind ``|``."""
    lines = [re.sub(r"^\s*\(?\d{1,2}\)?\s*[:：]\s*", "", line) for line in text.split("\n") if line.strip()]
    return [tuple(texts(line, "|")) for line in lines]


def shapes(text: str) -> tuple[dict[str, Any], ...] | None:
    """Areas of a picture in thousandths: ``rect 100 200 300 400``, ``circle 500 500 80``, ``poly ...``, a line each."""
    found: list[dict[str, Any]] = []
    for line in texts(text):
        name, *coords = re.split(r"[\s,;:()]+", line.strip(" ()"))
        if name.casefold() not in ("rect", "circle", "poly") or not all(part.isdecimal() for part in coords):
            return None
        found.append({"shape": name.casefold(), "coords": [int(part) for part in coords]})
    return tuple(found) or None
