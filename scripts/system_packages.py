"""Brings what the browser tests need from the distribution: Chromium and Chinese fonts."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def missing() -> list[str]:
    """Debian's names of what is not here."""
    wanted = [] if any(shutil.which(name) for name in CHROMIUM) else ["chromium"]
    fonts = [Path("/usr/share/fonts"), Path.home() / ".local/share/fonts"]
    has_fonts = any(next(folder.rglob("NotoS*CJK*"), None) for folder in fonts if folder.is_dir())
    return wanted if has_fonts else [*wanted, "fonts-noto-cjk"]


def main() -> int:
    """Install what is missing where that is possible, else say what to install."""
    wanted = missing()
    if not wanted:
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted], check=False, **quiet)
    still = missing()
    if still:
        print(
            f"Missing for the browser tests: {', '.join(still)}. Install them, for instance with\n"
            f"  sudo apt-get install {' '.join(still)}\nand run `make test` again.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
