"""Pages and commands that bring items in from files of any format and take them out."""

import io
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.item_bank import exchange
from certification.item_bank.models import Item, ItemImport
from certification.item_bank.rules import ItemKind, ItemStatus
from certification.standards.models import KnowledgePoint, Tier
from certification.standards.rules import Evidence
from portal import jobs
from tests.make import Make
from tests.portal.conftest import SignIn
from tests.portal.test_items import run
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty
from training_base.kernel.models import Job
from training_base.kernel.rules import JobStatus

FILED = {"level": "3", "knowledge_point": "3-2.1-01", "use": "exam", "form": "auto", "encoding": "auto"}
LARGE = "\n\n".join(f"Statement {number} {'x' * 900} {{T}}" for number in range(150)).encode()


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


def hand_in(browser: FlaskClient, bank: str, content: bytes, name: str) -> str:
    data = {"bank": bank, "file": (io.BytesIO(content), name), **FILED}
    answer = browser.post("/items/import", data=data, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_warnings_are_shown_and_accepted_before_items_are_stored(
    writer: FlaskClient, center: TrainingCenter, session: Session
) -> None:
    url = hand_in(writer, str(center.id), b"a {T#no#yes}", "x.gift")

    text = writer.get(url).text
    refused = writer.post(f"{url}/confirm", follow_redirects=True).text
    stored = writer.post(f"{url}/confirm", data={"accepted": "y", "review": "y"}, follow_redirects=True).text

    assert "“各选项解析”不会保留" in text
    assert "请先确认已阅读" in refused
    assert "已保存 1 道试题" in stored
    assert session.scalars(sa.select(Item.status)).all() == [ItemStatus.REVIEW]


def test_a_large_file_is_worked_on_by_the_worker(
    app: Flask, writer: FlaskClient, center: TrainingCenter, session: Session
) -> None:
    url = hand_in(writer, str(center.id), LARGE, "x.gift")
    assert "正在处理" in writer.get(url).text
    assert "正在处理" in writer.post(f"{url}/confirm", follow_redirects=True).text

    with app.app_context():
        assert jobs.work_once()
    assert "文件没有问题" in writer.get(url).text
    writer.post(f"{url}/confirm")
    with app.app_context():
        assert jobs.work_once()

    assert "已保存 150 道试题" in writer.get(url).text
    assert session.scalars(sa.select(Job.status).where(Job.kind != "items.review")).all() == [JobStatus.DONE] * 2


def test_a_large_file_that_clashes_by_now_is_shown_again(
    app: Flask, writer: FlaskClient, center: TrainingCenter, session: Session
) -> None:
    first, second = (hand_in(writer, str(center.id), LARGE + end, "x.gift") for end in (b"", b"\n"))
    with app.app_context():
        assert jobs.work_once()
        assert jobs.work_once()
    for url in (first, second):
        writer.post(f"{url}/confirm")
    with app.app_context():
        assert jobs.work_once()
        assert jobs.work_once()

    pages = [writer.get(url).text for url in (first, second)]

    assert sorted("题库中已有" in page for page in pages) == [False, True]


def test_a_job_that_broke_off_is_told(writer: FlaskClient, center: TrainingCenter, session: Session) -> None:
    url = hand_in(writer, str(center.id), LARGE, "x.gift")
    session.execute(sa.update(Job).values(status=JobStatus.FAILED))
    session.commit()

    assert "处理此文件时中断" in writer.get(url).text
    writer.post(f"{url}/discard")
    assert session.scalars(sa.select(ItemImport.content)).one() is None


def test_a_format_says_what_it_leaves_out_before_items_are_taken(
    writer: FlaskClient, make: Make, tier: Tier, center: TrainingCenter, session: Session
) -> None:
    make.item(tier, ItemKind.TRUE_FALSE, code="S-1", center_id=center.id)
    session.commit()

    aiken = writer.get("/items/export?form=aiken&level=3").text
    sheet = writer.get("/items/export?form=none").text

    assert "整道题" in aiken
    assert "/items/export.aiken?level=3" in aiken
    assert "能完整表达" in sheet
    assert "没有符合条件的试题" in writer.get("/items/export?level=4").text
    assert writer.get("/items/export.gift").text.startswith("// [id:S-1]")
    assert writer.get("/items/export.xls").status_code == 404


@pytest.mark.usefixtures("tier")
def test_the_command_reads_any_format_and_encoding(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "items.txt"
    file.write_bytes("标注先读什么？\nA. 规范\nB. 手册\nANSWER: A\n".encode("gb18030"))
    more = ["--level", "3", "--knowledge-point", "3-2.1-01", "--use", "practice", "--submit"]

    bare = run(app, "import", str(file), "--dry-run")
    stored = run(app, "import", str(file), *more)
    wrong = run(app, "import", str(file), "--encoding", "utf-8", "--json")

    assert "2 problems; nothing was stored" in bare.output
    assert "1 items stored" in stored.output
    assert "warning: file" in stored.output
    assert json.loads(wrong.output.splitlines()[0])["problems"][0]["fault"] == "encoding_wrong"
    assert json.loads(run(app, "list", "--json").output)[0]["status"] == "review"


@pytest.mark.parametrize("form", exchange.WRITABLE)
@pytest.mark.usefixtures("tier")
def test_the_command_writes_every_format_and_says_what_is_left_out(app: Flask, tmp_path: Path, form: str) -> None:
    file = tmp_path / "items.gift"
    file.write_text("a {T}\n\nb {=x ~y}\n", encoding="utf-8")
    run(app, "import", str(file), "--level", "3", "--knowledge-point", "3-2.1-01")

    told = run(app, "export", str(tmp_path / "out"), "--format", form, "--json")
    plain = run(app, "export", str(tmp_path / "out"), "--format", form)
    piped = run(app, "export", "--format", form)

    facts = json.loads(told.output)
    assert facts["written"] + facts["left_out"] == 2
    assert f"{facts['written']} items written to {tmp_path / 'out'}" in plain.output
    assert piped.exit_code == 0
    assert run(app, "export", "--json").exit_code == 2
