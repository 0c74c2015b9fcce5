"""Commands of jobs."""

from flask.cli import AppGroup

group = AppGroup("jobs", help="Commands of jobs.")
