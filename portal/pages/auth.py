"""Signing in and out, and setting a password through a one-time link."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access import Permission, needs
from portal.auth import accounts
from portal.auth.current import account, actor, address, enter, leave
from portal.database import db, unit_of_work
from portal.forms.auth import NewPasswordForm, PasswordForm, SignInForm
from portal.limits import limiter
from training_base.kernel.errors import Refusal

pages = Blueprint("auth", __name__)


def safe_next() -> str:
    """Where to go after signing in: only within this portal."""
    wanted = request.args.get("next", "")
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return url_for("home.index")
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    return wanted if inside else url_for("home.index")


@pages.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
@needs(Permission.PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Ask for name and password."""
    if account() is not None:
        return redirect(safe_next())
    form = SignInForm()
    if form.validate_on_submit():
        name, password = str(form.sign_in_name.data), str(form.password.data)
        where, now = address(), datetime.now(UTC)
        try:
            account_id = accounts.check_password(db.session(), name, password)
            with unit_of_work() as session:
                found = accounts.sign_in(session, account_id, address=where, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            enter(found)
            return redirect(safe_next())
    return render_template("auth/sign_in.html", form=form)


@pages.post("/sign-out")
@needs(Permission.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End the sign-ins of the account, here and in every other browser."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        accounts.sign_out(session, by.id, by=by, now=now)
    leave()
    flash(_("You are signed out."), "success")
    return redirect(url_for("home.index"))


@pages.route("/password", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
@needs(Permission.SIGNED_IN)
def password() -> ResponseReturnValue:
    """Change the own password, which ends every other sign-in."""
    form, by, now, who = NewPasswordForm(), actor(), datetime.now(UTC), account()
    if form.validate_on_submit() and who is not None:
        try:
            accounts.check_password(db.session(), who.sign_in_name, str(form.current.data))
            with unit_of_work() as session:
                found = accounts.change_password(session, by.id, str(form.password.data), by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            enter(found)
            flash(_("Your password is changed; other browsers are signed out."), "success")
            return redirect(url_for("home.index"))
    return render_template("auth/password.html", form=form)


@pages.route("/welcome/<token>", methods=["GET", "POST"])
@limiter.limit("20 per minute")
@needs(Permission.PUBLIC)
def welcome(token: str) -> ResponseReturnValue:
    """Set the password of an account through its one-time link."""
    form = PasswordForm()
    now = datetime.now(UTC)
    link = accounts.find_link(db.session(), token, now=now)
    if link is None:
        return render_template("auth/link_spent.html"), 410
    name = link.account.sign_in_name
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                found = accounts.set_password(session, token, str(form.password.data), address=address(), now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            enter(found)
            flash(_("Your password is set, and you are signed in."), "success")
            return redirect(url_for("home.index"))
    return render_template("auth/welcome.html", form=form, sign_in_name=name)
