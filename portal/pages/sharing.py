"""Share links: the holder's list of them, and what an employer sees through one."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.certificates import service, sharing, verification
from portal.access import Permission, needs
from portal.auth.current import actor, address
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.forms.certificates import ShareForm
from portal.limits import limiter
from portal.pages.tables import page_of
from portal.pages.verify import LIMIT
from portal.sentences.certificates import OFFICIAL_QUERY, WORDS
from training_base.kernel.errors import NotFound, Refusal

pages = Blueprint("sharing", __name__, url_prefix="/share")


@pages.route("/", methods=["GET", "POST"])
@needs(Permission.SHARE)
def index() -> ResponseReturnValue:
    """The holder's links; a new one is shown once, right after it was made."""
    form, by, now = ShareForm().offer(), actor(), datetime.now(UTC)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                token = sharing.create(session, str(form.label.data), int(form.days.data), by=by, now=now).token
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            link = current_app.config["PUBLIC_URL"] + url_for(".show", token=token)
            return render_template("sharing/made.html", link=link, label=form.label.data, days=form.days.data)
    return render_template("sharing/index.html", form=form, page=page_of(sharing.own_links(by=by)), now=now)


@pages.post("/<uuid:link_id>/revoke")
@needs(Permission.SHARE)
def revoke(link_id: UUID) -> ResponseReturnValue:
    """Take a link back."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        sharing.revoke(session, link_id, by=by, now=now)
    flash(_("The link no longer works."), "success")
    return redirect(url_for(".index"))


@pages.get("/<token>")
@needs(Permission.PUBLIC)
@limiter.limit(LIMIT)
def show(token: str) -> ResponseReturnValue:
    """The levels of whoever shared the link, for an employer."""
    visitor, now = address(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            link = sharing.view(session, token, address=visitor, now=now)
    except NotFound:
        return render_template(
            "sharing/closed.html", text=_("There is no such link. Copy it whole and try again.")
        ), 404
    except (sharing.LinkExpired, sharing.LinkRevoked) as refusal:
        return render_template("sharing/closed.html", text=sentence(refusal)), 410
    certificates = service.of_trainer(db.session(), link.trainer_id)
    verdicts = {row.id: verification.verdict_on(row, now=now) for row in certificates}
    return render_template(
        "sharing/show.html",
        link=link,
        certificates=certificates,
        verdicts=verdicts,
        words=WORDS,
        now=now,
        official_query=OFFICIAL_QUERY,
    )
