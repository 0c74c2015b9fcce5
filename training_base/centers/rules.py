"""Rules about training centers: codes, places, terms of scopes and duties, duties that clash."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations
from zoneinfo import ZoneInfo


class CenterKind(StrEnum):
    """Who runs the body; the value is the first letter of its code."""

    EMPLOYER = "Y"
    THIRD_PARTY = "S"


class CenterStatus(StrEnum):
    """Whether the body may work."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class StaffDuty(StrEnum):
    """What staff may be at a center; one person may hold several."""

    MANAGER = "manager"
    TEACHER = "teacher"
    ITEM_WRITER = "item_writer"
    EXAMINER = "examiner"
    INVIGILATOR = "invigilator"
    QUALITY_SUPERVISOR = "quality_supervisor"
    CERTIFICATION_OFFICER = "certification_officer"


DISTRICTS: dict[str, str] = {
    "黄浦区": "Huangpu",
    "徐汇区": "Xuhui",
    "长宁区": "Changning",
    "静安区": "Jing'an",
    "普陀区": "Putuo",
    "虹口区": "Hongkou",
    "杨浦区": "Yangpu",
    "闵行区": "Minhang",
    "宝山区": "Baoshan",
    "嘉定区": "Jiading",
    "浦东新区": "Pudong New Area",
    "金山区": "Jinshan",
    "松江区": "Songjiang",
    "青浦区": "Qingpu",
    "奉贤区": "Fengxian",
    "崇明区": "Chongming",
}
"""The 16 districts of Shanghai, Chinese name to English name."""

FUNCTIONAL_AREAS: dict[str, str] = {
    "张江科学城": "Zhangjiang Science City",
    "临港新片区": "Lin-gang Special Area",
    "虹桥国际中央商务区": "Hongqiao International Central Business District",
    "陆家嘴金融城": "Lujiazui Financial City",
    "金桥开发区": "Jinqiao Development Zone",
    "外高桥保税区": "Waigaoqiao Free Trade Zone",
    "漕河泾开发区": "Caohejing Hi-Tech Park",
    "紫竹高新区": "Zizhu Hi-Tech Park",
    "市北高新园区": "Shibei Hi-Tech Park",
    "徐汇滨江": "West Bund",
    "北外滩": "North Bund",
    "长三角一体化示范区": "Yangtze Delta Integration Demonstration Zone",
}
"""Functional areas, Chinese name to English name; they lie in districts and are none themselves."""

RECUSAL_PAIRS: frozenset[frozenset[StaffDuty]] = frozenset(
    frozenset(pair)
    for pair in (
        (StaffDuty.TEACHER, StaffDuty.EXAMINER),
        (StaffDuty.TEACHER, StaffDuty.CERTIFICATION_OFFICER),
        (StaffDuty.EXAMINER, StaffDuty.CERTIFICATION_OFFICER),
        (StaffDuty.EXAMINER, StaffDuty.QUALITY_SUPERVISOR),
    )
)
"""Duties that one person may hold together, standing aside from each candidate met in the other one.

Source: ISO/IEC 17024:2012, 5.1.1 and 9.4 (impartiality; who trained or examined does not decide).
"""

CODE = re.compile(r"[SY][0-9]{12}")


class CodeProblem(StrEnum):
    """Why a text cannot be the code of a body."""

    SHAPE = "shape"
    KIND = "kind"


def code_problem(code: str, kind: CenterKind) -> CodeProblem | None:
    """What is wrong with the code of a body of that kind, or None.

    A code is 13 characters: S (third party) or Y (employer) and 12 digits.
    Source: the rule of 22-character certificate numbers, whose first 13 characters are the body.
    """
    if not CODE.fullmatch(code):
        return CodeProblem.SHAPE
    return None if code[0] == kind.value else CodeProblem.KIND


def day_at(now: datetime, zone: str) -> date:
    """The day that a clock in that zone shows."""
    return now.astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True)
class Term:
    """Days from one to another; the last one no longer counts, None is open."""

    from_on: date
    until_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)

    def overlaps(self, other: "Term") -> bool:
        """Whether some day lies in both."""
        starts_before_end = other.until_on is None or self.from_on < other.until_on
        ends_after_start = self.until_on is None or other.from_on < self.until_on
        return starts_before_end and ends_after_start


def jobs_overlap(job: str | None, other: str | None) -> bool:
    """Whether two filings speak of the same job; None is every job of the occupation."""
    return job is None or other is None or job == other


def recusals(duties: Iterable[StaffDuty]) -> list[tuple[StaffDuty, StaffDuty]]:
    """The pairs among somebody's duties that ask for standing aside, in the order of the duties."""
    held = [duty for duty in StaffDuty if duty in set(duties)]
    return [(one, two) for one, two in combinations(held, 2) if frozenset((one, two)) in RECUSAL_PAIRS]
