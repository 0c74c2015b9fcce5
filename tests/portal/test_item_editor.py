"""The editor of every kind of item, the library and the stimuli, as pages without scripts."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.item_bank.content import answer_of
from certification.item_bank.models import Asset, Item
from certification.item_bank.rules import CognitiveLevel
from certification.item_bank.rules import ItemKind as K
from certification.standards.models import KnowledgePoint, Tier
from certification.standards.rules import Evidence
from portal.access import Role
from portal.forms.item_rows import SHAPES
from tests import make_items
from tests.certification.test_item_kinds import SAMPLES
from tests.make import Make
from tests.make_items import DRAWING, item_of, png
from tests.portal.conftest import SignIn
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty

COMMON = {
    "code": "k-1", "level": "3", "rationale": "解析", "reference": "依据", "knowledge_point": "3-2.1-01",
    "difficulty": "2", "use": "exam", "cognitive_level": "apply", "marks": "1.5", "language": "zh",
}  # fmt: skip


@pytest.fixture
def tier(make: Make) -> Tier:
    """Level 3 with one knowledge point."""
    tier = make.tier()
    make.add(KnowledgePoint(tier_id=tier.id, code="3-2.1-01", area="2.1", title="试标", evidence=Evidence.OWN))
    return tier


@pytest.fixture
def center(make: Make, tier: Tier) -> TrainingCenter:
    return make.center()


@pytest.fixture
def writer(sign_in: SignIn, center: TrainingCenter) -> FlaskClient:
    """An item writer of the center."""
    return sign_in(StaffDuty.ITEM_WRITER, at=center)


def flat(written: dict[str, Any]) -> dict[str, str]:
    """What a kind's shape writes, as the fields of the page send it."""
    sent: dict[str, str] = {}
    for name, value in written.items():
        rows = value if name == "rows" else []
        sent |= {f"rows-{at}-{part}": "y" if text is True else text for at, row in enumerate(rows)
                 for part, text in row.items() if text is not False}  # fmt: skip
        if name != "rows" and value not in (False, None):
            sent[name] = "y" if value is True else value
    return sent


@pytest.mark.parametrize("kind", list(K))
def test_an_item_of_every_kind_is_written_looked_at_and_revised(
    writer: FlaskClient, center: TrainingCenter, session: Session, make: Make, kind: K
) -> None:
    content = SAMPLES[kind]
    fields = flat(SHAPES[kind].write(content)) | COMMON | {"stem": content.stem, "kind": kind, "bank": str(center.id)}
    if kind is K.HOTSPOT:
        fields["image"] = make_items.asset(make, center_id=center.id).name
        session.commit()

    seen = writer.post("/items/new", data=fields | {"change": "preview"})
    kept = writer.post("/items/new", data=fields)

    assert (seen.status_code, kept.status_code) == (200, 302), kept.text
    assert 'id="preview"' in seen.text
    session.expire_all()
    item = session.scalars(sa.select(Item)).one()
    said = item.current.content
    assert (said.kind, answer_of(said), said.prompts) == (kind, answer_of(content), content.prompts)
    assert (set(said.options), said.partial) == (set(content.options), content.partial)
    assert (item.cognitive_level, item.suggested_marks) == (CognitiveLevel.APPLY, 150)
    assert writer.get(f"/items/{item.id}").status_code == 200
    assert content.stem in writer.get(f"/items/{item.id}/revise").text


def test_rows_come_and_go_without_a_script(writer: FlaskClient, center: TrainingCenter) -> None:
    fields = {"kind": "ordering", "rows-0-text": "甲", "rows-1-text": "乙", "bank": str(center.id)}

    more = writer.post("/items/new", data=fields | {"change": "add"}).text
    less = writer.post("/items/new", data=fields | {"change": "remove-0"}).text
    odd = writer.post("/items/new", data=fields | {"change": "remove-77"}).text

    assert more.count('name="change" value="remove-') == 4
    assert 'value="甲"' in more
    assert 'value="甲"' not in less
    assert 'value="乙"' in less
    assert 'value="甲"' in odd


def test_a_preview_keeps_nothing_and_says_what_is_wrong(
    writer: FlaskClient, center: TrainingCenter, session: Session
) -> None:
    fields = {"kind": "gap_select", "stem": "只有{{1}}", "rows-0-right": "甲", "change": "preview"}

    page = writer.post("/items/new", data=fields | {"bank": str(center.id)}).text

    assert 'id="preview"' not in page
    assert "每空要有两个至十二个不同的选项" in page
    assert session.scalar(sa.select(sa.func.count()).select_from(Item)) == 0


def test_an_item_may_change_its_kind(
    writer: FlaskClient, make: Make, tier: Tier, center: TrainingCenter, session: Session
) -> None:
    item = item_of(make, tier, SAMPLES[K.NUMERIC], center_id=center.id)
    session.commit()

    page = writer.get(f"/items/{item.id}/revise?kind=short_text").text

    assert SAMPLES[K.NUMERIC].stem in page
    assert "可接受的答案" in page


# --- the library


def add(writer: FlaskClient, center: TrainingCenter, content: bytes, name: str = "图.png") -> Any:
    data = {"bank": str(center.id), "description": "电路板", "file": (io.BytesIO(content), name)}
    return writer.post("/items/assets", data=data, content_type="multipart/form-data")


def test_a_picture_is_added_found_and_taken_out(writer: FlaskClient, center: TrainingCenter, session: Session) -> None:
    url = str(add(writer, center, png()).location)
    name = session.scalars(sa.select(Asset.name)).one()

    assert f"asset:{name}" in writer.get(url).text
    assert name in writer.get("/items/assets?kind=image&q=电路").text
    assert name not in writer.get("/items/assets?kind=audio").text
    assert "尚未使用" in writer.get(url).text
    assert writer.post(f"{url}/remove").status_code == 302
    assert session.scalar(sa.select(sa.func.count()).select_from(Asset)) == 0


def test_what_is_no_picture_is_refused_in_words(writer: FlaskClient, center: TrainingCenter) -> None:
    assert "不是试题可用的图片或声音" in add(writer, center, b"<svg onload='x'/>").text


def test_what_is_used_stays_and_says_where(
    writer: FlaskClient, make: Make, tier: Tier, center: TrainingCenter, session: Session
) -> None:
    shown = make_items.asset(make, DRAWING, file_name="a.svg", center_id=center.id)
    content = {**SAMPLES[K.HOTSPOT].to_json(), "image": shown.name}
    item = item_of(make, tier, SAMPLES[K.HOTSPOT].from_json(content), center_id=center.id)
    session.commit()

    assert item.code in writer.get(f"/items/assets/{shown.name}").text
    assert "不能移除" in writer.post(f"/items/assets/{shown.name}/remove", follow_redirects=True).text


# --- stimuli


def test_a_stimulus_is_written_shared_and_revised(
    writer: FlaskClient, center: TrainingCenter, tier: Tier, session: Session
) -> None:
    fields = {"bank": str(center.id), "level": "3", "code": "ST-1", "title": "记录", "body": "|甲|乙|\n|-|-|\n|1|2|"}
    seen = writer.post("/items/stimuli/new", data=fields | {"change": "preview"}).text
    url = str(writer.post("/items/stimuli/new", data=fields).location)
    numeric = flat(SHAPES[K.NUMERIC].write(SAMPLES[K.NUMERIC])) | COMMON
    joins = {
        "stem": "共几个？",
        "kind": "numeric",
        "bank": str(center.id),
        "stimulus": "ST-1",
        "stimulus_position": "1",
    }
    writer.post("/items/new", data=numeric | joins)

    assert "<td>1</td>" in seen
    assert "K-1" in writer.get(url).text or "k-1" in writer.get(url).text
    assert "ST-1" in writer.get("/items/stimuli?level=3&q=记录").text
    again = writer.post(f"{url}/revise", data={"title": "新记录", "body": "改了"}, follow_redirects=True).text
    assert "新记录" in again
    assert "第 2 版" in again
    assert session.scalars(sa.select(Item.version)).one() == 2


def test_refusals_of_stimuli_are_told_above_the_fields(
    writer: FlaskClient, center: TrainingCenter, make: Make, tier: Tier, session: Session
) -> None:
    taken = make_items.stimulus(make, tier, center_id=center.id)
    session.commit()
    fields = {"bank": str(center.id), "level": "3", "code": taken.code, "title": "题", "body": "文"}
    lost = {"title": "题", "body": "![x](asset:none.png)"}

    assert "请另取编号" in writer.post("/items/stimuli/new", data=fields).text
    assert "none.png" in writer.post(f"/items/stimuli/{taken.id}/revise", data=lost).text


def test_the_library_of_another_bank_does_not_exist(
    sign_in: SignIn, writer: FlaskClient, make: Make, tier: Tier, session: Session
) -> None:
    foreign, passage = make_items.asset(make), make_items.stimulus(make, tier)
    session.commit()

    assert writer.get(f"/items/assets/{foreign.name}").status_code == 404
    assert writer.get(f"/items/stimuli/{passage.id}").status_code == 404
    assert sign_in(roles=(Role.SCHEME_OWNER,)).get(f"/items/assets/{foreign.name}").status_code == 200
