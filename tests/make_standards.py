"""The builder of standards under development: a municipal draft with its tiers and nodes."""

from typing import Any

from certification.standards.models import Standard, StandardNode, Tier
from certification.standards.rules import OCCUPATION, Evidence, NodeKind, StandardKind, StandardStatus
from tests.make import Make


def make_standard(make: Make, **facts: Any) -> Standard:
    """A private draft of a municipal standard."""
    number = next(make.serial)
    base = {
        "code": f"municipal-{number}",
        "occupation_code": OCCUPATION,
        "kind": StandardKind.MUNICIPAL,
        "status": StandardStatus.PRIVATE_DRAFT,
        "title_zh": f"地方标准草案{number}",
        "title_en": f"Municipal draft {number}",
        "evidence": Evidence.OWN,
    }
    return make.add(Standard(**{**base, **facts}))


def make_tier(make: Make, standard: Standard, level: int = 3, **facts: Any) -> Tier:
    """A tier of it."""
    base = {"title_zh": f"{level}级", "title_en": f"Level {level}", "evidence": Evidence.OWN}
    return make.add(Tier(**{"standard_id": standard.id, "level": level, **base, **facts}))


def make_node(make: Make, above: Standard | Tier | StandardNode, **facts: Any) -> StandardNode:
    """A node under a standard, a tier or another node; of the kind that usually stands there."""
    number = next(make.serial)
    if isinstance(above, Standard):
        place: dict[str, Any] = {"standard_id": above.id, "kind": NodeKind.ITEM}
    elif isinstance(above, Tier):
        place = {"standard_id": above.standard_id, "tier_id": above.id, "kind": NodeKind.FUNCTION}
    else:
        below = {NodeKind.FUNCTION: NodeKind.DUTY, NodeKind.DUTY: NodeKind.CRITERION}
        place = {"standard_id": above.standard_id, "tier_id": above.tier_id, "parent_id": above.id}
        place["kind"] = below.get(above.kind, NodeKind.ITEM)
    base = {"code": str(number), "zh": f"条目{number}", "en": f"Node {number}", "evidence": Evidence.OWN}
    return make.add(StandardNode(**{"position": number * 1024, **place, **base, **facts}))
