"""The builder of valid records: a test states only what matters to it."""

import itertools
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.certificates.models import Certificate, Decision
from certification.certificates.rules import DecisionOutcome
from certification.exams.models import AdmissionTicket, ExamSession, Paper, PaperItem, Registration
from certification.exams.rules import ExamSessionStatus
from certification.item_bank.models import Item, ItemVersion
from certification.item_bank.rules import CHOICE_KINDS, ItemKind, ItemStatus, ItemUse
from certification.scoring.models import Result, ResultComponent
from certification.skill_tasks.models import MeasurementRow, SkillTask
from certification.standards.models import KnowledgePoint, Scheme, Standard, Tier
from certification.standards.rules import OCCUPATION, Component, Evidence, StandardKind, StandardStatus
from training_base.centers.models import FiledScope, Room, Site, StaffRole, TrainingCenter
from training_base.centers.rules import CenterKind, StaffDuty
from training_base.cohorts.models import Cohort, CohortTeacher, Course, Enrolment
from training_base.kernel.actor import Actor
from training_base.kernel.keyring import Keyring
from training_base.kernel.orm import Base
from training_base.people.documents import check_character
from training_base.people.models import Trainer, TrainerKeeper
from training_base.people.rules import Sex

T = TypeVar("T", bound=Base)

NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)


class Keys:
    """The keys of the tests."""

    ring = Keyring(identity=b"i" * 32, digest=b"d" * 32, audit=b"a" * 32, head=b"h" * 32)

    def at(self, folder: Path) -> Keyring:
        """The same keys, with a journal of numbers in that folder."""
        return replace(self.ring, number_journal=folder / "numbers.journal")


KEYS = Keys()

SHORT_PLAN: dict[str, Any] = {
    "theory": {
        "minutes": 20,
        "pass_mark": 6000,
        "parts": [
            {"kind": "true_false", "count": 2, "marks_each": 1000, "areas": {"1": 1, "2": 1}},
            {"kind": "single_choice", "count": 2, "marks_each": 2000, "areas": {"1": 1, "2": 1}},
            {"kind": "multiple_choice", "count": 2, "marks_each": 2000, "areas": {"1": 1, "2": 1}},
        ],
    },
    "skill": {
        "minutes": 60,
        "pass_mark": 6000,
        "tolerance": 2000,
        "projects": [
            {
                "number": 1,
                "title": "业务分析",
                "draws_one_unit": True,
                "units": [
                    {"code": "1.1", "marks": 4000, "minutes": 30, "draw": 1},
                    {"code": "1.2", "marks": 4000, "minutes": 30, "draw": 1},
                ],
            },
            {
                "number": 2,
                "title": "智能训练",
                "draws_one_unit": False,
                "units": [{"code": "2.1", "marks": 6000, "minutes": 30, "draw": 1}],
            },
        ],
    },
}
"""A small scheme that adds up: six items, one unit by lot and one unit always."""


def resident_id(born_on: date, sex: Sex, serial: int = 1, region: str = "310115") -> str:
    """A possible document number of 18 characters; the serial counts within birth date and sex."""
    order = 2 * serial + (1 if sex is Sex.MALE else 0)
    body = f"{region}{born_on:%Y%m%d}{order:03d}"
    return body + check_character(body)


class Make:
    """Builds records that satisfy every constraint, and adds them to the session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.serial = itertools.count(1)

    def add(self, record: T) -> T:
        """Put a record into the session and give it its identifier."""
        self.session.add(record)
        self.session.flush()
        return record

    def actor(self, *centers: TrainingCenter | UUID, **facts: Any) -> Actor:
        """Somebody who may touch these centers."""
        ids = frozenset(center if isinstance(center, UUID) else center.id for center in centers)
        return Actor(id=uuid4(), **{"name": f"Actor {next(self.serial)}", "center_ids": ids, **facts})

    def center(self, **facts: Any) -> TrainingCenter:
        """A third-party center in Pudong, filed for levels 5 to 3."""
        number = next(self.serial)
        base = {
            "code": f"S{number:012d}",
            "name_zh": f"评价机构{number}",
            "name_en": f"Center {number}",
            "kind": CenterKind.THIRD_PARTY,
            "district": "浦东新区",
            "created_at": NOW,
        }
        levels = facts.pop("levels", (5, 4, 3))
        center = self.add(TrainingCenter(**{**base, **facts}))
        for level in levels:
            self.add(FiledScope(center_id=center.id, occupation_code=OCCUPATION, level=level, from_on=date(2025, 1, 1)))
        return center

    def room(self, center: TrainingCenter, **facts: Any) -> Room:
        """A room with 30 workstations."""
        site = self.add(Site(center_id=center.id, name="总部", address="示范路1号", district="浦东新区"))
        number = next(self.serial)
        return self.add(
            Room(
                **{
                    "center_id": center.id,
                    "site_id": site.id,
                    "name": f"机房{number}",
                    "workstations": 30,
                    **facts,
                }
            )
        )

    def staff(self, center: TrainingCenter, duty: StaffDuty, **facts: Any) -> Actor:
        """Somebody with a duty at the center, as an actor."""
        actor = self.actor(center, **facts)
        self.add(
            StaffRole(center_id=center.id, actor_id=actor.id, name=actor.name, duty=duty, from_on=date(2025, 1, 1))
        )
        return actor

    def trainer(self, *keepers: TrainingCenter, **facts: Any) -> Trainer:
        """A trainer of 30, kept on file by these centers."""
        base = {
            "name": f"学员{next(self.serial)}",
            "sex": Sex.FEMALE,
            "born_on": date(1996, 3, 7),
            "created_at": NOW,
        }
        trainer = self.add(Trainer(**{**base, **facts}))
        for center in keepers:
            self.add(TrainerKeeper(trainer_id=trainer.id, center_id=center.id, since=NOW))
        return trainer

    def tier(self, level: int = 3, **facts: Any) -> Tier:
        """A tier of an adopted national standard."""
        number = next(self.serial)
        standard = self.add(
            Standard(
                code=f"standard-{number}",
                occupation_code=OCCUPATION,
                kind=StandardKind.NATIONAL,
                status=StandardStatus.ADOPTED,
                title_zh="国家职业标准",
                title_en="National standard",
                evidence=Evidence.OWN,
            )
        )
        base = {
            "standard_id": standard.id,
            "level": level,
            "title_zh": f"{level}级",
            "title_en": f"Level {level}",
            "training_hours": 40,
            "evidence": Evidence.OWN,
        }
        return self.add(Tier(**{**base, **facts}))

    def scheme(self, tier: Tier | None = None, **facts: Any) -> Scheme:
        """A short scheme with theory and skill, in force."""
        tier = tier or self.tier()
        base = {
            "code": f"scheme-{next(self.serial)}",
            "tier_id": tier.id,
            "title_zh": "考核方案",
            "title_en": "Scheme",
            "from_on": date(2025, 1, 1),
            "content": SHORT_PLAN,
        }
        return self.add(Scheme(**{**base, **facts}))

    def item(self, tier: Tier, kind: ItemKind = ItemKind.SINGLE_CHOICE, area: str = "1.1", **facts: Any) -> Item:
        """An approved exam item with one version."""
        number = next(self.serial)
        point = self.add(
            KnowledgePoint(
                tier_id=tier.id,
                code=f"{area}-{number}",
                area=area,
                title=f"鉴定点{number}",
                evidence=Evidence.OWN,
            )
        )
        options: Iterable[str] = {
            ItemKind.TRUE_FALSE: [],
            ItemKind.SINGLE_CHOICE: ["甲", "乙", "丙", "丁"],
            ItemKind.MULTIPLE_CHOICE: ["甲", "乙", "丙", "丁", "戊"],
        }[kind]
        key = {ItemKind.TRUE_FALSE: [1], ItemKind.SINGLE_CHOICE: [1], ItemKind.MULTIPLE_CHOICE: [0, 2]}[kind]
        base = {
            "code": f"I-{number}",
            "tier_id": tier.id,
            "knowledge_point_id": point.id,
            "kind": kind,
            "use": ItemUse.EXAM,
            "status": ItemStatus.APPROVED,
            "difficulty": 2,
            "written_by": uuid4(),
            "approved_by": uuid4(),
            "created_at": NOW,
        }
        item = self.add(Item(**{**base, **facts}))
        self.add(
            ItemVersion(
                item_id=item.id,
                number=1,
                kind=item.kind,
                stem=f"第{number}题的题干",
                stem_digest=f"{number:064d}",
                options=list(options),
                key=key,
                rationale="解析",
                reference="依据",
                written_by=item.written_by,
                created_at=NOW,
            )
        )
        return item

    def bank(self, tier: Tier, *, each: int = 3) -> list[Item]:
        """Enough approved items of every kind in areas 1.1 and 2.1 for the short scheme."""
        return [self.item(tier, kind, area) for kind in CHOICE_KINDS for area in ("1.1", "2.1") for _ in range(each)]

    def skill_task(self, tier: Tier, unit: str = "1.1", marks: int = 4000, **facts: Any) -> SkillTask:
        """A task with two measurement rows of equal marks."""
        number = next(self.serial)
        base = {
            "code": f"ST-{number}",
            "tier_id": tier.id,
            "unit": unit,
            "title": f"技能题{number}",
            "minutes": 30,
            "marks": marks,
            "statement": "## 背景\n\n做一件事。",
            "reference": "依据",
            "created_at": NOW,
        }
        task = self.add(SkillTask(**{**base, **facts}))
        for position in (1, 2):
            self.add(
                MeasurementRow(
                    skill_task_id=task.id,
                    position=position,
                    code=f"M{position}",
                    marks=task.marks // 2,
                    criterion="准则",
                    required="值",
                )
            )
        return task

    def skill_bank(self, tier: Tier) -> list[SkillTask]:
        """Tasks for every unit of the short scheme."""
        return [self.skill_task(tier, unit, marks) for unit, marks in (("1.1", 4000), ("1.2", 4000), ("2.1", 6000))]

    def cohort(self, center: TrainingCenter, *, level: int = 3, **facts: Any) -> Cohort:
        """A running cohort with 30 places."""
        number = next(self.serial)
        course = self.add(
            Course(
                center_id=center.id,
                title="三级培训",
                occupation_code=OCCUPATION,
                level=level,
                planned_minutes=2400,
            )
        )
        base = {
            "center_id": center.id,
            "course_id": course.id,
            "code": f"C{number}",
            "name": f"{number}班",
            "starts_on": TODAY - timedelta(days=60),
            "ends_on": TODAY + timedelta(days=30),
            "capacity": 30,
        }
        return self.add(Cohort(**{**base, **facts}))

    def teaches(self, cohort: Cohort, actor: Actor) -> CohortTeacher:
        """Name somebody as teacher of a cohort."""
        return self.add(
            CohortTeacher(cohort_id=cohort.id, center_id=cohort.center_id, actor_id=actor.id, name=actor.name)
        )

    def enrolment(self, center: TrainingCenter | None = None, **facts: Any) -> Enrolment:
        """A place in a cohort with all hours credited."""
        center = center or self.center()
        cohort = facts.pop("cohort", None) or self.cohort(center)
        trainer = facts.pop("trainer", None) or self.trainer(center)
        base = {
            "center_id": center.id,
            "cohort_id": cohort.id,
            "trainer_id": trainer.id,
            "occupation_code": OCCUPATION,
            "level": cohort.course.level,
            "credited_minutes": 40 * 60,
            "eligible_by": "S3-1",
            "enrolled_at": NOW,
        }
        return self.add(Enrolment(**{**base, **facts}))

    def paper(self, center: TrainingCenter, scheme: Scheme | None = None, **facts: Any) -> Paper:
        """A frozen paper of six items: two of each kind, positions 1 to 6."""
        scheme = scheme or self.scheme()
        number = next(self.serial)
        base = {
            "code": f"P-{number}",
            "center_id": center.id,
            "scheme_id": scheme.id,
            "title": "理论试卷",
            "seed": number,
            "minutes": 20,
            "total": 10000,
            "scorer": "theory-1",
            "digest": "0" * 64,
            "assembled_by": uuid4(),
            "assembled_at": NOW,
        }
        paper = self.add(Paper(**{**base, **facts}))
        kinds = [kind for kind in CHOICE_KINDS for _ in range(2)]
        for position, kind in enumerate(kinds, start=1):
            item = self.item(scheme.tier, kind)
            version = self.session.scalars(sa.select(ItemVersion).where(ItemVersion.item_id == item.id)).one()
            self.add(
                PaperItem(
                    paper_id=paper.id,
                    position=position,
                    item_id=item.id,
                    item_version_id=version.id,
                    kind=kind,
                    area="1.1",
                    stem=version.stem,
                    options=version.options,
                    key=version.key,
                    marks=1000 if kind is ItemKind.TRUE_FALSE else 2000,
                )
            )
        return paper

    def exam_session(self, center: TrainingCenter | None = None, **facts: Any) -> ExamSession:
        """A theory exam of 20 minutes with a paper, open to candidates, which started at NOW and ends 2 hours later."""
        center = center or self.center()
        scheme = facts.pop("scheme", None) or self.scheme()
        number = next(self.serial)
        base = {
            "code": f"E20260615-{number:03d}",
            "center_id": center.id,
            "scheme_id": scheme.id,
            "component": Component.THEORY,
            "title": "理论考试",
            "starts_at": NOW,
            "ends_at": NOW + timedelta(hours=2),
            "minutes": 20,
            "capacity": 30,
            "status": ExamSessionStatus.OPEN,
            "access_salt": f"salt-{number}",
            "created_at": NOW - timedelta(days=7),
        }
        if facts.get("component", Component.THEORY) is Component.THEORY and "paper_id" not in facts:
            facts["paper_id"] = self.paper(center, scheme).id
        if "room_id" not in facts:
            facts["room_id"] = self.room(center).id
        return self.add(ExamSession(**{**base, **facts}))

    def registration(self, exam_session: ExamSession | None = None, **facts: Any) -> Registration:
        """A registered candidate with admission ticket and seat."""
        enrolment = facts.pop("enrolment", None)
        if exam_session is None:
            center = self.session.get_one(TrainingCenter, enrolment.center_id) if enrolment else None
            exam_session = self.exam_session(center)
        number = next(self.serial)
        enrolment = enrolment or self.enrolment(self.session.get_one(TrainingCenter, exam_session.center_id))
        base = {
            "center_id": exam_session.center_id,
            "exam_session_id": exam_session.id,
            "enrolment_id": enrolment.id,
            "trainer_id": enrolment.trainer_id,
            "registered_at": NOW - timedelta(days=7),
        }
        registration = self.add(Registration(**{**base, **facts}))
        self.add(
            AdmissionTicket(
                registration_id=registration.id,
                center_id=exam_session.center_id,
                number=f"{number:012d}",
                seat=number,
                issued_at=NOW - timedelta(days=7),
            )
        )
        return registration

    def result(self, center: TrainingCenter | None = None, **facts: Any) -> Result:
        """A passed result of level 3 with published theory and skill marks, each from a session of its own."""
        center = center or self.center()
        scheme = facts.pop("scheme", None) or self.scheme()
        marks = facts.pop("marks", {Component.THEORY: 8650, Component.SKILL: 7900})
        given = {name: facts.pop(name) for name in ("cohort", "trainer") if name in facts}
        enrolment = self.enrolment(center, **given)
        base = {
            "enrolment_id": enrolment.id,
            "center_id": center.id,
            "trainer_id": enrolment.trainer_id,
            "tier_id": scheme.tier_id,
            "scheme_id": scheme.id,
            "passed": True,
            "updated_at": NOW,
        }
        result = self.add(Result(**{**base, **facts}))
        for component, earned in marks.items():
            registration = self._sat(enrolment, scheme, component)
            self.add(
                ResultComponent(
                    result_id=result.id,
                    component=component,
                    registration_id=registration.id,
                    marks=earned,
                    passed=earned >= 6000,
                    published_at=NOW,
                )
            )
        return result

    def _sat(self, enrolment: Enrolment, scheme: Scheme, component: Component) -> Registration:
        session = self.add(
            ExamSession(
                code=f"past-{next(self.serial)}",
                center_id=enrolment.center_id,
                room_id=self.room(self.session.get_one(TrainingCenter, enrolment.center_id)).id,
                scheme_id=scheme.id,
                component=component,
                title="已结束的场次",
                starts_at=NOW - timedelta(days=7),
                ends_at=NOW - timedelta(days=7) + timedelta(hours=2),
                minutes=90,
                capacity=30,
                status=ExamSessionStatus.PUBLISHED,
                access_salt="salt",
                created_at=NOW - timedelta(days=20),
                published_at=NOW - timedelta(days=1),
            )
        )
        return self.add(
            Registration(
                center_id=enrolment.center_id,
                exam_session_id=session.id,
                enrolment_id=enrolment.id,
                trainer_id=enrolment.trainer_id,
                registered_at=NOW - timedelta(days=10),
            )
        )

    def certificate(self, center: TrainingCenter | None = None, **facts: Any) -> Certificate:
        """A valid certificate of a passed result; ``trainer``, ``scheme`` and ``cohort`` go to the result."""
        center = center or self.center()
        given = {name: facts.pop(name) for name in ("trainer", "scheme", "cohort", "result") if name in facts}
        result = given.pop("result", None) or self.result(center, **given)
        self.add(
            Decision(
                result_id=result.id,
                center_id=center.id,
                outcome=DecisionOutcome.CERTIFY,
                decided_by=uuid4(),
                decided_by_name="认定员",
                decided_at=NOW,
            )
        )
        number = next(self.serial)
        base = {
            "number": f"{center.code}26{result.tier.level}{number:06}",
            "link_key": f"key-{number}",
            "result_id": result.id,
            "center_id": center.id,
            "trainer_id": result.trainer_id,
            "tier_id": result.tier_id,
            "holder_name": result.trainer.name,
            "theory_marks": 8650,
            "skill_marks": 7900,
            "issued_on": TODAY,
            "issued_at": NOW,
        }
        return self.add(Certificate(**{**base, **facts}))
