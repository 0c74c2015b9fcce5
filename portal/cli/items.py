"""Commands of items."""

from flask.cli import AppGroup

group = AppGroup("items", help="Commands of items.")
