"""Pages of standards: the edition, its tiers, the schemes; what is not published is shown as such."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from certification.eligibility import service as eligibility
from certification.eligibility.models import EligibilityRuleSet
from certification.eligibility.rules import ConditionKind
from certification.item_bank.rules import ItemKind
from certification.standards import service
from certification.standards.models import Scheme, Standard, Tier
from certification.standards.rules import Component, Evidence
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db
from portal.filters import language
from portal.labels import label
from portal.sentences.eligibility import CONDITIONS
from training_base.kernel.actor import Actor

pages = Blueprint("standards", __name__, url_prefix="/standards")


def reader() -> Actor:
    """Whoever reads, as one who may or may not know of private drafts."""
    return actor(Permission.STANDARD_WRITE)


def remarks(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What an edition's file says about itself, in the reader's language where it has that."""
    chinese: dict[str, Any] = facts.get("zh", {}) if language() == "zh" else {}
    classes = chinese.get("evidence_classes") or facts.get("evidence_classes", {})
    sources = {name: source["kind"] for name, source in facts.get("sources", {}).items()}
    return {
        "unknown": chinese.get("unknown") or facts.get("unknown", []),
        "evidence": {label(Evidence(name)): meaning for name, meaning in classes.items()},
        "sources": sources | chinese.get("sources", {}),
        "status": chinese.get("status") or facts.get("standard", {}).get("status"),
        "notes": chinese.get("notes", {}),
        "weights": chinese.get("weights", {}),
    }


def weight_notes(tier: Tier, chinese: Mapping[str, Any]) -> dict[Component, str]:
    """How the figures of each component were found, in the reader's language."""
    found: dict[Component, str] = {}
    for name, note in tier.facts.get("weights", {}).items():
        said = (note["read"] or {}).get("note") or note["inferred"].get("method")
        own = chinese.get(name, {}).get(str(tier.level))
        if said:
            found[Component(name)] = own or said
    return found


def conditions(rules: EligibilityRuleSet | None) -> list[list[str]] | None:
    """What each rule of a set asks for; None where the rules are not published."""
    if rules is None or rules.rules is None:
        return None
    return [[CONDITIONS[ConditionKind(part["kind"])](part) for part in rule["all_of"]] for rule in rules.rules]


@pages.get("/")
@needs(Permission.PUBLIC)
def index() -> ResponseReturnValue:
    """The editions, what each tier asks, what examines it today, and what is unknown."""
    session, today = db.session(), datetime.now(UTC).date()
    editions: list[Standard] = list(session.scalars(service.listing(by=reader())))
    schemes = {level: service.schemes_in_force(session, level, on=today) for level in range(5, 0, -1)}
    notes = {edition.id: remarks(edition.facts) for edition in editions}
    return render_template("standards/index.html", editions=editions, schemes=schemes, notes=notes)


@pages.get("/level/<int(max=99):level>")
@needs(Permission.PUBLIC)
def tier(level: int) -> ResponseReturnValue:
    """All that is known of a tier."""
    session, today = db.session(), datetime.now(UTC).date()
    found = service.tier_by_level(session, level)
    rules = eligibility.in_force(session, found, on=today)
    said = remarks(found.standard.facts)
    return render_template(
        "standards/tier.html",
        tier=found,
        tree=service.tree(session, found.id),
        weights=service.weights(session, found.id),
        weight_notes=weight_notes(found, said["weights"]),
        areas=service.areas(session, found.id),
        schemes=service.schemes_in_force(session, level, on=today),
        rules=rules,
        conditions=conditions(rules),
        said=said,
    )


@pages.get("/schemes/<code>")
@needs(Permission.PUBLIC)
def scheme(code: str) -> ResponseReturnValue:
    """How a scheme examines its tier: items per area, tasks per unit, minutes, marks."""
    found: Scheme = service.scheme_by_code(db.session(), code)
    plan = found.plan
    parts = plan.theory.parts if plan.theory else ()
    areas = sorted({area for part in parts for area in part.areas})
    rows = [(area, [part.areas.get(area, 0) for part in parts], area_marks(parts, area)) for area in areas]
    kinds = [ItemKind(part.kind) for part in parts]
    note = found.content.get("note_zh" if language() == "zh" else "note")
    titles = {area.code: area for area in service.areas(db.session(), found.tier_id)}
    return render_template(
        "standards/scheme.html", scheme=found, plan=plan, rows=rows, kinds=kinds, note=note, titles=titles
    )


def area_marks(parts: tuple[Any, ...], area: str) -> int:
    """Marks of an area over all parts, in hundredths."""
    return sum(part.areas.get(area, 0) * part.marks_each for part in parts)
