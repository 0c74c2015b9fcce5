"""Reads GIFT, the text format of Moodle's question banks; what has no counterpart is named with its line."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from certification.item_bank.answers import number
from certification.item_bank.content import Content, plain_number
from certification.item_bank.exchange import filing, gift_text, html_text, keys
from certification.item_bank.exchange.encoding import decode
from certification.item_bank.exchange.frame import Source
from certification.item_bank.exchange.gift_text import Answer, Block, shown
from certification.item_bank.exchange.guard import OLE, ZIP
from certification.item_bank.exchange.report import Fault, Feature, Findings, ImportedItem, Place
from certification.item_bank.kinds import FALSE, TRUE
from certification.item_bank.rules import CODE, ItemKind, ItemUse

TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
HTML = re.compile(r"</?(?:p|br|b|i|em|strong|ul|ol|li|img|span|div|sub|sup|table|code|pre|a)\b[^>]*>", re.IGNORECASE)
RISKY = re.compile(r"[*_`\\<]|^\s*(?:#|>|[-+]\s|\d+[.)]\s)", re.MULTILINE)
"""What Markdown would read as more than text."""
JUDGEMENT = {"T": TRUE, "TRUE": TRUE, "F": FALSE, "FALSE": FALSE}
LIKE = re.compile(r"\{\s*(?:[=~]|#|(?:T|F|TRUE|FALSE)\s*[#}])|^::.+?::", re.MULTILINE)
GAP = "_____"
"""What stands for the missing word, as Moodle shows it."""
ENOUGH = 0.1
"""Percent by which shares may miss the whole: thirds are written 33.333."""


class Declined(Exception):
    """An item that cannot be taken in: the fault, what stands there, what it is about, and the line."""

    def __init__(self, fault: Fault, value: str = "", other: str = "", line: int = 0) -> None:
        super().__init__(fault.value)
        self.fault, self.value, self.other, self.line = fault, value, other, line


@dataclass
class Reading:
    """An item on its way: where it stands, and the format its texts are in."""

    block: Block
    findings: Findings
    form: str = "moodle"

    def place(self, line: int = 0) -> Place:
        """The place of the item, or of a line in it."""
        return Place(line=line or self.block.line)

    def drop(self, feature: Feature, value: str = "", line: int = 0) -> None:
        """Note a part that is not taken over, though the item is."""
        self.findings.warn(self.place(line), Fault.PART_DROPPED, value, feature.value)

    def marked(self, text: str) -> str:
        """A text of the item as Markdown."""
        prefix = FORMAT.match(text)
        form = prefix[1].lower() if prefix else self.form
        text = text[prefix.end() :] if prefix else text
        if form == "html" or (form == "moodle" and HTML.search(text)):
            return self._turned(text)
        if form != "markdown" and RISKY.search(text):
            return self._turned(html.escape(text.strip()).replace("\n", "<br>"))
        return text.strip()

    def _turned(self, text: str) -> str:
        found = html_text.to_markdown(text, lambda _: None)
        for name in found.lost:
            self.drop(Feature.MARKUP, name)
        return found.text.strip()


def like_gift(source: Source) -> int:
    """The name, or braces with an answer in them."""
    if source.content.startswith((ZIP, OLE)):
        return 0
    if source.suffix == ".gift":
        return 3
    return 2 if LIKE.search(source.head) and not source.head.lstrip().startswith("<") else 0


def read_gift(source: Source, findings: Findings) -> None:
    """The items of a text."""
    for block in gift_text.blocks(decode(source.content, findings, named=source.encoding)):
        findings.rows += 1
        reading = Reading(block, findings)
        try:
            findings.items.append(_item(reading))
        except Declined as error:
            findings.fail(reading.place(error.line), error.fault, error.value or _start(block), error.other)


def _start(block: Block) -> str:
    return shown(block.text).strip()[:80]


def _item(reading: Reading) -> ImportedItem:
    block = reading.block
    titled = TITLE.match(block.text)
    body = block.text[titled.end() :] if titled else block.text
    line = block.line + block.text.count("\n", 0, titled.end() if titled else 0)
    prefix = FORMAT.match(body)
    if prefix:
        reading.form, body = prefix[1].lower(), body[prefix.end() :]
    content = _content(reading, body, line)
    pairs, tags = filing.from_tags(block.tags)
    code = block.code or pairs.get("code", "")
    if code and not CODE.fullmatch(code):
        reading.drop(Feature.CODE, code)
    return ImportedItem(
        reading.place(),
        content,
        code=code.upper() if CODE.fullmatch(code) else None,
        level=_whole(pairs, "level"),
        marks=_whole(pairs, "marks"),
        difficulty=_whole(pairs, "difficulty"),
        knowledge_point=pairs.get("knowledge_point"),
        chapter=_chapter(block.category) or pairs.get("chapter"),
        reference=pairs.get("reference"),
        use=ItemUse(pairs["use"]) if pairs.get("use") in set(ItemUse) else None,
        tags=tags,
        language=pairs.get("language"),
        title=shown(titled[1]).strip() or None if titled else None,
    )


def _whole(pairs: dict[str, str], name: str) -> int | None:
    value = pairs.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 9 else None


def _chapter(category: str) -> str | None:
    """The path of a category without the words that stand for the whole course."""
    parts = [part.strip() for part in category.split("/")]
    kept = [part for part in parts if part and not re.fullmatch(r"\$\w+\$|top", part, re.IGNORECASE)]
    return "/".join(kept)[:200] or None


def _content(reading: Reading, body: str, line: int) -> Content:
    start, end = body.find("{"), body.find("}")
    if start < 0 and end < 0:
        raise Declined(Fault.KIND_UNSUPPORTED, "description")
    if start < 0 or end < start or "{" in body[start + 1 : end] or re.search("[{}]", body[end + 1 :]):
        raise Declined(Fault.SYNTAX, line=line + body.count("\n", 0, max(start, end, 0)))
    before, inner, after = body[:start], body[start + 1 : end], body[end + 1 :]
    stem = reading.marked(shown(before))
    if after.strip():
        spaces = " " * before[-1:].isspace(), " " * after[:1].isspace()
        stem = f"{stem}{spaces[0]}{GAP}{spaces[1]}{reading.marked(shown(after))}"
    at = line + before.count("\n")
    answered, sign, general = inner.partition("####")
    rationale = reading.marked(shown(general)) if sign else ""
    content = _answered(reading, stem, answered, at)
    return replace(content, rationale=rationale)


def _answered(reading: Reading, stem: str, inner: str, line: int) -> Content:
    bare = inner.strip()
    if not bare:
        raise Declined(Fault.KIND_UNSUPPORTED, "essay")
    if bare.startswith("#"):
        return _numeric(reading, stem, bare[1:], line)
    word, _, feedback = bare.partition("#")
    if word.strip().upper() in JUDGEMENT:
        if feedback.strip():
            reading.drop(Feature.OPTION_RATIONALES, shown(feedback), line)
        return Content(ItemKind.TRUE_FALSE, stem, key=(JUDGEMENT[word.strip().upper()],))
    found = gift_text.answers(inner, line)
    if not found or bare[0] not in "~=":
        raise Declined(Fault.SYNTAX, shown(bare), line=line)
    if any(answer.sign == "~" for answer in found):
        return _choice(reading, stem, found)
    return _matching(reading, stem, found) if any("->" in a.text for a in found) else _short(reading, stem, found)


def _choice(reading: Reading, stem: str, found: Sequence[Answer]) -> Content:
    """A single choice where one answer has the whole mark, a multiple choice where several share it alike."""
    shares = [100.0 if a.weight is None and a.sign == "=" else a.weight or 0.0 for a in found]
    right = [at for at, share in enumerate(shares) if share > 0]
    whole = sum(shares[at] for at in right)
    uneven = len({round(shares[at], 1) for at in right}) > 1
    if not right:
        raise Declined(Fault.ANSWER_UNREADABLE, line=found[0].line)
    if uneven or abs(whole - 100) > ENOUGH * len(right):
        odd = found[min(right, key=lambda at: shares[at])]
        raise Declined(Fault.PART_UNSUPPORTED, f"%{shares[found.index(odd)]:g}%{odd.text}", Feature.WEIGHTS, odd.line)
    wrong = {share for at, share in enumerate(shares) if at not in right}
    if wrong - {0.0} and not (len(right) > 1 and wrong == {-100.0}):
        reading.drop(Feature.WEIGHTS, f"%{min(wrong):g}%", found[shares.index(min(wrong))].line)
    notes = tuple(reading.marked(a.feedback) for a in found)
    return Content(
        ItemKind.MULTIPLE_CHOICE if len(right) > 1 else ItemKind.SINGLE_CHOICE,
        stem,
        tuple(reading.marked(answer.text) for answer in found),
        key=tuple(right),
        option_rationales=notes if any(notes) else (),
    )


def _accepted(reading: Reading, found: Sequence[Answer]) -> list[Answer]:
    """Answers with the whole mark; those with none only carry feedback, those with a part cannot be taken in."""
    kept = []
    for answer in found:
        share = 100.0 if answer.weight is None else answer.weight
        if 0 < share < 100:
            raise Declined(Fault.PART_UNSUPPORTED, f"%{share:g}%{answer.text}", Feature.WEIGHTS, answer.line)
        if answer.feedback or share <= 0:
            reading.drop(Feature.OPTION_RATIONALES, answer.feedback or answer.text, answer.line)
        if share > 0:
            kept.append(answer)
    return kept


def _short(reading: Reading, stem: str, found: Sequence[Answer]) -> Content:
    texts = []
    for answer in _accepted(reading, found):
        if re.search(r"(?<!\\)\*", answer.text):
            raise Declined(Fault.PART_UNSUPPORTED, answer.text, Feature.WILDCARDS, answer.line)
        texts.append(answer.text.replace("\\*", "*"))
    return Content(ItemKind.SHORT_TEXT, stem, key=tuple(texts))


def _matching(reading: Reading, stem: str, found: Sequence[Answer]) -> Content:
    """Pairs; one without a left side is a target that fits nothing. Moodle gives each pair its share of the marks."""
    prompts, targets, options = [], [], []
    for answer in found:
        prompt, sign, target = (part.strip() for part in answer.text.partition("->"))
        if not sign or not target:
            raise Declined(Fault.SYNTAX, answer.text, line=answer.line)
        text = reading.marked(target)
        options += [text] if text not in options else []
        if prompt:
            prompts.append(reading.marked(prompt))
            targets.append(options.index(text))
    return Content(ItemKind.MATCHING, stem, tuple(options), tuple(prompts), key=tuple(targets), partial=True)


def _numeric(reading: Reading, stem: str, inner: str, line: int) -> Content:
    if re.search("[=~]", inner):
        found = gift_text.answers(inner, line)
    else:
        said, _, feedback = inner.partition("#")
        found = [Answer("=", None, shown(said).strip(), shown(feedback).strip(), line)]
    pairs = []
    for answer in _accepted(reading, found):
        pair = near(answer.text)
        if pair is None:
            raise Declined(Fault.ANSWER_UNREADABLE, answer.text, line=answer.line)
        pairs.append(pair)
    return Content(ItemKind.NUMERIC, stem, key=tuple(pairs))


def near(text: str) -> tuple[str, str] | None:
    """A value and its tolerance: ``3``, ``3:0.5`` or ``2.5..3.5``."""
    low, sign, high = text.partition("..")
    if sign:
        ends = number(low), number(high)
        return None if ends[0] is None or ends[1] is None or ends[0] > ends[1] else keys.middle(ends[0], ends[1])
    value, _, slack = text.partition(":")
    if number(value) is None or number(slack or "0") is None or (number(slack or "0") or 0) < 0:
        return None
    return plain_number(value), plain_number(slack or "0")
