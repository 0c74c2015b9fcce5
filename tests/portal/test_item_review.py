"""Pages of item review: findings, two items side by side, versions, comments; the job that looks through a bank."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from certification.item_bank.lint import Finding
from certification.item_bank.models import Item
from certification.item_bank.rules import ItemStatus, ItemUse
from certification.item_review.models import ItemComment, ItemFlag
from portal import jobs
from portal.access import Role
from tests.certification.test_item_review import STEM, Bank
from tests.make import Make
from tests.portal.conftest import SignIn
from training_base.centers.rules import StaffDuty
from training_base.kernel.models import AuditEvent


@pytest.fixture
def bank(session: Session, make: Make) -> Bank:
    return Bank(session, make)


def conflict(bank: Bank) -> ItemFlag:
    flag = bank.conflict()
    bank.session.commit()
    return flag


def test_the_whole_bank_is_looked_through_as_a_job(app: Flask, session: Session, bank: Bank, sign_in: SignIn) -> None:
    bank.item(STEM)
    bank.item(STEM, key=0)
    session.commit()
    writer = sign_in(StaffDuty.ITEM_WRITER, at=bank.center)
    assert "没有疑点" in writer.get("/item-review/").text

    assert "/jobs/" in writer.post("/item-review/run").location
    with app.app_context():
        while jobs.work_once():
            pass

    page = writer.get(f"/item-review/?finding=key_conflict&level={bank.tier.level}&show=nonsense").text
    assert "其中必有一个是错的" in page
    assert "1 个疑点" in page


def test_nothing_is_looked_through_where_there_is_nothing(bank: Bank, sign_in: SignIn) -> None:
    answer = sign_in(StaffDuty.ITEM_WRITER, at=bank.center).post("/item-review/run", follow_redirects=True)

    assert "您的题库中还没有试题" in answer.text


def test_several_banks_are_several_jobs(session: Session, bank: Bank, sign_in: SignIn) -> None:
    bank.item(STEM)
    bank.item(STEM, center_id=None)
    session.commit()

    assert sign_in(roles=(Role.SCHEME_OWNER,)).post("/item-review/run").location.endswith("/jobs/")


def test_two_items_are_compared_and_the_finding_is_set_aside(session: Session, bank: Bank, sign_in: SignIn) -> None:
    flag = conflict(bank)
    reviewer = sign_in(StaffDuty.ITEM_WRITER, at=bank.center)
    page = f"/item-review/findings/{flag.id}"
    assert reviewer.get(page).text.count(STEM) >= 3

    without = reviewer.post(f"{page}/set-aside").text
    reviewer.post(f"{page}/set-aside", data={"reason": "情境不同"})

    assert "请说明为何可以保留现状" in without
    assert "情境不同" in reviewer.get(page).text
    assert "情境不同" in reviewer.get("/item-review/findings.csv?show=aside").text
    assert "该疑点已重新打开" in reviewer.post(f"{page}/take-up", follow_redirects=True).text


def test_the_writer_is_told_that_somebody_else_decides(session: Session, bank: Bank, sign_in: SignIn) -> None:
    flag = conflict(bank)
    writer = sign_in(StaffDuty.ITEM_WRITER, at=bank.center, account_id=bank.writer.id)

    page = writer.post(f"/item-review/findings/{flag.id}/set-aside", data={"reason": "=无妨"}).text

    assert "本题由您编写" in page
    assert "=无妨" in page


def test_a_reason_in_the_file_never_begins_a_formula(session: Session, bank: Bank, sign_in: SignIn) -> None:
    flag = conflict(bank)
    reviewer = sign_in(StaffDuty.ITEM_WRITER, at=bank.center)
    reviewer.post(f"/item-review/findings/{flag.id}/set-aside", data={"reason": "=1+1"})

    assert ",'=1+1" in reviewer.get("/item-review/findings.csv?show=all").text


def test_the_item_of_another_bank_stays_hidden(session: Session, bank: Bank, sign_in: SignIn) -> None:
    mine = bank.item("本中心的题")
    other = bank.item("城市题库的题", center_id=None)
    flag = ItemFlag(
        item_id=mine.id, center_id=mine.center_id, version=1, finding=Finding.NEAR_DUPLICATE, detail="",
        other_id=other.id, other_version=1, likeness=900, found_at=mine.created_at,
    )  # fmt: skip
    session.add(flag)
    session.commit()

    page = sign_in(StaffDuty.ITEM_WRITER, at=bank.center).get(f"/item-review/findings/{flag.id}").text

    assert "您无权查看" in page
    assert "城市题库的题" not in page


def test_reading_a_live_item_beside_another_is_on_record(session: Session, bank: Bank, sign_in: SignIn) -> None:
    flag = conflict(bank)
    session.execute(sa.update(Item).values(status=ItemStatus.APPROVED, use=ItemUse.EXAM))
    session.commit()

    sign_in(StaffDuty.ITEM_WRITER, at=bank.center).get(f"/item-review/findings/{flag.id}")

    assert session.scalars(sa.select(AuditEvent.deed)).all().count("item.read") == 2


def test_a_serious_finding_stops_the_approval(session: Session, bank: Bank, sign_in: SignIn) -> None:
    flag = conflict(bank)
    reviewer = sign_in(StaffDuty.ITEM_WRITER, at=bank.center)

    answer = reviewer.post(f"/items/{flag.item_id}/approve?version=1", follow_redirects=True)

    assert "1 个严重疑点尚未处理" in answer.text
    assert "答案冲突" in answer.text


def test_comments_stand_on_the_page_of_the_item(session: Session, bank: Bank, sign_in: SignIn) -> None:
    item = bank.item(STEM)
    session.commit()
    reader = sign_in(StaffDuty.ITEM_WRITER, at=bank.center)
    assert "还没有人评论本题" in reader.get(f"/items/{item.id}").text

    nothing = reader.post(f"/item-review/items/{item.id}/comments", follow_redirects=True).text
    said = reader.post(
        f"/item-review/items/{item.id}/comments", data={"text": "B 项有歧义"}, follow_redirects=True
    ).text
    comment = session.scalars(sa.select(ItemComment)).one()
    settled = reader.post(f"/item-review/comments/{comment.id}/settle", follow_redirects=True).text

    assert "请写下要说的内容" in nothing
    assert "B 项有歧义" in said
    assert "重新打开" in settled


def test_two_versions_are_told_apart(session: Session, bank: Bank, sign_in: SignIn, make: Make) -> None:
    item = bank.item(STEM)
    old = item.versions[0]
    item.versions.append(
        type(old)(
            kind=old.kind,
            number=2,
            stem="数据脱敏的主要目的是什么？",
            stem_digest="x" * 64,
            options=list(old.options),
            key=[0],
            rationale=old.rationale,
            reference=old.reference,
            written_by=bank.writer.id,
            created_at=old.created_at,
        )
    )
    item.version = 2
    session.commit()
    reader = sign_in(StaffDuty.ITEM_WRITER, at=bank.center)

    page = reader.get(f"/item-review/items/{item.id}/versions/1/2").text

    assert 'diff--added"><span class="visually-hidden">新增： </span>主要' in page
    assert "答案已改变" in page
    assert reader.get(f"/item-review/items/{item.id}/versions/1/9").status_code == 404
