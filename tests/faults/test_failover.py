"""A standby follows PostgreSQL, and takes over when that is killed (F14); until then nobody is served by it (F16)."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from punchcard.db import binaries, checks, postmaster
from punchcard.db.embedded import Urls
from punchcard.db.folder import ROLE_APP, ROLE_OWNER, ROLE_SUPER
from punchcard.errors import StartRefused
from tests.oracle.client import Client
from tests.sizes import TIER

from .conftest import Cluster, Engine, loaded, shop_of
from .proxy import Proxy
from .test_outages import stopped

pytestmark = [
    pytest.mark.crash,
    pytest.mark.figure(name="N02"),
    pytest.mark.skipif(TIER == "P", reason="./dev prove has the time for it"),
]

EACH = 100
STATE = "select sync_state from pg_stat_replication"


@asynccontextmanager
async def unattended(data: Path) -> AsyncIterator[Cluster]:
    """Run a PostgreSQL on a data folder that nobody starts again when it has ended."""
    cluster = Cluster(data)
    account = binaries.account_for(cluster.folder.cluster)
    server = postmaster.Postmaster(cluster.folder, binaries.find(account), durable=True, tell=print)
    await server.start(account)
    try:
        yield cluster
    finally:
        await server.stop()


@asynccontextmanager
async def follower(primary: Cluster, data: Path, cast: Callable[[Path], None]) -> AsyncIterator[Cluster]:
    """Run a standby of a PostgreSQL, which waits for it."""
    cast(data)
    standby = Cluster(data)
    account = binaries.account_for(standby.folder.cluster)
    subprocess.run(["rm", "-r", standby.folder.cluster], check=True)  # noqa: ASYNC221 - passwords are wanted alone
    program = binaries.find(account).program("pg_basebackup")
    url = primary.folder.url(ROLE_SUPER, primary.port, "postgres")
    to = f"--pgdata={standby.folder.cluster}"
    subprocess.run([program, f"--dbname={url}", to, "--write-recovery-conf", "--checkpoint=fast"], check=True)  # noqa: ASYNC221
    (data / "credentials.json").write_bytes((primary.folder.root / "credentials.json").read_bytes())
    if account is not None:
        postmaster.adopt_files(standby.folder.cluster, account)
    async with unattended(data):
        yield standby


async def test_a_standby_that_is_waited_for_takes_over(tmp_path: Path, cast: Callable[[Path], None]) -> None:
    """F14, F16: the primary is killed under load, its standby promoted: 0 lost, 0 doubled, and none served before."""
    cast(tmp_path / "first" / "data")
    async with (
        unattended(tmp_path / "first" / "data") as primary,
        follower(primary, tmp_path / "second" / "data", cast) as standby,
    ):
        assert await level_of(primary) == "warning"
        await wait_for_standby(primary)
        assert await level_of(primary) == "ok"
        with pytest.raises(StartRefused, match="a standby that takes no writes"):
            await checks.require_durable(standby.url(ROLE_APP), allow_unsafe=False)
        with Proxy(primary.url(ROLE_APP)).running() as proxy:
            engine = Engine(tmp_path / "engine", Urls(proxy.url, primary.url(ROLE_OWNER)))
            engine.folder = primary.folder
            try:
                await engine.start(PUNCHCARD_DATABASE_SECONDS_MAX="2")
                await hang(engine, standby)
                await fail_over(engine, proxy, primary, standby, tmp_path)
            finally:
                engine.stop()


async def hang(engine: Engine, standby: Cluster) -> None:
    """Let the standby hang: what it does not have yet is not told to be recorded, and is there once it goes on."""
    async with shop_of(engine.address, engine.url()) as shop, Client(engine.address, shop.headers()) as client:
        body = {"type": "PURCHASED_COFFEE", "subject": shop.cafe()["id"], "payload": {"total": 1}}
        async with stopped(standby):
            answer = await client.call("POST", "/v1/events", body)
        assert (answer.status, answer.code) == (503, "outcome_unknown")
        assert (await client.call("POST", "/v1/events", body)).code == "event_already_exists"


async def fail_over(engine: Engine, proxy: Proxy, primary: Cluster, standby: Cluster, tmp_path: Path) -> None:
    """Let the primary die under load; let the oracle judge by what the standby has."""
    async with loaded(engine, tmp_path) as (shop, load):
        await load.more(EACH)
        primary.signal(signal.SIGKILL)
        connection = await asyncpg.connect(standby.url())
        assert await connection.fetchval("select pg_promote()")
        await connection.close()
        proxy.lead_to(standby.url(ROLE_APP))
        await load.more(EACH)
        await load.stop()
        await load.crowd.verdict(standby.url(), shop.tenant.tenant_id, "a standby took over")


async def wait_for_standby(primary: Cluster) -> None:
    """Let PostgreSQL wait for its standby with each commit."""
    connection = await asyncpg.connect(primary.url())
    await connection.execute("alter system set synchronous_standby_names = '*'")
    await connection.execute("select pg_reload_conf()")
    async with asyncio.timeout(60):
        while await connection.fetchval(STATE) != "sync":  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    await connection.close()


async def level_of(cluster: Cluster) -> str:
    """Return what `doctor` thinks of the standbys."""
    (found,) = [one for one in await checks.findings(cluster.url(ROLE_APP)) if one.code == "standbys"]
    return found.level
