"""Rate limits of what strangers may try: sign-in, room codes, public verification."""

from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from portal.config import Settings

limiter = Limiter(key_func=get_remote_address, headers_enabled=True)


def initialise(app: Flask, settings: Settings) -> None:
    """Keep the counts in Redis where there is one, in the process otherwise; go on when Redis is gone."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = bool(settings.redis_url)
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True
    limiter.init_app(app)


@limiter.request_filter
def is_switched_off() -> bool:
    """Whether this application counts nothing; the limiter itself is shared by all applications of a process."""
    settings: Settings = current_app.config["SETTINGS"]
    return not settings.rate_limits
