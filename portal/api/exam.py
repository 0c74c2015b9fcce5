"""The exam API."""

from flask import Blueprint

api = Blueprint("api_exam", __name__, url_prefix="/api/v1/exam")
