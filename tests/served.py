"""The portal as a real process on a real database, as `make run` starts it; for browsers and for faults."""

import itertools
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from portal.config import Settings, from_environment, write_secrets
from tests.conftest import ROOT, migrated
from tests.make import Make
from tests.postgres import free_port


class Served:
    """A portal on its own database and instance folder; it can be killed and started again."""

    def __init__(self, database_url: str, instance: Path, *, rate_limits: bool = False) -> None:
        write_secrets(instance / "secrets.env")
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.given = {
            "DATABASE_URL": database_url,
            "INSTANCE": str(instance),
            "PORT": str(self.port),
            "RATE_LIMITS": "on" if rate_limits else "off",
        }
        self.settings: Settings = from_environment(self.given)
        self.engine = migrated(database_url)
        self.process: subprocess.Popen[bytes] | None = None
        self.serial = itertools.count(1)

    @contextmanager
    def making(self) -> Iterator[Make]:
        """A builder of records, which are committed at the end."""
        with Session(self.engine, expire_on_commit=False) as session:
            session.info["keyring"] = self.settings.keys
            make = Make(session)
            make.serial = self.serial
            yield make
            session.commit()

    def start(self, *, whole: bool = False) -> None:
        """Start the server, with its worker when the whole is wanted, and wait until it answers."""
        server = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port",
                  str(self.port), "--workers", "1", "--blocking-threads", "8", "--no-ws", "wsgi:app"]  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, *(["scripts/serve.py"] if whole else server)],
            cwd=ROOT, env={**os.environ, **self.given}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.base}/healthz", timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("the portal did not start")

    def kill(self) -> None:
        """Kill -9 the whole process group."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        """Stop what runs."""
        if self.process and self.process.poll() is None:
            self.kill()
        self.engine.dispose()


@contextmanager
def serve(database_url: str, instance: Path, *, rate_limits: bool = False) -> Iterator[Served]:
    """A running portal on an empty database."""
    served = Served(database_url, instance, rate_limits=rate_limits)
    try:
        served.start()
        yield served
    finally:
        served.close()
