"""The first page: each audience lands on what answers its first question."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, Role, needs
from portal.auth.current import account, may
from portal.database import db
from portal.pages import desktop

pages = Blueprint("home", __name__)


@pages.get("/")
@needs(Permission.PUBLIC)
def index() -> ResponseReturnValue:
    """Visitors see what the portal is for, trainees their profile, staff their work."""
    who = account()
    if who is None:
        return render_template("home/visitor.html")
    if who.trainer_id is not None and may(Permission.PROFILE_OWN):
        return redirect(url_for("people.me"))
    if [row.role for row in who.roles] == [Role.EMPLOYER]:
        return redirect(url_for("verify.index"))
    return render_template("home/desk.html", **desktop.of(db.session()))
