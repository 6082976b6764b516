"""What makes two events the same, and for how long: rows T18 to T20 and T26 to T28."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2 as httpx
import pytest

from punchcard.db.connection import Db
from punchcard.events import claims
from tests.shop import Shop, fixed

WINDOW_SECONDS = 60


def raw(shop: Shop, user: Any, payload: str) -> Any:
    """Report a visit whose payload is written as it is."""
    body = f'{{"type":"VISITED_SHOP","subject":"{user["id"]}","payload":{payload}}}'
    return shop.call("POST", "/v1/events", body.encode())


SAME = [
    ('{"a":1,"b":2}', '{"b":2,"a":1}'),
    ('{"a":{"x":1,"y":[{"p":1,"q":2}]}}', '{"a":{"y":[{"q":2,"p":1}],"x":1}}'),
    ('{"a":1}', '{ "a" :\\n 1 }'),
    ('{"a":1}', '{"a":1.0}'),
    ('{"a":1}', '{"a":1e0}'),
    ('{"a":100}', '{"a":1E+2}'),
    ('{"a":0.1}', '{"a":0.10}'),
    ('{"a":0.1}', '{"a":1e-1}'),
    ('{"a":0}', '{"a":-0.0}'),
    ('{"a":9007199254740993}', '{"a":9007199254740993.0}'),
    ('{"a":"é"}', '{"a":"\\u00e9"}'),
    ('{"a":"/"}', '{"a":"\\/"}'),
    ('{"a":"😀"}', '{"a":"\\ud83d\\ude00"}'),
]
DIFFERENT = [
    ('{"a":9007199254740993}', '{"a":9007199254740992}'),
    ('{"a":0.1}', '{"a":0.1000000000000000055511151231257827021181583404541015625}'),
    ('{"a":1e308}', '{"a":1.0000000000000001e308}'),
    ('{"a":"\\u00e9"}', '{"a":"e\\u0301"}'),
    ('{"a":"K"}', '{"a":"\\u212a"}'),
    ('{"a":1}', '{"a":"1"}'),
    ('{"a":1}', '{"a":true}'),
    ('{"a":0}', '{"a":false}'),
    ('{"a":null}', "{}"),
    ('{"a":[]}', '{"a":{}}'),
    ('{"a":[1,2]}', '{"a":[2,1]}'),
    ('{"a":""}', '{"a":null}'),
    ('{"a":"x"}', '{"A":"x"}'),
    ('{"a":"x"}', '{"a":"x "}'),
    ('{"a":"1","b":"2"}', '{"a":"1\\",\\"b\\":\\"2"}'),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_the_same_in_another_form_is_a_duplicate(door: Shop, first: str, second: str) -> None:
    """T19: the order of keys, white space, escapes and the form of a number make no other event."""
    user = door.user()
    original = raw(door, user, first).json()["data"]
    again = raw(door, user, second.replace("\\n", "\n"))
    assert (again.status_code, again.json()["title"]) == (409, "Event Already Exists")
    assert again.json()["event"] == {"id": original["id"], "reportedAt": original["reportedAt"]}
    assert 0 < again.json()["secondsLeft"] <= WINDOW_SECONDS
    assert 1 <= int(again.headers["retry-after"]) <= WINDOW_SECONDS


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_what_differs_is_another_event(door: Shop, first: str, second: str) -> None:
    """T18, T19: neighbouring numbers, composed and decomposed letters, types and the order of lists differ."""
    user = door.user()
    assert [raw(door, user, first).status_code, raw(door, user, second).status_code] == [200, 200]


def test_neither_time_nor_executor_is_part_of_the_identity(shop: Shop) -> None:
    """T20: the same payload with another occurredAt, executor or reporter is a duplicate."""
    shop.event_type()
    user = shop.user("ada")
    original = shop.report(user).json()["data"]["id"]
    others = [
        shop.report(user, occurredAt="2026-01-01T00:00:00Z"),
        shop.report(user, executor="till 4"),
        shop.report(user, bearer=shop.secret()),
        shop.report({"id": "ada"}),
    ]
    assert [(answer.status_code, answer.json()["event"]["id"]) for answer in others] == [(409, original)] * 4


def test_a_random_id_makes_it_another_event(shop: Shop) -> None:
    """T20: who means it twice says so in the payload."""
    shop.event_type()
    user = shop.user()
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"]}
    payloads = [{"total": 1, "randomId": number} for number in (1, 2, 1)]
    assert [shop.call("POST", "/v1/events", body | {"payload": payload}).status_code for payload in payloads] == [
        200, 200, 409,
    ]  # fmt: skip


def test_type_and_subject_are_part_of_the_identity(shop: Shop) -> None:
    """T20: the same payload for another type or another user is another event; no payload and {} are the same."""
    shop.event_type(schema=None)
    shop.event_type("RETURNED_COFFEE", schema=None)
    ada, bob = shop.user(), shop.user()

    def report(name: str, user: Any, **fields: Any) -> int:
        return shop.call("POST", "/v1/events", {"type": name, "subject": user["id"], **fields}).status_code

    first = [report("PURCHASED_COFFEE", ada), report("RETURNED_COFFEE", ada), report("PURCHASED_COFFEE", bob)]
    assert first == [200, 200, 200]
    assert report("PURCHASED_COFFEE", ada, payload={}) == 409
    assert report("PURCHASED_COFFEE", ada, payload=None) == 409


async def test_five_hundred_twins_at_once(shop: Shop) -> None:
    """T26: of 500 identical reports at once one is 200, and 499 are 409 that name it; the points are given once."""
    shop.event_type()
    shop.reactor(fixed(7))
    user = shop.user()
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 5}}
    headers = shop.headers()
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=shop.address, timeout=60, limits=limits) as client:
        answers = await asyncio.gather(*(client.post("/v1/events", json=body, headers=headers) for _ in range(500)))
    accepted = [answer.json()["data"]["id"] for answer in answers if answer.status_code == 200]
    assert len(accepted) == 1
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert [problem["event"]["id"] for problem in refused] == accepted * 499
    assert shop.done("GET", f"/v1/users/{user['id']}/wallet")["balance"] == 7


BORDER = [(0, True), (59.9, True), (59.999999, True), (60, False), (60.000001, False), (60.1, False)]


@pytest.mark.parametrize(("age", "is_duplicate"), [*BORDER, (-0.000001, False), (-3_600, False), (86_400, False)])
async def test_the_border_to_the_microsecond(db: Db, age: float, is_duplicate: bool) -> None:  # noqa: FBT001 - a case
    """T27: a claim refuses from its own moment until just before 60 s after; a clock set back makes no duplicate."""
    claim = (uuid4(), uuid4(), uuid4().bytes)
    start = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    async with db.transaction() as tx:
        assert await claims.claim(tx, [(claim, UUID(int=1))], start) == {}
        refused = await claims.claim(tx, [(claim, UUID(int=2))], start + timedelta(seconds=age))
    assert bool(refused) is is_duplicate


async def moved(owner: "asyncpg.Connection[Any]", shop: Shop, seconds: float) -> datetime:
    """Make the shop's claims so old, by the database's clock; return when they were made."""
    sql = "update claims set reported_at = clock_timestamp() - $2::interval where tenant_id = $1 returning reported_at"
    made: datetime = await owner.fetchval(sql, shop.tenant.tenant_id, timedelta(seconds=seconds))
    return made


async def test_the_window_over_http(shop: Shop, owner: "asyncpg.Connection[Any]") -> None:
    """T27: whatever the age of the original, 409 is answered up to 60 s and 200 from then on, as the answer tells."""
    shop.event_type()
    user = shop.user()
    seen = set()
    shop.report(user)
    for age in (1, 30, 59, 59.5, 59.7, 59.9, 59.95, 60.0, 60.1, 61, 3_600):
        made = await moved(owner, shop, age)
        answer = shop.report(user)
        seen.add(answer.status_code)
        if answer.status_code == 409:
            assert 0 < answer.json()["secondsLeft"] <= WINDOW_SECONDS - age
        else:
            reported = datetime.fromisoformat(answer.json()["data"]["reportedAt"])
            assert (reported - made).total_seconds() >= WINDOW_SECONDS - 0.001  # the answer is cut to milliseconds
            assert age > 59
    assert seen == {200, 409}


async def test_a_409_never_extends_the_window(shop: Shop, owner: "asyncpg.Connection[Any]") -> None:
    """T27: a refusal leaves the original's claim as it was; after the window the next original starts another."""
    shop.event_type()
    user = shop.user()
    first = shop.report(user).json()["data"]
    made = await moved(owner, shop, 20)
    for _ in range(5):
        refused = shop.report(user)
        assert (refused.status_code, refused.json()["event"]["id"]) == (409, first["id"])
        assert refused.json()["secondsLeft"] <= 40
    kept = await owner.fetchrow("select * from claims where tenant_id = $1", shop.tenant.tenant_id)
    assert kept is not None
    assert (str(kept["event_id"]), kept["reported_at"]) == (first["id"], made)
    await moved(owner, shop, 60)
    second = shop.report(user)
    assert second.status_code == 200
    third = shop.report(user)
    assert (third.status_code, third.json()["event"]["id"]) == (409, second.json()["data"]["id"])


def test_a_refused_event_is_no_original(shop: Shop) -> None:
    """T28: what was refused, for whatever reason, or rolled back with its batch, is not what a later one repeats."""
    shop.event_type()
    user = shop.user()
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 8}}
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"isActive": False})
    assert shop.call("POST", "/v1/events", body).status_code == 422
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"isActive": True})
    assert shop.call("POST", "/v1/events", body | {"occurredAt": "1969-01-01T00:00:00Z"}).status_code == 422
    assert shop.call("POST", "/v1/events", body | {"subject": "nobody"}).status_code == 422
    assert shop.call("POST", "/v1/events", body, bearer=shop.user_token(user)).status_code == 403
    whole = shop.call("POST", "/v1/events/batch?atomic=true", [body, body | {"subject": "nobody"}])
    assert whole.status_code == 422
    assert shop.call("POST", "/v1/events/test_reaction", body).status_code == 200
    assert shop.call("POST", "/v1/events", body).status_code == 200
    assert shop.call("POST", "/v1/events", body).status_code == 409


def test_a_new_version_of_the_type_is_the_same_type(shop: Shop) -> None:
    """T20: a changed schema or name of the event type does not let the same event through again."""
    shop.event_type()
    user = shop.user()
    assert shop.report(user).status_code == 200
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"schema": {"type": "object"}})
    assert shop.report(user).status_code == 409
