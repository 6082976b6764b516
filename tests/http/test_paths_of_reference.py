"""Every path of the reference up to and including "Tenant" answers with its shape; what does not is in one table.

The table is docs/reference/compatibility.md. Whether an operation does what it says, the tests of its package ask; what
every operation answers to every caller, test_authorization.py.
"""

import re
from typing import Any

import pytest

from docs import generate
from tests.http.described import Described
from tests.http.reference import BODIES, CREATED, PATHS
from tests.shop import Shop

NOT_YET: dict[str, str] = {
    # path: since when it is missing. One that answers by now makes the test fail, so that the list shrinks by itself.
}

FIELDS_REFUSED = {
    ("EventReactorDefinition", "isLocked"),
    ("EventReactorDefinition", "ownerId"),
    ("EventReactorDefinition", "ownerType"),
}
"""Fields of bodies that are refused on purpose; compatibility.md says why."""

CALLS = [line for line in PATHS.split("\n") if line]
COMPATIBILITY = generate.REFERENCE / "compatibility.md"


def taken_apart(call: str) -> tuple[str, str, str, str]:
    """Return the method, path, query and body of a line."""
    head, _, body = call.partition(" < ")
    head, _, query = head.partition(" ? ")
    method, path = head.split(" ")
    return method, path, query, body


def plain(path: str) -> str:
    """Return a path whatever its parameters are called, without a slash at its end."""
    return re.sub(r"\{\w+\}", "{}", path.removeprefix("/v1").rstrip("/"))


def fields_of(body: str) -> list[str]:
    """Return the names of a body's fields."""
    lines = BODIES.replace("\n    ", " ").split("\n")
    return next(line.partition(": ")[2].split() for line in lines if line.startswith(f"{body}: "))


@pytest.fixture(scope="session")
def served(described: Described) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the operations that the running server describes, by method and plain path."""
    return {(method, plain(path)): operation for (method, path), operation in described.operations.items()}


@pytest.mark.parametrize("call", CALLS)
def test_a_path_of_the_reference_answers(
    call: str, served: dict[tuple[str, str], dict[str, Any]], described: Described
) -> None:
    """It is described with the reference's status, envelope, query and fields; what is not there yet is not served."""
    method, path, query, body = taken_apart(call)
    operation = served.get((method, plain(path)))
    name = f"{method} {path}"
    if name in NOT_YET:
        assert operation is None, f"{name} answers by now: take it off NOT_YET"
        return
    assert operation is not None, f"{name} is not served"
    status = "201" if method == "POST" and path in CREATED else "200"
    envelope = operation["responses"][status]["content"]["application/json"]["schema"]
    for one in envelope.get("oneOf", [envelope]):
        assert one["properties"]["status"] == {"const": "success"}
        assert "data" in one["properties"]
    asked = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}
    if method == "GET" and "list" in query.split(", "):
        assert {"limit", "skip", "order", "filter"} <= asked
        assert envelope["properties"]["data"]["type"] == "array"
    named = {one for one in ("locale", "completelySkipInvisible") if one in query}
    assert named - asked == NOT_ASKED.get(name, set()), "a parameter is missing, or the list is out of date"
    if body:
        require_fields(body, operation, described)


NOT_ASKED: dict[str, set[str]] = {
    "GET /users/{userId}/wallet": {"locale"},  # a wallet has no words in it
}
"""Parameters without a meaning here; compatibility.md says so. One that is taken by now makes the test fail."""


def require_fields(body: str, operation: dict[str, Any], described: Described) -> None:
    """Require that an operation's body has the reference's fields, but for those that are refused on purpose."""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    if "$ref" in schema:
        schema = described.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    fields = {(body, field) for field in fields_of(body)}
    missing = {field for field in fields if field[1] not in schema["properties"]}
    assert missing == fields & FIELDS_REFUSED, "a field is missing, or a list is out of date"


def test_both_forms_of_a_path_answer_alike(shop: Shop) -> None:
    """With a slash at its end and without, whatever the reference writes."""
    for path in ("/v1/event_types", "/v1/tenant", "/v1/users", "/v1/rewards", "/v1/settings"):
        assert shop.call("GET", path).json() == shop.call("GET", path + "/").json()


def test_what_is_refused_on_purpose_stands_in_the_table(shop: Shop) -> None:
    """The table of the docs names each refused field, and the answer says what to do about it."""
    text = COMPATIBILITY.read_text()
    for body, field in FIELDS_REFUSED:
        assert f"`{field}`" in text, (body, field)
    shop.event_type()
    given = {"name": "A reactor", "eventType": "PURCHASED_COFFEE", "reactions": [], "isLocked": True}
    refused = shop.call("POST", "/v1/event_reactors/", given)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/isLocked"
