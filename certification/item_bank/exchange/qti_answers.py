"""The key of an item: what its declarations and its scoring say together, as far as both agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from certification.item_bank.exchange.elements import Declined, decimal
from certification.item_bank.exchange.qti_scoring import Award, Scoring, Test
from certification.item_bank.exchange.report import Fault, Feature


@dataclass(frozen=True)
class Entry:
    """What one answer earns by a mapping."""

    key: str
    points: Decimal
    by_case: bool


@dataclass(frozen=True)
class Declaration:
    """A response variable: its shape, the declared answer, and what answers earn."""

    identifier: str
    cardinality: str
    base_type: str
    correct: tuple[str, ...]
    entries: tuple[Entry, ...]
    areas: tuple["etree._Element", ...]
    element: "etree._Element"


@dataclass(frozen=True)
class Told:
    """The answers that earn all, and whether others earn a part."""

    values: tuple[str, ...]
    partial: bool
    by_case: bool = True


def declaration_of(element: "etree._Element") -> Declaration:
    """A response declaration.

    Raises:
        Declined: a mapping gives no number.
    """
    entries = []
    for entry in element.iterfind("mapping/mapEntry"):
        points = decimal(entry.get("mappedValue"))
        if points is None:
            raise Declined(Fault.ANSWER_UNREADABLE, entry.get("mappedValue", ""), at=entry)
        entries.append(Entry(entry.get("mapKey", ""), points, entry.get("caseSensitive", "true") == "true"))
    return Declaration(
        element.get("identifier", ""),
        element.get("cardinality", "single"),
        element.get("baseType", "identifier"),
        tuple(
            value
            for value in ((part.text or "").strip() for part in element.iterfind("correctResponse/value"))
            if value
        ),
        tuple(entries),
        tuple(element.iterfind("areaMapping/areaMapEntry")),
        element,
    )


def unscored(declarations: Sequence[Declaration]) -> Scoring:
    """The scoring of an item that has none: what is declared as correct."""
    right = [Test(found.identifier, "correct") for found in declarations if found.correct]
    return Scoring([Award(tuple(right), any=False, points=Decimal(1))] if right else [])


def told(declaration: Declaration, scoring: Scoring) -> Told:
    """What earns all by the scoring.

    Raises:
        Declined: nothing does, or the scoring and the declared answer differ.
    """
    name = declaration.identifier
    awards = [award for award in scoring.awards if any(test.response == name for test in award.tests)]
    if awards:
        found = _by_awards(declaration, awards, mapped=name in scoring.mapped)
    elif name in scoring.mapped:
        found = _by_mapping(declaration)
    else:
        raise Declined(Fault.ANSWER_UNREADABLE, name, at=declaration.element)
    if not found.values:
        raise Declined(Fault.ANSWER_UNREADABLE, name, at=declaration.element)
    if declaration.correct and not _agrees(declaration, found):
        values = f"{' '.join(found.values)} / {' '.join(declaration.correct)}"
        raise Declined(Fault.ANSWER_CONFLICT, values, at=declaration.element)
    return found


def _agrees(declaration: Declaration, found: Told) -> bool:
    """Whether what is declared as correct is among what earns all; all of it, unless one answer is enough."""
    if declaration.cardinality == "single":
        return set(declaration.correct) <= set(found.values)
    if declaration.cardinality == "ordered":
        return declaration.correct == found.values
    return set(declaration.correct) == set(found.values)


def _by_awards(declaration: Declaration, awards: Sequence[Award], *, mapped: bool) -> Told:
    best = max(award.points for award in awards)
    top = [award for award in awards if award.points == best]
    if any(_is_loose(declaration, award) for award in top):
        raise Declined(Fault.ANSWER_UNREADABLE, declaration.identifier, at=declaration.element)
    values: list[str] = []
    cases: set[bool] = set()
    for award in top:
        tests = [test for test in award.tests if test.response == declaration.identifier]
        for test in tests:
            values += _values(declaration, test)
            cases.add(_by_case(declaration, test))
    if any(test.kind == "at" for award in top for test in award.tests):
        values = _in_order(top)
    return Told(tuple(dict.fromkeys(values)), mapped or len(awards) > 1, _one_case(declaration, cases))


def _is_loose(declaration: Declaration, award: Award) -> bool:
    """Whether any of several tests is enough, though the key would ask for all of them."""
    several = len({test.response for test in award.tests}) > 1 or declaration.cardinality != "single"
    return award.any and len(award.tests) > 1 and several


def _one_case(declaration: Declaration, cases: set[bool]) -> bool:
    if len(cases) > 1:
        other = Feature.CASE_SENSITIVE.value
        raise Declined(Fault.PART_UNSUPPORTED, declaration.identifier, other=other, at=declaration.element)
    return True in cases


def _in_order(awards: Sequence[Award]) -> list[str]:
    """An order of which every place earns a part."""
    places = [test.value for award in awards for test in award.tests if test.kind == "at"]
    by_place = dict(places)
    if sorted(by_place) != list(range(1, len(places) + 1)) or len({award.points for award in awards}) > 1:
        raise Declined(Fault.ANSWER_UNREADABLE, " ".join(str(place) for place, _ in places))
    return [by_place[place] for place in sorted(by_place)]


def _values(declaration: Declaration, test: Test) -> Sequence[str]:
    """The answers that a comparison names as right."""
    if test.kind == "correct":
        return declaration.correct
    if test.kind == "is":
        return tuple(test.value)
    if test.kind == "has":
        return (test.value,)
    if test.kind == "text":
        return (test.value[0],)
    if test.kind == "mapped":
        return tuple(entry.key for entry in declaration.entries if entry.points >= test.value)
    return ()


def _by_case(declaration: Declaration, test: Test) -> bool:
    if test.kind == "text":
        return bool(test.value[1])
    if test.kind == "mapped":
        return _one_case(declaration, {entry.by_case for entry in declaration.entries if entry.points >= test.value})
    return test.value is not False


def _by_mapping(declaration: Declaration) -> Told:
    """What earns points by a mapping: for a single answer the most, for several each that earns any."""
    earning = [entry for entry in declaration.entries if entry.points > 0]
    most = max((entry.points for entry in earning), default=Decimal(0))
    single = declaration.cardinality == "single"
    right = [entry for entry in earning if not single or entry.points == most]
    case = _one_case(declaration, {entry.by_case for entry in right})
    return Told(tuple(entry.key for entry in right), not single or len(right) < len(earning), case)


def near_pairs(declaration: Declaration, scoring: Scoring) -> tuple[tuple[str, str], ...]:
    """Numbers that earn all, with their tolerances.

    Raises:
        Declined: a number cannot be told.
    """
    tests = [
        test for award in scoring.awards for test in award.tests
        if test.response == declaration.identifier and test.kind == "near"
    ]  # fmt: skip
    if not tests:
        return tuple((value, "0") for value in told(declaration, scoring).values)
    points = {award.points for award in scoring.awards}
    if len(points) > 1 or any(len(award.tests) > 1 and not award.any for award in scoring.awards):
        raise Declined(Fault.ANSWER_UNREADABLE, declaration.identifier, at=declaration.element)
    pairs: list[tuple[str, str]] = []
    for test in tests:
        value, tolerance = test.value
        pairs += (
            [(value, tolerance)] if value is not None else [(correct, tolerance) for correct in declaration.correct]
        )
    return tuple(dict.fromkeys(pairs))
