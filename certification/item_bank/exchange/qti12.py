"""Reads QTI 1.2 as Canvas, Blackboard and others write it: items in a file, or in the files of a package."""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from certification.item_bank.content import Content
from certification.item_bank.exchange import qti_package
from certification.item_bank.exchange.elements import Declined, Scope, hundredths, inner_text, local_name
from certification.item_bank.exchange.frame import Source
from certification.item_bank.exchange.guard import MAX_ITEMS, Unreadable, open_package
from certification.item_bank.exchange.html_text import to_markdown
from certification.item_bank.exchange.markup import plain_text
from certification.item_bank.exchange.qti12_conditions import Award, awards_of, number_pairs, right_values
from certification.item_bank.exchange.qti_items import WORDS
from certification.item_bank.exchange.qti_names import to_plain
from certification.item_bank.exchange.qti_package import Contents
from certification.item_bank.exchange.report import Fault, Feature, Findings, ImportedItem, Place
from certification.item_bank.exchange.taking import take
from certification.item_bank.rules import ItemKind

ROOT = "questestinterop"
MARK = re.compile(rb"<(?:\w+:)?questestinterop\b")
TYPES = re.compile(rb"imsqti_xmlv1p\d|imsqti_asi_xmlv1p|assessment/x-bb-q")
SUFFIXES = (".xml", ".qti", ".dat")
TEXTS = ("mattext", "mat_formattedtext", "matimage")
RESPONSES = ("response_lid", "response_str", "response_num", "response_grp", "response_xy", "response_extension")
KIND_LABELS = ("question_type", "bbmd_questiontype", "qmd_itemtype", "cc_profile")
MARK_LABELS = ("points_possible", "qmd_absolutescore_max", "cc_weighting", "qmd_weighting")
UNSUPPORTED = ("essay", "file_upload", "file upload", "calculated", "text_only", "hot spot", "jumbled", "either/or",
               "opinion", "likert")  # fmt: skip
SHARED_FEEDBACK = ("general_fb", "solution")


def likeness(source: Source) -> int:
    """How much a file looks like QTI 1.2."""
    if not source.content.startswith(b"PK"):
        return 3 if MARK.search(source.content[:4096].replace(b"\0", b"")) else 0
    try:
        package = open_package(source.content)
        names = [name for name in package.names if name.endswith(qti_package.MANIFEST)] or [
            name for name in package.names if name.endswith(SUFFIXES)
        ]
        found = b"".join(package.read(name)[:200_000] for name in names[:1])
    except Unreadable:
        return 0
    return 3 if TYPES.search(found) or MARK.search(found) else 0


def read(source: Source, findings: Findings) -> None:
    """Fill the findings from a file or a package.

    Raises:
        Unreadable: it is broken or hostile, or holds too many items.
    """
    contents = qti_package.open_contents(source.content)
    names = [""] if contents.package is None else contents.package.names
    seen: dict[str, Content] = {}
    for part in names:
        if contents.package is not None and not _may_hold(contents, part):
            continue
        root = contents.tree(part)
        to_plain(root)
        if local_name(root) == ROOT:
            _read_root(root, part, contents, findings, seen)
        else:
            raise Unreadable(Fault.FILE_UNREADABLE, Place(part=part), local_name(root))
    findings.assets += contents.album.assets.values()


def _may_hold(contents: Contents, part: str) -> bool:
    """Whether a part of a package looks like a file of questions."""
    if contents.package is None or not part.casefold().endswith(SUFFIXES):
        return False
    return MARK.search(contents.package.read(part)[:8192].replace(b"\0", b"")) is not None


def _read_root(
    root: "etree._Element", part: str, contents: Contents, findings: Findings, seen: dict[str, Content]
) -> None:
    for number, item in enumerate(root.iter("item"), 1):
        findings.rows += 1
        if findings.rows > MAX_ITEMS:
            raise Unreadable(Fault.TOO_MANY_ITEMS, other=str(MAX_ITEMS))
        scope = Scope(item, findings, f"{ROOT}/item[{number}]", part)
        reading = Reading(scope, lambda address: contents.name_of(address, part))
        try:
            content = reading.content()
        except Declined as error:
            scope.decline(error)
            continue
        code = item.get("ident") or None
        if code is not None and seen.setdefault(code, content) is not content and seen[code] == content:
            findings.rows -= 1
            continue
        take(scope, ImportedItem(scope.place(), content, code=code, **reading.fields(content)))


@dataclass
class Reading:
    """One item while it is read."""

    scope: Scope
    name_of: Callable[[str], str | None]
    meta: dict[str, str] = field(default_factory=dict)
    awards: list[Award] = field(default_factory=list)

    def content(self) -> Content:
        """What the item says.

        Raises:
            Declined: its type has no counterpart, or its key cannot be told.
        """
        item = self.scope.element
        for pair in item.iter("qtimetadatafield"):
            self.meta[(pair.findtext("fieldlabel") or "").strip().casefold()] = (
                pair.findtext("fieldentry") or ""
            ).strip()
        for part in item.iterfind("itemmetadata/*"):
            if not len(part):
                self.meta[local_name(part).casefold()] = (part.text or "").strip()
        kind = next((self.meta[label] for label in KIND_LABELS if self.meta.get(label)), "")
        presentation = item.find("presentation")
        responses = [] if presentation is None else list(presentation.iter(*RESPONSES))
        other = next((part for part in responses if local_name(part) not in RESPONSES[:3]), None)
        if presentation is None or not responses or other is not None or _unsupported(kind):
            name = local_name(other) if other is not None else kind
            raise Declined(Fault.KIND_UNSUPPORTED, name, at=other)
        self.awards = awards_of(item)
        content = self.answers(kind.casefold(), responses)
        stem = content.stem or self.stem(presentation)
        return replace(content, stem=stem, rationale=self.rationale(responses))

    def answers(self, kind: str, responses: Sequence["etree._Element"]) -> Content:
        """The answers by the type the file names, else by the shape of the responses."""
        first = responses[0]
        if "blanks" in kind or "dropdowns" in kind:
            return self.gaps(kind, responses)
        if len(responses) > 1:
            if all(local_name(part) == "response_lid" for part in responses):
                return self.matching(responses)
            raise Declined(Fault.KIND_UNSUPPORTED, kind or f"{len(responses)} responses", at=first)
        if first.get("rcardinality", "Single").casefold() == "ordered":
            return self.ordering(first)
        if local_name(first) == "response_lid":
            return self.choice(first)
        return self.text(kind, first)

    def texts(self, parent: "etree._Element", *, outside: Sequence[str] = ()) -> str:
        """All texts in an element but for those inside certain others, as Markdown."""
        found = []
        for part in parent.iter(*TEXTS):
            around = {local_name(above) for above in part.iterancestors()}
            inside = {local_name(above) for above in parent.iterancestors()}
            if not (around - inside) & set(outside):
                found.append(self.markdown(part))
        return "\n\n".join(text for text in found if text)

    def markdown(self, element: "etree._Element") -> str:
        """One text or picture as Markdown."""
        if local_name(element) == "matimage":
            source = f'<img src="{html.escape(element.get("uri", ""))}" alt="{html.escape(element.get("label", ""))}">'
        else:
            told = (element.get("texttype") or element.get("type") or "text/plain").casefold()
            plain = told in ("text/plain", "plain_text") and not re.search(r"</?\w+[^>]*>", element.text or "")
            source = inner_text(element)
            source = html.escape(source, quote=False).strip().replace("\n", "<br>") if plain else source
        marked = to_markdown(source, self.name_of)
        if marked.lost:
            self.scope.drop(Feature.MARKUP, ", ".join(marked.lost), element)
        return marked.text

    def stem(self, presentation: "etree._Element") -> str:
        """The text around the responses."""
        return self.texts(presentation, outside=RESPONSES)

    def labels(self, response: "etree._Element") -> dict[str, str]:
        """The options of a response by their identifiers."""
        return {label.get("ident", ""): self.texts(label) for label in response.iter("response_label")}

    def choice(self, response: "etree._Element") -> Content:
        """One option, several, or true and false."""
        labels = self.labels(response)
        names = list(labels)
        values, partial = right_values(self.awards, response.get("ident", ""))
        key = tuple(sorted(self.positions(values, names, response)))
        single = response.get("rcardinality", "Single").casefold() == "single"
        if not key or (single and len(key) > 1):
            raise Declined(Fault.ANSWER_ONE_ONLY, " ".join(values), at=response)
        if partial:
            self.scope.drop(Feature.PARTIAL, "", response)
        truths = [WORDS.get(name.casefold(), WORDS.get(text.casefold())) for name, text in labels.items()]
        if single and len(truths) == 2 and set(truths) == {0, 1}:
            return Content(ItemKind.TRUE_FALSE, "", key=(truths[key[0]],))
        if not single and len(key) == 1:
            self.scope.findings.warn(self.scope.place(response), Fault.KIND_DIFFERS, "Multiple", "single_choice")
        notes = tuple(self.feedback(f"{name}_fb") for name in names)
        kind = ItemKind.SINGLE_CHOICE if len(key) == 1 else ItemKind.MULTIPLE_CHOICE
        options = tuple(labels.values())
        return Content(kind, "", options=options, key=key, option_rationales=notes if any(notes) else ())

    def positions(self, values: Sequence[str], names: Sequence[str], at: "etree._Element") -> tuple[int, ...]:
        """Where values stand among names."""
        if unknown := [value for value in values if value not in names]:
            raise Declined(Fault.ANSWER_NO_OPTION, " ".join(unknown), at=at)
        return tuple(names.index(value) for value in values)

    def ordering(self, response: "etree._Element") -> Content:
        """Options in an order."""
        labels = self.labels(response)
        values, partial = right_values(self.awards, response.get("ident", ""))
        key = self.positions(values, list(labels), response)
        return Content(ItemKind.ORDERING, "", options=tuple(labels.values()), key=key, partial=partial)

    def text(self, kind: str, response: "etree._Element") -> Content:
        """A text or a number to be typed."""
        name = response.get("ident", "")
        fields = {part.get("fibtype", "String").casefold() for part in response.iter("render_fib")}
        ranged = any(test.kind in ("from", "to") for award in self.awards for test in award.tests)
        if "numeric" in kind or local_name(response) == "response_num" or ranged or fields & {"decimal", "integer"}:
            return Content(ItemKind.NUMERIC, "", key=number_pairs(self.awards, name))
        values, partial = right_values(self.awards, name, alternatives=True)
        cases = {test.by_case for award in self.awards for test in award.tests}
        if len(cases) > 1 or any(test.kind == "lacks" for award in self.awards for test in award.tests):
            raise Declined(Fault.PART_UNSUPPORTED, name, other=Feature.CASE_SENSITIVE.value, at=response)
        points = {award.points for award in self.awards}
        if partial and len(points) > 1:
            self.scope.drop(Feature.WEIGHTS, "", response)
        return Content(ItemKind.SHORT_TEXT, "", key=values, case_sensitive=cases == {True})

    def matching(self, responses: Sequence["etree._Element"]) -> Content:
        """One choice per prompt, all from the same targets."""
        shown = [self.labels(response) for response in responses]
        right = next(
            (flow for flow in self.scope.element.iter("flow") if flow.get("class") == "RIGHT_MATCH_BLOCK"), None
        )
        if right is not None:
            texts = [self.texts(flow) for flow in right if local_name(flow) == "flow"]
            shown = [dict(zip(labels, texts, strict=False)) for labels in shown]
        targets = list(dict.fromkeys(text for labels in shown for text in labels.values()))
        key: list[int] = []
        for response, labels in zip(responses, shown, strict=True):
            values, _ = right_values(self.awards, response.get("ident", ""))
            if len(values) != 1 or values[0] not in labels:
                raise Declined(Fault.ANSWER_NO_OPTION, " ".join(values), at=response)
            key.append(targets.index(labels[values[0]]))
        prompts = tuple(self.prompt(response) for response in responses)
        stem = self.matching_stem(responses, right)
        return Content(
            ItemKind.MATCHING,
            stem,
            options=tuple(targets),
            prompts=prompts,
            key=tuple(key),
            partial=len(self.awards) > 1,
        )

    def prompt(self, response: "etree._Element") -> str:
        """What a response asks: its own text, else the text beside it."""
        own = self.texts(response, outside=("render_choice",))
        parent = response.getparent()
        return own or ("" if parent is None else self.texts(parent, outside=RESPONSES))

    def matching_stem(self, responses: Sequence["etree._Element"], right: "etree._Element | None") -> str:
        """The question, without the prompts that stand beside the responses."""
        block = next((flow for flow in self.scope.element.iter("flow") if flow.get("class") == "QUESTION_BLOCK"), None)
        return "" if right is None or block is None else self.texts(block)

    def gaps(self, kind: str, responses: Sequence["etree._Element"]) -> Content:
        """Gaps [name] in the text: texts to be typed, or choices."""
        presentation = self.scope.element.find("presentation")
        stem = "" if presentation is None else self.stem(presentation)
        choices: list[tuple[str, ...]] = []
        key: list[Any] = []
        for number, response in enumerate(responses, 1):
            name = self.texts(response, outside=("render_choice",)) or response.get("ident", "").removeprefix(
                "response_"
            )
            if stem.count(f"[{name}]") + stem.count(f"\\[{name}\\]") != 1:
                raise Declined(Fault.MISSING, f"[{name}]", at=response)
            stem = stem.replace(f"\\[{name}\\]", f"{{{{{number}}}}}").replace(f"[{name}]", f"{{{{{number}}}}}")
            labels = {ident: plain_text(text)[0] for ident, text in self.labels(response).items()}
            values, _ = right_values(self.awards, response.get("ident", ""))
            if "dropdowns" in kind and len(values) != 1:
                raise Declined(Fault.ANSWER_ONE_ONLY, " ".join(values), at=response)
            self.positions(values, list(labels), response)
            choices.append(tuple(labels.values()))
            key.append(list(labels).index(values[0]) if "dropdowns" in kind else tuple(labels.values()))
        partial = len(self.awards) > 1
        if "dropdowns" in kind:
            return Content(ItemKind.GAP_SELECT, stem, gaps=tuple(choices), key=tuple(key), partial=partial)
        return Content(ItemKind.GAP_TEXT, stem, key=tuple(key), partial=partial)

    def feedback(self, ident: str) -> str:
        """The text of a feedback."""
        found = next((part for part in self.scope.element.iterfind("itemfeedback") if part.get("ident") == ident), None)
        return "" if found is None else self.texts(found)

    def rationale(self, responses: Sequence["etree._Element"]) -> str:
        """What is said to everybody; what only some see is noted."""
        names = {f"{label.get('ident', '')}_fb" for response in responses for label in response.iter("response_label")}
        said: list[str] = []
        for part in self.scope.element.iterfind("itemfeedback"):
            text = self.texts(part)
            if part.get("ident") in SHARED_FEEDBACK or part.find("solution") is not None:
                said.append(text)
            elif text and part.get("ident") not in names:
                self.scope.drop(Feature.RATIONALE, text, part)
        return "\n\n".join(dict.fromkeys(text for text in said if text))

    def fields(self, content: Content) -> dict[str, Any]:
        """Marks, title and chapter."""
        item = self.scope.element
        marks = next((self.meta[label] for label in MARK_LABELS if self.meta.get(label)), None)
        section = next((above for above in item.iterancestors("section", "assessment", "objectbank")
                        if above.get("title")), None)  # fmt: skip
        chapter = self.meta.get("bank_title") or (section.get("title") if section is not None else None)
        title = item.get("title", "").strip()
        usual = ("", "Question", item.get("ident"), plain_text(content.stem)[0])
        return {"marks": hundredths(marks), "chapter": chapter or None, "title": None if title in usual else title}


def _unsupported(kind: str) -> bool:
    return any(word in kind.casefold() for word in UNSUPPORTED)
