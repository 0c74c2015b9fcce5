"""Invented people: names, identity numbers that add up but belong to no county, demo accounts."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from portal.access import Role
from training_base.centers.rules import StaffDuty
from training_base.people.rules import CoreTask, DocumentFacts, DocumentKind, Domain, Sex, TrainerFacts

PASSWORD = "zhixun-demo-2026"  # noqa: S105  of the demonstration only; it is printed at every start

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹窦章苏潘葛范彭鲁韦"
GIVEN = (
    "思远", "嘉宁", "一诺", "子衿", "若曦", "景行", "明轩", "雨桐", "书瑶", "浩然", "清和", "知微", "亦凡",
    "晓彤", "文博", "欣妍", "泽宇", "梓涵", "安然", "立言", "佳怡", "允文", "静姝", "天佑", "望舒", "予安",
)  # fmt: skip
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
REGION = "310100"
"""A city-level code, under which no county issues cards: the numbers add up but are nobody's."""


@dataclass(frozen=True)
class DemoAccount:
    """Somebody to try the portal as; duties are held at the first center."""

    sign_in_name: str
    name: str
    duties: tuple[StaffDuty, ...] = ()
    roles: tuple[Role, ...] = ()


ACCOUNTS = (
    DemoAccount("admin@demo.zhixun.cn", "系统管理员", roles=(Role.ADMINISTRATOR,)),
    DemoAccount("owner@demo.zhixun.cn", "方案主管 顾言", roles=(Role.SCHEME_OWNER,)),
    DemoAccount("chair@demo.zhixun.cn", "标准委员会 沈一鸣", roles=(Role.SCHEME_OWNER,)),
    DemoAccount("hr@demo.zhixun.cn", "人力资源 唐果", roles=(Role.EMPLOYER,)),
    DemoAccount("manager@demo.zhixun.cn", "机构负责人 林岚", (StaffDuty.MANAGER,)),
    DemoAccount("teacher@demo.zhixun.cn", "教师 罗川", (StaffDuty.TEACHER,)),
    DemoAccount("writer@demo.zhixun.cn", "命题员 高原", (StaffDuty.ITEM_WRITER,)),
    DemoAccount("writer2@demo.zhixun.cn", "命题员 谷雨", (StaffDuty.ITEM_WRITER,)),
    DemoAccount("examiner1@demo.zhixun.cn", "考评员 白桦", (StaffDuty.EXAMINER,)),
    DemoAccount("examiner2@demo.zhixun.cn", "考评员 方舟", (StaffDuty.EXAMINER,)),
    DemoAccount("examiner3@demo.zhixun.cn", "考评员 康乐", (StaffDuty.EXAMINER,)),
    DemoAccount("invigilator@demo.zhixun.cn", "监考员 石磊", (StaffDuty.INVIGILATOR,)),
    DemoAccount("quality@demo.zhixun.cn", "督导员 柳青", (StaffDuty.QUALITY_SUPERVISOR,)),
    DemoAccount("officer1@demo.zhixun.cn", "认定专员 温言", (StaffDuty.CERTIFICATION_OFFICER,)),
    DemoAccount("officer2@demo.zhixun.cn", "认定专员 江月", (StaffDuty.CERTIFICATION_OFFICER,)),
)
TRAINEE = "trainee@demo.zhixun.cn"
HOLDER = "holder@demo.zhixun.cn"
"""The two trainees' accounts; the first belongs to the first member of the cohort that is being examined,
the second to somebody with a certificate."""


def identity_number(born_on: date, serial: int, sex: Sex) -> str:
    """An 18-digit number whose date, sex digit and check digit agree (GB 11643)."""
    order = f"{serial % 100:02d}{(serial * 2 + (sex is Sex.MALE)) % 10}"
    body = f"{REGION}{born_on:%Y%m%d}{order}"
    return body + CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def people(count: int, seed: int) -> list[tuple[TrainerFacts, DocumentFacts]]:
    """So many invented people, each time the same for the same seed."""
    lot = Random(seed)  # noqa: S311  invented people need no secrecy
    names = [surname + given for surname in SURNAMES for given in GIVEN]
    found = []
    for serial, name in enumerate(lot.sample(names, count)):
        sex = lot.choice([Sex.FEMALE, Sex.MALE])
        born_on = date(1980, 1, 1) + timedelta(days=lot.randrange(0, 365 * 18))
        profile = {task: lot.randrange(35, 95, 5) for task in CoreTask}
        facts = TrainerFacts(
            name=name,
            sex=sex,
            born_on=born_on,
            phone=f"199{lot.randrange(10**8):08d}",
            email=f"demo{seed}{serial:02d}@example.cn",
            domains=tuple(sorted(lot.sample(list(Domain), lot.randint(1, 3)))),
            skill_profile=profile,
        )
        number = identity_number(born_on, serial, sex)
        found.append((facts, DocumentFacts(kind=DocumentKind.RESIDENT_ID, number=number)))
    return found
