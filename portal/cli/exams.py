"""Commands of exams."""

from flask.cli import AppGroup

group = AppGroup("exams", help="Commands of exams.")
