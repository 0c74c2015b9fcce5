"""Refusals and faults as pages and as problem+json."""

import logging
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from portal import sentences
from training_base.kernel.errors import Conflict, NotFound, Refusal

log = logging.getLogger(__name__)

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {}
for _module in iter_modules(sentences.__path__, "portal.sentences."):
    SENTENCES.update(import_module(_module.name).SENTENCES)

STATUS: dict[type[Refusal], int] = {NotFound: 404, Conflict: 409}


def sentence(refusal: Refusal) -> str:
    """What a refusal says, in the reader's language.

    Raises:
        KeyError: the refusal has no row in the tables of sentences.
    """
    return SENTENCES[type(refusal)](refusal)


def status_of(refusal: Refusal) -> int:
    """The HTTP status a refusal ends as."""
    return getattr(type(refusal), "http_status", None) or STATUS.get(type(refusal), 422)


def is_api() -> bool:
    """Whether the request came to the API."""
    return request.path.startswith(("/api/", "/healthz", "/readyz"))


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    """An answer by RFC 9457."""
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail, **more}
    answer = jsonify(body)
    answer.status_code = status
    answer.content_type = "application/problem+json"
    return answer


HEADINGS: dict[int, Callable[[], tuple[str, str]]] = {
    400: lambda: (
        _("The request cannot be read"),
        _("Go back, reload the page and try again; nothing was stored."),
    ),
    401: lambda: (_("Please sign in"), _("This page is for people who are signed in.")),
    403: lambda: (
        _("You may not open this page"),
        _("Your roles do not give the right for it. If you need it, ask the manager of your center."),
    ),
    404: lambda: (_("There is no such page"), _("Check the address, or start again from the home page.")),
    405: lambda: (_("This address does not take that kind of request"), _("Go back to the page before.")),
    413: lambda: (
        _("The file is too large"),
        _("At most 8 MB can be uploaded. Split the file and try again."),
    ),
    429: lambda: (_("Too many tries"), _("Wait a minute, then try again.")),
    500: lambda: (
        _("Something went wrong on our side"),
        _("Nothing you typed was stored. The fault is logged; if it happens again, tell us the request number."),
    ),
}


def _page(status: int, title: str, text: str) -> ResponseReturnValue:
    return render_template("error.html", status=status, title=title, text=text, request_id=g.get("request_id")), status


def register(app: Flask) -> None:
    """Answer refusals and faults of every route."""

    @app.errorhandler(Refusal)
    def on_refusal(refusal: Refusal) -> ResponseReturnValue:
        text, status = sentence(refusal), status_of(refusal)
        if is_api():
            return problem(status, refusal.code(), text)
        return _page(status, _("This cannot be done"), text)

    @app.errorhandler(CSRFError)
    def on_csrf(_error: CSRFError) -> ResponseReturnValue:
        text = _("The form was open for too long, or came from another page. Reload it and send it again.")
        return problem(400, "csrf", text) if is_api() else _page(400, _("The form has expired"), text)

    @app.errorhandler(HTTPException)
    def on_http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        title, text = HEADINGS.get(status, HEADINGS[400 if status < 500 else 500])()
        return problem(status, error.name.lower().replace(" ", "_"), text) if is_api() else _page(status, title, text)

    @app.errorhandler(Exception)
    def on_fault(error: Exception) -> ResponseReturnValue:
        log.exception("fault in request %s", g.get("request_id"), exc_info=error)
        if app.config["TESTING"]:
            raise error
        title, text = HEADINGS[500]()
        return problem(500, "fault", text, request_id=g.get("request_id")) if is_api() else _page(500, title, text)
