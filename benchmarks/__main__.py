"""Runs every benchmark, prints a table, writes benchmarks/results/<area>.json. Use: make bench [AREA="basics ..."]"""

import json
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER / "results"
NOT_AREAS = {"__main__", "reading"}


def areas() -> list[str]:
    """Every module here that offers ``readings()``, by name; those named on the command line where some are."""
    known = sorted(module.name for module in iter_modules([str(FOLDER)]) if module.name not in NOT_AREAS)
    if unknown := set(sys.argv[1:]) - set(known):
        sys.exit(f"No benchmark {', '.join(sorted(unknown))}; there are: {', '.join(known)}.")
    return sys.argv[1:] or known


def main() -> None:
    """Run, print, write."""
    RESULTS.mkdir(exist_ok=True)
    for area in areas():
        taken = import_module(f"benchmarks.{area}").readings()
        print(f"\n{area}")
        for reading in taken:
            print(f"  {reading.name:<62} {reading.value:>14,.1f} {reading.unit:<6} {reading.note}")
        facts = {
            "at": datetime.now(UTC).isoformat(),
            "python": platform.python_version(),
            "readings": [asdict(reading) for reading in taken],
        }
        (RESULTS / f"{area}.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


main()
