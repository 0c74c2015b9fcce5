"""Security headers of every response, and the number that each request is logged under."""

from uuid import uuid4

from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest, NotFound

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


def register(app: Flask) -> None:
    """Number every request and put the headers on every response."""

    @app.before_request
    def number() -> None:
        g.request_id = uuid4().hex[:12]

    @app.before_request
    def refuse_nul() -> None:
        """PostgreSQL stores no NUL and fails when asked for one; nobody's keyboard has it."""
        if "\0" in request.path:
            raise NotFound
        if any("\0" in value for _name, value in request.args.items(multi=True)):
            raise BadRequest

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        headers["X-Request-Id"] = g.get("request_id", "")
        if request.endpoint == "static":
            versioned = "v" in request.args
            headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "public, max-age=300"
        else:
            headers.setdefault("Cache-Control", "no-store")
        if app.config["SESSION_COOKIE_SECURE"]:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
