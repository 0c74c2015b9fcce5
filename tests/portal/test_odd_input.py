"""Odd input: what nobody types, but somebody sends, is answered, never a fault of ours."""

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from uuid import uuid4

import pytest
from flask import Flask
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from portal import forms
from portal.access import Role
from portal.forms.base import trim
from portal.forms.marking import MarksField
from tests.make import Make
from tests.portal.conftest import SignIn
from training_base.centers.rules import StaffDuty

HUGE = str(10**30)
QUERIES = (
    {"page": "0"},
    {"page": "-1"},
    {"page": HUGE},
    {"page": "x", "sort": "--name", "lang": "xx"},
    {"level": HUGE, "status": "none", "kind": "none", "when": "none", "phase": "none", "center": "none"},
    {"q": "a\x00b", "text": "\x00", "deed": "\x00", "actor": "\x00", "subject": "\x00", "k": "\x00", "name": "\x00"},
    {"q": "%_\\'\"", "text": "%", "area": "9.9", "unit": "\x00", "session": "\x00", "cohort": "\x00", "course": "\x00"},
)
ODD = {"UUIDConverter": str(uuid4()), "IntegerConverter": HUGE, "AnyConverter": "csv"}


def readable(app: Flask) -> Iterator[str]:
    """The addresses of all that can be read, with odd values in the path."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            path = rule.rule
            for name, converter in rule._converters.items():
                path = re.sub(rf"<[^<>]*\b{name}>", ODD.get(type(converter).__name__, "x%00y"), path)
            yield path


@pytest.mark.parametrize("query", QUERIES)
def test_no_odd_address_is_a_fault(app: Flask, sign_in: SignIn, make: Make, query: dict[str, str]) -> None:
    browser = sign_in(*StaffDuty, at=make.center(), roles=tuple(Role))

    for path in readable(app):
        assert browser.get(path, query_string=query).status_code < 500, path


def test_no_odd_sign_in_is_a_fault(app: Flask, sign_in: SignIn, make: Make) -> None:
    browser = app.test_client()

    assert browser.post("/sign-in", data={"sign_in_name": "a\x00@b.cn", "password": "x\x00"}).status_code == 200
    assert sign_in(roles=(Role.ADMINISTRATOR,)).get("/sign-in?next=//[").location == "/"
    body = {"admission_number": "1\x00", "access_code": "\x00"}
    assert browser.post("/api/v1/exam/sign-in", json=body).status_code < 500


@pytest.mark.parametrize(("typed", "kept"), [(" a\x00b\x1f ", "ab"), ("\x00 ", None), ("a\r\n\tb", "a\r\n\tb"), (7, 7)])
def test_text_is_kept_without_what_is_no_text(typed: object, kept: object) -> None:
    assert trim(typed) == kept


def test_a_text_that_is_required_is_more_than_blanks() -> None:
    """``trim`` makes None of blanks; ``InputRequired`` looks at what was sent and lets them through."""
    found = []
    for module in iter_modules(forms.__path__, "portal.forms."):
        for kind in vars(import_module(module.name)).values():
            if isinstance(kind, type) and issubclass(kind, Form):
                for name in dir(kind):
                    field = getattr(kind, name)
                    if getattr(field, "field_class", None) and issubclass(field.field_class, StringField):
                        validators = field.kwargs.get("validators", ())
                        if any(isinstance(one, InputRequired) for one in validators):
                            found.append(f"{kind.__name__}.{name}")
    assert not found


def test_a_wrong_choice_behind_a_blank_one_gives_no_role(sign_in: SignIn, make: Make) -> None:
    manager = sign_in(StaffDuty.MANAGER, at=make.center())

    answer = manager.post(
        "/accounts/new", data={"sign_in_name": "n@example.cn", "name": "新人", "roles": ["", Role.ADMINISTRATOR]}
    )

    assert answer.status_code == 200
    assert "/welcome/" not in answer.text


@pytest.mark.parametrize("typed", ["9e999999", "sNaN", "Infinity", "1e-9", "-1e400"])
def test_marks_that_are_no_marks_are_told(app: Flask, typed: str) -> None:
    class Sheet(Form):
        marks = MarksField()

    with app.test_request_context(method="POST", data={"marks": typed}) as context:
        sheet = Sheet(context.request.form)
        assert not sheet.validate()
