"""Competency frameworks: reading, storing and giving back large ones, and the first paint of a tree."""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.reading import Reading
from certification.standards import exporting, importing
from certification.standards.exchange import files
from certification.standards.models import Standard
from tests import postgres
from tests.conftest import migrated
from tests.make import KEYS, NOW
from tests.make_frameworks import case_file, publisher_file
from training_base.kernel.actor import SYSTEM

BASE = "http://localhost"


def timed(deed: Callable[[], Any]) -> tuple[float, Any]:
    """How many seconds a deed takes, and what it gives."""
    start = time.perf_counter()
    found = deed()
    return time.perf_counter() - start, found


def stored(session: Session, content: bytes) -> tuple[float, importing.ImportAnswer]:
    """Seconds from the bytes of a file to the commit."""

    def deed() -> importing.ImportAnswer:
        reading = files.read(content, "package.json")
        answer = importing.import_framework(session, reading, base=BASE, by=SYSTEM, now=NOW)
        session.commit()
        return answer

    return timed(deed)


def on(url: str, name: str, folder: Path) -> list[Reading]:
    """All figures on one database."""
    engine = migrated(url)
    large = json.dumps(case_file(10_000, depth=6), ensure_ascii=False).encode()
    deep = json.dumps(publisher_file(2_500, words=100), ensure_ascii=False).encode()
    with Session(engine) as session:
        session.info["keyring"] = KEYS.at(folder)
        first, answer = stored(session, large)
        other, _ = stored(session, deep)
        again, _ = stored(session, large)
        standard = session.scalars(sa.select(Standard).where(Standard.id == answer.standard_id)).one()
        given, package = timed(lambda: exporting.package_of(session, standard, base=BASE))
        sheet, written = timed(lambda: files.write(package, "xlsx"))
        back, _ = timed(lambda: files.read(written.content, "x.xlsx"))
    engine.dispose()
    size = f"{len(deep) / 1e6:.1f} MB, 2,500 items, three languages, rubrics"
    return [
        Reading(f"import 10,000 items, {name}", first, "target 20 s", "s"),
        Reading(f"import another publisher's package, {name}", other, f"target 10 s; {size}", "s"),
        Reading(f"import the same 10,000 items again, {name}", again, "compared, nothing stored", "s"),
        Reading(f"give 10,000 items as a package, {name}", given, "", "s"),
        Reading(f"write 10,000 items as a workbook, {name}", sheet, "", "s"),
        Reading(f"read 10,000 items from a workbook, {name}", back, "", "s"),
    ]


def readings() -> list[Reading]:
    """All of them, on both databases."""
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server:
        path = Path(folder)
        return [*on(f"sqlite:///{folder}/bench.sqlite3", "SQLite", path), *on(server, "PostgreSQL", path)]
