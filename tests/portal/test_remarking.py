"""Pages of re-marking: report, look, approve, follow, tell; and the job that marks anew."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from certification.exams.models import PaperItem, Response
from certification.item_bank.content import Content
from certification.item_bank.rules import ItemKind
from certification.remarking import service
from certification.remarking.models import Remarking, RemarkingOutcome
from certification.remarking.rules import RemarkingStatus
from certification.scoring import corrections, publication
from certification.scoring import service as scoring
from certification.scoring.models import Mark
from certification.scoring.rules import Treatment
from certification.standards.rules import Component
from portal import jobs
from portal.forms import remarking_keys
from tests.exam_day import ExamDay
from tests.make import NOW, Make
from tests.portal.conftest import SignIn
from training_base.centers.rules import StaffDuty
from training_base.kernel.models import AuditEvent, Job
from training_base.kernel.rules import JobStatus

REPLACE = {"treatment": "replace", "key": "2", "reason": "教材第三章已更正"}


class Exam:
    """A published theory session with one candidate who chose what turns out to be right."""

    def __init__(self, make: Make) -> None:
        self.make, self.day = make, ExamDay(make, Component.THEORY)
        self.paper = self.day.paper()
        trainer = make.trainer(self.day.center, name="欧阳思远")
        self.candidate = self.day.candidate(enrolment=make.enrolment(self.day.center, trainer=trainer))
        self.day.answer(self.day.attempt(self.candidate), p2=[2], p3=[0, 2])
        by = make.actor(self.day.center)
        scoring.mark_theory(make.session, self.candidate.id, by=by, now=NOW)
        publication.publish(make.session, self.day.id, by=by, now=NOW)
        make.session.commit()

    @property
    def page(self) -> str:
        """Where the wrong key is reported."""
        return f"/remarking/papers/{self.paper.id}/2"


@pytest.fixture
def exam(session: Session, make: Make) -> Exam:
    return Exam(make)


def request_of(session: Session) -> Remarking:
    session.expire_all()
    return session.scalars(sa.select(Remarking)).one()


def digest(session: Session, request: Remarking) -> str:
    return service.preview(session, request.paper_item, request.treatment, request.key).numbers.digest


def test_from_the_report_to_the_new_marks(app: Flask, session: Session, exam: Exam, sign_in: SignIn) -> None:
    manager = sign_in(StaffDuty.MANAGER, at=exam.day.center)
    assert "报告答案有误" in manager.get(f"/papers/{exam.paper.id}/content").text
    seen = manager.post(exam.page, data={**REPLACE, "preview": "1"}).text
    assert "欧阳思远" in seen
    assert session.scalars(sa.select(Remarking)).all() == []

    manager.post(exam.page, data={**REPLACE, "ask": "1"})
    request = request_of(session)
    quality = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=exam.day.center)
    answer = quality.post(f"/remarking/{request.id}/approve", data={"seen": digest(session, request)})
    assert answer.status_code == 302
    assert "重新评阅" in quality.get(f"/remarking/{request.id}").text
    with app.app_context():
        while jobs.work_once():
            pass

    assert session.scalars(sa.select(Mark.marks)).one() == 8000
    job = session.scalars(sa.select(Job)).one()
    assert (job.status, job.total, job.result) == (JobStatus.DONE, 1, {"led_to": {"marks_only": 1}})
    assert "欧阳思远" in quality.get(f"/remarking/{request.id}").text
    assert exam.paper.code in quality.get("/remarking/?status=applied").text


def carried_out(app: Flask, session: Session, exam: Exam, sign_in: SignIn) -> Remarking:
    """A request that was approved and carried out."""
    sign_in(StaffDuty.MANAGER, at=exam.day.center).post(exam.page, data={**REPLACE, "ask": "1"})
    request = request_of(session)
    quality = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=exam.day.center)
    quality.post(f"/remarking/{request.id}/approve", data={"seen": digest(session, request)})
    with app.app_context():
        while jobs.work_once():
            pass
    return request_of(session)


def test_the_candidate_sees_what_changed(app: Flask, session: Session, exam: Exam, sign_in: SignIn) -> None:
    carried_out(app, session, exam, sign_in)
    trainee = sign_in(trainer=exam.candidate.trainer)
    outcome = session.scalars(sa.select(RemarkingOutcome)).one()

    page = trainee.get(f"/results/mine/{outcome.result_id}").text

    assert "原 50 分，现 80 分" in page
    assert "教材第三章已更正" not in page


def test_who_was_told_is_noted_and_exported(app: Flask, session: Session, exam: Exam, sign_in: SignIn) -> None:
    request = carried_out(app, session, exam, sign_in)
    outcome = session.scalars(sa.select(RemarkingOutcome)).one()
    manager = sign_in(StaffDuty.MANAGER, at=exam.day.center)

    nobody = manager.post(f"/remarking/{request.id}/told", follow_redirects=True).text
    told = manager.post(f"/remarking/{request.id}/told", data={"outcomes": [str(outcome.id)]}, follow_redirects=True)

    assert "请先选择考生" in nobody
    assert "已记录告知 1 人" in told.text
    rows = manager.get(f"/remarking/{request.id}/outcomes.csv").text.splitlines()
    assert rows[1].split(",")[1:5] == ["欧阳思远", "50", "80", "分数有变，结论不变"]


def test_a_name_in_the_file_never_begins_a_formula(app: Flask, session: Session, exam: Exam, sign_in: SignIn) -> None:
    request = carried_out(app, session, exam, sign_in)
    exam.candidate.trainer.name = "=1+1"
    session.commit()
    manager = sign_in(StaffDuty.MANAGER, at=exam.day.center)

    assert ",'=1+1," in manager.get(f"/remarking/{request.id}/outcomes.csv").text


def test_a_refusal_keeps_what_was_typed(session: Session, exam: Exam, sign_in: SignIn) -> None:
    manager = sign_in(StaffDuty.MANAGER, at=exam.day.center)

    page = manager.post(exam.page, data={**REPLACE, "key": "1", "ask": "1"}).text

    assert "不会有任何变化" in page
    assert "教材第三章已更正" in page
    assert session.scalars(sa.select(Remarking)).all() == []


def test_the_asker_cannot_approve_but_take_it_back(session: Session, exam: Exam, sign_in: SignIn) -> None:
    quality = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=exam.day.center)
    quality.post(exam.page, data={**REPLACE, "ask": "1"})
    request = request_of(session)
    assert "由您申请，须由他人批准" in quality.get(f"/remarking/{request.id}").text

    refused = quality.post(f"/remarking/{request.id}/approve", data={"seen": digest(session, request)}).text
    without = quality.post(f"/remarking/{request.id}/decline").text
    taken = quality.post(f"/remarking/{request.id}/decline", data={"reason": "看错了"}, follow_redirects=True).text

    assert "这次重新评分由您申请" in refused
    assert "请说明不予批准的理由" in without
    assert "申请未获批准" in taken


def test_only_who_approves_or_asked_turns_a_request_down(session: Session, exam: Exam, sign_in: SignIn) -> None:
    sign_in(StaffDuty.QUALITY_SUPERVISOR, at=exam.day.center).post(exam.page, data={**REPLACE, "ask": "1"})
    request = request_of(session)
    manager = sign_in(StaffDuty.MANAGER, at=exam.day.center)

    assert "由有权批准重新评分的人决定" in manager.get(f"/remarking/{request.id}").text
    refused = manager.post(f"/remarking/{request.id}/decline", data={"reason": "无误"}).text
    assert refused.count("由有权批准重新评分的人决定") == 2
    assert request_of(session).status is RemarkingStatus.ASKED


def test_whoever_looks_at_a_printed_item_is_on_record(session: Session, exam: Exam, sign_in: SignIn) -> None:
    sign_in(StaffDuty.MANAGER, at=exam.day.center).get(exam.page)

    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.deed == "paper.read")).one()
    assert (event.subject_id, event.details) == (str(exam.paper.id), {"position": 2})


def test_a_decided_request_is_not_declined_again(app: Flask, session: Session, exam: Exam, sign_in: SignIn) -> None:
    request = carried_out(app, session, exam, sign_in)
    quality = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=exam.day.center)

    assert "已对该申请作出决定" in quality.post(f"/remarking/{request.id}/decline", data={"reason": "无"}).text


def test_a_request_overtaken_by_another_correction_says_so(session: Session, exam: Exam, sign_in: SignIn) -> None:
    manager = sign_in(StaffDuty.MANAGER, at=exam.day.center)
    manager.post(exam.page, data={**REPLACE, "ask": "1"})
    request = request_of(session)
    now = datetime.now(UTC)
    corrections.add_correction(session, request.paper_item, Treatment.REPLACE, [2], remarking_id=request.id, now=now)
    session.commit()

    assert "已使本申请不再必要" in manager.get(f"/remarking/{request.id}").text


def test_an_empty_list_says_where_requests_come_from(exam: Exam, sign_in: SignIn) -> None:
    quality = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=exam.day.center)

    assert "可在题目旁报告答案有误" in quality.get("/remarking/?status=nonsense").text


KEYS: list[tuple[ItemKind, dict[str, Any], str, list[Any], str]] = [
    (ItemKind.SHORT_TEXT, {"key": ["标注"]}, "标注\n 标记 \n", ["标注", "标记"], "标注; 标记"),
    (ItemKind.NUMERIC, {"key": [["1", "0"]]}, "3.14 ± 0.01\n2", [["3.14", "0.01"], ["2", "0"]], "3.14 ± 0.01; 2"),
    (ItemKind.ORDERING, {"key": [0, 1, 2], "options": ["甲", "乙", "丙"]}, "3, 1, 2", [2, 0, 1], "3 1 2"),
    (ItemKind.GAP_TEXT, {"key": [["甲"], ["乙"]]}, "甲 | 丙\n乙", [["甲", "丙"], ["乙"]], "甲 | 丙; 乙"),
]


@pytest.mark.parametrize(("kind", "parts", "typed", "key", "shown"), KEYS, ids=lambda one: str(one)[:12])
def test_the_keys_of_other_kinds_are_typed_as_text(
    app: Flask, kind: ItemKind, parts: dict[str, Any], typed: str, key: list[Any], shown: str
) -> None:
    item = PaperItem(kind=kind, options=parts.get("options", []), key=parts["key"])

    with app.test_request_context():
        assert remarking_keys.READ[kind](typed) == key
        assert remarking_keys.shown(item, key) == shown
        assert remarking_keys.offered(item) == []


def test_places_on_a_picture_are_counted(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        item = PaperItem(kind=ItemKind.HOTSPOT, options=[], key=[])
        assert remarking_keys.shown(item, [{"shape": "rect", "coords": [0, 0, 9, 9]}]) == "图上 1 处"
        assert remarking_keys.shown(PaperItem(kind=ItemKind.TRUE_FALSE, options=[], key=[1]), [0]) == "错误"


def test_a_short_text_is_corrected_on_the_page(app: Flask, session: Session, make: Make, sign_in: SignIn) -> None:
    exam = Exam(make)
    item = session.scalars(
        sa.select(PaperItem).where(PaperItem.paper_id == exam.paper.id, PaperItem.position == 2)
    ).one()
    session.execute(
        sa.update(PaperItem).where(PaperItem.id == item.id).values(kind=ItemKind.SHORT_TEXT, options=[], key=["标注"])
    )
    session.execute(sa.update(Response).where(Response.position == 2).values(value="标记"))
    session.commit()
    manager = sign_in(StaffDuty.MANAGER, at=exam.day.center)

    manager.post(exam.page, data={"treatment": "accept_also", "key_lines": "标记", "reason": "同义", "ask": "1"})

    assert request_of(session).key == ["标记"]
    assert isinstance(item.content, Content)
    assert UUID(str(request_of(session).paper_item_id)) == item.id
