"""Commands of people."""

from flask.cli import AppGroup

group = AppGroup("people", help="Commands of people.")
