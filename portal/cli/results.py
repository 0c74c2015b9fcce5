"""Commands of results."""

from flask.cli import AppGroup

group = AppGroup("results", help="Commands of results.")
