"""Public verdicts on certificates as JSON."""

from flask import Blueprint

api = Blueprint("api_certificates", __name__, url_prefix="/api/v1/certificates")
