"""Rules of scoring: marks to verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class SheetStatus(StrEnum):
    """The life of an examiner's sheet."""

    OPEN = "open"
    SUBMITTED = "submitted"


@dataclass(frozen=True)
class Verdict:
    """Whether a candidate passes, and which components are short."""

    passed: bool
    short: tuple[str, ...]


def judge(marks: Mapping[str, int], pass_marks: Mapping[str, int]) -> Verdict:
    """Pass a candidate who reaches the pass mark of every component.

    Components do not make up for one another; one that was not sat counts as 0.
    Source: national standard 4-04-05-05, 2021, section on examination methods.

    Args:
        marks: component to marks, in hundredths of a mark (6000 is 60 marks).
        pass_marks: component to the least marks that pass, in hundredths.

    Raises:
        ValueError: marks are given for a component without a pass mark.
    """
    if unknown := marks.keys() - pass_marks.keys():
        raise ValueError(f"no pass mark for {sorted(unknown)}")
    short = tuple(part for part, least in pass_marks.items() if marks.get(part, 0) < least)
    return Verdict(passed=not short, short=short)
