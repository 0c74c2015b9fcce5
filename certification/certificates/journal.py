"""The journal of certificate numbers: a file outside the database that no restore of a backup takes back."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from certification.certificates.rules import SERIAL_DIGITS


@dataclass(frozen=True)
class Reserved:
    """The highest serial reserved under a prefix, 0 where there is none, and the number reserved for one result."""

    highest: int
    number: str | None


class Journal:
    """Reservations in order, one line each: the number, a tab, the result it is for.

    Several processes append to the same file; what they wrote is read on from where this one stopped. A line
    that a power cut tore is skipped: its certificate was never committed, for the commit comes after the sync.
    A file that was exchanged is read from its start; what the earlier one said is not forgotten.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._read_to = 0
        self._inode = 0
        self._highest: dict[str, int] = {}
        self._reserved: dict[tuple[str, bytes], str] = {}

    def look_up(self, prefix: str, result_id: UUID) -> Reserved:
        """What the journal knows under a prefix, and for a result."""
        with self._opened():
            return Reserved(self._highest.get(prefix, 0), self._reserved.get((prefix, result_id.bytes)))

    def append(self, number: str, result_id: UUID) -> None:
        """Add a reservation and wait until it is on the disk; one that stands there already is not repeated."""
        with self._opened() as handle:
            key = (number[:-SERIAL_DIGITS], result_id.bytes)
            if handle is None or self._reserved.get(key) == number:
                return
            torn = os.fstat(handle).st_size > self._read_to
            os.write(handle, f"{chr(10) if torn else ''}{number}\t{result_id}\n".encode())
            os.fsync(handle)
            self._read_on(handle)

    @contextmanager
    def _opened(self) -> Iterator[int | None]:
        """The file, locked for this process and read to its end; None where the session has no journal."""
        if self._path is None:
            yield None
            return
        with self._lock:
            is_new = not self._path.exists()
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                if is_new:
                    sync_folder(self._path.parent)
                fcntl.flock(handle, fcntl.LOCK_EX)
                self._read_on(handle)
                yield handle
            finally:
                os.close(handle)

    def _read_on(self, handle: int) -> None:
        state = os.fstat(handle)
        if state.st_ino != self._inode or state.st_size < self._read_to:
            self._read_to, self._inode = 0, state.st_ino
        new = os.pread(handle, state.st_size - self._read_to, self._read_to)
        whole = new[: new.rfind(b"\n") + 1]
        self._read_to += len(whole)
        for line in whole.decode("ascii", "replace").splitlines():
            self._note(line)

    def _note(self, line: str) -> None:
        number, _, result = line.partition("\t")
        try:
            key, serial = UUID(result).bytes, int(number[-SERIAL_DIGITS:])
        except ValueError:
            return
        prefix = number[:-SERIAL_DIGITS]
        self._highest[prefix] = max(self._highest.get(prefix, 0), serial)
        self._reserved[prefix, key] = number


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


@cache
def journal(path: Path | None) -> Journal:
    """The journal at that path, one per process."""
    return Journal(path)
