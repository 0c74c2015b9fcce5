"""A standard in the making: an invented municipal draft that is open to comments, with some of them disposed of."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from certification.standards import consultation, editing, lifecycle, service, versions, weighing
from certification.standards.consultation import Author, Words
from certification.standards.editing import NodeFacts, Place
from certification.standards.models import Standard, StandardNode, Tier
from certification.standards.rules import Component, Disposal
from certification.standards.versions import DraftFacts
from certification.standards.weighing import TierFacts, WeightFacts
from portal.auth import accounts
from portal.demonstration.setting import Stage
from training_base.kernel.actor import Actor

DRAFT = Path(__file__).parent / "municipal_draft.json"
BASICS = ("基础知识", "Basic knowledge")
WRITER, CHAIR = "owner@demo.zhixun.cn", "chair@demo.zhixun.cn"
OPEN_DAYS = (-12, 18)
"""The consultation runs from so many days before today until so many days after it."""


def actor_of(stage: Stage, sign_in_name: str) -> Actor:
    """A demo account that writes standards, as an actor."""
    account = accounts.find_by_name(stage.session, sign_in_name)
    if account is None:
        raise LookupError(sign_in_name)
    return Actor(id=account.id, name=account.name, everywhere=True)


def write_draft(stage: Stage) -> Standard:
    """Write the draft, open it to comments, and dispose of some."""
    facts = json.loads(DRAFT.read_text(encoding="utf-8"))
    by, publisher = actor_of(stage, WRITER), actor_of(stage, CHAIR)
    session, now = stage.session, stage.at(-40)
    names = {name: facts[name] for name in ("code", "version", "title_zh", "title_en")}
    draft = DraftFacts(**names, issuers_zh=tuple(facts["issuers_zh"]))
    standard = versions.begin(session, draft, levels=(), by=by, now=now)
    standard.facts = {"is_demonstration": True}
    for tier in facts["tiers"]:
        write_tier(stage, standard, tier, by)
    first, last = (stage.at(days).date() for days in OPEN_DAYS)
    lifecycle.consult(session, standard.id, first, last, by=publisher, now=stage.at(OPEN_DAYS[0]))
    for place, comment in enumerate(facts["comments"]):
        hear(stage, standard, comment, place, by)
    go_on(stage, standard, facts, by)
    return standard


def go_on(stage: Stage, standard: Standard, facts: dict[str, Any], by: Actor) -> Standard:
    """The next edition, not yet public: what was accepted of the comments is written into it."""
    session, now = stage.session, stage.at(-1)
    names = {name: facts["next"][name] for name in ("code", "version", "title_zh", "title_en")}
    new = versions.revise(session, standard.id, DraftFacts(**names), by=by, now=now)
    for comment in facts["comments"]:
        if comment["disposal"] == Disposal.ACCEPTED and comment["proposed"]:
            node = session.get_one(StandardNode, node_id(stage, new, comment))
            words = NodeFacts(node.code, comment["proposed"], node.en)
            editing.change(session, node.id, words, revision=None, by=by, now=now)
    return new


def write_tier(stage: Stage, standard: Standard, facts: dict[str, Any], by: Actor) -> None:
    """A tier with its functions and weights."""
    session, now = stage.session, stage.at(-39)
    names = TierFacts(facts["level"], facts["zh"], facts["en"], facts["training_hours"])
    tier = weighing.add_tier(session, standard.id, names, by=by, now=now)
    functions = [grow(stage, tier, None, function, by) for function in facts["functions"]]
    areas = [(str(node.zh), str(node.en), node.id) for node in functions]
    for component, rows in ((Component.THEORY, [(*BASICS, None), *areas]), (Component.SKILL, areas)):
        figures = facts[component.value]
        column = [WeightFacts(zh, en, figure, key) for (zh, en, key), figure in zip(rows, figures, strict=True)]
        weighing.weigh(session, tier.id, component, column, revision=None, by=by, now=now)


def grow(stage: Stage, tier: Tier, parent: StandardNode | None, facts: list[Any], by: Actor) -> StandardNode:
    """A node with all beneath it."""
    code, zh, en, *below = facts
    place = Place(tier_id=tier.id, parent_id=parent.id if parent else None)
    words, now = NodeFacts(code, zh, en), stage.at(-38)
    node = editing.add(stage.session, tier.standard_id, place, words, kind=None, last=True, by=by, now=now)
    for child in below[0] if below else ():
        grow(stage, tier, node, child, by)
    return node


def hear(stage: Stage, standard: Standard, facts: dict[str, Any], place: int, by: Actor) -> None:
    """A comment of an invited person, and what became of it."""
    session, at = stage.session, stage.at(OPEN_DAYS[0] + 1 + place)
    invited, _token = consultation.invite(session, standard.id, facts["name"], facts["organisation"], by=by, now=at)
    author = Author(invited.name, invited.organisation, invitation_id=invited.id)
    words = Words(facts["text"], node_id(stage, standard, facts), facts["proposed"])
    made = consultation.comment(session, standard.id, words, author, by=by, now=at, today=at.date())
    if facts["disposal"]:
        later = at + timedelta(days=1)
        consultation.dispose(session, made.id, Disposal(facts["disposal"]), facts["reason"], by=by, now=later)


def node_id(stage: Stage, standard: Standard, facts: dict[str, Any]) -> Any:
    """The node that a comment is about; None for the whole."""
    for tier in standard.tiers:
        for node in service.in_order(service.tree(stage.session, tier.id)):
            if (tier.level, node.code) == (facts["level"], facts["code"]):
                return node.id
    return None
