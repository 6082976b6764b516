"""A place to work at, and a table for what the tests' jobs do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID, uuid4

import asyncpg
import pytest

from punchcard import wire
from punchcard.db import queue
from punchcard.db.connection import Db, Row
from punchcard.db.embedded import Urls
from punchcard.db.migrate import role_of
from punchcard.jobs.step import Workplace
from tests.jobs.kinds import TABLE
from tests.jobs.process import workplace

Enqueue = Callable[..., Awaitable[UUID]]
ENDED_SECONDS_MAX = 120


@pytest.fixture
async def place(db: Db, urls: Urls) -> AsyncIterator[Workplace]:
    """Return a workplace; jobs that another test left open are out of the way."""
    owner = await asyncpg.connect(urls.owner)
    await owner.execute(TABLE)
    await owner.execute(f"grant select, insert on job_effects to {await role_of(urls.app)}")
    await owner.execute("delete from jobs")
    await owner.execute("delete from schedules")
    yield workplace(db)
    await owner.close()


@pytest.fixture
def tenant_id() -> UUID:
    """Return the id of a tenant that has nothing but jobs."""
    return uuid4()


@pytest.fixture
def enqueue(db: Db, tenant_id: UUID) -> Enqueue:
    """Return a function that puts a job in."""

    async def put(kind: str, *, key: str | None = None, tenant: UUID = tenant_id, **given: wire.Json) -> UUID:
        return await db.run(lambda tx: queue.enqueue(tx, tenant, kind, given, key=key))

    return put


async def read(db: Db, id: UUID) -> Row:
    """Return a job's row."""
    row = await db.fetchrow("select * from jobs where id = $1", id)
    assert row is not None
    return row


async def ended(db: Db, id: UUID) -> Row:
    """Wait until a job has ended; return its row."""
    async with asyncio.timeout(ENDED_SECONDS_MAX):
        while (row := await read(db, id))["ended_at"] is None:  # noqa: ASYNC110 - another process ends it
            await asyncio.sleep(0.02)
    return row


async def make_due(db: Db, id: UUID) -> None:
    """Let a job's lease, or its pause, be over now."""
    await db.execute("update jobs set due_at = statement_timestamp() - interval '1 second' where id = $1", id)
