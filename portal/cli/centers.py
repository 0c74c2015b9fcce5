"""Commands of centers."""

from flask.cli import AppGroup

group = AppGroup("centers", help="Commands of centers.")
