"""Items from and to files of many formats; pure: nothing here knows the database."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from certification.item_bank.content import answer_of, canonical, faults
from certification.item_bank.exchange.formats import FORMATS, READABLE, WRITABLE
from certification.item_bank.exchange.frame import Format, Source
from certification.item_bank.exchange.guard import MAX_ITEMS, ZIP, Unreadable, open_package, read_bytes
from certification.item_bank.exchange.headings import plain
from certification.item_bank.exchange.report import (
    WHOLE_FILE,
    Asset,
    Fault,
    Findings,
    ImportedItem,
    ImportReport,
    LossReport,
    Problem,
)
from certification.item_bank.rules import stem_digest

__all__ = ["FORMATS", "READABLE", "WRITABLE", "read", "write"]


def read(source: Path | bytes, format: str = "auto", *, name: str = "", encoding: str = "auto") -> ImportReport:  # noqa: A002  the surface says so
    """A file as items and problems; nothing is stored.

    Args:
        source: a path, or the content of an uploaded file.
        format: a name of ``READABLE``, or ``auto`` to tell by content and name.
        name: the file's name where ``source`` is its content.
        encoding: that of a text, where it cannot be told or was told wrongly; see ``encoding.ENCODINGS``.

    Raises:
        ValueError: the format or the encoding has no such name.
    """
    name = source.name if isinstance(source, Path) else name
    findings, form, digest = Findings(), None, ""
    try:
        content = read_bytes(source)
        digest = hashlib.sha256(content).hexdigest()
        file = Source(content, name, encoding)
        form = _named(format) if format != "auto" else recognise(file) if _is_filled(file) else None
        if form is not None and _is_filled(file):
            _read(file, form, findings)
    except Unreadable as error:
        findings.items.clear()
        findings.problems.append(error.problem)
    return _report(findings, form, digest)


def _read(file: Source, form: Format, findings: Findings) -> None:
    if form.read is None:
        raise ValueError(f"{form.name} is not read")
    form.read(file, findings)
    _sound(findings)


def _is_filled(file: Source) -> bool:
    return bool(file.content.strip(b" \t\r\n\xef\xbb\xbf"))


def _sound(findings: Findings) -> None:
    """Keep the items that can be put and marked, their keys written the one way; note what is wrong with the others."""
    if len(findings.items) > MAX_ITEMS:
        raise Unreadable(Fault.TOO_MANY_ITEMS, other=str(MAX_ITEMS))
    kept = []
    for item in findings.items:
        found = faults(item.content)
        for fault in found:
            findings.fail(item.place, Fault.CONTENT_INVALID, item.stem, fault.value)
        if not found:
            kept.append(replace(item, content=canonical(item.content)))
    findings.items = kept


def _report(findings: Findings, form: Format | None, digest: str) -> ImportReport:
    if not findings.rows and not any(problem.severity == "error" for problem in findings.problems):
        findings.fail(WHOLE_FILE, Fault.FILE_EMPTY)
    problems = sorted({*findings.problems, *clashes(findings.items)})
    return ImportReport(
        tuple(findings.items),
        tuple(problems),
        digest,
        findings.rows,
        format=form.name if form else "",
        encoding=findings.encoding,
        assets=tuple(findings.assets),
    )


def _named(name: str) -> Format:
    if name not in FORMATS:
        raise ValueError(f"no format {name}")
    return FORMATS[name]


def recognise(source: Source) -> Format:
    """The format a file looks most like.

    Raises:
        Unreadable: it looks like none, or is a hostile package.
    """
    if source.content.startswith(ZIP):
        open_package(source.content)
    likeness, form = max(((form.likeness(source), form) for form in FORMATS.values()), key=lambda pair: pair[0])
    if not likeness:
        raise Unreadable(Fault.FORMAT_UNKNOWN, value=source.name)
    return form


def write(
    items: Sequence[ImportedItem],
    format: str,  # noqa: A002  as for read
    *,
    assets: Sequence[Asset] = (),
) -> tuple[bytes, LossReport]:
    """Items as a file, and what the format cannot say of them.

    Raises:
        ValueError: there is no such format, or it is only read.
    """
    form = _named(format)
    if form.write is None:
        raise ValueError(f"{format} is not written")
    return form.write(items, assets)


def clashes(items: Sequence[ImportedItem]) -> Iterator[Problem]:
    """Items of one file that share a code or, at one level, a stem."""
    codes: dict[str, ImportedItem] = {}
    stems: dict[tuple[object, ...], ImportedItem] = {}
    for item in items:
        first = codes.setdefault(plain(item.code), item) if item.code else item
        if first is not item:
            yield Problem(item.at("code"), Fault.CODE_REPEATED, item.code or "", str(first.place))
        content = item.content
        asked = (item.level, stem_digest(content.stem), content.kind, content.prompts, content.image)
        other = stems.setdefault(asked, item)
        if other is item:
            continue
        same = answer_of(content) == answer_of(other.content)
        column, fault = ("stem", Fault.STEM_REPEATED) if same else ("key", Fault.KEY_CONFLICT)
        yield Problem(item.at(column), fault, content.stem[:80], str(other.place))
