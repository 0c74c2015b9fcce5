"""Writes one item as QTI, in plain names: declarations, body, response processing, feedback."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from certification.item_bank.content import GAP, Content
from certification.item_bank.exchange import media, qti_areas
from certification.item_bank.exchange.markup import Dialect, math_element, plain_text, to_html, to_inline_html
from certification.item_bank.exchange.qti_items import GAP_CLASS
from certification.item_bank.exchange.qti_names import QTI_3, XML_LANG, Version
from certification.item_bank.exchange.report import Asset, Feature, ImportedItem, Loss
from certification.item_bank.rules import ItemKind

OUTSIDE_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ASSETS = "assets"
RATIONALE = "rationale"
TRUTHS = {"zh": ("正确", "错误"), "en": ("True", "False")}
TITLE_LENGTH = 60


class LeftOutError(Exception):
    """An item that the format has no place for."""

    def __init__(self, feature: Feature, value: str) -> None:
        super().__init__(value)
        self.feature, self.value = feature, value


@dataclass
class Writing:
    """One item while it is written; ``root`` is the assessment item."""

    item: ImportedItem
    number: int
    version: Version
    assets: Mapping[str, Asset]
    losses: list[Loss] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.content: Content = self.item.content
        self.root = etree.Element("assessmentItem")
        self.body = etree.Element("itemBody")
        self.rules = etree.Element("responseProcessing")
        self.dialect = Dialect(
            src=lambda name: f"../{ASSETS}/{name}", math=math_element, sound=self.version.dashed, styled=False
        )

    def lose(self, feature: Feature, value: str = "", *, whole: bool = False) -> None:
        """Note what the file does not say."""
        self.losses.append(Loss(self.number, self.item.code or "", feature, value[:80], whole))

    def clean(self, text: str) -> str:
        """A text without what XML cannot hold at all."""
        fit = OUTSIDE_XML.sub("", text)
        if fit != text:
            self.lose(Feature.MARKUP, "control characters")
        return fit

    def fill(self, parent: "etree._Element", text: str, *, blocks: bool = False) -> None:
        """Put Markdown into an element as XHTML."""
        show = to_html if blocks else to_inline_html
        inner = etree.fromstring(f"<div>{show(self.clean(text), self.dialect)}</div>")
        for table in inner.iter("table"):
            if table.find("tbody") is None and (head := table.find("thead")) is not None:
                head.tag = "tbody"
        parent.text = inner.text
        parent.extend(list(inner))

    def declare(self, name: str, cardinality: str, base_type: str, correct: Sequence[str] = ()) -> "etree._Element":
        """A response variable."""
        found = add(self.root, "responseDeclaration", identifier=name, cardinality=cardinality, baseType=base_type)
        if correct:
            parent = add(found, "correctResponse")
            for value in correct:
                add(parent, "value").text = self.clean(value)
        return found

    def map(self, declared: "etree._Element", keys: Sequence[str], *, by_case: bool | None = None) -> None:
        """What answers earn: each a point."""
        mapping = add(declared, "mapping", defaultValue="0")
        for key in keys:
            entry = add(mapping, "mapEntry", mapKey=self.clean(key), mappedValue="1")
            if by_case is not None:
                entry.set("caseSensitive", "true" if by_case else "false")

    def template(self, name: str) -> None:
        """Score by one of the standard ways."""
        self.rules.set("template", self.version.templates + name)

    def rule(self, condition: "etree._Element", *, adds: bool = False) -> None:
        """A point for what the condition asks; set, or added to what is there."""
        branch = add(add(self.rules, "responseCondition"), "responseIf")
        branch.append(condition)
        target = add(branch, "setOutcomeValue", identifier="SCORE")
        if adds:
            target = add(target, "sum")
            add(target, "variable", identifier="SCORE")
        add(target, "baseValue", baseType="float").text = "1"


def add(parent: "etree._Element", name: str, **attributes: str) -> "etree._Element":
    """A child element."""
    return etree.SubElement(parent, name, attributes)


def _matches(name: str) -> "etree._Element":
    """The response is the declared answer."""
    found = etree.Element("match")
    add(found, "variable", identifier=name)
    add(found, "correct", identifier=name)
    return found


def item_of(writing: Writing) -> "etree._Element":
    """The item in the names of its version.

    Raises:
        LeftOutError: the format cannot say it.
    """
    item, content, root = writing.item, writing.content, writing.root
    title, _ = plain_text(item.title or item.code or content.stem)
    root.attrib.update({
        "identifier": f"item-{writing.number:05}", "title": writing.clean(title)[:TITLE_LENGTH].strip() or "-",
        "adaptive": "false", "timeDependent": "false", "toolName": "Zhixun",
    })  # fmt: skip
    if item.language:
        root.set(XML_LANG, item.language)
    if content.kind not in (ItemKind.GAP_SELECT, ItemKind.GAP_TEXT):
        writing.fill(writing.body, content.stem, blocks=True)
    _WRITERS[content.kind](writing)
    _outcomes(writing)
    root.append(writing.body)
    root.append(writing.rules)
    if content.rationale:
        feedback = add(root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier=RATIONALE, showHide="show")
        writing.fill(
            add(feedback, "contentBody") if writing.version.dashed else feedback, content.rationale, blocks=True
        )
    return root


def _outcomes(writing: Writing) -> None:
    content = writing.content
    most = len(content.key) if content.partial and content.kind in IN_PARTS else 1
    for name, value in (("SCORE", "0"), ("MAXSCORE", str(most))):
        outcome = add(writing.root, "outcomeDeclaration", identifier=name, cardinality="single", baseType="float")
        add(add(outcome, "defaultValue"), "value").text = value
    notes = [f"choice_{at}" for at, note in enumerate(content.option_rationales) if note]
    said = [*notes, *([RATIONALE] if content.rationale else [])]
    if not said:
        return
    outcome = add(
        writing.root, "outcomeDeclaration", identifier="FEEDBACK", cardinality="multiple", baseType="identifier"
    )
    if notes:
        _without_template(writing)
        told = add(add(writing.rules, "setOutcomeValue", identifier="FEEDBACK"), "multiple")
        for name in said:
            add(told, "baseValue", baseType="identifier").text = name
    else:
        add(add(outcome, "defaultValue"), "value").text = RATIONALE


def _without_template(writing: Writing) -> None:
    """A template leaves no room for further rules: write out what it does."""
    if writing.rules.get("template"):
        del writing.rules.attrib["template"]
        writing.rule(_matches("RESPONSE"))


def _true_false(writing: Writing) -> None:
    right = "true" if writing.content.key == (1,) else "false"
    writing.declare("RESPONSE", "single", "identifier", (right,))
    writing.template("match_correct")
    words = TRUTHS["en" if (writing.item.language or "").startswith("en") else "zh"]
    interaction = add(writing.body, "choiceInteraction", responseIdentifier="RESPONSE", shuffle="false", maxChoices="1")
    for name, word in zip(("true", "false"), words, strict=True):
        add(interaction, "simpleChoice", identifier=name).text = word


def _add_choices(writing: Writing, interaction: "etree._Element") -> None:
    content = writing.content
    for at, option in enumerate(content.options):
        choice = add(interaction, "simpleChoice", identifier=f"choice_{at}")
        writing.fill(choice, option)
        if content.option_rationales and content.option_rationales[at]:
            note = add(
                choice, "feedbackInline", outcomeIdentifier="FEEDBACK", identifier=f"choice_{at}", showHide="show"
            )
            writing.fill(note, content.option_rationales[at])


def _choice(writing: Writing) -> None:
    content, single = writing.content, writing.content.kind is ItemKind.SINGLE_CHOICE
    writing.declare(
        "RESPONSE", "single" if single else "multiple", "identifier", [f"choice_{at}" for at in content.key]
    )
    writing.template("match_correct")
    most = "1" if single else "0"
    _add_choices(writing, add(
        writing.body, "choiceInteraction", responseIdentifier="RESPONSE", shuffle="true", maxChoices=most
    ))  # fmt: skip


def _ordering(writing: Writing) -> None:
    content = writing.content
    right = [f"choice_{at}" for at in content.key]
    writing.declare("RESPONSE", "ordered", "identifier", right)
    if content.partial:
        for number, name in enumerate(right, 1):
            test = etree.Element("match")
            add(add(test, "index", n=str(number)), "variable", identifier="RESPONSE")
            add(test, "baseValue", baseType="identifier").text = name
            writing.rule(test, adds=True)
    else:
        writing.template("match_correct")
    _add_choices(writing, add(writing.body, "orderInteraction", responseIdentifier="RESPONSE", shuffle="true"))


def _short_text(writing: Writing) -> None:
    content = writing.content
    declared = writing.declare("RESPONSE", "single", "string", content.key[:1])
    writing.map(declared, content.key, by_case=content.case_sensitive)
    writing.template("map_response")
    add(add(writing.body, "p"), "textEntryInteraction", responseIdentifier="RESPONSE")


def _numeric(writing: Writing) -> None:
    pairs = writing.content.key
    writing.declare("RESPONSE", "single", "float", (pairs[0][0],))
    tests = []
    for value, tolerance in pairs:
        test = etree.Element("equal", toleranceMode="absolute", tolerance=f"{tolerance} {tolerance}")
        add(test, "variable", identifier="RESPONSE")
        add(test, "baseValue", baseType="float").text = value
        tests.append(test)
    any_ = etree.Element("or")
    any_.extend(tests)
    writing.rule(any_ if len(tests) > 1 else tests[0])
    add(add(writing.body, "p"), "textEntryInteraction", responseIdentifier="RESPONSE")


def _matching(writing: Writing) -> None:
    content = writing.content
    pairs = [f"prompt_{at} target_{target}" for at, target in enumerate(content.key)]
    declared = writing.declare("RESPONSE", "multiple", "directedPair", pairs)
    if content.partial:
        writing.map(declared, pairs)
    writing.template("map_response" if content.partial else "match_correct")
    count = str(len(content.prompts))
    interaction = add(
        writing.body, "matchInteraction", responseIdentifier="RESPONSE", shuffle="true", maxAssociations=count
    )
    for name, texts, most in (("prompt", content.prompts, "1"), ("target", content.options, count)):
        side = add(interaction, "simpleMatchSet")
        for at, text in enumerate(texts):
            writing.fill(add(side, "simpleAssociableChoice", identifier=f"{name}_{at}", matchMax=most), text)


def _gaps(writing: Writing) -> None:
    """Write the gaps, and the body with a mark for each, which the interactions then replace."""
    content = writing.content
    interactions = []
    tests = []
    selects = content.kind is ItemKind.GAP_SELECT
    for number, right in enumerate(content.key, 1):
        name = f"RESPONSE_{number}"
        interactions.append(_gap_select(writing, name, number - 1) if selects else _gap_text(writing, name, right))
        tests.append(_matches(name) if selects else _mapped(name))
    if content.partial:
        for test in tests:
            writing.rule(test, adds=True)
    else:
        all_ = etree.Element("and")
        all_.extend(tests)
        writing.rule(all_)
    marked = GAP.sub(lambda gap: etree.tostring(interactions[int(gap.group(1)) - 1], encoding="unicode"),
                     to_html(writing.clean(content.stem), writing.dialect))  # fmt: skip
    writing.body.extend(list(etree.fromstring(f"<div>{marked}</div>")))


def _mapped(name: str) -> "etree._Element":
    test = etree.Element("gte")
    add(test, "mapResponse", identifier=name)
    add(test, "baseValue", baseType="float").text = "1"
    return test


def _gap_select(writing: Writing, name: str, at: int) -> "etree._Element":
    writing.declare(name, "single", "identifier", (f"gap_{at}_{writing.content.key[at]}",))
    interaction = etree.Element("inlineChoiceInteraction", responseIdentifier=name, shuffle="false")
    for number, text in enumerate(writing.content.gaps[at]):
        add(interaction, "inlineChoice", identifier=f"gap_{at}_{number}").text = writing.clean(text)
    return interaction


def _gap_text(writing: Writing, name: str, right: Sequence[str]) -> "etree._Element":
    declared = writing.declare(name, "single", "string", right[:1])
    writing.map(declared, right, by_case=writing.content.case_sensitive)
    return etree.Element("textEntryInteraction", {"responseIdentifier": name, "class": GAP_CLASS})


def _hotspot(writing: Writing) -> None:
    content = writing.content
    asset = writing.assets.get(content.image or "")
    size = None if asset is None else media.size_of(asset.content)
    if asset is None or size is None:
        raise LeftOutError(Feature.MEDIA, content.image or "")
    declared = writing.declare("RESPONSE", "single", "point")
    mapping = add(declared, "areaMapping", defaultValue="0", upperBound="1")
    for shape in content.key:
        form, coords = qti_areas.in_pixels(shape, size)
        area = add(mapping, "areaMapEntry", shape=form, coords=coords, mappedValue="1")
        if not writing.version.dashed and qti_areas.shape_of(area, size, writing.body) != _one_radius(shape):
            writing.lose(Feature.SHAPE, coords)
    writing.template("map_response_point")
    interaction = add(writing.body, "selectPointInteraction", responseIdentifier="RESPONSE", maxChoices="1")
    width, height = map(str, size)
    source = writing.dialect.src(asset.name)
    if writing.version is QTI_3:
        interaction.set(qti_areas.EXACT, qti_areas.exact_text(content.key))
        add(interaction, "img", src=source, alt="", width=width, height=height)
    else:
        add(interaction, "object", data=source, type=asset.media_type, width=width, height=height)


def _one_radius(shape: Mapping[str, object]) -> dict[str, object]:
    coords = list(shape["coords"])  # type: ignore[call-overload]  # a shape's coordinates are a sequence
    if shape["shape"] == "circle" and len(coords) == 4 and coords[2] == coords[3]:
        coords.pop()
    return {"shape": shape["shape"], "coords": coords}


IN_PARTS = (ItemKind.MATCHING, ItemKind.ORDERING, ItemKind.GAP_SELECT, ItemKind.GAP_TEXT)

_WRITERS: dict[ItemKind, Callable[[Writing], None]] = {
    ItemKind.TRUE_FALSE: _true_false, ItemKind.SINGLE_CHOICE: _choice, ItemKind.MULTIPLE_CHOICE: _choice,
    ItemKind.SHORT_TEXT: _short_text, ItemKind.NUMERIC: _numeric, ItemKind.MATCHING: _matching,
    ItemKind.ORDERING: _ordering, ItemKind.GAP_SELECT: _gaps, ItemKind.GAP_TEXT: _gaps, ItemKind.HOTSPOT: _hotspot,
}  # fmt: skip
"""What writes the answers of each kind."""
