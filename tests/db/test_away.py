"""A database that is away: what an attempt to reach it leaves behind."""

import asyncio
import gc
from collections.abc import AsyncIterator

import asyncpg
import pytest

from punchcard.db import postmaster
from punchcard.db.connection import Db
from punchcard.errors import Unavailable

STARTING = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
ATTEMPTS = 5


@pytest.fixture(params=["nobody listens", "it is starting up"])
async def away(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    """Yield the port of a PostgreSQL that takes no connection."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(b"E" + (len(STARTING) + 4).to_bytes(4) + STARTING)
        writer.close()

    if request.param == "nobody listens":
        yield postmaster.free_port()
        return
    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_a_failed_attempt_leaves_nothing_in_memory(away: int) -> None:
    """What an attempt to connect has made is gone with its error: the collector finds none of it."""
    pool = asyncpg.create_pool(f"postgresql://a:b@127.0.0.1:{away}/c?sslmode=disable", min_size=0, max_size=2)
    async with pool:
        db = Db(pool, 5)
        gc.collect()
        known = {id(one): one for one in faults()}  # held, so that nothing new can have their ids
        gc.disable()
        try:
            for _ in range(ATTEMPTS):
                with pytest.raises(Unavailable):
                    await db.fetchval("select 1")
            await asyncio.sleep(0)
            left = [type(one) for one in faults() if id(one) not in known]
        finally:
            gc.enable()
    assert len(left) <= 1, left  # the one that pytest holds


def faults() -> list[BaseException]:
    """Return the errors that are in memory now, whoever holds them."""
    return [one for one in gc.get_objects() if isinstance(one, OSError | asyncpg.PostgresError)]
