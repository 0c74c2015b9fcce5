"""Who sits at a desk: a candidate with a signed token for one registration on one device; no account is loaded."""

from dataclasses import dataclass
from uuid import UUID

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import Unauthorized

VALID_SECONDS = 24 * 3600
"""A token outlives the longest day of exams; what it opens is settled by the session's own times."""


@dataclass(frozen=True)
class Candidate:
    """A candidate of one registration, on one device."""

    registration_id: UUID
    device: str


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="exam-candidate")


def token_for(candidate: Candidate) -> str:
    """The bearer token of a candidate."""
    return str(_signer().dumps([str(candidate.registration_id), candidate.device]))


def read(token: str) -> Candidate | None:
    """The candidate that a token was made for; None where it is forged, spoiled or too old."""
    try:
        registration_id, device = _signer().loads(token, max_age=VALID_SECONDS)
    except BadSignature:
        return None
    return Candidate(UUID(registration_id), device)


def current() -> Candidate:
    """The candidate whose token the request bears.

    Raises:
        Unauthorized: there is no token, or it is not one of ours.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    candidate = read(token) if scheme.lower() == "bearer" else None
    if candidate is None:
        raise Unauthorized
    return candidate
