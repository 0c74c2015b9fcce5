"""Sentences for blueprints that the bank cannot fill: what is missing, and which limits cannot hold together."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from certification.assembly import solver, telling
from certification.assembly.rules import Limit
from certification.assembly.solver import Conflict
from certification.assembly.supply import CellSupply, JointShortage
from certification.exams.paper_sets import Supplied
from certification.item_bank.rules import ItemKind
from portal.labels import label
from training_base.kernel.errors import Refusal


def missing(supply: CellSupply) -> str:
    """What one cell lacks."""
    return _(
        "Area %(area)s needs %(missing)s more approved items of this kind (%(kind)s): "
        "%(needed)s places, %(places)s can be filled from %(items)s items.",
        area=supply.cell.area,
        kind=label(ItemKind(supply.cell.kind)),
        missing=supply.missing,
        needed=supply.needed,
        places=supply.places,
        items=supply.items,
    )


def missing_together(joint: JointShortage) -> str:
    """What several cells lack together."""
    cells = _(", ").join(f"{cell.area} {label(ItemKind(cell.kind))}" for cell in joint.cells)
    return _(
        "These cells have enough items each, but share them, or share knowledge points: together they need "
        "%(missing)s more approved items on other knowledge points (%(cells)s).",
        missing=joint.missing,
        cells=cells,
    )


CONFLICTS: dict[Limit, Callable[[Conflict, int], str]] = {
    Limit.INFORMATION: lambda c, n: _(
        "Information at ability %(where)s: the limit is %(wanted)s, the nearest that can be had is %(reachable)s.",
        where=c.where, wanted=f"{c.wanted:.2f}", reachable=f"{c.reachable:.2f}",
    ),
    Limit.DIFFICULTY: lambda c, n: _(
        "Difficulty, summed over a paper: the limit is %(wanted)s, the nearest that can be had is %(reachable)s.",
        wanted=f"{c.wanted:.2f}", reachable=f"{c.reachable:.2f}",
    ),
    Limit.FRESH: lambda c, n: _(
        "Items never printed before: at least %(wanted)s per paper are asked for, %(reachable)s can be had.",
        wanted=f"{c.wanted:.0f}", reachable=f"{c.reachable:.0f}",
    ),
    Limit.USES: lambda c, n: _("%(count)s items would have to stand in more papers than allowed.", count=n),
    Limit.POINTS: lambda c, n: _(
        "%(count)s knowledge points would have to appear more often on a paper than allowed, such as %(where)s.",
        count=n, where=c.where,
    ),
    Limit.SETS: lambda c, n: _("%(count)s sets with a shared stimulus would have to be split.", count=n),
    Limit.ENEMIES: lambda c, n: _("%(count)s pairs of enemies would have to meet on a paper.", count=n),
    Limit.CELLS: lambda c, n: _(
        "%(count)s cells would stay short, such as %(where)s.",
        count=n, where=_cell_name(c.where),
    ),
}  # fmt: skip
"""What is said of a limit that would have to give way, with how many places of its family do."""

SEPARATE = {Limit.INFORMATION, Limit.DIFFICULTY, Limit.FRESH}
"""Families of which each place is told by itself; of the others one stands for all."""


def _cell_name(where: str) -> str:
    kind, _space, area = where.partition(" ")
    return f"{area} {label(ItemKind(kind))}"


def conflict_lines(conflicts: Iterable[Conflict]) -> list[str]:
    """One sentence per limit that would have to give way."""
    lines, groups = [], dict[Limit, list[Conflict]]()
    for conflict in conflicts:
        groups.setdefault(conflict.limit, []).append(conflict)
    for limit, members in groups.items():
        told = members if limit in SEPARATE else members[:1]
        lines += [CONFLICTS[limit](conflict, len(members)) for conflict in told]
    return lines


def shortage_lines(refusal: solver.NotEnoughItems) -> list[str]:
    """One sentence per shortage."""
    joint = [missing_together(refusal.joint)] if refusal.joint else []
    return [*(missing(supply) for supply in refusal.short), *joint]


def _said(opening: str, lines: list[str]) -> str:
    return " ".join([opening, *lines])


OPENINGS: dict[type[Refusal], Callable[[Any], str]] = {
    solver.NotEnoughItems: lambda r: _("The item bank is too small for this blueprint."),
    solver.LimitsInConflict: lambda r: (
        _("The limits cannot all hold together. They could if these gave way:")
        if r.is_least
        else _("The limits cannot all hold together. The nearest papers that were found break these:")
    ),
    solver.NotFoundInTime: lambda r: _(
        "After %(seconds)s seconds no papers were found, nor was it proven that there are none.",
        seconds=f"{r.seconds:.0f}",
    ),
}
"""How each refusal begins."""

LINES: dict[type[Refusal], Callable[[Any], list[str]]] = {
    solver.NotEnoughItems: shortage_lines,
    solver.LimitsInConflict: lambda r: conflict_lines(r.conflicts),
    solver.NotFoundInTime: lambda r: conflict_lines(r.nearest),
}
"""What each refusal names."""


def lines_of(refusal: Refusal) -> list[str]:
    """The opening of a refusal, and a sentence per fact."""
    return [OPENINGS[type(refusal)](refusal), *LINES[type(refusal)](refusal)]


def supply_lines(found: Supplied) -> list[str]:
    """One sentence per shortage of a supply that was counted."""
    short = tuple(cell for cell in found.cells if cell.missing)
    return shortage_lines(solver.NotEnoughItems(short, found.joint))


def outcome_lines(outcome: Mapping[str, Any]) -> list[str]:
    """Why a set was not solved, in sentences; nothing where it was."""
    refusal = telling.refusal_of(outcome)
    return [] if refusal is None else lines_of(refusal)


SENTENCES: dict[type[Refusal], Callable[[Any], str]] = dict.fromkeys(
    OPENINGS, lambda refusal: " ".join(lines_of(refusal))
)
