"""Pages of safekeeping: readings and their file, leaks decided by two, marks in exports and on papers."""

from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.item_bank.models import Item
from certification.item_bank.rules import ItemStatus
from certification.safekeeping import rules
from certification.safekeeping.models import ExportMark, LeakReport
from portal.access import Role
from tests.make import Make
from tests.portal.conftest import SignIn
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty


@pytest.fixture
def center(make: Make) -> TrainingCenter:
    return make.center()


@pytest.fixture
def item(make: Make, center: TrainingCenter) -> Item:
    return make.item(make.tier(), center_id=center.id)


def text(browser: FlaskClient, path: str, **data: Any) -> str:
    """The page that is shown, after a form is sent where there are fields."""
    answer = browser.post(path, data=data, follow_redirects=True) if data else browser.get(path)
    return answer.get_data(as_text=True)


def test_readings_are_listed_searched_and_taken_out(sign_in: SignIn, center: TrainingCenter, item: Item) -> None:
    sign_in(StaffDuty.ITEM_WRITER, at=center).get(f"/items/{item.id}")
    manager = sign_in(StaffDuty.MANAGER, at=center)

    assert item.code in text(manager, "/safekeeping/readings")
    assert item.code in text(manager, f"/safekeeping/readings?item={item.code}")
    assert "没有符合条件的查阅记录" in text(manager, "/safekeeping/readings?item=none")
    assert "没有符合条件的查阅记录" in text(manager, "/safekeeping/readings?reader=nobody")
    rows = text(manager, "/safekeeping/readings.csv").splitlines()
    assert len(rows) == 2
    assert item.code in rows[1]
    assert len(text(manager, "/safekeeping/readings.csv?item=none").splitlines()) == 1


def test_nobody_has_read_anything_yet(sign_in: SignIn, center: TrainingCenter) -> None:
    assert "还没有人查阅过" in text(sign_in(StaffDuty.MANAGER, at=center), "/safekeeping/readings")


def test_a_leak_is_declared_by_one_and_decided_by_another(
    session: Session, sign_in: SignIn, center: TrainingCenter, item: Item
) -> None:
    writer, other = (sign_in(StaffDuty.ITEM_WRITER, at=center) for _ in range(2))
    path = f"/safekeeping/items/{item.id}/leak"

    assert "未用于任何试卷" in text(writer, path)
    page = text(writer, path, reason="群里见到")
    report_id = session.scalars(sa.select(LeakReport.id)).one()
    decide = f"/safekeeping/leaks/{report_id}/decide"

    assert "须由他人裁定" in page
    assert "由他人裁定" in text(writer, decide, leaked="yes", decision="属实")
    assert "请选择一项" in text(other, decide, decision="属实")
    assert "裁定已保存" in text(other, decide, leaked="yes", decision="属实")
    assert item.code in text(other, "/safekeeping/leaks")
    session.expire_all()
    assert session.get_one(Item, item.id).status is ItemStatus.RETIRED
    assert "已停用" in text(writer, path, reason="再次")


def test_an_export_carries_a_mark_that_is_traced_to_its_reader(
    session: Session, sign_in: SignIn, center: TrainingCenter, item: Item
) -> None:
    writer = sign_in(StaffDuty.ITEM_WRITER, at=center)
    manager = sign_in(StaffDuty.MANAGER, at=center)

    for form in ("xlsx", "csv", "gift", "moodle-xml", "qti3", "aiken"):
        leaked = writer.get(f"/items/export.{form}").data
        (code,) = rules.codes_in_file(leaked)
        found = text(manager, "/safekeeping/trace", file=(BytesIO(leaked), f"leaked.{form}"))
        made = session.scalars(sa.select(ExportMark).where(ExportMark.code == code)).one()
        assert code in found
        assert made.actor_name in found


def test_a_paper_that_is_opened_shows_and_hides_the_readers_mark(
    session: Session, make: Make, sign_in: SignIn, center: TrainingCenter
) -> None:
    paper, manager = make.paper(center), sign_in(StaffDuty.MANAGER, at=center)

    page = text(manager, f"/papers/{paper.id}/content")

    code = session.scalars(sa.select(ExportMark.code)).one()
    assert code in page
    assert page.count(rules.hidden(code)) == len(paper.items)
    assert "按最初的文件查找" in text(manager, "/safekeeping/trace", text="没有标识")
    assert "没有对应的导出" in text(manager, "/safekeeping/trace", text="ZX-0000-0000-0000")


def test_the_owner_sees_leaks_of_the_common_bank(make: Make, sign_in: SignIn) -> None:
    owner = sign_in(roles=(Role.SCHEME_OWNER,))

    assert "尚无泄露报告" in text(owner, "/safekeeping/leaks")
