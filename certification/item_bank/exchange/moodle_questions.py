"""What each question type of Moodle says, as our content; a type that has no counterpart is declined by name."""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

from lxml import etree

from certification.item_bank.answers import number
from certification.item_bank.content import Content
from certification.item_bank.exchange import cloze, media
from certification.item_bank.exchange.elements import Declined, Scope, decimal, text_at
from certification.item_bank.exchange.html_text import to_markdown
from certification.item_bank.exchange.report import Fault, Feature
from certification.item_bank.rules import ItemKind

PLUGIN_FILE = "@@PLUGINFILE@@/"
SHOWN = re.compile(r"\]\((@@PLUGINFILE@@/[^)\s]+)\)")
"""A picture in a text that is Markdown already."""
WHOLE = Decimal("99.99")
"""Percent from which an answer is right; Moodle writes 33.33333 three times for a whole."""
YES = ("1", "true", "yes")


@dataclass
class Reading:
    """One question while it is read: its files by the name its texts use, and texts that belong to the rationale."""

    scope: Scope
    album: media.Album
    files: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def load(self) -> None:
        """Take in the files of all texts of the question."""
        for file in self.scope.element.iter("file"):
            name = file.get("name", "")
            try:
                content = base64.b64decode("".join((file.text or "").split()), validate=True)
            except (binascii.Error, ValueError):
                content = b""
            kept = self.album.add(name, content)
            if kept is None:
                self.scope.drop(Feature.MEDIA, name, file)
            else:
                self.files[(file.get("path") or "/").strip("/") + "/" + name] = kept

    def name_of(self, address: str) -> str | None:
        """The asset a text shows."""
        if address.startswith("data:") and ";base64," in address:
            try:
                return self.album.add("image", base64.b64decode(address.split(",", 1)[1]))
            except (binascii.Error, ValueError):
                return None
        path = unquote(address.removeprefix(PLUGIN_FILE)).split("?", 1)[0].strip("/")
        return self.files.get(path if "/" in path else f"/{path}") if address.startswith(PLUGIN_FILE) else None

    def markdown(self, element: "etree._Element | None", format_: str = "html") -> str:
        """The text of an element in the format it names."""
        if element is None:
            return ""
        text, told = element.findtext("text") or "", element.get("format", format_)
        if told == "markdown":
            return SHOWN.sub(self._shown, text.strip())
        if told == "plain_text" or (told == "moodle_auto_format" and "<" not in text):
            text = (escape(text, quote=False) if told == "plain_text" else text).strip().replace("\n", "<br>")
        return self.turned(text, element)

    def _shown(self, match: "re.Match[str]") -> str:
        name = self.name_of(match.group(1))
        return f"](asset:{name})" if name else match.group()

    def turned(self, source: str, element: "etree._Element") -> str:
        """HTML as Markdown; what was lost on the way is noted."""
        marked = to_markdown(source, self.name_of)
        if marked.lost:
            self.scope.drop(Feature.MARKUP, ", ".join(marked.lost), element)
        return marked.text

    def remark(self, text: str) -> None:
        """Put a feedback that has no place of its own behind the rationale."""
        if text and text not in self.remarks:
            self.remarks.append(text)


def _percent(answer: "etree._Element") -> Decimal:
    value = decimal(answer.get("fraction"))
    if value is None:
        raise Declined(Fault.ANSWER_UNREADABLE, answer.get("fraction", ""), at=answer)
    return value


def _answers(reading: Reading) -> list["etree._Element"]:
    found = reading.scope.element.findall("answer")
    if not found:
        raise Declined(Fault.MISSING, "answer")
    return found


def _stem(reading: Reading) -> str:
    return reading.markdown(reading.scope.element.find("questiontext"))


def _is_set(reading: Reading, name: str, *, default: bool = False) -> bool:
    told = text_at(reading.scope.element, name).casefold()
    return told in YES if told else default


def true_false(reading: Reading) -> Content:
    """The answer worth all is the word true or false; any language of the file says true and false in English."""
    right = [answer for answer in _answers(reading) if _percent(answer) >= WHOLE]
    words = {"true": 1, "false": 0}
    word = text_at(right[0], "text").casefold() if len(right) == 1 else ""
    if word not in words:
        raise Declined(Fault.ANSWER_UNREADABLE, word)
    _remark_feedback(reading, reading.scope.element.findall("answer"))
    return Content(ItemKind.TRUE_FALSE, _stem(reading), key=(words[word],))


def _remark_feedback(reading: Reading, answers: Sequence["etree._Element"]) -> None:
    for answer in answers:
        reading.remark(reading.markdown(answer.find("feedback")))


def choice(reading: Reading) -> Content:
    """One right answer, or several; a share of the mark for half-right answers is noted as lost."""
    answers = _answers(reading)
    percents = [_percent(answer) for answer in answers]
    single = _is_set(reading, "single", default=True)
    right = [at for at, percent in enumerate(percents) if (percent >= WHOLE if single else percent > 0)]
    if not right or (single and len(right) > 1):
        raise Declined(Fault.ANSWER_ONE_ONLY if right else Fault.ANSWER_UNREADABLE, str(len(right)))
    if not single and sum(percents[at] for at in right) < WHOLE:
        raise Declined(Fault.ANSWER_UNREADABLE, " ".join(str(percent) for percent in percents))
    if any(percent > 0 for at, percent in enumerate(percents) if at not in right):
        reading.scope.drop(Feature.WEIGHTS, " ".join(str(percent) for percent in percents))
    kind = ItemKind.SINGLE_CHOICE if single else ItemKind.MULTIPLE_CHOICE
    if not single and len(right) == 1:
        kind = ItemKind.SINGLE_CHOICE
        reading.scope.findings.warn(reading.scope.place(), Fault.KIND_DIFFERS, "multichoice", kind.value)
    if not _is_set(reading, "shuffleanswers", default=True):
        reading.scope.drop(Feature.SHUFFLE)
    notes = tuple(reading.markdown(answer.find("feedback")) for answer in answers)
    return Content(
        kind, _stem(reading), options=tuple(reading.markdown(answer) for answer in answers), key=tuple(right),
        option_rationales=notes if any(notes) else (),
    )  # fmt: skip


def short_answer(reading: Reading) -> Content:
    """Texts worth all are accepted; a pattern with * is not a text and is declined."""
    answers = _answers(reading)
    accepted: list[str] = []
    for answer in answers:
        text = (answer.findtext("text") or "").strip()
        bare = text.replace("\\*", "")
        percent = _percent(answer)
        if percent >= WHOLE and "*" in bare:
            raise Declined(Fault.PART_UNSUPPORTED, text, other=Feature.WILDCARDS.value, at=answer)
        if percent >= WHOLE:
            accepted.append(text.replace("\\*", "*"))
        elif percent > 0:
            reading.scope.drop(Feature.WEIGHTS, f"{text} {percent}", answer)
    if not accepted:
        raise Declined(Fault.ANSWER_UNREADABLE)
    _remark_feedback(reading, answers)
    by_case = _is_set(reading, "usecase")
    return Content(ItemKind.SHORT_TEXT, _stem(reading), key=tuple(accepted), case_sensitive=by_case)


def numerical(reading: Reading) -> Content:
    """Numbers worth all, each with its tolerance; units are noted as lost."""
    pairs: list[tuple[str, str]] = []
    answers = _answers(reading)
    for answer in answers:
        text, tolerance = text_at(answer, "text"), text_at(answer, "tolerance") or "0"
        percent = _percent(answer)
        if percent >= WHOLE:
            if number(text) is None or number(tolerance) is None:
                raise Declined(Fault.ANSWER_UNREADABLE, f"{text} ± {tolerance}", at=answer)
            pairs.append((text, tolerance))
        elif percent > 0:
            reading.scope.drop(Feature.WEIGHTS, f"{text} {percent}", answer)
    if not pairs:
        raise Declined(Fault.ANSWER_UNREADABLE)
    units = [text_at(unit, "unit_name") for unit in reading.scope.element.findall("units/unit")]
    if units and text_at(reading.scope.element, "unitgradingtype") not in ("", "0"):
        raise Declined(Fault.PART_UNSUPPORTED, ", ".join(units))
    if units:
        reading.scope.drop(Feature.TEMPLATE, ", ".join(units))
    _remark_feedback(reading, answers)
    return Content(ItemKind.NUMERIC, _stem(reading), key=tuple(pairs))


def matching(reading: Reading) -> Content:
    """Prompts with their targets; a target without a prompt is one too many."""
    prompts: list[str] = []
    key: list[int] = []
    targets: list[str] = []
    for pair in reading.scope.element.findall("subquestion"):
        prompt = reading.markdown(pair)
        target = " ".join((pair.findtext("answer/text") or "").split())
        if not target:
            raise Declined(Fault.MISSING, "answer", at=pair)
        if target not in targets:
            targets.append(target)
        if prompt:
            prompts.append(prompt)
            key.append(targets.index(target))
    options = tuple(reading.turned(escape(target, quote=False), reading.scope.element) for target in targets)
    return Content(
        ItemKind.MATCHING, _stem(reading), options=options, prompts=tuple(prompts), key=tuple(key), partial=True
    )


def ordering(reading: Reading) -> Content:
    """The answers stand in the right order, by the number that stands where others have a share."""
    answers = sorted(_answers(reading), key=_percent)
    if text_at(reading.scope.element, "selecttype").upper() not in ("", "ALL", "0"):
        reading.scope.drop(Feature.OPTION_COUNT, text_at(reading.scope.element, "selectcount"))
    return Content(
        ItemKind.ORDERING, _stem(reading), options=tuple(reading.markdown(answer) for answer in answers),
        key=tuple(range(len(answers))),
        partial=text_at(reading.scope.element, "gradingtype").upper() not in ("ALL_OR_NOTHING", "-1"),
    )  # fmt: skip


def gap_choices(reading: Reading) -> Content:
    """Gaps [[1]], [[2]] in a text; each offers the words of its group, of which its own number is the right one."""
    element = reading.scope.element
    offered = [
        (_plain(option.findtext("text")), option.findtext("group") or option.findtext("draggroup") or "1")
        for option in (*element.findall("selectoption"), *element.findall("dragbox"))
    ]
    stem, numbers = _numbered(element.findtext("questiontext/text") or "")
    if not numbers or max(numbers) > len(offered):
        raise Declined(Fault.ANSWER_NO_OPTION, " ".join(map(str, numbers)))
    if len(set(numbers)) < len(numbers) and element.find("dragbox") is None:
        reading.scope.drop(Feature.OPTION_COUNT, "[[n]]")
    gaps, key = [], []
    for at in numbers:
        word, group = offered[at - 1]
        words = tuple(dict.fromkeys(text for text, other in offered if other == group))
        gaps.append(words)
        key.append(words.index(word))
    questiontext = element.find("questiontext")
    shown = reading.turned(stem, element if questiontext is None else questiontext)
    return Content(ItemKind.GAP_SELECT, shown, gaps=tuple(gaps), key=tuple(key), partial=True)


def _numbered(text: str) -> tuple[str, list[int]]:
    """A text whose [[n]] are numbered as gaps in the order they stand, and what they named."""
    numbers: list[int] = []
    parts = text.split("[[")
    shown = parts[0]
    for part in parts[1:]:
        named, close, rest = part.partition("]]")
        if close and named.isdecimal():
            numbers.append(int(named))
            shown += f"{{{{{len(numbers)}}}}}{rest}"
        else:
            shown += f"[[{part}"
    return shown, numbers


def _plain(text: str | None) -> str:
    return " ".join(unescape(cloze.MARKS.sub("", text or "")).split())


def gaps(reading: Reading) -> Content:
    """A Cloze question whose gaps are all choices or all texts."""
    element = reading.scope.element.find("questiontext")
    source = "" if element is None else element.findtext("text") or ""
    shown, found = cloze.read(source)
    if element is None or not found:
        raise Declined(Fault.MISSING, "cloze")
    if len({gap.weight for gap in found}) > 1:
        reading.scope.drop(Feature.WEIGHTS, " ".join(str(gap.weight) for gap in found), element)
    stem = reading.turned(shown, element)
    types = {gap.type for gap in found}
    if types <= cloze.CHOICE:
        return _cloze_choices(reading, stem, found)
    if types <= cloze.TEXT or types <= cloze.TEXT_BY_CASE:
        key = tuple(_accepted(reading, gap, element) for gap in found)
        return Content(ItemKind.GAP_TEXT, stem, key=key, case_sensitive=types <= cloze.TEXT_BY_CASE, partial=True)
    raise Declined(Fault.KIND_UNSUPPORTED, f"cloze {' + '.join(sorted(types))}", at=element)


def _cloze_choices(reading: Reading, stem: str, found: Sequence[cloze.Gap]) -> Content:
    key = []
    for gap in found:
        right = [at for at, answer in enumerate(gap.answers) if answer.percent >= WHOLE]
        if len(right) != 1:
            raise Declined(Fault.ANSWER_ONE_ONLY, " ".join(answer.text for answer in gap.answers))
        key.append(right[0])
        _remark_answers(reading, gap)
    choices = tuple(tuple(answer.text for answer in gap.answers) for gap in found)
    return Content(ItemKind.GAP_SELECT, stem, gaps=choices, key=tuple(key), partial=True)


def _remark_answers(reading: Reading, gap: cloze.Gap) -> None:
    for answer in gap.answers:
        reading.remark(answer.feedback)
        if 0 < answer.percent < WHOLE:
            reading.scope.drop(Feature.WEIGHTS, f"{answer.text} {answer.percent}")


def _accepted(reading: Reading, gap: cloze.Gap, at: "etree._Element") -> tuple[str, ...]:
    _remark_answers(reading, gap)
    whole = [answer for answer in gap.answers if answer.percent >= WHOLE]
    if any(answer.wildcard for answer in whole):
        raise Declined(Fault.PART_UNSUPPORTED, "*", other=Feature.WILDCARDS.value, at=at)
    if not whole:
        raise Declined(Fault.ANSWER_UNREADABLE, at=at)
    return tuple(answer.text for answer in whole)


def marker(reading: Reading) -> Content:
    """One marker to be put into one area of a picture is a hotspot; more of either is another task."""
    element = reading.scope.element
    drags, drops = element.findall("drag"), element.findall("drop")
    file = element.find("file")
    image = None if file is None else reading.files.get("/" + file.get("name", ""))
    size = None if image is None else media.size_of(reading.album.assets[image].content)
    if len(drags) != 1 or len(drops) != 1 or text_at(drags[0], "noofdrags") not in ("", "1"):
        raise Declined(Fault.KIND_UNSUPPORTED, f"ddmarker {len(drags)}:{len(drops)}")
    if size is None:
        raise Declined(Fault.PACKAGE_FILE_MISSING, "" if file is None else file.get("name", ""))
    shape = _shape(text_at(drops[0], "shape"), text_at(drops[0], "coords"), size)
    if shape is None:
        raise Declined(Fault.ANSWER_UNREADABLE, text_at(drops[0], "coords"), at=drops[0])
    return Content(ItemKind.HOTSPOT, _stem(reading), image=image, key=(shape,))


def _shape(name: str, coords: str, size: tuple[int, int]) -> dict[str, Any] | None:
    """A shape in thousandths; Moodle writes x,y;r and x,y;w,h and x,y;x,y;... in pixels."""
    values = [decimal(part) for part in coords.replace(";", ",").split(",")]
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(values):
        return None
    across, down = size
    if name == "circle" and len(numbers) == 3:
        numbers.append(numbers[2])
        found = "circle"
    elif name == "rectangle" and len(numbers) == 4:
        numbers[2:] = [numbers[0] + numbers[2], numbers[1] + numbers[3]]
        found = "rect"
    elif name == "polygon" and len(numbers) >= 6 and len(numbers) % 2 == 0:
        found = "poly"
    else:
        return None
    return {"shape": found, "coords": in_thousandths(numbers, across, down, found)}


def in_thousandths(numbers: Sequence[Decimal], across: int, down: int, shape: str) -> list[int]:
    """Pixels, x and y in turn, as thousandths of width and height; a circle on a square picture has one radius."""
    found = [round(value * 1000 / (down if at % 2 else across)) for at, value in enumerate(numbers)]
    return found[:3] if shape == "circle" and found[2] == found[3] else found


TYPES: dict[str, Callable[[Reading], Content]] = {
    "multichoice": choice, "multichoiceset": choice, "truefalse": true_false, "shortanswer": short_answer,
    "numerical": numerical, "matching": matching, "match": matching, "ordering": ordering, "gapselect": gap_choices,
    "ddwtos": gap_choices, "cloze": gaps, "multianswer": gaps, "ddmarker": marker,
}  # fmt: skip
"""Question types by the name the file gives them. Every other one is declined."""


def content_of(reading: Reading) -> Content:
    """What a question says.

    Raises:
        Declined: its type or a part of it has no counterpart, or its key cannot be told.
    """
    kind = reading.scope.element.get("type", "")
    if kind not in TYPES:
        raise Declined(Fault.KIND_UNSUPPORTED, kind)
    reading.load()
    content = TYPES[kind](reading)
    general = reading.markdown(reading.scope.element.find("generalfeedback"))
    return replace(content, rationale="\n\n".join(text for text in (general, *reading.remarks) if text))
