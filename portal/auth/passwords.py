"""Password hashes and one-time tokens."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

HASHER = PasswordHasher()
"""Argon2id with the library's defaults (RFC 9106, low-memory profile)."""

DUMMY = HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The Argon2id hash to keep."""
    return HASHER.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Whether the password fits; takes as long where there is no account, so that names cannot be guessed."""
    try:
        HASHER.verify(kept or DUMMY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


def new_token() -> str:
    """128 random bits as text for a link."""
    return secrets.token_urlsafe(16)


def token_digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
