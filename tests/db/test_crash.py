"""Processes are killed without warning; nothing committed is lost and nothing is left behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import asyncpg
import psutil
import pytest

from punchcard.db import binaries, embedded
from punchcard.db.folder import DataFolder
from punchcard.db.postmaster import Postmaster, make_cluster
from punchcard.db.spawn import command_for, start
from tests.ports import free_port

from .conftest import OWNER, Owner

pytestmark = pytest.mark.crash

LEAST = 5
"""Commits that are acknowledged before a kill."""


def alive(pid: int) -> bool:
    """Tell whether the process is there and no zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


async def until(met: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until the condition is met."""
    async with asyncio.timeout(seconds):
        while not met():  # noqa: ASYNC110 - another process, without an event to wait for
            await asyncio.sleep(0.02)


def is_ready(pid_file: Path) -> bool:
    """Tell whether a PostgreSQL has written that it takes connections."""
    return pid_file.exists() and "ready" in pid_file.read_text()


async def insert_until_disconnected(url: str, under_way: asyncio.Event) -> int:
    """Insert numbers one by one, and return the last one whose commit was acknowledged."""
    connection = await asyncpg.connect(url)
    first = last = await connection.fetchval("SELECT coalesce(max(number), 0) FROM written")
    try:
        while True:
            await connection.execute("INSERT INTO written VALUES ($1)", last + 1)
            last += 1
            if last == first + LEAST:
                under_way.set()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return int(last)


@pytest.mark.parametrize("also_postgres", [False, True], ids=["owner", "owner-and-postgres"])
async def test_killed_owner_leaves_no_postgres_and_loses_nothing(
    used: Path, start_owner: Callable[[str], Owner], *, also_postgres: bool
) -> None:
    """Three times: kill -9 in mid-load, no postgres is left, and the next start has every acknowledged row."""
    async with embedded.running(used, purpose="command") as urls:
        connection = await asyncpg.connect(urls.owner)
        await connection.execute("CREATE TABLE written (number bigint PRIMARY KEY)")
        await connection.close()
    acknowledged = 0
    for _ in range(3):
        owner = start_owner("serve")
        connection = await asyncpg.connect(owner.url)
        assert await connection.fetchval("SELECT coalesce(max(number), 0) FROM written") in range(
            acknowledged, acknowledged + 2
        )
        await connection.close()
        under_way = asyncio.Event()
        load = asyncio.create_task(insert_until_disconnected(owner.url, under_way))
        await under_way.wait()
        await asyncio.sleep(0.2)
        if also_postgres:
            os.kill(owner.postmaster, signal.SIGKILL)
        owner.kill()
        acknowledged = await load
        await until(lambda pid=owner.postmaster: not alive(pid))  # type: ignore[misc]
    assert acknowledged >= 3 * LEAST
    async with embedded.running(used, purpose="serve") as urls:
        connection = await asyncpg.connect(urls.owner)
        count, last = await connection.fetchrow("SELECT count(*), max(number) FROM written") or (0, 0)
        await connection.close()
    assert count == last
    assert last in (acknowledged, acknowledged + 1)


@pytest.mark.usefixtures("used")
async def test_killed_postgres_comes_back_on_the_same_port(start_owner: Callable[[str], Owner]) -> None:
    """After a kill -9 of the postmaster alone its owner starts it again under the same URL, with all its data."""
    owner = start_owner("serve")
    connection = await asyncpg.connect(owner.url)
    await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(owner.postmaster, signal.SIGKILL)
    await until(lambda: not alive(owner.postmaster))
    async with asyncio.timeout(60):
        while True:
            try:
                again = await asyncpg.connect(owner.url)
                break
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.05)
    assert await again.fetchval("SELECT answer FROM kept") == 42
    await again.close()
    connection.terminate()


async def test_one_that_recovers_is_not_asked_to_stop_fast(used: Path) -> None:
    """Five times: a process dies, and PostgreSQL is stopped while it recovers; it ends, and starts again."""
    folder = DataFolder(used)
    account = binaries.account_for(folder.cluster)
    server = Postmaster(folder, binaries.find(account), durable=False, tell=print)
    for _ in range(5):
        await server.start(account)
        try:
            assert server._process is not None
            pid, start = server._process.pid, server._log_start
            os.kill(background_writer(pid), signal.SIGKILL)
            await until(lambda: "reinitializing" in server._said())
        finally:
            await server.stop()
        assert not alive(pid)
        said = folder.log.read_text()[start:].partition("reinitializing")[2]
        assert "fast" not in said.partition("ready to accept")[0]


async def test_one_that_has_just_been_started_ends_when_it_is_stopped(used: Path) -> None:
    """Stopped at any moment of its start, also before it listens, PostgreSQL ends at once."""
    folder = DataFolder(used)
    account = binaries.account_for(folder.cluster)
    server = Postmaster(folder, binaries.find(account), durable=False, tell=print)
    for hundredths in range(12):
        starting = asyncio.create_task(server.start(account))
        await asyncio.sleep(hundredths / 100)
        starting.cancel()
        await asyncio.wait([starting])
        async with asyncio.timeout(120):
            await server.stop()


def background_writer(postmaster_pid: int) -> int:
    """Return the process whose death makes PostgreSQL start all its processes again."""
    found = []
    for child in psutil.Process(postmaster_pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):  # one that has only just started the others
            found += [child.pid] if "background writer" in " ".join(child.cmdline()) else []
    (writer,) = found
    return writer


async def test_stray_postgres_is_stopped_by_the_next_start(used: Path) -> None:
    """A PostgreSQL that runs on the folder without an owner is stopped properly, and its data is kept."""
    account = binaries.account_for(used / "postgres")
    postgres = binaries.find(account).program("postgres")
    descriptor = os.open(used / "postgres", os.O_RDONLY)
    settings = ["-c", f"port={free_port()}", "-c", "unix_socket_directories="]
    with subprocess.Popen(  # noqa: ASYNC220 - returns at once
        [postgres, "-D", f"/proc/self/fd/{descriptor}", *settings],
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        pass_fds=(descriptor,),
        cwd="/",
        stderr=subprocess.DEVNULL,
    ) as stray:
        try:
            os.close(descriptor)
            await until(lambda: is_ready(used / "postgres" / "postmaster.pid"))
            told: list[str] = []
            async with embedded.running(used, purpose="serve", durable=False, tell=told.append) as urls:
                connection = await asyncpg.connect(urls.app)
                await connection.close()
            assert stray.wait(60) == 0
            assert str(stray.pid) in told[0]
        finally:
            stray.kill()


async def test_process_that_got_the_old_process_id_is_left_alone(used: Path) -> None:
    """A stale postmaster.pid that names an unrelated process neither stops the start nor harms that process."""
    with subprocess.Popen(["sleep", "600"]) as other:  # noqa: ASYNC220 - returns at once
        (used / "postgres" / "postmaster.pid").write_text(f"{other.pid}\n{used}\n0\n0\n\n127.0.0.1\n0 0\nready\n")
        async with embedded.running(used, purpose="serve", durable=False):
            assert other.poll() is None
        other.kill()


def test_a_program_that_is_told_to_end_while_it_starts_ends(tmp_path: Path) -> None:
    """SIGINT is held back from the very begin until it can be heeded; the program itself is reached by it."""
    mask = "import signal; print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())))"
    held = start([sys.executable, "-S", "-c", mask], (), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert held.communicate(timeout=60) == (b"[<Signals.SIGINT: 2>]\n", b"")
    with command_for(None, tmp_path) as (become, _, passed):
        reached = start([*become, sys.executable, "-S", "-c", mask], passed, stdout=subprocess.PIPE, stderr=-1)
        assert reached.communicate(timeout=60) == (b"[]\n", b"")
        told = start([*become, "/bin/sleep", "600"], passed, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        told.send_signal(signal.SIGINT)
        assert told.communicate(timeout=60) == (b"", b"")
        assert told.returncode == -signal.SIGINT


def called(name: str) -> set[int]:
    """Return those of our processes that have a name."""
    found = set()
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # they come and go
            found |= {child.pid} if child.name() == name else set()
    return found


async def test_a_first_start_that_is_called_off_ends_at_once(data: Path) -> None:
    """Called off while the cluster is being made: nothing half-made remains, nor a process; the next makes it."""
    folder = DataFolder(data)
    folder.prepare()
    account = binaries.account_for(folder.cluster)
    making = asyncio.create_task(make_cluster(folder, binaries.find(account), account, durable=True))
    seen: set[int] = set()

    def is_at_work() -> bool:
        seen.update(called("initdb"))
        return any(data.glob("new.*/postgres/*"))

    await until(is_at_work)
    making.cancel()
    assert isinstance((await asyncio.gather(making, return_exceptions=True))[0], asyncio.CancelledError)
    assert seen
    assert not any(alive(pid) for pid in seen)
    assert {path.name for path in data.iterdir()} == {"credentials.json"}  # noqa: ASYNC240 - short
    await make_cluster(folder, binaries.find(account), account, durable=False)
    assert (folder.cluster / "PG_VERSION").read_text() == "18\n"


async def test_killed_in_the_first_start(data: Path) -> None:
    """Kill -9 at any moment of the very first start: the next one succeeds, and nothing half-made remains."""
    for tenths in (2, 4, 6, 8):
        with subprocess.Popen(  # noqa: ASYNC220 - returns at once
            [sys.executable, str(OWNER), str(data), "serve"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        ) as owner:
            await asyncio.sleep(tenths / 10)
            owner.kill()
    async with embedded.running(data, purpose="serve") as urls:
        connection = await asyncpg.connect(urls.app)
        await connection.close()
    names = {path.name for path in data.iterdir()}  # noqa: ASYNC240 - short
    assert names == {"credentials.json", "postgres", "postgres.log", "punchcard.lock"}
