"""Who is signed in, what they may do here, and the actor that services are given."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, g, request, session
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from flask_login import login_user as flask_login_user
from flask_login import logout_user as flask_logout_user
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import Forbidden, Unauthorized

from portal.access import GRANTS, Permission
from portal.auth.models import Account
from portal.database import db
from training_base.centers.models import StaffRole, TrainingCenter
from training_base.centers.rules import day_at
from training_base.kernel.actor import Actor

login_manager = LoginManager()
login_manager.session_protection = None


class SignedIn(UserMixin):
    """The signed-in account with the rights it has today."""

    def __init__(self, account: Account, duties: list[StaffRole]) -> None:
        self.id = f"{account.id}:{account.epoch}"
        self.account = account
        self.account_id = account.id
        self.name = account.name
        self.trainer_id = account.trainer_id
        self.duties = duties
        self.roles = [row.role for row in account.roles]

    @property
    def granted(self) -> dict[Permission, frozenset[UUID] | None]:
        """Every right held: the centers it is held in, or None where a role gives it everywhere."""
        rights: dict[Permission, frozenset[UUID] | None] = {}
        for duty in self.duties:
            for permission in GRANTS[duty.duty]:
                rights[permission] = (rights.get(permission) or frozenset()) | {duty.center_id}
        for role in self.roles:
            rights.update(dict.fromkeys(GRANTS[role]))
        return rights


class Anonymous(AnonymousUserMixin):
    """Nobody is signed in."""

    account = None
    granted: dict[Permission, frozenset[UUID] | None] = {}  # noqa: RUF012


login_manager.anonymous_user = Anonymous


@login_manager.user_loader
def load(key: str) -> SignedIn | None:
    """The account of a session, unless it was closed or its sign-ins were ended since."""
    account_id, _, epoch = key.partition(":")
    account = db.session.get(Account, UUID(account_id))
    if account is None or not account.is_active or str(account.epoch) != epoch:
        return None
    now = datetime.now(UTC)
    held = db.session.scalars(
        sa.select(StaffRole).where(StaffRole.actor_id == account.id).options(joinedload(StaffRole.center))
    )
    # A duty begins and ends with the day at its center, not with the server's.
    days = ((duty, day_at(now, duty.center.zone)) for duty in held)
    duties = [one for one, day in days if one.from_on <= day and (one.until_on is None or day < one.until_on)]
    return SignedIn(account, duties)


def initialise(app: Flask) -> None:
    """Join sign-in to the application."""
    login_manager.init_app(app)


def enter(account: Account) -> None:
    """Sign an account in under a new session, so that a planted one is worth nothing."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True
    flask_login_user(SignedIn(account, []))
    g.pop("_login_user", None)


def leave() -> None:
    """Sign out and forget the session."""
    language = session.get("language")
    flask_logout_user()
    session.clear()
    if language:
        session["language"] = language


def address() -> str:
    """Where the request comes from."""
    return request.remote_addr or ""


def account() -> Account | None:
    """The signed-in account, if any."""
    return current_user.account if current_user else None


def may(permission: Permission | str) -> bool:
    """Whether the signed-in account holds a right in some center or everywhere."""
    permission = Permission(permission)
    if permission is Permission.PUBLIC:
        return True
    if permission is Permission.SIGNED_IN:
        return bool(current_user.is_authenticated)
    return permission in current_user.granted


def require(permission: Permission) -> None:
    """Stop whoever lacks a right.

    Raises:
        Unauthorized: nobody is signed in.
        Forbidden: the account does not hold the right.
    """
    if permission is Permission.CANDIDATE:
        return  # the exam endpoints check their own bearer token: no account row is loaded there
    if not current_user.is_authenticated:
        raise Unauthorized
    if not may(permission):
        raise Forbidden


def actor(permission: Permission | None = None) -> Actor:
    """The signed-in account as an actor, scoped to the centers where it holds the right.

    Args:
        permission: the right; by default the one that the view declares.
    """
    if not current_user.is_authenticated:
        return Actor(id=UUID(int=0), name="", address=address())
    permission = permission or g.permission
    centers = current_user.granted.get(permission, frozenset())
    return Actor(
        id=current_user.account_id,
        name=current_user.name,
        center_ids=centers or frozenset(),
        everywhere=centers is None
        and permission not in {Permission.PROFILE_OWN, Permission.SHARE, Permission.PRACTICE},
        trainer_id=current_user.trainer_id,
        address=address(),
    )


def centers_of(by: Actor) -> list[TrainingCenter]:
    """The centers an actor may touch, by name, for choices in forms."""
    query = sa.select(TrainingCenter).where(by.scope(TrainingCenter.id)).order_by(TrainingCenter.name_zh)
    return list(db.session.scalars(query))
