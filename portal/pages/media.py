"""Pictures and sounds of items: for the bank, for practice, for papers and for the candidate at the desk."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from certification.exams import showing
from certification.item_bank import assets
from certification.item_bank.models import Asset
from certification.practice import service as practice
from portal.access import Permission, needs
from portal.auth import candidate
from portal.auth.current import actor
from portal.database import db, unit_of_work

pages = Blueprint("media", __name__)

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""A drawing opened by itself runs nothing and loads nothing."""

DESK = "desk"
"""The cookie of the candidate who sits at this computer; sent below /desk only."""


def _file(asset: Asset) -> Response:
    """The bytes as what they are; the name means the same bytes for ever, but only for who may see them."""
    response = Response(assets.bytes_of(db.session(), asset), mimetype=asset.media_type)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Disposition"] = f'inline; filename="{asset.name}"'
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.set_etag(asset.digest)
    response.make_conditional(request)
    return response


@pages.get("/assets/<name>/file")
@needs(Permission.ITEM_READ)
def bank(name: str) -> ResponseReturnValue:
    """For who may read the bank; looking at what a live exam item shows is on record."""
    by, now = actor(), datetime.now(UTC)
    asset = assets.by_name(db.session(), name, by=by)
    if assets.is_live(db.session(), asset):
        with unit_of_work() as session:
            assets.note_reading(session, name, by=by, now=now)
    return _file(assets.by_name(db.session(), name, by=by))


@pages.get("/practice/media/<name>")
@needs(Permission.PRACTICE)
def quiz(name: str) -> ResponseReturnValue:
    """For who has an item with it in a quiz."""
    return _file(practice.asset(db.session(), name, by=actor()))


@pages.get("/papers/<uuid:paper_id>/media/<name>")
@needs(Permission.PAPER_READ)
def paper(paper_id: UUID, name: str) -> ResponseReturnValue:
    """For who may read the paper."""
    return _file(showing.for_staff(db.session(), paper_id, name, by=actor()))


@pages.get("/desk/media/<name>")
@needs(Permission.PUBLIC)
def desk(name: str) -> ResponseReturnValue:
    """For the candidate at the desk, or the bearer of the token, while the paper is being sat."""
    seated = candidate.read(request.cookies.get(DESK, ""))
    registration_id = (seated or candidate.current()).registration_id
    return _file(showing.for_candidate(db.session(), registration_id, name, now=datetime.now(UTC)))
