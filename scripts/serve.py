"""Runs the portal as one process group: the application server and the worker; ends both when told to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def commands(port: str) -> list[list[str]]:
    """The two programs of the group. One server process serves SQLite best: its writers queue in one place."""
    processes = os.environ.get("WEB_PROCESSES", "1")
    threads = os.environ.get("WEB_THREADS") or str(2 * (os.cpu_count() or 2))
    server = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", os.environ.get("HOST", "127.0.0.1"),
        "--port", port, "--workers", processes, "--blocking-threads", threads, "--backpressure", "512",
        "--log-level", "warning", "--no-ws", "wsgi:app",
    ]  # fmt: skip
    worker = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
    return [server, worker]


def main() -> int:
    """Start both; when one ends or a signal comes, end the other too."""
    port = os.environ.get("PORT", "8000")
    children = [subprocess.Popen(command, cwd=ROOT) for command in commands(port)]

    def end(*_: object) -> None:
        for child in children:
            if child.poll() is None:
                child.terminate()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    while all(child.poll() is None for child in children):
        time.sleep(0.3)
    end()
    codes = [child.wait(15) for child in children]
    return max(abs(code) for code in codes) if any(code > 0 for code in codes) else 0


if __name__ == "__main__":
    sys.exit(main())
