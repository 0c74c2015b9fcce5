"""Makes the secrets of this installation once: instance/secrets.env, readable by its owner only."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal.config import write_secrets  # noqa: E402  the path comes first

path = Path(os.environ.get("INSTANCE") or ROOT / "instance") / "secrets.env"
if write_secrets(path):
    print(f"Made {path}: back it up apart from the database.")
