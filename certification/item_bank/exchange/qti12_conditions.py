"""Conditions of QTI 1.2: which answers to a response earn points. What is not understood is declined."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from certification.item_bank.exchange.elements import Declined, decimal, inner_text, local_name
from certification.item_bank.exchange.report import Fault

COMPARISONS = {"varequal": "is", "vargte": "from", "varlte": "to"}
WHOLE = Decimal(100)


@dataclass(frozen=True)
class Told:
    """One comparison: the response, ``is``, ``lacks``, ``from`` or ``to``, the value, whether case counts.

    ``group`` numbers the alternatives of a condition: comparisons of one group hold together.
    """

    response: str
    kind: str
    value: str
    by_case: bool
    group: int


@dataclass(frozen=True)
class Award:
    """What a condition earns; points that are added count one by one."""

    tests: tuple[Told, ...]
    points: Decimal
    adds: bool


def awards_of(item: "etree._Element") -> list[Award]:
    """Every condition of an item that earns something.

    Raises:
        Declined: one of them is not understood.
    """
    found = []
    for condition in item.iterfind("resprocessing/respcondition"):
        points, adds = _points(condition)
        if points > 0:
            variable = condition.find("conditionvar")
            tests = tuple(_tests(variable, 0)) if variable is not None else ()
            if not tests:
                raise Declined(Fault.ANSWER_UNREADABLE, "conditionvar", at=condition)
            found.append(Award(tests, points, adds))
    return found


def _points(condition: "etree._Element") -> tuple[Decimal, bool]:
    """What a condition sets or adds to the score, and whether it adds."""
    total, adds = Decimal(0), False
    for setting in condition.iterfind("setvar"):
        if not setting.get("varname", setting.get("variablename", "SCORE")).upper().startswith(("SCORE", "QUE_SCORE")):
            continue
        text = (setting.text or "").strip()
        action = setting.get("action", "Set").casefold()
        value = (
            WHOLE if text.casefold() == "score.max" else Decimal(0) if text.casefold() == "score.min" else decimal(text)
        )
        if value is None or action not in ("set", "add", "subtract"):
            raise Declined(Fault.ANSWER_UNREADABLE, f"{action} {text}", at=setting)
        total += -value if action == "subtract" else value
        adds = adds or action == "add"
    return total, adds


def _tests(parent: "etree._Element", group: int) -> Iterator[Told]:
    for number, element in enumerate(part for part in parent if isinstance(part.tag, str)):
        name = local_name(element)
        if name == "or":
            for at, part in enumerate(element):
                yield from _alternative(part, group * 100 + number * 10 + at + 1)
        elif name == "and":
            yield from _tests(element, group)
        else:
            yield from _alternative(element, group)


def _alternative(element: "etree._Element", group: int) -> Iterator[Told]:
    name = local_name(element)
    if name == "and":
        yield from _tests(element, group)
    elif (
        name == "not"
        and len(element)
        and all(local_name(part) == "varequal" for part in element.iter() if not len(part))
    ):
        for part in element.iter("varequal"):
            yield _told(part, "lacks", group)
    elif name in COMPARISONS:
        yield _told(element, COMPARISONS[name], group)
    elif name not in ("unanswered", "durgte", "durlte"):
        raise Declined(Fault.ANSWER_UNREADABLE, name, at=element)


def _told(element: "etree._Element", kind: str, group: int) -> Told:
    by_case = element.get("case", "No").casefold() == "yes"
    return Told(element.get("respident", ""), kind, inner_text(element).strip(), by_case, group)


def right_values(awards: Sequence[Award], response: str, *, alternatives: bool = False) -> tuple[tuple[str, ...], bool]:
    """The values of a response that earn all, and whether some earn a part only.

    Args:
        alternatives: whether one of several values may be enough, as for a text.

    Raises:
        Declined: nothing is awarded for the response, or one of several values is enough and must not be.
    """
    mine = [award for award in awards if any(test.response == response for test in award.tests)]
    if not mine:
        raise Declined(Fault.ANSWER_UNREADABLE, response)
    most = max(award.points for award in mine)
    top = [award for award in mine if award.adds or award.points == most]
    tests = [[test for test in award.tests if test.response == response] for award in top]
    if not alternatives and any(len({test.group for test in mine}) > 1 for mine in tests):
        raise Declined(Fault.ANSWER_UNREADABLE, response)
    values = [test.value for mine in tests for test in mine if test.kind == "is"]
    return tuple(dict.fromkeys(values)), len(mine) > 1


def number_pairs(awards: Sequence[Award], response: str) -> tuple[tuple[str, str], ...]:
    """Numbers that earn all, with their tolerances; a range is its middle and half its width.

    Raises:
        Declined: a comparison gives no number or an open range.
    """
    most = max((award.points for award in awards), default=WHOLE)
    exact: list[Decimal] = []
    ranges: list[tuple[Decimal, Decimal]] = []
    for award in (award for award in awards if award.points == most):
        groups: dict[int, dict[str, Decimal]] = {}
        for test in award.tests:
            value = decimal(test.value)
            if value is None or test.kind == "lacks":
                raise Declined(Fault.ANSWER_UNREADABLE, test.value)
            if test.kind == "is":
                exact.append(value)
            else:
                groups.setdefault(test.group, {})[test.kind] = value
        for ends in groups.values():
            if ends.keys() != {"from", "to"} or ends["from"] > ends["to"]:
                raise Declined(Fault.ANSWER_UNREADABLE, response)
            ranges.append((ends["from"], ends["to"]))
    pairs = [_pair((low + high) / 2, (high - low) / 2) for low, high in ranges]
    pairs += [_pair(value, Decimal(0)) for value in exact if not any(low <= value <= high for low, high in ranges)]
    return tuple(dict.fromkeys(pairs))


def _pair(value: Decimal, tolerance: Decimal) -> tuple[str, str]:
    return f"{value.normalize():f}", f"{tolerance.normalize():f}"
