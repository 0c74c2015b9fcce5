"""The read interface of 1EdTech CASE 1.1: frameworks, their items, associations, definitions and rubrics."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from certification.standards import exporting, frameworks, objects
from certification.standards.exchange.fields import properties
from certification.standards.exchange.package import Document
from certification.standards.exchange.values import identifier as as_identifier
from certification.standards.exchange.writing import as_json, object_json
from certification.standards.frameworks import Answer
from certification.standards.models import Standard
from certification.standards.objects import Frame
from certification.standards.rules import PUBLISHED
from portal.access import Permission, needs
from portal.database import db
from training_base.kernel.errors import NotFound

api = Blueprint("api_case", __name__, url_prefix=objects.PATH)

MOST = 1000
"""Documents in one answer, however many are asked for."""

SORTS: Mapping[str, Any] = {
    "identifier": Standard.identifier,
    "title": Standard.title_zh,
    "version": Standard.version,
    "language": Standard.language,
    "lastChangeDateTime": Standard.changed_at,
}
"""Fields that documents can be sorted and filtered by; the others stand in no column."""

FIELDS = {entry.name for entry in properties(Document)} | {"caseVersion", "CFPackageURI"}
TERM = re.compile(r"\s*(\w+)\s*(!=|>=|<=|=|>|<|~)\s*'([^']*)'\s*")
COMPARISONS: Mapping[str, Callable[[Any, str], sa.ColumnElement[bool]]] = {
    "=": lambda column, value: column == value,
    "!=": lambda column, value: column != value,
    ">": lambda column, value: column > value,
    "<": lambda column, value: column < value,
    ">=": lambda column, value: column >= value,
    "<=": lambda column, value: column <= value,
    "~": lambda column, value: column.contains(value, autoescape=True),
}
SETS = {"CFConcepts", "CFSubjects", "CFItemTypes"}
"""Lists whose single objects are answered with all below them."""


class BadQuery(Exception):
    """A query that names what cannot be sorted, selected or filtered by."""

    def __init__(self, value: str, name: str) -> None:
        super().__init__(value)
        self.value, self.name = value, name


def status_info(status: int, text: str, name: str, value: str) -> Response:
    """An error as CASE wants it."""
    body = {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": text,
        "imsx_codeMinor": {
            "imsx_codeMinorField": [{"imsx_codeMinorFieldName": name, "imsx_codeMinorFieldValue": value}]
        },
    }
    return Response(json.dumps(body), status=status, content_type="application/json")


@api.errorhandler(NotFound)
def on_not_found(error: NotFound) -> ResponseReturnValue:
    """The identifier names nothing that outsiders may read."""
    return status_info(404, f"Unknown Object: {error.key}", "sourcedId", "unknownobject")


@api.errorhandler(BadQuery)
def on_bad_query(error: BadQuery) -> ResponseReturnValue:
    """The query cannot be answered."""
    return status_info(400, f"{error.name} cannot be answered: {error}", error.name, error.value)


@api.errorhandler(HTTPException)
def on_http(error: HTTPException) -> ResponseReturnValue:
    """The identifier is no UUID, or the request cannot be read."""
    code = error.code or 500
    if code == 404:
        return status_info(404, "Invalid UUID", "sourcedId", "invalid_uuid")
    busy = {429: "server_busy", 500: "internal_server_error", 403: "forbidden", 401: "unauthorised_request"}
    return status_info(code, error.name, "request", busy.get(code, "invalid_selection_field"))


def base() -> str:
    """Where the portal is reached."""
    return str(current_app.config["PUBLIC_URL"])


def own(text: str) -> UUID:
    """The identifier in an address.

    Raises:
        HTTPException: it is no UUID.
    """
    found = as_identifier(text)
    if found is None:
        raise HTTPException(response=status_info(404, "Invalid UUID", "sourcedId", "invalid_uuid"))
    return found


def answer(body: Mapping[str, Any], standard: Standard | None = None) -> Response:
    """A body with its tag; that of a published version may be kept by whoever asked."""
    content = json.dumps(body, ensure_ascii=False).encode()
    made = Response(content, content_type="application/json")
    made.set_etag(tag(standard) if is_fixed(standard) else hashlib.sha256(content).hexdigest()[:32])
    made.headers["Cache-Control"] = "public, max-age=3600" if is_fixed(standard) else "public, no-cache"
    made.make_conditional(request)
    return made


def is_fixed(standard: Standard | None) -> bool:
    """Whether the text of a standard never changes again."""
    return standard is not None and standard.status in PUBLISHED


def tag(standard: Standard | None) -> str:
    """The tag of everything at one address in a published version."""
    said = f"{standard.identifier}:{standard.revision}:{standard.status}" if standard else ""
    return hashlib.sha256(f"{request.full_path}:{said}:{base()}".encode()).hexdigest()[:32]


def document_json(standard: Standard) -> dict[str, Any]:
    """A document as it stands alone: with the link to its package."""
    frame = Frame.of(standard, base())
    link = frame.link("CFPackages", standard.identifier, standard.title_zh)
    return {"caseVersion": "1.1", **object_json(objects.document_of(standard, base())), "CFPackageURI": link}


def _filtered(query: sa.Select[Standard]) -> sa.Select[Standard]:
    """The documents that ``filter`` lets through: one comparison, or several joined by AND or OR."""
    text = request.args.get("filter", "")
    if not text:
        return query
    parts = re.split(r"\s+(AND|OR)\s+", text)
    terms = [_term(part) for part in parts[::2]]
    joins = set(parts[1::2])
    if len(joins) > 1:
        raise BadQuery("invalid_selection_field", "filter")
    return query.where(sa.or_(*terms) if joins == {"OR"} else sa.and_(*terms))


def _term(text: str) -> sa.ColumnElement[bool]:
    found = TERM.fullmatch(text)
    if found is None or found[1] not in SORTS or found[1] in ("identifier", "lastChangeDateTime"):
        raise BadQuery("invalid_selection_field", "filter")
    return COMPARISONS[found[2]](SORTS[found[1]], found[3])


def _sorted(query: sa.Select[Standard]) -> sa.Select[Standard]:
    name = request.args.get("sort", "")
    if name and name not in SORTS:
        raise BadQuery("invalid_sort_field", "sort")
    if not name:
        return query.order_by(Standard.code)
    column = SORTS[name]
    return query.order_by(column.desc() if request.args.get("orderBy") == "desc" else column.asc(), Standard.code)


def _fields() -> set[str]:
    asked = {name for part in request.args.getlist("fields") for name in part.split(",") if name}
    if asked - FIELDS:
        raise BadQuery("invalid_selection_field", "fields")
    return asked or FIELDS


def _number(name: str, default: int, least: int) -> int:
    text = request.args.get(name, str(default))
    if not text.isdecimal() or len(text) > 9 or int(text) < least:
        raise BadQuery("invalid_selection_field", name)
    return int(text)


def _page_links(total: int, limit: int, offset: int) -> str:
    """The Link header: the next, previous, first and last page, as far as there are any."""
    last = max(0, (total - 1) // limit * limit)
    pages = {"first": 0, "last": last}
    pages |= {"next": offset + limit} if offset + limit < total else {}
    pages |= {"prev": max(0, offset - limit)} if offset else {}
    others = [(name, value) for name, value in request.args.items(multi=True) if name not in ("limit", "offset")]
    return ", ".join(
        f'<{base()}{request.path}?{urlencode([*others, ("limit", limit), ("offset", start)])}>; rel="{rel}"'
        for rel, start in pages.items()
    )


@api.get("/CFDocuments")
@needs(Permission.PUBLIC)
def documents() -> ResponseReturnValue:
    """The frameworks, page by page."""
    limit, offset, fields = min(_number("limit", 100, 1), MOST), _number("offset", 0, 0), _fields()
    query, session = _filtered(frameworks.documents()), db.session()
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    found = session.scalars(_sorted(query).limit(limit).offset(offset))
    listed = [document_json(standard) for standard in found]
    made = answer({"CFDocuments": [{name: one[name] for name in one if name in fields} for one in listed]})
    made.headers["X-Total-Count"] = str(total)
    made.headers["Link"] = _page_links(total, limit, offset)
    return made


@api.get("/CFDocuments/<source>")
@needs(Permission.PUBLIC)
def document(source: str) -> ResponseReturnValue:
    """A framework without its items."""
    standard = frameworks.standard(db.session(), own(source))
    return answer(document_json(standard), standard)


@api.get("/CFPackages/<source>")
@needs(Permission.PUBLIC)
def package(source: str) -> ResponseReturnValue:
    """A framework with all that belongs to it; not made anew for whoever has the published version."""
    standard = frameworks.standard(db.session(), own(source))
    if is_fixed(standard) and request.if_none_match.contains(tag(standard)):
        return answer({}, standard)
    return answer(as_json(exporting.package_of(db.session(), standard, base=base()))[0], standard)


def _in_document(found: Answer) -> dict[str, Any]:
    """An item or association as it stands alone: with the link to its document."""
    frame = Frame.of(found.standard, base())
    link = {"title": frame.title, "identifier": str(frame.document), "uri": frame.uri}
    return {**object_json(found.found), "CFDocumentURI": link}


@api.get("/<any(CFItems, CFAssociations):kind>/<source>")
@needs(Permission.PUBLIC)
def one(kind: str, source: str) -> ResponseReturnValue:
    """An item or an association."""
    found = frameworks.LOOK_UPS[kind](db.session(), own(source), base=base())
    return answer(_in_document(found), found.standard)


@api.get("/CFItemAssociations/<source>")
@needs(Permission.PUBLIC)
def item_associations(source: str) -> ResponseReturnValue:
    """An item with all its associations; those that other documents add may come later."""
    found = frameworks.item_associations(db.session(), own(source), base=base())
    return answer({"CFItem": _in_document(found), "CFAssociations": [object_json(link) for link in found.more]})


@api.get("/<any(CFConcepts, CFSubjects, CFItemTypes, CFLicenses, CFAssociationGroupings, CFRubrics):kind>/<source>")
@needs(Permission.PUBLIC)
def part(kind: str, source: str) -> ResponseReturnValue:
    """A definition or rubric; where CASE has sets, those below it come with it."""
    found = frameworks.part(db.session(), kind, own(source), base=base())
    if kind in SETS:
        return answer({kind: [object_json(each) for each in (found.found, *found.more)]}, found.standard)
    return answer(object_json(found.found), found.standard)
