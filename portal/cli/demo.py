"""Commands of demo."""

from flask.cli import AppGroup

group = AppGroup("demo", help="Commands of demo.")
