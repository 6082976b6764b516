"""The live stream: every event once and in one order, whoever recorded it, whoever reads, and however slowly."""

import asyncio
import json
import random
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2 as httpx
import pytest
from msgspec import structs

from punchcard import clock
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.events.reader import Wanted
from punchcard.events.tail import AFTER, Tails, border
from tests.abuse.raw import connect
from tests.conftest import served, server_environment
from tests.events.listener import Listener
from tests.shop import Shop

RECORDED = "select id from events where tenant_id = $1 and id > $2 order by recorded_in, id"
NEWEST = "select id from events where tenant_id = $1 order by id desc limit 1"
NOTHING = UUID(int=0)


@pytest.fixture(scope="module")
def second(urls: Urls) -> Iterator[str]:
    """Run a second server process on the same database."""
    with served(server_environment(urls)) as (address, _):
        yield address


def metric(address: str, name: str) -> float:
    """Read one of a server's numbers."""
    lines = httpx.get(f"{address}/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(name + " "))


def wait_until(condition: Any, seconds: float = 60) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


async def report_many(
    addresses: list[str], shop: Shop, users: list[Any], count: int, may_go_on: Callable[[int], bool]
) -> list[int]:
    """Report events side by side, now here, now there, now one, now a batch; return the statuses.

    Each waits until it may be reported, which its number says.
    """
    numbers = iter(range(count))
    headers = shop.headers()

    async def reporter(client: httpx.AsyncClient, chance: random.Random) -> list[int]:
        statuses = []
        for number in numbers:
            event = {"type": "PURCHASED_COFFEE", "subject": chance.choice(users)["id"], "payload": {"total": number}}
            path, body = ("/v1/events", event) if chance.random() < 0.9 else ("/v1/events/batch", [event])
            while not may_go_on(number):  # noqa: ASYNC110 - a thread makes it true
                await asyncio.sleep(0.01)
            answer = await client.post(chance.choice(addresses) + path, json=body, headers=headers)
            statuses.append(answer.status_code)
        return statuses

    async with httpx.AsyncClient(timeout=60) as client:
        done = await asyncio.gather(*(reporter(client, random.Random(seed)) for seed in range(8)))
    return [status for statuses in done for status in statuses]


async def test_no_hole_and_no_repeat_through_two_servers(server: str, second: str, shop: Shop, db: Db) -> None:
    """While eight report through two servers, readers that break off and resume get the table, in its order."""
    users = [shop.cafe(), *(shop.user() for _ in range(5))]
    tenant_id, before = shop.tenant.tenant_id, await db.fetchval(NEWEST, shop.tenant.tenant_id)
    headers = shop.headers()
    restless: list[Listener] = []
    # A fifth of the events each wait for one more reader to have come back.
    may_go_on = lambda number: len(restless) > number // 160  # noqa: E731 - what it looks at stands here
    reporting = asyncio.create_task(report_many([server, second], shop, users, 800, may_go_on))

    def follow(steady: Listener) -> None:
        chance = random.Random(7)
        while not reporting.done() or not caught_up():
            address, last = chance.choice([server, second]), restless[-1].last
            restless.append(Listener(address, headers, last))
            wait_until(lambda: restless[-1].ids or caught_up())
            time.sleep(chance.uniform(0, 0.15))
            restless[-1].close()
            assert not steady.is_over

    def seen() -> list[str]:
        return [told for one in restless for told in one.ids]

    def caught_up() -> bool:
        return reporting.done() and len(seen()) >= 800

    with Listener(server, headers) as steady, Listener(second, headers) as other:
        first = Listener(server, headers)
        first.close()
        restless.append(first)
        await asyncio.to_thread(follow, steady)
        assert set(await reporting) == {200}
        recorded = [str(row["id"]) for row in await db.fetch(RECORDED, tenant_id, before)]
        assert len(recorded) == 800
        steady.wait(lambda: len(steady.ids) >= 800)
        other.wait(lambda: len(other.ids) >= 800)
        assert steady.ids == recorded
        assert other.ids == recorded
        assert seen() == recorded
        assert len(restless) >= 5
    (listed,) = (one for one in shop.done("GET", "/v1/events/?limit=1000") if one["id"] == recorded[-1])
    assert steady.events[-1] == listed, "an event is told as the list shows it"


COPY = """
    insert into events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, payload, occurred_at,
                        reported_at, reacted_at, points, verdicts)
    select tenant_id, user_id, $2, event_type_id, event_type_version, reporter, payload, occurred_at,
           clock_timestamp(), clock_timestamp(), 0, verdicts from events where tenant_id = $1 limit 1
"""


async def test_what_commits_late_is_not_missed(server: str, shop: Shop, db: Db) -> None:
    """An event whose transaction began first and ended last is told first; who asks in between waits for it."""
    user = shop.cafe()
    late = clock.new_id()
    with Listener(server, shop.headers()) as listener:
        async with db.transaction() as tx:
            await tx.execute(COPY, shop.tenant.tenant_id, late)
            event = (await asyncio.to_thread(shop.report, user, 5)).json()["data"]
            place = (await border(db)).place
            with Listener(server, shop.headers(), listener.last) as joined:
                await asyncio.sleep(0.6)  # two looks: whatever could be told has been
                assert listener.ids == joined.ids == []
        assert (await border(db)).place.xid > place.xid
        listener.wait(lambda: len(listener.ids) == 2)
        assert listener.ids == [str(late), event["id"]]


async def test_filters_and_refusals(server: str, shop: Shop) -> None:
    """The stream is narrowed by type (name or id) and subject (any name of theirs), and says what it cannot do."""
    ada, bob = shop.cafe(), shop.user()
    kind = shop.event_type("VISITED_SHOP", schema=None)
    with ExitStack() as stack:
        named, by_id, adas, bobs = (
            stack.enter_context(Listener(server, shop.headers(), **query))
            for query in ({"type": "VISITED_SHOP"}, {"type": kind["id"]}, {"subject": "ada"}, {"subject": bob["id"]})
        )
        told = [
            shop.done("POST", "/v1/events", {"type": name, "subject": user["id"], "payload": {"total": 1}})["id"]
            for name in ("PURCHASED_COFFEE", "VISITED_SHOP")
            for user in (ada, bob)
        ]
        for listener, expected in ((named, told[2:]), (by_id, told[2:]), (adas, told[::2]), (bobs, told[1::2])):
            listener.wait(lambda listener=listener: len(listener.ids) == 2)
            assert listener.ids == expected
    for query, status in (("subject=nobody", 422), ("order=ASC", 422), ("type=A&type=B", 400), ("subject=%00", 400)):
        assert shop.call("GET", f"/v1/events/stream?{query}").status_code == status, query
    assert shop.http.get("/v1/events/stream").status_code == 401
    assert shop.call("GET", "/v1/events/stream", bearer=shop.user_token(ada)).status_code == 403
    assert shop.call("GET", "/v1/events/stream", bearer=shop.secret()).status_code == 403
    assert shop.call("POST", "/v1/events/stream", {}).status_code == 405


async def test_tenants_do_not_hear_each_other(server: str, second: str, shop: Shop, open_shop: Any) -> None:
    """A tenant's reader is told nothing of another's, not even with the other's place to resume from."""
    other = await open_shop()
    mine, theirs = shop.cafe(), other.cafe()
    with Listener(server, shop.headers()) as listener, Listener(second, other.headers()) as foreign:
        expected = [shop.report(mine, total).json()["data"]["id"] for total in range(5)]
        foreign_ids = [other.report(theirs, total).json()["data"]["id"] for total in range(5)]
        foreign.wait(lambda: len(foreign.ids) == 5)
        listener.wait(lambda: len(listener.ids) == 5)
        assert (listener.ids, foreign.ids) == (expected, foreign_ids)
        with Listener(server, shop.headers(), foreign.messages[0][1]) as thief:
            thief.wait(lambda: thief.messages)
            assert [name for name, _, _ in thief.messages] == ["reset"]


@pytest.mark.parametrize("last", ["nonsense", "%%%", "A" * 64, "AAAA"])
async def test_an_unknown_place_is_a_reset(server: str, shop: Shop, last: str) -> None:
    """A place that this server did not write begins the stream anew and says so; from there on nothing is missed."""
    user = shop.cafe()
    with Listener(server, shop.headers(), last) as listener:
        listener.wait(lambda: listener.messages)
        assert listener.messages[0][0] == "reset"
        event = shop.report(user).json()["data"]["id"]
        listener.wait(lambda: listener.ids)
        assert listener.ids == [event]


async def test_a_place_of_long_ago_is_a_reset(shop: Shop, db: Db) -> None:
    """After an hour, or with a transaction that is not yet, a place cannot be resumed from."""
    tails, now = Tails(db, 10), (await border(db)).place
    for place, was_reset in (
        (now, False),
        (structs.replace(now, at=now.at - timedelta(minutes=59)), False),
        (structs.replace(now, at=now.at - timedelta(minutes=61)), True),
        (structs.replace(now, xid=now.xid + 1_000_000), True),
    ):
        async with tails.reading(shop.tenant.tenant_id, Wanted(), place) as (_, reader):
            assert reader.was_reset is was_reset


async def test_a_slow_reader_is_cut_off_and_slows_nobody(server: str, second: str, shop: Shop) -> None:
    """A reader that takes nothing is sent away; meanwhile events are reported as ever, and it can resume."""
    shop.event_type("BULKY", schema=None)
    user = shop.user()
    cut_off = metric(server, "punchcard_stream_cut_off_total")
    with connect(server, 60) as wire, Listener(server, shop.headers()) as quick:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        head = "".join(f"{name}: {value}\r\n" for name, value in shop.headers().items())
        wire.sendall(f"GET /v1/events/stream HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
        begun = wire.recv(2_000).decode()
        while "\nid: " not in begun:
            begun += wire.recv(2_000).decode()
        place = begun.partition("\nid: ")[2].partition("\n")[0]
        told: list[str] = []
        for batch in range(9):
            bodies = [
                {"type": "BULKY", "subject": user["id"], "payload": {"number": [batch, number], "text": "x" * 230_000}}
                for number in range(16)  # fewer bytes than may wait for a reader
            ]
            told += [item["event"]["id"] for item in shop.done("POST", "/v1/events/batch", bodies)]
            quick.wait(lambda batch=batch: len(quick.ids) == 16 * (batch + 1))
        wait_until(lambda: metric(server, "punchcard_stream_cut_off_total") > cut_off)
        wait_until(lambda: metric(server, "punchcard_stream_readers") == 1)
        assert quick.ids == told
    with Listener(second, shop.headers(), place) as again:
        again.wait(lambda: len(again.ids) == len(told))
        assert again.ids == told


async def test_who_hangs_up_leaves_nothing(server: str, shop: Shop) -> None:
    """When readers hang up the server forgets them; nothing of them is left to be told."""
    for _ in range(5):
        listeners = [Listener(server, shop.headers()) for _ in range(5)]
        for listener in listeners:
            listener.close()
    wait_until(lambda: metric(server, "punchcard_stream_readers") == 0)  # those of other tests are gone, too


async def test_nobody_looks_while_nobody_reads(shop: Shop, db: Db) -> None:
    """The loop of a tenant begins with its first reader and ends after its last, and a new one begins another."""
    tails = Tails(db, 2)
    for _ in range(2):
        async with tails.reading(shop.tenant.tenant_id, Wanted(), None):
            async with tails.reading(shop.tenant.tenant_id, Wanted(), None):
                assert (tails.readers, len(tails._following)) == (2, 1)
                with pytest.raises(Exception, match="No more readers"):
                    await tails.reading(shop.tenant.tenant_id, Wanted(), None).__aenter__()
            assert tails.readers == 1
        await asyncio.wait_for(asyncio.gather(*tails._following), 60)
        assert tails._tails == {}


async def test_a_stop_does_not_wait_for_readers(urls: Urls, shop: Shop) -> None:
    """SIGTERM ends open streams well, and the server with them; the reader resumes at another one."""
    user = shop.cafe()
    environment = server_environment(urls, PUNCHCARD_DRAIN_SECONDS_MAX="600")
    with served(environment) as (address, process), Listener(address, shop.headers()) as listener:
        event = shop.report(user).json()["data"]["id"]
        listener.wait(lambda: listener.ids == [event])
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        listener.wait(lambda: listener.is_over)
        missed = shop.report(user, 11).json()["data"]["id"]
    with Listener(shop.address, shop.headers(), listener.last) as again:
        again.wait(lambda: again.ids)
        assert again.ids == [missed]


async def test_the_stream_is_read_by_its_index(shop: Shop, db: Db) -> None:
    """Reading on goes through the index in the stream's order: no sort, and no look at what was told before."""
    place = (await border(db)).place
    arguments = (shop.tenant.tenant_id, str(place.xid - 5), NOTHING, str(place.xid), place.id, NOTHING, 100)
    async with db.transaction() as tx:
        # So few rows are sorted as quickly as read in order: what is asked is whether they can be read in order.
        await tx.execute("set local enable_sort = off")
        await tx.execute("set local enable_bitmapscan = off")
        (row,) = await tx.fetch(f"explain (format json) {AFTER}", *arguments)
    plan = json.dumps(json.loads(row[0]))
    assert "events_recorded" in plan, plan
    assert '"Sort"' not in plan
    assert plan.count("ROW(recorded_in, id)") == 2, plan
