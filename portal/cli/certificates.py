"""Commands of certificates."""

from flask.cli import AppGroup

group = AppGroup("certificates", help="Commands of certificates.")
