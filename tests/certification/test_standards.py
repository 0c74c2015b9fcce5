"""Standards: what the data files say is taken over, and what they leave open stays unknown."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards import catalog, service
from certification.standards.models import KnowledgePoint, Standard, StandardNode
from certification.standards.rules import Component, Evidence, Grade, NodeKind, covers, read_plan
from tests.make import NOW, SHORT_PLAN, TODAY, Make
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import NotFound


def load(session: Session) -> Standard:
    return catalog.load_standard(session, by=SYSTEM, now=NOW)


def test_the_national_standard_has_five_tiers_with_their_hours(session: Session) -> None:
    load(session)

    tiers = service.tiers(session)

    assert [(tier.level, tier.training_hours) for tier in tiers] == [
        (5, 60),
        (4, 50),
        (3, 40),
        (2, 40),
        (1, 30),
    ]
    assert all(tier.validity_months is None for tier in tiers)


def test_loading_twice_changes_nothing(session: Session) -> None:
    first = load(session)

    second = load(session)

    assert second is first
    assert session.scalar(sa.select(sa.func.count()).select_from(Standard)) == 1


def test_the_edition_keeps_its_sources_and_what_is_unknown(session: Session) -> None:
    standard = load(session)

    facts = service.by_code(session, standard.code).facts

    assert "chinastor" in facts["sources"]
    assert set(facts["evidence_classes"]) == {"seen", "seen_local", "secondary", "inferred", "unknown"}
    assert len(facts["unknown"]) == len(facts["zh"]["unknown"]) == 17
    assert facts["sources"].keys() == facts["zh"]["sources"].keys()


def test_what_is_loaded_is_named_alike_everywhere(session: Session) -> None:
    standard = load(session)

    tier = service.tier_by_level(session, 3)
    criterion = session.scalars(
        sa.select(StandardNode).where(StandardNode.code == "1.1.1", StandardNode.tier_id == tier.id)
    )

    assert standard.identifier == UUID("91c0ad43-363c-51f2-a4a3-2594bf13f426")
    assert criterion.one().identifier == UUID("00534485-a738-5289-a67b-12eae48e2f58")
    assert {row.identifier.version for row in session.scalars(sa.select(StandardNode))} == {5}


def test_a_fact_names_its_sources(session: Session) -> None:
    load(session)

    tier = service.tier_by_level(session, 3)
    weights = service.weights(session, tier.id)[Component.THEORY]

    assert tier.source == "chinastor"
    assert [bool(row.source) for row in weights] == [True] * 9
    assert [row.node_id is not None for row in weights] == [False] * 5 + [True] * 4


def test_the_newest_adopted_edition_counts(session: Session, make: Make) -> None:
    load(session)
    tier = make.tier()
    tier.standard.adopted_on = TODAY

    assert service.tier_by_level(session, 3) is tier
    assert [row.level for row in service.tiers(session)] == [5, 4, 3, 2, 1]


def test_an_edition_without_chinese_remarks_is_taken_over(session: Session, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text(catalog.NATIONAL.read_text("utf-8"), "utf-8")

    standard = catalog.load_standard(session, tmp_path / "own.json", by=SYSTEM, now=NOW)

    assert standard.facts["zh"] == {}


def test_a_tier_reads_as_functions_duties_and_criteria(session: Session) -> None:
    load(session)

    tree = service.tree(session, service.tier_by_level(session, 3).id)

    assert [branch.node.zh for branch in tree] == ["业务分析", "智能训练", "智能系统设计", "培训与指导"]
    duties = tree[1].of(NodeKind.DUTY)
    assert [duty.node.code for duty in duties] == ["2.1", "2.2"]
    assert [len(duty.of(NodeKind.CRITERION)) for duty in duties] == [3, 5]


def test_a_title_that_was_not_found_stays_unknown(session: Session) -> None:
    load(session)
    tier = service.tier_by_level(session, 5)

    duty = session.scalars(
        sa.select(StandardNode).where(StandardNode.tier_id == tier.id, StandardNode.code == "3.2")
    ).one()

    assert (duty.zh, duty.en, duty.evidence) == (None, None, Evidence.UNKNOWN)


def test_levels_two_and_one_have_themes_and_no_duties(session: Session) -> None:
    load(session)

    tree = service.tree(session, service.tier_by_level(session, 1).id)

    assert all(not branch.of(NodeKind.DUTY) and branch.of(NodeKind.THEME) for branch in tree)
    assert all(branch.node.facts["work_contents_unknown"] for branch in tree)


def test_published_weights_are_figures(session: Session) -> None:
    load(session)

    theory = service.weights(session, service.tier_by_level(session, 3).id)[Component.THEORY]

    assert [row.percent for row in theory] == [5, 10, 0, 0, 0, 20, 30, 30, 5]
    assert {row.evidence for row in theory} == {Evidence.SEEN_LOCAL, Evidence.INFERRED}
    assert all(row.inferred_percent is None for row in theory)


def test_an_inferred_weight_is_never_given_as_published(session: Session) -> None:
    load(session)

    theory = service.weights(session, service.tier_by_level(session, 4).id)[Component.THEORY]

    assert [row.percent for row in theory] == [None] * 5 + [0] * 4
    assert [row.inferred_percent for row in theory] == [5, 15, 20, 40, 20, None, None, None, None]
    assert theory[0].evidence is Evidence.INFERRED


def test_a_weight_without_figure_or_guess_is_unknown(session: Session) -> None:
    load(session)

    skill = service.weights(session, service.tier_by_level(session, 5).id)[Component.SKILL]

    assert (skill[0].percent, skill[0].inferred_percent, skill[0].evidence) == (None, None, Evidence.UNKNOWN)


def test_knowledge_points_are_loaded_once(session: Session) -> None:
    load(session)

    first = catalog.load_knowledge_points(session, by=SYSTEM, now=NOW)
    second = catalog.load_knowledge_points(session, by=SYSTEM, now=NOW)

    assert first == session.scalar(sa.select(sa.func.count()).select_from(KnowledgePoint))
    assert first > 150
    assert second == 0


def test_areas_are_named_after_basics_and_duties(session: Session) -> None:
    load(session)
    catalog.load_knowledge_points(session, by=SYSTEM, now=NOW)

    areas = {area.code: area for area in service.areas(session, service.tier_by_level(session, 5).id)}

    assert (areas["0.1"].zh, areas["2.1"].zh, areas["3.2"].zh) == ("职业道德", "原始数据清洗与标注", None)
    assert all(area.points for area in areas.values())


def test_areas_without_a_published_tree_have_no_title(session: Session, make: Make) -> None:
    item = make.item(make.tier(), area="1.1")

    areas = service.areas(session, item.tier_id)

    assert [(area.code, area.zh) for area in areas] == [("1.1", None)]
    assert session.scalars(service.knowledge_points(item.tier_id)).one() is item.knowledge_point


def test_the_shanghai_scheme_is_the_published_one(session: Session) -> None:
    load(session)
    catalog.load_schemes(session, by=SYSTEM, now=NOW)

    plan = service.scheme_by_code(session, "shanghai-2025-07-01-l3").plan

    assert plan.theory is not None
    assert plan.skill is not None
    assert (plan.theory.minutes, plan.theory.item_count, plan.skill.minutes) == (90, 190, 120)
    marks: dict[str, int] = {}
    for part in plan.theory.parts:
        for area, count in part.areas.items():
            marks[area] = marks.get(area, 0) + count * part.marks_each
    assert marks == {"0.1": 500, "0.2": 1000, "1": 2000, "2": 3000, "3": 3000, "4": 500}


def test_schemes_are_loaded_once_and_add_up(session: Session) -> None:
    load(session)

    first = catalog.load_schemes(session, by=SYSTEM, now=NOW)
    second = catalog.load_schemes(session, by=SYSTEM, now=NOW)

    assert first == second
    assert {scheme.code for scheme in first if scheme.is_demonstration} == {
        "demo-l3-short",
        "demo-l4",
        "demo-l5",
    }
    assert all(scheme.title_zh.startswith("演示方案") for scheme in first if scheme.is_demonstration)


def test_a_scheme_may_end(session: Session, tmp_path: Path) -> None:
    load(session)
    facts = json.loads((catalog.SCHEMES / "demo-l4.json").read_text("utf-8")) | {"until_on": "2026-01-01"}
    (tmp_path / "ended.json").write_text(json.dumps(facts), "utf-8")

    (scheme,) = catalog.load_schemes(session, tmp_path, by=SYSTEM, now=NOW)

    assert not scheme.is_in_force_on(date(2026, 1, 1))
    assert scheme.is_in_force_on(date(2025, 12, 31))


def test_real_schemes_come_before_demonstrations(session: Session, make: Make) -> None:
    tier = make.tier()
    demo = make.scheme(tier, code="a-demo", is_demonstration=True)
    real = make.scheme(tier, code="b-real")
    make.scheme(tier, until_on=TODAY)
    make.scheme(tier, from_on=date(2027, 1, 1))

    assert service.schemes_in_force(session, 3, on=TODAY) == [real, demo]
    assert service.scheme_by_id(session, real.id) is real


def test_what_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        service.tier_by_level(session, 3)
    with pytest.raises(NotFound):
        service.tier_by_id(session, uuid4())
    with pytest.raises(NotFound):
        service.scheme_by_id(session, uuid4())
    with pytest.raises(NotFound):
        service.scheme_by_code(session, "none")
    with pytest.raises(NotFound):
        service.by_code(session, "none")


def test_editions_are_listed_with_their_tiers(session: Session, make: Make) -> None:
    tier = make.tier()

    assert session.scalars(service.listing(by=make.actor())).one().tiers == [tier]
    assert service.tier_by_id(session, tier.id) is tier


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": 3}, "the areas make 2, not 3"),
        ({"marks_each": 2000}, "the marks make 120, not 100"),
    ],
)
def test_a_scheme_that_does_not_add_up_is_refused(change: dict[str, Any], message: str) -> None:
    content = json.loads(json.dumps(SHORT_PLAN))
    content["theory"]["parts"][0] |= change

    with pytest.raises(ValueError, match=message):
        read_plan(content)


def test_a_component_that_is_not_examined_is_none() -> None:
    plan = read_plan({"theory": SHORT_PLAN["theory"], "skill": None})

    assert plan.skill is None
    assert plan.pass_marks == {Component.THEORY: 6000}
    assert read_plan({"skill": SHORT_PLAN["skill"]}).theory is None


def test_only_five_of_the_eight_grades_are_levels() -> None:
    levels = [grade.level for grade in Grade]

    assert levels == [None, 5, 4, 3, 2, 1, None, None]
    assert covers(2, 3)
    assert not covers(4, 3)
