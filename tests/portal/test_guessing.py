"""Room codes cannot be guessed: tries are counted per admission number, so that a room behind one address gets in."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import Served, serve


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Served]:
    """A portal that counts tries."""
    with serve(f"sqlite:///{tmp_path / 'exam.sqlite3'}", tmp_path, rate_limits=True) as served:
        yield served


def guess(portal: Served, number: str) -> int:
    """The status of one try."""
    body = json.dumps({"admission_number": number, "access_code": "GUESSED1"}).encode()
    url = f"{portal.base}/api/v1/exam/sign-in"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def test_the_eleventh_try_of_a_minute_is_refused_for_one_number_only(portal: Served) -> None:
    tries = [guess(portal, "260615001001") for _ in range(11)]

    assert tries == [422] * 10 + [429]
    assert guess(portal, "260615001002") == 422
