"""Every setting, its unit and its default; the environment is read here, once."""

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from click import ClickException

from training_base.kernel.keyring import Keyring

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ("SECRET_KEY", "IDENTITY_KEY", "DIGEST_KEY", "AUDIT_KEY", "HEAD_KEY")


class MissingSecret(ClickException):
    """A secret that the portal cannot start without is not set, or is not 32 bytes in base64."""


@dataclass(frozen=True)
class Settings:
    """What the portal is run with.

    ``instance`` is the folder of everything that is not code; ``public_url`` is where others reach the portal;
    ``session_minutes`` is how long a sign-in lasts; ``redis_url`` may be empty, rate limits are then kept per process;
    ``trusted_proxies`` is how many proxies of our own stand in front: only then is believed what they say.
    """

    database_url: str
    instance: Path
    public_url: str
    redis_url: str
    secret_key: str
    keys: Keyring
    session_minutes: int = 480
    upload_bytes: int = 8 * 1024 * 1024
    rate_limits: bool = True
    secure_cookies: bool = False
    trusted_proxies: int = 0
    testing: bool = False


def read_secrets(path: Path) -> dict[str, str]:
    """The lines ``NAME=value`` of a secrets file; nothing where there is none."""
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write_secrets(path: Path) -> bool:
    """Make a secrets file for this machine, readable by its owner only; an existing one is left alone."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{name}={urlsafe_b64encode(secrets.token_bytes(32)).decode()}" for name in SECRETS]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("# Keep this file: without it, document numbers and the audit trail cannot be read.\n")
        file.write("\n".join(lines) + "\n")
    return True


def _key(values: Mapping[str, str], name: str) -> bytes:
    try:
        key = urlsafe_b64decode(values.get(name, ""))
    except ValueError as error:
        raise MissingSecret(f"{name} is not base64") from error
    if len(key) != 32:
        raise MissingSecret(f"{name} is missing or not 32 bytes; `make secrets` makes instance/secrets.env")
    return key


def _count(environment: Mapping[str, str], name: str) -> int:
    text = environment.get(name) or "0"
    if not text.isdecimal():
        raise ValueError(f"{name} is a whole number from 0 on, not {text!r}")
    return int(text)


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; the environment wins over the secrets file in the instance folder.

    Raises:
        MissingSecret: a secret is absent or malformed.
        ValueError: a number is none.
    """
    environment = os.environ if environment is None else environment
    instance = Path(environment.get("INSTANCE") or ROOT / "instance").resolve()
    values = {**read_secrets(instance / "secrets.env"), **environment}
    public_url = environment.get("PUBLIC_URL") or f"http://127.0.0.1:{environment.get('PORT') or 8000}"
    return Settings(
        database_url=environment.get("DATABASE_URL") or f"sqlite:///{instance / 'zhixun.sqlite3'}",
        instance=instance,
        public_url=public_url.rstrip("/"),
        redis_url=environment.get("REDIS_URL", ""),
        secret_key=_key(values, "SECRET_KEY").hex(),
        keys=Keyring(
            identity=_key(values, "IDENTITY_KEY"),
            digest=_key(values, "DIGEST_KEY"),
            audit=_key(values, "AUDIT_KEY"),
            head=_key(values, "HEAD_KEY"),
            number_journal=instance / "numbers.journal",
        ),
        rate_limits=environment.get("RATE_LIMITS", "on") != "off",
        secure_cookies=public_url.startswith("https://"),
        trusted_proxies=_count(environment, "TRUSTED_PROXIES"),
    )
