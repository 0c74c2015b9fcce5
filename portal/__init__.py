"""The web: the only package that knows Flask; here its parts are joined."""

from datetime import timedelta
from importlib import import_module

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import access, config, database, errors, filters, headers, limits, navigation
from portal.auth import current
from portal.config import Settings

csrf = CSRFProtect()
babel = Babel()

PAGES = (
    "accounts",
    "analysis",
    "audit",
    "auth",
    "blueprints",
    "centers",
    "certificates",
    "cohorts",
    "consulting",
    "comparing",
    "crosswalks",
    "desk",
    "documents",
    "drafting",
    "editor",
    "eligibility",
    "enemies",
    "equatings",
    "exams",
    "frameworks",
    "health",
    "home",
    "invigilation",
    "item_files",
    "item_library",
    "item_review",
    "items",
    "marking",
    "media",
    "panels",
    "papers",
    "people",
    "practice",
    "remarking",
    "results",
    "safekeeping",
    "sharing",
    "standards",
    "tasks",
    "verify",
    "work",
)
"""Modules of pages; each offers ``pages``, a blueprint."""

APIS = (
    "case",
    "certificates",
    "exam",
    "openapi",
)
"""Modules of the API; each offers ``api``, a blueprint free of CSRF: it takes bearer tokens, never cookies."""

COMMANDS = (
    "audit",
    "backup",
    "centers",
    "certificates",
    "crosswalks",
    "comparing",
    "demo",
    "eligibility",
    "exams",
    "items",
    "jobs",
    "papers",
    "people",
    "results",
    "standards",
)
"""Modules of command groups; each offers ``group``."""


def create_app(settings: Settings | None = None) -> Flask:
    """The portal, joined from its parts.

    Args:
        settings: what to run with; by default what the environment says.

    Raises:
        MissingSecret: the environment lacks a secret.
    """
    settings = settings or config.from_environment()
    app = Flask("portal", root_path=str(config.ROOT / "portal"))
    settings.instance.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        MAX_CONTENT_LENGTH=settings.upload_bytes,
        MAX_FORM_MEMORY_SIZE=settings.upload_bytes,
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=settings.session_minutes),
        SESSION_COOKIE_NAME="zhixun",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="zh",
        BABEL_TRANSLATION_DIRECTORIES="translations",
        PUBLIC_URL=settings.public_url,
        SETTINGS=settings,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if count := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    headers.register(app)
    database.initialise(app, settings)
    babel.init_app(app, locale_selector=filters.choose_language)
    csrf.init_app(app)
    current.initialise(app)
    access.register_guard(app, current.require)
    limits.initialise(app, settings)
    errors.register(app)
    filters.register(app)
    navigation.register(app)
    _join(app)
    return app


def _join(app: Flask) -> None:
    for name in PAGES:
        app.register_blueprint(import_module(f"portal.pages.{name}").pages)
    for name in APIS:
        api = import_module(f"portal.api.{name}").api
        csrf.exempt(api)
        app.register_blueprint(api)
    for name in COMMANDS:
        app.cli.add_command(import_module(f"portal.cli.{name}").group)
