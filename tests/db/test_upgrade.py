"""Databases as released versions left them, migrated while somebody works on them: R15, F33."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx2 as httpx
import pytest

from punchcard.db import embedded, migrate
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.conftest import served
from tests.db import released
from tests.points.books import require_right

RELEASES = sorted(released.FOLDER.glob("*.sql"))
BALANCES = "select user_id, balance, entries from wallets order by user_id"
EVENTS = "select id, payload::text, points, verdicts::text from events order by id"
LEDGER = "select user_id, number, points, balance_after from ledger_entries order by user_id, number"
# What processes of the version before do meanwhile: they hold wallets, read, and add.
HOLD = "select from wallets order by user_id limit 1 for no key update"
LOOK = "select count(*) from events join ledger_entries using (tenant_id, user_id)"
ADD = """
    insert into claims (tenant_id, user_id, fingerprint, event_id, reported_at)
    select tenant_id, user_id, uuid_send(gen_random_uuid()), gen_random_uuid(), now() from wallets limit 1
"""


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Urls]:
    """Run an empty database."""
    async with embedded.running(tmp_path / "data", purpose="serve", durable=False) as urls:
        yield urls


async def work(url: str, is_over: asyncio.Event) -> int:
    """Do what others do until it is over; return how often."""
    connection = await asyncpg.connect(url)
    rounds = 0
    while not is_over.is_set() or not rounds:
        async with connection.transaction():
            await connection.execute(HOLD)
            await connection.execute(ADD)
            await connection.fetchval(LOOK)
        rounds += 1
    await connection.close()
    return rounds


async def everything(url: str) -> list[list[asyncpg.Record]]:
    """Return what must not change."""
    connection = await asyncpg.connect(url)
    found = [await connection.fetch(sql) for sql in (BALANCES, EVENTS, LEDGER)]
    await connection.close()
    return found


@pytest.mark.figure(name="R15")
@pytest.mark.parametrize("release", RELEASES, ids=lambda file: file.stem)
async def test_each_release_is_migrated_under_load(empty: Urls, release: Path) -> None:
    """Whoever works meanwhile is refused nothing; events, entries and balances are the same, and the books agree."""
    released.load(empty, release)
    before = await everything(empty.owner)
    assert before[1]
    is_over = asyncio.Event()
    working = [asyncio.create_task(work(empty.owner, is_over)) for _ in range(3)]
    await migrate.run(empty.owner, await migrate.role_of(empty.app))
    is_over.set()
    assert min(await asyncio.gather(*working)) > 0
    assert await everything(empty.owner) == before
    assert all(one.state == "applied" for one in await migrate.status(empty.app))
    with served(released.environment(empty)) as (address, _):
        assert httpx.get(f"{address}/readyz", timeout=60).status_code == 200
        db = await Db.open(empty.app, size=2)
        for row in await db.fetch("select id from tenants"):
            await require_right(db, row["id"])
        await db.close()


def test_there_is_a_release_to_migrate_from() -> None:
    """At least one is kept."""
    assert RELEASES
