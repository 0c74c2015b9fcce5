"""Blueprints and their versions, enemies, sets of parallel papers from asking to freezing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.assembly import rules, service, solver, telling
from certification.assembly.rules import InformationGoal, Limit
from certification.assembly.solver import Conflict, LimitsInConflict, NotEnoughItems, NotFoundInTime
from certification.assembly.supply import CellSupply, JointShortage
from certification.exams import paper_sets, papers
from certification.exams.models import PaperSet
from certification.exams.rules import ExamSessionStatus, PaperSetStatus
from certification.item_bank.calibration import ItemCalibration
from certification.item_bank.models import Item
from certification.item_bank.rules import ItemStatus
from tests.make import NOW, Make
from tests.make_assembly import a_blueprint, a_cell, a_solved_set
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent, Job


def test_a_blueprint_keeps_every_version(session: Session, make: Make) -> None:
    blueprint = a_blueprint(make, per_point=1, information=(InformationGoal(0.5, 2.0, 0.05),))
    first = blueprint.current.specification
    by = make.actor(blueprint.center_id)

    changed = replace(first, rest_days=30)
    service.revise(session, blueprint.id, title="新名称", specification=changed, by=by, now=NOW)

    found = service.by_id(session, blueprint.id, by=by)
    assert (found.title, found.version, found.current.specification) == ("新名称", 2, changed)
    assert found.versions[0].specification == first


def test_numbers_of_a_kind_must_make_what_the_scheme_asks(session: Session, make: Make) -> None:
    blueprint = a_blueprint(make)
    cells = blueprint.current.specification.cells[1:]
    by = make.actor(blueprint.center_id)

    with pytest.raises(service.CountsDoNotAddUp) as refused:
        service.revise(session, blueprint.id, title="x", specification=rules.Specification(cells), by=by, now=NOW)

    assert (refused.value.kind, refused.value.wanted, refused.value.given) == ("true_false", 2, 1)


def test_a_scheme_without_theory_has_no_blueprints(session: Session, make: Make) -> None:
    scheme, center = make.scheme(content={"skill": None}), make.center()

    with pytest.raises(service.NoTheory):
        service.draft(
            session, scheme.id, center.id, title="x", specification=rules.Specification(()), by=make.actor(center),
            now=NOW,
        )  # fmt: skip


def test_blueprints_of_another_center_do_not_exist(session: Session, make: Make) -> None:
    blueprint = a_blueprint(make)

    with pytest.raises(NotFound):
        service.by_id(session, blueprint.id, by=make.actor(make.center()))


def two_items(make: Make) -> tuple[Item, Item, Actor]:
    """Two items of a center, and somebody of that center."""
    tier, center = make.tier(), make.center()
    return make.item(tier, center_id=center.id), make.item(tier, center_id=center.id), make.actor(center)


def test_enemies_are_declared_once_seen_from_both_sides_and_taken_back(session: Session, make: Make) -> None:
    one, other, by = two_items(make)

    pair = service.declare_enemies(session, one.id, other.code, reason="提示答案", by=by, now=NOW)

    assert [found.id for found in service.enemies_of(session, other.id)] == [pair.id]
    assert service.enemies_among(session, [one.id, other.id]) == {frozenset({one.id, other.id})}
    assert service.enemies_among(session, [one.id]) == frozenset()
    service.reconcile(session, other.id, pair.id, by=by, now=NOW)
    assert service.enemies_of(session, one.id) == []


def test_no_pair_is_declared_twice_with_itself_or_with_a_stranger(session: Session, make: Make) -> None:
    one, other, by = two_items(make)
    service.declare_enemies(session, one.id, other.code, reason="x", by=by, now=NOW)

    for code, refusal in (
        (one.code, service.AlreadyEnemies), (other.code, service.OwnEnemy), ("none", service.EnemyUnknown)
    ):  # fmt: skip
        with pytest.raises(refusal):
            service.declare_enemies(session, other.id, code, reason="x", by=by, now=NOW)
    with pytest.raises(NotFound):
        service.reconcile(session, one.id, uuid4(), by=by, now=NOW)


def test_asking_for_papers_starts_a_job(session: Session, make: Make) -> None:
    blueprint = a_blueprint(make)
    by = make.actor(blueprint.center_id)

    asked = paper_sets.ask(session, blueprint.id, count=3, seed=1, seconds=9, by=by, now=NOW)

    job = session.scalars(sa.select(Job)).one()
    assert (job.kind, job.payload, job.total) == (paper_sets.JOB, {"paper_set_id": str(asked.id)}, 9)
    assert asked.status is PaperSetStatus.SOLVING


def test_asking_for_more_than_the_bank_holds_starts_nothing(session: Session, make: Make) -> None:
    blueprint = a_blueprint(make, each=2)
    by = make.actor(blueprint.center_id)

    with pytest.raises(NotEnoughItems):
        paper_sets.ask(session, blueprint.id, count=3, seed=1, seconds=9, by=by, now=NOW)

    assert session.scalar(sa.select(sa.func.count()).select_from(PaperSet)) == 0


def test_the_supply_tells_what_is_left_out_and_calibrated(session: Session, make: Make) -> None:
    blueprint = a_blueprint(make, each=2, exposure_cap=1)
    a_solved_set(make, blueprint, count=1, frozen=True)
    specification = blueprint.current.specification

    found = paper_sets.supplied(session, blueprint.scheme, blueprint.center, specification, 2, now=NOW)
    rested = paper_sets.supplied(
        session, blueprint.scheme, blueprint.center, replace(specification, exposure_cap=None, rest_days=5), 1, now=NOW
    )

    assert (found.exposed, found.resting, found.pool, found.calibrated) == (6, 0, 6, 0)
    assert [cell.missing for cell in found.cells] == [1] * 6
    assert (rested.resting, rested.joint) == (6, None)


def test_a_solved_set_is_frozen_as_papers_that_share_nothing(session: Session, make: Make) -> None:
    paper_set = a_solved_set(make, frozen=True)
    by = make.actor(paper_set.center_id)

    frozen = paper_sets.frozen_papers(session, paper_set.id)

    assert [paper.set_position for paper in frozen] == [1, 2]
    items = [{item.item_id for item in paper.items} for paper in frozen]
    assert (len(items[0]), items[0] & items[1]) == (6, set())
    assert all(papers.is_intact(paper) for paper in frozen)
    assert paper_sets.faults(session, paper_sets.by_id(session, paper_set.id, by=by)) == []
    assert session.scalar(sa.select(AuditEvent.deed).where(AuditEvent.deed == "paper_set.frozen"))


def test_a_set_is_frozen_or_thrown_away_once(session: Session, make: Make) -> None:
    frozen, other = a_solved_set(make, frozen=True), a_solved_set(make)
    paper_sets.discard(session, other.id, by=make.actor(other.center_id), now=NOW)

    for paper_set, deed in ((frozen, paper_sets.discard), (other, paper_sets.freeze)):
        with pytest.raises(paper_sets.SetNotOpen):
            deed(session, paper_set.id, by=make.actor(paper_set.center_id), now=NOW)


def test_a_set_whose_items_left_the_pool_is_not_frozen(session: Session, make: Make) -> None:
    paper_set = a_solved_set(make)
    gone = session.scalars(sa.select(Item).where(Item.status == ItemStatus.APPROVED)).all()
    used = {facts["id"] for facts in paper_set.content["items"]}
    item = next(one for one in gone if str(one.id) in used)
    item.status = ItemStatus.RETIRED

    with pytest.raises(paper_sets.ItemsGone) as refused:
        paper_sets.freeze(session, paper_set.id, by=make.actor(paper_set.center_id), now=NOW)

    assert refused.value.items == (item.code,)


def test_a_changed_paper_and_a_broken_limit_are_found(session: Session, make: Make) -> None:
    paper_set = a_solved_set(make, frozen=True)
    first, second = paper_sets.frozen_papers(session, paper_set.id)
    first.items[0].item_id, first.items[0].stem = second.items[0].item_id, "changed"
    content = dict(paper_set.content)
    paper_set.content = {**content, "papers": [content["papers"][0], content["papers"][0]]}

    found = " / ".join(paper_sets.faults(session, paper_set))

    assert "uses" in found
    assert f"{first.code}: other items" in found
    assert f"{first.code}: changed since it was frozen" in found


def test_goals_are_kept_as_figures_with_the_solved_papers(session: Session, make: Make) -> None:
    blueprint = a_blueprint(make, difficulty_within=0.5, information=(InformationGoal(0.0, within=0.2),))

    asked = paper_sets.solved_problem(a_solved_set(make, blueprint))

    assert asked.specification.difficulty == pytest.approx(-1.0)
    assert asked.specification.information[0].target == pytest.approx(6 * 0.196612, rel=1e-4)


def test_papers_are_compared_by_figures_of_their_items(session: Session, make: Make) -> None:
    paper_set = a_solved_set(make)
    asked = paper_sets.solved_problem(paper_set)

    found = paper_sets.compare(paper_sets.solved_papers(paper_set, asked)[0], (0.0,))

    assert (found.difficulty, found.fresh, found.calibrated) == (-1.0, 6, 0)
    assert found.information[0.0] == pytest.approx(6 * 0.196612, rel=1e-4)


def test_an_item_rests_from_its_last_exam_not_from_a_cancelled_one(session: Session, make: Make) -> None:
    paper_set = a_solved_set(make, count=1, frozen=True)
    blueprint = paper_set.blueprint_version.blueprint
    times: dict[str, Any] = {"scheme": blueprint.scheme, "paper_id": None, "paper_set_id": paper_set.id}
    held = make.exam_session(
        blueprint.center, starts_at=NOW + timedelta(days=3), ends_at=NOW + timedelta(days=4), **times
    )
    make.exam_session(
        blueprint.center, starts_at=NOW + timedelta(days=9), ends_at=NOW + timedelta(days=10),
        status=ExamSessionStatus.CANCELLED, **times,
    )  # fmt: skip

    assert set(paper_sets.last_used(session, blueprint.scheme.tier_id).values()) == {held.starts_at}
    assert [one.id for one in paper_sets.sessions_with(session, paper_set.id, by=make.actor(blueprint.center))][
        -1
    ] == held.id


@pytest.mark.parametrize(
    "refusal",
    [
        NotEnoughItems((CellSupply(a_cell(3), 1, 1, 3),), None),
        NotEnoughItems((), JointShortage((a_cell(3),), 2)),
        LimitsInConflict((Conflict(Limit.ENEMIES, "a b", 1, 2, 3),), is_least=True),
        NotFoundInTime(5.0, (Conflict(Limit.FRESH, "", 1, 0),)),
    ],
)
def test_why_a_set_failed_is_kept_and_told_later(session: Session, make: Make, refusal: telling.Unsolved) -> None:
    blueprint = a_blueprint(make)
    by = make.actor(blueprint.center_id)
    begun = paper_sets.begin(session, blueprint.id, count=1, seed=1, seconds=5, by=by, now=NOW)

    paper_sets.refuse(session, begun.id, telling.facts_of(refusal), by=by, now=NOW)
    session.flush()
    session.expire(begun)

    told = telling.refusal_of(begun.outcome)
    assert begun.status is PaperSetStatus.FAILED
    assert told is not None
    assert vars(told) == vars(refusal)


def test_what_is_no_refusal_is_none() -> None:
    assert telling.refusal_of({"shared": 0}) is None
    assert solver.Effort().seconds == solver.SECONDS


def test_what_candidates_answered_takes_the_place_of_the_writers_guess(session: Session, make: Make) -> None:
    blueprint = a_blueprint(make, each=1)
    known, changed = session.scalars(sa.select(Item).order_by(Item.code).limit(2)).all()
    for item, version in ((known, known.current.id), (changed, make.item(known.tier).current.id)):
        make.add(
            ItemCalibration(
                item_id=item.id, item_version_id=version, n=300, facility=0.6, a=1.4, b=-0.35, model="2pl",
                calibrated_at=NOW,
            )
        )  # fmt: skip

    asked = paper_sets.problem(session, blueprint, blueprint.current.specification, 1, now=NOW)

    found = {one.id: one for one in asked.pool}
    assert (found[known.id].difficulty, found[known.id].discrimination, found[known.id].calibrated) == (
        -0.35,
        1.4,
        True,
    )
    assert not found[changed.id].calibrated
    assert (
        paper_sets.supplied(
            session, blueprint.scheme, blueprint.center, blueprint.current.specification, 1, now=NOW
        ).calibrated
        == 1
    )
