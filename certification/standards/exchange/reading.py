"""Reads a CFPackage of CASE 1.1 or 1.0 leniently: what can be mended is mended and noted, every fault has its path."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from certification.standards.exchange import values
from certification.standards.exchange.checks import Found, faults, remarks
from certification.standards.exchange.package import OURS, Package
from certification.standards.exchange.reader import Reader, no_constant, shown
from certification.standards.exchange.report import Fault, Problem, Reading

MOST_BYTES = 64 * 1024 * 1024
PACKAGE_PARTS = ("CFDocument", "CFItems", "CFAssociations", "CFDefinitions", "CFRubrics")


def read_case(content: bytes) -> Reading:
    """A CFPackage as values, or every problem of it; the file is read whole, nothing is stored."""
    digest = hashlib.sha256(content).hexdigest()
    repeated: list[str] = []
    try:
        source = _parse(content, repeated)
    except _Unreadable as error:
        return Reading(None, (error.problem,), (), digest)
    reader = Reader(_renamed(source))
    for name in dict.fromkeys(repeated):
        reader.fail(shown(name), Fault.NAME_REPEATED, name)
    package = reader.read(Package, source, "")
    found = Found(reader.read_so_far, frozenset(reader.broken))
    problems = (*reader.problems, *faults(found))
    notes = tuple(sorted((*reader.notes, *remarks(found))))
    return Reading(None if problems else package, tuple(dict.fromkeys(problems)), notes, digest)


class _Unreadable(ValueError):
    """A file that is no package at all."""

    def __init__(self, fault: Fault, value: str = "", other: str = "") -> None:
        super().__init__(fault.value)
        self.problem = Problem("", fault, value, other)


def _parse(content: bytes, repeated: list[str]) -> dict[str, Any]:
    """The JSON object of a file; names that stand twice in one object are put into ``repeated``."""

    def joined(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            names = [name for name, _ in pairs]
            repeated.extend(name for name in made if names.count(name) > 1)
        return made

    if len(content) > MOST_BYTES:
        raise _Unreadable(Fault.FILE_TOO_LARGE, other=str(MOST_BYTES // 1024 // 1024))
    try:
        source = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=joined, parse_constant=no_constant, parse_float=_finite
        )
    except RecursionError as error:
        raise _Unreadable(Fault.TOO_DEEP, other=str(values.MOST_DEPTH)) from error
    except ValueError as error:
        raise _Unreadable(Fault.FILE_UNREADABLE, shown(str(error))) from error
    if not isinstance(source, dict) or not any(name in source for name in PACKAGE_PARTS):
        raise _Unreadable(Fault.NOT_A_PACKAGE, shown(source))
    return source


def _finite(text: str) -> float:
    found = float(text)
    if abs(found) > 1e300:
        raise ValueError(f"{text} is too large")
    return found


def _renamed(source: object) -> dict[UUID, UUID]:
    """Identifiers that a strict export replaced, with what they were, from our extensions anywhere in the file."""
    found: dict[UUID, UUID] = {}
    waiting = [(source, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > 10 or not isinstance(value, dict | list):
            continue
        if isinstance(value, list):
            waiting += [(part, depth + 1) for part in value]
            continue
        own, before = (values.identifier(str(text)) for text in (value.get("identifier"), _was(value)))
        if own and before and own == values.replacement(before):
            found[own] = before
        waiting += [(value[name], depth + 1) for name in value if name.startswith("CF") or name == "extensions"]
    return found


def _was(value: Mapping[str, Any]) -> object:
    """The identifier that our extension of an object says it had."""
    extensions = value.get("extensions")
    for part in extensions if isinstance(extensions, list) else [extensions]:
        ours = part.get(OURS) if isinstance(part, dict) else None
        if isinstance(ours, dict) and values.REPLACED in ours:
            return ours[values.REPLACED]
    return None
