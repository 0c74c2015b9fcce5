"""Pages of a consultation: comments of signed-in and invited people, disposal, the table that sums up."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from certification.standards.models import CommentInvitation, Standard, StandardComment
from certification.standards.rules import Disposal, StandardStatus
from portal.access import Role
from portal.pages.comment_files import safe
from portal.pages.documents import today
from tests.make import NOW, Make
from tests.make_standards import make_node, make_standard, make_tier
from tests.portal.conftest import SignIn

OWNER = (Role.SCHEME_OWNER,)


class Hearing:
    """A standard that is open to comments, and the browsers of its writer, of somebody signed in, of nobody."""

    def __init__(self, session: Session, make: Make, sign_in: SignIn, client: FlaskClient) -> None:
        day = timedelta(days=1)
        days = {"consultation_from_on": today() - day, "consultation_until_on": today() + day}
        self.session = session
        self.standard: Standard = make_standard(make, status=StandardStatus.CONSULTATION, **days)
        self.node = make_node(make, make_tier(make, self.standard), code="1.1", zh="条文")
        session.commit()
        self.writer, self.citizen, self.stranger = sign_in(roles=OWNER), sign_in(roles=(Role.EMPLOYER,)), client
        self.path = f"/standards/documents/{self.standard.id}"

    def comment(self, browser: FlaskClient, text: str = "建议补充", **more: Any) -> str:
        at = f"?node={more.pop('node')}" if "node" in more else ""
        answer = browser.post(f"{self.path}/comments{at}", data={"text": text, **more}, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        self.session.expire_all()
        return answer.text

    def comments(self) -> list[StandardComment]:
        query = sa.select(StandardComment).where(StandardComment.parent_id.is_(None))
        return list(self.session.scalars(query.order_by(StandardComment.number)))

    def invite(self) -> str:
        """The link of a new invitation."""
        data = {"name": "钱二", "organisation": "某协会"}
        text = self.writer.post(f"{self.path}/invitations", data=data).text
        return text.split("http://localhost")[1].split('"')[0]


@pytest.fixture
def hearing(session: Session, make: Make, sign_in: SignIn, client: FlaskClient) -> Hearing:
    return Hearing(session, make, sign_in, client)


def test_signed_in_people_comment_on_the_whole_and_on_parts(hearing: Hearing) -> None:
    assert "编号为 1" in hearing.comment(hearing.citizen)
    assert "编号为 2" in hearing.comment(hearing.citizen, "太笼统", node=hearing.node.id, proposed="改为具体")

    assert [made.node_id for made in hearing.comments()] == [None, hearing.node.id]
    assert "改为具体" in hearing.stranger.get(f"/standards/nodes/{hearing.node.id}").text


def test_strangers_are_asked_to_sign_in(hearing: Hearing) -> None:
    assert "请登录后提意见" in hearing.stranger.get(f"{hearing.path}/comments").text
    assert hearing.stranger.post(f"{hearing.path}/comments", data={"text": "x"}).status_code == 401
    assert hearing.comments() == []


def test_an_empty_comment_is_refused_and_a_late_one_too(hearing: Hearing) -> None:
    assert "请填写意见" in hearing.comment(hearing.citizen, "")
    hearing.standard.consultation_until_on = today() - timedelta(days=1)
    hearing.session.commit()

    assert "今日不接受意见" in hearing.comment(hearing.citizen, "晚了")


def test_names_are_for_writers_and_organisations_for_all(hearing: Hearing) -> None:
    hearing.stranger.get(hearing.invite())
    hearing.comment(hearing.stranger)

    assert "钱二" in hearing.writer.get(f"{hearing.path}/comments").text
    seen = hearing.citizen.get(f"{hearing.path}/comments").text
    assert "某协会" in seen
    assert "钱二" not in seen


def test_an_invitation_lets_somebody_comment_until_it_is_taken_back(hearing: Hearing) -> None:
    link = hearing.invite()
    assert "钱二，您好" in hearing.stranger.get(link, follow_redirects=True).text
    hearing.comment(hearing.stranger)
    made = hearing.session.scalars(sa.select(CommentInvitation)).one()
    assert hearing.comments()[0].invitation_id == made.id

    hearing.writer.post(f"/standards/invitations/{made.id}/revoke")

    assert hearing.stranger.post(f"{hearing.path}/comments", data={"text": "x"}).status_code == 401
    assert "该邀请无效" in hearing.stranger.get(link, follow_redirects=True).text


def test_a_guessed_invitation_opens_nothing(hearing: Hearing) -> None:
    assert "该邀请无效" in hearing.stranger.get("/standards/invited/guess", follow_redirects=True).text


def test_an_invitation_needs_a_name(hearing: Hearing) -> None:
    assert "请填写姓名" in hearing.writer.post(f"{hearing.path}/invitations", data={"name": " "}).text


def test_comments_are_disposed_of_with_a_reason(hearing: Hearing) -> None:
    hearing.comment(hearing.citizen)
    made = hearing.comments()[0]
    path = f"/standards/comments/{made.id}/disposal"

    def dispose(**data: Any) -> str:
        answer = hearing.writer.post(path, data={"revision": str(made.revision), **data}, follow_redirects=True)
        hearing.session.expire_all()
        return answer.text

    assert "请选择处理意见" in dispose()
    assert "须说明理由" in dispose(disposal="declined")
    assert "范围之外" in dispose(disposal="declined", reason="范围之外")
    assert made.disposal is Disposal.DECLINED
    assert hearing.citizen.post(path, data={"disposal": "accepted"}).status_code == 403
    assert "范围之外" in hearing.stranger.get(f"{hearing.path}/comments?disposal=declined").text
    assert "没有意见" in hearing.stranger.get(f"{hearing.path}/comments?disposal=open").text


def test_comments_are_answered(hearing: Hearing) -> None:
    hearing.comment(hearing.citizen)
    path = f"/standards/comments/{hearing.comments()[0].id}/replies"

    assert "已列入" in hearing.writer.post(path, data={"text": "已列入"}, follow_redirects=True).text
    assert "请填写答复" in hearing.writer.post(path, data={"text": ""}, follow_redirects=True).text
    assert hearing.stranger.post(path, data={"text": "x"}).status_code == 401


def test_the_list_goes_on_to_the_next_page(hearing: Hearing) -> None:
    for number in range(26):
        hearing.session.add(
            StandardComment(
                standard_id=hearing.standard.id, number=number + 1, text=f"意见{number}", author_name="甲",
                created_at=NOW,
            )
        )  # fmt: skip
    hearing.session.commit()

    assert "意见25" in hearing.stranger.get(f"{hearing.path}/comments?page=2").text
    assert "意见25" not in hearing.stranger.get(f"{hearing.path}/comments").text


def test_the_table_sums_up_on_a_page_in_a_document_and_in_a_workbook(hearing: Hearing) -> None:
    hearing.comment(hearing.citizen, "=1+1", node=hearing.node.id)
    path = f"{hearing.path}/comments/summary"

    assert "=1+1" in hearing.writer.get(path).text
    table = Document(BytesIO(hearing.writer.get(f"{path}.docx").data)).tables[0]
    assert [cell.text for cell in table.rows[1].cells][:4] == ["1", "1.1", "条文", "=1+1"]
    sheet: Any = load_workbook(BytesIO(hearing.writer.get(f"{path}.xlsx").data)).active
    row = next(row for row in sheet.iter_rows(values_only=True) if row[0] == 1)
    assert row[1:4] == ("1.1", "条文", "'=1+1")
    assert hearing.citizen.get(path).status_code == 403


def test_an_empty_table_says_so(hearing: Hearing) -> None:
    assert "没有意见" in hearing.writer.get(f"{hearing.path}/comments/summary").text


def test_no_cell_is_a_formula() -> None:
    assert [safe(text) for text in ("=1", "+1", "-1", "@x", "1.1")] == ["'=1", "'+1", "'-1", "'@x", "1.1"]
