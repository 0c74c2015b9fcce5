"""Commands of audit."""

from flask.cli import AppGroup

group = AppGroup("audit", help="Commands of audit.")
