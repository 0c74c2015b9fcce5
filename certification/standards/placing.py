"""What may stand where in the tree of a standard, and how a node moves one step; values only."""

from collections.abc import Sequence
from enum import StrEnum

from certification.standards.rules import NodeKind

K = NodeKind
CHILDREN: dict[NodeKind, tuple[NodeKind, ...]] = {
    K.FUNCTION: (K.DUTY, K.THEME),
    K.DUTY: (K.CRITERION, K.KNOWLEDGE, K.KNOWLEDGE_POINT),
    K.ITEM: (K.ITEM,),
}
"""What each kind may hold, the usual kind first; what is not named holds nothing."""

STEP = 1024
"""The room left between two siblings, so that most moves write one row."""


class Way(StrEnum):
    """One step of a node in its tree."""

    UP = "up"
    DOWN = "down"
    INDENT = "indent"
    OUTDENT = "outdent"


def roots(*, in_tier: bool) -> tuple[NodeKind, ...]:
    """What may stand at the top: functions in a tier, items in a framework without tiers."""
    return (K.FUNCTION,) if in_tier else (K.ITEM,)


def holds(parent: NodeKind | None, *, in_tier: bool) -> tuple[NodeKind, ...]:
    """What a parent may hold; None is the top."""
    return roots(in_tier=in_tier) if parent is None else CHILDREN.get(parent, ())


def kind_under(kind: NodeKind, below: Sequence[NodeKind], parent: NodeKind | None, *, in_tier: bool) -> NodeKind | None:
    """What a node becomes under a parent: it stays what it is where it may, else takes the usual kind of the place.

    Only functions, duties and criteria turn into one another; a node keeps what stands beneath it.

    Args:
        kind: what the node is.
        below: the kinds of its children.
        parent: what it comes under; None is the top.
        in_tier: whether the place is in a tier.

    Returns:
        None where it may not stand there.
    """
    allowed = holds(parent, in_tier=in_tier)
    if kind in allowed:
        return kind
    chain = (K.FUNCTION, K.DUTY, K.CRITERION)
    if kind not in chain or not allowed or allowed[0] not in chain:
        return None
    becomes = allowed[0]
    return becomes if all(child in CHILDREN.get(becomes, ()) for child in below) else None


def between(before: int | None, after: int | None) -> int | None:
    """A position between two siblings; None on a side is the edge; None back is *no room*."""
    if before is None:
        return (after if after is not None else 2 * STEP) - STEP
    if after is None:
        return before + STEP
    middle = (before + after) // 2
    return middle if before < middle < after else None
