"""How long it takes to put two large versions side by side, and to find the nearest texts of one in the other."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.reading import Reading
from certification.standards import pairing
from certification.standards.comparison import Part, compare
from certification.standards.models import NodeLink, Standard, StandardNode
from certification.standards.rules import Evidence, LinkKind, NodeKind
from certification.wording.rules import nearest
from tests.conftest import migrated
from tests.make import KEYS, Make
from tests.make_standards import make_standard

NODES = 10_000
VERBS = ("采集", "清洗", "标注", "检查", "测试", "设计", "编写", "维护", "分析", "优化", "审核", "指导", "培训")
THINGS = ("图像", "语音", "文本", "视频", "医学影像", "金融风险", "政务对话", "模型", "算法", "流程", "规范", "数据集")


def text(number: int) -> str:
    """A criterion that no other one says in the same words."""
    verb, thing, other = VERBS[number % 13], THINGS[number // 13 % 12], THINGS[number // 7 % 12]
    return f"能按照{thing}规范{verb}{other}数据，完成第{number}号任务并撰写报告"


def seconds(deed: Callable[[], object]) -> float:
    """How long a deed takes, once."""
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def fill(session: Session, standard: Standard, *, shift: int) -> list[dict[str, object]]:
    """Nodes of a version, ten under each; every tenth reworded by ``shift``."""
    rows: list[dict[str, object]] = []
    for number in range(NODES):
        parent = rows[(number - 1) // 10]["id"] if number else None
        rows.append(
            {
                "id": uuid4(),
                "identifier": uuid4(),
                "placement_identifier": uuid4(),
                "standard_id": standard.id,
                "parent_id": parent,
                "kind": NodeKind.ITEM,
                "code": str(number),
                "zh": text(number + shift if number % 10 == 0 else number),
                "en": None,
                "evidence": Evidence.OWN,
                "facts": {},
                "extra": {},
                "position": number,
                "revision": 1,
            }
        )
    session.execute(sa.insert(StandardNode), rows)
    return rows


def stored(session: Session, make: Make) -> list[Reading]:
    """Two stored versions of 10,000 nodes with a link each."""
    old, new = make_standard(make), make_standard(make)
    new.replaces_id = old.id
    ends = zip(fill(session, old, shift=0), fill(session, new, shift=3), strict=True)
    fixed = {"standard_id": new.id, "kind": LinkKind.REPLACED_BY, "extra": {}}
    links = [
        {"id": uuid4(), "identifier": uuid4(), **fixed}
        | {"origin_identifier": one["identifier"], "destination_identifier": other["identifier"]}
        for one, other in ends
    ]
    session.execute(sa.insert(NodeLink), links)
    session.flush()
    session.expire_all()
    found = seconds(lambda: pairing.compared(session, old, new))
    worded = seconds(lambda: [row.wording for row in pairing.compared(session, old, new).rows])
    return [
        Reading("compare two stored versions of 10,000 nodes", found, "target: under 5 s", "s"),
        Reading("the same with every changed wording told word by word", worded, "target: under 5 s", "s"),
    ]


def pure() -> list[Reading]:
    """What needs no database."""
    old = [Part(uuid4(), "item", zh=text(number)) for number in range(NODES)]
    new = [Part(uuid4(), "item", zh=text(number + number % 2)) for number in range(NODES)]
    ties = [(one.key, other.key) for one, other in zip(old, new, strict=True)]
    ours, theirs = [part.zh or "" for part in old], [part.zh or "" for part in new]
    return [
        Reading("compare two versions of 10,000 parts in memory", seconds(lambda: compare(old, new, ties)), unit="s"),
        Reading(
            "nearest texts, 10,000 against 10,000 alike by pattern", seconds(lambda: nearest(ours, theirs)), unit="s"
        ),
    ]


def readings() -> list[Reading]:
    """All figures of this area."""
    with tempfile.TemporaryDirectory() as folder:
        engine = migrated(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        with Session(engine) as session:
            session.info["keyring"] = KEYS.at(Path(folder))
            found = stored(session, Make(session))
        engine.dispose()
    return [*pure(), *found]
