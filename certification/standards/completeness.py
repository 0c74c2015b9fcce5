"""What a draft still lacks, and what each step of its life needs; values in, gaps out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from certification.standards.rules import Component, NodeKind, StandardStatus

WHOLE = 100
"""What the weights of a column make, in per cent."""


class GapKind(StrEnum):
    """What may be missing."""

    EMPTY = "empty"
    TIER_EMPTY = "tier_empty"
    TEXT_MISSING = "text_missing"
    CODE_MISSING = "code_missing"
    CODE_TWICE = "code_twice"
    FUNCTION_EMPTY = "function_empty"
    DUTY_EMPTY = "duty_empty"
    WEIGHTS_MISSING = "weights_missing"
    WEIGHT_OPEN = "weight_open"
    WEIGHT_SUM = "weight_sum"
    HOURS_MISSING = "hours_missing"
    ENGLISH_MISSING = "english_missing"


PUBLISHING = frozenset({StandardStatus.CONSULTATION, StandardStatus.TRIAL, StandardStatus.ADOPTED})
BINDING = frozenset({StandardStatus.TRIAL, StandardStatus.ADOPTED})
NEEDED_FOR: dict[GapKind, frozenset[StandardStatus]] = {
    GapKind.EMPTY: PUBLISHING,
    GapKind.TEXT_MISSING: PUBLISHING,
    GapKind.CODE_TWICE: PUBLISHING,
    GapKind.TIER_EMPTY: BINDING,
    GapKind.CODE_MISSING: BINDING,
    GapKind.FUNCTION_EMPTY: BINDING,
    GapKind.DUTY_EMPTY: BINDING,
    GapKind.WEIGHTS_MISSING: BINDING,
    GapKind.WEIGHT_OPEN: BINDING,
    GapKind.WEIGHT_SUM: BINDING,
    GapKind.HOURS_MISSING: frozenset(),
    GapKind.ENGLISH_MISSING: frozenset(),
}
"""Before which steps a gap must be closed; the last two are only told."""

CODED = {NodeKind.FUNCTION, NodeKind.DUTY, NodeKind.CRITERION, NodeKind.KNOWLEDGE_POINT}
EMPTY_WITHOUT = {
    NodeKind.FUNCTION: (GapKind.FUNCTION_EMPTY, {NodeKind.DUTY}),
    NodeKind.DUTY: (GapKind.DUTY_EMPTY, {NodeKind.CRITERION}),
}


@dataclass(frozen=True)
class NodeView:
    """What matters of a node."""

    id: UUID
    tier_id: UUID | None
    parent_id: UUID | None
    kind: NodeKind
    code: str | None
    zh: str | None
    en: str | None


@dataclass(frozen=True)
class TierView:
    """What matters of a tier; weights per component, None is open."""

    id: UUID
    training_hours: int | None
    weights: dict[Component, Sequence[int | None]]


@dataclass(frozen=True)
class Gap:
    """Something that is missing: in which tier, at which node, in which component, and how much the column makes."""

    kind: GapKind
    tier_id: UUID | None = None
    node_id: UUID | None = None
    component: Component | None = None
    value: int | str | None = None


def gaps(nodes: Sequence[NodeView], tiers: Sequence[TierView], *, is_empty: bool) -> list[Gap]:
    """All that is missing, tier by tier; first what concerns the whole.

    A framework without tiers needs no codes, weights or criteria.

    Args:
        nodes: all nodes of the tiers; of those outside tiers the ones without text are enough.
        is_empty: whether the standard has no node at all.
    """
    found = [Gap(GapKind.EMPTY)] if is_empty else []
    by_tier: dict[UUID | None, list[NodeView]] = defaultdict(list)
    for node in nodes:
        by_tier[node.tier_id].append(node)
    found += _text_gaps(by_tier[None])
    for tier in tiers:
        found += _tier_gaps(tier, by_tier[tier.id])
    return found


def _tier_gaps(tier: TierView, nodes: Sequence[NodeView]) -> Iterable[Gap]:
    if not nodes:
        yield Gap(GapKind.TIER_EMPTY, tier.id)
    if tier.training_hours is None:
        yield Gap(GapKind.HOURS_MISSING, tier.id)
    yield from _text_gaps(nodes)
    codes: Counter[tuple[NodeKind, str | None]] = Counter(
        (node.kind, node.code) for node in nodes if node.kind in CODED and node.code
    )
    below: dict[UUID, set[NodeKind]] = defaultdict(set)
    for node in nodes:
        if node.parent_id:
            below[node.parent_id].add(node.kind)
    for node in nodes:
        yield from _node_gaps(node, codes, below[node.id])
    for component in (Component.THEORY, Component.SKILL):
        yield from _weight_gaps(tier, component)


def _text_gaps(nodes: Iterable[NodeView]) -> Iterable[Gap]:
    for node in nodes:
        if not node.zh and not node.en:
            yield Gap(GapKind.TEXT_MISSING, node.tier_id, node.id)
        elif not node.en and node.tier_id:
            yield Gap(GapKind.ENGLISH_MISSING, node.tier_id, node.id)


def _node_gaps(node: NodeView, codes: Counter[tuple[NodeKind, str | None]], below: set[NodeKind]) -> Iterable[Gap]:
    if node.kind in CODED and not node.code:
        yield Gap(GapKind.CODE_MISSING, node.tier_id, node.id)
    if codes[node.kind, node.code] > 1:
        yield Gap(GapKind.CODE_TWICE, node.tier_id, node.id, value=node.code)
    kind, needed = EMPTY_WITHOUT.get(node.kind, (GapKind.EMPTY, set()))
    if needed and not below & needed:
        yield Gap(kind, node.tier_id, node.id)


def _weight_gaps(tier: TierView, component: Component) -> Iterable[Gap]:
    column = tier.weights.get(component, ())
    if not column:
        yield Gap(GapKind.WEIGHTS_MISSING, tier.id, component=component)
        return
    known = [percent for percent in column if percent is not None]
    if len(known) < len(column):
        yield Gap(GapKind.WEIGHT_OPEN, tier.id, component=component, value=len(column) - len(known))
    if (len(known) == len(column) and sum(known) != WHOLE) or sum(known) > WHOLE:
        yield Gap(GapKind.WEIGHT_SUM, tier.id, component=component, value=sum(known))


def urgent_first(found: Iterable[Gap]) -> list[Gap]:
    """Gaps in the order of the steps they hinder, the earliest first; what hinders none comes last."""
    order = list(StandardStatus)
    return sorted(found, key=lambda gap: min((order.index(step) for step in NEEDED_FOR[gap.kind]), default=len(order)))


def blocking(found: Iterable[Gap], step: StandardStatus) -> list[Gap]:
    """The gaps that must be closed before that step."""
    return [gap for gap in found if step in NEEDED_FOR[gap.kind]]
