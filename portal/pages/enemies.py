"""Items that give one another away: the pairs of one item, declared and taken back."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.assembly import service
from certification.item_bank import service as item_bank
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db, unit_of_work
from portal.forms.enemies import EnemyForm
from training_base.kernel.errors import Refusal

pages = Blueprint("enemies", __name__, url_prefix="/items")


@pages.route("/<uuid:item_id>/enemies", methods=["GET", "POST"])
@needs(Permission.ITEM_WRITE)
def index(item_id: UUID) -> ResponseReturnValue:
    """The enemies of an item, by code; one more."""
    form, by, now = EnemyForm(), actor(), datetime.now(UTC)
    item_bank.by_id(db.session(), item_id, by=by)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.declare_enemies(session, item_id, form.code.data, reason=form.reason.data, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The two items never meet on a paper from now on."), "success")
            return redirect(url_for(".index", item_id=item_id))
    session = db.session()
    item = item_bank.by_id(session, item_id, by=by)
    return render_template("items/enemies.html", item=item, pairs=service.enemies_of(session, item_id), form=form)


@pages.post("/<uuid:item_id>/enemies/<uuid:pair_id>/reconcile")
@needs(Permission.ITEM_WRITE)
def reconcile(item_id: UUID, pair_id: UUID) -> ResponseReturnValue:
    """Let two items meet again."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        service.reconcile(session, item_id, pair_id, by=by, now=now)
    flash(_("The two items may meet again."), "info")
    return redirect(url_for(".index", item_id=item_id))
