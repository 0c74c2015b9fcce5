"""What this portal keeps under ``extensions``, checked: it comes back from outside and is not trusted."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from certification.standards.exchange import values
from certification.standards.exchange.package import OURS, Package
from certification.standards.exchange.report import Fault, Problem
from certification.standards.exchange.rows import Placed, Role, in_tree_order, ours_of
from certification.standards.rules import Component, Evidence, NodeKind, StandardKind, StandardStatus

Check = Callable[[object], bool]


def one_of(kinds: type[StrEnum]) -> Check:
    """A value of a closed set."""
    allowed = {member.value for member in kinds}
    return lambda value: isinstance(value, str) and value in allowed


def whole(least: int, most: int) -> Check:
    """A whole number in a range."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def is_text(value: object) -> bool:
    """A text that is none too long."""
    return isinstance(value, str) and len(value) <= values.MOST_TEXT


def is_code(value: object) -> bool:
    """A text that can stand in an address."""
    return isinstance(value, str) and 0 < len(value) <= 80 and not any(char in "/?#% \n" for char in value)


def is_facts(value: object) -> bool:
    """An object of facts."""
    return isinstance(value, dict)


def is_truth(value: object) -> bool:
    """True or false."""
    return isinstance(value, bool)


def is_texts(value: object) -> bool:
    """A list of texts."""
    return isinstance(value, list) and all(is_text(part) for part in value)


def fits(checks: Mapping[str, Check], *needed: str) -> Check:
    """An object whose values fit, with all that is needed and nothing that has no place."""

    def check(value: object) -> bool:
        return (
            isinstance(value, dict)
            and all(name in value for name in needed)
            and all(name in checks and checks[name](part) for name, part in value.items())
        )

    return check


def is_day(value: object) -> bool:
    """A day as text."""
    try:
        return isinstance(value, str) and date.fromisoformat(value) is not None
    except ValueError:
        return False


WEIGHT = fits(
    {
        "component": one_of(Component), "zh": is_text, "en": is_text, "percent": whole(0, 100),
        "inferred_percent": whole(0, 100), "evidence": one_of(Evidence), "source": is_text,
        "position": whole(0, 1000), "node": lambda value: values.identifier(str(value)) is not None,
    },
    "component", "zh", "en", "evidence", "position",
)  # fmt: skip

ITEM: Mapping[str, Check] = {
    "role": one_of(Role), "kind": one_of(NodeKind), "evidence": one_of(Evidence), "en": is_text, "source": is_text,
    "facts": is_facts, "unpublished": is_truth, "level": whole(1, 9), "training_hours": whole(0, 100_000),
    "validity_months": whole(0, 1200), "area": is_text,
    "weights": lambda value: isinstance(value, list) and all(WEIGHT(part) for part in value),
}  # fmt: skip

DATES = ("consultation_from_on", "consultation_until_on", "trial_from_on", "adopted_on", "deprecated_on")
DOCUMENT: Mapping[str, Check] = {
    "role": lambda value: value == "standard", "code": is_code, "series": is_text, "occupation_code": is_text,
    "kind": one_of(StandardKind), "title_en": is_text, "issuers_zh": is_texts, "published": is_text,
    "evidence": one_of(Evidence), "source": is_text, "facts": is_facts,
    "life": fits({"status": one_of(StandardStatus), **dict.fromkeys(DATES, is_day)}, "status"),
}  # fmt: skip
NEEDED = ("code", "series", "kind", "title_en", "evidence", "life")
"""What a standard of ours says of itself; a document without a role is another publisher's."""


def faults(package: Package) -> Iterator[Problem]:
    """Every fact of ours that cannot be taken over, with its path."""
    yield from _document_faults(package)
    paths = {item.identifier: f"CFItems[{place}]" for place, item in enumerate(package.items)}
    for item in package.items:
        yield from _wrong(ours_of(item.extensions), ITEM, f"{paths[item.identifier]}.extensions.{OURS}")
    placed = in_tree_order(package)
    roles = {part.item.identifier: str(part.ours.get("role", Role.NODE)) for part in placed}
    seen: Counter[object] = Counter()
    tiers: dict[object, object] = {}
    for part in placed:
        own, above = part.item.identifier, part.parent.identifier if part.parent else None
        tiers[own] = own if roles[own] == Role.TIER else tiers.get(above)
        where = f"{paths[own]}.extensions.{OURS}"
        if above is not None and roles[above] == Role.POINT:
            yield Problem(where, Fault.FACTS_BROKEN, roles[above])
        elif roles[own] == Role.TIER:
            yield from _tier_faults(part, where, seen)
        elif roles[own] == Role.POINT:
            yield from _point_faults(part, where, seen, tiers[own])


def _document_faults(package: Package) -> Iterator[Problem]:
    where, ours = f"CFDocument.extensions.{OURS}", ours_of(package.document.extensions)
    yield from _wrong(ours, DOCUMENT, where)
    if "role" in ours:
        yield from (Problem(f"{where}.{name}", Fault.MISSING) for name in NEEDED if name not in ours)


def _wrong(ours: Mapping[str, Any], checks: Mapping[str, Check], where: str) -> Iterator[Problem]:
    for name, check in checks.items():
        if name in ours and not check(ours[name]):
            yield Problem(f"{where}.{name}", Fault.FACTS_BROKEN, str(ours[name])[:80])


def _tier_faults(part: Placed, where: str, seen: Counter[object]) -> Iterator[Problem]:
    """A tier stands below the document, once for each level."""
    level = part.ours.get("level")
    seen["level", str(level)] += 1
    if level is None or part.parent is not None or seen["level", str(level)] > 1:
        yield Problem(f"{where}.level", Fault.FACTS_BROKEN, str(level))


def _point_faults(part: Placed, where: str, seen: Counter[object], tier: object) -> Iterator[Problem]:
    """A knowledge point stands in a tier, once for each code, and names its area."""
    seen["point", tier, part.item.code] += 1
    repeated = seen["point", tier, part.item.code] > 1
    if tier is None or part.item.code is None or repeated or "area" not in part.ours:
        yield Problem(where, Fault.FACTS_BROKEN, part.item.code or "")
