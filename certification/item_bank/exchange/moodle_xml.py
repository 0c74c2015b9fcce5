"""Reads question banks of Moodle as XML: questions with their categories, tags, files and feedback."""

from dataclasses import replace
from typing import Any

from lxml import etree

from certification.item_bank.content import Content
from certification.item_bank.exchange import filing, media, moodle_questions
from certification.item_bank.exchange.elements import Declined, Scope, decimal, hundredths, local_name, text_at
from certification.item_bank.exchange.frame import Source
from certification.item_bank.exchange.guard import MAX_ITEMS, Unreadable, parse_xml
from certification.item_bank.exchange.markup import plain_text
from certification.item_bank.exchange.report import WHOLE_FILE, Fault, Feature, Findings, ImportedItem
from certification.item_bank.exchange.taking import take

ROOT = "quiz"
TOP = ("$course$", "$module$", "$system$", "$cat1$", "top")
USUAL_PENALTIES = ("", "0", "0.1", "0.3333333", "1")
"""Shares that Moodle takes off for a further try if nobody said otherwise; they say nothing of the question."""
NAME_LENGTH = 40


def likeness(source: Source) -> int:
    """How much a file looks like a question bank of Moodle."""
    head = source.content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<") and b"<\0" not in head[:8]:
        return 0
    return 3 if b"<quiz" in head.replace(b"\0", b"") else 0


def read(source: Source, findings: Findings) -> None:
    """Fill the findings from a file.

    Raises:
        Unreadable: it is no question bank of Moodle, is broken, hostile or too long.
    """
    root = parse_xml(source.content)
    if local_name(root) != ROOT:
        raise Unreadable(Fault.FILE_UNREADABLE, WHOLE_FILE, local_name(root))
    album = media.Album()
    category = ""
    for number, question in enumerate(root.findall("question"), 1):
        if question.get("type") == "category":
            category = chapter_of(text_at(question, "category/text"))
            continue
        findings.rows += 1
        if findings.rows > MAX_ITEMS:
            raise Unreadable(Fault.TOO_MANY_ITEMS, WHOLE_FILE, other=str(MAX_ITEMS))
        scope = Scope(question, findings, f"quiz/question[{number}]")
        _read_question(scope, album, category)
    findings.assets += album.assets.values()


def chapter_of(category: str) -> str:
    """The path of a category without what every path begins with; a stroke in a name is doubled."""
    steps = [step.replace("\0", "/").strip() for step in category.replace("//", "\0").split("/")]
    while steps and steps[0] in TOP:
        del steps[0]
    return "/".join(step for step in steps if step)


def _read_question(scope: Scope, album: media.Album, category: str) -> None:
    reading = moodle_questions.Reading(scope, album)
    try:
        content = moodle_questions.content_of(reading)
    except Declined as error:
        scope.decline(error)
        return
    tags = [text_at(tag, "text") for tag in scope.element.findall("tags/tag")]
    pairs, others = filing.from_tags(tag for tag in tags if tag)
    fields: dict[str, Any] = {"chapter": category or None, "marks": _marks(scope), **_names(scope.element, content)}
    fields |= filing.fields_of(pairs, scope)
    _note_dropped(scope)
    content = replace(content, partial=filing.FLAGS.get(pairs.get("partial", ""), content.partial))
    take(scope, ImportedItem(scope.place(), content, tags=others, **fields))


def _marks(scope: Scope) -> int | None:
    told = text_at(scope.element, "defaultgrade")
    marks = hundredths(told) if told else None
    if told and marks is None:
        scope.findings.warn(scope.place(), Fault.MARKS_UNREADABLE, told)
    return marks


def _names(question: "etree._Element", content: Content) -> dict[str, str | None]:
    """Code and title; a name that only repeats the code or the stem is no title."""
    code, name = text_at(question, "idnumber") or None, text_at(question, "name/text")
    return {"code": code, "title": None if name in ("", code, short_name(content.stem)) else name}


def short_name(stem: str) -> str:
    """The first words of a stem, to name a question that has no name."""
    line, _ = plain_text(stem)
    return line if len(line) <= NAME_LENGTH else f"{line[: NAME_LENGTH - 1].rstrip()}…"


def _note_dropped(scope: Scope) -> None:
    """Note what Moodle asks around a question and the bank does not."""
    question = scope.element
    penalty = decimal(text_at(question, "penalty") or "0")
    usual = [decimal(share) for share in USUAL_PENALTIES if share]
    if penalty is not None and penalty not in usual:
        scope.drop(Feature.PENALTY, str(penalty))
    if hints := [hint for hint in question.findall("hint") if text_at(hint, "text")]:
        scope.drop(Feature.HINTS, str(len(hints)), hints[0])
    combined = [question.find(f"{name}feedback") for name in ("correct", "partiallycorrect", "incorrect")]
    said = [part for part in combined if part is not None and text_at(part, "text")]
    if said:
        scope.drop(Feature.RATIONALE, "; ".join(local_name(part) for part in said), said[0])
