"""Closed sets and canonical forms that the kernel's tables rest on."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class JobStatus(StrEnum):
    """The life of a piece of long work."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical(values: Mapping[str, Any]) -> bytes:
    """One byte string for equal values: JSON with sorted keys, no spaces, UTF-8.

    Instants (in UTC) and days become ISO 8601, UUIDs their text, bytes their SHA-256.

    Raises:
        TypeError: a value has no canonical form.
    """
    return json.dumps(values, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
