"""Kill -9 in mid-load, again and again: nothing acknowledged is lost, and no points are doubled."""

import asyncio
import contextlib
import json
import os
import random
import signal
import threading
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx2 as httpx
import pytest

from punchcard.db.folder import ROLE_OWNER
from punchcard.events import catalogue
from punchcard.jobs import worker
from tests.shop import Shop
from tests.sizes import SEED, TIER, rounds

from .conftest import Engine, loaded, shop_of

pytestmark = pytest.mark.crash

LEAST = 50  # acknowledged between two kills
FIRST_SECONDS_MAX = 60.0 if TIER == "P" else 5.0  # the figure is one of a machine with nothing else to do
KILLED_SERIES, BATCHES, EACH = 3, 10, 100
PURCHASES = """
    select count(*) from events as event
    join event_types as type on type.tenant_id = event.tenant_id and type.id = event.event_type_id
    where event.tenant_id = $1 and type.name = 'PURCHASED_COFFEE'
"""


@pytest.mark.figure(name="R01")
async def test_the_server_is_killed(branch: Engine, tmp_path: Path) -> None:
    """R01: forty times kill -9 of the server under load, whose PostgreSQL goes on: 0 lost, 0 doubled."""
    await branch.start()
    kills = 0
    async with loaded(branch, tmp_path) as (shop, load):
        for kills in rounds("R01 kills of the engine alone"):  # noqa: B007 - how many there were
            await load.more(LEAST)
            branch.kill()
            await branch.start()
        await load.more(LEAST)
        await load.stop()
        assert load.statuses[None] >= kills
        findings = await load.crowd.verdict(branch.url(), shop.tenant.tenant_id, f"{kills + 1} kills of the server")
    assert findings.counts["acknowledged"] >= kills * LEAST


@pytest.mark.figure(name="R01")
async def test_the_server_is_killed_with_its_postgres(engine: Engine, tmp_path: Path) -> None:
    """R01: ten times kill -9 of the server under load, and of its PostgreSQL every other time: 0 lost, 0 doubled."""
    await engine.start()
    kills = 0
    async with loaded(engine, tmp_path) as (shop, load):
        for kills in rounds("R01 kills with its PostgreSQL"):
            await load.more(LEAST)
            if kills % 2:
                engine.signal(signal.SIGKILL)
            engine.kill()
            await engine.start()
        await load.more(LEAST)
        await load.stop()
        title = f"{kills + 1} kills of the server and its PostgreSQL"
        findings = await load.crowd.verdict(engine.url(), shop.tenant.tenant_id, title)
    assert findings.counts["acknowledged"] >= kills * LEAST


@pytest.mark.figure(name="R02")
async def test_postgres_is_killed(engine: Engine, tmp_path: Path) -> None:
    """R02: ten times kill -9 of PostgreSQL (all, the first, one backend) under load: 0 lost, back within 5 s.

    What the server says of it is told in JSON lines, whoever says it, and what goes on for long only once.
    """
    await engine.start()
    longest, number = 0.0, 0
    async with loaded(engine, tmp_path) as (shop, load):
        for number in rounds("R02 kills of PostgreSQL"):
            await load.more(LEAST)
            if number % 3 == 0:
                engine.signal(signal.SIGKILL)
            elif number % 3 == 1:
                engine.signal(signal.SIGKILL, everybody=False)
            else:
                await kill_a_backend(engine)
            back = await engine.answering()
            await load.more(1)
            longest = max(longest, load.acknowledged_at - back)
        await load.more(LEAST)
        await load.stop()
        title = f"{number + 1} kills of PostgreSQL, first 200 after {longest:.2f} s at most"
        findings = await load.crowd.verdict(engine.url(), shop.tenant.tenant_id, title)
        assert engine.process.poll() is None
    assert findings.counts["acknowledged"] >= number * LEAST
    assert longest < FIRST_SECONDS_MAX
    engine.stop()  # it may be writing a line
    said = [json.loads(line) for line in (engine.data.parent / "log").read_text().splitlines()]
    told = [line["event"] for line in said]
    assert any("has ended unexpectedly" in event for event in told)
    for both in ((worker.WAIT, worker.GO_ON), (catalogue.BROKE, catalogue.BACK)):
        turns = [event for event in told if event in both]
        assert [each for each, following in pairwise(turns) if each == following] == []


async def test_postgres_is_shut_down_and_its_connections_ended(engine: Engine, tmp_path: Path) -> None:
    """Connections ended one by one, fast and immediate shutdowns under load: 0 lost, 0 doubled."""
    await engine.start()
    async with loaded(engine, tmp_path) as (shop, load):
        for number in (None, signal.SIGINT, None, signal.SIGQUIT, None):
            await load.more(100)
            if number is None:
                await end_connections(engine)
            else:
                engine.signal(number, everybody=False)
                await engine.answering()
        await load.more(100)
        await load.stop()
        await load.crowd.verdict(engine.url(), shop.tenant.tenant_id, "shutdowns and ended connections")


async def kill_a_backend(engine: Engine) -> None:
    """Kill one process that serves the engine: PostgreSQL then restarts all of them."""
    connection = await asyncpg.connect(engine.url())
    try:
        pid = await connection.fetchval(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'punchcard' ORDER BY state_change DESC LIMIT 1"
        )
        os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            async with asyncio.timeout(60):
                while True:
                    await connection.fetchval("SELECT 1")
                    await asyncio.sleep(0.01)
    finally:
        connection.terminate()


async def end_connections(engine: Engine) -> None:
    """End all connections of the engine, one by one."""
    connection = await asyncpg.connect(engine.url())
    try:
        sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'punchcard'"
        assert await connection.fetch(sql)
    finally:
        await connection.close()


async def test_sigterm_under_load(engine: Engine, tmp_path: Path) -> None:
    """SIGTERM under load: what was taken on is answered, nothing without an answer was done, the exit code is 0."""
    await engine.start()
    async with loaded(engine, tmp_path) as (shop, load):
        for _ in range(3):
            await load.more(LEAST)
            engine.process.terminate()
            assert await asyncio.to_thread(engine.process.wait, 40) == 0
            await engine.start()
        await load.stop()
        findings = await load.crowd.verdict(engine.url(), shop.tenant.tenant_id, "3 stops by SIGTERM")
    assert findings.counts["unknown outcomes that were recorded"] == 0


async def test_a_series_of_batches_is_killed_half_way(branch: Engine) -> None:
    """F29: killed at some event of ten batches, all of which are then sent again: each event is there exactly once.

    The answers to the second sending say of each event whether it is new or which one it repeats.
    """
    await branch.start()
    chance = random.Random(SEED)
    async with shop_of(branch.address, branch.url(ROLE_OWNER)) as shop:
        user = shop.cafe()
        for series in range(KILLED_SERIES):
            bodies = [
                {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1, "items": [series, number]}}
                for number in range(BATCHES * EACH)
            ]
            recorded = series * len(bodies) + chance.randrange(1, len(bodies) - 2 * EACH)
            killed = threading.Event()
            killing = asyncio.create_task(kill_at(branch, recorded, shop.tenant.tenant_id, killed))
            with pytest.raises(httpx.TransportError):
                await asyncio.to_thread(send, shop, bodies, killed)
            await killing
            await branch.start()
            told = await asyncio.to_thread(send, shop, bodies)
            statuses = Counter(verdict["status"] for verdict in told)
            assert set(statuses) == {200, 409}, statuses
            ids = {
                verdict["event"]["id"] if "event" in verdict else verdict["problem"]["event"]["id"] for verdict in told
            }
            assert len(ids) == len(bodies)
            assert shop.balance(user) == (series + 1) * len(bodies)


def send(shop: Shop, bodies: list[dict[str, Any]], killed: threading.Event | None = None) -> list[Any]:
    """Send events in batches, one after the other; return what is told of each. Raises: httpx.TransportError.

    killed: the last batch waits for that, as a kill may come late.
    """
    told = []
    for start in range(0, len(bodies), EACH):
        if killed is not None and start + EACH == len(bodies):
            killed.wait()
        told += shop.done("POST", "/v1/events/batch", bodies[start : start + EACH])
    return told


async def kill_at(engine: Engine, recorded: int, tenant_id: UUID, killed: threading.Event) -> None:
    """Kill the server as soon as so many purchases are recorded."""
    connection = await asyncpg.connect(engine.url())
    try:
        while await connection.fetchval(PURCHASES, tenant_id) < recorded:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0)
        engine.kill()
    finally:
        killed.set()
        await connection.close()
