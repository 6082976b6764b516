"""Durable databases and engines of their own, to be killed, stopped, filled and cut off."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from punchcard.commands.create_tenant import create_tenant
from punchcard.db import embedded
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.db.folder import DATABASE, ROLE_OWNER, ROLE_SUPER, DataFolder
from tests.conftest import ANNOUNCEMENT, served, server_environment
from tests.nursery import Child, nursery
from tests.oracle.crowd import Crowd
from tests.ports import free_port
from tests.shop import Shop

from .load import Load

CLIENTS = 12


class Cluster:
    """A data folder's PostgreSQL, seen from outside: where it is, and its processes."""

    def __init__(self, data: Path) -> None:
        self.folder = DataFolder(data)

    @property
    def postmaster(self) -> int:
        """The process id of PostgreSQL's first process."""
        return int((self.folder.cluster / "postmaster.pid").read_text().split("\n", 1)[0])

    @property
    def port(self) -> int:
        """The port of PostgreSQL."""
        return int((self.folder.cluster / "postmaster.pid").read_text().split("\n")[3])

    def url(self, role: str = ROLE_SUPER) -> str:
        """Return the URL of the application's database for a role."""
        return self.folder.url(role, self.port, DATABASE)

    def processes(self) -> list[int]:
        """Return the ids of all of PostgreSQL's processes, the first one first."""
        first = self.postmaster
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]

    def signal(self, number: int, *, everybody: bool = True) -> None:
        """Send a signal to all of PostgreSQL's processes, or only the first."""
        for pid in self.processes() if everybody else [self.postmaster]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    async def answering(self) -> float:
        """Wait until PostgreSQL takes connections; return when it did, on the loop's clock."""
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(OSError, ValueError, IndexError, asyncpg.PostgresError):
                    connection = await asyncpg.connect(self.url(), timeout=5)
                    await connection.close()
                    return asyncio.get_running_loop().time()
                await asyncio.sleep(0.01)


class Engine(Cluster):
    """`punchcard serve` on a data folder and a port of its own: to be started, killed and started again."""

    def __init__(self, data: Path, urls: Urls | None = None) -> None:
        """Without URLs it has a PostgreSQL of its own on the folder; with them it uses one that outlives it."""
        super().__init__(data)
        self.data = data
        self._urls = urls
        self._port = free_port()
        self._process: Child | None = None
        self.count = 1
        """How many processes it starts with."""
        self.address = f"http://127.0.0.1:{self._port}"

    @property
    def process(self) -> Child:
        """The server's process."""
        assert self._process is not None
        return self._process

    async def start(self, **settings: str) -> None:
        """Start the server and wait until it listens; the one before must have ended."""
        self.stop()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PUNCHCARD_")}
        kept["PUNCHCARD_KEY_RATE_LIMIT"] = "0"
        if self._urls is not None:
            kept |= {"PUNCHCARD_DATABASE_URL": self._urls.app, "PUNCHCARD_MIGRATE_URL": self._urls.owner}
        with (self.data.parent / "log").open("a") as log:
            arguments = ["serve", "--port", str(self._port)]
            arguments += ["--data", str(self.data)] if self._urls is None else []
            arguments += ["--processes", str(self.count)] if self.count > 1 else []
            self._process = nursery().start(arguments, kept | settings, log)
        line = await asyncio.to_thread(self._process.stdout.readline)
        assert line.startswith(ANNOUNCEMENT), f"the server did not start: {line!r}"

    def kill(self) -> None:
        """Kill the server without any warning."""
        self.process.kill()
        self.process.wait(60)

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(60)
        if self._process is not None:
            self._process.stdout.close()


@pytest.fixture
def engine(tmp_path: Path, cast: Callable[[Path], None]) -> Iterator[Engine]:
    """Return an engine on a folder of its own; not started."""
    made = Engine(tmp_path / "below" / "data")
    cast(made.data)
    yield made
    made.stop()
    shutil.rmtree(made.data, ignore_errors=True)


@pytest.fixture
def branch(database: "Database") -> Iterator[Engine]:
    """Return an engine on the database that outlives it; not started."""
    made = Engine(database.folder.root, database.urls)
    yield made
    made.stop()


@asynccontextmanager
async def shop_of(address: str, app_url: str) -> AsyncIterator[Shop]:
    """Make a tenant straight in the database; speak for it at an address."""
    db = await Db.open(app_url, size=2)
    tenant = await create_tenant(db, "A shop")
    await db.close()
    with Shop(address, tenant) as shop:
        yield shop


@asynccontextmanager
async def loaded(engine: Engine, tmp_path: Path, *, users: int = 8) -> AsyncIterator[tuple[Shop, Load]]:
    """Put an engine that runs under load: a shop with limits and rewards, and clients that insist."""
    async with shop_of(engine.address, engine.url(ROLE_OWNER)) as shop:
        members, reward = furnished(shop, users)
        async with Crowd([engine.address], shop.headers(), tmp_path / "journal", CLIENTS, seconds_max=30) as crowd:
            load = Load(crowd, members, reward)
            load.start()
            try:
                yield shop, load
            finally:
                await load.abandon()


def furnished(shop: Shop, users: int) -> tuple[list[str], str]:
    """Give a shop reactors with and without limits, users and a reward; return the users' ids and the reward's."""
    members = [shop.cafe()["id"], *(shop.user()["id"] for _ in range(users - 1))]
    shop.reactor({"operation": "SUM", "arguments": [{"type": "NUMBER", "value": "5"}]}, maxActivations=40)
    shop.reactor(maxActivations=300, activationContext="TENANT", constraint={"properties": {"total": {"minimum": 3}}})
    shop.reactor(reactions=[{"type": "WEBHOOK", "url": "https://example.org/told"}], name="A webhook")
    return members, str(shop.reward(3, "A coffee", stockCapacity=10_000)["id"])


class Database(Cluster):
    """A durable, migrated PostgreSQL of this process's own."""

    def __init__(self, data: Path, urls: Urls) -> None:
        super().__init__(data)
        self.urls = urls


@pytest.fixture(scope="session")
async def database(tmp_path_factory: pytest.TempPathFactory, cast: Callable[[Path], None]) -> AsyncIterator[Database]:
    """Run a durable PostgreSQL for the tests that start their servers themselves."""
    data = tmp_path_factory.mktemp("durable") / "data"
    cast(data)
    async with embedded.running(data, purpose="serve") as urls:
        yield Database(data, urls)
    shutil.rmtree(data, ignore_errors=True)


Served = Callable[..., AbstractAsyncContextManager[tuple[str, Shop]]]


@pytest.fixture
def serving(database: Database) -> Served:
    """Return a function that runs a server with given settings, and a shop at it."""

    @asynccontextmanager
    async def run(url: str | None = None, **settings: str) -> AsyncIterator[tuple[str, Shop]]:
        environment = server_environment(Urls(url or database.urls.app, database.urls.owner), **settings)
        del environment["PUNCHCARD_ALLOW_UNSAFE_DURABILITY"]
        with served(environment, log=database.folder.root.parent / "log") as (address, _):
            async with shop_of(address, database.urls.app) as shop:
                yield address, shop

    return run
