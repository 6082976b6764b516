"""Is this database fit to keep points? What must hold before the program starts, and what `doctor` reports."""

from dataclasses import dataclass
from typing import Literal

import asyncpg

from punchcard.db import grants, migrate
from punchcard.db.dial import connected, place_of
from punchcard.errors import StartRefused

VERSION_MIN = 150_000
DURABILITY = ("fsync", "full_page_writes", "synchronous_commit")

Level = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: a stable code, how bad it is, and a sentence that says what to do about it."""

    code: str
    level: Level
    detail: str


async def require_durable(url: str, *, allow_unsafe: bool) -> str:
    """Make sure that the server is new enough, takes writes, and keeps what it acknowledges; return the URL's role.

    Raises: StartRefused naming the setting; `allow_unsafe` excuses the durability alone.
    """
    async with connected(url) as connection:
        number = await _server_version(connection)
        if number < VERSION_MIN:
            detail = f"The database at {place_of(url)} is PostgreSQL {number // 10_000}: version 15 or newer is needed."
            raise StartRefused(detail)
        if await connection.fetchval("SELECT pg_is_in_recovery()"):
            detail = f"The database at {place_of(url)} is a standby that takes no writes: name the primary server."
            raise StartRefused(detail)
        off = await _unsafe(connection)
        role = str(await connection.fetchval("SELECT current_user"))
    if off and not allow_unsafe:
        names = " and ".join(off)
        detail = (
            f"The database at {place_of(url)} has {names} off and would lose acknowledged events in a crash: "
            "switch it on, or name the purpose in PUNCHCARD_ALLOW_UNSAFE_DURABILITY."
        )
        raise StartRefused(detail)
    return role


async def findings(url: str) -> list[Finding]:
    """Return what `doctor` reports on the database of the application's `url`, in a fixed order.

    Raises: StartRefused when there is no connecting.
    """
    async with connected(url) as connection:
        found = [
            await _version(connection),
            await _durability(connection),
            await _checksums(connection),
            await _superuser(connection),
            await _two_roles(connection),
            await _secret_key(connection),
            await _standbys(connection),
        ]
    return [*found, await _migrations(url)]


async def _server_version(connection: asyncpg.Connection) -> int:
    return int(await connection.fetchval("SELECT current_setting('server_version_num')"))


async def _unsafe(connection: asyncpg.Connection) -> list[str]:
    """Return the durability settings that are off for this role."""
    rows = await connection.fetch("SELECT name FROM pg_settings WHERE name = ANY($1) AND setting = 'off'", DURABILITY)
    off = {row["name"] for row in rows}
    return [name for name in DURABILITY if name in off]


async def _version(connection: asyncpg.Connection) -> Finding:
    number = await _server_version(connection)
    named = f"The server is PostgreSQL {number // 10_000}.{number % 10_000}"
    if number < VERSION_MIN:
        return Finding("server_version", "fault", f"{named}: version 15 or newer is needed.")
    return Finding("server_version", "ok", f"{named}.")


async def _durability(connection: asyncpg.Connection) -> Finding:
    off = await _unsafe(connection)
    if off:
        return Finding("durability", "fault", f"Acknowledged events can be lost: switch on {', '.join(off)}.")
    return Finding("durability", "ok", "What is acknowledged survives a crash: " + ", ".join(DURABILITY) + " are on.")


async def _checksums(connection: asyncpg.Connection) -> Finding:
    if await connection.fetchval("SELECT current_setting('data_checksums')") == "on":
        return Finding("data_checksums", "ok", "Damaged pages are noticed: data checksums are on.")
    return Finding("data_checksums", "warning", "Damaged pages go unnoticed: run 'pg_checksums --enable' when stopped.")


async def _superuser(connection: asyncpg.Connection) -> Finding:
    if await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        detail = "The application's role is a superuser: give it a role of its own without that right."
        return Finding("role_superuser", "warning", detail)
    return Finding("role_superuser", "ok", "The application's role is no superuser.")


async def _two_roles(connection: asyncpg.Connection) -> Finding:
    """See whether the application's role could change what is recorded for ever, were it not for the triggers."""
    free = await connection.fetchval(
        """
        SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relname = ANY($1)
          AND (has_table_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE')
               OR has_table_privilege(oid, 'TRUNCATE') OR pg_has_role(relowner, 'USAGE'))
        """,
        grants.APPEND_ONLY,
    )
    if free:
        detail = (
            f"One role owns the tables and runs the application, so triggers alone guard {free}: "
            "name the owner in PUNCHCARD_MIGRATE_URL and another role in PUNCHCARD_DATABASE_URL."
        )
        return Finding("two_roles", "warning", detail)
    return Finding("two_roles", "ok", "The application's role cannot change or delete what is recorded.")


async def _secret_key(connection: asyncpg.Connection) -> Finding:
    """See whether a backup of the database carries the key to the secrets sealed in it."""
    there = await connection.fetchval("SELECT to_regclass('installation') IS NOT NULL")
    if there and await connection.fetchval("SELECT true FROM installation WHERE secret_key IS NOT NULL"):
        detail = (
            "The key that seals secrets is kept in the database, so every backup carries it: "
            "set PUNCHCARD_SECRET_KEY and keep it elsewhere."
        )
        return Finding("secret_key", "warning", detail)
    return Finding("secret_key", "ok", "The key that seals secrets is not kept in the database.")


async def _standbys(connection: asyncpg.Connection) -> Finding:
    """See whether a standby that takes over would have all that was acknowledged."""
    followers = await connection.fetchval("SELECT count(*) FROM pg_stat_replication")
    named = await connection.fetchval("SELECT current_setting('synchronous_standby_names')")
    commit = await connection.fetchval("SELECT current_setting('synchronous_commit')")
    if named and commit == "local":
        detail = "No commit waits for the standbys that synchronous_standby_names has: synchronous_commit is local."
        return Finding("standbys", "warning", detail)
    if named and not followers:
        detail = f"synchronous_standby_names is '{named}' and none is connected: every report waits, and ends with 503."
        return Finding("standbys", "warning", detail)
    if followers and not named:
        detail = (
            f"{followers} connected for replication, and no commit waits: what a standby lacks is lost when it takes "
            "over. Set synchronous_standby_names, unless it is a backup that is being made."
        )
        return Finding("standbys", "warning", detail)
    said = f"Each commit waits for {named}." if named else "No standby follows that could lack what is acknowledged."
    return Finding("standbys", "ok", said)


async def _migrations(url: str) -> Finding:
    found = await migrate.status(url)
    wrong = [migration for migration in found if migration.state in ("changed", "unknown")]
    pending = [migration.name for migration in found if migration.state == "pending"]
    if wrong:
        return Finding("migrations", "fault", f"The migration {wrong[0].name} is {wrong[0].state} to this program.")
    if pending:
        return Finding("migrations", "fault", f"Pending: {', '.join(pending)}; run 'punchcard db migrate'.")
    return Finding("migrations", "ok", f"All {len(found)} migrations are applied.")
