"""Commands of the demonstration data."""

from datetime import UTC, datetime

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from portal.auth import accounts
from portal.auth.models import Account
from portal.config import Settings
from portal.database import db, unit_of_work
from portal.demonstration import scenes, setting
from portal.demonstration.cast import ACCOUNTS, HOLDER, PASSWORD, TRAINEE

group = AppGroup("demo", help="Demonstration data: invented centers, people, exams and certificates.")


def is_loaded() -> bool:
    """Whether the demonstration is in this database."""
    return accounts.find_by_name(db.session(), ACCOUNTS[0].sign_in_name) is not None


@group.command("load")
@click.option("--quiet", is_flag=True, help="Do not print the accounts.")
def load(quiet: bool) -> None:
    """Load the demonstration once; a second time changes nothing."""
    if not is_loaded():
        if db.session.scalar(sa.select(Account.id).limit(1)) is not None:
            click.echo("This portal has accounts of its own: the demonstration, whose password is public, stays out.")
            return
        click.echo("Loading the demonstration data ...")
        with unit_of_work() as session:
            stage = setting.Stage(session, datetime.now(UTC))
            setting.load_content(stage)
            setting.open_centers(stage)
            setting.hire(stage)
            scenes.play(stage)
    if not quiet:
        _print_accounts()


def _print_accounts() -> None:
    settings: Settings = current_app.config["SETTINGS"]
    click.echo(f"\nZhixun is at {settings.public_url} - demo accounts, all with the password {PASSWORD}:\n")
    for entry in ACCOUNTS:
        roles = ", ".join(role.value for role in (*entry.duties, *entry.roles)).replace("_", " ")
        click.echo(f"  {entry.sign_in_name:<30} {roles}")
    click.echo(f"  {TRAINEE:<30} trainee, about to sit the running theory exam")
    click.echo(f"  {HOLDER:<30} trainee who holds a certificate\n")
