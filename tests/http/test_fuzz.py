"""Requests made up from the document, good and bad, by every kind of caller: never a 5xx, nothing undeclared (R08)."""

import math
import random
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, reject, seed, settings
from hypothesis import strategies as st
from requests import Session

from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.http.openapi import document
from punchcard.http.routes import ROUTES
from punchcard.wire import decode, encode
from tests.http.conftest import BODIES, Furnished, furnish
from tests.http.described import Described
from tests.promptly import promptly
from tests.shop import Shop
from tests.sizes import REQUESTS_A_SECOND, SEED, count_of, done

WITHOUT_ROUTE = (
    "GET /livez", "GET /readyz", "GET /version", "GET /metrics", "GET /openapi.json", "GET /problems/{code}",
    "POST /oauth/token", "POST /v1/oauth/token",
)  # fmt: skip
LABELS = [*(f"{route.method} {route.path}" for route in ROUTES if not route.streams), *WITHOUT_ROUTE]
REQUESTS = count_of("R08 requests", REQUESTS_A_SECOND)
BODILY = [pair for pair in BODIES if pair[0] != "DELETE"]
# A quarter of R08's requests are made up from the document, which takes long; the others are good bodies with
# something wrong, which get further.
EXAMPLES = math.ceil(REQUESTS / 4 / len(LABELS))
MUTANTS = math.ceil(REQUESTS * 3 / 4 / len(BODILY))
FUZZED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


pytestmark = pytest.mark.figure(name="R08")


@cache
def schema() -> Any:
    """Return the document as that reads it which makes requests up."""
    import schemathesis  # noqa: PLC0415 - a second of work, in each process that only looks which tests there are

    return schemathesis.openapi.from_dict(decode(encode(document(route for route in ROUTES if not route.streams))))


@cache
def operations() -> dict[str, Any]:
    """Return what can be called, by method and path."""
    found = (result.ok() for result in schema().get_all_operations())
    return {operation.label: operation for operation in found}


def test_every_operation_is_tried() -> None:
    """R08: the list of what is called is the document's."""
    assert sorted(LABELS) == sorted(operations())


@pytest.fixture(scope="module")
async def playground(db: Db, server: str) -> AsyncIterator[tuple[Furnished, list[dict[str, str]]]]:
    """Make a shop with one of everything, and the headers of each kind of caller."""
    with Shop(server, await create_tenant(db, "A shop for noise")) as shop:
        furnished = await furnish(db, shop, "noise")
        key = {"X-Api-Key": str(shop.tenant.api_key)}
        bearers = (shop.token, shop.token, shop.user_token(shop.user()), shop.secret())
        callers = [{}, key, *(key | {"Authorization": f"Bearer {bearer}"} for bearer in bearers)]
        yield furnished, callers


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """Keep the connection: opening one takes as long as the request."""
    with Session() as opened:
        yield opened


@st.composite
def cases(draw: st.DrawFn, operation: Any) -> Any:
    """Make a request up, good or bad.

    Of a schema that may be within itself some bad forms have no end, and what makes requests up never comes back from
    them: such a one is no request.
    """
    from schemathesis import GenerationMode  # noqa: PLC0415 - as above

    try:
        return draw(
            st.one_of([operation.as_strategy(mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)])
        )
    except RecursionError:
        return reject()


@pytest.mark.parametrize("label", LABELS)
def test_noise_is_answered_as_described(
    label: str, described: Described, playground: tuple[Furnished, list[dict[str, str]]], session: Session
) -> None:
    """R08: whatever is sent, the answer's status, media type and form are in the document, and it comes in time."""
    furnished, callers = playground
    operation = operations()[label]

    @seed(SEED)
    @FUZZED
    @given(case=cases(operation), caller=st.sampled_from(callers), is_known=st.booleans())
    def send(case: Any, caller: dict[str, str], is_known: bool) -> None:  # noqa: FBT001 - drawn
        collection = operation.path.removeprefix("/v1/").partition("/")[0]
        if is_known and case.path_parameters and collection in furnished.ids:
            case.path_parameters = dict.fromkeys(case.path_parameters, furnished.ids[collection])
        case.headers = {
            name: value
            for name, value in (case.headers or {}).items()
            if name.lower() not in {"authorization", "x-api-key"}
        }
        done["R08 requests"] += 1
        answer = promptly(lambda: case.call(base_url=furnished.shop.address, headers=caller, session=session))
        headers = {name.lower(): values[0] for name, values in answer.headers.items()}
        described.judge(operation.method.upper(), operation.path, answer.status_code, headers, answer.text)

    send()


STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**31, 2**63, 10**30, -(10**308), 1e-9, "", " ", "a", "0", "-1", "true", "null",
    "NaN",
    "\u202e", "'", "x" * 300, "x" * 5_000, "2026-03-01", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "*", "%s",
    [], [[]], [None], {}, {"": ""}, {"id": None}, {"$ref": "#"}, {"type": "object"}, [1] * 300, {"a": {"b": {"c": []}}},
    "00000000-0000-4000-8000-000000000000", "https://x.example", "a@example.org", "POINTS", "SUM", "RS256", "VOUCHER",
)  # fmt: skip
GOOD: dict[tuple[str, str], Any] = {
    ("POST", "/v1/event_types/"): {
        "name": "ANOTHER_TYPE", "description": "Another", "isPrivate": True, "isActive": True,
        "omitFromUserActivity": False, "enhancers": [], "metaTypeMappings": [],
        "schema": {"type": "object", "properties": {"a": {"type": "integer", "minimum": 0}}, "required": ["a"]},
    },
    ("POST", "/v1/event_reactors/"): {
        "name": "Another", "description": "Another", "eventType": {"id": "VISITED_SHOP"}, "maxActivations": 3,
        "activationContext": "TENANT", "constraint": {"properties": {"a": {"minimum": 1}}},
        "effectivity": {"start": "2020-01-01", "end": "2099-01-01T00:00:00Z"},
        "reactions": [{"type": "POINTS", "points": {
            "operation": "PRODUCT", "max": 100, "roundingDirection": "UP", "roundingUnit": 5,
            "arguments": [{"type": "NUMBER", "value": "1.5"}, {"type": "JSON_VALUE", "value": "a.b"},
                          {"operation": "SUM", "arguments": [{"type": "NUMBER", "value": 2}]}],
        }}],
    },
    ("POST", "/v1/users/"): {
        "authIdentifier": "x", "externalIdentifier": "y", "isRestricted": False,
        "profile": {
            "givenName": "A", "familyName": "B", "emailAddress": "a@example.org", "gender": "OTHER", "country": "CH",
            "birthdate": "1990-02-28", "city": "Basel", "postcode": "4000", "streetAddress": "X 1", "region": "BS",
            "telephoneNumber": "+41", "pictureUrl": "https://x.example/a.png", "attributes": {"a": 1},
        },
    },
    ("POST", "/v1/rewards/"): {
        "type": "VOUCHER", "name": "A cup", "price": 1, "purchasable": True, "stockCapacity": 5, "value": 3,
        "availability": {"start": "2020-01-01", "end": "2099-01-01"}, "priority": 1,
        "details": {"en": {"name": "A mug"}},
        "description": "A cup", "summary": "s", "terms": "t", "pictureUrl": "https://x.example/a.png",
        "defaultLocale": "de",
    },
}  # fmt: skip


def mutated(chance: random.Random, node: Any) -> Any:
    """Return a copy with one thing changed: replaced, left out, added or doubled."""
    if not isinstance(node, (dict, list)) or not node or chance.random() < 0.1:
        return chance.choice(STRANGE)
    if isinstance(node, list):
        place = chance.randrange(len(node))
        return [*node[:place], mutated(chance, node[place]), *node[place + 1 :]]
    name = chance.choice(list(node))
    kind = chance.random()
    if kind < 0.1:
        return {key: value for key, value in node.items() if key != name}
    if kind < 0.2:
        return node | {chance.choice(("x", "id", "tenantId", name + " ", "")): chance.choice(STRANGE)}
    return node | {name: mutated(chance, node[name])}


@pytest.mark.parametrize(("method", "path"), BODILY)
def test_almost_good_bodies_are_answered_as_described(
    method: str, path: str, described: Described, playground: tuple[Furnished, list[dict[str, str]]]
) -> None:
    """R08: a good body with one thing wrong, up to three times over, by an administrator on things that exist."""
    furnished, _ = playground
    chance = random.Random(f"{SEED} {method} {path}")
    for _ in range(MUTANTS):
        body = GOOD.get((method, path)) or GOOD.get(("POST", path.partition("{")[0])) or furnished.body(method, path)
        for _ in range(chance.randint(1, 3)):
            body = mutated(chance, body)
        done["R08 requests"] += 1
        sent = encode(body)
        answer = promptly(lambda sent=sent: furnished.shop.call(method, furnished.path(path), sent))  # type: ignore[misc]
        described.require(method, path, answer)


def test_the_shop_goes_on(playground: tuple[Furnished, list[dict[str, str]]]) -> None:
    """R08: nothing of all that was taken keeps the shop from creating a type and recording an event."""
    shop = playground[0].shop
    shop.event_type("AFTER_THE_NOISE", schema=None)
    shop.done("PATCH", "/v1/tenant/", {"profileSchema": None})  # what the noise may have asked of those who register
    required = [
        {"type": {"id": one["id"]}, "checked": True} for one in shop.done("GET", "/v1/consent_types/?limit=1000")
    ]
    user = shop.user(consentsDefinition=required)
    shop.done("POST", "/v1/events", {"type": "AFTER_THE_NOISE", "subject": user["id"]})
