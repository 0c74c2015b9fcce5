"""What the main job does most: assembly, saving, the audit trail, certificates."""

import json
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.reading import Reading, rate
from certification.certificates import pdf
from certification.exams import assembly, delivery, saving
from certification.exams.rules import Answer
from certification.item_bank.exchange import read
from certification.item_bank.rules import ItemKind
from certification.scoring import service as scoring
from certification.standards.rules import read_plan
from portal.config import ROOT
from tests.conftest import migrated
from tests.make import KEYS, NOW, Make
from training_base.kernel import audit, merkle, sequencing


def pure() -> list[Reading]:
    """What needs no database."""
    areas, kinds = ("0.1", "0.2", "1.1", "2.1", "3.1", "4.1"), list(ItemKind)
    pool = [
        assembly.PoolItem(uuid4(), kinds[n % 3].value, areas[n // 3 % 6], f"point-{n // 2}", n % 5 + 1, 0)
        for n in range(2000)
    ]
    content = json.loads((ROOT / "certification/data/schemes/demo-l3-short.json").read_text(encoding="utf-8"))
    plan = read_plan(content["content"]).theory
    if plan is None:
        raise RuntimeError("the demonstration scheme has no theory exam")
    leaf, frontier = merkle.leaf_hash(b"x"), [b"x" * 32]
    path = ROOT / "certification/data/items/level3-training.csv"
    return [
        Reading("assemble a 28-item paper from 2,000 items", rate(lambda: assembly.assemble(plan, pool, 7))),
        Reading("append to the audit tree", rate(lambda: merkle.append(frontier, 1, leaf))),
        Reading("read an item file of 85 rows", rate(lambda: read(path))),
    ]


def stored(session: Session, make: Make) -> list[Reading]:
    """What needs the embedded database, without its commits."""
    registration = make.registration()
    attempt = delivery.start(session, registration.id, "d", now=registration.exam_session.starts_at)
    seq = iter(range(1, 10**9))
    now = registration.exam_session.starts_at
    save = rate(lambda: saving.save(session, attempt.id, [Answer(1, [1], next(seq))], "d", now=now))
    upsert = sa.text(
        "INSERT INTO response (attempt_id, position, value, seq, saved_at) VALUES (:a, 2, '[1]', :s, '2026-01-01') "
        "ON CONFLICT (attempt_id, position) DO UPDATE SET value = excluded.value, seq = excluded.seq"
    )
    bare = rate(lambda: session.execute(upsert, {"a": attempt.id.hex, "s": next(seq)}))
    certificate = make.certificate()
    center = make.center()
    by = make.actor(center)
    recorded = rate(lambda: audit.record(session, "center.updated", center, by=by, at=NOW, center_id=center.id))
    start = time.perf_counter()
    numbered = sequencing.sequence(session, now=NOW, at_most=2000)
    sequenced = numbered / (time.perf_counter() - start)
    printed = rate(lambda: pdf.render(certificate, public_url="http://localhost"))
    found = rate(lambda: scoring.has_examined(session, certificate.trainer_id, by.id))
    return [
        Reading("save one answer (rules, check and upsert)", save, f"bare upsert is {bare / save:.1f} x"),
        Reading("bare upsert of one row in the same session", bare),
        Reading("record an audit event", recorded),
        Reading("number and sign audit events", sequenced),
        Reading("A4 certificate as PDF", printed),
        Reading("did this person examine that candidate?", found),
    ]


def readings() -> list[Reading]:
    """All of them, on a database of their own."""
    with tempfile.TemporaryDirectory() as folder:
        engine = migrated(f"sqlite:///{folder}/bench.sqlite3")
        with Session(engine) as session:
            session.info["keyring"] = KEYS.at(Path(folder))
            taken = [*pure(), *stored(session, Make(session))]
        engine.dispose()
    return taken
