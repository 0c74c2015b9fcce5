"""The tree of a large framework: how soon its first rows, a branch of it and its editor are there."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.reading import Reading
from certification.standards.models import Standard, StandardNode
from certification.standards.placing import STEP
from certification.standards.rules import Evidence, NodeKind, StandardKind, StandardStatus
from portal import create_app
from portal.access import Role
from portal.auth.models import Account, AccountRole
from portal.config import Settings
from portal.database import db
from tests import postgres
from tests.conftest import migrated
from tests.make import KEYS, NOW

WIDTHS = (10, 30, 33)
"""Children per level: 10 branches, 300 below them, 9,900 below those; 10,210 parts in all."""


def grown(session: Session, status: StandardStatus) -> Standard:
    """A framework without tiers of about ten thousand items."""
    made = Standard(
        code=f"bench-{status.value}", kind=StandardKind.OTHER, status=status, title_zh="大框架", title_en="Large",
        evidence=Evidence.OWN,
    )  # fmt: skip
    session.add(made)
    session.flush()
    above: list[UUID | None] = [None]
    for width in WIDTHS:
        rows: list[dict[str, Any]] = [
            {"id": uuid4(), "identifier": uuid4(), "placement_identifier": uuid4(), "standard_id": made.id,
             "tier_id": None, "parent_id": parent, "kind": NodeKind.ITEM, "code": f"{place}", "zh": f"条目 {place}",
             "en": f"Item {place}", "evidence": Evidence.OWN, "facts": {}, "extra": {}, "position": place * STEP,
             "revision": 1}
            for parent in above
            for place in range(width)
        ]  # fmt: skip
        session.execute(sa.insert(StandardNode), rows)
        above = [row["id"] for row in rows]
    return made


def seconds(deed: Callable[[], Any]) -> float:
    """The median of five goes, in seconds; the first go is not counted."""
    deed()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        deed()
        times.append(time.perf_counter() - start)
    return sorted(times)[2]


def on(url: str, name: str, folder: Path) -> list[Reading]:
    """All figures on one database."""
    engine = migrated(url)
    with Session(engine) as session:
        session.info["keyring"] = KEYS.at(folder)
        public, draft = grown(session, StandardStatus.TRIAL), grown(session, StandardStatus.PRIVATE_DRAFT)
        owner = Account(sign_in_name="owner@example.cn", name="Owner", created_at=NOW, password_hash="unused")
        owner.roles = [AccountRole(role=Role.SCHEME_OWNER)]
        session.add(owner)
        session.commit()
        top = session.scalar(sa.select(StandardNode.id).where(StandardNode.standard_id == public.id).limit(1))
        document, draft_id, sign = public.id, draft.id, f"{owner.id}:{owner.epoch}"
    settings = Settings(
        database_url=engine.url.render_as_string(hide_password=False), instance=folder, public_url="http://localhost",
        redis_url="", secret_key="bench" * 8, keys=KEYS.at(folder), rate_limits=False, testing=True,
    )  # fmt: skip
    app = create_app(settings)
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = sign, True

    def page(path: str) -> Callable[[], Any]:
        def ask() -> None:
            if browser.get(path).status_code != 200:
                raise RuntimeError(path)

        return ask

    readings = [
        Reading(f"first paint of a tree of 10,210, {name}", seconds(page(f"/standards/documents/{document}")),
                "target 1 s", "s"),
        Reading(f"opening a branch of it, {name}",
                seconds(page(f"/standards/documents/{document}/children?parent_id={top}")), "", "s"),
        Reading(f"its editor with all that is missing, {name}", seconds(page(f"/standards/drafts/{draft_id}/edit")),
                "", "s"),
    ]  # fmt: skip
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    engine.dispose()
    return readings


def readings() -> list[Reading]:
    """Both databases."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        found = on(f"sqlite:///{folder / 'tree.sqlite3'}", "SQLite", folder)
        with postgres.server() as url:
            found += on(url, "PostgreSQL", folder)
    return found
