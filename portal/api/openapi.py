"""The description of the API."""

from flask import Blueprint

api = Blueprint("api_docs", __name__, url_prefix="/api")
