"""Real PostgreSQL servers on folders that are removed afterwards, and processes that can be killed."""

import contextlib
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from punchcard.db import embedded
from punchcard.db.folder import ROLE_APP, ROLE_OWNER, ROLE_SUPER, DataFolder

OWNER = Path(__file__).with_name("owner.py")


@dataclass(frozen=True)
class Database:
    """A database of its own on the shared server, empty at first."""

    owner: str
    app: str
    superuser: str


@dataclass(frozen=True)
class Owner:
    """A process that owns a data folder's PostgreSQL."""

    process: subprocess.Popen[str]
    url: str
    postmaster: int

    def kill(self) -> None:
        """Kill the owner, and not its PostgreSQL, without any warning."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Name a data folder that does not exist yet, below one that only this user can enter."""
    folder = tmp_path / "below" / "data"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def used(data: Path, cast: Callable[[Path], None]) -> Path:
    """Name a data folder that a first start has made."""
    cast(data)
    return data


@pytest.fixture
def start_owner(data: Path) -> Iterator[Callable[[str], Owner]]:
    """Return a function that starts a process owning the folder; whatever still runs is ended afterwards."""
    with contextlib.ExitStack() as stack:

        def start(purpose: str) -> Owner:
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, str(OWNER), str(data), purpose],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.terminate)
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            return Owner(process, told["url"], told["postmaster"])

        yield start


@pytest.fixture(scope="session")
async def shared_server(
    tmp_path_factory: pytest.TempPathFactory, cast: Callable[[Path], None]
) -> AsyncIterator[tuple[DataFolder, int]]:
    """Run one server for all tests that need only a database."""
    folder = DataFolder(tmp_path_factory.mktemp("shared") / "data")
    cast(folder.root)
    async with embedded.running(folder.root, purpose="serve", durable=False) as urls:
        yield folder, int(urls.app.rpartition(":")[2].partition("/")[0])
    shutil.rmtree(folder.root)


@pytest.fixture
async def database(shared_server: tuple[DataFolder, int]) -> AsyncIterator[Database]:
    """Make an empty database that belongs to the owner role."""
    folder, port = shared_server
    name = f"test_{uuid4().hex}"
    admin = await asyncpg.connect(folder.url(ROLE_SUPER, port, "postgres"))
    await admin.execute(f"CREATE DATABASE {name} OWNER {ROLE_OWNER}")
    yield Database(*(folder.url(role, port, name) for role in (ROLE_OWNER, ROLE_APP, ROLE_SUPER)))
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()
