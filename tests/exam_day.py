"""Builds an exam day for the tests of scoring: a session, who sits it, papers handed in, sheets handed in."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from certification.exams.drawing import draw_for
from certification.exams.models import (
    AdmissionTicket,
    Attempt,
    DrawnTask,
    ExamSession,
    Paper,
    PaperItem,
    Registration,
    Response,
    SessionStaff,
)
from certification.exams.rules import (
    ExamSessionStatus,
    RegistrationStatus,
    SessionDuty,
    SubmittedBy,
)
from certification.item_bank.rules import ItemKind
from certification.scoring import sheets
from certification.scoring.models import Mark, ScoringSheet
from certification.scoring.sheets import Entry
from certification.standards.models import Scheme
from certification.standards.rules import Component
from tests.make import NOW, Make
from training_base.centers.models import TrainingCenter
from training_base.cohorts.models import Enrolment
from training_base.kernel.actor import Actor


class ExamDay:
    """One session of a center, over by default, with whoever is added to it."""

    def __init__(
        self,
        make: Make,
        component: Component = Component.SKILL,
        *,
        center: TrainingCenter | None = None,
        scheme: Scheme | None = None,
        status: ExamSessionStatus = ExamSessionStatus.CLOSED,
    ) -> None:
        self.make = make
        self.center = center or make.center()
        self.scheme = scheme or make.scheme()
        self.exam_session = make.add(
            ExamSession(
                code=f"ED-{uuid4().hex[:8]}",
                center_id=self.center.id,
                room_id=make.room(self.center).id,
                scheme_id=self.scheme.id,
                component=component,
                title="考试场次",
                starts_at=NOW - timedelta(hours=3),
                ends_at=NOW - timedelta(hours=1),
                minutes=60,
                capacity=30,
                status=status,
                access_salt="salt",
                created_at=NOW,
            )
        )
        self.examiners = [self.examiner(), self.examiner()]

    def examiner(self) -> Actor:
        """Somebody named as examiner of the session."""
        actor = self.make.actor(self.center)
        self.make.add(
            SessionStaff(
                exam_session_id=self.exam_session.id,
                center_id=self.center.id,
                actor_id=actor.id,
                name=actor.name,
                duty=SessionDuty.EXAMINER,
            )
        )
        return actor

    def candidate(
        self, status: RegistrationStatus = RegistrationStatus.ADMITTED, enrolment: Enrolment | None = None
    ) -> Registration:
        """A registration with its ticket, admitted by default."""
        enrolment = enrolment or self.make.enrolment(self.center)
        registration = self.make.add(
            Registration(
                center_id=self.center.id,
                exam_session_id=self.exam_session.id,
                enrolment_id=enrolment.id,
                trainer_id=enrolment.trainer_id,
                status=status,
                registered_at=NOW,
            )
        )
        number = next(self.make.serial)
        self.make.add(
            AdmissionTicket(
                registration_id=registration.id,
                center_id=self.center.id,
                number=f"AN{number:08d}",
                seat=number,
                issued_at=NOW,
            )
        )
        return registration

    def attempt(self, registration: Registration, **facts: Any) -> Attempt:
        """An attempt that was handed in."""
        base = {
            "registration_id": registration.id,
            "center_id": self.center.id,
            "paper_id": self.exam_session.paper_id,
            "device": "d",
            "started_at": NOW - timedelta(hours=3),
            "deadline": NOW - timedelta(hours=2),
            "grace_seconds": 10,
            "submitted_at": NOW - timedelta(hours=2),
            "submitted_by": SubmittedBy.CANDIDATE,
        }
        attempt = self.make.add(Attempt(**{**base, **facts}))
        self.make.session.expire(registration, ["attempt"])
        return attempt

    def paper(self) -> Paper:
        """Three items of 20, 30 and 50 marks in two areas; the keys are: true, the second, the first and third."""
        paper = self.make.add(
            Paper(
                code=f"P-{uuid4().hex[:8]}",
                center_id=self.center.id,
                scheme_id=self.scheme.id,
                title="试卷",
                seed=1,
                minutes=20,
                total=10000,
                scorer="kinds-1",
                digest="0" * 64,
                assembled_by=uuid4(),
                assembled_at=NOW,
            )
        )
        facts: list[tuple[ItemKind, str, list[int], int]] = [
            (ItemKind.TRUE_FALSE, "1.1", [1], 2000),
            (ItemKind.SINGLE_CHOICE, "1.1", [1], 3000),
            (ItemKind.MULTIPLE_CHOICE, "2.1", [0, 2], 5000),
        ]
        for position, (kind, area, key, marks) in enumerate(facts, start=1):
            item = self.make.item(self.scheme.tier, kind, area)
            self.make.add(
                PaperItem(
                    paper_id=paper.id,
                    position=position,
                    item_id=item.id,
                    item_version_id=item.versions[0].id,
                    kind=kind,
                    area=area,
                    stem="题干",
                    options=[] if kind is ItemKind.TRUE_FALSE else ["甲", "乙", "丙", "丁"],
                    key=key,
                    marks=marks,
                )
            )
        self.exam_session.paper_id = paper.id
        return paper

    def answer(self, attempt: Attempt, **values: Any) -> None:
        """Answers at positions: ``answer(attempt, p1=[1], p3=[0, 2])``."""
        for name, value in values.items():
            self.make.session.add(
                Response(attempt_id=attempt.id, position=int(name[1:]), value=value, seq=1, saved_at=NOW)
            )
        self.make.session.flush()

    def drawn(self, registration: Registration) -> list[DrawnTask]:
        """The tasks of a candidate: one of 40 marks, one of 60, two rows each; their tasks are made if need be."""
        if not self.make.session.info.get(self.scheme.id):
            self.make.skill_bank(self.scheme.tier)
            self.make.session.info[self.scheme.id] = True
        return draw_for(self.make.session, registration, now=NOW)

    def sheet(self, drawn: DrawnTask, examiner: Actor, *awarded: int, actual: str | None = "所见") -> ScoringSheet:
        """A sheet handed in with these marks for its rows, in hundredths."""
        session = self.make.session
        sheet = sheets.open_sheet(session, drawn.id, by=examiner, now=NOW)
        entries = [Entry(position, actual, marks) for position, marks in enumerate(awarded, start=1)]
        sheets.save_sheet(session, sheet.id, entries, remark=None, by=examiner, now=NOW)
        return sheets.submit_sheet(session, sheet.id, by=examiner, now=NOW)

    def mark(self, registration: Registration, marks: int, detail: list[dict[str, Any]] | None = None) -> Mark:
        """Marks given beforehand, in hundredths."""
        return self.make.add(
            Mark(
                registration_id=registration.id,
                center_id=self.center.id,
                component=self.exam_session.component,
                marks=marks,
                detail=detail or [],
                scorer="kinds-1",
                marked_at=NOW,
            )
        )

    @property
    def id(self) -> UUID:
        """The session's identifier."""
        return self.exam_session.id
