"""Pages and commands of the item bank: write, review by a second person, import by dry run, export."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.item_bank.exchange.report import Fault
from certification.item_bank.models import Item, ItemImport
from certification.item_bank.rules import ItemKind, ItemStatus, ItemUse
from certification.standards.models import KnowledgePoint, Tier
from certification.standards.rules import Evidence
from portal.access import Role
from portal.sentences.items import PROBLEMS
from tests.certification.test_item_sheet import ROW, as_csv
from tests.make import Make
from tests.portal.conftest import SignIn
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty
from training_base.kernel.models import AuditEvent

ITEM = {
    "code": "w-1",
    "level": "3",
    "kind": "single_choice",
    "stem": "质检抽样的目的是（　）。",
    "rows-0-text": "发现系统性错误",
    "rows-0-right": "y",
    "rows-1-text": "增加工时",
    "rows-2-text": "减少数据",
    "rows-3-text": "更换工具",
    "rationale": "抽样用来发现系统性错误。",
    "reference": "国家职业技能标准",
    "knowledge_point": "3-2.1-01",
    "difficulty": "2",
    "use": "exam",
}


@pytest.fixture
def tier(make: Make) -> Tier:
    """Level 3 with one knowledge point."""
    tier = make.tier()
    make.add(KnowledgePoint(tier_id=tier.id, code="3-2.1-01", area="2.1", title="试标", evidence=Evidence.OWN))
    return tier


@pytest.fixture
def center(make: Make, tier: Tier) -> TrainingCenter:
    """A center with item writers."""
    return make.center()


@pytest.fixture
def writer(sign_in: SignIn, center: TrainingCenter) -> FlaskClient:
    """An item writer of the center."""
    return sign_in(StaffDuty.ITEM_WRITER, at=center)


@pytest.fixture
def second(sign_in: SignIn, center: TrainingCenter) -> FlaskClient:
    """Another item writer of the center."""
    return sign_in(StaffDuty.ITEM_WRITER, at=center)


def draft(writer: FlaskClient, center: TrainingCenter, **change: Any) -> str:
    answer = writer.post("/items/new", data=ITEM | {"bank": str(center.id)} | change)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_an_item_is_written_submitted_and_approved_by_somebody_else(
    writer: FlaskClient, second: FlaskClient, center: TrainingCenter, session: Session
) -> None:
    url = draft(writer, center)
    assert "W-1" in writer.get(url).text

    assert writer.post(f"{url}/submit").status_code == 302
    own = writer.post(f"{url}/approve", follow_redirects=True).text
    assert "由他人" in own
    assert "W-1" in second.get("/items/review").text
    assert "W-1" not in writer.get("/items/review").text
    second.post(f"{url}/approve", data={"queue": "1"})

    session.expire_all()
    assert session.scalars(sa.select(Item.status)).one() is ItemStatus.APPROVED


def test_opening_a_live_exam_item_is_on_record(
    second: FlaskClient, make: Make, tier: Tier, center: TrainingCenter, session: Session
) -> None:
    item = make.item(tier, center_id=center.id)
    session.commit()

    assert second.get(f"/items/{item.id}").status_code == 200

    assert session.scalar(sa.select(sa.func.count()).where(AuditEvent.deed == "item.read")) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rows-1-right": "y"}, "答案与题型不符"),
        ({"rows-0-text": ""}, "有选项没有文字"),
        ({"stem": ""}, "请输入题干"),
        ({"code": "第一题"}, "只能包含字母"),
        ({"difficulty": "9"}, "1 到 5"),
        ({"knowledge_point": "3-9"}, "没有鉴定点"),
        ({"kind": "true_false"}, "答案与题型不符"),
    ],
)
def test_what_is_wrong_with_an_item_is_said(
    writer: FlaskClient, center: TrainingCenter, change: dict[str, Any], said: str
) -> None:
    answer = writer.post("/items/new", data=ITEM | {"bank": str(center.id)} | change)

    assert answer.status_code == 200
    assert said in answer.text


def test_a_true_false_item_has_no_options(writer: FlaskClient, center: TrainingCenter) -> None:
    url = draft(writer, center, kind="true_false", answer="0")

    assert "判断题" in writer.get(url).text
    assert re.search(r'<input checked [^>]*value="0"', writer.get(f"{url}/revise").text)


def test_a_revision_shows_the_earlier_version(writer: FlaskClient, center: TrainingCenter) -> None:
    url = draft(writer, center)

    assert ITEM["stem"] in writer.get(f"{url}/revise").text
    answer = writer.post(f"{url}/revise", data=ITEM | {"stem": "另一道题（　）。"}, follow_redirects=True)

    assert "另一道题" in answer.text
    assert ITEM["stem"] in answer.text


def test_a_revision_that_clashes_keeps_what_was_typed(writer: FlaskClient, center: TrainingCenter) -> None:
    draft(writer, center)
    url = draft(writer, center, code="w-2", stem="别的题（　）。")

    same = writer.post(f"{url}/revise", data=ITEM)
    conflict = writer.post(f"{url}/revise", data=ITEM | {"rows-0-right": "", "rows-1-right": "y"})

    assert "W-1 的题干相同" in same.text
    assert "W-1 题干相同但答案不同" in conflict.text


def test_an_item_goes_back_or_is_retired_with_a_reason(
    writer: FlaskClient, second: FlaskClient, center: TrainingCenter
) -> None:
    url = draft(writer, center)
    writer.post(f"{url}/submit")

    assert "请说明" in second.post(f"{url}/send-back", follow_redirects=True).text
    assert "退回" in second.post(f"{url}/send-back", data={"reason": "有歧义"}, follow_redirects=True).text
    assert "请说明" in second.post(f"{url}/retire", follow_redirects=True).text
    assert "已停用" in second.post(f"{url}/retire", data={"reason": "过时"}, follow_redirects=True).text
    assert second.post(f"{url}/submit").status_code == 422


def test_the_list_is_searched_sorted_and_paged(
    writer: FlaskClient, make: Make, tier: Tier, center: TrainingCenter, session: Session
) -> None:
    for number in range(27):
        make.item(tier, code=f"S-{number:02}", center_id=center.id, use=ItemUse.PRACTICE)
    make.item(tier, ItemKind.TRUE_FALSE, code="S-99", center_id=center.id)
    session.commit()

    assert "S-99" not in writer.get("/items/").text
    assert "S-99" in writer.get("/items/?page=2").text
    assert "S-99" in writer.get("/items/?sort=-code").text
    found = writer.get("/items/?kind=true_false&level=3&area=1.1&use=exam&status=approved&text=s-").text
    assert "S-99" in found
    assert "S-00" not in found
    assert "没有符合条件的试题" in writer.get("/items/?text=zzz").text
    assert writer.get("/items/?kind=none&level=x&area=%25").status_code == 200


def test_an_empty_bank_says_so(writer: FlaskClient) -> None:
    assert "题库为空" in writer.get("/items/").text
    assert "没有待审核的试题" in writer.get("/items/review").text


def test_another_centers_bank_is_closed(
    writer: FlaskClient, sign_in: SignIn, make: Make, center: TrainingCenter
) -> None:
    url = draft(writer, center)
    stranger = sign_in(StaffDuty.ITEM_WRITER, at=make.center())

    assert stranger.get(url).status_code == 404
    assert stranger.post(f"{url}/approve").status_code == 404
    assert "W-1" not in stranger.get("/items/").text


def hand_in(browser: FlaskClient, bank: str, content: bytes, name: str = "items.csv") -> str:
    data = {"bank": bank, "file": (io.BytesIO(content), name)}
    answer = browser.post("/items/import", data=data, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_a_sound_file_is_stored_after_confirmation(
    writer: FlaskClient, center: TrainingCenter, session: Session
) -> None:
    url = hand_in(writer, str(center.id), as_csv(ROW))
    assert "T-001" in writer.get(url).text
    assert session.scalar(sa.select(sa.func.count()).select_from(Item)) == 0

    done = writer.post(f"{url}/confirm", follow_redirects=True).text
    again = writer.post(f"{url}/confirm", follow_redirects=True).text

    assert "已保存 1 道试题" in done
    assert "已保存 1 道试题" in again
    assert session.scalar(sa.select(sa.func.count()).select_from(Item)) == 1
    assert "items.csv" in writer.get("/items/import").text


def test_every_problem_of_a_file_is_shown_with_its_cell(
    writer: FlaskClient, center: TrainingCenter, session: Session
) -> None:
    bad = [ROW, ROW | {"编号": "T-002", "题干": "二", "答案": "F"}, ROW | {"编号": "T-003", "题干": "三", "等级": "9"}]
    url = hand_in(writer, str(center.id), as_csv(*bad))

    text = writer.get(url).text
    refused = writer.post(f"{url}/confirm", follow_redirects=True).text

    assert "J3" in text
    assert "B4" in text
    assert "没有保存" in refused
    assert session.scalar(sa.select(sa.func.count()).select_from(Item)) == 0


def test_a_file_may_be_thrown_away(writer: FlaskClient, center: TrainingCenter, session: Session) -> None:
    url = hand_in(writer, str(center.id), as_csv(ROW))

    writer.post(f"{url}/discard")

    assert session.scalars(sa.select(ItemImport.content)).one() is None
    assert "没有保存" in writer.get(url).text
    assert writer.get("/items/import?lang=en").text.count("thrown away") == 1


def test_the_scheme_owner_imports_into_the_common_bank(sign_in: SignIn, tier: Tier, session: Session) -> None:
    owner = sign_in(roles=(Role.SCHEME_OWNER,))
    url = hand_in(owner, "common", as_csv(ROW))

    owner.post(f"{url}/confirm")

    assert session.scalars(sa.select(Item.center_id)).one() is None
    assert owner.get(url).status_code == 200


def test_a_file_must_be_chosen(writer: FlaskClient, center: TrainingCenter) -> None:
    assert "请选择文件" in writer.post("/items/import", data={"bank": str(center.id)}).text


def test_the_bank_is_taken_out_as_a_sheet(
    writer: FlaskClient, make: Make, tier: Tier, center: TrainingCenter, session: Session
) -> None:
    make.item(tier, code="S-1", center_id=center.id)
    session.commit()

    assert writer.get("/items/template.xlsx").data.startswith(b"PK")
    assert writer.get("/items/export.xlsx").data.startswith(b"PK")
    assert "S-1" in writer.get("/items/export.csv?level=3").text
    assert "S-1" not in writer.get("/items/export.csv?level=4").text
    assert session.scalar(sa.select(sa.func.count()).where(AuditEvent.deed == "item.read")) == 2


def test_a_trainee_does_not_see_the_bank(sign_in: SignIn, make: Make) -> None:
    assert sign_in(trainer=make.trainer()).get("/items/").status_code == 403


def test_every_fault_has_a_sentence() -> None:
    assert set(PROBLEMS) == set(Fault)


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["items", *words])


def file_of(folder: Path, *rows: dict[str, str]) -> str:
    (folder / "items.csv").write_bytes(as_csv(*rows))
    return str(folder / "items.csv")


@pytest.mark.usefixtures("tier")
def test_the_command_imports_once(app: Flask, tmp_path: Path) -> None:
    file = file_of(tmp_path, ROW)

    dry = run(app, "import", file, "--dry-run", "--json")
    first = run(app, "import", file, "--approve-as", "题库审定组", "--json")
    second = run(app, "import", file, "--level", "3")

    assert json.loads(dry.output) == {
        "stored": 0, "rows": 1, "format": "csv", "encoding": "utf-8", "repeated": False, "dry_run": True,
        "problems": [],
    }  # fmt: skip
    assert json.loads(first.output)["stored"] == 1
    assert "stored before" in second.output
    assert json.loads(run(app, "list", "--json").output)[0]["status"] == "approved"
    assert "T-001" in run(app, "list", "--level", "3", "--status", "approved").output


@pytest.mark.usefixtures("tier")
@pytest.mark.parametrize("more", [[], ["--dry-run"], ["--json"]])
def test_the_command_names_every_problem(app: Flask, tmp_path: Path, more: list[str]) -> None:
    answer = run(app, "import", file_of(tmp_path, ROW | {"答案": "Z"}), *more)

    assert answer.exit_code != 0
    assert "1 problems; nothing was stored" in answer.output
    assert "答案" in answer.output


@pytest.mark.usefixtures("tier")
def test_the_command_refuses_what_the_bank_refuses(app: Flask, tmp_path: Path) -> None:
    unknown = run(app, "import", file_of(tmp_path, ROW | {"知识点": "3-9.9-99"}))
    other = run(app, "import", file_of(tmp_path, ROW), "--level", "4")

    assert "nothing was stored" in unknown.output
    assert "not of level 4: rows 2" in other.output


@pytest.mark.usefixtures("tier")
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_command_exports_what_can_be_imported_again(app: Flask, tmp_path: Path, form: str) -> None:
    run(app, "import", file_of(tmp_path, ROW))
    target = tmp_path / f"out.{form}"

    answer = run(app, "export", "--format", form, str(target))

    assert "1 items written" in answer.output
    assert "stem" not in answer.output
    assert run(app, "import", str(target), "--dry-run").exit_code != 0
