"""Accounts: list, invite, renew the one-time link, close and reopen."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access import Permission, Role, needs
from portal.auth import accounts
from portal.auth.current import actor, may
from portal.auth.models import Account
from portal.database import db, unit_of_work
from portal.forms.auth import AccountFilter, AccountForm
from portal.labels import choices
from portal.pages.tables import ordered, page_of, sort_url
from training_base.centers import service as centers
from training_base.kernel.errors import NotFound, Refusal

pages = Blueprint("accounts", __name__, url_prefix="/accounts")

COLUMNS = {"name": Account.name, "sign_in_name": Account.sign_in_name, "seen": Account.last_signed_in_at}


def in_scope(account_id: UUID) -> Account:
    """An account the actor knows of."""
    account = db.session.scalar(accounts.listing(by=actor()).where(Account.id == account_id))
    if account is None:
        raise NotFound("account", account_id)
    return account


def may_change(account: Account) -> bool:
    """Whether the reader may renew its link, close and reopen it."""
    today = datetime.now(UTC).date()
    return may(Permission.ACCOUNT_WRITE) and accounts.is_in_care(
        db.session(), account, by=actor(Permission.ACCOUNT_WRITE), today=today
    )


def in_care(account_id: UUID) -> None:
    """Insist that the account is in the actor's care."""
    if not may_change(in_scope(account_id)):
        raise NotFound("account", account_id)


@pages.get("/")
@needs(Permission.ACCOUNT_READ)
def index() -> ResponseReturnValue:
    """The accounts the actor looks after."""
    form = AccountFilter(request.args)
    query, sort = ordered(accounts.listing(by=actor(), q=form.q.data), COLUMNS, "name")
    return render_template("accounts/index.html", page=page_of(query), form=form, sort=sort, sort_url=sort_url())


@pages.route("/new", methods=["GET", "POST"])
@needs(Permission.ACCOUNT_WRITE)
def new() -> ResponseReturnValue:
    """Open an account and show its one-time link."""
    form = AccountForm()
    by, now = actor(), datetime.now(UTC)
    form.roles.choices = choices(Role) if by.everywhere else [c for c in choices(Role) if c[0] == Role.TRAINEE]
    if form.validate_on_submit():
        roles = [Role(value) for value in form.roles.data or []]
        try:
            with unit_of_work() as session:
                account, token = accounts.invite(
                    session, str(form.sign_in_name.data), str(form.name.data), roles=roles, by=by, now=now
                )
                account_id = account.id
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return render_template("accounts/link.html", account=in_scope_or_new(account_id), token=token)
    return render_template("accounts/new.html", form=form)


def in_scope_or_new(account_id: UUID) -> Account:
    """The account just made."""
    return accounts.by_id(db.session(), account_id)


@pages.get("/<uuid:account_id>")
@needs(Permission.ACCOUNT_READ)
def show(account_id: UUID) -> ResponseReturnValue:
    """One account with its roles and duties."""
    account = in_scope(account_id)
    duties = centers.duties_of(db.session(), account.id, on=datetime.now(UTC).date())
    return render_template("accounts/show.html", account=account, duties=duties, may_write=may_change(account))


@pages.post("/<uuid:account_id>/link")
@needs(Permission.ACCOUNT_WRITE)
def link(account_id: UUID) -> ResponseReturnValue:
    """A fresh one-time link, shown once."""
    in_care(account_id)
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        token = accounts.new_link(session, accounts.by_id(session, account_id), by=by, now=now)
    return render_template("accounts/link.html", account=accounts.by_id(db.session(), account_id), token=token)


@pages.post("/<uuid:account_id>/close")
@needs(Permission.ACCOUNT_WRITE)
def close(account_id: UUID) -> ResponseReturnValue:
    """Let nobody sign in with it any more."""
    in_care(account_id)
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        accounts.close(session, accounts.by_id(session, account_id), by=by, now=now)
    flash(_("The account is closed; its sign-ins have ended."), "success")
    return redirect(url_for(".show", account_id=account_id))


@pages.post("/<uuid:account_id>/reopen")
@needs(Permission.ACCOUNT_WRITE)
def reopen(account_id: UUID) -> ResponseReturnValue:
    """Let its owner sign in again."""
    in_care(account_id)
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        accounts.reopen(session, accounts.by_id(session, account_id), by=by, now=now)
    flash(_("The account is open again."), "success")
    return redirect(url_for(".show", account_id=account_id))
