"""Every path of the reference up to and including "Tenant" answers with its shape; what does not is in one table.

The table is docs/reference/compatibility.md. Whether an operation does what it says, the tests of its package ask; what
every operation answers to every caller, test_authorization.py.
"""

import re
from typing import Any
from uuid import UUID

import pytest

from docs import generate
from punchcard.commands.on_behalf import NOT_COMMANDED
from punchcard.rewards.definitions import OTHER_TYPES
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


USER, OTHER = "/v1/users/{user}", str(UUID(int=7))
REWARD = {
    "type": "VOUCHER", "name": "A cup", "price": 1, "purchasable": True, "availability": {"start": "2020-01-01"},
    "details": {},
}  # fmt: skip
REACTOR = {"name": "A reactor", "eventType": "PURCHASED_COFFEE", "reactions": []}
TYPE = {"name": "SEEN", "description": "A type", "isPrivate": True}
CRITERIA = {"criteriaFormat": "JSONATA", "criteriaJsonata": "$x", "triggerFrequency": "DAILY"}
AUDIENCE = {"name": "Some", "description": "Some of them", "isActive": True, "criteriaDefinition": CRITERIA}
OF_SUPPLIERS = (
    "fidelBrandId", "fidelOfferId", "schemes", "minTransactionAmount", "maxTransactionAmount", "returnPeriod",
    "qualifiedTransactionsLimit", "dynamicUrl", "productCode", "denomination", "margin", "productId",
)  # fmt: skip
REFUSED = [
    *(("/v1/event_reactors/", {**REACTOR, name: True}, f"/{name}", name) for _, name in sorted(FIELDS_REFUSED)),
    (
        "/v1/event_reactors/", {**REACTOR, "reactions": [{"type": "HANDLER", "handler": "REFERRAL_TRANCHE_STATUS"}]},
        "/reactions/0/handler", "REFERRAL_TRANCHE_STATUS",
    ),
    (
        "/v1/event_reactors/", {**REACTOR, "constraint": {"$ref": "https://example.org/a.json"}}, "/constraint",
        "$ref",
    ),
    *(("/v1/rewards/", {**REWARD, "type": name}, "/type", "VOUCHER") for name in OTHER_TYPES),
    *(("/v1/rewards/", {**REWARD, name: 1}, f"/{name}", name) for name in OF_SUPPLIERS),
    *(
        (f"{USER}/redemptions", {"resource": {"type": name, "id": OTHER}}, "/resource/type", name)
        for name in ("WEGIFT_PRODUCT", "OLIVE_OFFER", "XOXO_PRODUCT")
    ),
    *((f"{USER}/commands", {"type": name}, "/type", name) for name in NOT_COMMANDED),
    *(("/v1/event_types/", {**TYPE, "enhancers": [name]}, "/enhancers", name) for name in ("CODE_POOL", "TEST")),
    ("/v1/audiences/", AUDIENCE, "/criteriaDefinition/criteriaFormat", "JSONATA"),
]  # fmt: skip
"""A body that is refused, where, and the word by which the table of the docs names it."""


def test_what_is_refused_on_purpose_stands_in_the_table(shop: Shop) -> None:
    """Each answer points at what is refused and says what to do, and the one table of the docs names it."""
    table = COMPATIBILITY.read_text().partition("## Refused")[2].partition("## Another meaning")[0]
    user = shop.cafe()
    guessing = {"configuration": {"enableUserGenderGuessing": True}}
    calls = [("POST", *one) for one in REFUSED]
    calls.append(("PATCH", "/v1/tenant/", guessing, "/configuration/enableUserGenderGuessing", "configuration"))
    for method, path, body, pointer, word in calls:
        answer = shop.call(method, path.format(user=user["id"]), body)
        (fault,) = answer.json()["errors"]
        assert (answer.status_code, fault["pointer"]) == (422, pointer), answer.text
        assert len(fault["detail"]) > len("Write a value."), answer.text
        assert f"`{word}" in table, (path, word)
