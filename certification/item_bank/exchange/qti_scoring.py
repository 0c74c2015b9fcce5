"""What the response processing of an item says: which answers earn the mark. Nothing is guessed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree

from certification.item_bank.exchange.elements import Declined, decimal, local_name
from certification.item_bank.exchange.report import Fault

SCORES = ("SCORE", "score", "MAXSCORE_SCORE")
MATCH, MAP, POINT = "match_correct", "map_response", "map_response_point"
TEMPLATES = (MATCH, POINT, MAP)


@dataclass(frozen=True)
class Test:
    """One comparison with a response.

    ``kind``: ``correct`` (with the declared answer), ``is``, ``has``, ``lacks`` (a value), ``at`` (value at a place),
    ``near`` (number and tolerance), ``text`` (text and whether case counts), ``mapped`` (the mapping gives the mark).
    """

    response: str
    kind: str
    value: Any = None


@dataclass(frozen=True)
class Award:
    """Points for tests of which all, or any, must hold."""

    tests: tuple[Test, ...]
    any: bool
    points: Decimal


@dataclass
class Scoring:
    """All ways to points; ``mapped`` and ``pointed`` are responses whose mapping is the score."""

    awards: list[Award] = field(default_factory=list)
    mapped: list[str] = field(default_factory=list)
    pointed: list[str] = field(default_factory=list)

    @property
    def responses(self) -> set[str]:
        """Every response that earns something."""
        tested = {test.response for award in self.awards for test in award.tests}
        return tested | set(self.mapped) | set(self.pointed)


def scoring_of(processing: "etree._Element", maximum: Decimal | None) -> Scoring:
    """What a response processing says.

    Args:
        maximum: the most points, for rules that award a variable instead of a number.

    Raises:
        Declined: a rule is not understood.
    """
    scoring = Scoring()
    template = (processing.get("template") or processing.get("templateLocation") or "").removesuffix(".xml")
    if template:
        name = template.replace("\\", "/").rsplit("/", 1)[-1].lower()
        known = next((known for known in TEMPLATES if name in (known, known.replace("_", ""))), None)
        if known is None and not len(processing):
            raise Declined(Fault.ANSWER_UNREADABLE, template, at=processing)
        if known is not None:
            _take_template(scoring, known)
            return scoring
    for rule in processing:
        _take_rule(scoring, rule, maximum)
    return scoring


def _take_template(scoring: Scoring, name: str) -> None:
    if name == MATCH:
        scoring.awards.append(Award((Test("RESPONSE", "correct"),), any=False, points=Decimal(1)))
    else:
        (scoring.mapped if name == MAP else scoring.pointed).append("RESPONSE")


def _take_rule(scoring: Scoring, rule: "etree._Element", maximum: Decimal | None) -> None:
    """A rule at the top: a score that is set, or a condition."""
    name = local_name(rule)
    if name == "setOutcomeValue":
        if rule.get("identifier") in SCORES:
            _take_sum(scoring, rule[0])
        return
    if name != "responseCondition":
        raise Declined(Fault.ANSWER_UNREADABLE, name, at=rule)
    scored = [part for part in rule if _score(part) is not None]
    if not scored:
        return
    for part in scored:
        _take_branch(scoring, part, maximum, alone=len(scored) == 1)


def _score(branch: "etree._Element") -> "etree._Element | None":
    """The expression by which a branch sets the score; None where it does not."""
    found = [child for child in branch if local_name(child) == "setOutcomeValue" and child.get("identifier") in SCORES]
    if any(local_name(child) == "responseCondition" and _scores_inside(child) for child in branch):
        raise Declined(Fault.ANSWER_UNREADABLE, "responseCondition", at=branch)
    return found[0][0] if found and len(found[0]) else None


def _scores_inside(condition: "etree._Element") -> bool:
    return any(rule.get("identifier") in SCORES for rule in condition.iter("setOutcomeValue"))


def _take_branch(scoring: Scoring, branch: "etree._Element", maximum: Decimal | None, *, alone: bool) -> None:
    expression = _score(branch)
    if expression is None:
        return
    name = local_name(branch)
    if local_name(expression) in ("mapResponse", "mapResponsePoint", "sum") and not _awards(expression):
        guard = None if name == "responseElse" else branch[0]
        if guard is not None and not _is_answered(guard):
            raise Declined(Fault.ANSWER_UNREADABLE, local_name(guard), at=guard)
        _take_sum(scoring, expression)
        return
    points = _points(expression, maximum)
    if name == "responseElse" or points <= 0:
        if points > 0:
            raise Declined(Fault.ANSWER_UNREADABLE, "responseElse", at=branch)
        return
    tests, is_any = _tests(branch[0])
    scoring.awards.append(Award(tuple(tests), any=is_any, points=points))


def _is_answered(guard: "etree._Element") -> bool:
    """Whether a condition only asks that something was answered."""
    return local_name(guard) == "not" and len(guard) == 1 and local_name(guard[0]) == "isNull"


def _awards(expression: "etree._Element") -> bool:
    """Whether a sum adds a number to the score."""
    return local_name(expression) == "sum" and any(local_name(part) == "baseValue" for part in expression)


def _take_sum(scoring: Scoring, expression: "etree._Element") -> None:
    """A score that is a mapping, or the sum of several."""
    name = local_name(expression)
    if name == "sum":
        for part in expression:
            if local_name(part) != "variable" or part.get("identifier") not in SCORES:
                _take_sum(scoring, part)
    elif name == "mapResponse":
        scoring.mapped.append(expression.get("identifier", ""))
    elif name == "mapResponsePoint":
        scoring.pointed.append(expression.get("identifier", ""))
    elif name != "baseValue" or decimal(expression.text) != 0:
        raise Declined(Fault.ANSWER_UNREADABLE, name, at=expression)


def _points(expression: "etree._Element", maximum: Decimal | None) -> Decimal:
    """The number of points that a branch sets or adds."""
    name = local_name(expression)
    if name == "sum":
        parts = [part for part in expression if part.get("identifier") not in SCORES]
        if len(parts) == 1:
            return _points(parts[0], maximum)
    if name == "variable" and expression.get("identifier", "").upper().startswith("MAX"):
        return maximum or Decimal(1)
    value = decimal(expression.text) if name == "baseValue" else None
    if value is None:
        raise Declined(Fault.ANSWER_UNREADABLE, name, at=expression)
    return value


def _tests(condition: "etree._Element") -> tuple[list[Test], bool]:
    """The comparisons of a condition, and whether any of them is enough."""
    name = local_name(condition)
    if name in ("and", "or"):
        found = [_tests(part) for part in condition]
        kinds = {is_any for tests, is_any in found if len(tests) > 1}
        if kinds - {name == "or"}:
            raise Declined(Fault.ANSWER_UNREADABLE, name, at=condition)
        return [test for tests, _ in found for test in tests], name == "or"
    return [_test(condition)], False


def _test(condition: "etree._Element") -> Test:
    name = local_name(condition)
    if name == "not" and len(condition) == 1:
        inner = _test(condition[0])
        if inner.kind == "has":
            return Test(inner.response, "lacks", inner.value)
    elif name in _COMPARISONS:
        parts = sorted(condition, key=lambda part: local_name(part) not in ("variable", "index", "mapResponse"))
        if name in ("member", "gte"):
            parts = list(condition)[:: -1 if name == "member" else 1]
        found = _COMPARISONS[name](condition, parts) if len(parts) == 2 else None
        if found is not None:
            return found
    raise Declined(Fault.ANSWER_UNREADABLE, name, at=condition)


def _match(_: "etree._Element", parts: Sequence["etree._Element"]) -> Test | None:
    left, right = parts
    if local_name(left) == "index" and local_name(right) == "baseValue" and (left.get("n") or "").isdecimal():
        return Test(_variable(left[0]), "at", (int(left.get("n", "0")), _value(right)))
    if local_name(left) != "variable":
        return None
    if local_name(right) == "correct":
        return Test(_variable(left), "correct") if right.get("identifier") == left.get("identifier") else None
    if local_name(right) == "baseValue":
        return Test(_variable(left), "is", (_value(right),))
    if local_name(right) in ("multiple", "ordered") and all(local_name(part) == "baseValue" for part in right):
        return Test(_variable(left), "is", tuple(_value(part) for part in right))
    return None


def _member(_: "etree._Element", parts: Sequence["etree._Element"]) -> Test | None:
    container, value = parts
    if local_name(container) == "variable" and local_name(value) == "baseValue":
        return Test(_variable(container), "has", _value(value))
    return None


def _string_match(condition: "etree._Element", parts: Sequence["etree._Element"]) -> Test | None:
    left, right = parts
    if local_name(left) != "variable" or condition.get("substring", "false") == "true":
        return None
    by_case = condition.get("caseSensitive", "true") == "true"
    if local_name(right) == "correct":
        return Test(_variable(left), "correct", by_case)
    return Test(_variable(left), "text", (_value(right), by_case)) if local_name(right) == "baseValue" else None


def _equal(condition: "etree._Element", parts: Sequence["etree._Element"]) -> Test | None:
    left, right = parts
    mode = condition.get("toleranceMode", "exact")
    numbers = (condition.get("tolerance") or "0").split()
    if local_name(left) == "mapResponse":
        return _reached(condition, parts)
    if local_name(left) != "variable" or local_name(right) not in ("baseValue", "correct"):
        return None
    if mode not in ("exact", "absolute") or len(set(numbers)) != 1 or decimal(numbers[0]) is None:
        return None
    value = _value(right) if local_name(right) == "baseValue" else None
    return Test(_variable(left), "near", (value, "0" if mode == "exact" else numbers[0]))


def _reached(_: "etree._Element", parts: Sequence["etree._Element"]) -> Test | None:
    left, right = parts
    if local_name(left) != "mapResponse" or local_name(right) != "baseValue":
        return None
    least = decimal(right.text)
    return Test(left.get("identifier", ""), "mapped", least) if least is not None and least > 0 else None


_COMPARISONS = {
    "match": _match, "member": _member, "stringMatch": _string_match, "equal": _equal, "gte": _reached,
}  # fmt: skip


def _variable(element: "etree._Element") -> str:
    return element.get("identifier", "")


def _value(element: "etree._Element") -> str:
    return (element.text or "").strip()
