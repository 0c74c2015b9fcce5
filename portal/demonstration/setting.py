"""The stage: standards, items and tasks, centers, staff and their accounts."""

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from certification.eligibility.catalog import load_related, load_rule_sets
from certification.item_bank import importing
from certification.item_bank.catalog import load_items
from certification.item_bank.exchange import read
from certification.skill_tasks.catalog import load_tasks
from certification.standards import catalog
from certification.standards.rules import OCCUPATION
from portal.access import Role
from portal.auth import accounts
from portal.auth.models import Account
from portal.auth.passwords import hash_password
from portal.config import ROOT
from portal.demonstration.cast import ACCOUNTS, PASSWORD
from training_base.centers import premises, service, staffing
from training_base.centers.models import Room, TrainingCenter
from training_base.centers.rules import CenterKind, StaffDuty
from training_base.kernel.actor import SYSTEM, Actor

DATA = ROOT / "certification" / "data"
ZONE = ZoneInfo("Asia/Shanghai")

PUDONG = "浦东新区"
CENTERS = (
    (CenterKind.THIRD_PARTY, "张江人工智能实训基地", "Zhangjiang AI Training Base", PUDONG, "张江科学城", (5, 4, 3)),
    (CenterKind.THIRD_PARTY, "临港智能训练评价中心", "Lin-gang Assessment Center", PUDONG, "临港新片区", (5, 4)),
    (CenterKind.EMPLOYER, "徐汇智标数据科技公司", "Xuhui Zhibiao Data Technology", "徐汇区", None, (5, 4)),
)


@dataclass
class Stage:
    """What the scenes of the demonstration share: the clock, the centers, and who acts in them."""

    session: Session
    now: datetime
    password_hash: str = field(default_factory=lambda: hash_password(PASSWORD))
    centers: list[TrainingCenter] = field(default_factory=list)
    rooms: dict[UUID, list[Room]] = field(default_factory=dict)
    staff: dict[tuple[UUID, StaffDuty], list[Actor]] = field(default_factory=dict)

    def at(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """A time of day in Shanghai, so many days from today (negative: before)."""
        day = self.now.astimezone(ZONE).date() + timedelta(days=days)
        return datetime.combine(day, time(hour, minute), ZONE)

    def who(self, center: TrainingCenter, duty: StaffDuty, place: int = 0) -> Actor:
        """Somebody with a duty at a center."""
        return self.staff[center.id, duty][place]


def load_content(stage: Stage) -> None:
    """Standards, rules, schemes, knowledge points, items and tasks, each through its importer."""
    session, now = stage.session, stage.at(-200)
    writer = replace(SYSTEM, id=UUID(int=1), name="题库编写组")
    reviewer = replace(SYSTEM, id=UUID(int=2), name="题库审定组")
    catalog.load_standard(session, by=SYSTEM, now=now)
    catalog.load_schemes(session, by=SYSTEM, now=now)
    catalog.load_knowledge_points(session, by=SYSTEM, now=now)
    load_rule_sets(session, by=SYSTEM, now=now)
    load_related(session, by=SYSTEM, now=now)
    for path in sorted((DATA / "items").glob("*.csv")):
        importing.import_items(session, read(path), approved_by=reviewer, by=writer, now=now)
    load_items(session, DATA / "items" / "newer-kinds.json", approved_by=reviewer, by=writer, now=now)
    for path in sorted((DATA / "skill_tasks").glob("*.json")):
        load_tasks(session, path, by=SYSTEM, now=now)


def open_centers(stage: Stage) -> None:
    """Three centers with filed scope, a site and two rooms each."""
    session, now = stage.session, stage.at(-190)
    for number, (kind, name_zh, name_en, district, area, levels) in enumerate(CENTERS, start=1):
        facts = service.CenterFacts(name_zh, name_en, district, area, phone="021-5550 0100")
        center = service.create(session, facts, code=f"{kind.value}00003100000{number}", kind=kind, by=SYSTEM, now=now)
        for level in levels:
            term = service.ScopeFacts(OCCUPATION, level, from_on=stage.at(-180).date())
            service.file_scope(session, center.id, term, by=SYSTEM, now=now)
        address = premises.SiteFacts("本部", f"{district}示范路 88 号（虚构地址）", district)
        site = premises.add_site(session, center.id, address, by=SYSTEM, now=now)
        stage.rooms[center.id] = [
            premises.add_room(session, site.id, premises.RoomFacts(name, places), by=SYSTEM, now=now)
            for name, places in (("第一机房", 30), ("第二机房", 24), ("第三机房", 20))
        ]
        stage.centers.append(center)


def open_account(
    stage: Stage, sign_in_name: str, name: str, *, roles: tuple[Role, ...] = (), trainer_id: UUID | None = None
) -> Account:
    """An account with the demonstration's password."""
    account, _token = accounts.invite(
        stage.session, sign_in_name, name, roles=roles, trainer_id=trainer_id, by=SYSTEM, now=stage.at(-185)
    )
    account.password_hash = stage.password_hash
    return account


def give_duty(stage: Stage, center: TrainingCenter, account: Account, duty: StaffDuty) -> None:
    """A duty at a center since it opened."""
    facts = staffing.StaffFacts(account.id, account.name, duty, stage.at(-185).date())
    staffing.assign(stage.session, center.id, facts, by=SYSTEM, now=stage.at(-185))
    actor = Actor(id=account.id, name=account.name, center_ids=frozenset({center.id}), address="127.0.0.1")
    stage.staff.setdefault((center.id, duty), []).append(actor)


def hire(stage: Stage) -> None:
    """The demo accounts at the first center, and the staff that the other two need."""
    first, *others = stage.centers
    for entry in ACCOUNTS:
        account = open_account(stage, entry.sign_in_name, entry.name, roles=entry.roles)
        for duty in entry.duties:
            give_duty(stage, first, account, duty)
    needed = [*StaffDuty, StaffDuty.EXAMINER, StaffDuty.CERTIFICATION_OFFICER]
    for number, center in enumerate(others, start=2):
        for place, duty in enumerate(needed):
            name = f"{center.name_zh[:2]}{'甲乙丙丁戊己庚辛壬'[place]}"
            account = open_account(stage, f"{duty.value}{place}.c{number}@demo.zhixun.cn", name)
            give_duty(stage, center, account, duty)
