"""Lays filed scopes out on one axis of days, for the picture of a center."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from training_base.centers.models import FiledScope
from training_base.centers.rules import Term

WIDTH = 1000
MARGIN = timedelta(days=90)
HORIZON = timedelta(days=10 * 366)
"""How far the axis goes beyond today; an end in the year 9999 stands for open."""


@dataclass(frozen=True)
class Bar:
    """A filed scope and its place on the axis, in thousandths of the width."""

    scope: FiledScope
    start: int
    width: int
    in_force: bool
    is_over: bool


@dataclass(frozen=True)
class Timeline:
    """Bars by level, the lowest first, on an axis from one day to another."""

    from_on: date
    until_on: date
    today: int
    bars: list[Bar]


def timeline(scopes: Sequence[FiledScope], today: date) -> Timeline | None:
    """The picture of some scopes; None where there are none."""
    if not scopes:
        return None
    first = min(today, *(scope.from_on for scope in scopes))
    ends = [min(scope.until_on or scope.from_on, today + HORIZON) for scope in scopes]
    last = max(today + MARGIN, *ends) + MARGIN
    days = (last - first).days

    def place(day: date) -> int:
        return round(WIDTH * (min(day, last) - first).days / days)

    bars = []
    for scope in sorted(scopes, key=lambda one: (-one.level, one.from_on)):
        start, end = place(scope.from_on), place(scope.until_on or last)
        in_force = Term(scope.from_on, scope.until_on).holds(today)
        is_over = scope.until_on is not None and scope.until_on <= today
        bars.append(Bar(scope, start, max(4, end - start), in_force, is_over))
    return Timeline(first, last, place(today), bars)
