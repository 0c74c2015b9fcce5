"""Reads items and packages of QTI 2.0 to 3.0, writes packages of QTI 2.2 and 3.0."""

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from lxml import etree

from certification.item_bank.content import Content
from certification.item_bank.exchange import filing, qti_items, qti_package, qti_writing
from certification.item_bank.exchange.elements import Declined, Scope, local_name
from certification.item_bank.exchange.frame import Source
from certification.item_bank.exchange.guard import MAX_ITEMS, Unreadable, open_package
from certification.item_bank.exchange.markup import assets_in, plain_text
from certification.item_bank.exchange.qti_names import QTI_2, QTI_3, XML_LANG, Version, to_plain, to_version
from certification.item_bank.exchange.qti_package import Contents, Resource
from certification.item_bank.exchange.report import (
    WHOLE_FILE,
    Asset,
    Fault,
    Feature,
    Findings,
    ImportedItem,
    Loss,
    LossReport,
    Place,
)
from certification.item_bank.exchange.taking import take
from certification.item_bank.rules import ItemKind

ITEM = "assessmentItem"
OTHERS = ("assessmentTest", "assessmentSection")
DIFFICULTIES = {"very easy": 1, "easy": 2, "medium": 3, "difficult": 4, "very difficult": 5}
"""The vocabulary of learning object metadata for difficulty."""


def _likeness(mark: re.Pattern[bytes], types: re.Pattern[bytes]) -> Callable[[Source], int]:
    """How much a file looks like a version: by its root where it is XML, by its manifest where it is a package."""

    def likeness(source: Source) -> int:
        if not source.content.startswith(b"PK"):
            return 3 if mark.search(source.content[:4096].replace(b"\0", b"")) else 0
        try:
            package = open_package(source.content)
            names = [name for name in package.names if posixpath.basename(name) == qti_package.MANIFEST]
            names += [name for name in package.names if name.endswith(".xml")][:1]
            found = b"".join(package.read(name)[:200_000] for name in names[:1])
        except Unreadable:
            return 0
        return 3 if types.search(found) or mark.search(found[:4096]) else 0

    return likeness


likeness_2 = _likeness(
    re.compile(rb"<(?:\w+:)?assessmentItem\b|imsqti_v2p\d"), re.compile(rb"imsqti_\w*item_xmlv2p|imsqti_v2p\d")
)
likeness_3 = _likeness(
    re.compile(rb"<(?:\w+:)?qti-assessment-item\b|imsqtiasi_v3p0"), re.compile(rb"imsqti_\w*item_xmlv3p0|qti/qtiv3p0")
)


def read(source: Source, findings: Findings) -> None:
    """Fill the findings from an item or a package of items, of whatever version from 2.0 on.

    Raises:
        Unreadable: the package or its manifest is broken or hostile, or there are too many items.
    """
    contents = qti_package.open_contents(source.content)
    for resource in qti_package.resources(contents):
        if resource.type and not resource.type.startswith((*qti_package.ITEM_TYPES, "imsqti_test", "imsqti_section")):
            continue
        try:
            root = contents.tree(resource.part)
        except Unreadable as error:
            if contents.package is None or error.problem.fault is Fault.XML_ENTITIES:
                raise
            findings.rows += 1
            findings.problems.append(error.problem)
            continue
        _read_root(root, resource, contents, findings)
    findings.assets += contents.album.assets.values()


def _read_root(root: "etree._Element", resource: Resource, contents: Contents, findings: Findings) -> None:
    to_plain(root)
    name = local_name(root)
    if name in OTHERS:
        place = Place(part=resource.part, line=1, path=name)
        findings.warn(place, Fault.PART_DROPPED, root.get("title", ""), Feature.METADATA.value)
        return
    if name != ITEM:
        if contents.package is None:
            raise Unreadable(Fault.FILE_UNREADABLE, WHOLE_FILE, name)
        return
    findings.rows += 1
    if findings.rows > MAX_ITEMS:
        raise Unreadable(Fault.TOO_MANY_ITEMS, WHOLE_FILE, other=str(MAX_ITEMS))
    _read_item(Scope(root, findings, ITEM, resource.part), resource, contents)


def _read_item(scope: Scope, resource: Resource, contents: Contents) -> None:
    reading = qti_items.Reading(scope, lambda address: contents.name_of(address, resource.part), contents.size_of)
    stimuli: list[str] = []
    tags = list(resource.tags)
    try:
        content = qti_items.content_of(reading)
        for reference in scope.element.iterfind("assessmentStimulusRef"):
            stimuli.append(_stimulus(reading, reference, resource, contents))
            tags.append(f"stimulus:{reference.get('identifier', '')}")
    except Declined as error:
        scope.decline(error)
        return
    if scope.element.find("stylesheet") is not None:
        scope.drop(Feature.STYLESHEET, "", scope.element.find("stylesheet"))
    content = replace(content, stem="\n\n".join([*stimuli, content.stem]))
    take(scope, ImportedItem(scope.place(), content, tags=tuple(tags), **_fields(scope, resource, content)))


def _stimulus(reading: qti_items.Reading, reference: "etree._Element", resource: Resource, contents: Contents) -> str:
    """The text that several items share, to stand before the stem of each."""
    part = contents.find(reference.get("href", ""), resource.part)
    if part is None:
        raise Declined(Fault.PACKAGE_FILE_MISSING, reference.get("href", ""), at=reference)
    root = contents.tree(part)
    to_plain(root)
    body = root if local_name(root) != "assessmentStimulus" else root.find("stimulusBody")
    if body is None:
        raise Declined(Fault.MISSING, "stimulusBody", at=reference)
    return replace(reading, name_of=lambda address: contents.name_of(address, part)).markdown(body)


def _fields(scope: Scope, resource: Resource, content: Content) -> dict[str, Any]:
    """What the item and the manifest say it is filed under; what we wrote ourselves comes first."""
    item, pairs = scope.element, resource.pairs
    title = item.get("title", "").strip()
    if pairs:
        found = filing.fields_of(pairs, scope)
        return {"language": item.get(XML_LANG), **found}
    short, _ = plain_text(content.stem)
    code = item.get("identifier") or None
    maximum = qti_items.maximum_of(item)
    marks = None if maximum is None or maximum * 100 != int(maximum * 100) else int(maximum * 100)
    return {
        "code": code, "title": None if title in ("", code, short) else title, "language": item.get(XML_LANG),
        "marks": marks, "difficulty": DIFFICULTIES.get(resource.difficulty.lower()),
    }  # fmt: skip


def write_2(items: Sequence[ImportedItem], assets: Sequence[Asset]) -> tuple[bytes, LossReport]:
    """A package of QTI 2.2."""
    return _write(items, assets, QTI_2)


def write_3(items: Sequence[ImportedItem], assets: Sequence[Asset]) -> tuple[bytes, LossReport]:
    """A package of QTI 3.0."""
    return _write(items, assets, QTI_3)


def _write(items: Sequence[ImportedItem], assets: Sequence[Asset], version: Version) -> tuple[bytes, LossReport]:
    by_name = {asset.name: asset for asset in assets}
    parts: list[qti_package.Part] = []
    losses: list[Loss] = []
    for number, item in enumerate(items, 1):
        writing = qti_writing.Writing(item, number, version, by_name)
        try:
            root = to_version(qti_writing.item_of(writing), version)
        except qti_writing.LeftOutError as error:
            writing.lose(error.feature, error.value, whole=True)
        else:
            parts.append(_part(writing, root))
        losses += writing.losses
    return qti_package.write(parts, by_name, version), LossReport(tuple(losses))


def _part(writing: qti_writing.Writing, root: "etree._Element") -> qti_package.Part:
    item = writing.item
    names = dict.fromkeys(name for text in texts_of(item.content) for name in assets_in(text))
    if item.content.image:
        names[item.content.image] = None
    for name in names:
        if name not in writing.assets:
            writing.lose(Feature.MEDIA, name)
    pairs = {"format": "1", **{name: writing.clean(value) for name, value in filing.pairs_of(item).items()}}
    pairs.pop("partial", None)
    return qti_package.Part(
        f"items/item-{writing.number:05}.xml", root, tuple(name for name in names if name in writing.assets), pairs,
        tuple(writing.clean(tag) for tag in item.tags),
    )  # fmt: skip


def texts_of(content: Content) -> tuple[str, ...]:
    """Every text of a content that is Markdown."""
    ordering = content.option_rationales if content.kind is not ItemKind.GAP_TEXT else ()
    return (content.stem, *content.options, *content.prompts, content.rationale, *ordering)
