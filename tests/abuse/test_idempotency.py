"""Idempotency-Keys, used and misused (row T25)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.events import idempotency
from tests.abuse.raw import exchange, post
from tests.shop import Shop, fixed


def keyed(shop: Shop, key: str, path: str, body: Any, **options: Any) -> Any:
    """Send one request with an Idempotency-Key."""
    return shop.call("POST", path, body, headers={"Idempotency-Key": key}, **options)


def visit(shop: Shop, **payload: Any) -> dict[str, Any]:
    """Return an event about a new user."""
    return {"type": "VISITED_SHOP", "subject": shop.user()["id"], "payload": payload}


def told(answer: Any) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def test_the_same_request_again_gets_the_first_answer(door: Shop) -> None:
    """T25: byte for byte, with Idempotency-Replayed, at any age; without the key it is a duplicate."""
    body = visit(door)
    first, again = keyed(door, "a" * 255, "/v1/events", body), keyed(door, "a" * 255, "/v1/events", body)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert door.call("POST", "/v1/events", body).status_code == 409
    assert told(keyed(door, "another", "/v1/events", body)) == (409, "event_already_exists")


def test_a_list_is_the_first_answer_too(shop: Shop) -> None:
    """T25: what an operation makes several of at once is answered again as it was."""
    path = "/v1/tenant/populate_reactors"
    first, again = (shop.call("POST", path, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert len(first.json()["data"]) == len(again.json()["data"]) > 1


def test_keys_out_of_bounds_are_400(door: Shop) -> None:
    """T25: a key of 256 characters, and one that is not printable ASCII, is 400 on both lanes; an empty one is none."""
    for key in (b"a" * 256, b"caf\xc3\xa9", b"\xff", b"a\tb"):
        for path, body in (("/v1/events", b"{}"), ("/v1/events/batch", b"[{}]"), ("/v1/users/", b"{}")):
            head = post(path, door.headers(), body).replace(b"\r\n\r\n", b"\r\nIdempotency-Key: " + key + b"\r\n\r\n")
            answer = exchange(door.address, head)
            assert (answer.status, answer.json()["code"]) == (400, "idempotency_key_malformed"), key


@pytest.mark.parametrize(
    "key", [b"a\r\nX-Evil: 1", b"a\nX-Evil: 1", b"a\rb", b"a\r\n\r\nGET /livez HTTP/1.1\r\n", b"a\x00b"]
)
def test_a_key_cannot_write_headers(door: Shop, key: bytes) -> None:
    """T25: CR, LF and NUL in a key end in 400, or in a header of the request's own; none is ever sent back."""
    head = post("/v1/events", door.headers(), b"{}").replace(b"\r\n\r\n", b"\r\nIdempotency-Key: " + key + b"\r\n\r\n")
    answer = exchange(door.address, head)
    assert answer.status in (0, 400, 422)
    assert "x-evil" not in answer.headers


def test_another_request_under_the_key_is_422(door: Shop) -> None:
    """T25: the key with another body, another operation or another query is 422, and nothing is carried out."""
    body = visit(door)
    assert keyed(door, "reused", "/v1/events", body).status_code == 200
    others = [
        keyed(door, "reused", "/v1/events", body | {"payload": {"other": 1}}),
        keyed(door, "reused", "/v1/events", json.dumps(body, indent=1).encode()),
        keyed(door, "reused", "/v1/events/batch", [body]),
        keyed(door, "reused", "/v1/users/", {"profile": {}}),
    ]
    assert [told(answer) for answer in others] == [(422, "idempotency_key_reused")] * len(others)


async def test_a_key_belongs_to_its_tenant_and_caller(shop: Shop, open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """T25: the same key of another tenant, and of another caller of the tenant, is another key."""
    other = await open_shop()
    for one in (shop, other):
        one.event_type("VISITED_SHOP", private=False, schema=None)
    ada, bob = shop.user(), shop.user()
    tokens = [None, shop.user_token(ada), shop.user_token(bob)]
    answers = [
        keyed(shop, "k", "/v1/events", {"type": "VISITED_SHOP", "subject": user["id"]}, bearer=token)
        for token, user in zip(tokens, (ada, ada, bob), strict=True)
    ]
    foreign = keyed(other, "k", "/v1/events", {"type": "VISITED_SHOP", "subject": other.user()["id"]})
    assert [answer.status_code for answer in (*answers, foreign)] == [200, 409, 200, 200]
    assert len({answer.json()["data"]["id"] for answer in (answers[0], answers[2], foreign)}) == 3


def test_errors_are_not_kept(door: Shop) -> None:
    """T25: a refusal is not what the key stands for: once its cause is gone, the same request is carried out."""
    body = {"type": "VISITED_SHOP", "subject": "comes later"}
    assert told(keyed(door, "late", "/v1/events", body)) == (422, "subject_unknown")
    assert keyed(door, "late", "/v1/events", b"{").status_code == 400
    door.user("comes later")
    assert keyed(door, "late", "/v1/events", body).status_code == 200
    assert keyed(door, "late", "/v1/events", body).headers["idempotency-replayed"] == "true"


def test_the_key_wins_over_what_the_request_says_by_now(shop: Shop) -> None:
    """T25: the first answer comes again although the type has been archived and the account closed since."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    ada = shop.user()
    body = {"type": "VISITED_SHOP", "subject": ada["id"]}
    first = keyed(shop, "k", "/v1/events", body)
    shop.done("PATCH", "/v1/event_types/VISITED_SHOP", {"isActive": False})
    shop.done("DELETE", f"/v1/users/{ada['id']}")
    assert keyed(shop, "k", "/v1/events", body).content == first.content


async def test_a_key_in_flight_is_409(shop: Shop, owner: "asyncpg.Connection[Any]") -> None:
    """T25: while the first request is at work, the same key is 409 with Retry-After; then it is the first answer."""
    ada = shop.user()
    path, body = "/v1/commands/purchase_reward", {"rewardId": shop.reward(0)["id"], "beneficiaryId": ada["id"]}
    async with owner.transaction():
        await owner.execute("select from wallets where user_id = $1 for update", ada["id"])
        first = asyncio.create_task(asyncio.to_thread(keyed, shop, "buy", path, body))
        waiting = "select count(*) from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))"
        while not await owner.fetchval(waiting):  # noqa: ASYNC110 - the database says so to nobody
            await asyncio.sleep(0.01)
        second = await asyncio.to_thread(keyed, shop, "buy", path, body)
        assert told(second) == (409, "idempotency_key_in_flight")
        assert second.headers["retry-after"] == "1"
        third = await asyncio.to_thread(keyed, shop, "buy", path, body | {"comment": "another"})
        assert told(third) == (409, "idempotency_key_in_flight")
    bought = await first
    assert bought.status_code == 200
    assert keyed(shop, "buy", path, body).content == bought.content
    assert len(shop.done("GET", "/v1/vouchers/")) == 1


async def test_fifty_of_one_key_at_once(shop: Shop) -> None:
    """T25: of 50 requests with one key at once, one is carried out; the others get its answer or 409, never another."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    shop.reactor(fixed(3), "VISITED_SHOP")
    body = visit(shop)
    answers = await asyncio.gather(*(asyncio.to_thread(keyed, shop, "crowd", "/v1/events", body) for _ in range(50)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"idempotency_key_in_flight"}
    assert shop.done("GET", f"/v1/users/{body['subject']}/wallet")["balance"] == 3


def creations(shop: Shop) -> dict[str, Any]:
    """Return a body for each path that creates or does something."""
    ada = shop.user()
    return {
        "/v1/users/": {"profile": {"givenName": "A", "familyName": "B", "emailAddress": "a@example.org"}},
        "/v1/event_types/": {"name": "ANOTHER_TYPE", "description": "Another", "isPrivate": True},
        "/v1/event_reactors/": {"name": "Another", "eventType": "VISITED_SHOP", "reactions": []},
        "/v1/rewards/": {
            "type": "VOUCHER", "name": "A cup", "price": 1, "purchasable": True,
            "availability": {"start": "2020-01-01"},
        },
        "/v1/token_issuers/": {
            "issuer": "https://x.example", "audience": "a", "algorithm": "HS256", "secret": "s" * 32,
        },
        "/v1/commands/purchase_reward": {"rewardId": shop.reward(0)["id"], "beneficiaryId": ada["id"]},
        "/v1/events/batch": [{"type": "VISITED_SHOP", "subject": ada["id"]}, {"type": "NO_SUCH", "subject": ada["id"]}],
    }  # fmt: skip


def test_every_creation_takes_a_key(shop: Shop) -> None:
    """T25: whatever is created or done by POST is done once a key, and answered alike again."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    for path, body in creations(shop).items():
        first, again = keyed(shop, "once", path, body), keyed(shop, "once", path, body)
        if path == "/v1/users/":
            assert first.status_code == 200
        else:
            assert told(first) == (422, "idempotency_key_reused")  # one name space for all operations
        first, again = keyed(shop, f"for {path}", path, body), keyed(shop, f"for {path}", path, body)
        assert (first.status_code, again.status_code) == (200, 200), path
        assert first.content == again.content, path
        assert again.headers["idempotency-replayed"] == "true", path
        for name in ("location", "etag"):
            assert again.headers.get(name) == first.headers.get(name)


def test_a_key_of_a_batch_is_the_whole_batchs(door: Shop) -> None:
    """T25: a batch again under its key is the same verdicts again; another batch under it is 422 as a whole."""
    events = [visit(door, number=number) for number in range(3)]
    first, again = (keyed(door, "batch", "/v1/events/batch", events) for _ in range(2))
    assert first.content == again.content
    assert told(keyed(door, "batch", "/v1/events/batch", events[:2])) == (422, "idempotency_key_reused")
    assert told(keyed(door, "batch", "/v1/events/batch?atomic=true", events)) == (422, "idempotency_key_reused")


async def test_no_token_is_kept_under_a_key(shop: Shop, owner: "asyncpg.Connection[Any]") -> None:
    """T25: what a key makes us remember holds no access token."""
    ada = shop.user()
    path = f"/v1/users/{ada['id']}/access_tokens"
    assert keyed(shop, "mint", path, {}).status_code == 200
    bodies = await owner.fetch("select body from idempotency_keys where tenant_id = $1", shop.tenant.tenant_id)
    assert [row for row in bodies if b"accessToken" in row["body"]] == []


async def test_a_key_is_remembered_for_its_days_and_not_longer(
    shop: Shop, db: Db, owner: "asyncpg.Connection[Any]"
) -> None:
    """F42: the sweep leaves a key of less than 30 days alone; an older one is new, and so is what comes with it."""
    shop.event_type("VISITED_SHOP", schema=None)
    body = visit(shop)
    tenant_id, days = shop.tenant.tenant_id, Settings.model_fields["idempotency_days"].default
    first = keyed(shop, "a key", "/v1/events", body)
    aged = "update idempotency_keys set created_at = clock_timestamp() - $2::interval where tenant_id = $1"
    for minute, is_known in ((-1, True), (1, False)):
        await owner.execute(aged, tenant_id, timedelta(days=days, minutes=minute))
        await owner.execute("delete from claims where tenant_id = $1", tenant_id)  # they lapsed after a minute
        await idempotency.forget(db, days)
        again = keyed(shop, "a key", "/v1/events", body)
        assert again.status_code == 200
        assert (again.content == first.content) is is_known
