"""Commands of papers."""

from flask.cli import AppGroup

group = AppGroup("papers", help="Commands of papers.")
