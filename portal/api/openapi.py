"""The description of the API, generated from the contracts of its views, and a page to read it on."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from portal.access import Permission, declared, needs
from portal.api.contract import Contract, Out, contract_of

api = Blueprint("api_docs", __name__, url_prefix="/api")

REFERENCE = "#/components/schemas/{model}"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PLACE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
TEXT = {"type": "string"}
TYPES = {"uuid": {"type": "string", "format": "uuid"}, "int": {"type": "integer"}}
JSON, PROBLEM_JSON = "application/json", "application/problem+json"


class Problem(Out):
    """Why a request was refused (RFC 9457); ``fields`` where the body is malformed."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    fields: list[dict[str, str]] | None = None


@dataclass(frozen=True)
class Operation:
    """One method at one address."""

    method: str
    path: str
    name: str
    tag: str
    summary: str
    permission: Permission
    contract: Contract
    parameters: tuple[tuple[str, dict[str, str]], ...]


def operations() -> Iterator[Operation]:
    """Every view under a contract, by path and method."""
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = current_app.view_functions[rule.endpoint]
        contract = contract_of(view)
        if contract is None:
            continue
        parameters = tuple((name, TYPES.get(kind, TEXT)) for kind, name in PLACE.findall(rule.rule))
        for method in METHODS:
            if method in (rule.methods or ()):
                yield Operation(
                    method=method,
                    path=PLACE.sub(r"{\2}", rule.rule),
                    name=rule.endpoint.replace(".", "_"),
                    tag=rule.endpoint.partition(".")[0].removeprefix("api_"),
                    summary=(inspect.getdoc(view) or "").partition("\n")[0],
                    permission=declared(view) or Permission.PUBLIC,
                    contract=contract,
                    parameters=parameters,
                )


def describe() -> dict[str, Any]:
    """The API by OpenAPI 3.1."""
    listed = list(operations())
    models: dict[type[BaseModel], None] = {Problem: None}
    for each in listed:
        models.update(dict.fromkeys(m for m in (each.contract.body, each.contract.out) if m is not None))
    _, schemas = models_json_schema([(model, "validation") for model in models], ref_template=REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for each in listed:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Zhixun", "version": "1"},
        "servers": [{"url": current_app.config["PUBLIC_URL"]}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(each: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.summary,
        "tags": [each.tag],
        "security": [] if each.permission is Permission.PUBLIC else [{"bearer": []}],
        "responses": {
            str(each.contract.status): {"description": "The answer", "content": _content(each.contract.out, JSON)},
            "default": {"description": "A refusal", "content": _content(Problem, PROBLEM_JSON)},
        },
    }
    if each.parameters:
        described["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": schema} for name, schema in each.parameters
        ]
    if each.contract.body is not None:
        described["requestBody"] = {"required": True, "content": _content(each.contract.body, JSON)}
    return described


def _content(model: type[BaseModel], kind: str) -> dict[str, Any]:
    return {kind: {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}}


@api.get("/v1/openapi.json")
@needs(Permission.PUBLIC)
def document() -> ResponseReturnValue:
    """The description for programs."""
    return jsonify(describe())


@api.get("/docs")
@needs(Permission.PUBLIC)
def docs() -> ResponseReturnValue:
    """The description for people."""
    schemas, listed = describe()["components"]["schemas"], list(operations())
    tops = [model for each in listed for model in (each.contract.body, each.contract.out) if model]
    shown = {model.__name__ for model in tops}
    return render_template("api/docs.html", operations=listed, schemas=schemas, shown=shown, shape=_shape)


def _shape(schema: dict[str, Any]) -> str:
    """The kind of a value in few words: string, array of ItemOut, integer or null."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_shape(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_shape(schema['items'])}]"
    form = f" ({schema['format']})" if "format" in schema else ""
    return f"{schema.get('type', 'any')}{form}"
