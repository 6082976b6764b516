"""The OpenAPI document: valid, complete, and true of what is served."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from punchcard.errors import catalogue
from punchcard.http.routes import ROUTES
from tests.http.described import Described
from tests.shop import Shop


def everywhere(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a document."""
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from everywhere(child)
    elif isinstance(node, list):
        for child in node:
            yield from everywhere(child)


def test_it_is_valid_openapi_3_1(described: Described) -> None:
    """The document satisfies the OpenAPI Initiative's own schema of version 3.1."""
    from schemathesis.specs.openapi.definitions import OPENAPI_31  # noqa: PLC0415 - as in test_fuzz

    validator = jsonschema_rs.Draft202012Validator(OPENAPI_31, offline=True)
    assert [
        f"{fault.instance_path}: {fault.message[:200]}" for fault in validator.iter_errors(described.document)
    ] == []
    assert described.document["openapi"].startswith("3.1.")


def test_its_schemas_are_json_schemas(described: Described) -> None:
    """Every component is a valid JSON Schema 2020-12, and every reference leads somewhere."""
    schemas = described.document["components"]["schemas"]
    for schema in schemas.values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
    references = {node["$ref"] for node in everywhere(described.document) if isinstance(node.get("$ref"), str)}
    assert references == {f"#/components/schemas/{name}" for name in schemas}


def test_every_route_is_described(described: Described) -> None:
    """The document has every operation of the route table, under an operationId and with a summary of its own."""
    assert {(route.method, route.path) for route in ROUTES} <= set(described.operations)
    rest = set(described.operations) - {(route.method, route.path) for route in ROUTES}
    assert rest == {
        ("POST", "/oauth/token"), ("POST", "/v1/oauth/token"), ("GET", "/livez"), ("GET", "/readyz"),
        ("GET", "/version"), ("GET", "/metrics"), ("GET", "/openapi.json"), ("GET", "/problems/{code}"),
    }  # fmt: skip
    ids = [operation["operationId"] for operation in described.operations.values()]
    assert len(set(ids)) == len(ids)
    for (_, path), operation in described.operations.items():
        assert operation["summary"]
        inside = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"}
        assert inside == set(re.findall(r"{(\w+)}", path))


def test_what_is_described_is_served_and_nothing_else(described: Described, shop: Shop) -> None:
    """Each path takes the methods of the document, with and without a slash at its end, and no other method."""
    for path, methods in described.document["paths"].items():
        concrete = re.sub(r"{\w+}", "00000000-0000-4000-8000-000000000000", path)
        allowed = {method.upper() for method in methods}
        for form in (concrete.rstrip("/"), concrete.rstrip("/") + "/"):
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
                answer = shop.http.request(method, form)
                if method in allowed:
                    assert answer.status_code != 405, (method, form)
                    assert "no such path" not in answer.text, (method, form)
                else:
                    assert answer.status_code == 405, (method, form)
                    assert set(answer.headers["allow"].split(", ")) == allowed


def test_it_says_how_callers_identify_themselves(described: Described) -> None:
    """Every operation under /v1 asks for key and token, but for the one that gives tokens; the operators' for none."""
    schemes = described.document["components"]["securitySchemes"]
    assert schemes["apiKey"] | {"description": ""} == {
        "type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "",
    }  # fmt: skip
    assert schemes["bearer"]["scheme"] == "bearer"
    default = described.document["security"]
    assert default == [{"apiKey": [], "bearer": []}]
    for (_, path), operation in described.operations.items():
        is_open = not path.startswith("/v1/") or path.endswith("/oauth/token")
        assert operation.get("security", default) == ([{}] if is_open else default), path


def test_bodies_are_closed(described: Described) -> None:
    """No request body takes a field that is not named, wherever it is an object of ours."""
    schemas = described.document["components"]["schemas"]
    named = [name for name in schemas if name.endswith(("Definition", "Patch", "Change", "Command"))]
    assert len(named) > 10
    objects = [name for name in named if schemas[name]["type"] == "object"]  # one is an array of another
    assert [name for name in objects if schemas[name].get("additionalProperties") is not False] == []


def test_every_problem_has_a_page(described: Described, shop: Shop) -> None:
    """Each code of the document's Problem leads to a text under its `type`."""
    codes = described.document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert codes == sorted({kind.code for kind in catalogue()})
    for code in codes:
        answer = shop.http.get(f"/problems/{code}")
        assert answer.status_code == 200
        assert code in answer.text


def test_the_operators_endpoints_answer_as_described(described: Described, shop: Shop) -> None:
    """Health, version, metrics, the document itself and tokens have the described form."""
    for path in ("/livez", "/readyz", "/version", "/metrics", "/openapi.json"):
        described.require("GET", path, shop.http.get(path))
    described.require("GET", "/problems/{code}", shop.http.get("/problems/not_found"))
    described.require("GET", "/problems/{code}", shop.http.get("/problems/nothing"))
    asked = {
        "grant_type": "client_credentials", "client_id": shop.tenant.client_id,
        "client_secret": shop.tenant.client_secret, "audience": "https://x.example", "scope": "a b",
    }  # fmt: skip
    for path in ("/oauth/token", "/v1/oauth/token"):
        described.require("POST", path, shop.http.post(path, json=asked))
        described.require("POST", path, shop.http.post(path, data=asked))
        described.require("POST", path, shop.http.post(path, json=asked | {"client_secret": "x"}))
        described.require("POST", path, shop.http.post(path, json={}))
