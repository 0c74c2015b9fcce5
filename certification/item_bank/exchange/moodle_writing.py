"""Writes items as a question bank of Moodle, and says what Moodle cannot."""

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree

from certification.item_bank.content import GAP, Content
from certification.item_bank.exchange import cloze, filing, media
from certification.item_bank.exchange.elements import marks_text
from certification.item_bank.exchange.markup import Dialect, assets_in, plain_text, to_html, to_inline_html
from certification.item_bank.exchange.moodle_questions import PLUGIN_FILE, in_thousandths
from certification.item_bank.exchange.moodle_xml import short_name
from certification.item_bank.exchange.report import Asset, Feature, ImportedItem, Loss, LossReport
from certification.item_bank.rules import ItemKind

DIALECT = Dialect(src=lambda name: PLUGIN_FILE + name, styled=True)
OUTSIDE_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TAG_LENGTH = 50
"""Characters of a tag that Moodle keeps."""


class _LeftOutError(Exception):
    """An item that Moodle has no question for."""

    def __init__(self, feature: Feature, value: str) -> None:
        super().__init__(value)
        self.feature, self.value = feature, value


@dataclass
class _Question:
    """One question while it is written."""

    item: ImportedItem
    number: int
    assets: Mapping[str, Asset]
    element: "etree._Element"
    losses: list[Loss] = field(default_factory=list)

    @property
    def content(self) -> Content:
        return self.item.content

    def lose(self, feature: Feature, value: str = "", *, whole: bool = False) -> None:
        """Note what the file does not say."""
        self.losses.append(Loss(self.number, self.item.code or "", feature, value[:80], whole))

    def add(self, name: str, text: str = "", parent: "etree._Element | None" = None) -> "etree._Element":
        """An element with plain text."""
        child = etree.SubElement(self.element if parent is None else parent, name)
        child.text = self.clean(text) or None
        return child

    def clean(self, text: str) -> str:
        """A text without what XML cannot hold at all."""
        fit = OUTSIDE_XML.sub("", text)
        if fit != text:
            self.lose(Feature.MARKUP, "control characters")
        return fit

    def add_text(self, name: str, text: str, parent: "etree._Element | None" = None) -> "etree._Element":
        """An element whose text is plain."""
        child = self.add(name, "", parent)
        self.add("text", text, child)
        return child

    def add_html(
        self, name: str, text: str, parent: "etree._Element | None" = None, *, gaps: Sequence[str] = ()
    ) -> "etree._Element":
        """An element whose text is HTML, with the files it shows."""
        child = self.add(name, "", parent)
        child.set("format", "html")
        source = to_html(text, DIALECT) if name == "questiontext" else to_inline_html(text, DIALECT)
        self.add("text", GAP.sub(lambda gap: gaps[int(gap.group(1)) - 1], source) if gaps else source, child)
        for asset in assets_in(text):
            self.add_file(asset, child)
        return child

    def add_file(self, name: str, parent: "etree._Element | None" = None) -> None:
        """A file with its content."""
        asset = self.assets.get(name)
        if asset is None:
            self.lose(Feature.MEDIA, name)
            return
        file = self.add("file", base64.b64encode(asset.content).decode(), parent)
        for attribute, value in (("name", name), ("path", "/"), ("encoding", "base64")):
            file.set(attribute, value)

    def add_answer(self, text: str, percent: str, feedback: str = "", *, rich: bool = False) -> "etree._Element":
        """An answer with its share of the mark."""
        answer = self.add_html("answer", text) if rich else self.add_text("answer", text)
        answer.set("fraction", percent)
        self.add_html("feedback", feedback, answer)
        return answer


def _true_false(question: _Question) -> None:
    for word, value in (("true", 1), ("false", 0)):
        question.add_answer(word, "100" if question.content.key == (value,) else "0")


def _choice(question: _Question) -> None:
    content, single = question.content, question.content.kind is ItemKind.SINGLE_CHOICE
    question.add("single", "true" if single else "false")
    question.add("shuffleanswers", "true")
    question.add("answernumbering", "ABCD")
    notes = content.option_rationales or ("",) * len(content.options)
    share = "100" if single else f"{Decimal(100) / len(content.key):.5f}".rstrip("0").rstrip(".")
    wrong = "0" if single else "-100"
    if not single:
        question.lose(Feature.PARTIAL, "all or nothing")
    for at, (option, note) in enumerate(zip(content.options, notes, strict=True)):
        question.add_answer(option, share if at in content.key else wrong, note, rich=True)


def _short_text(question: _Question) -> None:
    question.add("usecase", "1" if question.content.case_sensitive else "0")
    for text in question.content.key:
        question.add_answer(text.replace("*", "\\*"), "100")


def _numeric(question: _Question) -> None:
    for value, tolerance in question.content.key:
        question.add("tolerance", tolerance, question.add_answer(value, "100"))


def _matching(question: _Question) -> None:
    content = question.content
    question.add("shuffleanswers", "true")
    targets = []
    for option in content.options:
        text, whole = plain_text(option)
        if not whole:
            question.lose(Feature.MARKUP, option)
        targets.append(text)
    if len(set(targets)) < len(targets) or not all(targets):
        raise _LeftOutError(Feature.MARKUP, "; ".join(content.options))
    _say_partial(question)
    spare = [at for at in range(len(targets)) if at not in content.key]
    for prompt, at in (*zip(content.prompts, content.key, strict=True), *(("", at) for at in spare)):
        question.add_text("answer", targets[at], question.add_html("subquestion", prompt))


def _say_partial(question: _Question) -> None:
    """Moodle marks these in parts, always."""
    if not question.content.partial:
        question.lose(Feature.PARTIAL, "all or nothing")


def _ordering(question: _Question) -> None:
    content = question.content
    for name, text in (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", str(len(content.options)))):
        question.add(name, text)
    question.add("gradingtype", "ABSOLUTE_POSITION" if content.partial else "ALL_OR_NOTHING")
    for number, at in enumerate(content.key, 1):
        note = content.option_rationales[at] if content.option_rationales else ""
        question.add_answer(content.options[at], f"{number}.0000000", note, rich=True)


def _gaps(question: _Question) -> None:
    _say_partial(question)


def cloze_gaps(content: Content) -> list[str]:
    """The gaps of a content as Cloze writes them."""
    if content.kind is ItemKind.GAP_SELECT:
        pairs = zip(content.gaps, content.key, strict=True)
        return [cloze.write("MULTICHOICE", [(text, at == key) for at, text in enumerate(gap)]) for gap, key in pairs]
    kind = "SHORTANSWER_C" if content.case_sensitive else "SHORTANSWER"
    return [cloze.write(kind, [(text, True) for text in texts]) for texts in content.key]


def _hotspot(question: _Question) -> None:
    content = question.content
    asset = question.assets.get(content.image or "")
    size = None if asset is None else media.size_of(asset.content)
    if asset is None or size is None:
        raise _LeftOutError(Feature.MEDIA, content.image or "")
    if len(content.key) != 1:
        raise _LeftOutError(Feature.SHAPE, f"{len(content.key)} areas")
    name, coords, pixels = _in_pixels(content.key[0], size)
    if in_thousandths(pixels, *size, content.key[0]["shape"]) != _four(content.key[0]):
        question.lose(Feature.SHAPE, coords)
    question.add_file(asset.name)
    drag = question.add("drag")
    question.add("no", "1", drag)
    question.add("text", "●", drag)
    question.add("noofdrags", "1", drag)
    drop = question.add("drop")
    for tag, text in (("no", "1"), ("shape", name), ("coords", coords), ("choice", "1")):
        question.add(tag, text, drop)


def _four(shape: Mapping[str, Any]) -> list[int]:
    """The coordinates, a circle with one radius if both are the same."""
    coords = list(shape["coords"])
    return coords[:3] if len(coords) == 4 and shape["shape"] == "circle" and coords[2] == coords[3] else coords


def _in_pixels(shape: Mapping[str, Any], size: tuple[int, int]) -> tuple[str, str, list[Decimal]]:
    """Moodle's name of a shape, its coordinates, and the pixels they stand for, two for each point."""
    coords = list(shape["coords"])
    if shape["shape"] == "circle" and len(coords) == 3:
        coords.append(coords[2])
    pixels = [Decimal(round(at * size[number % 2] / 1000)) for number, at in enumerate(coords)]
    shown = [str(pixel) for pixel in pixels]
    if shape["shape"] == "circle":
        if pixels[2] != pixels[3]:
            raise _LeftOutError(Feature.SHAPE, "ellipse")
        return "circle", f"{shown[0]},{shown[1]};{shown[2]}", pixels
    if shape["shape"] == "rect":
        return "rectangle", f"{shown[0]},{shown[1]};{pixels[2] - pixels[0]},{pixels[3] - pixels[1]}", pixels
    points = zip(shown[::2], shown[1::2], strict=True)
    return "polygon", ";".join(f"{x},{y}" for x, y in points), pixels


WRITERS: dict[ItemKind, tuple[str, Callable[[_Question], None]]] = {
    ItemKind.TRUE_FALSE: ("truefalse", _true_false),
    ItemKind.SINGLE_CHOICE: ("multichoice", _choice),
    ItemKind.MULTIPLE_CHOICE: ("multichoice", _choice),
    ItemKind.SHORT_TEXT: ("shortanswer", _short_text),
    ItemKind.NUMERIC: ("numerical", _numeric),
    ItemKind.MATCHING: ("matching", _matching),
    ItemKind.ORDERING: ("ordering", _ordering),
    ItemKind.GAP_SELECT: ("cloze", _gaps),
    ItemKind.GAP_TEXT: ("cloze", _gaps),
    ItemKind.HOTSPOT: ("ddmarker", _hotspot),
}
"""Moodle's question type of each kind, and what writes its answers."""

MARKED_IN_PARTS = (ItemKind.MATCHING, ItemKind.GAP_SELECT, ItemKind.GAP_TEXT)


def write(items: Sequence[ImportedItem], assets: Sequence[Asset]) -> tuple[bytes, LossReport]:
    """Items as a question bank in XML, and what it leaves out."""
    root = etree.Element("quiz")
    by_name = {asset.name: asset for asset in assets}
    losses: list[Loss] = []
    chapter = ""
    for number, item in enumerate(items, 1):
        if (item.chapter or "") != chapter:
            chapter = item.chapter or ""
            _add_category(root, chapter)
        question = _Question(item, number, by_name, etree.Element("question"))
        try:
            _fill(question)
        except _LeftOutError as error:
            question.lose(error.feature, error.value, whole=True)
        else:
            root.append(question.element)
        losses += question.losses
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8"), LossReport(tuple(losses))


def _add_category(root: "etree._Element", chapter: str) -> None:
    question = etree.SubElement(root, "question", type="category")
    path = "/".join(("$course$", "top", *([OUTSIDE_XML.sub("", chapter)] if chapter else [])))
    etree.SubElement(etree.SubElement(question, "category"), "text").text = path


def _fill(question: _Question) -> None:
    """Write what all questions have, and the answers of the kind."""
    item, content = question.item, question.content
    kind, answers = WRITERS[content.kind]
    question.element.set("type", kind)
    question.add_text("name", item.title or item.code or short_name(content.stem))
    is_cloze = kind == "cloze"
    question.add_html("questiontext", content.stem, gaps=cloze_gaps(content) if is_cloze else ())
    question.add_html("generalfeedback", content.rationale)
    if item.marks is not None:
        question.add("defaultgrade", marks_text(item.marks))
    for name, text in (("penalty", "0"), ("hidden", "0"), ("idnumber", item.code or "")):
        question.add(name, text)
    answers(question)
    _add_tags(question)


def _add_tags(question: _Question) -> None:
    """The own tags, and as tags what Moodle has no field for."""
    item = question.item
    pairs = filing.pairs_of(item, without=("code", "chapter", "title", "marks"))
    pairs.pop("partial", None)
    if question.content.kind in MARKED_IN_PARTS and not question.content.partial:
        pairs["partial"] = "no"
    tags: Iterable[str] = (*item.tags, *filing.as_tags(pairs))
    parent = question.add("tags")
    for tag in tags:
        if len(tag) > TAG_LENGTH:
            question.lose(Feature.TAGS, tag)
        question.add_text("tag", tag, parent)
