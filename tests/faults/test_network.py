"""The network between an engine and its PostgreSQL: slow, lossy, cut, and silent without an end (F19)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from punchcard.db.embedded import Urls
from tests.oracle.crowd import Crowd, adjust, event
from tests.sizes import TIER

from .conftest import CLIENTS, Database, Engine, furnished, loaded, shop_of
from .proxy import SILENT, Proxy
from .test_outages import until_waiting

pytestmark = [
    pytest.mark.crash,
    pytest.mark.figure(name="N02"),
    pytest.mark.skipif(TIER == "P", reason="./dev prove has the time for it"),
]

EACH = 40
HOLE_SECONDS = 2.5
TWO_MEGABITS = 250_000
NOTICED_SECONDS_MAX = 60.0
LEFT = "select count(*) from pg_stat_activity where client_port = any($1::int[])"


@pytest.fixture
def remote(database: Database) -> Iterator[tuple[Engine, Proxy]]:
    """Return an engine that reaches PostgreSQL by a network; not started."""
    with Proxy(database.urls.app).running() as proxy:
        made = Engine(database.folder.root, Urls(proxy.url, database.urls.owner))
        yield made, proxy
        made.stop()


async def test_a_bad_network(remote: tuple[Engine, Proxy], tmp_path: Path) -> None:
    """F19: slow, a fifth of all packets lost, connections reset, all silent: 503 in time, 0 lost, 0 doubled."""
    engine, proxy = remote
    limits = {"DATABASE_SECONDS_MAX": "1", "ACQUIRE_SECONDS_MAX": "1", "DATABASE_CONNECTIONS": "4"}
    await engine.start(**{f"PUNCHCARD_{name}": value for name, value in limits.items()})
    async with loaded(engine, tmp_path) as (shop, load):
        await load.more(EACH)
        proxy.bytes_a_second = TWO_MEGABITS
        await load.more(EACH)
        proxy.bytes_a_second = None
        proxy.lose(0.2)
        await load.more(EACH // 4)
        proxy.lose(0)
        for _ in range(3):
            proxy.reset()
            await load.more(EACH)
        refused = load.statuses[503]
        proxy.lose(1)
        await asyncio.sleep(HOLE_SECONDS)
        proxy.lose(0)
        proxy.cut()  # whatever kept the state of the connections has forgotten them
        await load.more(3 * EACH)
        await load.stop()
        assert load.statuses[503] > refused
        assert not load.statuses[None], "each request was answered"
        await load.crowd.verdict(engine.url(), shop.tenant.tenant_id, f"a bad network, {load.statuses[503]} times 503")


async def test_both_ends_notice_that_the_other_is_gone(
    remote: tuple[Engine, Proxy], database: Database, tmp_path: Path
) -> None:
    """F19: connections fall silent, one in mid-transaction: both ends drop theirs unasked, and nothing is held."""
    engine, proxy = remote
    engine.count = 2  # one of which is elected by a connection that says nothing
    await engine.start()
    async with (
        shop_of(engine.address, engine.url()) as shop,
        Crowd([engine.address], shop.headers(), tmp_path / "journal", CLIENTS) as crowd,
    ):
        members, _ = furnished(shop, CLIENTS)
        await use_connections(engine, database, tmp_path)
        bodies = [{"type": "PURCHASED_COFFEE", "subject": each, "payload": {"total": 9}} for each in members]
        await crowd.at_once([*map(event, bodies)])
        ours, theirs = proxy.ports()
        proxy.arm(SILENT)
        held = asyncio.create_task(crowd.reporters[0].event(bodies[0] | {"payload": {"total": 10}}))
        looking = await asyncpg.connect(database.url())
        async with asyncio.timeout(NOTICED_SECONDS_MAX):
            while ours & ports_of(engine) or await looking.fetchval(LEFT, list(theirs)):  # noqa: ASYNC110 - others' ends
                await asyncio.sleep(0.5)
        await looking.close()
        answer = await held
        assert answer is not None
        assert answer.status == 503
        again = await crowd.at_once([event(one | {"payload": {"total": 11}}) for one in bodies])
        assert {answer.status for answer in again} == {200}
        findings = await crowd.verdict(database.url(), shop.tenant.tenant_id, "connections that fell silent")
    assert findings.counts["events recorded"] == 2 * CLIENTS


async def use_connections(engine: Engine, database: Database, tmp_path: Path) -> None:
    """Let the engine open connections that it has no use for afterwards: another shop's calls all wait for a wallet."""
    holder = await asyncpg.connect(database.url())
    async with (
        shop_of(engine.address, engine.url()) as shop,
        Crowd([engine.address], shop.headers(), tmp_path / "other", CLIENTS) as crowd,
    ):
        user = shop.cafe()["id"]
        call = adjust({"actorId": user, "points": 1, "impactType": "EARN", "comment": "One more"})
        async with holder.transaction():
            await holder.execute("select from wallets where user_id = $1 for update", user)
            waiting = asyncio.create_task(crowd.at_once([call] * CLIENTS))
            await until_waiting(database, CLIENTS * 2 // 3)
        assert {answer.status for answer in await waiting} == {200}
    await holder.close()


def ports_of(engine: Engine) -> set[int]:
    """Return the ports of an engine's connections."""
    first = psutil.Process(engine.process.pid)
    return {one.laddr.port for process in (first, *first.children()) for one in process.net_connections("tcp")}
