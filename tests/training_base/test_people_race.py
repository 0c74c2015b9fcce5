"""Two who put the same person on file at the same moment."""

import threading
from collections.abc import Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.database import WRITING
from tests.make import KEYS, NOW, Make
from tests.training_base.test_people import DOCUMENT, FACTS
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import Refusal
from training_base.kernel.orm import Base
from training_base.people import service
from training_base.people.models import IdentityDocument, Trainer


@pytest.fixture
def center_id(engine: Engine) -> Iterator[UUID]:
    """A center that is really stored; the tables are emptied afterwards."""
    with Session(engine) as session, session.begin():
        center_id = Make(session).center().id
    yield center_id
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


def test_one_person_is_put_on_file_once_however_many_try(engine: Engine, center_id: UUID) -> None:
    start, ends = threading.Barrier(6), list[str]()

    def put() -> None:
        start.wait()
        try:
            with Session(engine.execution_options(**{WRITING: True})) as session, session.begin():
                session.info["keyring"] = KEYS.ring
                service.create(session, FACTS, DOCUMENT, center_id=center_id, by=SYSTEM, now=NOW)
            ends.append("done")
        except (Refusal, IntegrityError):
            ends.append("refused")

    threads = [threading.Thread(target=put) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["done", *["refused"] * 5]
    with Session(engine) as session:
        assert session.scalar(sa.select(sa.func.count(Trainer.id))) == 1
        assert session.scalar(sa.select(sa.func.count(IdentityDocument.id))) == 1
