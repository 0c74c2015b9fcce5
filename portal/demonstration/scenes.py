"""The scenes: cohorts at every stage, from training under way to certificates issued and withdrawn."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from certification.certificates import service as certificates
from certification.certificates.changes import approve_change, ask_change
from certification.certificates.models import Certificate
from certification.certificates.rules import ChangeKind, ChangeReason, DecisionOutcome
from certification.eligibility import service as eligibility
from certification.exams import delivery, invigilation, papers, planning, registering, room, saving, submission
from certification.exams.models import ExamSession, Paper, Registration
from certification.exams.rules import Answer
from certification.item_bank import service as item_bank
from certification.item_bank.rules import ItemFacts, ItemKind, ItemUse
from certification.scoring import publication, sheets
from certification.scoring import service as scoring
from certification.scoring.models import Result
from certification.standards import service as standards
from certification.standards.rules import OCCUPATION, Component
from portal.access import Role
from portal.demonstration.cast import HOLDER, TRAINEE, people
from portal.demonstration.drafting import write_draft
from portal.demonstration.parallel import parallel_papers
from portal.demonstration.setting import Stage, open_account
from portal.demonstration.statistics import analyse_all, name_panel
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty
from training_base.cohorts import hours
from training_base.cohorts import planning as cohorts
from training_base.cohorts.models import Cohort, Enrolment
from training_base.cohorts.rules import HOURS_DUE
from training_base.people import history
from training_base.people import service as trainers
from training_base.people.models import Trainer
from training_base.people.rules import EmploymentFacts

DAY_MINUTES = 480
POINT = "4-2.2-01"
OWN_ITEMS = (
    (
        "审核 200 条标注，发现 14 条有误，这批标注的准确率是多少？",
        ("86%", "90%", "93%", "96%"),
        2,
        "有误 14 条，正确 186 条，186 除以 200 等于 93%。",
    ),
    (
        "审核时发现同一类错误集中出自一名标注员，首先宜怎样处理？",
        (
            "与其核对规则理解并复查其近期标注",
            "把全部数据退回所有人重标",
            "只改正已抽到的错误",
            "直接降低该项目的验收标准",
        ),
        0,
        "错误集中于一人，多半是对规则的理解有偏差，应核对理解并复查其近期成果，再决定返工范围。",
    ),
    (
        "一张图像应标 8 个目标，标注员标出 7 个且全部正确，漏标率是多少？",
        ("7.5%", "10%", "12.5%", "14.3%"),
        2,
        "漏标 1 个，除以应标的 8 个，等于 12.5%。",
    ),
    (
        "审核结论为“部分通过”的批次，进入训练集前应当怎样筛选？",
        ("按审核结果只取合格的条目", "按文件大小取前一半", "随机删去同样多的条目", "不加区分全部放入"),
        0,
        "筛选应以审核结果为依据，只让合格的条目进入训练集。",
    ),
)
"""Stem, options, position of the key, rationale: original items of the first center."""


def take_on_file(stage: Stage, center: TrainingCenter, count: int, *, seed: int, day: int) -> list[Trainer]:
    """Invented people with work in the occupation, long enough for any level that is examined here."""
    manager = stage.who(center, StaffDuty.MANAGER)
    found = []
    for facts, document in people(count, seed):
        at = stage.at(day)
        trainer = trainers.create(stage.session, facts, document, center_id=center.id, by=manager, now=at)
        started_on = max(facts.born_on + timedelta(days=365 * 19), stage.at(day).date() - timedelta(days=365 * 12))
        started_on = min(started_on, stage.at(day).date() - timedelta(days=365 * 10 + 30))
        work = EmploymentFacts("示例智能科技有限公司", "数据标注与算法测试", True, started_on)
        history.add_employment(stage.session, trainer.id, work, by=manager, now=at)
        found.append(trainer)
    return found


def open_cohort(
    stage: Stage, center: TrainingCenter, level: int, code: str, name: str, *, starts: int, ends: int
) -> Cohort:
    """A cohort of a new course, with its teacher."""
    manager, at = stage.who(center, StaffDuty.MANAGER), stage.at(starts - 10)
    title = f"人工智能训练师{'一二三四五'[level - 1]}级培训（{code}）"
    course = cohorts.create_course(
        stage.session,
        center.id,
        cohorts.CourseFacts(title, OCCUPATION, level, HOURS_DUE[level] * 60),
        by=manager,
        now=at,
    )
    facts = cohorts.CohortFacts(code, name, stage.at(starts).date(), stage.at(ends).date(), 30)
    cohort = cohorts.create(stage.session, course.id, facts, by=manager, now=at)
    teacher = stage.who(center, StaffDuty.TEACHER)
    cohorts.add_teacher(stage.session, cohort.id, teacher.id, by=manager, now=at)
    return cohort


def enrol(stage: Stage, cohort: Cohort, members: Sequence[Trainer], *, day: int) -> list[Enrolment]:
    """Places for people who are eligible."""
    manager = stage.who(cohort.center, StaffDuty.MANAGER)
    return [
        eligibility.enrol(stage.session, cohort.id, trainer.id, by=manager, now=stage.at(day)) for trainer in members
    ]


def teach(stage: Stage, cohort: Cohort, enrolments: Sequence[Enrolment], *, starts: int, share: float = 1.0) -> None:
    """Days of training until the share of the hours due is credited."""
    teacher = stage.who(cohort.center, StaffDuty.TEACHER)
    left, day = int(HOURS_DUE[cohort.course.level] * 60 * share), starts
    topics = ("数据采集与清洗", "标注规范与质检", "训练集与测试集", "算法测试与误差分析", "人机交互流程")
    while left > 0:
        facts = hours.HoursFacts(stage.at(day).date(), min(left, DAY_MINUTES), topics[day % len(topics)])
        chosen = frozenset(one.id for one in enrolments)
        hours.record_day(stage.session, cohort.id, facts, enrolment_ids=chosen, by=teacher, now=stage.at(day, 18))
        left -= facts.minutes
        day += 1


def plan_exam(
    stage: Stage, center: TrainingCenter, scheme_code: str, component: Component, title: str, *, day: int,
    hour: int = 9, window_hours: int = 4, place: int = 0, planned: int | None = None,
) -> ExamSession:  # fmt: skip
    """An exam session that takes registrations; a theory exam gets a fresh paper."""
    session, manager = stage.session, stage.who(center, StaffDuty.MANAGER)
    at = stage.at(planned if planned is not None else day - 12)
    scheme = standards.scheme_by_code(session, scheme_code)
    paper = None
    if component is Component.THEORY:
        paper = papers.assemble(
            session, scheme.id, center.id, f"{title}试卷", seed=stage.now.day + 100 + day, by=manager, now=at
        )
    facts = planning.ExamSessionFacts(
        center_id=center.id,
        room_id=stage.rooms[center.id][place].id,
        scheme_id=scheme.id,
        component=component,
        title=title,
        starts_at=stage.at(day, hour),
        ends_at=stage.at(day, hour) + timedelta(hours=window_hours),
        paper_id=paper.id if paper else None,
        invigilators=(stage.who(center, StaffDuty.INVIGILATOR).id,),
        examiners=_examiners(stage, center) if component is Component.SKILL else (),
    )
    exam_session = planning.create(session, facts, by=manager, now=at)
    return planning.open_registration(session, exam_session.id, by=manager, now=at)


def _examiners(stage: Stage, center: TrainingCenter) -> tuple:  # type: ignore[type-arg]
    return tuple(actor.id for actor in stage.staff[center.id, StaffDuty.EXAMINER])


def register(
    stage: Stage, exam_session: ExamSession, enrolments: Sequence[Enrolment], *, day: int
) -> list[Registration]:
    """Places in an exam session."""
    manager = stage.who(exam_session.center, StaffDuty.MANAGER)
    return [
        registering.register(stage.session, exam_session.id, one.id, by=manager, now=stage.at(day))
        for one in enrolments
    ]


def sit_theory(stage: Stage, exam_session: ExamSession, registrations: Sequence[Registration], *, weak: int) -> None:
    """Everybody writes; the last ``weak`` of them know too little."""
    lot = Random(exam_session.code)  # noqa: S311  made-up answers
    start = exam_session.starts_at
    paper = stage.session.get_one(Paper, exam_session.paper_id)
    for place, registration in enumerate(registrations):
        knows = 0.35 if place >= len(registrations) - weak else lot.uniform(0.72, 0.95)
        attempt = delivery.start(stage.session, registration.id, f"demo-{place}", now=start + timedelta(seconds=place))
        given = []
        for item in paper.items:
            value = list(item.key) if lot.random() < knows else _wrong(item.kind, item.key)
            given.append(Answer(item.position, value, item.position))
        done = start + timedelta(minutes=12, seconds=place * 7)
        saving.save(stage.session, attempt.id, given, f"demo-{place}", now=done)
        submission.submit(stage.session, attempt.id, f"demo-{attempt.id}", now=done + timedelta(seconds=30))


def _wrong(kind: ItemKind, key: Sequence[int]) -> list[int]:
    if kind is ItemKind.TRUE_FALSE:
        return [1 - key[0]]
    if kind is ItemKind.SINGLE_CHOICE:
        return [(key[0] + 1) % 4]
    return [position for position in range(5) if position not in key][:2] or [0]


def sit_skill(stage: Stage, exam_session: ExamSession, registrations: Sequence[Registration]) -> None:
    """Everybody hands in something written for every task they drew."""
    start = exam_session.starts_at
    for place, registration in enumerate(registrations):
        device = f"demo-{place}"
        attempt = delivery.start(stage.session, registration.id, device, now=start + timedelta(seconds=place))
        given = [
            Answer(one.position, "1. 按任务要求逐项完成，计算过程与结论如下……\n2. 依据规范说明理由。", 1)
            for one in delivery.questions(stage.session, attempt)
        ]
        done = start + timedelta(minutes=50, seconds=place)
        saving.save(stage.session, attempt.id, given, device, now=done)
        submission.submit(stage.session, attempt.id, f"demo-{attempt.id}", now=done + timedelta(seconds=20))


def close(stage: Stage, exam_session: ExamSession) -> None:
    """The invigilator closes the room at the end of the window."""
    invigilator = stage.who(exam_session.center, StaffDuty.INVIGILATOR)
    room.close_room(stage.session, exam_session.id, by=invigilator, now=exam_session.ends_at)


def rate(stage: Stage, exam_session: ExamSession, registrations: Sequence[Registration], *, weak: int) -> None:
    """Two examiners fill in a sheet for every task; the last ``weak`` candidates fall short."""
    lot = Random(exam_session.code)  # noqa: S311  made-up marks
    center, at = exam_session.center, exam_session.ends_at + timedelta(hours=2)
    for place, registration in enumerate(registrations):
        share = 0.45 if place >= len(registrations) - weak else lot.uniform(0.7, 0.95)
        for drawn in registration.drawn_tasks:
            for number in (0, 1):
                examiner = stage.who(center, StaffDuty.EXAMINER, number)
                sheet = sheets.open_sheet(stage.session, drawn.id, by=examiner, now=at)
                entries = [
                    sheets.Entry(row.position, "见作答", _award(row.measurement_row.marks, share, lot))
                    for row in sheet.rows
                ]
                sheets.save_sheet(stage.session, sheet.id, entries, remark=None, by=examiner, now=at)
                sheets.submit_sheet(stage.session, sheet.id, by=examiner, now=at)


def _award(marks: int, share: float, lot: Random) -> int:
    wanted = marks * min(1.0, max(0.0, share + lot.uniform(-0.08, 0.08)))
    return round(wanted / 10) * 10


def publish(stage: Stage, exam_session: ExamSession, *, day: int) -> list[Result]:
    """Theory is marked by the server, then the manager publishes."""
    at = stage.at(day)
    if exam_session.component is Component.THEORY:
        while scoring.mark_submitted(stage.session, now=at, at_most=100):
            pass
    manager = stage.who(exam_session.center, StaffDuty.MANAGER)
    return publication.publish(stage.session, exam_session.id, by=manager, now=at)


def certify(stage: Stage, center: TrainingCenter, results: Sequence[Result], *, day: int) -> list[Certificate]:
    """An officer decides on passed results and issues."""
    officer, issued = stage.who(center, StaffDuty.CERTIFICATION_OFFICER), []
    for result in results:
        certificates.decide(stage.session, result.id, DecisionOutcome.CERTIFY, by=officer, now=stage.at(day))
        issued.append(certificates.issue(stage.session, result.id, by=officer, now=stage.at(day, 10)))
    return issued


def change(
    stage: Stage, certificate: Certificate, kind: ChangeKind, reason: ChangeReason, text: str, *, day: int
) -> None:
    """One officer asks, the other approves."""
    asks, approves = (stage.who(certificate.center, StaffDuty.CERTIFICATION_OFFICER, place) for place in (0, 1))
    asked = ask_change(stage.session, certificate.number, kind, reason, text, by=asks, now=stage.at(day))
    approve_change(stage.session, asked.id, by=approves, now=stage.at(day, 15))


def examined_cohort(
    stage: Stage, center: TrainingCenter, level: int, scheme: str, code: str, *, size: int, seed: int,
    weak: int, theory_on: int, skill_on: int,
) -> tuple[ExamSession, list[Registration]]:  # fmt: skip
    """A cohort that has sat both exams, but for one who missed them; gives the skill exam and who sat it."""
    members = take_on_file(stage, center, size, seed=seed, day=theory_on - 42)
    cohort = open_cohort(stage, center, level, code, f"{code} 结业班", starts=theory_on - 35, ends=theory_on - 10)
    enrolments = enrol(stage, cohort, members, day=theory_on - 36)
    teach(stage, cohort, enrolments, starts=theory_on - 34)
    theory = plan_exam(stage, center, scheme, Component.THEORY, f"{code} 理论考试", day=theory_on, place=1)
    written = register(stage, theory, enrolments, day=theory_on - 5)
    sit_theory(stage, theory, written[:-1], weak=weak)
    close(stage, theory)
    publish(stage, theory, day=theory_on + 2)
    skill = plan_exam(stage, center, scheme, Component.SKILL, f"{code} 技能考核", day=skill_on, place=1)
    rated = register(stage, skill, enrolments[:-1], day=skill_on - 4)
    sit_skill(stage, skill, rated)
    close(stage, skill)
    return skill, rated


def finished_cohort(
    stage: Stage, center: TrainingCenter, level: int, scheme: str, code: str, *, size: int, seed: int,
    weak: int, undecided: int,
) -> list[Certificate]:  # fmt: skip
    """A cohort that went the whole way, with some who fell short on it."""
    skill, rated = examined_cohort(
        stage, center, level, scheme, code, size=size, seed=seed, weak=weak, theory_on=-50, skill_on=-42
    )
    rate(stage, skill, rated, weak=weak)
    results = [result for result in publish(stage, skill, day=-38) if result.passed]
    return certify(stage, center, results[: len(results) - undecided], day=-30)


def cohort_before_the_exam(stage: Stage, center: TrainingCenter) -> None:
    """A level-3 cohort with a theory exam that is running now and a skill exam to come; the demo trainee is in it."""
    members = take_on_file(stage, center, 12, seed=3, day=-40)
    cohort = open_cohort(stage, center, 3, "Z26-L3-02", "三级第二班", starts=-30, ends=20)
    enrolments = enrol(stage, cohort, members, day=-31)
    teach(stage, cohort, enrolments, starts=-28)
    theory = plan_exam(
        stage, center, "demo-l3-short", Component.THEORY, "三级理论考试（演示，进行中）",
        day=-1, hour=0, window_hours=24 * 21, planned=-8,
    )  # fmt: skip
    registrations = register(stage, theory, enrolments[:10], day=-3)
    invigilator = stage.who(center, StaffDuty.INVIGILATOR)
    room.open_room(stage.session, theory.id, by=invigilator, now=stage.now)
    for registration in registrations[:6]:
        invigilation.admit(stage.session, registration.id, by=invigilator, now=stage.now)
    skill = plan_exam(
        stage, center, "demo-l3-short", Component.SKILL, "三级技能考核（演示，报名中）", day=14, place=1, planned=-8
    )
    register(stage, skill, enrolments[:4], day=-2)
    open_account(stage, TRAINEE, members[0].name, roles=(Role.TRAINEE,), trainer_id=members[0].id)
    for number, trainer in enumerate(members[1:4], start=2):
        open_account(
            stage, TRAINEE.replace("@", f"{number}@"), trainer.name, roles=(Role.TRAINEE,), trainer_id=trainer.id
        )


def write_items(stage: Stage, center: TrainingCenter) -> None:
    """A center's own items at every stage: a draft, two that wait for a second person, one approved."""
    writer, reviewer = (stage.who(center, StaffDuty.ITEM_WRITER, place) for place in (0, 1))
    for number, (stem, options, key, rationale) in enumerate(OWN_ITEMS, start=1):
        facts = ItemFacts(
            code=f"ZJ-{number:03d}",
            level=4,
            kind=ItemKind.SINGLE_CHOICE,
            stem=stem,
            options=options,
            key=(key,),
            rationale=rationale,
            reference="国家职业技能标准（2021年版）四级 2.2 标注数据审核",
            knowledge_point=POINT,
            difficulty=2,
            use=ItemUse.EXAM,
        )
        item = item_bank.draft(stage.session, facts, center_id=center.id, by=writer, now=stage.at(-20))
        if number > 1:
            item_bank.submit(stage.session, item.id, by=writer, now=stage.at(-18))
        if number == len(OWN_ITEMS):
            item_bank.approve(stage.session, item.id, by=reviewer, now=stage.at(-15))


def play(stage: Stage) -> None:
    """All scenes, in the order of time."""
    zhangjiang, lingang, xuhui = stage.centers
    write_items(stage, zhangjiang)
    issued = finished_cohort(stage, zhangjiang, 3, "demo-l3-short", "Z26-L3-01", size=16, seed=1, weak=2, undecided=2)
    change(stage, issued[1], ChangeKind.WITHDRAW, ChangeReason.WRONG_FACTS, "复核发现申报的工作年限证明不实。", day=-12)
    change(stage, issued[2], ChangeKind.SUSPEND, ChangeReason.INVESTIGATION, "收到举报，核查期间暂停。", day=-6)
    holder = issued[0]
    open_account(stage, HOLDER, holder.holder_name, roles=(Role.TRAINEE,), trainer_id=holder.trainer_id)
    finished_cohort(stage, lingang, 5, "demo-l5", "L26-L5-01", size=10, seed=2, weak=1, undecided=1)
    examined_cohort(stage, zhangjiang, 4, "demo-l4", "Z26-L4-02", size=5, seed=8, weak=0, theory_on=-9, skill_on=-3)
    cohort_before_the_exam(stage, zhangjiang)
    in_training = (
        (zhangjiang, 4, "Z26-L4-01", 9, 4, 0.6),
        (lingang, 4, "L26-L4-01", 7, 5, 0.3),
        (xuhui, 5, "X26-L5-01", 6, 6, 0.15),
    )
    for center, level, code, size, seed, share in in_training:
        members = take_on_file(stage, center, size, seed=seed, day=-25)
        cohort = open_cohort(stage, center, level, code, f"{code} 在培班", starts=-15, ends=25)
        teach(stage, cohort, enrol(stage, cohort, members, day=-16), starts=-14, share=share)
    take_on_file(stage, xuhui, 3, seed=7, day=-5)
    parallel_papers(stage, zhangjiang, "demo-l3-short")
    analyse_all(stage)
    name_panel(stage, zhangjiang)
    write_draft(stage)
