"""A real PostgreSQL and a real server for each test process, and a tenant of its own for each test."""

import contextlib
import fcntl
import gc
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import settings

from punchcard.commands.create_tenant import create_tenant
from punchcard.db import embedded, migrate
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests import demo, sizes
from tests.nursery import Child, nursery
from tests.shop import Shop

# How long an example takes says something of the machine alone.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

ANNOUNCEMENT = "Punchcard listens on "
LENT_SECONDS_MAX = 30.0
"""How long one waits for a connection of a pool, where a test does not say: a busy machine may need seconds for one."""
MOULD = "TESTS_MOULD"
"""The variable that names the data folder of another run, of which this one takes its copies."""
LONGEST_FIRST = ("faults", "console", "http", "cli", "seeded", "project", "jobs", "db", "races", "points", "events")
"""Folders in the order in which they are begun: a long file begun last would leave all workers idle but one."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while tests are collected, nor among that afterwards: all of it stays to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_sessionfinish() -> None:
    """Tell how much of each figure was tried."""
    sizes.tell()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose files take longest."""
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.parent, len(ranks)))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return a folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
async def mould(shared: Path) -> Path:
    """Return a data folder as a first start has left it, which nobody works in.

    All processes of this run share it, those that a test starts as well, if they are told: making and migrating a
    cluster takes a second.
    """
    if MOULD in os.environ:
        return Path(os.environ[MOULD])
    made = shared / "mould"
    with (shared / "mould.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            async with embedded.running(made, purpose="command", durable=False) as found:
                await migrate.run(found.owner, await migrate.role_of(found.app))
    return made


@pytest.fixture(scope="session")
def cast(mould: Path) -> Callable[[Path], None]:
    """Return a function that makes a data folder as a first start has left it."""
    return lambda folder: copy(mould, folder)


def copy(mould: Path, folder: Path) -> None:
    """Copy a data folder that nobody works in."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Python's own copy would leave the owner out, and PostgreSQL never works for root.
    subprocess.run(["cp", "-a", mould, folder], check=True)


@pytest.fixture(scope="session")
def copy_demo(shared: Path) -> Callable[[Path], None]:
    """Return a function that makes a data folder as a demo has filled it, and beside it `first`: what that one said.

    It is copied from one that all processes of this run share, as `cast` does: filling one takes ten seconds.
    """
    mould = shared / "demo" / "data"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Made anew, where somebody who made it has failed: then `first` is missing.
        if not (mould.parent / "first").exists():
            shutil.rmtree(mould.parent, ignore_errors=True)
            mould.parent.mkdir()
            demo.fill(mould)

    def made(folder: Path) -> None:
        copy(mould, folder)
        shutil.copy(mould.parent / "first", folder.parent / "first")

    return made


@pytest.fixture(scope="session")
async def urls(tmp_path_factory: pytest.TempPathFactory, cast: Callable[[Path], None]) -> AsyncIterator[Urls]:
    """Run one migrated database for all tests of this process; it gives durability up for speed."""
    folder = tmp_path_factory.mktemp("database") / "data"
    cast(folder)
    async with embedded.running(folder, purpose="serve", durable=False) as found:
        yield found


@pytest.fixture(scope="session")
async def db(urls: Urls) -> AsyncIterator[Db]:
    """Connect to the database as the application does."""
    opened = await Db.open(urls.app, size=4, acquire_seconds_max=LENT_SECONDS_MAX)
    yield opened
    await opened.close()


@pytest.fixture
async def owner(urls: Urls) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Connect as the role that owns the tables."""
    connection = await asyncpg.connect(urls.owner)
    yield connection
    await connection.close()


def server_environment(urls: Urls, **settings: str) -> dict[str, str]:
    """Return the environment of a server on `urls`, which lets everybody call as often as a test may like."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PUNCHCARD_")}
    return kept | {
        "PUNCHCARD_DATABASE_URL": urls.app,
        "PUNCHCARD_MIGRATE_URL": urls.owner,
        "PUNCHCARD_ALLOW_UNSAFE_DURABILITY": "tests",
        "PUNCHCARD_ACQUIRE_SECONDS_MAX": str(LENT_SECONDS_MAX),
        "PUNCHCARD_KEY_RATE_LIMIT": "0",
        "PUNCHCARD_USER_RATE_LIMIT": "0",
        **settings,
    }


def faults_in(log: Path) -> list[str]:
    """Return the errors that a server has logged itself; what libraries say of clients comes with a logger's name."""
    return [line for line in log.read_text().splitlines() if '"level": "error"' in line and '"logger": ' not in line]


@contextlib.contextmanager
def served(environment: dict[str, str], *arguments: str, log: Path | None = None) -> Iterator[tuple[str, Child]]:
    """Run `punchcard serve` on a free port; yield its address and its process."""
    with contextlib.ExitStack() as stack:
        errors = stack.enter_context(log.open("w")) if log else None
        process = stack.enter_context(nursery().start(["serve", "--port", "0", *arguments], environment, errors))
        stack.callback(process.kill)
        line = process.stdout.readline().strip()
        assert line.startswith(ANNOUNCEMENT), f"the server did not start: {line!r}"
        yield line.removeprefix(ANNOUNCEMENT), process
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="session")
def server(urls: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run one server process for all tests of this process; return its address."""
    log = tmp_path_factory.mktemp("server") / "log"
    with served(server_environment(urls, PUNCHCARD_AUTH_FAILURES_PER_MINUTE_MAX="0"), log=log) as (address, _):
        yield address
    assert not faults_in(log)


@pytest.fixture
async def open_shop(db: Db, server: str) -> AsyncIterator[Callable[[], Awaitable[Shop]]]:
    """Return a function that makes a tenant and a client that speaks for it."""
    with contextlib.ExitStack() as stack:

        async def opened() -> Shop:
            return stack.enter_context(Shop(server, await create_tenant(db, "A shop")))

        yield opened


@pytest.fixture
async def shop(open_shop: Callable[[], Awaitable[Shop]]) -> Shop:
    """Make a tenant of this test's own."""
    return await open_shop()
