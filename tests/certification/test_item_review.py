"""Findings kept about items, set aside by others than the writer; comments; what blocks an approval."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.item_bank.lint import Finding, Pattern
from certification.item_bank.models import Item
from certification.item_bank.rules import ItemStatus, stem_digest
from certification.item_review import commenting, service
from certification.item_review.models import ItemFlag
from certification.item_review.service import FlagFilter
from tests.make import NOW, Make
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent

LATER = NOW + timedelta(hours=1)
STEM = "数据脱敏的目的是什么？"
ALL = FlagFilter(is_open=None)


class Bank:
    """A center with a writer and a reviewer."""

    def __init__(self, session: Session, make: Make) -> None:
        self.session, self.make, self.center = session, make, make.center()
        self.writer, self.reviewer = make.actor(self.center), make.actor(self.center)
        self.tier = make.tier()

    def item(self, stem: str, key: int = 1, **facts: object) -> Item:
        """An item in review with that stem."""
        base = {"center_id": self.center.id, "written_by": self.writer.id, "status": ItemStatus.REVIEW}
        item = self.make.item(self.tier, **{**base, **facts})  # type: ignore[arg-type]
        version = item.versions[0]
        version.stem, version.key = stem, [key]
        version.stem_digest = stem_digest(stem)
        self.session.flush()
        return item

    def check(self, item: Item) -> list[Finding]:
        """What is found about an item now."""
        return [flag.finding for flag in service.check_item(self.session, item.id, now=NOW)]

    def conflict(self) -> ItemFlag:
        """A key conflict between two items."""
        first = self.item(STEM)
        self.item(STEM, key=0)
        self.check(first)
        return self.session.scalars(sa.select(ItemFlag).where(ItemFlag.finding == Finding.KEY_CONFLICT)).one()


@pytest.fixture
def bank(session: Session, make: Make) -> Bank:
    return Bank(session, make)


def test_an_item_is_looked_at_among_its_level(bank: Bank) -> None:
    first, second = bank.item(STEM), bank.item(STEM, key=0)

    assert Finding.KEY_CONFLICT in bank.check(first)
    flag = next(one for one in service.of_item(bank.session, first.id) if one.finding is Finding.KEY_CONFLICT)
    assert (flag.other_id, flag.likeness, flag.version) == (second.id, 1000, 1)


def test_findings_that_are_mended_go(bank: Bank) -> None:
    first, second = bank.item(STEM), bank.item(STEM, key=0)
    bank.check(first)
    second.versions[0].key = [1]
    second.status = ItemStatus.RETIRED

    assert Finding.KEY_CONFLICT not in bank.check(first)
    assert bank.check(second) == []


def test_what_was_set_aside_stays_set_aside_while_versions_stay(bank: Bank) -> None:
    flag = bank.conflict()
    service.set_aside(bank.session, flag.id, reason="选项不同", by=bank.reviewer, now=LATER)

    kept = service.check_item(bank.session, flag.item_id, now=LATER)

    assert next(one for one in kept if one.finding is Finding.KEY_CONFLICT).set_aside_at == LATER


def test_a_serious_finding_blocks_the_approval_until_it_is_set_aside(bank: Bank) -> None:
    flag = bank.conflict()
    with pytest.raises(service.SeriousFindings) as refusal:
        service.require_clear(bank.session, flag.item_id, by=bank.reviewer)
    assert refusal.value.count == 1

    service.set_aside(bank.session, flag.id, reason="题干虽同，情境不同", by=bank.reviewer, now=LATER)

    service.require_clear(bank.session, flag.item_id, by=bank.reviewer)


def test_the_writer_does_not_set_a_serious_finding_aside(bank: Bank) -> None:
    flag = bank.conflict()

    with pytest.raises(service.OwnFinding):
        service.set_aside(bank.session, flag.id, reason="无妨", by=bank.writer, now=LATER)


def test_advice_may_be_set_aside_by_the_writer(bank: Bank) -> None:
    item = bank.item(STEM)
    bank.check(item)
    flag = service.of_item(bank.session, item.id)[0]

    assert service.set_aside(bank.session, flag.id, reason="已说明", by=bank.writer, now=LATER).set_aside_at == LATER
    again = service.set_aside(bank.session, flag.id, reason="再说一次", by=bank.reviewer, now=LATER)
    assert again.set_aside_reason == "已说明"


def test_setting_aside_needs_its_reason_and_can_be_undone(bank: Bank) -> None:
    flag = bank.conflict()
    with pytest.raises(service.SetAsideReasonMissing):
        service.set_aside(bank.session, flag.id, reason=" ", by=bank.reviewer, now=LATER)
    service.set_aside(bank.session, flag.id, reason="情境不同", by=bank.reviewer, now=LATER)

    service.take_up(bank.session, flag.id, by=bank.reviewer, now=LATER)
    service.take_up(bank.session, flag.id, by=bank.reviewer, now=LATER)

    assert (flag.set_aside_at, flag.set_aside_reason) == (None, None)
    deeds = bank.session.scalars(sa.select(AuditEvent.deed).where(AuditEvent.subject_id == str(flag.id))).all()
    assert sorted(deeds) == ["item_finding.set_aside", "item_finding.taken_up"]


def test_a_whole_level_is_looked_through(bank: Bank) -> None:
    bank.item(STEM)
    bank.item(STEM, key=0)
    gone = bank.item("停用的题", status=ItemStatus.RETIRED)
    bank.session.add(
        ItemFlag(
            item_id=gone.id, center_id=gone.center_id, version=1, finding=Finding.DUPLICATE, detail="", found_at=NOW
        )
    )

    looked_at = service.check_level(bank.session, bank.tier.id, bank.center.id, now=NOW)

    assert looked_at == 2
    assert service.counts(bank.session, by=bank.reviewer)[Finding.KEY_CONFLICT] == 2
    assert service.of_item(bank.session, gone.id) == []
    assert (bank.tier.id, bank.center.id) in service.banks(bank.session, by=bank.reviewer)


def test_a_pair_is_listed_once_and_only_in_its_banks(bank: Bank, make: Make) -> None:
    bank.item(STEM)
    bank.item(STEM, key=0)
    service.check_level(bank.session, bank.tier.id, bank.center.id, now=NOW)

    def listed(only: FlagFilter, by: Actor = bank.reviewer) -> int:
        return len(bank.session.scalars(service.listing(only, by=by)).all())

    assert listed(FlagFilter(finding=Finding.KEY_CONFLICT, level=bank.tier.level)) == 1
    assert listed(FlagFilter(finding=Finding.KEY_CONFLICT, level=1)) == 0
    assert listed(FlagFilter(is_open=False)) == 0
    assert listed(ALL) > 1
    assert listed(ALL, make.actor(make.center())) == 0


def test_another_center_finds_no_finding(bank: Bank, make: Make) -> None:
    flag = bank.conflict()

    with pytest.raises(NotFound):
        service.by_id(bank.session, flag.id, by=make.actor(make.center()))


def test_patterns_are_looked_for_in_the_readers_banks(bank: Bank, make: Make) -> None:
    for number in range(20):
        bank.item(f"第{number}题问什么？", key=1)

    mine = service.biases(bank.session, bank.tier.level, by=bank.reviewer)

    assert {one.pattern for one in mine} >= {Pattern.KEY_POSITION}
    assert service.biases(bank.session, bank.tier.level, by=make.actor(make.center())) == []


def test_comments_are_kept_with_their_version_and_settled(bank: Bank) -> None:
    item = bank.item(STEM)
    said = commenting.comment(bank.session, item.id, " 选项二有歧义 ", by=bank.reviewer, now=NOW)
    assert (said.text, said.version, commenting.count_open(bank.session, item.id)) == ("选项二有歧义", 1, 1)

    commenting.settle(bank.session, said.id, by=bank.writer, now=LATER)

    assert (said.settled_by_name, commenting.count_open(bank.session, item.id)) == (bank.writer.name, 0)
    newer = commenting.comment(bank.session, item.id, "另一点", by=bank.reviewer, now=LATER)
    assert commenting.comments(bank.session, item.id) == [newer, said]
    commenting.settle(bank.session, said.id, by=bank.writer, now=LATER)
    assert said.settled_at is None


def test_an_empty_comment_says_nothing(bank: Bank) -> None:
    with pytest.raises(commenting.CommentEmpty):
        commenting.comment(bank.session, bank.item(STEM).id, " ", by=bank.reviewer, now=NOW)


def test_comments_of_another_bank_are_not_found(bank: Bank, make: Make) -> None:
    said = commenting.comment(bank.session, bank.item(STEM).id, "歧义", by=bank.reviewer, now=NOW)
    stranger = replace(make.actor(make.center()), id=uuid4())

    with pytest.raises(NotFound):
        commenting.settle(bank.session, said.id, by=stranger, now=NOW)
