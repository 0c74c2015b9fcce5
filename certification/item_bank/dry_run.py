"""What the dry run of a file of items shows a person: counts, problems with their places, the first items."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from certification.item_bank.exchange.report import Fault, ImportReport, Place, Problem, Severity
from certification.item_bank.rules import ItemKind

MOST_PROBLEMS = 500
"""Problems that are kept; who has more has a systematic fault."""
FIRST = 10
"""Items that are shown."""


@dataclass(frozen=True)
class Shown:
    """An item as the dry run shows it."""

    place: str
    code: str
    level: int | None
    kind: ItemKind
    stem: str


@dataclass(frozen=True)
class DryRun:
    """A file as it was read and compared with the bank; errors come before warnings."""

    format: str
    encoding: str
    rows: int
    items: int
    errors: int
    warnings: int
    problems: tuple[Problem, ...]
    first: tuple[Shown, ...]
    advised: int = 0
    advice: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, report: ImportReport) -> "DryRun":
        """What a report shows."""
        return cls(
            report.format,
            report.encoding,
            report.rows,
            len(report.items),
            len(report.errors),
            len(report.warnings),
            (*report.errors, *report.warnings)[:MOST_PROBLEMS],
            tuple(
                Shown(str(item.place), item.code or "", item.level, item.kind, item.stem[:80])
                for item in report.items[:FIRST]
            ),
            len(report.advice),
            report.advice[:MOST_PROBLEMS],
        )

    def to_json(self) -> dict[str, Any]:
        """The dry run as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "DryRun":
        """The dry run that ``to_json`` wrote."""
        problems = tuple(_problem(found) for found in value["problems"])
        advice = tuple(_problem(found) for found in value.get("advice", ()))
        first = tuple(Shown(**{**found, "kind": ItemKind(found["kind"])}) for found in value["first"])
        return cls(**{**value, "problems": problems, "first": first, "advice": advice})


def _problem(value: Mapping[str, Any]) -> Problem:
    return Problem(
        Place(**value["place"]), Fault(value["fault"]), value["value"], value["other"], Severity(value["severity"])
    )
