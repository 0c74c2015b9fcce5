"""Reads and writes Aiken: a question, options behind letters, and ``ANSWER: A``; single choices and nothing else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from certification.item_bank.content import Content
from certification.item_bank.exchange.encoding import decode
from certification.item_bank.exchange.frame import Source
from certification.item_bank.exchange.guard import OLE, ZIP
from certification.item_bank.exchange.headings import LETTERS, plain
from certification.item_bank.exchange.report import (
    Asset,
    Fault,
    Feature,
    Findings,
    ImportedItem,
    Loss,
    LossReport,
    Place,
)
from certification.item_bank.exchange.sheet_write import media_of
from certification.item_bank.rules import ItemKind

OPTION = re.compile(r"\s*([A-Za-zＡ-Ｚ])\s*[.)）．、]\s*(\S.*)")
ANSWER = re.compile(r"\s*(?:ANSWER|答案)\s*[:：]\s*(.*)", re.IGNORECASE)
LIKE = re.compile(r"^\s*ANSWER\s*[:：]\s*[A-Z]\b", re.MULTILINE)


@dataclass
class _Draft:
    """A question on its way; ``options`` are its letters, texts and lines."""

    line: int = 0
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str, int]] = field(default_factory=list)


def like_aiken(source: Source) -> int:
    """Lines that give the answer."""
    if source.content.startswith((ZIP, OLE)) or not LIKE.search(source.head):
        return 0
    return 2


def read_aiken(source: Source, findings: Findings) -> None:
    """The single choices of a text."""
    lines = re.split(r"\r\n|\r|\n", decode(source.content, findings, named=source.encoding))
    for draft, answer, line in _drafts(lines):
        findings.rows += 1
        item = _item(draft, answer, line, findings)
        if item is not None:
            findings.items.append(item)


def _drafts(lines: Sequence[str]) -> Iterator[tuple[_Draft, str | None, int]]:
    """The questions with what their last line says; None where a question ends without one."""
    draft = _Draft()
    for number, line in enumerate(lines, 1):
        answer, option = ANSWER.match(line), OPTION.match(line)
        if answer:
            yield draft, answer[1].strip(), number
            draft = _Draft()
        elif option and draft.stem:
            draft.options.append((plain(option[1]), option[2].strip(), number))
        elif line.strip() and draft.options:
            yield draft, None, draft.options[-1][2]
            draft = _Draft(number, [line.strip()])
        elif line.strip():
            draft.line = draft.line or number
            draft.stem.append(line.strip())
    if draft.stem:
        yield draft, None, len(lines)


def _item(draft: _Draft, answer: str | None, line: int, findings: Findings) -> ImportedItem | None:
    place = Place(line=draft.line or line)
    if not draft.stem or not draft.options:
        findings.fail(place, Fault.SYNTAX, " ".join(draft.stem) or (answer or ""))
        return None
    names = "".join(name for name, _, _ in draft.options)
    if names != LETTERS[: len(names)]:
        odd = next(at for at, name in enumerate(names) if LETTERS[at : at + 1] != name)
        findings.fail(Place(line=draft.options[odd][2]), Fault.OPTION_GAP, draft.options[odd][1])
        return None
    letter = plain(answer or "").rstrip(".")
    fault = _wrong(letter, names)
    if fault is not None:
        findings.fail(Place(line=line), fault, answer or "", letter if fault is Fault.ANSWER_NO_OPTION else "")
        return None
    options = tuple(text for _, text, _ in draft.options)
    return ImportedItem(
        place, Content(ItemKind.SINGLE_CHOICE, "\n".join(draft.stem), options, key=(names.index(letter),))
    )


def _wrong(letter: str, names: str) -> Fault | None:
    """What is wrong with an answer, if anything is."""
    if not letter:
        return Fault.MISSING
    if len(letter) > 1 or not letter.isalpha():
        several = all(char in names for char in re.sub(r"[\s,;、|/]+", "", letter))
        return Fault.ANSWER_ONE_ONLY if several else Fault.ANSWER_UNREADABLE
    return None if letter in names else Fault.ANSWER_NO_OPTION


def write_aiken(items: Sequence[ImportedItem], assets: Sequence[Asset] = ()) -> tuple[bytes, LossReport]:
    """The single choices of the items, in UTF-8; all else is named as lost."""
    written: list[str] = []
    losses: list[Loss] = []
    for number, item in enumerate(items, 1):
        if not _can_say(item.content):
            losses.append(Loss(number, item.code or "", Feature.KIND, item.kind.value, whole=True))
            continue
        content = item.content
        options = [f"{LETTERS[at]}. {_flat(text)}" for at, text in enumerate(content.options)]
        answer = f"ANSWER: {LETTERS[content.key[0]]}"
        written.append("\n".join([_flat(content.stem), *options, answer]) + "\n")
        losses += _losses(number, item)
    return "\n".join(written).encode(), LossReport(tuple(losses))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _can_say(content: Content) -> bool:
    """Whether it is a single choice none of whose texts would be read as another line."""
    stem = _flat(content.stem)
    return content.kind is ItemKind.SINGLE_CHOICE and not ANSWER.match(stem)


FIELDS = ("code", "level", "marks", "difficulty", "knowledge_point", "chapter", "reference", "use", "language", "title")


def _losses(number: int, item: ImportedItem) -> list[Loss]:
    content = item.content
    texts = (content.stem, *content.options)
    lost: list[tuple[Feature, object]] = [(Feature(name), getattr(item, name)) for name in FIELDS]
    lost += [
        (Feature.TAGS, "；".join(item.tags)),
        (Feature.RATIONALE, content.rationale),
        (Feature.OPTION_RATIONALES, " ".join(content.option_rationales).strip()),
        (Feature.LINE_BREAKS, any(text != _flat(text) for text in texts) or None),
        (Feature.MEDIA, media_of(content)),
    ]
    return [Loss(number, item.code or "", feature, str(value)[:80]) for feature, value in lost if value]
