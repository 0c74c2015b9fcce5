"""kill -9 in the middle of an exam: what was acknowledged is there, the paper and the time are the same."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from certification.exams.service import access_code
from tests import postgres
from tests.served import Served, serve

CANDIDATES, POSITIONS = 4, range(1, 7)


@pytest.fixture(params=["sqlite", "postgresql"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A portal on a database that keeps what it acknowledged."""
    file = nullcontext(f"sqlite:///{tmp_path / 'exam.sqlite3'}")
    with file if request.param == "sqlite" else postgres.server(durable=True) as url, serve(url, tmp_path) as served:
        yield served


@dataclass
class Candidate:
    """A program that answers without pause and keeps a ledger of what the server acknowledged."""

    base: str
    ticket: dict[str, str]
    token: str = ""
    first: dict[str, Any] = field(default_factory=dict)
    ledger: dict[int, tuple[list[int], int]] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """A request; fails like the network does."""
        request = urllib.request.Request(
            f"{self.base}/api/v1/exam{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            content: dict[str, Any] = json.load(answer)
        return content

    def enter(self) -> None:
        """Sign in and start."""
        self.token = self.ask("POST", "/sign-in", self.ticket)["token"]
        self.first = self.ask("POST", "/attempt")

    def answer_until(self, stop: threading.Event) -> None:
        """Save one answer after another until the server is gone."""
        seq = 0
        while not stop.is_set():
            seq += 1
            position, value = POSITIONS[seq % len(POSITIONS)], [seq % 2]
            row = {"position": position, "value": value, "seq": seq}
            path = f"/attempts/{self.first['attempt_id']}/responses"
            try:
                (saved,) = self.ask("PUT", path, {"responses": [row]})["saved"]
            except OSError:
                return
            self.ledger[saved["position"]] = (value, saved["seq"])


def candidates(portal: Served) -> list[Candidate]:
    """Candidates of an exam that has just begun."""
    begun = datetime.now(UTC) - timedelta(minutes=1)
    with portal.making() as make:
        exam_session = make.exam_session(starts_at=begun, ends_at=begun + timedelta(hours=2))
        tickets = [make.registration(exam_session).ticket for _ in range(CANDIDATES)]
        code = access_code(exam_session, portal.settings.keys)
        return [
            Candidate(portal.base, {"admission_number": ticket.number, "access_code": code})
            for ticket in tickets
            if ticket
        ]


def at_once(count: int, deed: Callable[[int], object]) -> list[object]:
    """What a deed gave to so many who did it at the same moment; refusals as their status."""
    ready = threading.Barrier(count)

    def run(number: int) -> object:
        ready.wait()
        try:
            return deed(number)
        except urllib.error.HTTPError as refusal:
            return refusal.code

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_of_starts_and_submissions_at_the_same_moment_one_counts(portal: Served) -> None:
    each = candidates(portal)[0]
    each.enter()

    starts = at_once(6, lambda _: each.ask("POST", "/attempt")["attempt_id"])
    assert set(starts) == {each.first["attempt_id"]}

    path = f"/attempts/{each.first['attempt_id']}/submit"
    ends = at_once(6, lambda n: each.ask("POST", path, {"idempotency_key": f"key-{n:04d}"})["receipt"])
    assert sorted(type(end).__name__ for end in ends) == ["int"] * 5 + ["str"]


def test_first_starts_at_the_same_moment_make_one_attempt(portal: Served) -> None:
    each = candidates(portal)[0]
    each.token = each.ask("POST", "/sign-in", each.ticket)["token"]

    starts = at_once(6, lambda _: each.ask("POST", "/attempt")["attempt_id"])

    assert len(set(starts)) == 1
    assert isinstance(starts[0], str)


def lost_nothing(each: Candidate, again: dict[str, Any]) -> None:
    """Same paper, same order, same deadline, and every acknowledged answer, as far as no newer one was stored."""
    stored = {row["position"]: (row["value"], row["seq"]) for row in again["responses"]}
    changed = {at for at, kept in each.ledger.items() if stored[at] != kept}
    assert len(each.ledger) == len(POSITIONS)
    # One save may have been stored without its acknowledgement getting through; it is newer than the ledger's.
    assert len(changed) <= 1
    assert all(stored[at][1] > each.ledger[at][1] for at in changed)
    for same in ("attempt_id", "paper", "deadline"):
        assert again[same] == each.first[same]


@pytest.mark.faults
def test_no_acknowledged_answer_is_lost_by_kill_9(portal: Served) -> None:
    everybody, stop = candidates(portal), threading.Event()
    for each in everybody:
        each.enter()
    writing = [threading.Thread(target=each.answer_until, args=(stop,)) for each in everybody]
    for thread in writing:
        thread.start()

    deadline = time.monotonic() + 20
    while any(len(each.ledger) < len(POSITIONS) for each in everybody) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    portal.kill()
    for thread in writing:
        thread.join()
    portal.start()

    for each in everybody:
        lost_nothing(each, each.ask("POST", "/attempt"))

    for each in everybody:
        path = f"/attempts/{each.first['attempt_id']}/submit"
        receipts = {each.ask("POST", path, {"idempotency_key": "once-only"})["receipt"] for _ in range(2)}
        assert len(receipts) == 1
