"""Bring the database's schema to what this program needs: numbered `.sql` files, each run once, for ever unchanged.

Of several processes that start at once, one migrates and the others wait for it (an advisory lock). Each file runs in
a transaction of its own, which waits briefly for its locks and tries again, so that it does not hold up a busy system.
"""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal

import asyncpg

from punchcard.db import grants
from punchcard.db.dial import connected
from punchcard.errors import StartRefused

NAME = re.compile(r"(?P<number>\d{4})_[a-z0-9_]+\.sql")
ADVISORY_LOCK = 0x50_75_6E_63_68  # "Punch"; the same number in every release
TURN_SECONDS_MAX = 600.0
TURN_POLL_SECONDS = 0.1
LOCK_ATTEMPTS = 15
LOCK_PAUSE_SECONDS = 1.0

TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number     integer     PRIMARY KEY,
    name       text        NOT NULL UNIQUE,
    sha256     text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""

State = Literal["applied", "pending", "changed", "unknown"]


@dataclass(frozen=True, slots=True)
class Script:
    """A migration that this program brings."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Return the checksum that is kept in the database, as hexadecimal digits."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration as the database and this program know it.

    `changed`: applied, and the file is another one now. `unknown`: applied by a newer program.
    """

    number: int
    name: str
    state: State
    applied_at: datetime | None


def scripts(folder: Traversable | None = None) -> list[Script]:
    """Return the migrations of `folder`, the program's own if None, in their order.

    Raises: ValueError when a name breaks the pattern or two share a number: a mistake in the program.
    """
    found: dict[int, Script] = {}
    for file in (folder or files("punchcard.db") / "migrations").iterdir():
        if not file.name.endswith(".sql"):
            continue
        match = NAME.fullmatch(file.name)
        if match is None or int(match["number"]) in found:
            raise ValueError(file.name)
        number = int(match["number"])
        found[number] = Script(number, file.name.removesuffix(".sql"), file.read_text("utf-8").replace("\r\n", "\n"))
    return [found[number] for number in sorted(found)]


async def run(owner_url: str, app_role: str | None, *, known: Sequence[Script] | None = None) -> list[str]:
    """Apply what is pending, as the owner, then grant `app_role` its rights; return the names applied now.

    `known` replaces the program's own migrations, for tests.

    Raises: StartRefused when an applied file was changed, when the database is newer than this program, when another
    session keeps a table locked, or when there is no connecting.
    """
    known = scripts() if known is None else known
    async with connected(owner_url) as connection:
        await _take_turn(connection)
        await connection.execute(TABLE)
        pending = _pending(await _compare(connection, known))
        for script in (script for script in known if script.number in pending):
            await _apply(connection, script)
        if app_role and app_role != await connection.fetchval("SELECT current_user"):
            await grants.give(connection, app_role)
    return [script.name for script in known if script.number in pending]


async def status(url: str, *, known: Sequence[Script] | None = None) -> list[Migration]:
    """Return every migration that the program or the database knows, in order.

    Raises: StartRefused when there is no connecting.
    """
    async with connected(url) as connection:
        return await _compare(connection, scripts() if known is None else known)


async def require_current(url: str, *, known: Sequence[Script] | None = None) -> None:
    """Make sure that the database's schema is this program's.

    Raises: StartRefused when a migration is pending, changed or unknown.
    """
    pending = _pending(await status(url, known=known))
    if pending:
        detail = f"{len(pending)} migration(s) are pending: run 'punchcard db migrate' or start without --no-migrate."
        raise StartRefused(detail)


async def role_of(url: str) -> str:
    """Return the role that a URL logs in as. Raises: StartRefused when there is no connecting."""
    async with connected(url) as connection:
        return str(await connection.fetchval("SELECT current_user"))


async def _take_turn(connection: asyncpg.Connection) -> None:
    """Hold the advisory lock until the connection closes. Polled: a waiting statement would hold a snapshot."""
    clock = asyncio.get_running_loop()
    deadline = clock.time() + TURN_SECONDS_MAX
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", ADVISORY_LOCK):
        if clock.time() > deadline:
            detail = "Another process has been migrating this database for ten minutes: look at it, then try again."
            raise StartRefused(detail)
        await asyncio.sleep(TURN_POLL_SECONDS)


async def _compare(connection: asyncpg.Connection, known: Sequence[Script]) -> list[Migration]:
    rows = []
    if await connection.fetchval("SELECT to_regclass('schema_migrations') IS NOT NULL"):
        rows = await connection.fetch("SELECT number, name, sha256, applied_at FROM schema_migrations")
    applied, ours = {row["number"]: row for row in rows}, {script.number: script for script in known}
    found = []
    for number in sorted(applied.keys() | ours.keys()):
        row, script = applied.get(number), ours.get(number)
        if row is None and script is not None:
            found.append(Migration(number, script.name, "pending", None))
        elif row is not None:
            state: State = "applied"
            if script is None:
                state = "unknown"
            elif (row["name"], row["sha256"]) != (script.name, script.sha256):
                state = "changed"
            found.append(Migration(number, row["name"], state, row["applied_at"]))
    return found


def _pending(found: Sequence[Migration]) -> set[int]:
    """Return the numbers still to be applied. Raises: StartRefused when the past is not what this program knows."""
    for migration in found:
        if migration.state == "changed":
            detail = (
                f"The migration {migration.name} was changed after this database applied it: "
                "restore the file and put the change into a new one."
            )
            raise StartRefused(detail)
        if migration.state == "unknown":
            detail = (
                f"The database is newer than this program (it has the migration {migration.name}): "
                "start the version that wrote it, or a later one."
            )
            raise StartRefused(detail)
    return {migration.number for migration in found if migration.state == "pending"}


async def _apply(connection: asyncpg.Connection, script: Script) -> None:
    """Run one migration and note it, both or neither."""
    for attempt in range(LOCK_ATTEMPTS):
        if attempt:
            await asyncio.sleep(LOCK_PAUSE_SECONDS)
        try:
            async with connection.transaction():
                await connection.execute("SET LOCAL lock_timeout = '2s'")
                await connection.execute(script.sql)
                await connection.execute(
                    "INSERT INTO schema_migrations (number, name, sha256) VALUES ($1, $2, $3)",
                    script.number,
                    script.name,
                    script.sha256,
                )
        except asyncpg.LockNotAvailableError:
            continue
        except asyncpg.PostgresError as fault:
            detail = f"The migration {script.name} failed and was undone: {fault}."
            raise StartRefused(detail) from fault
        return
    detail = f"The migration {script.name} waits for a lock that another session holds: end that session, try again."
    raise StartRefused(detail)
