"""What a draft lacks, in words: which tier, which place, what to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from certification.standards.completeness import NEEDED_FOR, Gap, GapKind
from certification.standards.models import StandardNode, Tier
from certification.standards.rules import StandardStatus
from portal.filters import local
from portal.labels import label

SAID: dict[GapKind, Callable[[Gap], str]] = {
    GapKind.EMPTY: lambda _gap: _("The standard has no parts yet."),
    GapKind.TIER_EMPTY: lambda _gap: _("The tier has no functions."),
    GapKind.TEXT_MISSING: lambda _gap: _("There is no text."),
    GapKind.CODE_MISSING: lambda _gap: _("There is no code."),
    GapKind.CODE_TWICE: lambda gap: _("The code %(code)s stands twice in the tier.", code=gap.value),
    GapKind.FUNCTION_EMPTY: lambda _gap: _("The function has no duties."),
    GapKind.DUTY_EMPTY: lambda _gap: _("The duty has no criteria."),
    GapKind.WEIGHTS_MISSING: lambda gap: _("%(component)s: no weights.", component=label(gap.component)),
    GapKind.WEIGHT_OPEN: lambda gap: _(
        "%(component)s: %(count)s weights are open.", component=label(gap.component), count=gap.value
    ),
    GapKind.WEIGHT_SUM: lambda gap: _(
        "%(component)s: the weights make %(sum)s, not 100.", component=label(gap.component), sum=gap.value
    ),
    GapKind.HOURS_MISSING: lambda _gap: _("No training hours are given."),
    GapKind.ENGLISH_MISSING: lambda _gap: _("There is no English text."),
}


@dataclass(frozen=True)
class Described:
    """A gap with the names of its place; ``hinders`` is the first step that waits for it, if any."""

    text: str
    tier: Tier | None
    node: StandardNode | None
    hinders: StandardStatus | None

    @property
    def where(self) -> str:
        """The tier and the code or words of the node."""
        names = [local(self.tier, "title")] if self.tier else []
        if self.node:
            names.append(self.node.code or self.node.zh or self.node.en or label(self.node.kind))
        return " · ".join(str(name) for name in names)


def described(session: Session, gaps: Sequence[Gap]) -> list[Described]:
    """Gaps with the names of their places."""
    tiers = _rows(session, Tier, {gap.tier_id for gap in gaps})
    nodes = _rows(session, StandardNode, {gap.node_id for gap in gaps})
    return [
        Described(
            SAID[gap.kind](gap),
            tiers.get(gap.tier_id),
            nodes.get(gap.node_id),
            next((step for step in StandardStatus if step in NEEDED_FOR[gap.kind]), None),
        )
        for gap in gaps
    ]


def _rows(session: Session, model: type[Any], ids: set[UUID | None]) -> dict[UUID | None, Any]:
    return {row.id: row for row in session.scalars(sa.select(model).where(model.id.in_(ids - {None})))}
