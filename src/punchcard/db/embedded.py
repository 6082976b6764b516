"""A real PostgreSQL as a child of this process, on a data folder: what runs when no database URL is set.

    async with running(data, purpose="serve") as urls: ...

One process at a time owns a folder's PostgreSQL (a lock, released by the kernel when the process dies). A server owns
it for its life; a command uses the server's when one runs, else starts PostgreSQL for as long as it needs it, and
waits while another command does. Should PostgreSQL die, its owner starts it again on the same port. Should the owner
die, the kernel tells PostgreSQL to stop, and the next start sees to one that is left, and recovers.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from punchcard import tasks
from punchcard.db import binaries, postmaster
from punchcard.db.folder import DATABASE, ROLE_APP, ROLE_OWNER, ROLE_SUPER, DataFolder, Purpose
from punchcard.db.postmaster import Postmaster, Tell, now
from punchcard.errors import StartRefused

WAIT_SECONDS = 60.0  # for a command that uses the folder
ATTACH_POLL_SECONDS = 0.05
WATCH_SECONDS = 0.2
RESTART_PAUSE_SECONDS_MAX = 5.0
LOG_WATCH_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Urls:
    """PostgreSQL URLs of the application role and of the owner role, who migrates."""

    app: str
    owner: str


def on_stderr(sentence: str) -> None:
    """Tell the person at the terminal what takes long."""
    sys.stderr.write(sentence + "\n")


@contextlib.asynccontextmanager
async def running(data: Path, *, purpose: Purpose, durable: bool = True, tell: Tell = on_stderr) -> AsyncIterator[Urls]:
    """Yield the URLs of the PostgreSQL on `data`, which is there for as long as the block lasts.

    Call it from a thread that lives as long as the block: PostgreSQL is told to stop when that thread ends.
    `durable=False` is for tests: a crash of the machine may lose or damage everything.

    Raises: StartRefused with a sentence that says what to do.
    """
    folder = DataFolder(data)
    async with contextlib.AsyncExitStack() as stack:
        with folder.faults_as_sentences():
            folder.prepare()
            found = await _lock_or_attach(folder, purpose)
            if isinstance(found, Urls):
                yield_urls = found
            else:
                stack.callback(os.close, found)
                yield_urls = await stack.enter_async_context(_owned(folder, durable=durable, tell=tell))
        yield yield_urls


async def _lock_or_attach(folder: DataFolder, purpose: Purpose) -> int | Urls:
    """Return the lock's descriptor, or where a server that holds it lets a command in.

    Raises: StartRefused when a server has the folder and we are one, or when a command holds it for too long.
    """
    deadline = now() + WAIT_SECONDS
    while True:
        descriptor = folder.try_lock(purpose)
        if descriptor is not None:
            return descriptor
        holder = folder.holder()
        if holder and holder.purpose == "serve" and _alive(holder.pid):
            if purpose == "serve":
                break
            urls = await _attached(folder, holder.pid)
            if urls:
                return urls
        if now() > deadline:
            break
        await asyncio.sleep(ATTACH_POLL_SECONDS)
    who = f"process {holder.pid}" if holder else "another process"
    detail = f"The data folder {folder.root} is in use by {who}: stop it first, or name another folder with --data."
    raise StartRefused(detail)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def _attached(folder: DataFolder, pid: int) -> Urls | None:
    """Return the URLs of the PostgreSQL that process `pid` runs, when it answers."""
    port = folder.published_port(pid)
    if port is None:
        return None
    urls = _urls(folder, port)
    try:
        connection = await asyncpg.connect(urls.app, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return None
    await connection.close()
    return urls


def _urls(folder: DataFolder, port: int) -> Urls:
    return Urls(folder.url(ROLE_APP, port), folder.url(ROLE_OWNER, port))


@contextlib.asynccontextmanager
async def _owned(folder: DataFolder, *, durable: bool, tell: Tell) -> AsyncIterator[Urls]:
    """Run PostgreSQL on the folder, whose lock the caller holds."""
    folder.clear()
    account = binaries.account_for(folder.cluster)
    programs = binaries.find(account)
    await _ready_cluster(folder, programs, account, durable=durable, tell=tell)
    server = Postmaster(folder, programs, durable=durable, tell=tell)
    watch: asyncio.Task[None] | None = None
    try:
        await server.start(account)
        await _roles(folder, server.port)
        folder.publish(server.port)
        watch = asyncio.create_task(_watch(folder, server, account, tell))
        yield _urls(folder, server.port)
    finally:
        try:
            if watch is not None:
                await tasks.end([watch])
            folder.withdraw()
        finally:
            # Whatever else went wrong: nobody leaves with PostgreSQL running.
            await server.stop()


async def _ready_cluster(
    folder: DataFolder, programs: binaries.Binaries, account: binaries.Account | None, *, durable: bool, tell: Tell
) -> None:
    """Make the cluster at the first start; else make sure that we can run it and that nobody else does."""
    if not folder.cluster.exists():
        await postmaster.make_cluster(folder, programs, account, durable=durable)
        return
    owner = folder.cluster.stat().st_uid
    if account is None and owner != os.getuid():
        detail = f"{folder.cluster} belongs to user {owner}: run punchcard as that user or as root."
        raise StartRefused(detail)
    if account and owner == 0:
        postmaster.adopt_files(folder.cluster, account)
    await postmaster.end_stray(folder, tell)
    major = (folder.cluster / "PG_VERSION").read_text("utf-8").strip()
    if major != programs.major:
        detail = (
            f"{folder.root} was written by PostgreSQL {major} and this punchcard brings {programs.major}: move the "
            f"data with pg_dump and psql into a new folder, or set PUNCHCARD_DATABASE_URL to a PostgreSQL {major}."
        )
        raise StartRefused(detail)


async def _roles(folder: DataFolder, port: int) -> None:
    """Make the two roles and the database where they are missing."""
    known = folder.credentials()
    connection = await asyncpg.connect(folder.url(ROLE_SUPER, port, "postgres"))
    try:
        for role, password in ((ROLE_OWNER, known.owner_password), (ROLE_APP, known.app_password)):
            if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
                # The password is hexadecimal and our own: there is nothing in it to quote.
                await connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE_OWNER}")
        await connection.execute(f"REVOKE CONNECT, TEMPORARY ON DATABASE {DATABASE} FROM PUBLIC")
        await connection.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {ROLE_APP}")
    finally:
        await connection.close()


async def _watch(folder: DataFolder, server: Postmaster, account: binaries.Account | None, tell: Tell) -> None:
    """Start PostgreSQL again whenever it has died, with growing pauses, and keep its log below the limit."""
    pause, rounds = WATCH_SECONDS, 0
    while True:
        await asyncio.sleep(pause)
        rounds += 1
        if rounds % LOG_WATCH_ROUNDS == 0:
            folder.cap_log()
        if server.running():
            pause = WATCH_SECONDS
            continue
        tell(f"PostgreSQL on {folder.root} has ended unexpectedly; starting it again")
        try:
            with folder.faults_as_sentences():
                await server.start(account, server.port)
        except StartRefused as fault:
            tell(str(fault))
            pause = min(pause * 2, RESTART_PAUSE_SECONDS_MAX)
