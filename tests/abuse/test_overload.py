"""T70: more than can be written: the excess is turned away at once, what is taken on is kept, and all goes on after."""

import asyncio
import contextlib
import resource
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.conftest import served, server_environment
from tests.shop import Shop

QUEUE = 20
BURST = 300
IDLE = 2_000
HOLD = "select from wallets where tenant_id = $1 for no key update"


@pytest.fixture(scope="module")
async def small(db: Db, urls: Urls) -> AsyncIterator[Shop]:
    """Run a server in which few events may wait."""
    tenant = await create_tenant(db, "A shop that is overrun")
    environment = server_environment(urls, PUNCHCARD_QUEUE_EVENTS_MAX=str(QUEUE))
    with served(environment) as (address, _), Shop(address, tenant) as shop:
        shop.cafe()
        yield shop


async def report(client: httpx.AsyncClient, number: int) -> tuple[int, int, str | None, str]:
    """Report one event; return its number, the status, Retry-After, and the answer."""
    body = {"type": "PURCHASED_COFFEE", "subject": "ada", "payload": {"total": number}}
    answer = await client.post("/v1/events", json=body)
    return number, answer.status_code, answer.headers.get("retry-after"), answer.text


@pytest.mark.figure(name="R20")
async def test_the_excess_is_turned_away_and_nothing_of_it_is_recorded(small: Shop, db: Db) -> None:
    """A queue that is full answers 503 with Retry-After while commits stand still; 200 is recorded, 503 is not."""
    limits = httpx.Limits(max_connections=BURST)
    async with httpx.AsyncClient(base_url=small.address, headers=small.headers(), timeout=60, limits=limits) as client:
        async with db.transaction() as tx:
            await tx.execute(HOLD, small.tenant.tenant_id)
            asked = [asyncio.create_task(report(client, number)) for number in range(1, BURST + 1)]
            first = asyncio.as_completed(asked)
            for _ in range(BURST - 2 * QUEUE):  # those that are turned away do not wait for the lock
                _, status, after, text = await next(first)
                assert (status, after is not None, "waiting" in text) == (503, True, True)
        answers = await asyncio.gather(*asked)
        statuses = Counter(status for _, status, _, _ in answers)
        assert set(statuses) == {200, 503}
        assert QUEUE <= statuses[200] <= 2 * QUEUE
        assert (await report(client, 1_000_000))[1] == 200
    events = small.done("GET", "/v1/events/?type=PURCHASED_COFFEE&limit=1000")
    recorded = {one["payload"]["total"] for one in events}
    assert recorded == {number for number, status, _, _ in answers if status == 200} | {1_000_000}
    assert len(events) == len(recorded)


@contextlib.contextmanager
def idle(address: str, count: int) -> Iterator[None]:
    """Keep connections open that say nothing."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, count + 500)), hard))
    where = urlsplit(address)
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(socket.create_connection((where.hostname or "", where.port or 0), timeout=30))
        yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.figure(name="R20")
def test_idle_connections_hold_up_nobody(small: Shop) -> None:
    """T70: beside two thousand connections that say nothing, reports are answered."""
    with idle(small.address, IDLE):
        for number in range(5):
            user = {"id": "ada"}
            assert small.report(user, 2_000_000 + number).status_code == 200
