"""The life of an edition: what each step needs, who may take it, and what the next edition keeps."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.standards import catalog, consultation, editing, lifecycle, service, versions, weighing
from certification.standards.completeness import Gap, GapKind, blocking, gaps
from certification.standards.consultation import Author, Words
from certification.standards.editing import NodeFacts, Place
from certification.standards.models import KnowledgePoint, NodeLink, Standard, StandardNode, Tier
from certification.standards.rules import (
    Component,
    Disposal,
    LinkKind,
    NodeKind,
    StandardKind,
    StandardStatus,
)
from certification.standards.versions import DraftFacts
from certification.standards.weighing import WeightFacts
from tests.make import NOW, TODAY, Make
from tests.make_standards import make_node, make_standard, make_tier
from training_base.kernel.actor import SYSTEM, Actor

S = StandardStatus
LATER = NOW + timedelta(days=31)
"""NOW and LATER fall on the same days in UTC and in Shanghai."""


@pytest.fixture
def by(make: Make) -> Actor:
    """Somebody who writes standards."""
    return make.actor(everywhere=True)


def complete(make: Make, **facts: Any) -> Standard:
    """A draft with all that adoption needs."""
    standard = make_standard(make, **facts)
    tier = make_tier(make, standard, training_hours=40)
    function = make_node(make, tier, code="1")
    duty = make_node(make, function, code="1.1")
    make_node(make, duty, code="1.1.1")
    make_node(make, duty, kind=NodeKind.KNOWLEDGE_POINT, code="1.1-1", zh="数据清洗的步骤")
    by = make.actor(everywhere=True)
    for component in (Component.THEORY, Component.SKILL):
        rows = [WeightFacts("业务", "Business", 100, function.id)]
        weighing.weigh(make.session, tier.id, component, rows, revision=None, by=by, now=NOW)
    return standard


def consulted(session: Session, make: Make, by: Actor) -> Standard:
    """A municipal standard under consultation since today, for thirty days."""
    standard = complete(make)
    return lifecycle.consult(session, standard.id, TODAY, TODAY + timedelta(days=30), by=by, now=NOW)


def adopt(
    session: Session, standard: Standard, *, by: Actor, now: datetime = LATER, on: date | None = None
) -> Standard:
    return lifecycle.put_in_force(session, standard.id, S.ADOPTED, on or now.date(), by=by, now=now)


def test_a_draft_goes_through_its_whole_life(session: Session, make: Make, by: Actor) -> None:
    standard = consulted(session, make, by)

    lifecycle.put_in_force(session, standard.id, S.TRIAL, LATER.date(), by=by, now=LATER)
    adopt(session, standard, by=by)
    lifecycle.deprecate(session, standard.id, LATER.date(), by=by, now=LATER)

    assert standard.status is S.DEPRECATED
    assert standard.trial_from_on == standard.adopted_on == standard.deprecated_on == LATER.date()


@pytest.mark.parametrize("status", [S.ADOPTED, S.DEPRECATED])
def test_nothing_leads_back(session: Session, make: Make, by: Actor, status: S) -> None:
    standard = complete(make, status=S.PRIVATE_DRAFT)
    standard.status = status

    with pytest.raises(lifecycle.WrongStep):
        lifecycle.consult(session, standard.id, TODAY, TODAY, by=by, now=NOW)


def test_a_step_from_a_state_that_was_not_seen_is_refused(session: Session, make: Make, by: Actor) -> None:
    standard = complete(make)

    with pytest.raises(lifecycle.WrongStep):
        lifecycle.consult(session, standard.id, TODAY, TODAY, by=by, now=NOW, revision=standard.revision - 1)


def test_a_consultation_needs_text_and_days_in_order(session: Session, make: Make, by: Actor) -> None:
    standard = make_standard(make)

    with pytest.raises(lifecycle.Incomplete):
        lifecycle.consult(session, standard.id, TODAY, TODAY, by=by, now=NOW)
    make_node(make, make_tier(make, standard))
    for first, last in ((TODAY, TODAY - timedelta(days=1)), (date(2026, 1, 1), date(2026, 2, 1))):
        with pytest.raises(lifecycle.DatesOutOfOrder):
            lifecycle.consult(session, standard.id, first, last, by=by, now=NOW)
    lifecycle.consult(session, standard.id, TODAY, TODAY, by=by, now=NOW)


def test_a_consultation_may_run_longer_but_not_shorter(session: Session, make: Make, by: Actor) -> None:
    standard = consulted(session, make, by)

    with pytest.raises(lifecycle.DatesOutOfOrder):
        lifecycle.extend(session, standard.id, TODAY + timedelta(days=30), by=by, now=NOW)
    lifecycle.extend(session, standard.id, TODAY + timedelta(days=45), by=by, now=NOW)
    assert standard.consultation_until_on == TODAY + timedelta(days=45)
    with pytest.raises(lifecycle.WrongStep):
        lifecycle.extend(session, complete(make).id, TODAY, by=by, now=NOW)


def test_an_edition_that_lacks_something_does_not_come_into_force(session: Session, make: Make, by: Actor) -> None:
    standard = consulted(session, make, by)
    standard.tiers[0].weights[0].percent = 90
    session.flush()

    with pytest.raises(lifecycle.Incomplete) as refused:
        adopt(session, standard, by=by)
    assert refused.value.count == 1


def test_adoption_waits_for_the_last_day_and_for_every_comment(session: Session, make: Make, by: Actor) -> None:
    standard = consulted(session, make, by)
    author = Author("某市民")
    made = consultation.comment(session, standard.id, Words("太笼统"), author, by=by, now=NOW, today=TODAY)

    with pytest.raises(lifecycle.ConsultationRunning):
        adopt(session, standard, by=by, now=NOW)
    with pytest.raises(lifecycle.CommentsOpen):
        adopt(session, standard, by=by)
    consultation.dispose(session, made.id, Disposal.ACCEPTED, None, by=by, now=LATER)
    assert adopt(session, standard, by=by).status is S.ADOPTED


def test_a_municipal_draft_is_not_adopted_unheard(session: Session, make: Make, by: Actor) -> None:
    with pytest.raises(lifecycle.NotConsulted):
        adopt(session, complete(make), by=by)


def test_a_national_standard_is_taken_over_as_it_is(session: Session, make: Make, by: Actor) -> None:
    assert adopt(session, complete(make, kind=StandardKind.NATIONAL), by=by).status is S.ADOPTED


def test_the_day_of_adoption_lies_between_the_earlier_steps_and_today(session: Session, make: Make, by: Actor) -> None:
    standard = consulted(session, make, by)

    for on in (TODAY, LATER.date() + timedelta(days=1)):
        with pytest.raises(lifecycle.DatesOutOfOrder):
            adopt(session, standard, by=by, on=on)
    with pytest.raises(lifecycle.DatesOutOfOrder):
        lifecycle.deprecate(session, standard.id, TODAY - timedelta(days=1), by=by, now=LATER)


def test_whoever_wrote_in_an_edition_does_not_put_it_into_force(session: Session, make: Make, by: Actor) -> None:
    standard = complete(make)
    place = Place(tier_id=standard.tiers[0].id)
    function = editing.add(session, standard.id, place, NodeFacts("2", "新"), kind=None, by=by, now=NOW)
    editing.remove(session, function.id, revision=None, by=by, now=NOW)
    lifecycle.consult(session, standard.id, TODAY, TODAY, by=by, now=NOW)

    with pytest.raises(lifecycle.OwnDraft):
        adopt(session, standard, by=by)
    begun = versions.begin(session, DraftFacts("x", "1", "新", "New"), by=by, now=NOW)
    assert by.id in lifecycle.writers(session, begun)


def test_the_points_of_a_binding_edition_come_into_the_item_bank_once(session: Session, make: Make, by: Actor) -> None:
    standard = consulted(session, make, by)
    adopt(session, standard, by=by)

    point = session.scalars(sa.select(KnowledgePoint)).one()

    assert (point.code, point.area, point.title) == ("1.1-1", "1.1", "数据清洗的步骤")
    assert lifecycle.publish_points(session, standard) == 0


def test_the_next_edition_has_the_same_text_under_new_names(session: Session, make: Make, by: Actor) -> None:
    old = adopt(session, consulted(session, make, by), by=by)

    new = versions.revise(session, old.id, DraftFacts("next", "2", "下一版", "Next"), by=by, now=LATER)

    texts = [
        [(n.kind, n.code, n.zh) for n in service.in_order(service.tree(session, s.tiers[0].id))] for s in (old, new)
    ]
    assert texts[0] == texts[1]
    assert (new.series, new.replaces_id, new.status) == (old.series, old.id, S.PRIVATE_DRAFT)
    links = session.scalars(sa.select(NodeLink).where(NodeLink.standard_id == new.id)).all()
    assert {link.kind for link in links} == {LinkKind.REPLACED_BY}
    assert len(links) == 1 + len(texts[0])
    weights = service.weights(session, new.tiers[0].id)[Component.THEORY]
    assert session.get_one(StandardNode, weights[0].node_id).standard_id == new.id


def test_points_of_the_item_bank_become_nodes_of_the_next_edition(session: Session, by: Actor) -> None:
    old = catalog.load_standard(session, by=SYSTEM, now=NOW)
    catalog.load_knowledge_points(session, by=SYSTEM, now=NOW)

    new = versions.revise(session, old.id, DraftFacts("next", "2", "下一版", "Next"), by=by, now=NOW)

    kinds = sa.select(sa.func.count()).where(StandardNode.standard_id == new.id)
    made = session.scalar(kinds.where(StandardNode.kind == NodeKind.KNOWLEDGE_POINT))
    duties = sa.select(StandardNode.tier_id, StandardNode.code).where(StandardNode.kind == NodeKind.DUTY)
    known = {(row.tier_id, row.code) for row in session.execute(duties.where(StandardNode.standard_id == old.id))}
    points = session.scalars(sa.select(KnowledgePoint)).all()
    assert made == sum((point.tier_id, point.area) in known for point in points) > 100


def test_equal_nodes_are_said_to_be_the_same_when_the_edition_is_published(
    session: Session, make: Make, by: Actor
) -> None:
    old = adopt(session, consulted(session, make, by), by=by)
    new = versions.revise(session, old.id, DraftFacts("next", "2", "下一版", "Next"), by=by, now=LATER)
    function = service.tree(session, new.tiers[0].id)[0].node
    editing.change(session, function.id, NodeFacts("1", "另一职能"), revision=None, by=by, now=LATER)

    for _ in range(2):
        lifecycle._settle_links(session, new)

    same = sa.select(NodeLink).where(NodeLink.standard_id == new.id, NodeLink.kind == LinkKind.EXACT_MATCH_OF)
    ends = {link.destination_identifier for link in session.scalars(same)}
    assert function.identifier not in ends
    assert len(ends) == 3


def test_adopting_the_next_edition_ends_the_one_before(session: Session, make: Make, by: Actor) -> None:
    old = consulted(session, make, by)
    facts = DraftFacts("next", "2", "报批稿", "For approval")
    new = versions.revise(session, old.id, facts, by=make.actor(everywhere=True), now=LATER)

    adopt(session, new, by=by)

    assert (old.status, old.deprecated_on, new.status) == (S.DEPRECATED, LATER.date(), S.ADOPTED)


def test_a_trial_leaves_the_edition_in_force_alone(session: Session, make: Make, by: Actor) -> None:
    old = adopt(session, complete(make, kind=StandardKind.NATIONAL), by=by)
    facts = DraftFacts("next", "2", "下一版", "Next")
    new = versions.revise(session, old.id, facts, by=make.actor(everywhere=True), now=LATER)

    lifecycle.put_in_force(session, new.id, S.TRIAL, LATER.date(), by=by, now=LATER)

    assert old.status is S.ADOPTED


def test_a_draft_is_changed_itself_and_codes_are_not_taken_twice(session: Session, make: Make, by: Actor) -> None:
    draft = complete(make)

    with pytest.raises(versions.StillADraft):
        versions.revise(session, draft.id, DraftFacts("next", "2", "下", "Next"), by=by, now=NOW)
    with pytest.raises(versions.CodeTaken):
        versions.begin(session, DraftFacts(draft.code, "2", "下", "Next"), by=by, now=NOW)


def test_a_standard_begins_with_empty_tiers(session: Session, by: Actor) -> None:
    begun = versions.begin(session, DraftFacts("x", "1", "新", "New"), levels=(5, 3), by=by, now=NOW)

    kinds = {gap.kind for gap in lifecycle.missing(session, begun)}

    assert [tier.level for tier in begun.tiers] == [5, 3]
    assert kinds == {GapKind.EMPTY, GapKind.TIER_EMPTY, GapKind.HOURS_MISSING, GapKind.WEIGHTS_MISSING}


def test_every_gap_is_named(session: Session, make: Make) -> None:
    standard = make_standard(make)
    tier = make_tier(make, standard)
    function = make_node(make, tier, code=None, en=None)
    make_node(make, function, code="1", zh=None, en=None)
    make_node(make, function, code="1")
    rows = [WeightFacts("一", "One", 60), WeightFacts("二", "Two", None)]
    by = make.actor(everywhere=True)
    weighing.weigh(session, tier.id, Component.THEORY, rows, revision=None, by=by, now=NOW)
    rows = [WeightFacts("一", "One", 120)]
    weighing.weigh(session, tier.id, Component.SKILL, rows, revision=None, by=by, now=NOW)

    found = sorted(gap.kind.value for gap in lifecycle.missing(session, standard))

    assert found == [
        "code_missing", "code_twice", "code_twice", "duty_empty", "duty_empty", "english_missing", "hours_missing",
        "text_missing", "weight_open", "weight_sum",
    ]  # fmt: skip


def test_a_framework_without_tiers_needs_text_only(make: Make, session: Session) -> None:
    framework = make_standard(make, kind=StandardKind.OTHER)
    make_node(make, framework, code=None)
    node = make_node(make, framework, zh=None, en=None)

    assert lifecycle.missing(session, framework) == [Gap(GapKind.TEXT_MISSING, None, node.id)]


@pytest.mark.parametrize(("step", "count"), [(S.CONSULTATION, 1), (S.TRIAL, 1), (S.ADOPTED, 1), (S.DEPRECATED, 0)])
def test_a_text_without_nodes_is_not_published(step: S, count: int) -> None:
    assert len(blocking(gaps([], [], is_empty=True), step)) == count


def test_a_tier_of_the_next_edition_follows_the_old_one(session: Session, make: Make, by: Actor) -> None:
    old = adopt(session, consulted(session, make, by), by=by)
    old_tier: Tier = old.tiers[0]

    new = versions.revise(session, old.id, DraftFacts("next", "2", "下", "Next"), by=by, now=LATER)

    link = session.scalars(sa.select(NodeLink).where(NodeLink.origin_identifier == old_tier.identifier)).one()
    assert link.destination_identifier == new.tiers[0].identifier != old_tier.identifier


def test_the_calendar_of_the_place_says_which_day_it_is(session: Session, make: Make, by: Actor) -> None:
    late = datetime(2026, 6, 15, 17, 0, tzinfo=UTC)

    standard = adopt(session, complete(make, kind=StandardKind.NATIONAL), by=by, now=late, on=date(2026, 6, 16))

    assert standard.adopted_on == date(2026, 6, 16)
