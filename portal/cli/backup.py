"""Commands that copy the embedded database while it runs."""

import sqlite3
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import make_url

group = AppGroup("backup", help="Copy the embedded database while the portal runs.")


@group.command("create")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def create(file: Path) -> None:
    """Write a consistent copy of the SQLite database to FILE; PostgreSQL is copied with pg_dump."""
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() != "sqlite":
        raise click.ClickException("this portal runs on PostgreSQL: use pg_dump or a base backup")
    if file.exists():
        raise click.ClickException(f"{file} exists already; name another file")
    source = sqlite3.connect(str(url.database))
    target = sqlite3.connect(file)
    with source, target:
        source.backup(target)
    source.close()
    target.close()
    click.echo(f"Copied to {file}. Keep instance/secrets.env and instance/numbers.journal with it, on another machine.")
