"""Commands of backup."""

from flask.cli import AppGroup

group = AppGroup("backup", help="Commands of backup.")
