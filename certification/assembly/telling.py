"""Refusals of the solver as plain values and back, so that a job can keep them and any reader be told later."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from certification.assembly.rules import Cell, Limit
from certification.assembly.solver import Conflict, LimitsInConflict, NotEnoughItems, NotFoundInTime
from certification.assembly.supply import CellSupply, JointShortage

UNSOLVED = (NotEnoughItems, LimitsInConflict, NotFoundInTime)
Unsolved = NotEnoughItems | LimitsInConflict | NotFoundInTime


def facts_of(refusal: Unsolved) -> dict[str, Any]:
    """A refusal as values for JSON."""
    if isinstance(refusal, NotEnoughItems):
        joint = asdict(refusal.joint) if refusal.joint else None
        return {"refusal": "short", "short": [asdict(one) for one in refusal.short], "joint": joint}
    if isinstance(refusal, LimitsInConflict):
        conflicts = [asdict(one) for one in refusal.conflicts]
        return {"refusal": "conflict", "conflicts": conflicts, "is_least": refusal.is_least}
    nearest = [asdict(one) for one in refusal.nearest]
    return {"refusal": "time", "seconds": round(refusal.seconds, 1), "nearest": nearest}


def refusal_of(facts: Mapping[str, Any]) -> Unsolved | None:
    """The refusal that ``facts_of`` made these values of; None for other values."""
    match facts.get("refusal"):
        case "short":
            joint = facts["joint"]
            short = tuple(CellSupply(**{**one, "cell": Cell(**one["cell"])}) for one in facts["short"])
            cells = None if joint is None else tuple(Cell(**cell) for cell in joint["cells"])
            return NotEnoughItems(short, None if cells is None else JointShortage(cells, joint["missing"]))
        case "conflict":
            return LimitsInConflict(_conflicts(facts["conflicts"]), facts["is_least"])
        case "time":
            return NotFoundInTime(facts["seconds"], _conflicts(facts["nearest"]))
        case _:
            return None


def _conflicts(rows: list[dict[str, Any]]) -> tuple[Conflict, ...]:
    return tuple(Conflict(**{**row, "limit": Limit(row["limit"])}) for row in rows)
