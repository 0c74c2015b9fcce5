"""The item bank: who writes does not approve, versions never change, imports are whole or nothing."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.item_bank import exporting, service
from certification.item_bank.models import Item
from certification.item_bank.rules import ItemFacts, ItemKind, ItemStatus, ItemUse
from certification.standards.models import KnowledgePoint, Tier
from certification.standards.rules import Evidence
from tests.make import NOW, Make
from training_base.kernel.actor import SYSTEM, Actor
from training_base.kernel.errors import Conflict, NotFound
from training_base.kernel.models import AuditEvent

FACTS = ItemFacts(
    code="N-1",
    level=3,
    kind=ItemKind.SINGLE_CHOICE,
    stem="质检抽样的目的是（　）。",
    options=("发现系统性错误", "增加工时", "减少数据", "更换工具"),
    key=(0,),
    rationale="抽样用来发现系统性错误。",
    reference="国家职业技能标准",
    knowledge_point="3-2.1-01",
    difficulty=2,
    use=ItemUse.EXAM,
)


@pytest.fixture
def tier(make: Make) -> Tier:
    """Level 3 with one knowledge point."""
    tier = make.tier()
    make.add(KnowledgePoint(tier_id=tier.id, code="3-2.1-01", area="2.1", title="试标", evidence=Evidence.OWN))
    return tier


@pytest.fixture
def writer(make: Make, tier: Tier) -> Actor:
    """Somebody who writes for a center."""
    return make.actor(make.center())


def write(session: Session, by: Actor, **change: Any) -> Item:
    (center_id,) = by.center_ids
    return service.draft(session, replace(FACTS, **change), center_id=center_id, by=by, now=NOW)


def deeds(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEvent.deed)))


# --- the life of an item


def test_a_new_item_is_a_draft_with_one_version(session: Session, writer: Actor) -> None:
    item = write(session, writer)

    assert (item.status, item.version, item.current.stem) == (ItemStatus.DRAFT, 1, FACTS.stem)
    assert service.facts_of(item) == FACTS
    assert deeds(session) == ["item.drafted"]


def test_who_wrote_an_item_does_not_approve_it(session: Session, writer: Actor) -> None:
    item = write(session, writer)
    service.submit(session, item.id, by=writer, now=NOW)

    with pytest.raises(service.OwnItem):
        service.approve(session, item.id, by=writer, now=NOW)
    assert item.status is ItemStatus.REVIEW


def test_a_second_person_approves(session: Session, make: Make, writer: Actor) -> None:
    item = write(session, writer)
    service.submit(session, item.id, by=writer, now=NOW)
    reviewer = make.actor(*writer.center_ids)

    assert session.scalars(service.awaiting(by=reviewer)).all() == [item]
    assert session.scalars(service.awaiting(by=writer)).all() == []
    service.approve(session, item.id, by=reviewer, now=NOW)

    assert (item.status, item.approved_by, item.approved_at) == (ItemStatus.APPROVED, reviewer.id, NOW)
    assert "item.approved" in deeds(session)


def test_who_wrote_the_current_version_does_not_approve_it(session: Session, make: Make, writer: Actor) -> None:
    item = write(session, writer)
    second = make.actor(*writer.center_ids)
    service.revise(session, item.id, replace(FACTS, difficulty=3), by=second, now=NOW)
    service.submit(session, item.id, by=second, now=NOW)

    with pytest.raises(service.OwnItem):
        service.approve(session, item.id, by=second, now=NOW)
    assert session.scalars(service.awaiting(by=second)).all() == []


def test_a_reviewer_sends_back_with_a_reason(session: Session, make: Make, writer: Actor) -> None:
    item = write(session, writer)
    service.submit(session, item.id, by=writer, now=NOW)

    service.send_back(session, item.id, reason="选项有歧义", by=make.actor(*writer.center_ids), now=NOW)

    assert item.status is ItemStatus.DRAFT


def test_each_deed_has_its_place_in_the_life_of_an_item(session: Session, make: Make, writer: Actor) -> None:
    item = write(session, writer)

    with pytest.raises(service.WrongStatus):
        service.approve(session, item.id, by=make.actor(*writer.center_ids), now=NOW)
    service.retire(session, item.id, reason="过时", by=writer, now=NOW)
    with pytest.raises(service.WrongStatus):
        service.submit(session, item.id, by=writer, now=NOW)
    with pytest.raises(service.WrongStatus):
        service.retire(session, item.id, reason="过时", by=writer, now=NOW)
    with pytest.raises(service.WrongStatus):
        service.revise(session, item.id, FACTS, by=writer, now=NOW)


def test_a_revision_is_a_new_version_and_a_draft_again(session: Session, make: Make, tier: Tier) -> None:
    point = make.add(KnowledgePoint(tier_id=tier.id, code="3-9", area="2.1", title="x", evidence=Evidence.OWN))
    item = make.item(tier)

    service.revise(session, item.id, replace(FACTS, knowledge_point="3-9"), by=SYSTEM, now=NOW)

    assert (item.version, item.status, item.approved_by) == (2, ItemStatus.DRAFT, None)
    assert [version.stem for version in item.versions][1:] == [FACTS.stem]
    assert (item.current.number, item.knowledge_point_id) == (2, point.id)


def test_an_item_that_may_be_examined_is_never_practised(session: Session, make: Make, tier: Tier) -> None:
    item = make.item(tier, approved_at=NOW)

    with pytest.raises(service.ExaminedBefore):
        service.revise(session, item.id, replace(FACTS, use=ItemUse.PRACTICE), by=SYSTEM, now=NOW)


def test_only_the_version_that_was_read_is_approved(session: Session, make: Make, tier: Tier) -> None:
    item = make.item(tier, status=ItemStatus.REVIEW, version=1)

    with pytest.raises(Conflict):
        service.approve(session, item.id, version=2, by=SYSTEM, now=NOW)


def test_an_item_that_was_practised_is_never_examined(session: Session, make: Make, tier: Tier) -> None:
    item = make.item(tier, use=ItemUse.PRACTICE, approved_at=NOW)

    with pytest.raises(service.PractisedBefore):
        service.revise(session, item.id, FACTS, by=SYSTEM, now=NOW)


def test_a_practice_item_that_was_never_approved_may_change_its_use(session: Session, writer: Actor) -> None:
    item = write(session, writer, use=ItemUse.PRACTICE)

    service.revise(session, item.id, FACTS, by=writer, now=NOW)

    assert item.use is ItemUse.EXAM


def test_an_item_that_clashes_is_refused(session: Session, writer: Actor) -> None:
    write(session, writer)

    with pytest.raises(service.CodeTaken):
        write(session, writer)
    with pytest.raises(service.StemTaken) as same:
        write(session, writer, code="N-2")
    with pytest.raises(service.StemTaken) as conflict:
        write(session, writer, code="N-2", key=(1,))
    assert (same.value.same_key, conflict.value.same_key) == (True, False)


def test_a_retired_item_leaves_its_stem_free(session: Session, writer: Actor) -> None:
    service.retire(session, write(session, writer).id, reason="过时", by=writer, now=NOW)

    assert write(session, writer, code="N-2").status is ItemStatus.DRAFT


def test_an_unknown_point_and_a_wrong_key_are_refused(session: Session, writer: Actor) -> None:
    with pytest.raises(service.PointUnknown):
        write(session, writer, knowledge_point="3-9.9-99")
    with pytest.raises(ValueError):
        write(session, writer, key=(7,))


def test_another_centers_items_are_not_found(session: Session, make: Make, writer: Actor) -> None:
    item = write(session, writer)
    stranger = make.actor(make.center())

    with pytest.raises(NotFound):
        service.by_id(session, item.id, by=stranger)
    with pytest.raises(NotFound):
        service.draft(session, FACTS, center_id=None, by=stranger, now=NOW)
    assert session.scalars(service.listing(by=stranger)).all() == []


def test_whoever_reads_a_live_exam_item_is_on_record(session: Session, make: Make, tier: Tier) -> None:
    live = make.item(tier)
    open_one = make.item(tier, use=ItemUse.PRACTICE)

    service.open_item(session, live.id, by=SYSTEM, now=NOW)
    service.open_item(session, open_one.id, by=SYSTEM, now=NOW)

    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.deed == "item.read")).all()
    assert [event.subject_id for event in events] == [str(live.id)]


@pytest.mark.parametrize(
    ("only", "codes"),
    [
        ({}, ["I-1", "I-2", "I-3"]),
        ({"level": 4}, ["I-3"]),
        ({"area": "1.1"}, ["I-1", "I-3"]),
        ({"area": "2"}, ["I-2"]),
        ({"kind": ItemKind.TRUE_FALSE}, ["I-2"]),
        ({"status": ItemStatus.DRAFT}, ["I-2"]),
        ({"use": ItemUse.PRACTICE}, ["I-3"]),
        ({"text": "i-1"}, ["I-1"]),
        ({"text": "的题干"}, ["I-1", "I-2", "I-3"]),
        ({"text": "100%"}, []),
    ],
)
def test_a_list_is_narrowed(session: Session, make: Make, only: dict[str, Any], codes: list[str]) -> None:
    three, four = make.tier(3), make.tier(4)
    make.item(three, code="I-1")
    make.item(three, ItemKind.TRUE_FALSE, "2.1", status=ItemStatus.DRAFT, code="I-2")
    make.item(four, use=ItemUse.PRACTICE, code="I-3")

    found = session.scalars(service.listing(service.ItemFilter(**only), by=SYSTEM)).all()

    assert [item.code for item in found] == codes
    assert service.ItemFilter(**only).is_empty is not bool(only)


def test_a_list_is_one_query(session: Session, make: Make, tier: Tier, count_queries: list[str]) -> None:
    make.bank(tier)
    session.expire_all()
    count_queries.clear()

    for item in session.scalars(service.listing(by=SYSTEM)).unique():
        assert item.current.stem
        assert item.knowledge_point.area
        assert item.tier.level

    assert len(count_queries) == 1


def test_the_pool_holds_approved_exam_items_of_the_common_bank_and_the_center(
    session: Session, make: Make, tier: Tier
) -> None:
    ours, theirs = make.center(), make.center()
    common = make.item(tier, code="A")
    own = make.item(tier, center_id=ours.id, code="B")
    make.item(tier, center_id=theirs.id)
    make.item(tier, status=ItemStatus.REVIEW)
    make.item(tier, use=ItemUse.PRACTICE)

    assert service.pool(session, tier.id, center_id=ours.id) == [common, own]


def test_whoever_takes_live_exam_items_out_is_on_record(session: Session, make: Make, tier: Tier) -> None:
    live = make.item(tier, code="A")
    make.item(tier, code="B", use=ItemUse.PRACTICE)

    taken = exporting.take_out(session, service.ItemFilter(), by=SYSTEM, now=NOW)

    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.deed == "item.read")).all()
    assert [facts.code for facts in taken] == ["A", "B"]
    assert [event.subject_id for event in events] == [str(live.id)]
