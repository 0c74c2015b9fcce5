"""The secrets a session works with; they come from the settings, never from the database."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Keyring:
    """Keys of 32 bytes each, and the file of reserved certificate numbers.

    ``identity`` encrypts document numbers (AES-256-GCM), ``digest`` keys the digests they are searched by,
    ``audit`` keys the digest of each audit event and of room codes, ``head`` is the Ed25519 seed that signs tree heads.
    ``number_journal`` is the file outside the database that certificate numbers are reserved in;
    without one, the database alone is asked.
    """

    identity: bytes
    digest: bytes
    audit: bytes
    head: bytes
    number_journal: Path | None = None

    def __repr__(self) -> str:
        return "Keyring(...)"


def keyring(session: Session) -> Keyring:
    """The keys of this session.

    Raises:
        RuntimeError: whoever made the session gave it no keys.
    """
    keys = session.info.get("keyring")
    if not isinstance(keys, Keyring):
        raise RuntimeError("this session has no keyring")  # noqa: TRY004  what is missing is no wrong type
    return keys
