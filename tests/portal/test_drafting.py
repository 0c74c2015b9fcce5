"""Pages of those who write standards: the list, new editions, the editor, the steps of a life."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.standards.models import Standard, StandardNode, Tier, TierWeight
from certification.standards.placing import Way
from certification.standards.rules import StandardKind, StandardStatus
from portal.access import Role
from portal.pages.documents import today
from tests.make import Make
from tests.make_standards import make_node, make_standard, make_tier
from tests.portal.conftest import SignIn

OWNER = (Role.SCHEME_OWNER,)


class Desk:
    """A draft with a tier, two functions and a duty, and the browser of somebody who writes standards."""

    def __init__(self, session: Session, make: Make, sign_in: SignIn) -> None:
        self.session = session
        self.standard: Standard = make_standard(make)
        self.tier: Tier = make_tier(make, self.standard)
        self.first = make_node(make, self.tier, code="1", zh="第一职能")
        self.second = make_node(make, self.tier, code="2", zh="第二职能")
        self.duty = make_node(make, self.first, code="1.1", zh="工作内容")
        session.commit()
        self.browser: FlaskClient = sign_in(roles=OWNER)
        self.base = f"/standards/drafts/{self.standard.id}"

    def get(self, path: str, status: int = 200) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path: str, **data: Any) -> str:
        """Send a form and follow; what the next page says."""
        answer = self.browser.post(path, data=data, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        self.session.expire_all()
        return answer.text


@pytest.fixture
def desk(session: Session, make: Make, sign_in: SignIn) -> Desk:
    return Desk(session, make, sign_in)


def test_writers_see_private_drafts_in_the_list(desk: Desk) -> None:
    assert desk.standard.title_zh in desk.get("/standards/drafts/?status=private_draft")
    assert desk.standard.title_zh not in desk.get("/standards/drafts/?status=adopted")


def test_without_a_standard_the_list_says_so(sign_in: SignIn) -> None:
    assert "standards load" in sign_in(roles=OWNER).get("/standards/drafts/").text


def test_outsiders_find_nothing_of_a_private_draft(desk: Desk, client: FlaskClient) -> None:
    standard, node = desk.standard, desk.duty
    comment = f"/standards/documents/{standard.id}/comments"
    paths = (
        f"/standards/documents/{standard.id}", f"/standards/documents/{standard.identifier}",
        f"/standards/documents/{standard.id}/children", f"/standards/documents/{standard.id}/unknown",
        f"/standards/nodes/{node.id}", f"/standards/nodes/{node.identifier}", comment,
    )  # fmt: skip

    assert {client.get(path).status_code for path in paths} == {404}
    assert client.post(comment, data={"text": "x"}).status_code == 404
    assert standard.title_zh not in client.get("/standards/").text
    assert client.get("/standards/drafts/").status_code == 401


def test_a_standard_begins_as_a_draft_with_tiers(desk: Desk, session: Session) -> None:
    facts = {"code": "sh-2027", "version": "初稿", "title_zh": "地方标准", "title_en": "Local", "kind": "municipal"}

    text = desk.post("/standards/drafts/new", **facts)

    made = session.scalars(sa.select(Standard).where(Standard.code == "sh-2027")).one()
    assert [tier.level for tier in made.tiers] == [5, 4, 3, 2, 1]
    assert "没有权重" in text
    assert "已被其他版本使用" in desk.post("/standards/drafts/new", **facts)


def test_a_published_edition_is_revised_and_not_edited(desk: Desk, session: Session) -> None:
    desk.standard.status = StandardStatus.ADOPTED
    session.commit()
    assert desk.browser.get(f"{desk.base}/edit").status_code == 302
    assert desk.standard.title_zh in desk.get(f"{desk.base}/revise")

    text = desk.post(f"{desk.base}/revise", code="next", version="2", title_zh="新", title_en="New")

    assert "第一职能" in text
    made = session.scalars(sa.select(Standard).where(Standard.code == "next")).one()
    assert made.replaces_id == desk.standard.id


def test_parts_are_tied_to_the_edition_before(desk: Desk, session: Session) -> None:
    desk.standard.status = StandardStatus.ADOPTED
    session.commit()
    desk.post(f"{desk.base}/revise", code="next", version="2", title_zh="新", title_en="New")
    query = sa.select(StandardNode).join(StandardNode.standard).where(Standard.code == "next")
    node = session.scalars(query.where(StandardNode.code == "1")).one()
    path = f"/standards/drafts/nodes/{node.id}/origins"

    assert "来源于：1, 2" in desk.post(path, code="2")
    assert "没有该编号" in desk.post(path, code="99")
    assert "来源于：2" in desk.post(f"{path}/{desk.first.id}/remove")


def test_the_editor_shows_the_tree_and_what_is_missing(desk: Desk) -> None:
    text = desk.get(f"{desk.base}/edit?tier=3")

    assert "第一职能" in text
    assert "该职业功能没有工作内容" in text
    assert "工作内容" in desk.get(f"{desk.base}/edit?node={desk.duty.id}")


def test_words_are_kept_and_undone(desk: Desk) -> None:
    path = f"{desk.base}/edit?node={desk.first.id}"
    facts = {"code": "1", "zh": "改过的职能", "evidence": "own", "revision": str(desk.first.revision)}

    assert "改过的职能" in desk.post(path, **facts)
    assert "第一职能" in desk.post(f"{desk.base}/undo?node={desk.first.id}")
    assert "改过的职能" in desk.post(f"{desk.base}/redo?tier=3")
    assert "没有可重做" in desk.post(f"{desk.base}/redo")


def test_the_second_editor_sees_both_texts(desk: Desk) -> None:
    path = f"{desk.base}/edit?node={desk.first.id}"
    seen = str(desk.first.revision)
    desk.post(path, code="1", zh="先来的文字", evidence="own", revision=seen)

    text = desk.post(path, code="1", zh="后来的文字", evidence="own", revision=seen)

    assert "先来的文字" in text
    assert "后来的文字" in text
    assert "已被他人修改" in text
    assert desk.first.zh == "先来的文字"


def test_parts_are_added_in_their_places(desk: Desk, session: Session) -> None:
    desk.post(
        f"{desk.base}/add/below", **{"below-parent_id": str(desk.duty.id), "below-after": "last", "below-zh": "技能"}
    )
    place = {"beside-after": str(desk.first.id), "beside-tier_id": str(desk.tier.id), "beside-kind": "function"}
    desk.post(f"{desk.base}/add/beside", **place, **{"beside-zh": "中间职能"})
    desk.post(f"{desk.base}/add/top", **{"top-tier_id": str(desk.tier.id), "top-after": "last", "top-zh": "末尾职能"})

    tops = sa.select(StandardNode.zh).where(StandardNode.parent_id.is_(None)).order_by(StandardNode.position)
    assert session.scalars(tops).all() == ["第一职能", "中间职能", "第二职能", "末尾职能"]
    assert "请填写新条目的内容" in desk.post(f"{desk.base}/add/top", **{"top-tier_id": str(desk.tier.id)})


def test_parts_move_by_buttons_and_to_where_they_are_dragged(desk: Desk) -> None:
    path, second = "/standards/drafts/nodes", desk.second

    desk.post(f"{path}/{second.id}/step/{Way.UP}", revision=str(second.revision))
    assert second.position < desk.first.position
    desk.post(f"{path}/{desk.duty.id}/move", parent_id=str(second.id), revision=str(desk.duty.revision))
    assert desk.duty.parent_id == second.id
    assert "不能移到自身之下" in desk.post(
        f"{path}/{second.id}/move", parent_id=str(desk.duty.id), revision=str(second.revision)
    )
    assert "已被他人修改" in desk.post(f"{path}/{second.id}/step/down", revision="x")


def test_a_part_is_removed_and_comes_back(desk: Desk, session: Session) -> None:
    path = f"/standards/drafts/nodes/{desk.first.id}/remove"
    key, seen = desk.first.id, str(desk.first.revision)

    assert "已被他人修改" in desk.post(path, revision="99")
    assert "可撤销恢复" in desk.post(path, revision=seen)
    assert session.get(StandardNode, key) is None
    desk.post(f"{desk.base}/undo?tier=3")
    assert session.get_one(StandardNode, key).zh == "第一职能"


def test_weights_are_kept_as_a_column(desk: Desk, session: Session) -> None:
    path = f"/standards/drafts/tiers/{desk.tier.id}/weights/theory"
    rows = {"theory-rows-0-zh": "第一职能", "theory-rows-0-percent": "60", "theory-rows-0-node_id": str(desk.first.id)}
    rows |= {"theory-rows-1-zh": "其他", "theory-rows-1-percent": "", "theory-rows-2-zh": ""}

    desk.post(path, **rows, **{"theory-revision": str(desk.tier.revision)})

    column = session.scalars(sa.select(TierWeight).order_by(TierWeight.position)).all()
    assert [(row.zh, row.percent, row.node_id) for row in column] == [
        ("第一职能", 60, desk.first.id),
        ("其他", None, None),
    ]
    assert "第一职能" in desk.get(f"{desk.base}/edit?tier=3")
    assert "0 至 100" in desk.post(path, **{**rows, "theory-rows-0-percent": "101"})
    assert "已被他人修改" in desk.post(path, **rows, **{"theory-revision": "1"})


def test_tiers_are_added_changed_and_removed(desk: Desk) -> None:
    facts = {"level": "5", "title_zh": "初级", "title_en": "Entry", "training_hours": ""}
    desk.post(f"{desk.base}/tiers", **facts)
    tier = next(tier for tier in desk.standard.tiers if tier.level == 5)

    assert "已有 5 级" in desk.post(f"{desk.base}/tiers", **facts)
    path = f"/standards/drafts/tiers/{tier.id}"
    desk.post(path, **{**facts, "training_hours": "80"}, revision=str(tier.revision))
    assert tier.training_hours == 80
    for address in (path, f"{desk.base}/tiers"):
        assert "1 至 9" in desk.post(address, **{**facts, "level": "x"})
    assert "不为空" in desk.post(f"/standards/drafts/tiers/{desk.tier.id}/remove")
    desk.post(f"{path}/remove")
    assert [one.level for one in desk.standard.tiers] == [3]


def test_a_node_of_another_standard_is_not_edited_here(desk: Desk, make: Make, session: Session) -> None:
    other = make_node(make, make_tier(make, make_standard(make)))
    session.commit()

    desk.get(f"{desk.base}/edit?node={other.id}", 404)


def test_the_steps_lead_from_a_draft_to_consultation_and_on(desk: Desk, session: Session) -> None:
    day = today()
    assert "该职业功能没有工作内容" in desk.get(f"{desk.base}/life")
    assert "日期顺序有误" in desk.post(f"{desk.base}/consult", from_on=f"{day}", until_on=f"{day - timedelta(days=1)}")
    desk.post(f"{desk.base}/consult", from_on=f"{day}", until_on=f"{day + timedelta(days=30)}")
    assert desk.standard.consultation_from_on == day
    later = day + timedelta(days=40)
    desk.post(f"{desk.base}/extend", until_on=f"{later}")
    assert desk.standard.consultation_until_on == later
    assert "还缺" in desk.post(f"{desk.base}/adopted", on=f"{day}")
    assert "未能" not in desk.post(f"{desk.base}/trial", on="")
    desk.post(f"{desk.base}/deprecated", on=f"{day}")
    assert desk.standard.status is StandardStatus.DEPRECATED


def test_an_edition_is_adopted_by_somebody_who_did_not_write_it(sign_in: SignIn, make: Make, session: Session) -> None:
    standard = make_standard(make, kind=StandardKind.NATIONAL)
    make_node(make, standard)
    session.commit()

    page = sign_in(roles=OWNER).post(
        f"/standards/drafts/{standard.id}/adopted", data={"on": f"{today()}"}, follow_redirects=True
    )

    session.expire_all()
    assert "已生效" in page.text
    assert standard.status is StandardStatus.ADOPTED
