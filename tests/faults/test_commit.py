"""The connection breaks during COMMIT: the outcome is read back, or said to be unknown; nothing is tried blindly."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.oracle.client import Answer
from tests.oracle.crowd import Crowd
from tests.oracle.findings import Findings
from tests.shop import Shop

from .conftest import Database, Served, furnished
from .proxy import CUT_AFTER, CUT_AT, CUT_BEFORE, HOLD, Mode, Proxy

pytestmark = pytest.mark.crash

COMMITTED = [CUT_AFTER, CUT_AT]
ATTEMPTS = 5


@dataclass
class Line:
    """A shop whose engine reaches PostgreSQL through the proxy, and one client with a journal."""

    proxy: Proxy
    shop: Shop
    crowd: Crowd
    user: str
    reward: str
    database: Database
    reported: int = 0

    async def event(self, key: str | None = None, *, mode: Mode | None = None) -> Answer:
        """Report a new event, with something to become of its COMMIT."""
        self.reported += 1
        return await self.again(key, mode=mode)

    async def again(self, key: str | None = None, *, mode: Mode | None = None) -> Answer:
        """Report the last event again."""
        if mode:
            self.proxy.arm(mode)
        answer = await self.crowd.reporters[0].event(self.body(self.reported), key)
        assert answer is not None
        return answer

    async def purchase(self, key: str | None = None, *, mode: Mode | None = None) -> Answer:
        """Buy a coffee."""
        if mode:
            self.proxy.arm(mode)
        answer = await self.crowd.reporters[0].purchase({"rewardId": self.reward, "beneficiaryId": self.user}, key)
        assert answer is not None
        return answer

    def body(self, number: int) -> dict[str, Any]:
        """Return an event."""
        return {"type": "PURCHASED_COFFEE", "subject": self.user, "payload": {"total": 10, "n": number}}

    async def verdict(self, title: str) -> Findings:
        """Ask the oracle."""
        return await self.crowd.verdict(self.database.url(), self.shop.tenant.tenant_id, title)


@pytest.fixture
async def line(database: Database, serving: Served, tmp_path: Path) -> AsyncIterator[Line]:
    """Run an engine behind a proxy, with everything cached that one event needs."""
    with Proxy(database.urls.app).running() as proxy:
        # Nobody else commits: the armed COMMIT has to be that of the request.
        async with serving(proxy.url, PUNCHCARD_WORKER="false") as (address, shop):
            (user,), reward = furnished(shop, 1)
            async with Crowd([address], shop.headers(), tmp_path / "journal", 1) as crowd:
                made = Line(proxy, shop, crowd, user, reward, database)
                assert (await made.event()).status == 200
                yield made


@pytest.mark.parametrize("mode", COMMITTED)
@pytest.mark.parametrize("key", [None, "a key"], ids=["without-key", "with-key"])
async def test_a_committed_event_is_answered_200(line: Line, mode: Mode, key: str | None) -> None:
    """The connection breaks once COMMIT has been sent: the event is found and answered 200, and is there once."""
    answer = await line.event(key, mode=mode)
    assert answer.status == 200
    assert line.proxy.commits_met == 1
    again = await line.again()
    assert (again.status, again.json["event"]["id"]) == (409, answer.data["id"])
    assert (await line.verdict(f"COMMIT cut {mode}")).counts["events recorded"] == 2


async def test_an_event_whose_commit_never_left_is_answered_503(line: Line) -> None:
    """The connection breaks before COMMIT arrives: 503, nothing is recorded, and a repetition is no duplicate."""
    answer = await line.event(mode=CUT_BEFORE)
    assert (answer.status, answer.code) == (503, "unavailable")
    assert "retry-after" in answer.headers
    assert line.proxy.commits_met == 1
    assert (await line.verdict("COMMIT cut before")).counts["events recorded"] == 1
    assert (await line.again()).status == 200


@pytest.mark.parametrize("mode", COMMITTED)
async def test_a_committed_batch_is_answered_200(line: Line, mode: Mode) -> None:
    """A batch whose COMMIT was not answered is found recorded as a whole."""
    line.proxy.arm(mode)
    answer = await line.crowd.reporters[0].batch([line.body(number) for number in range(100, 150)])
    assert answer is not None
    assert {verdict["status"] for verdict in answer.data} == {200}
    assert (await line.verdict(f"COMMIT of a batch cut {mode}")).counts["events recorded"] == 51


@pytest.mark.parametrize("mode", COMMITTED)
@pytest.mark.parametrize("key", [None, "a key"], ids=["without-key", "with-key"])
async def test_a_committed_purchase_is_answered_200(line: Line, mode: Mode, key: str | None) -> None:
    """A purchase whose COMMIT was not answered is found: one voucher, paid once."""
    assert (await line.purchase(key, mode=mode)).status == 200
    assert line.proxy.commits_met == 1
    assert (await line.verdict(f"COMMIT of a purchase cut {mode}")).counts["vouchers"] == 1


async def test_a_purchase_whose_commit_never_left_is_answered_503(line: Line) -> None:
    """A purchase whose COMMIT did not reach PostgreSQL takes no points, and its key is free for the repetition."""
    answer = await line.purchase("a key", mode=CUT_BEFORE)
    assert (answer.status, answer.code) == (503, "unavailable")
    assert (await line.purchase("a key")).status == 200
    assert (await line.verdict("COMMIT of a purchase cut before")).counts["vouchers"] == 1


async def test_a_change_that_nothing_proves_is_of_unknown_outcome(line: Line) -> None:
    """A new reward whose COMMIT was not answered: 503 says that the outcome is unknown; under a key it is known."""
    body = {
        "type": "VOUCHER", "name": "A tea", "price": 3, "purchasable": True,
        "availability": {"start": "2020-01-01T00:00:00Z"},
    }  # fmt: skip
    client = line.crowd.reporters[0].client
    line.proxy.arm(CUT_AFTER)
    answer = await client.call("POST", "/v1/rewards/", body)
    assert (answer.status, answer.code) == (503, "outcome_unknown")
    line.proxy.arm(CUT_AFTER)
    first = await client.call("POST", "/v1/rewards/", body, Idempotency_Key="a key")
    again = await client.call("POST", "/v1/rewards/", body, Idempotency_Key="a key")
    assert (first.status, first.data) == (200, again.data)
    assert line.proxy.commits_met == 2


@pytest.fixture
async def lazy_log(database: Database) -> AsyncIterator[None]:
    """Let PostgreSQL write its log when somebody commits, and hardly ever by itself."""
    connection = await asyncpg.connect(database.url())
    try:
        await connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        await connection.execute("SELECT pg_reload_conf()")
        yield
    finally:
        await connection.close()
        connection = await asyncpg.connect(database.url())
        await connection.execute("ALTER SYSTEM RESET wal_writer_delay")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.close()


@pytest.mark.usefixtures("lazy_log")
async def test_a_transaction_number_given_out_again_proves_nothing(line: Line) -> None:
    """PostgreSQL crashes before COMMIT arrives and gives the same number to others, who commit: 503, not recorded."""
    is_given_again, recorded = False, 1
    for _ in range(ATTEMPTS):
        waiting = asyncio.create_task(line.event(mode=HOLD))
        await line.proxy.held()
        is_given_again = await crash_and_use_numbers(line.database)
        line.proxy.release()
        answer = await waiting
        assert (answer.status, answer.code) == (503, "unavailable")
        if is_given_again:
            break
        async with asyncio.timeout(60):
            while (await line.event()).status != 200:
                pass
        recorded += 1
    assert is_given_again, "the number was not given out again, so this proves nothing"
    assert (await line.verdict("a crash during COMMIT")).counts["events recorded"] == recorded
    assert (await line.again()).status == 200


async def crash_and_use_numbers(database: Database) -> bool:
    """Kill a backend, so that PostgreSQL restarts; then commit transactions until the lost one's number is used.

    Returns whether it was given out again: it is used up where its log had been written before the crash.
    """
    connection, witness = [await asyncpg.connect(database.url()) for _ in range(2)]
    held = await connection.fetchval("SELECT max(backend_xid::text::bigint) FROM pg_stat_activity")
    assert held is not None
    os.kill(connection.get_server_pid(), signal.SIGKILL)
    connection.terminate()
    async with asyncio.timeout(60):
        while not witness.is_closed():  # noqa: ASYNC110 - PostgreSQL ends all of its processes
            await asyncio.sleep(0.01)
    await database.answering()
    connection = await asyncpg.connect(database.url())
    used: list[int] = []
    while not used or used[-1] <= held:
        used.append(int(await connection.fetchval("SELECT pg_current_xact_id()::text")))
    await connection.close()
    return bool(used[0] <= held)
