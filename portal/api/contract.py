"""The only way into and out of the API: bodies are checked, answers have a shape, both are described."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from portal.errors import problem

View = Callable[..., Any]


def _has_nul(value: Any) -> bool:
    """Whether a text, or one of the texts of a list, has a NUL character."""
    if isinstance(value, list):
        return any(isinstance(part, str) and "\0" in part for part in value)
    return isinstance(value, str) and "\0" in value


class In(BaseModel):
    """The base of bodies: fields nobody knows are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def no_nul(cls, sent: Any) -> Any:
        """PostgreSQL stores no NUL and fails when asked for one; nobody's keyboard has it."""
        if isinstance(sent, dict) and any(map(_has_nul, sent.values())):
            raise ValueError("a text has a NUL character")
        return sent


class Out(BaseModel):
    """The base of answers."""


@dataclass(frozen=True)
class Contract:
    """What an operation takes and gives."""

    out: type[BaseModel]
    body: type[BaseModel] | None
    status: int


def contract(out: type[BaseModel], *, body: type[BaseModel] | None = None, status: int = 200) -> Callable[[View], View]:
    """Check the body before the view and shape the answer after it; the view gets the body as ``body``.

    A body of the wrong shape is answered with 422 and the fields that are wrong.
    """

    def bind(view: View) -> View:
        @wraps(view)
        def run(**given: Any) -> Response:
            try:
                if body is not None:
                    given["body"] = body.model_validate_json(request.get_data() or b"null")
            except ValidationError as error:
                return _malformed(error)
            answer: BaseModel = view(**given)
            return Response(answer.model_dump_json(), status=status, content_type="application/json")

        run.contract = Contract(out, body, status)  # type: ignore[attr-defined]
        return run

    return bind


def contract_of(view: View) -> Contract | None:
    """The contract of a view, if it has one."""
    found = getattr(view, "contract", None)
    return found if isinstance(found, Contract) else None


def _malformed(error: ValidationError) -> Response:
    detail = _("The request does not have the shape this address takes; nothing was stored.")
    return problem(422, "invalid_body", detail, fields=_fields(error))


def _fields(error: ValidationError) -> list[dict[str, str]]:
    """Where the body is wrong and why."""
    return [
        {"field": ".".join(str(part) for part in fault["loc"]), "message": _message(fault)}
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def _message(fault: Mapping[str, Any]) -> str:
    kind = str(fault["type"])
    if kind == "missing":
        return str(_("This field is missing."))
    if kind == "extra_forbidden":
        return str(_("There is no such field."))
    if kind == "json_invalid":
        return str(_("The body is not JSON."))
    return str(_("This value does not fit: %(reason)s", reason=fault["msg"]))
