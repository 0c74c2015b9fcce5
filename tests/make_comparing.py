"""Builders of versions that follow one another, with what hangs on the earlier one."""

from datetime import timedelta

import sqlalchemy as sa

from certification.standards import versions
from certification.standards.models import NodeLink, Standard, StandardNode, Tier, TierWeight
from certification.standards.rules import Component, Evidence, StandardKind, StandardStatus
from tests.make import NOW, Make
from tests.make_standards import make_node, make_standard, make_tier

LATER = NOW + timedelta(days=1)


def first_version(make: Make) -> Standard:
    """A published standard: level 3 with two duties of one criterion each, level 4 with one."""
    standard = make_standard(make, kind=StandardKind.NATIONAL, status=StandardStatus.ADOPTED, version="1")
    for level, duties in ((4, ("1.1",)), (3, ("1.1", "2.1"))):
        tier = make_tier(make, standard, level, training_hours=40)
        for code in duties:
            function = make_node(make, tier, code=code[0], zh=f"{level}级职能{code[0]}")
            duty = make_node(make, function, code=code, zh=f"{level}级工作{code}")
            make_node(make, duty, code=f"{code}.1", zh=f"能完成{level}级第{code}项图像标注", en="label images")
            weight = {"component": Component.THEORY, "zh": str(code), "en": code, "percent": 50}
            make.add(
                TierWeight(tier_id=tier.id, node_id=function.id, evidence=Evidence.OWN, position=int(code[0]), **weight)
            )
    return standard


def next_version(make: Make, old: Standard) -> Standard:
    """A draft that goes on from it, the same text under new identifiers with a link from each old part."""
    by = make.actor(everywhere=True)
    facts = versions.DraftFacts(f"{old.code}-2", "2", "新版标准", "New version")
    new = versions.revise(make.session, old.id, facts, by=by, now=LATER)
    make.session.expire_all()
    return new


def node_of(make: Make, standard: Standard, code: str, level: int = 3) -> StandardNode:
    """The node with that number at that level."""
    query = sa.select(StandardNode).join(Tier, StandardNode.tier_id == Tier.id)
    found = query.where(StandardNode.standard_id == standard.id, StandardNode.code == code, Tier.level == level)
    return make.session.scalars(found).one()


def tier_of(make: Make, standard: Standard, level: int) -> Tier:
    """The tier of that level."""
    return make.session.scalars(sa.select(Tier).where(Tier.standard_id == standard.id, Tier.level == level)).one()


def drop(make: Make, node: StandardNode) -> None:
    """Take a node without children out of a draft, with its links."""
    links = sa.delete(NodeLink).where(NodeLink.destination_identifier == node.identifier)
    make.session.execute(links)
    make.session.delete(node)
    make.session.flush()
