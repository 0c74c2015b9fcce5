"""Consultation: who may comment when, what is said in return, and what becomes of each comment."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from certification.standards import consultation
from certification.standards.consultation import Author, Words
from certification.standards.models import Standard, StandardNode
from certification.standards.rules import Disposal, StandardStatus
from tests.make import NOW, TODAY, Make
from tests.make_standards import make_node, make_standard, make_tier
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound

CITIZEN = Author("赵一", "某企业", account_id=uuid4())


class Hearing:
    """A standard under consultation from yesterday to tomorrow, a node of it, its writer and somebody outside."""

    def __init__(self, session: Session, make: Make) -> None:
        self.session = session
        day = timedelta(days=1)
        facts = {"consultation_from_on": TODAY - day, "consultation_until_on": TODAY + day}
        self.standard: Standard = make_standard(make, status=StandardStatus.CONSULTATION, **facts)
        self.node: StandardNode = make_node(make, make_tier(make, self.standard))
        self.writer: Actor = make.actor(everywhere=True)
        self.outsider: Actor = make.actor()

    def comment(self, text: str = "建议补充", **words: Any) -> Any:
        more = {"author": words.pop("author", CITIZEN), "today": words.pop("today", TODAY)}
        said = Words(text, **words)
        return consultation.comment(self.session, self.standard.id, said, by=self.outsider, now=NOW, **more)

    def dispose(self, comment: Any, disposal: Disposal, reason: str | None = None, **more: Any) -> Any:
        return consultation.dispose(self.session, comment.id, disposal, reason, by=self.writer, now=NOW, **more)


@pytest.fixture
def hearing(session: Session, make: Make) -> Hearing:
    return Hearing(session, make)


def test_comments_are_numbered_and_stand_on_their_node(hearing: Hearing) -> None:
    first, second = hearing.comment(), hearing.comment(node_id=hearing.node.id, proposed="改为……")

    assert (first.number, second.number) == (1, 2)
    assert (first.node_id, second.node) == (None, hearing.node)
    assert consultation.counts_by_node(hearing.session, [hearing.node.id]) == {hearing.node.id: 1}


@pytest.mark.parametrize("days", [-2, 2])
def test_comments_come_in_on_the_days_of_the_consultation(hearing: Hearing, days: int) -> None:
    with pytest.raises(consultation.NotOpen):
        hearing.comment(today=TODAY + timedelta(days=days))


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_the_first_and_the_last_day_count(hearing: Hearing, days: int) -> None:
    assert hearing.comment(today=TODAY + timedelta(days=days)).number == 1


def test_what_is_not_under_consultation_takes_no_comments(hearing: Hearing) -> None:
    hearing.standard.status = StandardStatus.TRIAL
    hearing.session.flush()

    with pytest.raises(consultation.NotOpen):
        hearing.comment()
    with pytest.raises(consultation.NotOpen):
        consultation.invite(hearing.session, hearing.standard.id, "钱二", None, by=hearing.writer, now=NOW)


def test_a_private_draft_takes_no_comments_and_shows_none(hearing: Hearing, make: Make) -> None:
    made = hearing.comment()
    hearing.standard.status = StandardStatus.PRIVATE_DRAFT
    hearing.session.flush()

    with pytest.raises(NotFound):
        hearing.comment()
    with pytest.raises(NotFound):
        consultation.by_id(hearing.session, made.id, by=hearing.outsider)
    query = consultation.listing(hearing.standard.id, by=hearing.outsider)
    assert hearing.session.scalars(query).all() == []


def test_a_node_of_another_standard_is_not_found(hearing: Hearing, make: Make) -> None:
    other = make_node(make, make_standard(make))

    with pytest.raises(NotFound):
        hearing.comment(node_id=other.id)


def test_replies_stand_under_the_comment(hearing: Hearing) -> None:
    made = hearing.comment(node_id=hearing.node.id)

    def reply(to: Any, by: Actor, days: int = 0) -> Any:
        more: dict[str, Any] = {"by": by, "now": NOW, "today": TODAY + timedelta(days=days)}
        return consultation.reply(hearing.session, to.id, "谢谢", Author("编制组"), **more)

    answer = reply(made, hearing.outsider)
    again = reply(answer, hearing.writer, days=9)
    hearing.session.expire_all()
    assert made.replies == [answer, again]
    assert (answer.number, answer.node_id) == (None, hearing.node.id)
    with pytest.raises(consultation.NotOpen):
        reply(made, hearing.outsider, days=9)


def test_what_is_not_accepted_whole_needs_a_reason(hearing: Hearing) -> None:
    made = hearing.comment()

    for disposal in (Disposal.IN_PART, Disposal.DECLINED):
        with pytest.raises(consultation.ReasonMissing):
            hearing.dispose(made, disposal)
    hearing.dispose(made, Disposal.ACCEPTED)

    assert (made.disposal, made.disposed_by) == (Disposal.ACCEPTED, hearing.writer.name)


def test_the_second_to_dispose_is_told(hearing: Hearing) -> None:
    made = hearing.comment()
    seen = made.revision
    hearing.dispose(made, Disposal.DECLINED, "已有规定", revision=seen)

    with pytest.raises(consultation.DisposedMeanwhile):
        hearing.dispose(made, Disposal.ACCEPTED, revision=seen)
    hearing.dispose(made, Disposal.ACCEPTED, revision=made.revision)


def test_replies_and_comments_of_earlier_steps_are_not_disposed_of(hearing: Hearing) -> None:
    made = hearing.comment()
    more: dict[str, Any] = {"by": hearing.writer, "now": NOW, "today": TODAY}
    answer = consultation.reply(hearing.session, made.id, "谢谢", Author("编制组"), **more)

    with pytest.raises(NotFound):
        hearing.dispose(answer, Disposal.ACCEPTED)
    hearing.standard.status = StandardStatus.ADOPTED
    with pytest.raises(consultation.NotOpen):
        hearing.dispose(made, Disposal.ACCEPTED)


def test_comments_are_found_by_node_and_disposal(hearing: Hearing) -> None:
    first, second = hearing.comment(), hearing.comment(node_id=hearing.node.id)
    hearing.dispose(first, Disposal.DECLINED, "不在范围")

    def found(**narrow: Any) -> list[Any]:
        query = consultation.listing(hearing.standard.id, by=hearing.outsider, **narrow)
        return list(hearing.session.scalars(query))

    assert found() == [first, second]
    assert found(node_id=hearing.node.id) == found(disposal="open") == [second]
    assert found(disposal=Disposal.DECLINED) == [first]
    assert consultation.counts(hearing.session, hearing.standard.id) == {Disposal.DECLINED: 1, None: 1}


def test_an_invitation_opens_by_its_token_until_it_is_revoked(hearing: Hearing) -> None:
    session, by = hearing.session, hearing.writer
    made, token = consultation.invite(session, hearing.standard.id, "钱二", "某协会", by=by, now=NOW)

    assert consultation.by_token(session, token) is made
    assert token not in made.token_digest
    assert session.scalars(consultation.invitations(hearing.standard.id)).all() == [made]
    consultation.revoke(session, made.id, by=by, now=NOW)
    with pytest.raises(NotFound):
        consultation.by_token(session, token)


def test_only_writers_revoke(hearing: Hearing) -> None:
    made, _token = consultation.invite(hearing.session, hearing.standard.id, "钱二", None, by=hearing.writer, now=NOW)

    for by, key in ((hearing.outsider, made.id), (hearing.writer, uuid4())):
        with pytest.raises(NotFound):
            consultation.revoke(hearing.session, key, by=by, now=NOW)


def test_an_invitation_is_no_floodgate(hearing: Hearing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consultation, "MOST_PER_INVITATION", 1)
    made, _token = consultation.invite(hearing.session, hearing.standard.id, "钱二", None, by=hearing.writer, now=NOW)
    author = Author(made.name, invitation_id=made.id)
    hearing.comment(author=author)

    with pytest.raises(consultation.TooManyComments):
        hearing.comment(author=author)
