"""Formats of certificate numbers, and numbers without gaps or duplicates, also after a restore."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from certification.certificates import numbering, service
from certification.certificates.journal import journal
from certification.certificates.models import Certificate
from certification.certificates.numbering import Number, NumberKind, NumberProblem
from certification.certificates.rules import DecisionOutcome
from portal.database import WRITING
from tests.conftest import migrated
from tests.make import KEYS, NOW, TODAY, Make

PREFIX = "S000031000001263"
NUMBER = PREFIX + "000012"


@pytest.mark.parametrize(
    ("text", "kind", "level"),
    [
        (NUMBER, NumberKind.SKILL_LEVEL, 3),
        (" y0001 23 000045-19 5 000001", NumberKind.SKILL_LEVEL, 5),
        ("Ｓ０００031000001263000012", NumberKind.SKILL_LEVEL, 3),
        ("S00003100000126T000001", NumberKind.SPECIAL_GRADE, None),
        ("RSN31011500121300001", NumberKind.SKILL_LEVEL_OLD, 3),
        ("1809001003400012", NumberKind.QUALIFICATION, 4),
    ],
)
def test_every_format_in_use_is_recognised(text: str, kind: NumberKind, level: int | None) -> None:
    number = numbering.parse(text)

    assert number is not None
    assert (number.kind, number.level) == (kind, level)


@given(
    st.from_regex(r"[SY][0-9]{12}", fullmatch=True),
    st.integers(2000, 2099),
    st.integers(1, 5),
    st.integers(0, 99999),
)
def test_what_is_written_is_read_back(body: str, year: int, level: int, serial: int) -> None:
    number = Number(NumberKind.SKILL_LEVEL, body, year, level, serial)

    assert numbering.parse(numbering.SKILL_LEVEL.format(number)) == number


@pytest.mark.parametrize(
    ("body", "year", "level"), [("S1", 2026, 3), ("X000031000001", 2026, 3), ("S000031000001", 2026, 6)]
)
def test_a_part_that_does_not_fit_is_not_written(body: str, year: int, level: int) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        numbering.prefix_of(body, year, level)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", NumberProblem.EMPTY),
        (" - ", NumberProblem.EMPTY),
        ("S00003100000１号", NumberProblem.CHARACTERS),
        (NUMBER[:-1], NumberProblem.TOO_SHORT),
        (NUMBER + "0", NumberProblem.TOO_LONG),
        ("A" + NUMBER[1:], NumberProblem.BODY),
        (NUMBER[:15] + "9" + NUMBER[16:], NumberProblem.LEVEL),
        (NUMBER[:-1] + "A", NumberProblem.SERIAL),
        (PREFIX + "000000", NumberProblem.SERIAL),
        ("S000031000001273000012", NumberProblem.YEAR),
        ("1809001003400012", NumberProblem.OTHER_FORMAT),
        (NUMBER, None),
    ],
)
def test_what_is_wrong_with_a_number_is_told(text: str, problem: NumberProblem | None) -> None:
    assert numbering.problem(text, today=TODAY) is problem


def test_numbers_follow_one_another_under_each_prefix(session: Session) -> None:
    first, second = (numbering.allocate(session, PREFIX, uuid4()) for _ in range(2))

    assert (first, second) == (PREFIX + "000001", PREFIX + "000002")
    assert numbering.allocate(session, "S000031000001265", uuid4()).endswith("000001")


def test_a_rolled_back_number_is_the_next_one_again(session: Session) -> None:
    numbering.allocate(session, PREFIX, uuid4())
    savepoint = session.begin_nested()
    numbering.allocate(session, PREFIX, uuid4())
    savepoint.rollback()

    assert numbering.allocate(session, PREFIX, uuid4()) == PREFIX + "000002"


def test_after_the_last_serial_there_is_a_refusal(session: Session) -> None:
    numbering.reserve(session, PREFIX + "999999", uuid4())

    with pytest.raises(numbering.SerialsExhausted) as refusal:
        numbering.allocate(session, PREFIX, uuid4())

    assert refusal.value.prefix == PREFIX


def test_a_reservation_whose_transaction_was_lost_goes_to_the_same_result(session: Session) -> None:
    lost, other = uuid4(), uuid4()
    savepoint = session.begin_nested()
    numbering.reserve(session, numbering.allocate(session, PREFIX, lost), lost)
    savepoint.rollback()

    assert numbering.allocate(session, PREFIX, other) == PREFIX + "000002"
    assert numbering.allocate(session, PREFIX, lost) == PREFIX + "000001"
    assert numbering.allocate(session, PREFIX, uuid4()) == PREFIX + "000003"


def test_without_a_journal_the_database_alone_counts(session: Session) -> None:
    session.info["keyring"] = KEYS.ring
    result = uuid4()

    numbering.reserve(session, numbering.allocate(session, PREFIX, result), result)

    assert numbering.allocate(session, PREFIX, result) == PREFIX + "000002"


def test_the_journal_holds_one_synced_line_per_reservation(session: Session, tmp_path: Path) -> None:
    result = uuid4()

    numbering.reserve(session, NUMBER, result)
    numbering.reserve(session, NUMBER, result)

    assert (tmp_path / "numbers.journal").read_text() == f"{NUMBER}\t{result}\n"


def test_a_torn_line_is_passed_over_and_what_others_append_is_read(tmp_path: Path) -> None:
    path, mine, theirs = tmp_path / "numbers.journal", uuid4(), uuid4()
    path.write_text(f"{PREFIX}000001\t{theirs}\n{PREFIX}000002\t1234")
    book = journal(path)

    assert book.look_up(PREFIX, theirs).highest == 1
    book.append(PREFIX + "000003", mine)
    with path.open("a") as file:
        file.write(f"{PREFIX}000004\t{theirs}\n")

    assert book.look_up(PREFIX, mine).number == PREFIX + "000003"
    assert book.look_up(PREFIX, mine).highest == 4


def test_a_journal_that_was_exchanged_takes_nothing_back(tmp_path: Path) -> None:
    path, result = tmp_path / "numbers.journal", uuid4()
    book = journal(path)
    book.append(PREFIX + "000006", uuid4())
    book.append(PREFIX + "000007", result)
    path.write_text(f"{PREFIX}000009\t{uuid4()}\n")

    assert book.look_up(PREFIX, result).highest == 9
    assert book.look_up(PREFIX, result).number == PREFIX + "000007"


@dataclass
class Place:
    """A database of its own that really commits, and a copy of it that can be put back."""

    engine: Engine
    keys: Path
    back_up: Callable[[], None]
    restore: Callable[[], None]

    @contextmanager
    def work(self) -> Iterator[Session]:
        with self.engine.connect() as plain:
            connection = plain.execution_options(**{WRITING: True})
            with Session(connection, expire_on_commit=False) as session:
                session.info["keyring"] = replace(KEYS.ring, number_journal=self.keys)
                yield session
                session.commit()

    def numbers(self) -> list[str]:
        with self.engine.connect() as connection:
            return sorted(connection.scalars(sa.select(Certificate.number)))


def on_sqlite(tmp_path: Path) -> Iterator[Place]:
    file, copy = tmp_path / "own.sqlite3", tmp_path / "copy.sqlite3"
    engine = migrated(f"sqlite:///{file}")

    def take(source: Path, target: Path) -> None:
        engine.dispose()
        for left in tmp_path.glob(f"{target.name}-*"):
            left.unlink()
        shutil.copy(source, target)

    yield Place(engine, tmp_path / "n.journal", lambda: take(file, copy), lambda: take(copy, file))
    engine.dispose()


def on_postgresql(url: sa.URL, tmp_path: Path) -> Iterator[Place]:
    name = f"own_{uuid4().hex[:8]}"
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")

    def run(*statements: str) -> None:
        with server.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    run(f"CREATE DATABASE {name}")
    engine = migrated(url.set(database=name).render_as_string(hide_password=False))

    def take(source: str, target: str) -> None:
        engine.dispose()
        run(f"DROP DATABASE IF EXISTS {target}", f"CREATE DATABASE {target} TEMPLATE {source}")

    yield Place(engine, tmp_path / "n.journal", lambda: take(name, f"{name}_c"), lambda: take(f"{name}_c", name))
    engine.dispose()
    run(f"DROP DATABASE {name}", f"DROP DATABASE IF EXISTS {name}_c")
    server.dispose()


@pytest.fixture
def place(engine: Engine, tmp_path: Path) -> Iterator[Place]:
    if engine.dialect.name == "sqlite":
        yield from on_sqlite(tmp_path)
    else:
        yield from on_postgresql(engine.url, tmp_path)


def decided_results(place: Place, count: int) -> tuple[list[UUID], UUID]:
    """So many results of one center that are to be certified."""
    with place.work() as session:
        make = Make(session)
        center, scheme = make.center(code="S000031000001"), make.scheme()
        cohort = make.cohort(center)
        by = make.actor(center)
        ids = [make.result(center, scheme=scheme, cohort=cohort, marks={}).id for _ in range(count)]
        for result_id in ids:
            service.decide(session, result_id, DecisionOutcome.CERTIFY, by=by, now=NOW)
        return ids, center.id


class PowerCut(RuntimeError):
    """Stands for whatever may happen before a commit."""


def issue_one(place: Place, result_id: UUID, center_id: UUID, *, fail: bool = False) -> str:
    with place.work() as session:
        certificate = service.issue(session, result_id, by=Make(session).actor(center_id), now=NOW)
        if fail:
            raise PowerCut
        return certificate.number


def test_eight_threads_leave_no_gap_and_no_duplicate(place: Place) -> None:
    results, center_id = decided_results(place, 120)
    given_out: list[str] = []

    def run(own: list[UUID]) -> None:
        for place_in_line, result_id in enumerate(own):
            if place_in_line % 3 == 1:
                with pytest.raises(PowerCut):
                    issue_one(place, result_id, center_id, fail=True)
            given_out.append(issue_one(place, result_id, center_id))

    threads = [threading.Thread(target=run, args=(results[start::8],)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(given_out) == place.numbers() == [f"{PREFIX}{serial:06}" for serial in range(1, 121)]


def test_after_a_restore_numbers_go_on_above_the_journal(place: Place) -> None:
    (first, lost, late), center_id = decided_results(place, 3)
    issue_one(place, first, center_id)
    place.back_up()
    handed_out = issue_one(place, lost, center_id)
    place.restore()

    assert place.numbers() == [PREFIX + "000001"]
    assert issue_one(place, late, center_id) == PREFIX + "000003"
    assert issue_one(place, lost, center_id) == handed_out == PREFIX + "000002"
