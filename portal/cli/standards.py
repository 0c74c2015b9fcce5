"""Commands of standards."""

from flask.cli import AppGroup

group = AppGroup("standards", help="Commands of standards.")
