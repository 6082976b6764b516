"""Migrations run once, in order, and never a changed one."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from punchcard.db import grants, migrate
from punchcard.db.folder import ROLE_APP
from punchcard.db.migrate import Script
from punchcard.errors import StartRefused

from .conftest import Database

ONE = Script(1, "0001_one", "CREATE TABLE events (number integer); SELECT pg_sleep(0.2);")
WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted)"
TWO = Script(2, "0002_two", "CREATE TABLE things (number integer GENERATED ALWAYS AS IDENTITY);")


async def test_five_at_once(database: Database) -> None:
    """Of five processes that migrate at once one applies each file, and all five end with the schema in place."""
    applied = await asyncio.gather(*(migrate.run(database.owner, ROLE_APP, known=[ONE, TWO]) for _ in range(5)))
    assert sorted(applied) == [[], [], [], [], ["0001_one", "0002_two"]]
    await migrate.require_current(database.app, known=[ONE, TWO])


async def test_changed_file_is_refused(database: Database) -> None:
    """A file that was changed after it ran is refused by name, and nothing after it runs."""
    await migrate.run(database.owner, None, known=[ONE])
    changed = Script(1, "0001_one", ONE.sql + " ")
    with pytest.raises(StartRefused, match="0001_one was changed"):
        await migrate.run(database.owner, None, known=[changed, TWO])
    assert [found.state for found in await migrate.status(database.owner, known=[changed, TWO])] == [
        "changed",
        "pending",
    ]


async def test_newer_database_is_refused(database: Database) -> None:
    """A database that a later program migrated is refused by an earlier one."""
    await migrate.run(database.owner, None, known=[ONE, TWO])
    with pytest.raises(StartRefused, match="newer than this program"):
        await migrate.run(database.owner, None, known=[ONE])


async def test_pending_is_refused_where_migrating_is_not_wanted(database: Database) -> None:
    """`require_current` refuses an empty database, and status lists what is pending."""
    with pytest.raises(StartRefused, match=r"2 migration\(s\) are pending"):
        await migrate.require_current(database.owner, known=[ONE, TWO])
    found = await migrate.status(database.owner, known=[ONE, TWO])
    assert [(one.name, one.state, one.applied_at) for one in found] == [
        ("0001_one", "pending", None),
        ("0002_two", "pending", None),
    ]


async def test_role_that_may_not_migrate(database: Database) -> None:
    """The application's role cannot migrate, and the sentence names the setting for the one that can."""
    with pytest.raises(StartRefused, match="PUNCHCARD_MIGRATE_URL"):
        await migrate.run(database.app, None, known=[ONE])


async def test_failing_migration_leaves_nothing(database: Database) -> None:
    """A migration that fails half-way is undone, named in the sentence, and tried again next time."""
    broken = Script(1, "0001_one", "CREATE TABLE half (x integer); SELECT 1/0;")
    with pytest.raises(StartRefused, match="0001_one failed and was undone: division by zero"):
        await migrate.run(database.owner, None, known=[broken])
    assert await migrate.run(database.owner, None, known=[ONE]) == ["0001_one"]


async def test_waits_for_a_locked_table(database: Database) -> None:
    """A migration that needs a table another session holds gives way, and succeeds once it is free."""
    await migrate.run(database.owner, None, known=[ONE])
    other = await asyncpg.connect(database.owner)
    await other.execute("BEGIN; LOCK TABLE events IN ACCESS SHARE MODE")
    alter = Script(2, "0002_two", "ALTER TABLE events ADD COLUMN more integer;")
    migrating = asyncio.create_task(migrate.run(database.owner, None, known=[ONE, alter]))
    reader = await asyncpg.connect(database.owner)
    while not await reader.fetchval(WAITING):  # noqa: ASYNC110 - the database tells nobody
        await asyncio.sleep(0.01)
    async with asyncio.timeout(60):  # whoever queues behind the migration has his turn once it gives way
        await reader.fetch("SELECT * FROM events")
    await reader.close()
    assert not migrating.done()
    await other.close()
    assert await migrating == ["0002_two"]


async def test_application_role_cannot_change_what_is_recorded(database: Database) -> None:
    """With the program's own migrations, the application reads and adds, and cannot update, delete or truncate."""
    names = await migrate.run(database.owner, ROLE_APP)
    assert names == [script.name for script in migrate.scripts()]
    app = await asyncpg.connect(database.app)
    for table in grants.APPEND_ONLY:
        assert await app.fetch(f"SELECT * FROM {table}") == []
        for statement in (f"UPDATE {table} SET tenant_id = NULL", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(statement)
    for statement in ("DELETE FROM schema_migrations", "CREATE TABLE mine (x integer)"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)
    assert await app.fetchval("SELECT count(*) FROM schema_migrations") == len(names)
    await app.close()


async def test_rights_beyond_the_list_are_taken_back(database: Database) -> None:
    """A right granted by hand on an append-only table, or on its partition, is gone after the next migration."""
    partitioned = Script(
        1,
        "0001_one",
        "CREATE TABLE events (day date) PARTITION BY RANGE (day);"
        "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"
        f"GRANT ALL ON events, events_2026 TO {ROLE_APP};",
    )
    await migrate.run(database.owner, ROLE_APP, known=[partitioned])
    app = await asyncpg.connect(database.app)
    await app.execute("INSERT INTO events VALUES ('2026-05-05')")
    for table in ("events", "events_2026"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(f"DELETE FROM {table}")
    await app.close()


def test_names_of_migrations_are_checked(tmp_path: Path) -> None:
    """A file name without a number, or a number used twice, is a mistake that is noticed."""
    (tmp_path / "0001_a.sql").write_text("SELECT 1")
    (tmp_path / "notes.txt").write_text("not a migration")
    assert [script.name for script in migrate.scripts(tmp_path)] == ["0001_a"]
    (tmp_path / "0001_b.sql").write_text("SELECT 1")
    with pytest.raises(ValueError, match="0001"):
        migrate.scripts(tmp_path)
