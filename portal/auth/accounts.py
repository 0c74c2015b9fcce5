"""Deeds and questions about accounts: invite, set the password, sign in, roles."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Role
from portal.auth.models import Account, AccountRole, OneTimeLink
from portal.auth.passwords import hash_password, is_password, new_token, token_digest
from portal.refusals import LEAST_PASSWORD, LinkSpent, NameTaken, WeakPassword, WrongPassword
from training_base.centers.models import StaffRole
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent

LINK_LASTS = timedelta(days=7)
FAR = frozenset({Role.SCHEME_OWNER, Role.ADMINISTRATOR})
"""Roles whose rights reach beyond any one center."""


def by_id(session: Session, account_id: UUID) -> Account:
    """An account.

    Raises:
        NotFound: no such account.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("account", account_id)
    return account


def find_by_name(session: Session, sign_in_name: str) -> Account | None:
    """The account that signs in under a name; letter case does not matter."""
    return session.scalar(sa.select(Account).where(Account.sign_in_name == sign_in_name.strip().lower()))


def listing(*, by: Actor, q: str | None = None) -> sa.Select[Account]:
    """Accounts by name: all of them for whoever works everywhere, else those with a duty in the actor's centers,
    and those without any duty yet, so that a manager can give them one."""
    query = sa.select(Account)
    if not by.everywhere:
        staff = sa.select(StaffRole.actor_id)
        inside = staff.where(StaffRole.center_id.in_(by.center_ids))
        free = sa.and_(Account.id.not_in(staff), Account.trainer_id.is_(None), ~Account.roles.any())
        query = query.where(sa.or_(Account.id.in_(inside), free))
    if q:
        text = q.strip()
        query = query.where(
            sa.or_(
                Account.name.contains(text, autoescape=True),
                Account.sign_in_name.contains(text.lower(), autoescape=True),
            )
        )
    return query.order_by(Account.name, Account.id)


def is_in_care(session: Session, account: Account, *, by: Actor, today: date) -> bool:
    """Whether the actor may renew an account's link, close it and reopen it; whoever may, could sign in with it.

    So an account whose rights reach beyond the actor's centers is not in their care, by a role or by a duty held
    elsewhere; nor is one without any duty that somebody else invited.
    """
    if by.everywhere:
        return True
    duties = session.scalars(sa.select(StaffRole).where(StaffRole.actor_id == account.id)).all()
    if not duties:
        return not account.roles and _was_invited_by(session, account, by)
    held = [duty for duty in duties if duty.until_on is None or duty.until_on > today]
    far = any(row.role in FAR for row in account.roles) or any(not by.may_touch(duty.center_id) for duty in held)
    return not far and any(by.may_touch(duty.center_id) for duty in duties)


def _was_invited_by(session: Session, account: Account, by: Actor) -> bool:
    event = sa.select(AuditEvent.id).where(
        AuditEvent.subject_kind == Account.__tablename__,
        AuditEvent.subject_id == str(account.id),
        AuditEvent.deed == "account.invited",
        AuditEvent.actor_id == by.id,
    )
    return session.scalar(event) is not None


def invite(
    session: Session,
    sign_in_name: str,
    name: str,
    *,
    roles: Iterable[Role] = (),
    trainer_id: UUID | None = None,
    by: Actor,
    now: datetime,
) -> tuple[Account, str]:
    """Open an account without a password, and the token of the link by which its owner sets one.

    Raises:
        NameTaken: the name is in use.
    """
    sign_in_name = sign_in_name.strip().lower()
    if find_by_name(session, sign_in_name) is not None:
        raise NameTaken(sign_in_name)
    account = Account(sign_in_name=sign_in_name, name=name.strip(), trainer_id=trainer_id, created_at=now)
    account.roles = [AccountRole(role=role) for role in sorted(set(roles))]
    session.add(account)
    audit.record(session, "account.invited", account, by=by, at=now, center_id=_center_of(by))
    return account, new_link(session, account, by=by, now=now)


def new_link(session: Session, account: Account, *, by: Actor, now: datetime) -> str:
    """A fresh one-time link; those given out before no longer work. Returns the token, which is not kept."""
    session.execute(
        sa.update(OneTimeLink)
        .where(OneTimeLink.account_id == account.id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    token = new_token()
    link = OneTimeLink(
        account_id=account.id, token_digest=token_digest(token), created_at=now, expires_at=now + LINK_LASTS
    )
    session.add(link)
    audit.record(session, "account.link_made", account, by=by, at=now, center_id=_center_of(by))
    return token


def find_link(session: Session, token: str, *, now: datetime) -> OneTimeLink | None:
    """The link of a token, while it may be used."""
    link = session.scalar(sa.select(OneTimeLink).where(OneTimeLink.token_digest == token_digest(token)))
    return link if link is not None and link.used_at is None and now < link.expires_at else None


def set_password(session: Session, token: str, password: str, *, address: str, now: datetime) -> Account:
    """Set the password through a one-time link, and end every earlier sign-in.

    Raises:
        LinkSpent: the link may not be used any more.
        WeakPassword: shorter than ten characters, or the name itself.
    """
    link = find_link(session, token, now=now)
    if link is None or not link.account.is_active:
        raise LinkSpent
    account = link.account
    _set(account, password)
    link.used_at = now
    owner = Actor(id=account.id, name=account.name, address=address)
    audit.record(session, "account.password_set", account, by=owner, at=now)
    return account


def check_password(session: Session, sign_in_name: str, password: str) -> UUID:
    """Whose name and password these are. Only reads: hashing takes long, and no writer should wait for it.

    Raises:
        WrongPassword: they do not fit, or the account is closed; which of these is not told.
    """
    account = find_by_name(session, sign_in_name)
    fits = is_password(account.password_hash if account else None, password)
    if account is None or not fits or not account.is_active:
        raise WrongPassword
    return account.id


def sign_in(session: Session, account_id: UUID, *, address: str, now: datetime) -> Account:
    """Note that the owner of an account, whose password was checked, signs in.

    Raises:
        NotFound: no such account.
    """
    account = by_id(session, account_id)
    account.last_signed_in_at = now
    owner = Actor(id=account.id, name=account.name, address=address)
    audit.record(session, "account.signed_in", account, by=owner, at=now)
    return account


def sign_out(session: Session, account_id: UUID, *, by: Actor, now: datetime) -> None:
    """End every sign-in of an account: a copied cookie is worth nothing afterwards.

    Raises:
        NotFound: no such account.
    """
    account = by_id(session, account_id)
    account.epoch += 1
    audit.record(session, "account.signed_out", account, by=by, at=now)


def change_password(session: Session, account_id: UUID, fresh: str, *, by: Actor, now: datetime) -> Account:
    """Set another password, and end every earlier sign-in.

    Raises:
        NotFound: no such account.
        WeakPassword: shorter than ten characters, or the name itself.
    """
    account = by_id(session, account_id)
    _set(account, fresh)
    audit.record(session, "account.password_set", account, by=by, at=now)
    return account


def _set(account: Account, password: str) -> None:
    if len(password) < LEAST_PASSWORD or password.lower() in {account.sign_in_name, account.name.lower()}:
        raise WeakPassword
    account.password_hash = hash_password(password)
    account.epoch += 1


def close(session: Session, account: Account, *, by: Actor, now: datetime) -> None:
    """Let nobody sign in with the account any more, and end its sign-ins."""
    before = audit.state_digest(account)
    account.is_active = False
    account.epoch += 1
    audit.record(session, "account.closed", account, by=by, at=now, before=before, center_id=_center_of(by))


def reopen(session: Session, account: Account, *, by: Actor, now: datetime) -> None:
    """Let the owner sign in again."""
    before = audit.state_digest(account)
    account.is_active = True
    audit.record(session, "account.reopened", account, by=by, at=now, before=before, center_id=_center_of(by))


def _center_of(by: Actor) -> UUID | None:
    """The center in whose trail the deed stands: the one the actor works for, where it is just one."""
    return next(iter(by.center_ids)) if len(by.center_ids) == 1 else None
