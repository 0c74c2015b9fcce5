"""Builders of what eligibility is judged by."""

from certification.eligibility import catalog
from certification.standards.models import Standard, Tier
from certification.standards.rules import OCCUPATION, Evidence, StandardKind, StandardStatus
from tests.make import NOW, Make
from training_base.kernel.actor import SYSTEM


def adopted_standard(make: Make, code: str = "national") -> Standard:
    """An adopted national standard with five tiers."""
    standard = make.add(
        Standard(
            code=code,
            occupation_code=OCCUPATION,
            kind=StandardKind.NATIONAL,
            status=StandardStatus.ADOPTED,
            title_zh="国家职业标准",
            title_en="National standard",
            evidence=Evidence.OWN,
        )
    )
    for level in (5, 4, 3, 2, 1):
        make.add(
            Tier(standard_id=standard.id, level=level, title_zh=str(level), title_en=str(level), evidence=Evidence.OWN)
        )
    return standard


def rules_in_force(make: Make) -> Standard:
    """An adopted standard with both rule sets and the related lists."""
    standard = adopted_standard(make)
    catalog.load_rule_sets(make.session, by=SYSTEM, now=NOW)
    catalog.load_related(make.session, by=SYSTEM, now=NOW)
    return standard
