"""The description of the API agrees with the API."""

import re

from flask import Flask
from flask.testing import FlaskClient

from portal.api.contract import contract_of


def test_every_operation_under_a_contract_is_described(app: Flask, client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").json
    assert described

    endpoints = {end for end, view in app.view_functions.items() if contract_of(view)}
    operations = [each for path in described["paths"].values() for each in path.values()]
    assert {each["operationId"] for each in operations} == {end.replace(".", "_") for end in endpoints}
    assert "/api/v1/exam/attempts/{attempt_id}/responses" in described["paths"]


def test_every_reference_leads_to_a_schema(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.json

    wanted = set(re.findall(r'"#/components/schemas/(\w+)"', answer.text))
    assert wanted <= set(answer.json["components"]["schemas"])


def test_what_needs_a_token_says_so(client: FlaskClient) -> None:
    paths = (client.get("/api/v1/openapi.json").json or {})["paths"]

    assert paths["/api/v1/exam/sign-in"]["post"]["security"] == []
    assert paths["/api/v1/exam/attempt"]["post"]["security"] == [{"bearer": []}]


def test_people_can_read_the_description(client: FlaskClient) -> None:
    page = client.get("/api/docs?lang=en").text

    assert "POST /api/v1/exam/attempt" in page
    assert "idempotency_key" in page
