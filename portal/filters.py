"""How values look on a page."""

from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, current_app, has_request_context, request, session, url_for
from flask_babel import get_locale, gettext, ngettext
from flask_wtf.csrf import generate_csrf
from markdown_it import MarkdownIt
from markupsafe import Markup

from portal.labels import label, level_name
from portal.richtext import rich, rich_line

ZONE = "Asia/Shanghai"
LANGUAGES = ("zh", "en")
MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable(["image", "autolink"])


def instant(value: datetime | None, zone: str = ZONE, *, seconds: bool = False) -> str:
    """An instant in the zone of the center, to the minute."""
    if value is None:
        return "—"
    return value.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def day(value: date | None) -> str:
    """A day."""
    return "—" if value is None else value.isoformat()


def marks(value: int | None) -> str:
    """Hundredths of a mark as marks: 6050 is 60.5."""
    return "—" if value is None else f"{value / 100:.2f}".rstrip("0").rstrip(".")


def hours(minutes: int | None) -> str:
    """Minutes as hours: 90 is 1.5."""
    return "—" if minutes is None else f"{minutes / 60:.1f}".removesuffix(".0")


def markdown(text: str) -> Markup:
    """CommonMark with tables as HTML; raw HTML in the text is shown, not obeyed."""
    return Markup(MARKDOWN.render(text))  # noqa: S704  the renderer escapes raw HTML


def local(record: object, name: str) -> str | None:
    """The text of a record in the reader's language: ``local(tier, "title")`` is ``title_zh`` or ``title_en``."""
    chinese, english = getattr(record, f"{name}_zh", None), getattr(record, f"{name}_en", None)
    return (chinese or english) if language() == "zh" else (english or chinese)


def language() -> str:
    """The reader's language: zh, or en by the switch."""
    chosen = get_locale()
    return chosen.language if chosen is not None and chosen.language in LANGUAGES else "zh"


def choose_language() -> str:
    """The language of a request: the switch in the address, else the one chosen before; Chinese otherwise."""
    if not has_request_context():
        return LANGUAGES[0]
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["language"] = asked
    return str(session.get("language", "zh"))


def switch_language_url() -> str:
    """This page in the other language."""
    other = "en" if language() == "zh" else "zh"
    if request.endpoint is None or request.method != "GET":
        return url_for("home.index", lang=other)
    return here(lang=other)


def here(**changes: str) -> str:
    """This page's address with some of its query changed; an empty value takes the argument out."""
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    arguments += [(name, value) for name, value in changes.items() if value]
    address = url_for(str(request.endpoint), **(request.view_args or {}))
    return f"{address}?{urlencode(arguments)}" if arguments else address


def public_url(endpoint: str, **values: object) -> str:
    """An address to hand out, under the address that others reach the portal by, whatever host the request names."""
    return str(current_app.config["PUBLIC_URL"]) + url_for(endpoint, **values)  # type: ignore[arg-type]


@lru_cache(maxsize=256)
def _version(path: Path, _changed: float) -> str:
    return sha256(path.read_bytes()).hexdigest()[:10]


def register(app: Flask) -> None:
    """Offer filters and globals to every template."""
    folder = Path(str(app.static_folder))

    def static_url(path: str) -> str:
        file = folder / path
        version = _version(file, file.stat().st_mtime) if file.is_file() else ""
        return url_for("static", filename=path, v=version) if version else url_for("static", filename=path)

    app.jinja_env.filters.update(
        instant=instant,
        day=day,
        marks=marks,
        hours=hours,
        label=label,
        level_name=level_name,
        markdown=markdown,
        rich=rich,
        rich_line=rich_line,
    )
    app.jinja_env.globals.update(
        _=gettext,
        gettext=gettext,
        ngettext=ngettext,
        csrf_token=generate_csrf,
        url_for=app.url_for,
        public_url=public_url,
        request=request,
        static_url=static_url,
        local=local,
        switch_language_url=switch_language_url,
    )

    @app.before_request
    def remember_language() -> None:
        if "lang" in request.args:
            choose_language()  # also where the answer is a redirect, which asks for no text

    @app.context_processor
    def reader() -> dict[str, object]:
        return {"locale": language()}
