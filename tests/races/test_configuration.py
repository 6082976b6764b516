"""What one process changes holds at once in the other, also while events flow."""

import asyncio
from typing import Any

import asyncpg
import pytest

from punchcard.db.embedded import Urls
from tests.oracle.client import Client
from tests.oracle.crowd import event
from tests.shop import fixed

from .conftest import Town


@pytest.mark.parametrize("context", ["SUBJECT", "TENANT"])
async def test_limits_are_exact(town: Town, context: str) -> None:
    """A reactor that may fire 7 times fires 7 times a user, or 7 times in all, whatever races through two processes."""
    users = [town.shop.cafe(), *(town.shop.user() for _ in range(7))]
    town.shop.reactor(fixed(100), maxActivations=7, activationContext=context)
    await town.crowd.work_off([event(town.purchase(user)) for _ in range(40) for user in users])
    findings = await town.verdict(f"limit by {context}")
    assert findings.counts["events recorded"] == 320
    assert findings.counts["activations"] == (56 if context == "SUBJECT" else 7)


async def test_reactor_is_edited_while_events_flow(town: Town) -> None:
    """Each event is judged by a version that was current while it was reported; the count of firings goes on."""
    users = [town.shop.cafe(), *(town.shop.user() for _ in range(15))]
    limited = town.shop.reactor(fixed(1000), maxActivations=150, activationContext="TENANT")
    headers = town.shop.headers()
    told: list[tuple[int, int, int]] = []  # the versions certain before and possible after each event, and its points
    certain, possible, editing = 0, 1, True

    async def report(reporter: Any) -> None:
        while editing:
            before = certain
            answer = await reporter.event(town.purchase(users[len(told) % 16], 0))
            told.append((before, possible, answer.data["points"]))

    async def until_told(count: int) -> None:
        wanted = len(told) + count
        while len(told) < wanted:  # noqa: ASYNC110 - the reporters make it true
            await asyncio.sleep(0.1)

    async def edit() -> None:
        nonlocal certain, possible, editing
        async with Client(town.servers[0], headers) as first, Client(town.servers[1], headers) as second:
            changed = town.shop.reactor(fixed(1))
            certain = 1
            for version in range(2, 12):
                await until_told(20)
                possible = version
                client = first if version % 2 else second
                path = f"/v1/event_reactors/{changed['id']}"
                reactions = [{"type": "POINTS", "points": fixed(version)}]
                assert (await client.call("PATCH", path, {"reactions": reactions})).data["version"] == version
                certain = version
                path = f"/v1/event_reactors/{limited['id']}"
                assert (await client.call("PATCH", path, {"name": f"Edition {version}"})).status == 200
        editing = False

    await asyncio.gather(edit(), *(report(reporter) for reporter in town.crowd.reporters))
    wrong = [one for one in told if not one[0] <= one[2] % 1000 <= one[1]]
    assert not wrong, wrong[:10]
    assert len({points % 1000 for _, _, points in told}) > 5
    findings = await town.verdict(f"{len(told)} events under 10 edits")
    assert findings.counts["activations"] == 150


async def test_a_new_type_and_its_secret_are_usable_at_once(town: Town) -> None:
    """What one process has just created is taken by the other: type, schema version, secret and user."""
    key = {"X-Api-Key": str(town.shop.tenant.api_key)}
    for letter in "ABCDEFGHIJKL":
        name = f"SOLD_{letter}"
        town.shop.event_type(name)
        user, secret = town.shop.user(f"member {letter}"), town.shop.secret(name)
        async with Client(town.servers[1], {**key, "Authorization": f"Bearer {secret}"}) as till:
            body = {"type": name, "subject": user["id"], "payload": {"total": 1}}
            assert (await till.call("POST", "/v1/events", body)).status == 200
            town.shop.done("PATCH", f"/v1/event_types/{name}", {"schema": {"required": ["till"]}})
            body["payload"] = {"total": 2}
            answer = await till.call("POST", "/v1/events", body)
            assert (answer.status, answer.code) == (422, "payload_invalid")


async def test_a_revoked_secret_is_refused_at_once(town: Town, urls: Urls) -> None:
    """A secret that has been revoked is not taken by any process from that moment on."""
    user = town.shop.cafe()
    key = {"X-Api-Key": str(town.shop.tenant.api_key), "Authorization": f"Bearer {town.shop.secret()}"}
    owner = await asyncpg.connect(urls.owner)
    try:
        async with Client(town.servers[0], key) as first, Client(town.servers[1], key) as second:
            for client in (first, second):
                assert (await client.call("POST", "/v1/events", town.purchase(user))).status == 200
            sql = "UPDATE event_type_secrets SET revoked_at = clock_timestamp() WHERE tenant_id = $1"
            await owner.execute(sql, town.shop.tenant.tenant_id)
            for client in (second, first):
                assert (await client.call("POST", "/v1/events", town.purchase(user))).status == 401
    finally:
        await owner.close()


async def test_a_restricted_user_is_refused_at_once(town: Town) -> None:
    """A user who is restricted, or whose account is closed, reports nothing through any process from then on."""
    town.shop.event_type("VISITED_SHOP", private=False)
    body = {"type": "VISITED_SHOP", "payload": {"total": 1}}
    for number in range(8):
        user = town.shop.user(f"member {number}")
        path = f"/v1/users/{user['id']}"
        async with Client(town.servers[1], town.shop.headers(town.shop.user_token(user))) as app:
            assert (await app.call("POST", "/v1/events", body)).status == 200
            if number % 2:
                town.shop.done("PATCH", path, {"isRestricted": True})
                assert (await app.call("POST", "/v1/events", body)).code == "user_restricted"
            town.shop.done("DELETE", path)
            assert (await app.call("POST", "/v1/events", body)).status == 401
