"""Half an hour, or an hour, under load, with a fault every half minute (R11). Not in `./dev test`."""

import asyncio
import random
import signal
import time
from pathlib import Path

import asyncpg
import psutil
import pytest

from tests.sizes import SECONDS, SEED, SIZES, TIER, done

from .conftest import Engine, loaded
from .test_kills import end_connections, kill_a_backend

pytestmark = [
    pytest.mark.crash,
    pytest.mark.figure(name="R11"),
    pytest.mark.skipif(TIER == "P", reason="./dev prove has the time for it"),
]

NAME = "R11 seconds of soak"
FAULT_SECONDS = 30
WARM_SECONDS = 30
GROWTH_MAX = 1.05
BETWEEN = 20
BACKLOG_SECONDS_MAX = 60
DUE = "select exists (select from jobs where state in ('QUEUED', 'RUNNING') and due_at <= clock_timestamp())"


async def test_memory_and_books_after_a_soak(engine: Engine, tmp_path: Path) -> None:
    """R11: PostgreSQL is stopped, cut off and killed every 30 s; 0 lost, 0 doubled, no backlog, no more memory."""
    chance, most = random.Random(SEED), min(SECONDS, SIZES[NAME].on_release)
    await engine.start()
    async with loaded(engine, tmp_path, users=40) as (shop, load):
        await asyncio.sleep(min(WARM_SECONDS, most / 4))
        before, started, faults = memory(engine), time.monotonic(), 0
        while time.monotonic() - started < most:
            await asyncio.sleep(min(FAULT_SECONDS, most / 4))
            await fault(engine, chance)
            faults += 1
            await load.more(BETWEEN)
        done[NAME] += round(time.monotonic() - started)
        await load.stop()
        await until_worked_off(engine)
        after = memory(engine)
        title = f"{faults} faults, {before >> 20} MB before and {after >> 20} MB after"
        await load.crowd.verdict(engine.url(), shop.tenant.tenant_id, title)
    assert after <= before * GROWTH_MAX


async def until_worked_off(engine: Engine) -> None:
    """Wait until no job is due any more, a minute at most."""
    connection = await asyncpg.connect(engine.url())
    try:
        async with asyncio.timeout(BACKLOG_SECONDS_MAX):
            while await connection.fetchval(DUE):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
    finally:
        await connection.close()


def memory(engine: Engine) -> int:
    """Return the bytes that the server holds in memory."""
    return int(psutil.Process(engine.process.pid).memory_info().rss)


async def fault(engine: Engine, chance: random.Random) -> None:
    """Let one of several things happen to PostgreSQL."""
    kind = chance.randrange(4)
    if kind == 0:
        engine.signal(signal.SIGSTOP)
        await asyncio.sleep(chance.uniform(0.1, 3))
        engine.signal(signal.SIGCONT)
    elif kind == 1:
        await end_connections(engine)
    elif kind == 2:
        await kill_a_backend(engine)
    else:
        engine.signal(signal.SIGKILL)
        await engine.answering()
