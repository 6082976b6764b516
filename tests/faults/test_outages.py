"""The database hangs, is busy, is full, or refuses one event: 503 in time, nothing half done, and all recovers."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from punchcard.db.folder import ROLE_OWNER
from tests.oracle.check import examine
from tests.oracle.client import Answer, Client
from tests.oracle.crowd import Crowd, adjust, event, purchase
from tests.oracle.dump import dump
from tests.oracle.journal import read
from tests.shop import Shop

from .conftest import Cluster, Database, Engine, Served, furnished, loaded, shop_of

pytestmark = pytest.mark.crash

STATEMENT_SECONDS = 1.0
# A statement's limit, then the connection is given up, and an outcome looked for: each is bounded, and so is the sum.
HANG_SECONDS_MAX = 25.0


async def timed(client: Client, method: str, path: str, body: Any = None) -> tuple[Answer, float]:
    """Call, and say how many seconds it took."""
    started = asyncio.get_running_loop().time()
    answer = await client.call(method, path, body)
    return answer, asyncio.get_running_loop().time() - started


async def recovered(client: Client) -> None:
    """Wait until the server says that it is ready."""
    async with asyncio.timeout(60):
        while (await client.call("GET", "/readyz")).status != 200:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


@asynccontextmanager
async def stopped(cluster: Cluster) -> AsyncIterator[None]:
    """Stop all of PostgreSQL's processes for as long as the block lasts."""
    cluster.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        cluster.signal(signal.SIGCONT)


async def test_postgres_hangs(database: Database, serving: Served, tmp_path: Path) -> None:
    """PostgreSQL stands still: 503 within the configured time, and not ready; then all goes on, and nothing is lost."""
    settings = {"PUNCHCARD_DATABASE_SECONDS_MAX": str(STATEMENT_SECONDS), "PUNCHCARD_ACQUIRE_SECONDS_MAX": "1"}
    async with serving(**settings) as (address, shop), Client(address, shop.headers()) as client:
        (user,), reward = furnished(shop, 1)
        bodies = [{"type": "PURCHASED_COFFEE", "subject": user, "payload": {"total": 9, "n": n}} for n in range(40)]
        async with Crowd([address], shop.headers(), tmp_path / "journal", 12) as crowd:
            await crowd.work_off(map(event, bodies[:12]))
            async with stopped(database):
                started = asyncio.get_running_loop().time()
                calls = [*map(event, bodies[12:20]), *[purchase({"rewardId": reward, "beneficiaryId": user})] * 4]
                hanging = asyncio.create_task(crowd.at_once(calls))
                ready, _ = await timed(client, "GET", "/readyz")
                wallet, _ = await timed(client, "GET", f"/v1/users/{user}/wallet")
                alive = await client.call("GET", "/livez")
                answers = await hanging
                took = asyncio.get_running_loop().time() - started
            print(f"PostgreSQL hangs: all answered after {took:.1f} s")  # noqa: T201 - the figure is wanted
            assert {answer.status for answer in answers} == {503}
            assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers)
            assert (ready.status, wallet.status, alive.status) == (503, 503, 200)
            assert took < HANG_SECONDS_MAX
            await recovered(client)
            again = await crowd.work_off(map(event, bodies[12:]))
            assert {answer.status for answer in again} <= {200, 409}
            findings = await crowd.verdict(database.url(), shop.tenant.tenant_id, "PostgreSQL stood still")
    assert findings.counts["events recorded"] == len(bodies)


@pytest.mark.figure(name="R20")
async def test_the_pool_is_exhausted(database: Database, serving: Served, tmp_path: Path) -> None:
    """All connections wait for one row: others get 503 in about a second, and all goes well when the row is free."""
    settings = {"PUNCHCARD_DATABASE_CONNECTIONS": "4", "PUNCHCARD_ACQUIRE_SECONDS_MAX": "1"}
    settings["PUNCHCARD_DATABASE_SECONDS_MAX"] = "60"
    async with serving(**settings) as (address, shop), Client(address, shop.headers()) as client:
        (user, other), _ = furnished(shop, 2)
        holder = await asyncpg.connect(database.url())
        async with Crowd([address], shop.headers(), tmp_path / "journal", 12) as crowd:
            adjusting = {"actorId": user, "points": 1, "impactType": "EARN", "comment": "One more"}
            async with holder.transaction():
                await holder.execute("SELECT FROM wallets WHERE user_id = $1 FOR UPDATE", user)
                waiting = asyncio.create_task(crowd.at_once([adjust(adjusting)] * 12))
                await until_waiting(database, 4)
                refused, took = await timed(client, "GET", f"/v1/users/{other}/wallet")
                ready, _ = await timed(client, "GET", "/readyz")
            answers = await waiting
            await holder.close()
            assert (refused.status, refused.code, ready.status) == (503, "unavailable", 503)
            assert took < HANG_SECONDS_MAX
            assert {answer.status for answer in answers} == {200, 503}
            assert (await client.call("GET", f"/v1/users/{other}/wallet")).status == 200
            assert sum(answer.status == 200 for answer in answers) >= 4
    print(f"pool exhausted: 503 after {took:.2f} s")  # noqa: T201 - the figure is wanted


async def until_waiting(database: Database, count: int) -> None:
    """Wait until so many connections wait for a lock."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'punchcard'"
    connection = await asyncpg.connect(database.url())
    async with asyncio.timeout(60):
        while await connection.fetchval(sql) < count:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
    await connection.close()


async def test_a_poisoned_event_harms_only_its_sender(database: Database, serving: Served, tmp_path: Path) -> None:
    """Events that PostgreSQL itself refuses among good ones: those fail, every other one is recorded, once."""
    owner = await asyncpg.connect(database.url(ROLE_OWNER))
    await owner.execute(
        """
        CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF new.payload ->> 'poison' IS NOT NULL THEN RAISE EXCEPTION 'poison'; END IF;
            RETURN new;
        END $$;
        CREATE TRIGGER poison BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse_poison();
        """
    )
    try:
        async with serving(PUNCHCARD_REPORT_SHARDS="1") as (address, shop):
            users, _ = furnished(shop, 4)
            bodies = [
                {
                    "type": "PURCHASED_COFFEE", "subject": users[number % 4],
                    "payload": {"total": 5, "n": number, **({"poison": True} if number % 20 == 7 else {})},
                }
                for number in range(320)
            ]  # fmt: skip
            async with Crowd([address], shop.headers(), tmp_path / "journal", 32) as crowd:
                answers: list[Answer] = []
                for start in range(0, len(bodies), 32):
                    answers += await crowd.at_once([event(body) for body in bodies[start : start + 32]])
                for answer, body in zip(answers, bodies, strict=True):
                    assert answer.status == (500 if "poison" in body["payload"] else 200)
                findings = examine(read(crowd.journal.path), await dump(database.url(), shop.tenant.tenant_id))
                assert len(findings.faults) == 16, "nothing but the sixteen 500"
                assert all("was answered 500" in fault for fault in findings.faults)
                assert findings.counts["events recorded"] == 304
    finally:
        await owner.execute("DROP TRIGGER poison ON events; DROP FUNCTION refuse_poison()")
        await owner.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 400 MB in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small file system to fill")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "none", place], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("this machine lets nobody mount a small file system to fill")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


async def test_the_disk_is_full(small_disk: Path, tmp_path: Path) -> None:
    """A full disk: 503 storage_full, nothing half recorded, reading goes on; with space again, so does reporting."""
    engine = Engine(small_disk / "below" / "data")
    engine.data.parent.mkdir()
    await engine.start()
    try:
        async with (
            shop_of(engine.address, engine.url(ROLE_OWNER)) as shop,
            Crowd([engine.address], shop.headers(), tmp_path / "journal", 4) as crowd,
        ):
            await fill_and_free(engine, shop, crowd, small_disk)
            await crowd.verdict(engine.url(), shop.tenant.tenant_id, "disk full")
    finally:
        engine.stop()


async def fill_and_free(engine: Engine, shop: Shop, crowd: Crowd, disk: Path) -> None:
    """Report until the disk is full, look around, make space, and report on."""
    user = shop.cafe()["id"]

    def large() -> dict[str, Any]:
        text = "".join(uuid4().hex for _ in range(3000))  # does not compress
        return {"type": "PURCHASED_COFFEE", "subject": user, "payload": {"total": 1, "items": [text]}}

    # A new WAL segment, so that the data runs out of space and not the log, which would stop PostgreSQL.
    connection = await asyncpg.connect(engine.url())
    await connection.execute("SELECT pg_switch_wal()")
    await crowd.work_off([event(large())])
    await connection.close()
    filler = disk / "filler"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    filler.write_bytes(b"\0" * (free - 2_000_000))
    answers = await crowd.work_off([event(large()) for _ in range(60)])
    assert {answer.status for answer in answers} == {200, 503}
    assert {answer.code for answer in answers if answer.status == 503} == {"storage_full"}
    assert shop.balance({"id": user}) == 1 + sum(answer.status == 200 for answer in answers)
    filler.unlink()
    answers = await crowd.work_off([event(large()) for _ in range(20)])
    assert {answer.status for answer in answers} == {200}


async def test_stopping_and_going_on_under_load(engine: Engine, tmp_path: Path) -> None:
    """PostgreSQL stands still for a moment, again and again, under load: nothing is lost, nothing doubled."""
    await engine.start(PUNCHCARD_DATABASE_SECONDS_MAX="0.5", PUNCHCARD_ACQUIRE_SECONDS_MAX="0.5")
    async with loaded(engine, tmp_path) as (shop, load):
        for pause in (0.2, 1.0, 2.0):
            await load.more(100)
            async with stopped(engine):
                await asyncio.sleep(pause)
            await load.more(1)
        refused = load.statuses[503]
        await load.stop()
        await load.crowd.verdict(engine.url(), shop.tenant.tenant_id, f"3 stops of PostgreSQL, {refused} times 503")
