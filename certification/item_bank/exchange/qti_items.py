"""Reads one item of QTI 2.x or 3.0 (in plain names): its body as Markdown, its interaction as a kind, its key."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from lxml import etree

from certification.item_bank.content import Content
from certification.item_bank.exchange import qti_answers, qti_areas
from certification.item_bank.exchange.elements import Declined, Scope, decimal, inner_text, local_name
from certification.item_bank.exchange.html_text import to_markdown
from certification.item_bank.exchange.qti_answers import Declaration, Told
from certification.item_bank.exchange.qti_scoring import Scoring, scoring_of
from certification.item_bank.exchange.report import Fault, Feature
from certification.item_bank.rules import ItemKind

GAP_CLASS = "zhixun-gap"
"""Marks a text entry as a gap, where it would be taken for a question that ends with its answer."""
WORDS = {"true": 1, "t": 1, "正确": 1, "对": 1, "false": 0, "f": 0, "错误": 0, "错": 0}
FEEDBACKS = ("feedbackInline", "feedbackBlock", "modalFeedback")
TEMPLATE_PARTS = ("templateDeclaration", "templateProcessing", "printedVariable", "templateInline", "templateBlock")
INLINE = {"textEntryInteraction": ItemKind.GAP_TEXT, "inlineChoiceInteraction": ItemKind.GAP_SELECT}


@dataclass
class Reading:
    """One item while it is read."""

    scope: Scope
    name_of: Callable[[str], str | None]
    size_of: Callable[[str], tuple[int, int] | None]
    declarations: dict[str, Declaration] = field(default_factory=dict)
    scoring: Scoring = field(default_factory=Scoring)
    remarks: list[str] = field(default_factory=list)

    def markdown(self, element: "etree._Element") -> str:
        """What stands in an element, without its feedback."""
        copy = deepcopy(element)
        copy.tail = None
        for part in [part for part in copy.iter(*FEEDBACKS) if part is not copy]:
            _take_out(part)
        inner = (copy.text or "") and _escaped(copy.text or "")
        inner += "".join(etree.tostring(child, method="html", encoding="unicode") for child in copy)
        marked = to_markdown(inner, self.name_of)
        if marked.lost:
            self.scope.drop(Feature.MARKUP, ", ".join(marked.lost), element)
        return marked.text

    def declaration(self, interaction: "etree._Element") -> Declaration:
        """The response variable of an interaction."""
        name = interaction.get("responseIdentifier", "")
        if name not in self.declarations:
            raise Declined(Fault.ANSWER_UNREADABLE, name, at=interaction)
        return self.declarations[name]

    def told(self, interaction: "etree._Element") -> Told:
        """What earns all in an interaction."""
        return qti_answers.told(self.declaration(interaction), self.scoring)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _take_out(part: "etree._Element") -> None:
    """Remove an element; what follows it stays."""
    parent, before = part.getparent(), part.getprevious()
    if parent is None:
        return
    if part.tail and before is not None:
        before.tail = (before.tail or "") + part.tail
    elif part.tail:
        parent.text = (parent.text or "") + part.tail
    parent.remove(part)


def content_of(reading: Reading) -> Content:
    """What an item says.

    Raises:
        Declined: an interaction or a part has no counterpart, or the key cannot be told.
    """
    item = reading.scope.element
    body = item.find("itemBody")
    if body is None:
        raise Declined(Fault.MISSING, "itemBody")
    _refuse_changing(item)
    interactions = [part for part in body.iter(etree.Element) if local_name(part).endswith("Interaction")]
    kinds = [local_name(part) for part in interactions]
    unknown = next((part for part in interactions if local_name(part) not in {*INLINE, *BLOCKS}), None)
    if unknown is not None or not interactions:
        raise Declined(Fault.KIND_UNSUPPORTED, local_name(unknown) if unknown is not None else "", at=unknown)
    for element in item.iterfind("responseDeclaration"):
        reading.declarations[element.get("identifier", "")] = qti_answers.declaration_of(element)
    _read_scoring(reading)
    if len(kinds) == 1 and kinds[0] in BLOCKS:
        content = BLOCKS[kinds[0]](reading, interactions[0])
    elif len(set(kinds)) == 1 and kinds[0] in INLINE:
        content = _gaps(reading, interactions)
    else:
        raise Declined(Fault.KIND_UNSUPPORTED, " + ".join(sorted(kinds)), at=interactions[-1])
    content = replace(content, stem=content.stem or _stem(reading, body, interactions))
    return replace(content, rationale=_rationale(reading, body))


def _refuse_changing(item: "etree._Element") -> None:
    """Refuse what changes from one attempt or candidate to another."""
    found = next(item.iter(*TEMPLATE_PARTS), None)
    if found is not None or item.get("adaptive") == "true":
        value = "adaptive" if found is None else local_name(found)
        raise Declined(Fault.PART_UNSUPPORTED, value, other=Feature.TEMPLATE.value, at=found)


def _read_scoring(reading: Reading) -> None:
    item = reading.scope.element
    processing = item.find("responseProcessing")
    if processing is None or not (len(processing) or processing.get("template") or processing.get("templateLocation")):
        reading.scope.findings.warn(reading.scope.place(), Fault.PART_DROPPED, "responseProcessing", "template")
        reading.scoring = qti_answers.unscored(list(reading.declarations.values()))
    else:
        reading.scoring = scoring_of(processing, maximum_of(item))


def maximum_of(item: "etree._Element") -> Decimal | None:
    """The most points of an item, as its outcomes declare them."""
    for outcome in item.iterfind("outcomeDeclaration"):
        name = outcome.get("identifier", "").upper()
        if name.startswith("MAX") and (value := decimal(outcome.findtext("defaultValue/value"))) is not None:
            return value
    for outcome in item.iterfind("outcomeDeclaration"):
        if outcome.get("identifier") == "SCORE" and (value := decimal(outcome.get("normalMaximum"))) is not None:
            return value
    return None


def _stem(reading: Reading, body: "etree._Element", interactions: Sequence["etree._Element"]) -> str:
    """The body with the prompt where the interaction stands, or {{n}} for a gap; notes for markers are left out."""
    copy = deepcopy(body)
    found = [part for part in copy.iter(etree.Element) if local_name(part).endswith("Interaction")]
    for number, part in enumerate(found, 1):
        prompt = part.find("prompt")
        gap = local_name(part) in INLINE and _is_gap(interactions)
        tail = part.tail
        for child in list(part):
            if child is not prompt:
                part.remove(child)
        part.attrib.clear()
        part.tag, part.text, part.tail = ("span" if gap else "div"), (f"{{{{{number}}}}}" if gap else None), tail
        if prompt is not None:
            prompt.tag = "div"
    for rubric in list(copy.iter("rubricBlock")):
        if "candidate" in rubric.get("view", "candidate").split():
            rubric.tag = "div"
        else:
            _take_out(rubric)
    return reading.markdown(copy)


def _rationale(reading: Reading, body: "etree._Element") -> str:
    """Everything that is said after the answer or only to markers, each once."""
    item = reading.scope.element
    noted = {part for choice in item.iter("simpleChoice") for part in choice.iter(*FEEDBACKS)}
    said = [part for part in (*body.iter(*FEEDBACKS), *item.iterfind("modalFeedback")) if part not in noted]
    said += [part for part in body.iter("rubricBlock") if "candidate" not in part.get("view", "candidate").split()]
    texts = [*(reading.markdown(part) for part in said), *reading.remarks]
    return "\n\n".join(dict.fromkeys(text for text in texts if text))


def _choices(reading: Reading, interaction: "etree._Element") -> tuple[list[str], tuple[str, ...], tuple[str, ...]]:
    """Identifiers, texts and notes of the options."""
    options = interaction.findall("simpleChoice")
    notes = tuple(
        "\n\n".join(reading.markdown(part) for part in option.iter("feedbackInline", "feedbackBlock"))
        for option in options
    )
    texts = tuple(reading.markdown(option) for option in options)
    return [option.get("identifier", "") for option in options], texts, notes if any(notes) else ()


def _positions(values: Sequence[str], names: Sequence[str], at: "etree._Element") -> tuple[int, ...]:
    if unknown := [value for value in values if value not in names]:
        raise Declined(Fault.ANSWER_NO_OPTION, " ".join(unknown), at=at)
    return tuple(names.index(value) for value in values)


def choice(reading: Reading, interaction: "etree._Element") -> Content:
    """One option, several, or true and false."""
    names, texts, notes = _choices(reading, interaction)
    told = reading.told(interaction)
    key = tuple(sorted(_positions(told.values, names, interaction)))
    single = reading.declaration(interaction).cardinality == "single"
    if single and len(key) > 1:
        raise Declined(Fault.ANSWER_ONE_ONLY, " ".join(told.values), at=interaction)
    if told.partial:
        reading.scope.drop(Feature.PARTIAL, "", interaction)
    if single and len(names) == 2 and (truth := _truth(names, texts)) is not None:
        reading.remarks += [note for note in notes if note]
        return Content(ItemKind.TRUE_FALSE, "", key=(truth[key[0]],))
    if not single and len(key) == 1:
        reading.scope.findings.warn(
            reading.scope.place(interaction), Fault.KIND_DIFFERS, "multiple", ItemKind.SINGLE_CHOICE.value
        )
    kind = ItemKind.SINGLE_CHOICE if len(key) == 1 else ItemKind.MULTIPLE_CHOICE
    return Content(kind, "", options=texts, key=key, option_rationales=notes)


def _truth(names: Sequence[str], texts: Sequence[str]) -> list[int] | None:
    """What the options of a true/false item stand for, by their names, else by their texts; None for other items."""
    if any(name.startswith("choice_") for name in names):
        return None
    for words in (names, texts):
        found = [WORDS[word.casefold()] for word in words if word.casefold() in WORDS]
        if sorted(found) == [0, 1]:
            return found
    return None


def ordering(reading: Reading, interaction: "etree._Element") -> Content:
    """Options in an order."""
    names, texts, notes = _choices(reading, interaction)
    told = reading.told(interaction)
    key = _positions(told.values, names, interaction)
    return Content(ItemKind.ORDERING, "", options=texts, key=key, partial=told.partial, option_rationales=notes)


def matching(reading: Reading, interaction: "etree._Element") -> Content:
    """Two sets: each of the first has one of the second."""
    sets = [part.findall("simpleAssociableChoice") for part in interaction.findall("simpleMatchSet")]
    if len(sets) != 2:
        raise Declined(Fault.MISSING, "simpleMatchSet", at=interaction)
    told = reading.told(interaction)
    return _matched(reading, interaction, sets[0], sets[1], told)


def _matched(
    reading: Reading, at: "etree._Element", left: Sequence["etree._Element"], right: Sequence["etree._Element"],
    told: Told,
) -> Content:  # fmt: skip
    pairs = [tuple(value.split()) for value in told.values]
    targets = [part.get("identifier", "") for part in right]
    by_prompt = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
    names = [part.get("identifier", "") for part in left]
    if set(by_prompt) != set(names) or len(by_prompt) < len(pairs):
        raise Declined(Fault.KIND_UNSUPPORTED, f"{local_name(at)} {' '.join(told.values)}", at=at)
    key = _positions([by_prompt[name] for name in names], targets, at)
    return Content(
        ItemKind.MATCHING, "", options=tuple(reading.markdown(part) for part in right), key=key,
        prompts=tuple(reading.markdown(part) for part in left), partial=told.partial,
    )  # fmt: skip


def associate(reading: Reading, interaction: "etree._Element") -> Content:
    """Pairs of one set; the first of each pair becomes the side that is asked."""
    parts = {part.get("identifier", ""): part for part in interaction.findall("simpleAssociableChoice")}
    told = reading.told(interaction)
    pairs = [value.split() for value in told.values]
    firsts = [parts[pair[0]] for pair in pairs if len(pair) == 2 and pair[0] in parts]
    others = [part for part in parts.values() if part not in firsts]
    reading.scope.drop(Feature.KIND, "associateInteraction", interaction)
    return _matched(reading, interaction, firsts, others, told)


def gap_match(reading: Reading, interaction: "etree._Element") -> Content:
    """Words to put into gaps of a text: every gap offers all of them."""
    words = interaction.findall("gapText")
    if interaction.find("gapImg") is not None or not words:
        raise Declined(Fault.KIND_UNSUPPORTED, "gapImg", at=interaction)
    texts = tuple(" ".join(inner_text(word).split()) for word in words)
    names = [word.get("identifier", "") for word in words]
    told = reading.told(interaction)
    pairs = {pair[1]: pair[0] for pair in (value.split() for value in told.values) if len(pair) == 2}
    copy = deepcopy(interaction)
    gaps = list(copy.iter("gap"))
    key = _positions([pairs.get(gap.get("identifier", ""), "") for gap in gaps], names, interaction)
    for number, gap in enumerate(gaps, 1):
        gap.attrib.clear()
        gap.tag, gap.text = "span", f"{{{{{number}}}}}"
    for word in copy.findall("gapText"):
        copy.remove(word)
    for prompt in copy.findall("prompt"):
        prompt.tag = "div"
    if reading.scope.element.find("itemBody/gapMatchInteraction") is None:
        reading.scope.drop(Feature.MARKUP, "itemBody", interaction)
    return Content(
        ItemKind.GAP_SELECT, reading.markdown(copy), gaps=(texts,) * len(gaps), key=key, partial=told.partial
    )


def _is_gap(interactions: Sequence["etree._Element"]) -> bool:
    """Whether text entries stand in a text as gaps, not at its end as the one answer."""
    first = interactions[0]
    if len(interactions) > 1 or local_name(first) != "textEntryInteraction":
        return True
    if GAP_CLASS in first.get("class", "").split():
        return True
    parent = first.getparent()
    alone = parent is not None and not inner_text(parent).strip() and len(parent) == 1
    return not alone and bool((first.tail or "").strip() or _text_follows(first))


def _text_follows(element: "etree._Element") -> bool:
    return any(inner_text(after).strip() or (after.tail or "").strip() for after in element.itersiblings())


def _gaps(reading: Reading, interactions: Sequence["etree._Element"]) -> Content:
    declared = [reading.declaration(interaction) for interaction in interactions]
    numeric = [found for found in declared if found.base_type in ("float", "integer")]
    if len(declared) == 1 and numeric:
        return _numeric(reading, declared[0], interactions)
    if any(test.kind == "near" for award in reading.scoring.awards for test in award.tests):
        raise Declined(Fault.KIND_UNSUPPORTED, "textEntryInteraction float", at=interactions[0])
    all_told = [reading.told(interaction) for interaction in interactions]
    partial = _in_parts(reading, declared)
    if local_name(interactions[0]) == "inlineChoiceInteraction":
        return _gap_choices(interactions, all_told, partial=partial)
    if len({told.by_case for told in all_told}) > 1:
        raise Declined(Fault.PART_UNSUPPORTED, "caseSensitive", other=Feature.CASE_SENSITIVE.value, at=interactions[0])
    by_case = all_told[0].by_case
    if not _is_gap(interactions):
        if all_told[0].partial:
            reading.scope.drop(Feature.WEIGHTS, "", declared[0].element)
        return Content(ItemKind.SHORT_TEXT, "", key=all_told[0].values, case_sensitive=by_case)
    key = tuple(told.values for told in all_told)
    return Content(ItemKind.GAP_TEXT, "", key=key, case_sensitive=by_case, partial=partial)


def _numeric(reading: Reading, declared: Declaration, interactions: Sequence["etree._Element"]) -> Content:
    if _is_gap(interactions):
        reading.scope.drop(Feature.MARKUP, "textEntryInteraction", interactions[0])
        stem = _stem(reading, _body(reading), interactions).replace("{{1}}", "____")
        return Content(ItemKind.NUMERIC, stem, key=qti_answers.near_pairs(declared, reading.scoring))
    return Content(ItemKind.NUMERIC, "", key=qti_answers.near_pairs(declared, reading.scoring))


def _body(reading: Reading) -> "etree._Element":
    return reading.scope.element.iterfind("itemBody").__next__()


def _in_parts(reading: Reading, declared: Sequence[Declaration]) -> bool:
    """Whether each gap earns its own part; one award for all gaps together is all or nothing."""
    if any(found.identifier in reading.scoring.mapped for found in declared):
        return len(declared) > 1 or reading.scope.element.find("responseProcessing/setOutcomeValue") is not None
    return not any({test.response for test in award.tests} >= {found.identifier for found in declared}
                   for award in reading.scoring.awards)  # fmt: skip


def _gap_choices(interactions: Sequence["etree._Element"], all_told: Sequence[Told], *, partial: bool) -> Content:
    gaps: list[tuple[str, ...]] = []
    key: list[int] = []
    for interaction, told in zip(interactions, all_told, strict=True):
        choices = interaction.findall("inlineChoice")
        if len(told.values) != 1:
            raise Declined(Fault.ANSWER_ONE_ONLY, " ".join(told.values), at=interaction)
        names = [part.get("identifier", "") for part in choices]
        gaps.append(tuple(" ".join(inner_text(part).split()) for part in choices))
        key += _positions(told.values, names, interaction)
    return Content(ItemKind.GAP_SELECT, "", gaps=tuple(gaps), key=tuple(key), partial=partial)


def hotspot(reading: Reading, interaction: "etree._Element") -> Content:
    """A point in an area of a picture, or one of several areas."""
    image, size = qti_areas.picture_of(interaction, reading.name_of, reading.size_of)
    declared = reading.declaration(interaction)
    if local_name(interaction) == "hotspotInteraction":
        told = reading.told(interaction)
        areas = [part for part in interaction.findall("hotspotChoice") if part.get("identifier") in told.values]
        if len(told.values) != 1 or len(areas) != 1:
            raise Declined(Fault.KIND_UNSUPPORTED, f"hotspotInteraction {' '.join(told.values)}", at=interaction)
        reading.scope.drop(Feature.SHAPE, "hotspotChoice", interaction)
    else:
        areas = qti_areas.earning(declared, reading.scoring)
    shapes: tuple[dict[str, Any], ...] = tuple(qti_areas.shape_of(area, size, interaction) for area in areas)
    return Content(ItemKind.HOTSPOT, "", image=image, key=shapes)


BLOCKS: dict[str, Callable[[Reading, "etree._Element"], Content]] = {
    "choiceInteraction": choice, "orderInteraction": ordering, "matchInteraction": matching,
    "associateInteraction": associate, "gapMatchInteraction": gap_match, "selectPointInteraction": hotspot,
    "hotspotInteraction": hotspot,
}  # fmt: skip
"""Interactions that stand alone, and what reads them. Those in a line are ``INLINE``; every other one is declined."""
